"""LaTeX as MathML, which browsers draw by themselves."""

from __future__ import annotations

import re

_FENCE = re.compile(r"\\left(?=[(\[])|\\right(?=[)\]])")
_TALL = re.compile(r"\\(frac|begin|sum|int)|\^\{\\")


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as a `math` element; `display` is inline or block.

    Browsers stretch a parenthesis beyond what it holds where the font has no sizes of it, so only those
    around something tall are left to stretch.

    >>> 'stretchy="true"' in mathml(r"2 \\left(x + y\\right)")
    False
    """
    from latex2mathml.converter import convert

    return str(convert(plain_fences(latex), display=display))


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
