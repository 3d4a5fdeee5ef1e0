"""Lines of text as a picture sets them: variables in italics, indices low, exponents high."""

from __future__ import annotations

import re
from functools import lru_cache

from graphgen.drawing import escaped
from graphgen.notation import VARIABLE, Run, advance_of, runs

_SIGN = re.compile("[∂∇∑∏∫√∞]+")
_IN_SCRIPTS = re.compile(rf"(?<![a-z])[a-z]{{2}}(?![a-z])|{VARIABLE.pattern}")
"""Two small letters below the line are two indices; three are a word."""
_LATIN = "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
"""For the signs of mathematics, which fonts of full-width characters make as wide as those."""
_FULL_WIDTH = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]")
_GOTHIC = "Noto Sans CJK KR, Noto Sans KR, Apple SD Gothic Neo, Malgun Gothic, NanumGothic, sans-serif"


@lru_cache(maxsize=4096)
def inscribed(line: str) -> str:
    """A line of a picture as the content of a `text` element."""
    written: list[str] = []
    end = height = 0.0
    for run in runs(line):
        letters = _letters(run)
        style = {
            "font-size": f"{100 * run.size:.3g}%" if run.size != 1.0 else "",
            "font-weight": "bold" if run.is_bold else "",
            # Lengths are in the size of the run, as fonts of other widths draw them too.
            "dx": _shift(run.along - end, run.size),
            "dy": _shift(height - run.height, run.size),
        }
        attributes = "".join(f' {name}="{value}"' for name, value in style.items() if value)
        written.append(f"<tspan{attributes}>{letters}</tspan>" if attributes else letters)
        end, height = run.along + advance_of(run), run.height
    return "".join(written)


def inscribed_for_renderer(line: str) -> str:
    """The same for the renderer of PNG and PDF: it sets a line of which its font lacks a letter in any other,
    be it one with serifs."""
    written = inscribed(line)
    return f'<tspan font-family="{_GOTHIC}">{written}</tspan>' if _FULL_WIDTH.search(line) else written


def _shift(length: float, size: float) -> str:
    """A length in the size of a run; nothing where it is none."""
    return f"{length / size:.3f}".rstrip("0").rstrip(".") + "em" if abs(length) > 1e-6 else ""


def _letters(run: Run) -> str:
    """The letters of a run: variables in italics, and the signs in a font that has them narrow."""
    variable = VARIABLE if run.size == 1.0 else _IN_SCRIPTS
    letters = () if run.is_upright else variable.finditer(run.text)
    slanted = [(*found.span(), 'font-style="italic"') for found in letters]
    signs = [(*found.span(), f'font-family="{_LATIN}"') for found in _SIGN.finditer(run.text)]
    written: list[str] = []
    end = 0
    for start, stop, style in sorted((*slanted, *signs)):
        written += escaped(run.text[end:start]), f"<tspan {style}>{escaped(run.text[start:stop])}</tspan>"
        end = stop
    return "".join((*written, escaped(run.text[end:])))
