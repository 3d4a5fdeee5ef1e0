"""Figures that other processes draw while a site builder goes from page to page."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess

from graphgen.cache import Cache
from graphgen.errors import GraphgenError, contained
from graphgen.page import Request, load

_ENOUGH = 8
"""Figures for which it pays to begin other processes."""
_MOST = 4
"""Processes of which the site builder's own, which needs what they draw, keeps abreast."""
_REFUSED = OSError, ImportError, NotImplementedError
"""What comes of processes or their locks on a system without them, as sandboxes may be."""


@dataclass(frozen=True)
class DrawingAhead:
    """The processes that draw, and what they are to draw: by its key, and for each page."""

    pool: ProcessPoolExecutor
    coming: dict[str, Future[bool]] = field(default_factory=dict)
    pages: dict[str, list[Future[bool]]] = field(default_factory=dict)

    def wait(self, page: str) -> None:
        """Returns when all that was to be drawn for a page is kept, or cannot be drawn."""
        for figure in self.pages.pop(page, ()):
            with suppress(BrokenProcessPool):  # a process that dies, dies again where the page comes to it
                figure.result()

    def stop(self) -> int:
        """Ends the processes; what they have not begun is left to the pages. Gives how many were drawn."""
        self.pool.shutdown(cancel_futures=True)
        ended = (figure for figure in self.coming.values() if not figure.cancelled())
        return sum(figure.exception() is None and figure.result() for figure in ended)


def draw_ahead(
    missing: Mapping[str, Sequence[Request]], cache: Cache, jobs: int | None = None
) -> DrawingAhead | None:
    """Begins to draw what a cache does not keep yet, page by page, in so many processes; where it is not said
    how many, in one for each processor, if they are quick to begin and have enough to draw.

    None where one process is to do it all, or the system allows no others.
    """
    can_fork = _can_fork()
    if jobs is None and can_fork and sum(map(len, missing.values())) >= _ENOUGH:
        jobs = min(len(os.sched_getaffinity(0)), _MOST)
    if not jobs or jobs == 1:
        return None
    load()
    try:
        context = get_context("fork" if can_fork else "spawn")
        drawing = DrawingAhead(ProcessPoolExecutor(jobs, context, _end_with_builder))
    except _REFUSED:
        return None
    with suppress(BrokenProcessPool, *_REFUSED):
        for page, requests in missing.items():
            for request in requests:
                if request.key not in drawing.coming:
                    drawing.coming[request.key] = drawing.pool.submit(_keep, cache, request)
            drawing.pages[page] = [drawing.coming[request.key] for request in requests]
    return drawing


def _can_fork() -> bool:
    """Whether processes may begin as copies of this one, with all that it has loaded: on Linux, and where no
    other thread could hold a lock, as under `mkdocs serve`.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def _end_with_builder() -> None:
    """Watches, in a process that draws, for the end of the site builder's, which may be killed."""
    threading.Thread(target=_end_behind, args=[parent_process()], daemon=True).start()


def _end_behind(builder: BaseProcess) -> None:
    builder.join()
    os._exit(1)


def _keep(cache: Cache, request: Request) -> bool:
    with suppress(GraphgenError), contained():  # which the page will tell
        request.figure(cache)
        return True
    return False
