"""The rooms stand in one line: each imports only from those before it, and through their faces."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import graphgen

PACKAGE = Path(graphgen.__file__).parent
LINE = [
    *(
        ("errors",),
        ("views", "cache", "faces"),
        ("ops",),
        ("graph",),
        ("notation", "autodiff"),
        ("options", "language", "frameworks"),
    ),
    *(("algebra",), ("verification", "diagram"), ("drawing",), ("page",), ("integrations",), ("playground",)),
    *(("functions", "markdown", "sphinx"), ("cli",), ("__main__", "__init__")),
]
FLOOR = {room: floor for floor, rooms in enumerate(LINE) for room in rooms}
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(parts):
    """The room of a module, from the parts of its address or path within the package."""
    return parts[0].removesuffix(".py")


def imports(file):
    """The modules of the package that a file imports, wherever in it the import stands, by line."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import on line {node.lineno}"
            own = node.module == f"graphgen.{file.parent.name}"  # there a name is a file's, not the face's
            names = [f"{node.module}.{alias.name}" for alias in node.names] if own else [node.module]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "graphgen":
                yield node.lineno, name.split(".")[1:]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_imports_only_from_the_rooms_before_its_own(file):
    here = room_of(file.relative_to(PACKAGE).parts)
    for line, parts in imports(file):
        assert parts, f"line {line}: the face of the whole package is above every room"
        there = room_of(parts)
        assert there == here or FLOOR[there] < FLOOR[here], f"line {line}: {here} imports from {there}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_room_is_entered_by_its_face(file):
    """A face that would load a library which not everybody has is the one thing that may be passed by."""
    here = room_of(file.relative_to(PACKAGE).parts)
    deeper = [
        f"line {line}: {'.'.join(parts)}" for line, parts in imports(file) if parts and parts[0] != here
    ]
    assert [told for told in deeper if told.count(".") and not told.endswith("integrations.sphinx")] == []


def test_the_files_stand_in_an_order_in_which_none_needs_a_later_one():
    addresses = {file: file.relative_to(PACKAGE).with_suffix("").parts for file in FILES}
    needs = {
        address[:-1] if address[-1] == "__init__" else address: {tuple(parts) for _, parts in imports(file)}
        for file, address in addresses.items()
    }
    assert len([*TopologicalSorter(needs).static_order()]) == len(FILES)


def test_every_room_has_its_place_in_the_line():
    assert {room_of(file.relative_to(PACKAGE).parts) for file in FILES} == FLOOR.keys()


def test_every_public_name_is_there_whatever_was_imported_before():
    addresses = (file.relative_to(PACKAGE.parent).with_suffix("").parts for file in FILES)
    modules = ", ".join(".".join(parts) for parts in addresses if parts[-1] not in ("__init__", "__main__"))
    code = (
        f"import types, {modules}; print([name for name in graphgen.__all__ if type(getattr(graphgen, name))"
    )
    assert run(f"{code} is types.ModuleType], end='')") == "[]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'graphgen' has no attribute 'prase'"):
        graphgen.prase  # noqa: B018


@pytest.mark.parametrize(
    ("module", "unloaded"),
    [
        ("graphgen", ("sympy", "networkx", "numpy", "wasmtime", "graphviz", "mkdocs", "markdown")),
        ("graphgen.language", ("sympy", "networkx", "numpy", "wasmtime", "graphviz", "mkdocs", "markdown")),
        ("graphgen.autodiff", ("sympy", "networkx", "numpy", "wasmtime", "graphviz", "mkdocs", "markdown")),
        ("graphgen.page", ("sympy", "networkx", "numpy", "wasmtime", "graphviz", "mkdocs", "markdown")),
        ("graphgen.cli", ("sympy", "networkx", "numpy", "wasmtime", "mkdocs", "markdown")),
    ],
)
def test_what_is_slow_is_loaded_when_it_is_used(module, unloaded):
    assert run(f"import sys, {module}; print([n for n in {unloaded} if n in sys.modules], end='')") == "[]"


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8"
    ).stdout
