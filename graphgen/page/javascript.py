"""The op table in JavaScript, written by SymPy's code printer.

Nothing mathematical is written by hand for the page: the value and the local derivatives of every op
come from its row, the kinks too.
"""

from __future__ import annotations

import json
import re
from functools import cache

import sympy as sp
from sympy.codegen.cfunctions import log1p
from sympy.printing.jscode import JavascriptCodePrinter

from graphgen.algebra import expression, local_derivatives, symbols
from graphgen.ops import ELEMENTWISE, Op

_SPACE = re.compile(r"\s+(?!-)|(?<!-)\s+")
"""What code reads the same without: not the space between two signs, x - -y."""
_PRINTER = JavascriptCodePrinter({"user_functions": {log1p.__name__: "Math.log1p"}})


@cache
def ops_code() -> str:
    """The constant `ops` of the script: by name, the operator, value, local derivatives, kink, folded forms.

    It has the ops on single numbers.

    >>> print(ops_code().splitlines()[3])  # doctest: +ELLIPSIS
    "multiply":{operator:"*",value:(x,y)=>x*y,locals:[(x,y)=>y,(x,y)=>x],folded:[...]},
    """
    rows = "\n".join(f"{json.dumps(op.name)}:{_row(op)}," for op in ELEMENTWISE.values())
    return f"const ops = {{\n{rows}\n}};\n"


def code_expressions(op: Op) -> tuple[sp.Expr, ...]:
    """The value and the local derivatives of an op in the form that is printed.

    >>> code_expressions(ELEMENTWISE["tanh"])
    (tanh(x), cosh(x)**(-2))
    """
    if op.stable:
        return tuple(map(sp.sympify, op.stable(sp, *symbols(op))))
    return expression(op), *local_derivatives(op)


def _row(op: Op) -> str:
    value, *locals_ = (_function(op, written) for written in code_expressions(op))
    kink = f",kink:{_function(op, sp.sympify(op.switch(*symbols(op))))}" if op.switch else ""
    operator = f"operator:{json.dumps(op.operator)}," if op.operator is not None else ""
    folded = f",folded:{json.dumps(op.folded, ensure_ascii=False)}" if op.folded else ""
    return f"{{{operator}value:{value},locals:[{','.join(locals_)}]{kink}{folded}}}"


def _function(op: Op, written: sp.Expr) -> str:
    operands = ",".join(symbol.name for symbol in symbols(op))
    return f"({operands})=>{_SPACE.sub('', _PRINTER.doprint(written))}"
