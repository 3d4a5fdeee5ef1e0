"""Operations of PyTorch that the op table has no row for: their numbers are PyTorch's own.

An operation is run again by itself, on copies of its operands, for what it sends back; a difference along one
direction says whether that is so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphgen.autodiff import difference, is_near
from graphgen.frameworks.torch_follower import Follower, numbers_of, replaced, tensors_in
from graphgen.graph import Recorded, array_value


@dataclass(frozen=True)
class Replay:
    """One result of an operation as a function of its operands alone."""

    call: Callable[..., Any]
    operands: tuple[Any, ...]
    position: int

    def value(self, *operands: Any) -> Any:
        return list(tensors_in(self.call(*operands)))[self.position]

    def sent(self, upstream: Any) -> tuple[Any, ...]:
        """The gradient of each operand; None where nothing goes back."""
        import torch

        with torch.enable_grad():
            leaves = [operand.clone().requires_grad_() for operand in self.operands]
            value = self.value(*leaves)
            if not value.requires_grad:
                return (None,) * len(leaves)
            g = _tensor(upstream).to(value.dtype).reshape(value.shape)
            parts = torch.autograd.grad(value, leaves, g, allow_unused=True)
        return tuple(None if part is None else numbers_of(part) for part in parts)

    def agrees(self, upstream: Any, sent: tuple[Any, ...]) -> bool:
        """Whether a difference along a direction is what goes back along it."""
        import torch

        generator = torch.Generator().manual_seed(0)
        along = [
            torch.randn(operand.shape, generator=generator, dtype=operand.dtype)
            * torch.clamp(operand.abs(), min=1.0)
            for operand in self.operands
        ]
        g = _tensor(upstream)
        terms = [_tensor(p) * t for p, t in zip(sent, along, strict=True) if p is not None]
        slope = sum(float(term.sum()) for term in terms)
        size = sum(float(term.abs().sum()) for term in terms)

        def at(step: float) -> float:
            moved = (x + step * t for x, t in zip(self.operands, along, strict=True))
            with torch.no_grad():
                return float((g * self.value(*moved)).sum())

        try:
            return is_near(difference(at), slope, size)
        except RuntimeError:  # a point beside it is beyond what the operation takes
            return False


@dataclass(frozen=True)
class Unfinished:
    """A result that is no array of finite real numbers, such as scores that are masked by −∞: it is no node,
    but goes into the operation that uses it. `tensor` is kept so that its identity is not used again."""

    name: str
    replay: Replay
    operands: tuple[Any, ...]
    tensor: Any


def record(
    follower: Follower,
    name: str,
    func: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    followed: Callable[[Any], bool],
) -> Callable[[Any], None]:
    """Takes down the operands of an operation before it runs; what is returned takes its result.

    `followed` says of a tensor whether a node stands for it, so that it is an operand.
    """
    unfinished = follower.unfinished
    operands: list[Any] = []
    names = [name]
    for tensor in tensors_in((args, kwargs)):
        if id(tensor) in unfinished:
            names.insert(0, unfinished[id(tensor)].name)
            operands += unfinished[id(tensor)].operands
        elif followed(tensor):
            operands.append(tensor)
    operands = list({id(operand): operand for operand in operands}.values())
    nodes = [follower.node(operand) for operand in operands]
    place_of = {id(operand): place for place, operand in enumerate(operands)}
    copies = tuple(operand.detach().clone() for operand in operands)
    title = " → ".join(dict.fromkeys(names))

    def own(tensor: Any) -> Any:
        return tensor if id(tensor) in place_of or id(tensor) in unfinished else tensor.detach().clone()

    kept_args, kept_kwargs = replaced(args, own), replaced(kwargs, own)

    def call(*given: Any) -> Any:
        def put(tensor: Any) -> Any:
            if id(tensor) in place_of:
                return given[place_of[id(tensor)]].clone()  # a copy, for what is changed in place
            if id(tensor) not in unfinished:
                return tensor
            before = unfinished[id(tensor)]
            return before.replay.value(*(given[place_of[id(operand)]] for operand in before.operands))

        changed = replaced(kept_args, put)
        result = func(*changed, **replaced(kept_kwargs, put))
        return changed[0] if result is None else result

    def take(result: Any) -> None:
        values = tuple(array_value(numbers_of(copy)) for copy in copies)
        for position, tensor in enumerate(tensors_in(result)):
            replay = Replay(call, copies, position)
            if tensor.is_complex() or not tensor.isfinite().all():
                unfinished[id(tensor)] = Unfinished(title, replay, tuple(operands), tensor)
            elif tensor.is_floating_point():
                recorded = Recorded(array_value(numbers_of(tensor)), values, live=replay.sent)
                node = follower.tape.record(title, recorded, *nodes)
                follower.replays.append((node, replay))
                follower.bind_result(tensor, node)

    return take


def _tensor(numbers: Any) -> Any:
    """A copy of NumPy's numbers, which may be read-only."""
    import numpy as np
    import torch

    return torch.from_numpy(np.array(numbers, dtype=float))


def is_repeatable(replay: Replay, value: Any) -> bool:
    """Whether an operation gives the same numbers again, as one that draws random numbers does not."""
    import torch

    with torch.no_grad():
        again = replay.value(*replay.operands)
    return bool(torch.equal(again, _tensor(value).to(again.dtype).reshape(again.shape)))
