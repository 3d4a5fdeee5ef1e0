"""Operations on arrays as sums of entries, as sums of products of two, and as choices among entries.

What meets in an entry of a sum is read off the operation's own rule: what is sent back from that entry alone,
where the other operand holds the numbers 1, 2, 3 …, names each pair of a product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from math import prod
from typing import Any

from graphgen.graph import Node
from graphgen.ops import on_arrays

SUMS = frozenset({"cumsum", "pad", "avg_pool2d", "scatter_add"})
PRODUCTS = frozenset(
    f"{kind}{dimensions}d{bias}"
    for kind in ("conv", "conv_transpose")
    for dimensions in (1, 2, 3)
    for bias in ("", "_without_bias")
)
CONTRACTIONS = frozenset({"einsum", "bilinear"})
CHOICES = frozenset({"amax", "amin", "max_pool2d", "sort", "topk", "cumprod", "prod"})
_MOST_PROBED = 500_000
"""Entries that are sent back at most to see what meets in a sum."""
_MOST_SORTED = 8
"""Entries that are sorted at most: each is compared with each."""

Add = Callable[..., int]
"""Adds a step, of a shape and what it does, and gives its place."""


def add_terms(node: Node, operands: Sequence[int], shapes: Sequence[Sequence[int]], add: Add) -> bool:
    """Adds the steps of a sum of entries, or of products of two; False where they are too many."""
    import numpy as np

    assert node.op is not None
    if prod(node.shape) * sum(map(prod, shapes)) > _MOST_PROBED:
        return False
    added = 2 if node.op.name in PRODUCTS else 0  # the first operand whose entries are added as they are
    pairs: list[tuple[int, int, int]] = []
    others: list[tuple[int, int, float]] = []
    for entry, sent in enumerate(_sent_back(node, shapes)):
        if added:
            pairs += [(entry, at, int(sent[0][at]) - 1) for at in np.flatnonzero(sent[0]).tolist()]
        flat = np.concatenate([np.zeros(0), *sent[added:]])
        others += [(entry, at, float(flat[at])) for at in np.flatnonzero(flat).tolist()]
    given = list(operands[added:])
    missing = sorted(set(range(prod(node.shape))) - {entry for entry, *_ in (*pairs, *others)})
    if missing:
        given.append(add([1], [0]))
        others += [(entry, sum(map(prod, shapes[added:])), 1.0) for entry in missing]
    parts = []
    if pairs:
        x, y = (
            add([len(pairs)], "move", [operand], [pair[1 + position] for pair in pairs])
            for position, operand in enumerate(operands[:2])
        )
        parts.append(add([len(pairs)], "multiply", [x, y]))
    if others:
        _, places, factors = map(list, zip(*others, strict=True))
        parts.append(add([len(others)], "move", given, places))
        if any(factor != 1 for factor in factors):
            parts.append(add([len(others)], "multiply", [parts.pop(), add([len(others)], factors)]))
    size = len(pairs) + len(others)
    terms = add([size], "move", parts, list(range(size))) if len(parts) > 1 else parts[0]
    add(list(node.shape), "sum", [terms], [entry for entry, *_ in (*pairs, *others)])
    return True


def add_contraction(node: Node, operands: Sequence[int], shapes: Sequence[Sequence[int]], add: Add) -> bool:
    """Adds the steps of a product in Einstein's notation, whose subscripts say which entries meet; False where
    they are too many."""
    import numpy as np

    rows = "abcdefgh"[: len(shapes[0]) - 1]
    written = str(dict(node.parameters).get("subscripts", f"{rows}i,kij,{rows}j->{rows}k")).replace(" ", "")
    met, _, kept = written.partition("->")
    axes = [*zip(met.split(","), shapes, strict=True), (kept, node.shape)]
    lengths = {
        letter: length for letters, shape in axes for letter, length in zip(letters, shape, strict=True)
    }
    size = prod(lengths.values())
    if size > _MOST_PROBED:
        return False
    grid = dict(zip(lengths, np.indices(tuple(lengths.values())).reshape(len(lengths), size), strict=True))
    *places, results = (
        sum((grid[letter] * prod(shape[at + 1 :]) for at, letter in enumerate(letters)), np.zeros(size, int))
        for letters, shape in axes
    )
    factors = [
        add([size], "move", [operand], its.tolist()) for operand, its in zip(operands, places, strict=True)
    ]
    product = reduce(lambda one, other: add([size], "multiply", [one, other]), factors)
    add(list(node.shape), "sum", [product], results.tolist())
    return True


def _sent_back(node: Node, shapes: Sequence[Sequence[int]]) -> Iterator[list[Any]]:
    """What each entry of the result alone sends back to each operand."""
    import numpy as np

    assert node.op is not None
    forward, vjp = on_arrays(node.op)
    parameters = {**node.op.parameters, **dict(node.parameters)}.values()
    numbered = [np.arange(1.0, prod(shape) + 1).reshape(shape) for shape in shapes]
    value = forward(*numbered, *parameters)
    for entry in range(prod(node.shape)):
        upstream = np.zeros(node.shape)
        upstream.flat[entry] = 1
        yield [np.ravel(sent) for sent in vjp(upstream, value, *numbered, *parameters)]


def add_choice(node: Node, operand: int, shape: Sequence[int], add: Add) -> bool:
    """Adds the steps of an operation that goes from entry to entry; False where there are none for it."""
    import numpy as np

    assert node.op is not None
    name = node.op.name
    parameters: dict[str, Any] = {**node.op.parameters, **dict(node.parameters)}
    index = np.arange(prod(shape)).reshape(shape)
    if name == "max_pool2d":
        if any(parameters["padding"]):
            return False
        kernel, (down, across) = tuple(parameters["kernel"]), parameters["stride"]
        windows = np.lib.stride_tricks.sliding_window_view(index, kernel, axis=(-2, -1))
        rows = windows[..., ::down, ::across, :, :].reshape(-1, prod(kernel)).T
    elif parameters["axis"] is None:
        rows = index.reshape(-1, 1)
    else:
        rows = np.moveaxis(index, parameters["axis"], 0)
        rows = rows.reshape(rows.shape[0], -1)
    if name in ("sort", "topk") and len(rows) > _MOST_SORTED:
        return False
    lanes = [len(rows[0])]
    given = [add(lanes, "move", [operand], row.tolist()) for row in rows]
    if name in ("sort", "topk"):
        _sort(given, lanes, add, is_descending=name == "topk" or bool(parameters["descending"]))
    elif name in ("cumprod", "prod"):
        for at in range(1, len(given)):
            given[at] = add(lanes, "multiply", [given[at - 1], given[at]])
    else:
        best = given[0]
        for other in given[1:]:
            over = [best, other] if name == "amin" else [other, best]
            best = add(lanes, "where", [add(lanes, "step", [add(lanes, "subtract", over)]), other, best])
        given = [best]
    if name in ("sort", "topk", "cumprod"):
        kept = given[: node.shape[parameters["axis"]]]
        placed = np.arange(len(kept) * lanes[0]).reshape(len(kept), *np.delete(shape, parameters["axis"]))
        places = np.moveaxis(placed, 0, parameters["axis"]).ravel().tolist()
    else:
        kept, places = given[-1:], list(range(lanes[0]))
    add(list(node.shape), "move", kept, places)
    return True


def _sort(given: list[int], lanes: Sequence[int], add: Add, is_descending: bool) -> None:
    """Sorts in place by comparing neighbours; equals keep their order."""
    for last in range(len(given) - 1, 0, -1):
        for at in range(last):
            one, other = given[at : at + 2]
            over = [other, one] if is_descending else [one, other]
            swapped = add(lanes, "step", [add(lanes, "subtract", over)])
            given[at] = add(lanes, "where", [swapped, other, one])
            given[at + 1] = add(lanes, "where", [swapped, one, other])
