"""The words of the op table's rules for floats, by Python's `math`; those for arrays stand in `by_numpy`.

Other kinds of number bring tables of their own: SymPy's words stand in `graphgen.algebra`. Where Python,
NumPy and SymPy have a function by one name, that name is a word; what stands here is what they lack, or
do with less care.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

FAR = 1e100
"""From here on 1 + x² is x², which overflows before its quotients do."""
LOWEST, HIGHEST = 0.5, 2.0**53
"""Between them a float less 1 is a float too; beyond, it is rounded, and may lose its parity."""


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def _sech(x: float) -> float:
    # cosh overflows.
    e = math.exp(-abs(x))
    return 2.0 * e / (1.0 + e * e)


def _over_one_plus_square(g: float, x: float) -> float:
    return g / (1.0 + x * x) if abs(x) < FAR else g / x / x


def normal_share(x: float) -> float:
    # 1 + erf would cancel on the left.
    return math.erfc(-x / math.sqrt(2.0)) / 2.0


def _lower_power(v: float, x: float, n: float) -> float:
    """x ** (n - 1), by v = x ** n where n - 1 is no float; 0 at n = 0, where a power is flat."""
    if n == 0.0:
        return 0.0
    if x != 0.0 and not LOWEST <= n <= HIGHEST:
        return v / x
    try:
        return math.pow(x, n - 1.0)
    except (OverflowError, ValueError):
        # The base may be a constant, of which nobody asks: 0 ** n at n = 0.5.
        return math.nan


def _log_of_base(x: float, n: float) -> float:
    return math.log(x) if x > 0 else 0.0 if x == 0 < n else math.nan


def _above(first: float, second: float) -> float:
    """1 where the first is larger, 1/2 at a tie, else 0."""
    return 0.5 if first == second else 1.0 if first > second else 0.0


ELEMENTARY = (
    *("exp", "expm1", "log", "log1p", "sqrt", "pow"),
    *("sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
)
"""The functions that Python, NumPy and SymPy call by one name."""

SCALAR_WORDS: Mapping[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in ELEMENTARY},
    "abs": abs,
    "max": max,
    "min": min,
    "sign": lambda x: (x > 0) - (x < 0),
    "sigmoid": _sigmoid,
    "sech": _sech,
    "over_one_plus_square": _over_one_plus_square,
    "lower_power": _lower_power,
    "log_of_base": _log_of_base,
    "above": _above,
    "chosen": lambda condition, one, other: one if condition != 0 else other,
    "erf": math.erf,
    "normal_share": normal_share,
}


def array_key(at: tuple[Any, ...]) -> tuple[Any, ...]:
    """The place of some entries as NumPy takes it.

    >>> array_key((1, (2, -1, -1)))
    (1, slice(2, None, -1))
    """

    def selected(key: Any) -> Any:
        if isinstance(key, int):
            return key
        start, stop, step = key
        return slice(start, None if stop < 0 else stop, step)

    return tuple(map(selected, at))


def last_axes(y: Any) -> tuple[int, ...]:
    """The axes over which a layer normalizes whose factors are y: as many of the last."""
    return tuple(range(-y.ndim, 0))


def batch_axes(x: Any) -> tuple[int, ...]:
    """All axes but that of the channels, the second."""
    return (0, *range(2, x.ndim))
