"""The second witness of operations on arrays: forward mode, along a direction.

Each operation's value is computed once more over dual numbers x + t·ε (ε² = 0), whose slope is what the
value changes by along t. With the upstream gradient g it must be that ⟨g, J·t⟩ = Σ ⟨vjp(g), t⟩. The
directions are random whole numbers, so that a wrong entry is missed with a chance of one in a billion.
Slopes of single entries are SymPy's derivatives; those of sums and products are the rules of calculus.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from flint import fmpq

from graphgen.graph import ComputationalGraph, Node, require_time
from graphgen.ops import OPERANDS, OPS, Op
from graphgen.verification import array_words
from graphgen.verification.balls import Number, UndecidedError, UndefinedError, exact
from graphgen.verification.passes import Enclosures, at_node
from graphgen.verification.reading import compiled
from graphgen.verification.report import Pair
from graphgen.verification.rules import INDETERMINATE, entries, is_indeterminate, sympy_rules

_LARGEST_STEP = 2**30
_add = np.add.reduce


@dataclass(frozen=True)
class Dual:
    """An array, or a number, and its slope along the direction that is taken."""

    value: Any
    slope: Any

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: Dual) -> Dual:
        return Dual(self.value - other.value, self.slope - other.slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __mul__(self, other: Dual) -> Dual:
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)


def pairs(graph: ComputationalGraph, first: Enclosures) -> Iterator[Pair]:
    """Pairs: each operation's value by the rules and by duals, and what goes back along a direction.

    Where a slope is indeterminate there is no such pair.
    """
    contributions = dict(zip(graph.edges, first.contributions, strict=bool(first.contributions)))
    for index, op, operands in reversed(graph.operations):
        require_time()
        node, values = graph.nodes[index], [first.values[i] for i in operands]
        edges = [(operand, node.id, position) for position, operand in enumerate(node.operands)]
        directions = [
            _direction(np.shape(value), f"{edge[1]} {edge[2]}") if graph.sends_back(edge) else None
            for edge, value in zip(edges, values, strict=True)
        ]
        try:
            found = along(node, values, directions)
        except (UndefinedError, UndecidedError) as error:
            raise at_node(error, node, values) from None
        for one, other in zip(entries(first.values[index]), entries(found.value), strict=True):
            yield Pair("value", node.id, node.id, ("the op table's rules", "SymPy"), (one, other))
        if not first.gradients or node.id not in graph.on_path or not graph.varies[index]:
            continue
        moved = zip(edges, directions, strict=True)
        backward = sum((_dot(contributions[edge], t) for edge, t in moved if t is not None), start=fmpq(0))
        forward = _dot(first.gradients[index], found.slope)
        if not is_indeterminate(forward):
            place = f"{op.name} at {node.id}"
            yield Pair("gradient through", place, node.id, ("its vjp", "forward mode"), (backward, forward))


def along(node: Node, values: list[Any], directions: list[Any]) -> Dual:
    """The value of an operation and its slope along a direction of its operands; None is a fixed operand."""
    assert node.op is not None
    if node.op.is_elementwise:
        value, derivatives = _entrywise_rules(node.op)
        slopes = (d(*values) * t for d, t in zip(derivatives, directions, strict=True) if t is not None)
        zero = np.full(node.shape, fmpq(0), dtype=object) if node.shape else fmpq(0)
        return Dual(value(*values), sum(slopes, start=zero))
    operands = [
        Dual(value, np.full(np.shape(value), fmpq(0), dtype=object)[()] if t is None else t)
        for value, t in zip(values, directions, strict=True)
    ]
    found: Dual = _array_rule(node.op)(*operands, **{**node.op.parameters, **dict(node.parameters)})
    return found


@cache
def _array_rule(op: Op) -> Callable[..., Dual]:
    letters = (*OPERANDS[: op.arity], *op.parameters)
    rule: Callable[..., Dual] = compiled(op.value, letters, WORDS, lambda number: Dual(number, fmpq(0)))
    return rule


@cache
def _entrywise_rules(op: Op) -> tuple[Callable[..., Any], list[Callable[..., Any]]]:
    value, derivatives = sympy_rules(op)
    return np.frompyfunc(value, op.arity, 1), [
        np.frompyfunc(_or_indeterminate(derivative), op.arity, 1) for derivative in derivatives
    ]


def _or_indeterminate(derivative: Callable[..., Number]) -> Callable[..., Number]:
    def at(*operands: Number) -> Number:
        try:
            return derivative(*operands)
        except UndefinedError:
            return INDETERMINATE

    return at


def _direction(shape: tuple[int, ...], seed: str) -> Any:
    steps = np.random.default_rng(list(seed.encode())).integers(1, _LARGEST_STEP, size=shape)
    return np.frompyfunc(lambda step: exact(int(step)), 1, 1)(steps)


def _dot(one: Any, other: Any) -> Number:
    return np.sum(np.asarray(one * other, dtype=object))


def _linear(function: Callable[..., Any]) -> Callable[..., Dual]:
    """A word that only moves, adds or repeats entries does so with their slopes."""
    return lambda x, *settings: Dual(function(x.value, *settings), function(x.slope, *settings))


def _entry_function(name: str) -> Callable[[Dual], Dual]:
    """A function of entries, with SymPy's derivative."""

    def function(x: Dual) -> Dual:
        value, (derivative,) = _entrywise_rules(OPS[name])
        return Dual(value(x.value), derivative(x.value) * x.slope)

    return function


