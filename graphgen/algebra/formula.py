"""SymPy expressions as one line of Unicode mathematics: 2(x + y), √x/3, −1/x²."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

from graphgen.algebra.functions import NamedFunction
from graphgen.graph import is_terminating
from graphgen.notation import exact_text, name_text, number_text, plain, power, superscript, without_scripts

_HIGHEST = 4
"""Characters of an exponent of e; a longer one stands in parentheses."""


@lru_cache(maxsize=1024)  # the pictures of a page, and the edges of a picture, have many in common
def symbol_text(
    value: sp.Basic, called: tuple[tuple[str, str], ...] = (), arrays: frozenset[str] = frozenset()
) -> str:
    """An expression as one line of Unicode mathematics; `called` are pairs of a name and what stands for it.

    Symbols with the names of `arrays` stand for arrays, which are multiplied entry by entry, as in g ⊙ x.

    >>> x, y = sp.symbols("x y", real=True)
    >>> symbol_text(2 * x + 2 * y), symbol_text(-1 / x**2), symbol_text(sp.sqrt(x) / 3)
    ('2(x + y)', '−1/x²', '√x/3')
    """
    printer = _InlinePrinter(dict(called), arrays)
    if isinstance(value, sp.MatrixExpr):  # whose factors must not change places
        return str(printer.doprint(value))
    # A case of a case is a condition on both.
    form = value.replace(sp.ITE, lambda test, then, other: (test & then) | (~test & other))
    return str(printer.doprint(sp.factor_terms(form)))


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

    def __init__(self, called: Mapping[str, str], arrays: frozenset[str]) -> None:
        super().__init__()
        self._called, self._arrays = called, arrays

    def _print_Symbol(self, expr: Any) -> str:
        return self._called.get(expr.name) or (expr.name if _is_gradient(expr) else name_text(expr.name))

    def _print_Rational(self, expr: Any) -> str:
        return exact_text(Fraction(expr.p, expr.q))

    _print_Integer = _print_Rational

    def _print_Float(self, expr: Any) -> str:
        return number_text(expr)

    def _print_Pi(self, expr: Any) -> str:
        return "π"

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
        factors = _outermost_first(rest.as_ordered_factors())
        below = [1 / factor for factor in factors if _divides(factor)]
        above = [factor for factor in factors if not _divides(factor) and factor != 1]
        if number.is_Float or (number.q >= 10 and is_terminating(Fraction(number.p, number.q))):
            above.insert(0, number)
        else:
            above[:0] = [sp.Integer(number.p)] * (number.p != 1)
            below[:0] = [sp.Integer(number.q)] * (number.q != 1)
        top = self._product(above or [sp.Integer(1)], in_quotient=bool(below))
        if not below:
            return top
        return f"{top}/{self._product(below)}" if len(below) == 1 else f"{top}/({self._product(below)})"

    def _product(self, factors: list[Any], in_quotient: bool = False) -> str:
        """Factors side by side: 2x, 1.1·x, 2(x + y); an upstream gradient comes first, arrays come last."""
        ordered = sorted(
            factors,
            key=lambda factor: (not factor.is_number, self._is_array(factor), not _is_gradient(factor)),
        )
        first, *rest = (
            f"({self._print(factor)})"
            if in_quotient and _is_gradient(factor)
            else self.parenthesize(factor, PRECEDENCE["Mul"])
            for factor in ordered
        )
        product = first
        for before, factor, text in zip(ordered, ordered[1:], rest, strict=False):
            if before.is_Integer and _joins(text):
                product += text
            elif self._is_array(before) and self._is_array(factor):
                product += f" ⊙ {text}"
            else:
                product += f"·{text}"
        return product

    def _is_array(self, factor: Any) -> bool:
        return not self._arrays.isdisjoint(symbol.name for symbol in factor.free_symbols)

    def _print_MatAdd(self, expr: Any) -> str:
        numbers = {abs(term.as_coeff_mmul()[0]) for term in expr.args}
        common = numbers.pop()
        if not numbers and common != 1:  # SymPy multiplies it out
            inner = self._print(sp.MatAdd(*(term / common for term in expr.args)))
            return f"{self.parenthesize(common, PRECEDENCE['Mul'])} · ({inner})"
        terms = sorted(expr.args, key=lambda term: term.as_coeff_mmul()[0].is_negative is True)
        parts = [str(self._print(term)) for term in terms]
        return parts[0] + "".join(
            f" − {term[1:]}" if term.startswith("−") else f" + {term}" for term in parts[1:]
        )

    def _print_MatMul(self, expr: Any) -> str:
        if expr.args[0] == -1:
            return "−" + self.parenthesize(-expr, PRECEDENCE["Mul"])
        number, matrices = expr.as_coeff_matrices()
        product = " · ".join(self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in matrices)
        if number == 1:
            return product
        joins = number.is_Integer and not _is_gradient(matrices[0])
        coefficient = self.parenthesize(sp.factor_terms(number), PRECEDENCE["Mul"], strict=True)
        return f"{coefficient}{product}" if joins else f"{coefficient} · {product}"

    def _print_Transpose(self, expr: Any) -> str:
        base = self._print(expr.arg) if _is_gradient(expr.arg) else ""
        return power(f"({base})" if base else self.parenthesize(expr.arg, PRECEDENCE["Pow"]), "T")

    _print_MatrixSymbol = _print_Symbol

    def _print_OneMatrix(self, expr: Any) -> str:
        return "𝟏ᵀ" if expr.shape[0] == 1 else "𝟏"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.as_base_exp()
        if exponent == sp.Rational(1, 2):
            return f"√{self.parenthesize(base, 100)}"
        if _divides(expr):
            return f"1/{self.parenthesize(1 / expr, 55)}"
        return power(self.parenthesize(base, PRECEDENCE["Pow"]), _tight(self._print(exponent)))

    def _inside(self, argument: Any) -> str:
        """An argument between a function's own parentheses: what stands for a symbol needs none there."""
        text = str(self._print(argument))
        return text[1:-1] if argument.is_Symbol and text.startswith("(") else text

    def _print_Function(self, expr: Any) -> str:
        name = expr.written if isinstance(expr, NamedFunction) else expr.func.__name__
        return f"{name}({', '.join(map(self._inside, expr.args))})"

    def _print_exp(self, expr: Any) -> str:
        exponent = _tight(self._print(expr.args[0]))
        if len(plain(exponent)) <= _HIGHEST:
            return f"e{superscript(exponent)}"
        return f"exp({self._inside(expr.args[0])})"

    def _print_Abs(self, expr: Any) -> str:
        return f"|{self._inside(expr.args[0])}|"

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


def _is_gradient(factor: Any) -> bool:
    """Whether a symbol stands for a gradient, ∂L/∂x."""
    return isinstance(factor, sp.Symbol | sp.MatrixSymbol) and factor.name.startswith("∂")


def _outermost_first(factors: list[Any]) -> list[Any]:
    """Factors with g₁′(f(x), y)·f′(x) as the chain rule has them; f′(y)·f′(x), for names mostly rise from the
    input to the output."""
    derivatives = [part for part in factors if isinstance(part, NamedFunction) and part.position is not None]
    others = [part for part in factors if part not in derivatives]
    derivatives.sort(key=lambda part: len([*sp.preorder_traversal(part)]))
    return others + derivatives[::-1]


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
