"""The op table in JavaScript, written by SymPy's code printer.

Nothing mathematical is written by hand for the page: the value and the local derivatives of every op
come from its row, the kinks too: from its exact form, or from its float rules where these are careful.
"""

from __future__ import annotations

import json
import re
from functools import cache, reduce

import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter

from graphgen.algebra import SYMPY_WORDS, expression, local_derivatives, read, symbols
from graphgen.ops import ELEMENTWISE, SUMS, Op

_SPACE = re.compile(r"\s+(?!-)|(?<!-)\s+")
"""The spaces that code reads the same without: not the one between two signs, x - -y."""
_PRINTER = JavascriptCodePrinter(
    {
        "user_functions": {
            **{name: f"Math.{name}" for name in ("expm1", "log1p")},
            "erf": "erf",
            "Share": "share",
            "Sigmoid": "sigmoid",
        }
    }
)


_FRACTIONS = {sp.Add: "sum", sp.Mul: "product", sp.Pow: "power"}
"""The functions of assets/live/fractions.js, by what they compute."""

_FURTHER = (
    "const erf=x=>{let s=0,t=2*x/Math.sqrt(Math.PI),n=1;if(x*x>36)return Math.sign(x);"
    "for(;s+t!==s;t*=2*x*x/(2*n++ +1))s+=t;return s*Math.exp(-x*x)},"
    "share=x=>{if(x>-1.5)return(1+erf(x/Math.SQRT2))/2;let c=0,n=120;for(;n;)c=n--/(c-x);"
    "return Math.exp(-x*x/2)/Math.sqrt(2*Math.PI)/(c-x)},"
    "sigmoid=x=>{const e=Math.exp(-Math.abs(x));return(x<0?e:1)/(1+e)};\n"
)
"""Functions that `Math` lacks: erf by its series whose terms have one sign, the share below x of the normal
distribution, far on the left by Laplace's continued fraction (DLMF 7.6.2 and 7.9.3), and the sigmoid."""


@cache
def ops_code() -> str:
    """The constant `ops` of the script: by name, the operator, value, local derivatives, both in fractions
    (`q` is assets/live/fractions.js) where the op is arithmetic, kink, folded forms.

    It has the ops on single numbers, and the sums of several terms.

    >>> print(ops_code().splitlines()[4])  # doctest: +ELLIPSIS
    "multiply":{operator:"*",value:(x,y)=>x*y,locals:[(x,y)=>y,(x,y)=>x],exact:...
    """
    rows = "\n".join(f"{json.dumps(op.name)}:{_row(op)}," for op in (*ELEMENTWISE.values(), *SUMS.values()))
    return f"{_FURTHER}const ops = {{\n{rows}\n}};\n"


def code_expressions(op: Op) -> tuple[sp.Expr, ...]:
    """The value and the local derivatives of an op in the form that is printed.

    >>> code_expressions(ELEMENTWISE["tanh"])
    (tanh(x), cosh(x)**(-2))
    """
    if not op.is_careful:
        return expression(op), *local_derivatives(op)
    value = read(op.value, symbols(op), _WORDS)
    return value, *(read(rule, symbols(op), _WORDS, g=sp.Integer(1), v=value) for rule in op.vjps)


class Sigmoid(sp.Function):
    """The sigmoid as one function, not written out."""

    def doit(self, **_: bool) -> sp.Expr:
        return 1 / (1 + sp.exp(-self.args[0]))


class Share(sp.Function):
    """The share of the normal distribution below a number, likewise."""

    def doit(self, **_: bool) -> sp.Expr:
        return (1 + sp.erf(self.args[0] / sp.sqrt(2))) / 2


_WORDS = {**SYMPY_WORDS, "sigmoid": Sigmoid, "sech": lambda x: 1 / sp.cosh(x), "normal_share": Share}
"""The functions that the careful rules call, in the way that floats compute them."""


def _row(op: Op) -> str:
    value, *locals_ = (_function(op, written) for written in code_expressions(op))
    operands = ",".join(("q", *(symbol.name for symbol in symbols(op))))
    # Of a power that is 0 the slope y·x^(y−1) is 0 without a case of its own.
    slopes = [part.args[-1].expr if part.func is sp.Piecewise else part for part in local_derivatives(op)]
    parts = [*map(_in_fractions, (expression(op), *slopes))]
    exact = f",exact:({operands})=>[{','.join(parts)}]" if parts[0] else ""
    kink = f",kink:{_function(op, read(op.kink, symbols(op), {}))}" if op.kink else ""
    operator = f"operator:{json.dumps(op.operator)}," if op.operator is not None else ""
    forms = json.dumps(op.folded, ensure_ascii=False, separators=(",", ":"))
    folded = f",folded:{forms}" if op.folded else ""
    return f"{{{operator}value:{value},locals:[{','.join(locals_)}]{exact}{kink}{folded}}}"


def _in_fractions(written: sp.Expr) -> str:
    """Arithmetic on fractions; nothing for what may be none."""
    if written.is_Symbol or written.is_Rational:
        return str(written.name) if written.is_Symbol else f"q.exactly({written})"
    parts = [_in_fractions(part) for part in written.args]
    if written.func not in _FRACTIONS or not all(parts):
        return ""
    return reduce(lambda one, other: f"q.{_FRACTIONS[written.func]}({one},{other})", parts)


def _function(op: Op, written: sp.Expr) -> str:
    operands = ",".join(symbol.name for symbol in symbols(op)) if written.free_symbols else ""
    return f"({operands})=>{_SPACE.sub('', _PRINTER.doprint(written))}"
