"""Lines of text as a picture sets them: variables in italics, indices low, exponents high."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from graphgen.drawing import escaped
from graphgen.notation import VARIABLE, Run, advance_of, runs

_SIGN = re.compile("[∂∇∑∏∫√∞]+")
_IN_SCRIPTS = re.compile(rf"(?<![a-z])[a-z]{{2}}(?![a-z])|{VARIABLE.pattern}")
"""Two small letters below the line are two indices; three are a word."""
_LATIN = "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
"""For the signs of mathematics, which fonts of full-width characters make as wide as those."""
_RARE = re.compile("[\u2102-\u214e]")
_MATHEMATICS = "DejaVu Sans, STIX Two Math, Cambria Math, sans-serif"
"""For lines with letters that few fonts have, such as ℒ."""
_UNCOMMON = re.compile("(?:(.)([\u0302-\u0305\u0307\u0308\u030c\u20d7])|[⊙𝟏])")
"""A letter with an accent that Unicode has not composed, and signs that few fonts have."""
_SPACING = dict(zip("\u0302\u0303\u0304\u0305\u0307\u0308\u030c\u20d7", "ˆ˜ˉˉ˙¨ˇ→", strict=True))
"""The accents as letters of their own, which stand as high as a small letter wants them."""
_ARROW = 0.6
"""The size of an arrow that is an accent."""
_CIRCLE, _LOWER = 1.25, 0.08
"""The size of the circle of ⊙, and how much lower it stands for its point to be in the middle."""
_HIGHER, _LEANING = 0.19, 0.09
"""How much higher an accent of a tall letter is, and how far it stands aside of one in italics."""
_FULL_WIDTH = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]")
_GOTHIC = "Noto Sans CJK KR, Noto Sans KR, Apple SD Gothic Neo, Malgun Gothic, NanumGothic, sans-serif"


@lru_cache(maxsize=4096)
def inscribed(line: str) -> str:
    """A line of a picture as the content of a `text` element."""
    return _content(runs(line))


def _content(line: Iterable[Run]) -> str:
    written: list[str] = []
    end = height = 0.0
    for run in line:
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
    be it one with serifs, and loses what has an accent that Unicode has not composed."""
    written = _content(_in_common_letters(runs(line)))
    family = _GOTHIC if _FULL_WIDTH.search(line) else _MATHEMATICS if _RARE.search(line) else ""
    return f'<tspan font-family="{family}">{written}</tspan>' if family else written


def _in_common_letters(line: Iterable[Run]) -> Iterator[Run]:
    """The same runs in letters that every font has: accents that Unicode has not composed are runs of their
    own, above their letters, as is the point in the circle of ⊙."""
    for run in line:
        start = 0
        for found in _UNCOMMON.finditer(run.text):
            letter, mark = found.groups()
            before = run._replace(text=run.text[start : found.start()] + (letter or ""))
            yield before
            run = run._replace(along=run.along + advance_of(before))
            start = found.end()
            if mark:
                yield _accent(run, letter, mark)
                continue
            sign = run._replace(text=found[0])
            if found[0] == "⊙":
                circle = _centred("○", sign, _CIRCLE)
                yield circle._replace(height=run.height - _LOWER * run.size)
                yield _centred("·", sign)
            else:
                yield sign._replace(text="1", is_bold=True)
            run = run._replace(along=run.along + advance_of(sign))
        if start < len(run.text):
            yield run._replace(text=run.text[start:])


def _accent(behind: Run, letter: str, mark: str) -> Run:
    """The run of a letter's accent; `behind` begins where the letter ends."""
    of_letter = behind._replace(text=letter)
    of_letter = of_letter._replace(along=behind.along - advance_of(of_letter))
    sign = _SPACING[mark]
    accent = _centred(sign, of_letter, _ARROW if sign == "→" else 1.0)
    aside = 0.0 if behind.is_upright else _LEANING * behind.size
    higher = (_HIGHER if _is_tall(letter) else 0.0) + (_ARROW if sign == "→" else 0.0)
    return accent._replace(along=accent.along + aside, height=behind.height + behind.size * higher)


def _centred(text: str, over: Run, size: float = 1.0) -> Run:
    """An upright run in the middle of where another is, so many times as large."""
    run = over._replace(text=text, is_upright=True, size=over.size * size)
    return run._replace(along=over.along + (advance_of(over) - advance_of(run)) / 2)


def _is_tall(letter: str) -> bool:
    return not letter.islower() or letter in "bdfhklßβδζθλξ"


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
