"""LaTeX as MathML, which browsers draw by themselves."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from xml.etree.ElementTree import Element, tostring

_FENCE = re.compile(r"\\left(?=[(\[])|\\right(?=[)\]])")
_TALL = re.compile(r"\\(frac|begin|sum|int)|\^\{\\")
_ROWS = ("math", "mrow", "mtd")
_SCRIPTED = ("msub", "msup", "msubsup", "munder")
_THIN = "0.167em"
"""A sixth of the letters' size, as TeX has it beside the name of a function."""


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as a `math` element; `display` is inline or block.

    Browsers stretch a parenthesis beyond what it holds where the font has no sizes of it, so only those
    around something tall are left to stretch. A sign stands close to what it negates, and the name of a
    function a little apart from a factor or an argument beside it.

    >>> 'stretchy="true"' in mathml(r"2 \\left(x + y\\right)")
    False
    >>> "<mi>log</mi><mspace" in mathml(r"\\log x")
    True
    """
    from latex2mathml.converter import convert_to_element

    formula = convert_to_element(plain_fences(latex), display=display)
    for element in formula.iter():
        element.text = unescape(element.text or "") or None
    for element in formula.iter():
        if element.tag == "mo" and _is_name(element):
            element.tag = "mi"
        if element.tag == "msup" and not "".join(element[1].itertext()).strip("′"):
            element.tag = "mrow"  # fonts of formulas have raised primes already
    for row in [element for element in formula.iter() if element.tag in _ROWS]:
        row[:] = _spaced(list(row))
    return tostring(formula, encoding="unicode")


def _spaced(row: list[Element]) -> list[Element]:
    spaced = row[:1]
    for left, right in pairwise(row):
        if right.text == "−" and left.tag == "mo" and left.text not in (")", "]", "}", "|"):
            right.set("form", "prefix")
        if (_is_name(left) and _is_operand(right)) or (_is_operand(left) and _is_name(right)):
            spaced.append(Element("mspace", width=_THIN))
        spaced.append(right)
    return spaced


def _is_name(element: Element) -> bool:
    """Whether it is the name of a function, perhaps with an index or a power."""
    if element.tag in _SCRIPTED:
        return _is_name(element[0])
    return element.tag in ("mi", "mo") and len(element.text or "") > 1 and (element.text or "").isalpha()


def _is_operand(element: Element) -> bool:
    return element.tag not in ("mo", "mspace", "mtext") and (
        element.tag != "mrow" or (len(element) > 0 and _is_operand(element[0]))
    )


def plain_fences(latex: str) -> str:
    r"""A formula in which only parentheses around something tall grow with it.

    >>> plain_fences(r"\left(1 + \left(x + y\right)\right) + \left(\frac{x}{y}\right)")
    '(1 + (x + y)) + \\left(\\frac{x}{y}\\right)'
    """
    open_at: list[int] = []
    plain: list[tuple[int, int]] = []
    for fence in _FENCE.finditer(latex):
        if fence[0] == r"\left":
            open_at.append(fence.start())
        elif open_at:
            start = open_at.pop()
            if not _TALL.search(latex, start, fence.start()):
                plain += [(start, start + len(r"\left")), fence.span()]
    for start, end in sorted(plain, reverse=True):
        latex = latex[:start] + latex[end:]
    return latex
