"""What a captured graph carries: numbers that its framework computed, and how ours are held against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graphgen.errors import Place, VerificationError
from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.node import Node
from graphgen.graph.numbers import Value
from graphgen.graph.passes import Pass

CLOSE = 1e-8
"""How near two computations in 64-bit floats must come, relative to the largest entry."""
_ROUNDED = 1e-14
"""What rounding may leave, relative to what is summed."""
_SMALLEST = 1e-15
_SHOWN = 4
"""Entries of an array in a message."""


@dataclass(frozen=True, eq=False)
class Recorded:
    """The numbers of an operation for which the op table has no row, as its framework computed them.

    They hold at the captured point alone: for these values of its operands, and this `upstream` gradient of
    the operation, None where nothing comes back. `value` is the result, and `sent` what goes back to each
    operand, None where nothing does. `is_compared` says whether what goes back agrees with differences.

    While a function is being captured the framework itself can be asked: `live` gives what goes back, from
    the upstream gradient.
    """

    value: Value
    operands: tuple[Value, ...]
    upstream: Value | None = None
    sent: tuple[Value | None, ...] = ()
    is_compared: bool = False
    live: Callable[[Any], tuple[Any, ...]] | None = None


@dataclass(frozen=True, eq=False)
class Reference:
    """A framework's own values and gradients of a graph, by the ids of its nodes.

    `framework` is its name and version, as "torch 2.9.0".
    """

    framework: str
    values: Mapping[str, Any] = field(default_factory=dict)
    gradients: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Disagreement:
    """A number that is not as the framework has it: both numbers as text, by who says them, and where the
    fault must lie."""

    kind: Literal["value", "gradient"]
    node: str
    place: Place | None
    witnesses: Mapping[str, str]
    suspect: str

    def error(self) -> VerificationError:
        """The fault in a line: place, both numbers, and what to check."""
        said = " and ".join(f"{number} by {witness}" for witness, number in self.witnesses.items())
        return VerificationError(f"the {self.kind} of {self.node!r} is {said}", self.suspect, self.place)


def disagreements(graph: ComputationalGraph, run: Pass[Any]) -> Iterator[Disagreement]:
    """Where a pass differs from the framework's own numbers, those first from which the others follow:
    values from the inputs on, then gradients from the output back."""
    reference = graph.reference
    if reference is None:
        return
    for node in graph:
        theirs, ours = reference.values.get(node.id), run.values.get(node.id)
        if theirs is not None and not are_close(ours, theirs, *(run.values[id] for id in node.operands)):
            yield _disagreement(graph, "value", node.id, theirs, ours)
    for node in reversed(graph.nodes if run.gradients else ()):
        theirs, ours = reference.gradients.get(node.id), run.gradients.get(node.id)
        upstream = [run.gradients[user] for _, user, _ in graph.uses[node.id] if user in run.gradients]
        if theirs is not None and ours is not None and not are_close(ours, theirs, *upstream):
            yield _disagreement(graph, "gradient", node.id, theirs, ours)


def are_close(ours: Any, theirs: Any, *summed: Any) -> bool:
    """Whether two results agree but for what rounding does to numbers of the sizes of `summed`."""
    import numpy as np

    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    if ours.shape != theirs.shape:
        return False
    allowed = CLOSE * _size(theirs) + _ROUNDED * max(map(_size, summed), default=0.0) + _SMALLEST
    return bool((np.abs(ours - theirs) <= allowed).all())


def _size(numbers: Any) -> float:
    import numpy as np

    return float(np.max(np.abs(np.asarray(numbers, dtype=float)), initial=0.0))


def _disagreement(
    graph: ComputationalGraph, kind: Literal["value", "gradient"], id: str, theirs: Any, ours: Any
) -> Disagreement:
    assert graph.reference is not None
    framework = graph.reference.framework.partition(" ")[0]
    node = graph[id]
    users = [graph[user] for _, user, _ in graph.uses[id]]
    at_fault = node if kind == "value" or not users else next(filter(_is_of_own(graph), users), users[-1])
    name = at_fault.group.rpartition(".")[2] or (at_fault.op.name if at_fault.op else at_fault.id)
    before = "the values before it agree" if kind == "value" else "the values after it agree"
    check = f"check {name}" if kind == "value" else f"check the backward of {name}"
    said = {framework: _excerpt(theirs, ours, theirs), "graphgen": _excerpt(ours, ours, theirs)}
    return Disagreement(kind, id, at_fault.place or node.place, said, f"{before}: {check}")


def _is_of_own(graph: ComputationalGraph) -> Callable[[Node], bool]:
    """Whether a node belongs to a function with a backward of its own: its group ends in the class's name."""
    return lambda node: bool(node.group) and graph.modules.get(node.group) == node.group.rpartition(".")[2]


def _excerpt(numbers: Any, ours: Any, theirs: Any) -> str:
    """A number, or the entries of a small array; of a larger one, that at which the two differ most."""
    import numpy as np

    numbers, ours, theirs = (np.asarray(part, dtype=float) for part in (numbers, ours, theirs))
    if ours.shape != theirs.shape:
        return f"of the shape {numbers.shape}"
    if numbers.size > _SHOWN:
        worst = np.unravel_index(int(np.argmax(np.abs(ours - theirs))), numbers.shape)
        return f"{numbers[worst]:.6g} at {[int(i) for i in worst]}"
    if not numbers.shape:
        return f"{float(numbers):.6g}"
    return f"[{', '.join(f'{entry:.6g}' for entry in numbers.ravel())}]"
