"""Many diagrams at once, by any executor: processes of this machine, or a cluster of others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from functools import partial
from itertools import chain, islice, repeat
from typing import TypeVar

from graphgen.errors import GraphgenError, contained
from graphgen.options import Options

Item = TypeVar("Item")
Result = TypeVar("Result")

_FIRST, _LARGEST = 8, 48
"""Items that an executor is handed at once, one more each time: where there are many, handing them over
counts for little, and where there are few no process waits long for another."""
_AHEAD = 64
"""Chunks that are handed over before the first has come back."""


def render_many(
    sources: Iterable[str], options: Options | None = None, executor: Executor | None = None
) -> Iterator[str | GraphgenError]:
    """The SVG of each source, verified, as `svg` gives it, in order; of one that has a fault, its error.

    `executor` is any of concurrent.futures, or what a Dask client's get_executor() gives; without one
    the pictures are drawn here, one after the other. Sources may be a generator: only some are asked
    for ahead of the pictures.

    >>> pictures = list(render_many(["x = 3\\ny = x * x", "y = x +"]))
    >>> pictures[0][:5], type(pictures[1]).__name__
    ('<?xml', 'SourceError')
    """
    return mapped(partial(_svg, options or Options()), sources, executor)


def mapped(
    function: Callable[[Item], Result], items: Iterable[Item], executor: Executor | None
) -> Iterator[Result]:
    """The results of a function in the order of its items, some chunks ahead where there is an executor."""
    if executor is None:
        yield from map(function, items)
        return
    rest, running = iter(items), deque[Future[list[Result]]]()
    sizes = chain(range(_FIRST, _LARGEST), repeat(_LARGEST))
    try:
        while chunk := list(islice(rest, next(sizes))):
            running.append(executor.submit(_each, function, chunk))
            if len(running) == _AHEAD:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()
    finally:
        for future in running:
            future.cancel()


def _each(function: Callable[[Item], Result], items: list[Item]) -> list[Result]:
    return list(map(function, items))


def _svg(options: Options, source: str) -> str | GraphgenError:
    from graphgen.language import parse
    from graphgen.page.element import svg

    try:
        with contained():
            return svg(parse(source), options)
    except GraphgenError as error:
        return error
