"""Indices, exponents and the style of letters within a line of text, and how wide a line is.

A text is a string. Where Unicode has a small form of every character of an index or an exponent, those stand
in it: x₁, 10⁻³. For all others, such as W to the Q, marks stand around what is raised, lowered, bold or
upright: characters that no author's text can hold. A picture draws both kinds alike, as letters of its one
typeface; HTML has elements for them, and where nothing but plain text goes, `plain` writes W^Q.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from graphgen.notation.widths import advance

LOWERED, RAISED, BOLD, UPRIGHT, END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
"""The marks before what is lowered, raised, bold or upright, and the one behind it."""

_SUPERSCRIPT = str.maketrans(
    "0123456789+-−=()nixyabcdeghjklmoprstuvwzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣʸᵃᵇᶜᵈᵉᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷᶻᵀ"
)
_SUBSCRIPT = str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_SMALL_FORMS = {LOWERED: _SUBSCRIPT, RAISED: _SUPERSCRIPT}
_FULL_SIZE = {small: full for table in _SMALL_FORMS.values() for full, small in table.items()}
_SMALL = re.compile("|".join(f"([{''.join(map(chr, table.values()))}]+)" for table in _SMALL_FORMS.values()))
_GROUP = re.compile(f"([{LOWERED}{RAISED}{BOLD}{UPRIGHT}])([^{LOWERED}-{END}]*){END}")
"""A marked part without another in it."""
_TOKEN = re.compile(f"[{LOWERED}-{END}]|[^{LOWERED}-{END}]+")

_SMALLER, _SMALLEST = 0.7, 0.55
"""The size of an index in that of what it stands at, and the least in that of the line."""
_HEIGHT = {LOWERED: -0.22, RAISED: 0.42}
_GAP = 0.04
"""Before an index, in the size of what it stands at, whose letters lean."""
_BOLDER = 1.06
_MARGIN = 1.06
"""Other sans-serif fonts run a little wider than Helvetica."""


def subscript(text: str) -> str:
    """A text as an index."""
    return _script(text, LOWERED)


def superscript(text: str) -> str:
    """A text as an exponent."""
    return _script(text, RAISED)


def power(base: str, exponent: str) -> str:
    """A base with an exponent; one that has an exponent already stands in parentheses.

    >>> power("x₁", "2"), power("x²", "3")
    ('x₁²', '(x²)³')
    """
    return (f"({base})" if ends_with_exponent(base) else base) + superscript(exponent)


def raised(text: str) -> str | None:
    """A text in Unicode's small raised characters; None where some character has no such form.

    >>> raised("2"), raised("-1"), raised("x + 1")
    ('²', '⁻¹', None)
    """
    return _small(text, RAISED)


def styled(text: str, *marks: str) -> str:
    """A text in bold or upright letters, or both."""
    return f"{''.join(marks)}{text}{END * len(marks)}" if text else ""


def plain(text: str) -> str:
    """A text where nothing but plain characters go: what has no small form stands behind _ or ^.

    >>> plain("a" + superscript("(L−1)")), plain("h" + subscript("t−1")), plain("L" + subscript("reg"))
    ('a^(L−1)', 'hₜ₋₁', 'L_reg')
    """
    while (written := _GROUP.sub(_plain_group, text)) != text:
        text = written
    return text


def html_text(text: str) -> str:
    """A text as HTML, its indices and exponents as elements.

    >>> html_text("W" + superscript("Q") + " < x₁")
    'W<sup>Q</sup> &lt; x<sub>1</sub>'
    """
    tags = {LOWERED: "sub", RAISED: "sup", BOLD: "b", UPRIGHT: ""}
    written, open_tags = [], []
    for token in _TOKEN.findall(marked(text)):
        if token in tags:
            open_tags.append(tags[token])
            written.append(f"<{tags[token]}>" if tags[token] else "")
        elif token == END:
            tag = open_tags.pop()
            written.append(f"</{tag}>" if tag else "")
        else:
            written.append(html.escape(token))
    return "".join(written)


def without_scripts(text: str) -> str:
    """The text on the line itself, without indices, exponents and marks.

    >>> without_scripts("a" + superscript("(L−1)") + " + x₁")
    'a + x'
    """
    text = marked(text)
    while (written := _GROUP.sub(lambda group: "" if group[1] in _HEIGHT else group[2], text)) != text:
        text = written
    return text


def begins_with_script(text: str) -> bool:
    """Whether a text begins with an index or an exponent."""
    return marked(text[:1])[:1] in tuple(_HEIGHT)


def ends_with_exponent(text: str) -> bool:
    """Whether the last letter of a text has an exponent."""
    ends = re.search(f"([{LOWERED}{RAISED}])[^{LOWERED}-{END}]*{END}$", marked(text))
    return bool(ends and RAISED in marked(text)[text.rfind(END, 0, ends.start()) + 1 :])


def is_index(text: str) -> bool:
    """Whether a text is one index and nothing else."""
    return bool(re.fullmatch(f"{LOWERED}[^{LOWERED}-{END}]+{END}", marked(text)))


class Run(NamedTuple):
    """Letters of one size and style: where they begin along the line, how high their own line is above it
    and how large they are, all in the size of the line."""

    text: str
    along: float
    height: float
    size: float
    is_bold: bool
    is_upright: bool


def runs(line: str) -> tuple[Run, ...]:
    """The runs of a line. An index and an exponent of the same letter stand one above the other."""
    written: list[Run] = []
    _set(iter(_TOKEN.findall(marked(line))), Run("", 0.0, 0.0, 1.0, False, False), written)
    return tuple(written)


@lru_cache(maxsize=4096)  # a picture asks for each of its texts some times, and pages repeat them
def width(text: str, size: float) -> float:
    """The width of a line in points; full-width characters count one font size each.

    >>> width("100", 10) < width("사과 가격", 10)
    True
    """
    return max((run.along + advance_of(run) for run in runs(text)), default=0.0) * size * _MARGIN


def advance_of(run: Run) -> float:
    """How far a run reaches along the line, in the size of the line."""
    return sum(map(advance, run.text)) * run.size * (_BOLDER if run.is_bold else 1.0) / 1000


def _set(tokens: Iterator[str], style: Run, written: list[Run]) -> float:
    """Sets what comes up to the end of a marked part, in a style and from where that begins; tells where it
    ends."""
    along = start = style.along
    before = ""
    for token in tokens:
        if token == END:
            break
        if token in _HEIGHT:
            is_above = before in _HEIGHT and before != token
            start = start if is_above else along + _GAP * style.size
            size = max(_SMALLER * style.size, _SMALLEST)
            height = style.height + _HEIGHT[token] * style.size
            inside = style._replace(along=start, height=height, size=size)
            along = max(along, _set(tokens, inside, written))
            before = "" if is_above else token
            continue
        before = ""
        if token in (BOLD, UPRIGHT):
            inside = style._replace(
                along=along,
                is_bold=style.is_bold or token == BOLD,
                is_upright=style.is_upright or token == UPRIGHT,
            )
            along = _set(tokens, inside, written)
            continue
        written.append(style._replace(text=token, along=along))
        along += advance_of(written[-1])
    return along


def _script(text: str, mark: str) -> str:
    return _readable_small(text, mark) or f"{mark}{text}{END}"


def _readable_small(text: str, mark: str) -> str | None:
    """A text in small forms; None for what has none, and for words, which nobody can read in them."""
    is_word = len(text) > 2 and sum(map(str.isalpha, text)) > 1
    return None if is_word else _small(text, mark)


def _small(text: str, mark: str) -> str | None:
    small = text.translate(_SMALL_FORMS[mark])
    return None if any(before == after for before, after in zip(text, small, strict=True)) else small


def marked(text: str) -> str:
    """A text with marks in the place of Unicode's small forms."""
    if text.isascii():
        return text
    return _SMALL.sub(
        lambda small: f"{LOWERED if small[1] else RAISED}{small[0].translate(_FULL_SIZE)}{END}", text
    )


def _plain_group(group: re.Match[str]) -> str:
    mark, text = group.groups()
    if mark not in _SMALL_FORMS:
        return text
    sign = "_" if mark == LOWERED else "^"
    is_one = len(text) == 1 or (text.isalnum() and mark == LOWERED) or text.replace(".", "").isdecimal()
    is_one = is_one or text[:1] + text[-1:] in ("()", "[]")
    return _readable_small(text, mark) or sign + (text if is_one else f"({text})")
