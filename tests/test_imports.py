import ast
import subprocess
import sys
from pathlib import Path

import pytest

import graphgen

PACKAGE = Path(graphgen.__file__).parent
# The way of the data: a module imports only from those before it.
ORDER = [
    *("errors", "characters", "link", "rules", "op", "ops", "graph", "typeset", "mathtext"),
    *("missing", "arithmetic", "mends", "parser", "opening", "tracer"),
    *("backprop", "plan", "unroll", "symbolic", "formula", "forms", "underflow", "verifier"),
    *("mathml", "options", "shapes", "annotate", "collapse", "highlight"),
    *("quiz", "diagram", "dot", "geometry", "layout", "channels", "router", "canvas", "render"),
    *("describe", "steps", "javascript", "script", "live", "embed", "export", "notebook"),
    *("many", "quote", "cache", "drawing", "folder", "markdown", "words"),
    *("crossref", "book", "sphinx", "plugin", "cli"),
]
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("__"))


def imported(module):
    """The modules of the package that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import on line {node.lineno}"
            names = [f"graphgen.{alias.name}" for alias in node.names] if node.module == "graphgen" else []
            names.append(node.module)
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("graphgen."))


def test_every_module_has_its_place_in_the_order():
    assert sorted(ORDER) == MODULES


# What a graph can be asked to do is found on it, though it is told elsewhere.
DOORS = {"graph": {"plan", "notebook"}, "render": {"notebook"}}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_those_before_it(module):
    before = ORDER[: ORDER.index(module)]
    assert sorted(set(imported(module)) - set(before) - DOORS.get(module, set())) == []


def test_every_public_name_is_there_whatever_was_imported_before():
    homes = ", ".join(f"graphgen.{module}" for module in MODULES)
    code = f"import types, {homes}; print([name for name in graphgen.__all__ if type(getattr(graphgen, name))"
    assert run(f"{code} is types.ModuleType], end='')") == "[]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'graphgen' has no attribute 'prase'"):
        graphgen.prase  # noqa: B018


@pytest.mark.parametrize(
    ("module", "unloaded"),
    [
        ("graphgen", ("sympy", "networkx", "wasmtime", "graphviz", "mkdocs", "markdown")),
        ("graphgen.parser", ("sympy", "wasmtime", "graphviz", "mkdocs", "markdown")),
        ("graphgen.backprop", ("sympy", "wasmtime", "graphviz", "mkdocs", "markdown")),
        ("graphgen.cli", ("sympy", "wasmtime", "mkdocs", "markdown")),
    ],
    ids=["graphgen", "parser", "backprop", "cli"],
)
def test_what_is_slow_is_loaded_when_it_is_used(module, unloaded):
    assert run(f"import sys, {module}; print([n for n in {unloaded} if n in sys.modules], end='')") == "[]"


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8"
    ).stdout
