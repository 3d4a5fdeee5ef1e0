"""Pictures with arrays as steps over their entries, so that a page can compute them anew.

A step adds, multiplies, sums or moves entries; a layer is the steps that its row says it stands for. The page
makes each entry a number of a graph of single numbers: the same engine has its value, its gradient and what
rounding may have done to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from math import prod
from typing import Any

from graphgen.graph import ComputationalGraph, GraphBuilder, Node, array_value
from graphgen.language import opened
from graphgen.ops import OPERANDS, on_arrays
from graphgen.page.decimals import page_numbers
from graphgen.page.terms import CHOICES, CONTRACTIONS, PRODUCTS, SUMS, add_choice, add_contraction, add_terms

_MOST = 8000
"""Single numbers of a picture that a page computes at once."""
_MOVING = frozenset(
    {
        "transpose",
        "reshape",
        "index",
        "permute",
        "broadcast_to",
        "flip",
        "roll",
        "take",
        "gather",
        "concatenate",
        "index_put",
    }
)

Step = list[Any]
"""Which node it belongs to, the shape of its result, what it does, and to the results of which steps; of a
sum and of what moves entries, their places too. What is given has its entries in the place of what it does.
The last step of a node gives its value."""


def steps_over_entries(graph: ComputationalGraph) -> list[Step] | None:
    """The steps of a graph with numbers; None where an operation has none, or there are too many entries.

    >>> from graphgen.language import parse
    >>> for step in steps_over_entries(parse("x = [1, 2]\\ny = sum(x * 3)")):
    ...     print(step)
    [0, [2], [1, 2]]
    [1, [], [3]]
    [2, [2], 'multiply', [0, 1]]
    [3, [], 'sum', [2], [0, 0]]
    """
    made: list[Step] = []
    at: dict[str, int] = {}
    size = 0
    for owner, node in enumerate(graph):
        steps = _steps(graph, node, owner, [at[id] for id in node.operands], made)
        if steps is None:
            return None
        for step in steps:
            size += _size(step, made)
            made.append(step)
        if size > _MOST:
            return None
        at[node.id] = len(made) - 1
    return made


def _steps(
    graph: ComputationalGraph, node: Node, owner: int, operands: list[int], made: Sequence[Step]
) -> list[Step] | None:
    """The steps of one node; `operands` are those that give its operands."""
    op, shape = node.op, list(node.shape)
    if op is None:
        return None if node.value is None else [[owner, shape, page_numbers(node.value)]]
    if op.is_opaque or op.is_abstract:
        return None
    if op.is_elementwise or op.name == "matmul":
        return [[owner, shape, op.name, operands]]
    shapes = [made[operand][1] for operand in operands]
    if op.name in ("sum", "mean"):
        axes = dict(node.parameters)
        return _sums(owner, shape, operands[0], shapes[0], axes, is_mean=op.name == "mean", first=len(made))
    if op.name in _MOVING:
        return [[owner, shape, "move", operands, _moved(node, shapes)]]
    if len(set(operands)) < len(operands):
        return None
    if op.name in SUMS | PRODUCTS | CHOICES | CONTRACTIONS:
        return _further(node, owner, operands, shapes, len(made))
    if op.opened and not node.parameters:
        return _inner(graph, node, owner, operands, made)
    return None


def _further(
    node: Node, owner: int, operands: list[int], shapes: Sequence[Sequence[int]], first: int
) -> list[Step] | None:
    steps: list[Step] = []

    def add(shape: list[int], what: Any, *rest: Any) -> int:
        steps.append([owner, shape, what, *rest])
        return first + len(steps) - 1

    assert node.op is not None
    if node.op.name in CHOICES:
        return steps if add_choice(node, operands[0], shapes[0], add) else None
    add_all = add_contraction if node.op.name in CONTRACTIONS else add_terms
    return steps if add_all(node, operands, shapes, add) else None


def _sums(
    owner: int, shape: list[int], operand: int, of: list[int], axes: Any, is_mean: bool, first: int
) -> list[Step]:
    import numpy as np

    axis = axes.get("axis")
    kept = [1 if axis is None or n == axis % len(of) else length for n, length in enumerate(of)]
    places = np.broadcast_to(np.arange(prod(kept)).reshape(kept), of).ravel().tolist()
    summed: Step = [owner, shape, "sum", [operand], places]
    terms = prod(of) // prod(kept)
    return (
        [summed, [owner, [], [terms]], [owner, shape, "divide", [first, first + 1]]] if is_mean else [summed]
    )


def _moved(node: Node, shapes: Sequence[Sequence[int]]) -> list[int]:
    """Where each entry of a result comes from, counted through the operands."""
    import numpy as np

    assert node.op is not None
    starts = count()
    numbered = [
        np.array([next(starts) for _ in range(prod(shape))], dtype=float).reshape(shape) for shape in shapes
    ]
    parameters = {**node.op.parameters, **dict(node.parameters)}
    moved = on_arrays(node.op)[0](*numbered, *parameters.values())
    return [int(entry) for entry in np.ravel(moved)]


def _inner(
    graph: ComputationalGraph, node: Node, owner: int, operands: list[int], made: Sequence[Step]
) -> list[Step] | None:
    """The steps of what an operation stands for."""
    assert node.op is not None
    axes = node.op.opened_axes
    if any(len(graph[node.operands[position]].shape) != length for position, length in axes.items()):
        return None
    shapes = [graph[id].shape for id in node.operands]
    steps: list[Step] = []
    operands = list(operands)
    if node.op.targets is not None and len(set(shapes)) > 1:
        position = node.op.targets
        shares = _shares(graph, node, node.operands[position])
        if shares is None:
            return None
        shapes[position] = shapes[1 - position]
        operands[position] = len(made)
        steps.append([owner, list(shapes[position]), shares])
    builder = GraphBuilder()
    names = OPERANDS[: len(operands)]
    # Opening asks for shapes alone, which zeros have.
    given = [builder.input(name, _zeros(shape)) for name, shape in zip(names, shapes, strict=True)]
    inside = opened(builder.build(builder.apply(node.op, *given)), ["all"])
    at = dict(zip(names, operands, strict=True))
    for inner in inside:
        if inner.id in at:
            continue
        found = _steps(inside, inner, owner, [at[id] for id in inner.operands], [*made, *steps])
        if found is None:
            return None
        steps += found
        at[inner.id] = len(made) + len(steps) - 1
    return steps


def _shares(graph: ComputationalGraph, node: Node, labels: str) -> list[float | int] | None:
    """The shares that labels stand for: 1 for the class of each row. None where the labels do more than that,
    for a page cannot change them."""
    import numpy as np

    uses = [graph[edge[1]].op for edge in graph.uses[labels]]
    if graph[labels].value is None or any(op is None or op.targets is None for op in uses):
        return None
    classes = np.ravel(np.array(graph[labels].value, dtype=float)).astype(int)
    shape = next(graph[id].shape for id in node.operands if id != labels)
    return [int(entry) for entry in np.ravel(np.eye(shape[-1])[classes])]


def _zeros(shape: Sequence[int]) -> Any:
    import numpy as np

    return array_value(np.zeros(shape, dtype=int).tolist()) if shape else Fraction(0)


def _size(step: Step, made: Sequence[Step]) -> int:
    """How many single numbers a step makes."""
    _, shape, what, *rest = step
    if what == "matmul":
        return int(2 * prod(shape) * made[rest[0][0]][1][-1])
    return prod(made[rest[0][0]][1]) if what == "sum" else prod(shape)
