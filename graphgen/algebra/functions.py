"""Functions that are only named, and their derivatives, as functions of SymPy's: f(w), f′(w), g₁′(x, y)."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import sympy as sp
from sympy.core.function import ArgumentIndexError

from graphgen.algebra.latex import latex_name
from graphgen.algebra.words import SYMPY_WORDS, read
from graphgen.notation import name_text, parts_of, subscript
from graphgen.ops import OPERANDS, Op


class NamedFunction(sp.Function):
    """A function of which SymPy knows nothing but its name, or its derivative by one operand, at a position.

    SymPy differentiates it by its own chain rule.
    """

    op: ClassVar[Op]
    position: ClassVar[int | None]
    is_real = True
    is_finite = True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        if self.position is not None:
            raise ArgumentIndexError(self, argindex)
        return named(self.op, argindex - 1)(*self.args)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        name = latex_name(self.op.name)
        if self.index:
            name = f"({name})" if parts_of(self.op.name).below else name
            name += f"_{{{self.index}}}"
        text = name + "'" * (self.position is not None)
        written = rf"{text}\left({', '.join(map(printer._print, self.args))}\right)"
        return written if exp is None else rf"{{{written}}}^{{{exp}}}"

    @property
    def index(self) -> str:
        """Which operand a derivative is by, from 1, where there are several."""
        return "" if self.position is None or self.op.arity == 1 else str(self.position + 1)

    @property
    def written(self) -> str:
        """What stands before the operands in a picture: f, f′, g₁′."""
        name = name_text(self.op.name)
        if self.index and parts_of(self.op.name).below:
            name = f"({name})"
        return name + subscript(self.index) * bool(self.index) + "′" * (self.position is not None)

    def stand_in(self) -> sp.Expr:
        """What stands in for it where formulas are proved, at its operands."""
        operands = [sp.Symbol(letter, real=True) for letter in OPERANDS[: self.op.arity]]
        value = read(self.op.value, operands, SYMPY_WORDS)
        form = value if self.position is None else sp.diff(value, operands[self.position])
        return form.xreplace(dict(zip(operands, self.args, strict=True)))


@cache
def named(op: Op, position: int | None = None) -> type[NamedFunction]:
    """The function of an op that is only named; or, at a position, its derivative by that operand.

    >>> from graphgen.ops import abstract
    >>> x = sp.Symbol("x")
    >>> sp.diff(named(abstract("f", 1))(x**2), x)
    2*x*f′(x**2)
    """
    name = (
        op.name if position is None else f"{op.name}{subscript(str(position + 1)) if op.arity > 1 else ''}′"
    )
    return type(name, (NamedFunction,), {"op": op, "position": position, "nargs": op.arity})