def _divide(x: Dual, y: Dual) -> Dual:
    quotient = array_words.ARRAY_WORDS["divide"](x.value, y.value)
    slope = array_words.ARRAY_WORDS["divide"](x.slope - quotient * y.slope, y.value)
    return Dual(quotient, slope)


def _softmax(x: Dual) -> Dual:
    e = _exp(_lowered(x))
    return _divide(e, _row_sum(e))


def _log_softmax(x: Dual) -> Dual:
    lowered = _lowered(x)
    return lowered - _log(_row_sum(_exp(lowered)))


def _masked_softmax(x: Dual, y: Dual) -> Dual:
    e = y * _exp(Dual(x.value - array_words.near_visible(x.value, y.value), x.slope))
    return _divide(e, _row_sum(e))


def _running_product(x: Dual, axis: int) -> Dual:
    values, slopes = (np.moveaxis(part, axis, 0) for part in (x.value, x.slope))
    products = [Dual(values[0], slopes[0])]
    for value, slope in zip(values[1:], slopes[1:], strict=True):
        products.append(products[-1] * Dual(value, slope))
    parts = ([product.value for product in products], [product.slope for product in products])
    return Dual(*(np.moveaxis(np.array(part, dtype=object), 0, axis) for part in parts))


def _lowered(x: Dual) -> Dual:
    """Less a constant of each row, as a softmax does not mind, so that no exponential is out of range."""
    return Dual(x.value - array_words.near_largest(x.value), x.slope)


def _targets(t: Dual, x: Dual) -> Dual:
    shares = array_words.one_hot(t.value, x.value)
    return t if shares is t.value else Dual(shares, np.full(np.shape(shares), fmpq(0), dtype=object))


def _amax(x: Dual, axis: int | None, keepdims: bool) -> Dual:
    largest = array_words.ARRAY_WORDS["amax"](x.value, axis, keepdims)
    chosen = x.slope * array_words.first_largest(x.value, axis)
    return Dual(largest, np.sum(chosen, axis=axis, keepdims=keepdims))


def _prod(x: Dual, axis: int | None, keepdims: bool) -> Dual:
    values, slopes = (
        np.reshape(part, -1) if axis is None else np.moveaxis(part, axis, 0) for part in (x.value, x.slope)
    )
    product = Dual(values[0], slopes[0])
    for value, slope in zip(values[1:], slopes[1:], strict=True):
        product = product * Dual(value, slope)
    if not keepdims:
        return product
    shape = np.shape(array_words.ARRAY_WORDS["prod"](x.value, axis, True))
    return Dual(
        *(np.reshape(np.asarray(part, dtype=object), shape) for part in (product.value, product.slope))
    )


def _concatenate(x: Dual, y: Dual, axis: int) -> Dual:
    joined = array_words.ARRAY_WORDS["concatenate"]
    return Dual(joined(x.value, y.value, axis), joined(x.slope, y.slope, axis))


