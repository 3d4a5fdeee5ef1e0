"""SymPy expressions as one line of Unicode mathematics: 2(x + y), √x/3, −1/x²."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

from graphgen.graph import decimal_text, is_terminating
from graphgen.notation import name_text, number_text, plain, power, superscript, without_scripts

_HIGHEST = 4
"""Characters of an exponent of e; a longer one stands in parentheses."""


@lru_cache(maxsize=1024)  # the pictures of a page, and the edges of a picture, have many in common
def symbol_text(value: sp.Expr, called: tuple[tuple[str, str], ...] = ()) -> str:
    """An expression as one line of Unicode mathematics; `called` are pairs of a name and what stands for it.

    >>> x, y = sp.symbols("x y", real=True)
    >>> symbol_text(2 * x + 2 * y), symbol_text(-1 / x**2), symbol_text(sp.sqrt(x) / 3)
    ('2(x + y)', '−1/x²', '√x/3')
    """
    # A case of a case is a condition on both.
    bare = value.replace(sp.ITE, lambda test, then, other: (test & then) | (~test & other))
    return str(_InlinePrinter(dict(called)).doprint(sp.factor_terms(bare)))


def factor_text(value: sp.Expr, called: tuple[tuple[str, str], ...] = ()) -> str:
    """An expression that can stand as a factor: a sum, a case or a negative in parentheses.

    >>> factor_text(sp.Symbol("x") + 1), factor_text(sp.Integer(1))
    ('(x + 1)', '1')
    """
    written = symbol_text(value, called)
    sums = isinstance(value, (sp.Add, sp.Piecewise)) or written.startswith("−")
    return f"({written})" if sums else written


class _InlinePrinter(StrPrinter):
    """SymPy's text printer with the signs of mathematics; its methods are named by SymPy."""

    def __init__(self, called: Mapping[str, str]) -> None:
        super().__init__()
        self._called = called

    def _print_Symbol(self, expr: Any) -> str:
        return self._called.get(expr.name) or name_text(expr.name)

    def _print_Rational(self, expr: Any) -> str:
        return decimal_text(Fraction(expr.p, expr.q)).replace(" / ", "/").replace("-", "−")

    _print_Integer = _print_Rational

    def _print_Float(self, expr: Any) -> str:
        return number_text(expr)

    def parenthesize(self, item: Any, level: float, strict: bool = False) -> str:
        text = str(self._print(item))
        if isinstance(item, sp.Piecewise) and level:  # its last case would take in what follows
            return f"({text})"
        if item.is_Rational and text.replace(".", "").isdigit():
            return text
        # Not SymPy's own, which would print once more, and what is nested twice as often with each level.
        is_loose = precedence(item) < level or (not strict and precedence(item) <= level)
        return f"({text})" if is_loose else text

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        terms = [self.parenthesize(term, 1) for term in self._as_ordered_terms(expr, order=order)]
        # y − x reads better than −x + y.
        leading = next((i for i, term in enumerate(terms) if not term.startswith("−")), 0)
        first, *rest = terms[leading], *terms[:leading], *terms[leading + 1 :]
        return first + "".join(f" − {term[1:]}" if term.startswith("−") else f" + {term}" for term in rest)

    def _print_Mul(self, expr: Any) -> str:
        number, rest = expr.as_coeff_Mul()
        if number.is_negative:
            return "−" + self.parenthesize(-expr, precedence(expr))
        below = [1 / factor for factor in rest.as_ordered_factors() if _divides(factor)]
        above = [factor for factor in rest.as_ordered_factors() if not _divides(factor) and factor != 1]
        if number.is_Float or (number.q >= 10 and is_terminating(Fraction(number.p, number.q))):
            above.insert(0, number)
        else:
            above[:0] = [sp.Integer(number.p)] * (number.p != 1)
            below[:0] = [sp.Integer(number.q)] * (number.q != 1)
        top = self._product(above or [sp.Integer(1)])
        if not below:
            return top
        return f"{top}/{self._product(below)}" if len(below) == 1 else f"{top}/({self._product(below)})"

    def _product(self, factors: list[Any]) -> str:
        """Factors side by side: 2x, 1.1·x, 2(x + y)."""
        first, *rest = (self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in factors)
        product = first
        for before, text in zip(factors, rest, strict=False):
            product += text if before.is_Integer and _joins(text) else f"·{text}"
        return product

    def _print_MatAdd(self, expr: Any) -> str:
        terms = sorted(expr.args, key=lambda term: term.as_coeff_mmul()[0].is_negative is True)
        parts = [str(self._print(term)) for term in terms]
        return parts[0] + "".join(
            f" − {term[1:]}" if term.startswith("−") else f" + {term}" for term in parts[1:]
        )

    def _print_MatMul(self, expr: Any) -> str:
        if expr.args[0] == -1:
            return "−" + self.parenthesize(-expr, PRECEDENCE["Mul"])
        return " · ".join(self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in expr.args)

    def _print_Transpose(self, expr: Any) -> str:
        return power(self.parenthesize(expr.arg, PRECEDENCE["Pow"]), "T")

    def _print_MatrixSymbol(self, expr: Any) -> str:
        return name_text(expr.name)

    def _print_OneMatrix(self, expr: Any) -> str:
        return "𝟏ᵀ" if expr.shape[0] == 1 else "𝟏"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.as_base_exp()
        if exponent == sp.Rational(1, 2):
            return f"√{self.parenthesize(base, 100)}"
        if _divides(expr):
            return f"1/{self.parenthesize(1 / expr, 55)}"
        return power(self.parenthesize(base, PRECEDENCE["Pow"]), _tight(self._print(exponent)))

    def _print_exp(self, expr: Any) -> str:
        exponent = _tight(self._print(expr.args[0]))
        if len(plain(exponent)) <= _HIGHEST:
            return f"e{superscript(exponent)}"
        return f"exp({self._print(expr.args[0])})"

    def _print_Abs(self, expr: Any) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_Max(self, expr: Any) -> str:
        return f"max({', '.join(map(self._print, expr.args))})"

    def _print_Min(self, expr: Any) -> str:
        return f"min({', '.join(map(self._print, expr.args))})"

    def _print_Piecewise(self, expr: Any) -> str:
        *cases, last = expr.args
        parts = [f"{self._print(case)} if {self._print(holds)}" for case, holds in cases]
        return "; ".join([*parts, f"else {self._print(last[0])}"])

    def _print_And(self, expr: Any) -> str:
        return " and ".join(self._conditions(expr))

    def _print_Or(self, expr: Any) -> str:
        return " or ".join(self._conditions(expr))

    def _conditions(self, expr: Any) -> list[str]:
        conditions = sorted(expr.args, key=lambda arg: (isinstance(arg, sp.Or), sp.default_sort_key(arg)))
        return [f"({self._print(arg)})" if isinstance(arg, sp.Or) else self._print(arg) for arg in conditions]

    def _print_Relational(self, expr: Any) -> str:
        left, right, sign = expr.lhs, expr.rhs, expr.rel_op
        if right == 0:
            left, right, sign = _sides(left, sign)
        sign = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}.get(sign, sign)
        return f"{self._print(left)} {sign} {self._print(right)}"


