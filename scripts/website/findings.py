"""The findings of the experiments of scripts/measure/, read from its files and written as prose.

The words around it, in each language, stand in findings.yml.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from catalogues import catalogue
from measured import FOLDER
from plot import SUPERSCRIPT

WORDS = "findings.yml"


@cache
def measured(name: str) -> dict[str, Any]:
    """A file of measurements."""
    return dict(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


def words(figure: str, language: str) -> Mapping[str, Any]:
    return dict(catalogue(WORDS)[figure][language])


def number(path: str, form: str, language: str) -> str:
    """A measured number, named by its file and what leads to it there, as prose has it.

    Raises KeyError for a path that leads nowhere, or for a form that is not known.
    """
    name, *keys = path.split(".")
    try:
        found: Any = measured(name)
    except FileNotFoundError:
        raise KeyError(path) from None
    for key in keys:
        found = found[key]
    return FORMS[form](found, language)


def plain(found: float, language: str) -> str:
    """
    >>> plain(1797, "en"), plain(0.2, "en")
    ('1,797', '0.2')
    """
    return f"{found:,}" if isinstance(found, int) else f"{found:.3g}"


def percent(share: float, language: str) -> str:
    return f"{share:.1%}"


def about(found: float, language: str) -> str:
    """To two digits.

    >>> about(34321.4, "en"), about(2.197, "en")
    ('34,000', '2.2')
    """
    return f"{float(f'{found:.2g}'):,g}" if found < 1e6 else power(found, language)


def power(found: float, language: str) -> str:
    """
    >>> power(1.0792e-16, "en")
    '1.1\\xa0×\\xa010⁻¹⁶'
    """
    digits, exponent = f"{found:.1e}".split("e")
    return f"{digits}\u00a0×\u00a010{str(int(exponent)).translate(SUPERSCRIPT)}"


UNITS = ((60.0, "minute"), (1.0, "second"), (1e-3, "millisecond"), (1e-6, "microsecond"))


def time(seconds: float, language: str) -> str:
    """
    >>> time(0.1346, "en"), time(5.18, "ko")
    ('130 milliseconds', '5.2초')
    """
    size, unit = next((size, unit) for size, unit in UNITS if seconds >= size)
    told = about(seconds / size, language)
    spoken: str = words("units", language)[unit]
    return spoken.format(told)


FORMS: Mapping[str, Callable[[Any, str], str]] = {
    "": plain,
    "percent": percent,
    "about": about,
    "power": power,
    "time": time,
}
