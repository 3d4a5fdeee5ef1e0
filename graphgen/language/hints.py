"""Hints at what to write in the place of what mathematics, or another language, writes otherwise.

Texts alone, read by patterns; nothing is evaluated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from keyword import iskeyword
from typing import NamedTuple

from graphgen.graph import decimal_text
from graphgen.ops import FUNCTIONS

ONE_A_LINE = "write one assignment a line, as in 'total = apple * count'"
ONE_NAME = "write 'name = expression', one name on the left"

_LONGEST = 30
"""Characters of an author's text in a hint."""
_MOST = 4
"""Operands that a hint writes out."""
_SIGNS = {
    "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "∕": "/", "−": "-", "–": "-", "—": "-", "√": "sqrt(x)",
    "²": "** 2", "³": "** 3", "½": "1 / 2", "¼": "1 / 4", "¾": "3 / 4",
}  # fmt: skip
_NUMBER = r"[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?"
_TOKEN = re.compile(rf"0[xXoObB]\w*|{_NUMBER}|\.[0-9]+|\w+|\S")
_NAME_OF_WORDS = re.compile(r"[^\W\d]\w*(?:(?:\s+|-)\w+)+")
_PERCENT = re.compile(r"(?<![\w.])([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*%(?!\s*[\w.(])")
_BARS = re.compile(r"\|([^|]+)\|")
_THOUSANDS = re.compile(r"(?<![\w.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![\w.,])")
_DECIMAL_COMMA = re.compile(r"(?<![\w.,])([0-9]+),([0-9]+)(?![\w.,])")


class Operand(NamedTuple):
    """A piece of an expression as its author wrote it, and whether it can stand beside any operator."""

    written: str
    stands_alone: bool

    @property
    def text(self) -> str:
        return _short(self.written)

    @property
    def grouped(self) -> str:
        return self.text if self.stands_alone else f"({self.text})"


def of_line(line: str, at: int, fault: str) -> str:
    """The hint for a line in which Python found a fault at a position."""
    code = unicodedata.normalize("NFC", line.partition("#")[0]).strip()
    if fault == "unexpected indent":
        return "remove the spaces at the start of the line"
    if fault.startswith("invalid non-printable"):
        return "remove it"
    return (
        _of_keyword(code)
        or _of_sign(line[at : at + 1])
        or of_percent(code)
        or _of_bars(code)
        or (of_commas(code) if "zeros" in fault else "")  # as in 1,05
        or _of_name(code)
        or _of_missing_operator(code)
        or (ONE_NAME if fault.startswith("cannot assign") else ONE_A_LINE)
    )


def of_percent(code: str) -> str:
    """
    >>> of_percent("price * 10%"), of_percent("price % 10")
    ('write 0.1 for 10%', '')
    """
    found = _PERCENT.search(code)
    return f"write {decimal_text(Fraction(found[1]) / 100)} for {found[1]}%" if found else ""


def of_commas(code: str) -> str:
    """
    >>> of_commas("1,000"), of_commas("1,5"), of_commas("1, 2")
    ('write 1000 or 1_000', 'a decimal has a point: write 1.5', '')
    """
    if found := _THOUSANDS.search(code):
        return f"write {_short(found[0].replace(',', ''))} or {_short(found[0].replace(',', '_'))}"
    found = _DECIMAL_COMMA.search(code)
    return f"a decimal has a point: write {_short(f'{found[1]}.{found[2]}')}" if found else ""


def of_more_operands(name: str, operands: Sequence[Operand]) -> str:
    """The hint for a call with more operands than the function has.

    >>> of_more_operands("max", [Operand(name, True) for name in "abc"])
    'write max(max(a, b), c)'
    """
    texts = shortened(operand.text for operand in operands)
    if name in ("max", "min") and len(operands) > 1:
        return f"write {reduce(lambda nested, text: f'{name}({nested}, {text})', texts)}"
    if name in ("sum", "mean") and operands:
        total = " + ".join(texts)
        return f"write {total}" if name == "sum" else f"write ({total}) / {len(operands)}"
    return ""


def of_product(left: Operand, right: Operand) -> str:
    """The hint where nothing stands between two factors."""
    return f"an operator is missing: write {left.grouped} * {right.grouped}"


def _short(written: str) -> str:
    text = " ".join(written.split())
    return text if len(text) <= _LONGEST and text.isprintable() else "…"


def shortened(texts: Iterable[str]) -> list[str]:
    """Some texts, the last of them left out where they are many."""
    whole = list(texts)
    return whole if len(whole) <= _MOST else [*whole[: _MOST - 1], "…"]


def _of_keyword(code: str) -> str:
    first = re.match(r"(\w+)\s*=", code)
    return f"{first[1]!r} is a word of Python: choose another name" if first and iskeyword(first[1]) else ""


def _of_sign(sign: str) -> str:
    """The sign of the language for one that mathematics has."""
    plain = _SIGNS.get(sign) or unicodedata.normalize("NFKC", sign)
    if sign.isdecimal():
        plain = str(unicodedata.decimal(sign))
    return f"write {plain}" if not sign.isascii() and plain.isascii() else ""


def _of_bars(code: str) -> str:
    found = _BARS.search(code)
    return f"write abs({_short(found[1])})" if found else ""


def _of_name(code: str) -> str:
    """The hint for a name that is several words, or that a digit begins."""
    name, sign, _ = code.partition("=")
    name = name.strip()
    if not sign or any(map(iskeyword, re.findall(r"\w+", name))):
        return ""
    if re.fullmatch(r"[0-9]+[^\W\d]\w*", name):
        return "a name begins with a letter: choose another name"
    if not _NAME_OF_WORDS.fullmatch(name):
        return ""
    joined = re.sub(r"[\s-]+", "_", name)
    return f"join the words of a name with _: {_short(joined)}"


def _of_missing_operator(code: str) -> str:
    """The hint for the first two operands with nothing between them: 2x, x y, 2 (x + 1), sin x."""
    tokens = _TOKEN.findall(code)
    if any(map(iskeyword, tokens)) or not {"'", '"'}.isdisjoint(tokens):
        return ""
    for (before, after), ahead in zip(pairwise(tokens), [*tokens[2:], ""], strict=False):
        if not (_is_operand(before) or before == ")") or not (_is_operand(after) or after == "("):
            continue
        if before.isidentifier() and after == "(":
            continue
        if before in FUNCTIONS:
            return f"call a function with parentheses: {before}({_short(after)})"
        if before.isdigit() and re.fullmatch("[0-9]{3}", after):
            return f"write {_short(before + after)} or {_short(f'{before}_{after}')}"
        calls = after.isidentifier() and ahead == "("
        left, right = ("(…)" if side in "()" else _short(side) for side in (before, after))
        hint = f"an operator is missing: write {left} * {right}{'(…)' if calls else ''}"
        are_words = before.isidentifier() and after.isidentifier() and not calls
        return f"{hint}, or {_short(f'{before}_{after}')} for one name" if are_words else hint
    return ""


def _is_operand(token: str) -> bool:
    return token[0].isalnum() or token[0] == "_" or (token[0] == "." and len(token) > 1)