def _tight(exponent: str) -> str:
    """A sum as it stands above the line."""
    return exponent.replace(" + ", "+").replace(" − ", "−")


def _sides(difference: Any, sign: str) -> tuple[Any, Any, str]:
    """A comparison with 0 as one of two sides without a minus: a > b for a − b > 0, x < 3 for 3 − x > 0."""
    number, rest = difference.as_coeff_Add()
    negative = [-term for term in sp.Add.make_args(rest) if term.as_coeff_Mul()[0].is_negative]
    left, right = rest + sp.Add(*negative), sp.Add(*negative) - number
    if left != 0:
        return left, right, sign
    return sp.Add(*negative), number, sign.translate(str.maketrans("<>", "><"))


def _divides(factor: Any) -> bool:
    """Whether a factor belongs below the line: x⁻¹ does, e⁻ˣ does not."""
    if not factor.is_Pow:
        return False
    exponent = factor.as_base_exp()[1]
    # By one measure for a power and its inverse, or each would be written as one over the other.
    is_negative = exponent.is_negative
    return bool(exponent.could_extract_minus_sign() if is_negative is None else is_negative)


def _joins(text: str) -> bool:
    """Whether a factor can stand right behind a number, as in 2x or 2(x + y)."""
    second = without_scripts(text)[1:2]
    goes_on = second.isalpha() or second.isdecimal() or second == "_"
    return text[0] in "(√|" or (text[0].isalpha() and not goes_on)
