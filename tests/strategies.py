"""Random computations over the whole op table, for properties that hold on every graph."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from graphgen.graph.builder import GraphBuilder
from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.numbers import Value
from graphgen.ops import ELEMENTWISE, OPS, Op, Shape, broadcast, on_arrays

Operand = int | Fraction
"""An earlier node, counted back from the newest; or a constant."""
Step = tuple[str, Operand, Operand, Operand]

ARITHMETIC = ("add", "subtract", "multiply", "divide", "negate", "identity", "square")
_LARGEST = 100.0
_NEAR_A_KINK = 1e-6

numbers = st.integers(-300, 300).map(lambda hundredths: Fraction(hundredths, 100))
operands = st.integers(0, 6) | numbers
steps = st.tuples(st.sampled_from(list(ELEMENTWISE)), operands, operands, operands)


def programs(max_steps: int = 16) -> st.SearchStrategy[ComputationalGraph]:
    """Graphs with fan-out, repeated operands and constants, whose values and derivatives are moderate."""
    inputs = st.lists(numbers, min_size=1, max_size=3)
    return st.builds(program, inputs, st.lists(steps, min_size=max_steps // 4, max_size=max_steps))


def program(inputs: list[Fraction], steps: list[Step]) -> ComputationalGraph:
    """The graph of the steps, one after the other; a step that leads out of bounds is left out."""
    builder = GraphBuilder()
    nodes = [builder.input(f"x{number}", value) for number, value in enumerate(inputs)]
    values = [float(value) for value in inputs]
    are_exact = [True] * len(inputs)
    has_kink = False
    for name, *drawn in [*steps, ("add", 0, 1, 0)]:
        op = OPS[name]
        chosen = [
            len(values) - 1 - operand % len(values) if isinstance(operand, int) else operand
            for operand in drawn[: op.arity]
        ]
        at = [values[operand] if isinstance(operand, int) else float(operand) for operand in chosen]
        varying = [position for position, operand in enumerate(chosen) if isinstance(operand, int)]
        is_exact = all(are_exact[operand] for operand in chosen if isinstance(operand, int))
        is_on_kink = op.switch is not None and op.switch(*at) == 0
        # No precision tells whether numbers that are not exact tie, and conventions of two kinks may cancel.
        if is_on_kink and (has_kink or not is_exact):
            continue
        if varying and is_moderate(op, at, varying):
            has_kink |= is_on_kink
            operands = [
                nodes[operand] if isinstance(operand, int) else builder.constant(operand)
                for operand in chosen
            ]
            nodes.append(builder.apply(op, *operands))
            values.append(op.forward(*at))
            are_exact.append(is_exact and (op.switch is not None or op.name in ARITHMETIC))
    return builder.build(nodes[-1])


def is_moderate(op: Op, at: list[float], varying: list[int]) -> bool:
    """Whether an op has a moderate value and derivatives, safe from rounding across a kink or an edge."""
    try:
        value = op.forward(*at)
        vjp = op.vjp(1.0, value, *at)
    except (ArithmeticError, ValueError):
        return False
    if op.switch is not None and 0.0 < abs(op.switch(*at)) < _NEAR_A_KINK:
        return False
    if op.name == "power" and abs(at[0]) < _NEAR_A_KINK:
        return False
    return all(math.isfinite(x) and abs(x) <= _LARGEST for x in (value, *(vjp[i] for i in varying)))


SHAPES = ((), (2,), (3,), (2, 3), (3, 2), (1, 3), (2, 1), (2, 2))
IMAGES = ((1, 2, 3), (2, 2, 3), (1, 2, 2, 3), (2, 2, 3, 2), (1, 1, 2, 2, 2))
SETTINGS = {"sum": ({}, {"axis": 0}, {"axis": -1, "keepdims": True}), "reshape": ({"shape": (-1,)},)}
SETTINGS |= dict.fromkeys(("flip", "cumsum", "cumprod", "roll"), ({}, {"axis": -1}))
SETTINGS |= {"permute": ({"axes": (0,)}, {"axes": (1, 0)}), "pad": ({"widths": ((1, 0), (0, 2))},)}
SETTINGS |= {"broadcast_to": ({"shape": (2, 3)},), "take": ({"at": (1, 0, 1)}, {"at": (0, 0), "axis": -1})}
SETTINGS |= {"gather": ({"at": (1, 0, 1)}, {"at": ((0, 1), (1, 1))})}
SETTINGS |= dict.fromkeys(("mean", "variance", "logsumexp", "amax", "amin", "prod"), SETTINGS["sum"])
SETTINGS |= {"scatter_add": ({"at": (1, 1)}, {"at": ((0, 1), (1, 1)), "axis": 1})}
SETTINGS |= {"index_put": ({"at": ((1, 0),)}, {"at": (1, 0)}), "sort": ({}, {"axis": 0, "descending": True})}
SETTINGS |= {
    "topk": ({}, {"k": 2, "axis": 0}),
    "einsum": ({"subscripts": "ij,ij->j"}, {"subscripts": "ij,ij->"}),
}
SETTINGS |= {"index": ({"at": (0,)}, {"at": ((1, -1, -1),)}), "concatenate": ({}, {"axis": -1})}

entries = st.integers(-200, 200).map(lambda hundredths: Fraction(hundredths, 100))
shares = st.integers(5, 95).map(lambda hundredths: Fraction(hundredths, 100))


def arrays(shape: Shape, of: st.SearchStrategy[Fraction] = entries) -> st.SearchStrategy[Value]:
    """An array of a shape, of numbers from -2 to 2 unless told, as nested tuples."""
    if not shape:
        return of
    return st.lists(arrays(shape[1:], of), min_size=shape[0], max_size=shape[0]).map(tuple)


def layer_shapes(op: Op, x: Shape) -> tuple[Shape, ...]:
    """The shapes of further operands that fit a first one, for the ops that seldom meet them by chance."""
    match op.name:
        case "layer_norm":
            return x[-1:], x[-1:]
        case "batch_norm" | "group_norm":
            return x[1:2], x[1:2]
        case "conv1d" | "conv2d" | "conv3d" if len(x) > 2:
            return (3, x[1], *(2,) * len(x[2:])), (3,)
        case "conv_transpose1d" | "conv_transpose2d" if len(x) > 2:
            return (x[1], 1, *(2,) * len(x[2:])), (1,)
        case "bilinear":
            return (2, x[-1], x[-1]), x
        case "attention":
            return (*x[:-2], 3, x[-1]), (*x[:-2], 3, 2)
        case "affine":
            return (x[-1], 2), (2,)
        case "linear":
            return (2, x[-1]), (2,)
        case "matmul":
            return ((x[-1], 2),)
        case name if name.endswith("_without_bias"):
            return layer_shapes(OPS[name.removesuffix("_without_bias")], x)[:1]
    return (x,) * (op.arity - 1)


_LAYERS = ("norm", "conv", "pool", "attention", "affine", "linear", "matmul", "entropy", "error", "masked")
_LAYERS += ("bilinear", "cosine", "einsum")


@st.composite
def array_programs(draw: st.DrawFn, max_steps: int = 8) -> ComputationalGraph:
    """Graphs of small arrays, with broadcasting, fan-out and ops on whole arrays; the output is a number."""
    builder = GraphBuilder()
    nodes, values = [], []

    def given(shape: Shape, of: st.SearchStrategy[Fraction]) -> int:
        number = draw(arrays(shape, of))
        nodes.append(builder.input(f"x{len(nodes)}", number))
        values.append(np.array(number, dtype=float))
        return len(nodes) - 1

    for _ in range(draw(st.integers(1, 3))):
        given(draw(st.sampled_from(SHAPES)), entries)
    for _ in range(draw(st.integers(1, max_steps))):
        op = OPS[draw(st.sampled_from(list(OPS)))]
        chosen = draw(st.tuples(*[st.integers(0, len(nodes) - 1)] * op.arity))
        if any(part in op.name for part in _LAYERS) and draw(st.booleans()):
            of = shares if "cross" in op.name or "masked" in op.name else entries
            first = given(draw(st.sampled_from((*SHAPES[3:], *IMAGES, *IMAGES))), of)
            chosen = (first, *(given(shape, of) for shape in layer_shapes(op, values[first].shape)))
        settings = dict(draw(st.sampled_from(SETTINGS.get(op.name, ({},)))))
        if op.name == "reshape":
            settings = {"shape": (values[chosen[0]].size,)}
        result = moderate_array(op, [values[i] for i in chosen], settings)
        if result is not None:
            told = tuple(settings.items())
            nodes.append(builder.apply(op, *(nodes[i] for i in chosen), parameters=told))
            values.append(result)
    total = builder.apply(OPS["sum"], nodes[-1])
    return builder.build(builder.apply(OPS["add"], total, builder.apply(OPS["mean"], nodes[0])))


def moderate_array(op: Op, operands: list[Any], settings: dict[str, Any]) -> Any:
    """The value of an op on arrays; None where there is none, or one that is not moderate."""
    if op.targets is not None and operands[0].shape != operands[1].shape:
        return None
    try:
        shape = (op.shape or broadcast)(*(operand.shape for operand in operands), **settings)
    except ValueError:
        return None
    if op.is_elementwise:
        each = np.broadcast_arrays(*operands) if op.arity > 1 else operands
        points = zip(*(array.ravel().tolist() for array in each), strict=True)
        if not all(is_moderate(op, list(at), list(range(op.arity))) for at in points):
            return None
    highest = {"cross_entropy": np.inf, "binary_cross_entropy": 0.95}.get(op.name)
    if highest is not None and not (operands[0].min() >= 0.05 and operands[0].max() <= highest):
        return None
    if op.name == "masked_softmax" and operands[1].min() < 0.05:
        return None
    if op.name == "batch_norm" and operands[0].size == operands[1].size:
        return None  # PyTorch refuses to normalize single numbers
    if op.agreed in ("first", "order") and np.any(np.diff(np.unique(operands[0])) < _NEAR_A_KINK):
        return None
    forward, _ = on_arrays(op)
    with np.errstate(all="ignore"):  # as of a row of zeros, which has no direction
        value = np.asarray(forward(*operands, **{**op.parameters, **settings}), dtype=float)
    assert value.shape == shape
    return value if np.abs(value).max() <= _LARGEST else None