def _bilinear(function: Callable[..., Any]) -> Callable[..., Dual]:
    """A word that is linear in each of two operands."""

    def word(x: Dual, y: Dual, *settings: Any) -> Dual:
        slope = function(x.slope, y.value, *settings) + function(x.value, y.slope, *settings)
        return Dual(function(x.value, y.value, *settings), slope)

    return word


def _peaks(x: Dual, *window: Any) -> Dual:
    chosen = array_words.LAYOUTS["flat_windows"](x.slope, *window) * array_words.at_peaks(x.value, *window)
    return Dual(array_words.ARRAY_WORDS["peaks"](x.value, *window), _add(chosen, axis=-1))


def _logsumexp(x: Dual, axis: int | None, keepdims: bool) -> Dual:
    found = array_words.logsumexp(x.value, axis, keepdims)
    shares = array_words.ARRAY_WORDS["exp"](x.value - array_words.logsumexp(x.value, axis, True))
    return Dual(found, np.sum(shares * x.slope, axis=axis, keepdims=keepdims))


def _constant(function: Callable[..., Number]) -> Callable[..., Dual]:
    """A word that counts entries."""
    return lambda *operands, settings=(): Dual(
        function(*(operand.value for operand in operands), *settings), fmpq(0)
    )


_exp, _log = _entry_function("exp"), _entry_function("log")
_row_sum = _linear(array_words.ARRAY_WORDS["row_sum"])

WORDS: Mapping[str, Callable[..., Any]] = {
    **{name: _linear(array_words.ARRAY_WORDS[name]) for name in ("sum", "mean", "total", "row_sum")},
    **{name: _linear(array_words.ARRAY_WORDS[name]) for name in ("transpose", "reshape", "index")},
    **{name: _constant(array_words.ARRAY_WORDS[name]) for name in ("rows", "count", "root_of_width")},
    **{
        name: _linear(array_words.ARRAY_WORDS[name])
        for name in (
            *("permute", "broadcast_to", "flip", "roll", "running_sum", "padded", "taken"),
            *("gathered", "gathered_back"),
            *("turned", "grouped", "window_sum", "centered", "mean_over", "average"),
        )
    },
    "channels": lambda y, x: _linear(array_words.ARRAY_WORDS["channels"])(y, x.value),
    **{
        name: _bilinear(array_words.ARRAY_WORDS[name])
        for name in ("matmul", "convolved", "transposed_convolved")
    },
    "contracted": _bilinear(array_words.ARRAY_WORDS["contracted"]),
    "bilinear": lambda x, y, z: Dual(
        array_words.ARRAY_WORDS["bilinear"](x.value, y.value, z.value),
        array_words.ARRAY_WORDS["bilinear"](x.slope, y.value, z.value)
        + array_words.ARRAY_WORDS["bilinear"](x.value, y.slope, z.value)
        + array_words.ARRAY_WORDS["bilinear"](x.value, y.value, z.slope),
    ),
    "put": lambda x, y, at: Dual(
        array_words.ARRAY_WORDS["put"](x.value, y.value, at),
        array_words.ARRAY_WORDS["put"](x.slope, y.slope, at),
    ),
    "order_of": lambda x, *how: array_words.order_of(x.value, *how),
    "leading": array_words.ARRAY_WORDS["leading"],
    "peaks": _peaks,
    "logsumexp": _logsumexp,
    "square": lambda x: x * x,
    "softplus": _entry_function("softplus"),
    "sqrt": _entry_function("sqrt"),
    "number": lambda number: Dual(array_words.ARRAY_WORDS["number"](number), fmpq(0)),
    "area": lambda kernel: Dual(array_words.ARRAY_WORDS["area"](kernel), fmpq(0)),
    "last": lambda y: array_words.ARRAY_WORDS["last"](y.value),
    "batch": lambda x: array_words.ARRAY_WORDS["batch"](x.value),
    "amax": _amax,
    "prod": _prod,
    "concatenate": _concatenate,
    "exp": _exp,
    "log": _log,
    "subtract": operator.sub,
    "divide": _divide,
    "masked_softmax": _masked_softmax,
    "running_product": _running_product,
    "shape_of": lambda x: np.shape(x.value),
    "visible": lambda x, y, causal: _constant(array_words.ARRAY_WORDS["visible"])(x, y, settings=(causal,)),
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "targets": _targets,
}
"""The words of the values of operations on whole arrays, over duals."""
