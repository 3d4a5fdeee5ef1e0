"""SymPy expressions as one line of Unicode mathematics: 2(x + y), √x/3, −1/x²."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.printing.precedence import precedence
from sympy.printing.str import StrPrinter

from graphgen.graph import decimal_text, is_terminating
from graphgen.typeset import name_text, number_text, raised


def symbol_text(value: sp.Expr) -> str:
    """An expression as one line of Unicode mathematics.

    >>> x, y = sp.symbols("x y", real=True)
    >>> symbol_text(2 * x + 2 * y), symbol_text(-1 / x**2), symbol_text(sp.sqrt(x) / 3)
    ('2(x + y)', '−1/x²', '√x/3')
    """
    return str(_InlinePrinter().doprint(sp.factor_terms(value)))


def factor_text(value: sp.Expr) -> str:
    """An expression that can stand as a factor: a sum, a case or a negative in parentheses.

    >>> factor_text(sp.Symbol("x") + 1), factor_text(sp.Integer(1))
    ('(x + 1)', '1')
    """
    written = symbol_text(value)
    sums = isinstance(value, (sp.Add, sp.Piecewise)) or written.startswith("−")
    return f"({written})" if sums else written


class _InlinePrinter(StrPrinter):
    """SymPy's text printer with the signs of mathematics; its methods are named by SymPy."""

    def _print_Symbol(self, expr: Any) -> str:
        return name_text(expr.name)

    def _print_Rational(self, expr: Any) -> str:
        return decimal_text(Fraction(expr.p, expr.q)).replace(" / ", "/").replace("-", "−")

    _print_Integer = _print_Rational

    def _print_Float(self, expr: Any) -> str:
        return number_text(expr)

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        terms = [self._print(term) for term in self._as_ordered_terms(expr, order=order)]
        first, *rest = terms
        return first + "".join(f" − {term[1:]}" if term.startswith("−") else f" + {term}" for term in rest)

    def _print_Mul(self, expr: Any) -> str:
        if expr.could_extract_minus_sign():
            return "−" + self.parenthesize(-expr, precedence(expr))
        number, rest = expr.as_coeff_Mul()
        if number.q >= 10 and is_terminating(Fraction(number.p, number.q)):
            return decimal_text(Fraction(number.p, number.q)) + "·" + self.parenthesize(rest, 50, strict=True)
        below = [factor for factor in rest.as_ordered_factors() if _divides(factor)]
        above = number.p * sp.Mul(rest, *(1 / factor for factor in below))
        denominator = number.q * sp.Mul(*(1 / factor for factor in below))
        if denominator == 1:
            return self._product(expr)
        return f"{self._grouped(above, self._product(above))}/{self.parenthesize(denominator, 55)}"

    def _product(self, expr: Any) -> str:
        factors = expr.as_ordered_factors() if isinstance(expr, sp.Mul) else [expr]
        if len(factors) == 1:
            return str(self._print(expr))
        written = [self.parenthesize(factor, precedence(expr)) for factor in factors]
        product = written[0]
        for factor, text in zip(factors, written[1:], strict=False):
            product += text if factor.is_Integer and _joins(text) else f"·{text}"
        return product

    def _grouped(self, expr: Any, text: str) -> str:
        return f"({text})" if isinstance(expr, sp.Add) else text

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.as_base_exp()
        if exponent == sp.Rational(1, 2):
            return f"√{self.parenthesize(base, 100)}"
        if exponent.is_negative or exponent.could_extract_minus_sign():
            return f"1/{self.parenthesize(1 / expr, 55)}"
        below = self.parenthesize(base, precedence(expr), strict=False)
        return below + _exponent(self._print(exponent))

    def _print_exp(self, expr: Any) -> str:
        lifted = raised(self._print(expr.args[0]))
        return f"exp({self._print(expr.args[0])})" if lifted is None else f"e{lifted}"

    def _print_Abs(self, expr: Any) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_Max(self, expr: Any) -> str:
        return f"max({', '.join(map(self._print, expr.args))})"

    def _print_Min(self, expr: Any) -> str:
        return f"min({', '.join(map(self._print, expr.args))})"

    def _print_Piecewise(self, expr: Any) -> str:
        *cases, last = expr.args
        told = [f"{self._print(case)} if {self._print(holds)}" for case, holds in cases]
        return "; ".join([*told, f"else {self._print(last[0])}"])

    def _print_Relational(self, expr: Any) -> str:
        sign = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}.get(expr.rel_op, expr.rel_op)
        return f"{self._print(expr.lhs)} {sign} {self._print(expr.rhs)}"


def _divides(factor: Any) -> bool:
    """Whether a factor belongs below the line: x⁻¹ does, e⁻ˣ does not."""
    return bool(factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative)


def _joins(text: str) -> bool:
    """Whether a factor can stand right behind a number, as in 2x or 2(x + y)."""
    return text[0] in "(√" or not (len(text) > 1 and text[1:2].isalpha() and text[0].isalpha())


def _exponent(text: str) -> str:
    lifted = raised(text)
    if lifted is not None:
        return lifted
    return f"^{text}" if text.isalnum() else f"^({text})"
