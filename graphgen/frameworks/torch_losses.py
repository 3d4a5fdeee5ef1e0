"""The losses of torch.nn.functional in rows of the op table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower


def _loss(of_difference: str) -> Callable[..., NodeNumber]:
    """A loss of each entry's difference, summed or averaged."""

    def rule(
        on: Follower,
        input: Any,
        target: Any,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        *,
        result: Any,
    ) -> NodeNumber:
        if type(size_average) is int:  # below torch.nn.functional, reductions have numbers
            reduction = ("none", "mean", "sum")[size_average]
        elif size_average is not None or reduce is not None:
            raise NoRowError("loss")
        node = on.apply(of_difference, on.apply("subtract", input, target))
        return node if reduction == "none" else on.apply(reduction, node)

    return rule


def _cross_entropy(
    on: Follower,
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    *,
    result: Any,
) -> NodeNumber:
    is_label = not target.is_floating_point()
    if weight is not None and is_label and input.ndim == 2 and not label_smoothing:
        logarithms = on.apply("log_softmax", input)
        return _nll_loss(
            on, logarithms, target, weight, None, ignore_index, reduction=reduction, result=result
        )
    if weight is not None or reduction == "none" or (not is_label and (label_smoothing or input.ndim > 2)):
        raise NoRowError("cross_entropy")
    node, labels = on.node(input), target.reshape(-1)
    if input.ndim > 2:  # the classes are the second axis, and the labels stand at the places of all others
        axes = (0, *range(2, input.ndim), 1)
        node = on.apply("permute", node, axes=axes)
        node = on.apply("reshape", node, shape=(labels.numel(), input.shape[1]))
    kept = (labels != ignore_index).nonzero().reshape(-1).tolist() if is_label else []
    is_whole = not is_label or len(kept) == labels.numel()
    if not is_whole:
        if not kept or input.ndim < 2:
            raise NoRowError("cross_entropy")
        node, labels = on.apply("take", node, at=tuple(kept), axis=0), labels[kept]
    if label_smoothing:
        import torch

        classes = on.tape.shape(node)[-1]
        shares = torch.nn.functional.one_hot(labels, classes).double().reshape(on.tape.shape(node))
        goal = on.node(shares * (1 - label_smoothing) + label_smoothing / classes)
    elif not is_label or (is_whole and input.ndim <= 2):
        goal = on.label(target)
    else:
        goal = on.mask(labels)
    loss = on.apply("softmax_cross_entropy", node, goal)
    rows = on.tape.shape(node)[0] if input.ndim > 1 else 1
    return on.apply("multiply", loss, rows) if reduction == "sum" and rows > 1 else loss


def _bce(name: str) -> Callable[..., NodeNumber]:
    def rule(
        on: Follower,
        input: Any,
        target: Any,
        weight: Any = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        pos_weight: Any = None,
        *,
        result: Any,
    ) -> NodeNumber:
        if size_average is not None or reduce is not None:
            raise NoRowError(name)
        if weight is None and pos_weight is None and reduction == "mean":
            return on.apply(name, input, target)
        node = _bce_entries(on, name, input, target, pos_weight)
        node = node if weight is None else on.apply("multiply", node, weight)
        return node if reduction == "none" else on.apply(reduction, node)

    return rule


def _bce_entries(on: Follower, name: str, input: Any, target: Any, pos_weight: Any) -> NodeNumber:
    """The binary cross entropy of each entry: y a + (1 − y) b, of the negative logarithms a and b of both."""
    if name == "binary_cross_entropy":
        if bool(((input <= 0) | (input >= 1)).any()):
            raise NoRowError(name)
        of_one = on.apply("negate", on.apply("log", input))
        of_none = on.apply("negate", on.apply("log", on.apply("subtract", 1, input)))
    else:
        of_one, of_none = on.apply("softplus", on.apply("negate", input)), on.apply("softplus", input)
    if pos_weight is not None:
        of_one = on.apply("multiply", pos_weight, of_one)
    one = on.apply("multiply", target, of_one)
    return on.apply("add", one, on.apply("multiply", on.apply("subtract", 1, target), of_none))


def _nll_loss(
    on: Follower,
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str | int = "mean",
    *,
    result: Any,
) -> NodeNumber:
    """Minus the entry of each row that its label names, with the weight of the label."""
    if isinstance(reduction, int):  # below torch.nn.functional, reductions have numbers
        reduction = ("none", "mean", "sum")[reduction]
    is_plain = size_average is None and reduce is None
    if not is_plain or len(on.tape.shape(on.node(input))) != 2 or bool((target == ignore_index).any()):
        raise NoRowError("nll_loss")
    at = tuple((int(label),) for label in target)
    named = on.apply("reshape", on.apply("gather", input, at=at, axis=1), shape=(len(at),))
    if weight is None:
        return on.apply("negate", named if reduction == "none" else on.apply(reduction, named))
    shares = weight.detach()[target]
    if reduction == "mean":
        shares, reduction = shares / shares.sum(), "sum"
    named = on.apply("multiply", named, shares)
    return on.apply("negate", named if reduction == "none" else on.apply(reduction, named))


def _bent_loss(setting: str) -> Callable[..., NodeNumber]:
    """The Huber loss, whose bend is at `delta`, or the smooth L1 loss, which is that over `beta`."""

    def rule(
        on: Follower,
        input: Any,
        target: Any,
        *,
        reduction: str = "mean",
        delta: float = 1.0,
        beta: float = 1.0,
        size_average: Any = None,
        reduce: Any = None,
        weight: Any = None,
        result: Any,
    ) -> NodeNumber:
        if any(other is not None for other in (size_average, reduce, weight)) or beta == 0:
            raise NoRowError(setting)
        bend, factor = (delta, delta * delta) if setting == "delta" else (beta, beta)
        difference = on.apply("subtract", input, target)
        node = on.apply("huber", difference if bend == 1 else on.apply("divide", difference, bend))
        node = node if reduction == "none" else on.apply(reduction, node)
        return node if factor == 1 else on.apply("multiply", node, factor)

    return rule


def _mse_loss_backward(
    on: Follower, grad: Any, input: Any, target: Any, reduction: int, *, result: Any
) -> NodeNumber:
    factor = 2 / input.numel() if reduction == 1 else 2
    return on.apply("multiply", grad, on.apply("multiply", factor, on.apply("subtract", input, target)))


LOSSES: Mapping[str, Callable[..., Any]] = {
    "mse_loss": _loss("square"),
    "l1_loss": _loss("abs"),
    "cross_entropy": _cross_entropy,
    "binary_cross_entropy": _bce("binary_cross_entropy"),
    "binary_cross_entropy_with_logits": _bce("sigmoid_cross_entropy"),
    "nll_loss": _nll_loss,
    "huber_loss": _bent_loss("delta"),
    "smooth_l1_loss": _bent_loss("beta"),
    "mse_loss_backward": _mse_loss_backward,
}
"""The rules, by the names of PyTorch's functions."""
