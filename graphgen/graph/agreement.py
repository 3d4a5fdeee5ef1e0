"""Our numbers of a captured graph held against those that its framework computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graphgen.errors import Place, VerificationError
from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.node import Node
from graphgen.graph.passes import Pass

_CLOSE = {64: 1e-8, 32: 1e-3}
"""How near two computations must come, relative to the largest entry, by the width of their floats."""
_ROUNDED = {64: 1e-14, 32: 1e-6}
"""The difference that rounding may leave, relative to what is summed, or to 1."""
_AT_ONCE = 2**18
"""Entries that are compared at once, about."""
_SHOWN = 4
"""Entries of an array in a message."""


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
        if theirs is not None and not are_close(
            ours, theirs, *(run.values[id] for id in node.operands), bits=reference.bits
        ):
            yield _disagreement(graph, "value", node.id, theirs, ours)
    for node in reversed(graph.nodes if run.gradients else ()):
        theirs, ours = reference.gradients.get(node.id), run.gradients.get(node.id)
        upstream = [run.gradients[user] for _, user, _ in graph.uses[node.id] if user in run.gradients]
        if (
            theirs is not None
            and ours is not None
            and not are_close(ours, theirs, *upstream, bits=reference.bits)
        ):
            yield _disagreement(graph, "gradient", node.id, theirs, ours)


def are_close(ours: Any, theirs: Any, *summed: Any, bits: int = 64) -> bool:
    """Whether two results agree but for what rounding does to numbers of the sizes of `summed`, in floats of
    so many bits."""
    import numpy as np

    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    if ours.shape != theirs.shape:
        return False
    allowed = _CLOSE[bits] * _size(theirs) + _ROUNDED[bits] * max([1.0, *map(_size, summed)])
    # In parts, so that arrays of a hundred megabytes need no third one for their difference.
    parts = zip(_parts(ours), _parts(theirs), strict=True)
    return all(_size(one - other) <= allowed for one, other in parts)


def _parts(numbers: Any) -> Iterator[Any]:
    rows = max(1, _AT_ONCE * len(numbers) // numbers.size) if numbers.size > _AT_ONCE else 0
    yield from (numbers[row : row + rows] for row in range(0, len(numbers), rows)) if rows else [numbers]


def _size(numbers: Any) -> float:
    """The largest absolute value; not a number where there is one that is none."""
    import numpy as np

    numbers = np.asarray(numbers, dtype=float)
    return float(max(numbers.max(initial=0.0), -numbers.min(initial=0.0)))


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
