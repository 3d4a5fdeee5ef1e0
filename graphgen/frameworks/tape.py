"""The record of a function as it runs: nodes with the module, the line and the name they came from."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

from graphgen.errors import Place
from graphgen.graph import ComputationalGraph, GraphBuilder, Recorded, Reference, array_value
from graphgen.ops import FUNCTIONS, OPS, Shape, broadcast


class NoRowError(Exception):
    """The op table has no row for an operation, or none that takes these operands."""


class NodeNumber(int):
    """The number of a node on the tape, which its type tells from a number in a formula."""


class Tape:
    """Nodes in the order in which they came about.

    `group` is the module that is running and `place` the author's line; they are given to each new node.
    """

    def __init__(self) -> None:
        self.builder = GraphBuilder()
        self.group = ""
        self.place: Place | None = None
        self.modules: dict[str, str] = {}
        self._names: set[str] = set()
        self._calls: dict[str, int] = {}

    def input(self, name: str, value: Any, **attributes: object) -> NodeNumber:
        """A named value that the function was given, or holds."""
        about = {"group": self.group, "place": self.place, **attributes}
        return NodeNumber(self.builder.input(self._free_name(name), array_value(value), **about))

    def constant(self, value: Any) -> NodeNumber:
        return NodeNumber(self.builder.constant(value, group=self.group, place=self.place))

    def apply(self, name: str, *operands: int, **parameters: Any) -> NodeNumber:
        """An operation of the op table; raises NoRowError where that has none, or the shapes do not fit."""
        if name not in OPS or OPS[name].arity != len(operands):
            raise NoRowError(name)
        op = OPS[name]
        try:
            (op.shape or broadcast)(*map(self.shape, operands), **parameters)
        except (ValueError, TypeError):
            raise NoRowError(name) from None
        given = tuple(parameters.items())
        return NodeNumber(
            self.builder.apply(op, *operands, parameters=given, group=self.group, place=self.place)
        )

    def record(self, name: str, recorded: Recorded, *operands: int) -> NodeNumber:
        """An operation that the op table has no row for, with the numbers of its framework."""
        return NodeNumber(self.builder.record(name, recorded, *operands, group=self.group, place=self.place))

    def shape(self, node: int) -> Shape:
        return self.builder.shape(node)

    def name_of(self, node: int) -> str | None:
        return self.builder.name_of(node)

    def is_operation(self, node: int) -> bool:
        return self.builder.is_operation(node)

    def name(self, node: int, name: str) -> None:
        """Names the result of an operation as the author does; the first name stays."""
        if self.builder.name_of(node) is None:
            self.builder.describe(node, name=self._free_name(name))

    @contextmanager
    def within(self, path: str, kind: str) -> Any:
        """A context whose nodes belong to a module, or a part of one; calls of it are counted."""
        before, self.group = self.group, self.entered(path, kind)
        try:
            yield
        finally:
            self.group = before

    @contextmanager
    def within_function(self, name: str) -> Any:
        """A context whose nodes belong to a function with a backward of its own, if there is one."""
        before = self.group
        if name:
            self.group = ".".join(filter(None, (before, name)))
            self.modules[self.group] = name
        try:
            yield
        finally:
            self.group = before

    def entered(self, path: str, kind: str) -> str:
        """The group of one more call of a module, within the call of the module that has it."""
        outer = re.sub(r"#\d+", "", self.group)
        if outer and path.startswith(f"{outer}."):
            path = self.group + path[len(outer) :]
        self._calls[path] = calls = self._calls.get(path, 0) + 1
        group = path if calls == 1 else f"{path}#{calls}"
        self.modules[group] = kind
        return group

    def finished(
        self,
        output: int,
        framework: str,
        values: Mapping[Any, Any],
        gradients: Mapping[Any, Any],
        bits: int = 64,
    ) -> tuple[ComputationalGraph, dict[int, str]]:
        """The graph of an output with the framework's numbers, in floats of so many bits, and the id of each
        node that it has."""
        builder, numbers = self.builder.only_needed(output)
        ids = builder.ids()
        id_of = {node: ids[number] for node, number in numbers.items()}
        their_values, their_gradients = (
            {id_of[node]: part[node] for node in part if node in id_of} for part in (values, gradients)
        )
        reference = Reference(framework, their_values, their_gradients, bits)
        graph = builder.build(numbers[output], reference=reference, modules=dict(self.modules))
        return graph, id_of

    def _free_name(self, wanted: str) -> str:
        """A name of the language that nothing else has, near the one that is wanted."""
        base = re.sub(r"\W+", "_", wanted).strip("_") or "x"
        if base[0].isdigit():
            base = f"x_{base}"
        if keyword.iskeyword(base) or base in FUNCTIONS or base in OPS:
            base = f"{base}_"
        name, times = base, 1
        while name in self._names:
            times += 1
            name = f"{base}_{times}"
        self._names.add(name)
        return name
