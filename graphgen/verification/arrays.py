"""The op table's rules over arrays of exact numbers and balls: values, and what goes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from graphgen.graph import Node
from graphgen.ops import OPERANDS, Op
from graphgen.verification.array_words import (
    ARRAY_WORDS,
    at_peaks,
    first_largest,
    flat_windows,
    plain,
    sum_over,
)
from graphgen.verification.reading import compiled
from graphgen.verification.rules import op_rules
from graphgen.verification.words import order


def value_rule(node: Node) -> Callable[..., Any]:
    """The function that gives an operation's value over arrays."""
    assert node.op is not None
    if node.op.is_elementwise:
        return np.frompyfunc(op_rules(node.op)[0], node.op.arity, 1)
    rule, settings = array_rules(node.op)[0], _settings(node)
    return lambda *operands: plain(rule(*operands, **settings))


def vjp_rules(node: Node) -> tuple[Callable[..., Any], ...]:
    """The functions that give an operation's gradient for each operand, in the operand's shape."""
    assert node.op is not None
    if node.op.is_elementwise:
        return tuple(
            _summing(np.frompyfunc(rule, 2 + node.op.arity, 1), position)
            for position, rule in enumerate(op_rules(node.op)[1])
        )
    settings = _settings(node)
    return tuple(_shaped(rule, position, settings) for position, rule in enumerate(array_rules(node.op)[1]))


def _summing(rule: Callable[..., Any], position: int) -> Callable[..., Any]:
    return lambda g, v, *operands: plain(sum_over(rule(g, v, *operands), np.shape(operands[position])))


def _shaped(rule: Callable[..., Any], position: int, settings: Mapping[str, Any]) -> Callable[..., Any]:
    def send(g: Any, v: Any, *operands: Any) -> Any:
        sent = rule(g, v, *operands, **settings)
        return plain(np.broadcast_to(sent, np.shape(operands[position])))

    return send


@cache
def array_rules(op: Op) -> tuple[Callable[..., Any], tuple[Callable[..., Any], ...]]:
    letters = (*OPERANDS[: op.arity], *op.parameters)
    vjps = (compiled(rule, ("g", "v", *letters), ARRAY_WORDS) for rule in op.vjps)
    return compiled(op.value, letters, ARRAY_WORDS), tuple(vjps)


def _settings(node: Node) -> dict[str, Any]:
    assert node.op is not None
    return {**node.op.parameters, **dict(node.parameters)}


def chosen(node: Node, x: Any) -> Any:
    """Where an operation that takes the largest or smallest entries finds them: 1 there, else 0."""
    assert node.op is not None
    if node.op.agreed == "order":
        return ARRAY_WORDS["order_of"](x, _settings(node)["axis"], _settings(node).get("descending", True))
    if node.op.name == "max_pool2d":
        return at_peaks(x, *_settings(node).values())
    return first_largest(-x if node.op.name == "amin" else x, _settings(node)["axis"])


def has_tie(node: Node, x: Any) -> bool:
    """Whether an operation that takes the largest or smallest entries finds equal ones."""
    assert node.op is not None
    if node.op.agreed == "order":
        axis = _settings(node)["axis"]
        ranked = np.moveaxis(ARRAY_WORDS["gathered"](x, chosen(node, x), axis), axis, 0)
        return any(order(a, b) == 0 for a, b in zip(ranked[1:].flat, ranked[:-1].flat, strict=True))
    if _settings(node).keys() >= {"kernel"}:
        seen = flat_windows(x, *_settings(node).values())
        return bool((np.flip(first_largest(np.flip(seen, -1), -1), -1) != first_largest(seen, -1)).any())
    backwards = np.flip(x, _settings(node)["axis"])
    return bool((np.flip(chosen(node, backwards), _settings(node)["axis"]) != chosen(node, x)).any())
