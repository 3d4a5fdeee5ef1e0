"""Expressions and names in LaTeX."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from sympy.core.alphabets import greeks

from graphgen.notation import is_letter, parts_of


def latex(value: sp.Expr, called: Mapping[str, str] | None = None) -> str:
    """An expression in LaTeX; names of several letters are set upright, as words, with a space between.

    `called` is what stands for some of the names.

    >>> latex(sp.Symbol("apple") * sp.Symbol("x_1"))
    '\\\\mathrm{apple} \\\\, x_{1}'
    """
    called = called or {}
    names = {symbol: called.get(symbol.name) or latex_name(symbol.name) for symbol in value.free_symbols}
    has_words = any(name.startswith((r"\mathrm", r"\text")) for name in names.values())
    times = r" \, " if has_words else None
    return str(sp.latex(value, symbol_names=names, ln_notation=False, order="none", mul_symbol=times))


def latex_name(name: str) -> str:
    """A name in LaTeX: a letter, Latin or Greek, italic with its index below; else upright, as a word.

    >>> latex_name("x_1"), latex_name("x1"), latex_name("alpha"), latex_name("w_max")
    ('x_{1}', 'x_{1}', '\\\\alpha', 'w_{\\\\mathrm{max}}')
    >>> latex_name("사과"), latex_name("unit_price")
    ('\\\\text{사과}', '\\\\mathrm{unit\\\\_price}')
    """
    base, accent, index = parts_of(name)
    letter = _letter(base)
    if not letter and not index:
        return _word(name)
    base = f"\\{accent}{{{letter}}}" if accent else letter or _word(base)
    below = index if index.isdigit() else _letter(index) or _word(index)
    return f"{base}_{{{below}}}" if index else base


def _letter(base: str) -> str:
    """The base of a name as an italic letter in LaTeX; empty where it is a word."""
    if base.lower() in greeks:
        # Not for any name: SymPy makes a hat of the end of "what".
        return str(sp.latex(sp.Symbol(base)))
    return base if is_letter(base) else ""


def _word(name: str) -> str:
    command = "mathrm" if name.isascii() else "text"
    return f"\\{command}{{{name.replace('_', chr(92) + '_')}}}"
