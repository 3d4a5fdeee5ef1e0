"""Recurrent layers and cells of PyTorch in rows of the op table, a step at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower


def linear(on: Follower, input: Any, weight: Any, bias: Any = None, *, result: Any = None) -> NodeNumber:
    if bias is None:
        return on.apply("linear_without_bias", input, weight)
    return on.apply("linear", input, weight, bias)


def _lstm_cell(
    on: Follower,
    input: Any,
    hx: Any,
    w_ih: Any,
    w_hh: Any,
    b_ih: Any = None,
    b_hh: Any = None,
    *,
    result: Any,
) -> list[NodeNumber]:
    hidden, cell = hx
    return [*_lstm_step(on, on.node(input), on.node(hidden), on.node(cell), (w_ih, w_hh, b_ih, b_hh))]


def _lstm_step(
    on: Follower, x: NodeNumber, hidden: NodeNumber, cell: NodeNumber, weights: Sequence[Any]
) -> tuple[NodeNumber, NodeNumber]:
    """One step of a long short-term memory, by PyTorch's order of the gates: hidden state and cell."""
    gates = _recurrent(on, x, hidden, weights)
    size = on.tape.shape(cell)[-1]
    into, forget, candidate, out = (_columns(on, gates, place, size) for place in range(4))
    kept = on.apply("multiply", on.apply("sigmoid", forget), cell)
    added = on.apply("multiply", on.apply("sigmoid", into), on.apply("tanh", candidate))
    cell = on.apply("add", kept, added)
    return on.apply("multiply", on.apply("sigmoid", out), on.apply("tanh", cell)), cell


def _recurrent(on: Follower, x: NodeNumber, hidden: NodeNumber, weights: Sequence[Any]) -> NodeNumber:
    w_ih, w_hh, b_ih, b_hh = weights
    return on.apply("add", linear(on, x, w_ih, b_ih), linear(on, hidden, w_hh, b_hh))


def _columns(on: Follower, node: NodeNumber, place: int, size: int) -> NodeNumber:
    rows = [(0, length, 1) for length in on.tape.shape(node)[:-1]]
    return on.apply("index", node, at=(*rows, (place * size, (place + 1) * size, 1)))


def _gru_cell(
    on: Follower,
    input: Any,
    hx: Any,
    w_ih: Any,
    w_hh: Any,
    b_ih: Any = None,
    b_hh: Any = None,
    *,
    result: Any,
) -> NodeNumber:
    return _gru_step(on, on.node(input), on.node(hx), (w_ih, w_hh, b_ih, b_hh))


def _gru_step(on: Follower, x: NodeNumber, hidden: NodeNumber, weights: Sequence[Any]) -> NodeNumber:
    """One step of a gated recurrent unit, by PyTorch's order of the gates."""
    w_ih, w_hh, b_ih, b_hh = weights
    of_input, of_hidden = (
        linear(on, x, w_ih, b_ih),
        linear(on, hidden, w_hh, b_hh),
    )
    size = on.tape.shape(hidden)[-1]
    reset, update = (
        on.apply(
            "sigmoid", on.apply("add", _columns(on, of_input, i, size), _columns(on, of_hidden, i, size))
        )
        for i in (0, 1)
    )
    recalled = on.apply("multiply", reset, _columns(on, of_hidden, 2, size))
    candidate = on.apply("tanh", on.apply("add", _columns(on, of_input, 2, size), recalled))
    fresh = on.apply("multiply", on.apply("subtract", 1, update), candidate)
    return on.apply("add", fresh, on.apply("multiply", update, hidden))


def _rnn_cell(function: str) -> Callable[..., NodeNumber]:
    def rule(
        on: Follower,
        input: Any,
        hx: Any,
        w_ih: Any,
        w_hh: Any,
        b_ih: Any = None,
        b_hh: Any = None,
        *,
        result: Any,
    ) -> NodeNumber:
        return on.apply(function, _recurrent(on, on.node(input), on.node(hx), (w_ih, w_hh, b_ih, b_hh)))

    return rule


def _unrolled(kind: str) -> Callable[..., list[NodeNumber]]:
    """A recurrent layer, step by step, layer by layer."""

    def rule(
        on: Follower,
        input: Any,
        hx: Any,
        params: Sequence[Any],
        has_biases: bool,
        num_layers: int,
        dropout: float,
        train: bool,
        bidirectional: bool,
        batch_first: bool,
        *,
        result: Any,
    ) -> list[NodeNumber]:
        if bidirectional or (dropout and train) or not isinstance(has_biases, bool):
            raise NoRowError(kind)
        states = [on.node(state) for state in (hx if isinstance(hx, tuple) else (hx,))]
        axis = 1 if batch_first and input.ndim == 3 else 0
        count = 4 if has_biases else 2
        x = on.node(input)
        steps = [_at(on, x, axis, step) for step in range(input.shape[axis])]
        last: list[list[NodeNumber]] = []
        for layer in range(num_layers):
            weights = [*params[layer * count : (layer + 1) * count], *[None] * (4 - count)]
            now = [_at(on, state, 0, layer) for state in states]
            for place, at in enumerate(steps):
                with on.tape.within(f"{on.tape.group}.{place}".strip("."), "step"):
                    now = _step(on, kind, at, now, weights)
                steps[place] = now[0]
            last.append(now)
        whole = _stacked(on, steps, axis)
        return [whole, *(_stacked(on, [now[i] for now in last], 0) for i in range(len(states)))]

    return rule


def _step(
    on: Follower, kind: str, x: NodeNumber, now: list[NodeNumber], weights: Sequence[Any]
) -> list[NodeNumber]:
    if kind == "lstm":
        return [*_lstm_step(on, x, now[0], now[1], weights)]
    if kind == "gru":
        return [_gru_step(on, x, now[0], weights)]
    return [on.apply(kind, _recurrent(on, x, now[0], weights))]


def _at(on: Follower, node: NodeNumber, axis: int, place: int) -> NodeNumber:
    before = [(0, length, 1) for length in on.tape.shape(node)[:axis]]
    return on.apply("index", node, at=(*before, place))


def _stacked(on: Follower, nodes: Sequence[NodeNumber], axis: int) -> NodeNumber:
    shape = list(on.tape.shape(nodes[0]))
    shape.insert(axis, 1)
    whole = on.apply("reshape", nodes[0], shape=tuple(shape))
    for node in nodes[1:]:
        whole = on.apply("concatenate", whole, on.apply("reshape", node, shape=tuple(shape)), axis=axis)
    return whole


RECURRENT: Mapping[str, Callable[..., Any]] = {
    "lstm_cell": _lstm_cell,
    "gru_cell": _gru_cell,
    "rnn_tanh_cell": _rnn_cell("tanh"),
    "rnn_relu_cell": _rnn_cell("relu"),
    "lstm": _unrolled("lstm"),
    "gru": _unrolled("gru"),
    "rnn_tanh": _unrolled("tanh"),
    "rnn_relu": _unrolled("relu"),
}
"""The rules, by the names of PyTorch's functions."""
