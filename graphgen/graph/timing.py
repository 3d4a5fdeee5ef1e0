"""Limits of time, which loops ask about as they go: nothing is interrupted from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic

_deadline: ContextVar[float] = ContextVar("graphgen_deadline", default=inf)


class OutOfTimeError(Exception):
    """The time is over that `time_limit` gave."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Makes `require_time` raise after so many seconds, or earlier where a limit around this one ends."""
    token = _deadline.set(min(_deadline.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def is_time_left() -> bool:
    return monotonic() <= _deadline.get()


def require_time() -> None:
    """Raises OutOfTimeError where no time is left.

    >>> with time_limit(-1):
    ...     require_time()
    Traceback (most recent call last):
    graphgen.graph.timing.OutOfTimeError
    """
    if monotonic() > _deadline.get():
        raise OutOfTimeError
