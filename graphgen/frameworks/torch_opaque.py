"""Operations of PyTorch that the op table has no row for: their numbers are PyTorch's own.

An operation is run again by itself, on copies of its operands, for what it sends back; a difference along one
direction says whether that is so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphgen.errors import SourceError
from graphgen.frameworks.torch_follower import Follower, numbers_of, replaced, tensors_in
from graphgen.graph import Recorded, array_value

_STEP = 2.0**-17
_CLOSE = 1e-4
"""How near a difference must come, relative to what is summed."""


@dataclass(frozen=True)
class Replay:
    """One result of an operation as a function of its operands alone."""

    call: Callable[..., Any]
    operands: tuple[Any, ...]
    position: int

    def value(self, *operands: Any) -> Any:
        return list(tensors_in(self.call(*operands)))[self.position]

    def sent(self, upstream: Any) -> tuple[Any, ...]:
        """What goes back to each operand; None where nothing does."""
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
            wide, narrow = ((at(step) - at(-step)) / (2 * step) for step in (_STEP, _STEP / 2))
        except RuntimeError:  # a point beside it is beyond what the operation takes
            return False
        difference = narrow + (narrow - wide) / 3
        return abs(difference - slope) <= _CLOSE * max(size, abs(difference))


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
    operands: list[Any] = []
    for tensor in tensors_in((args, kwargs)):
        if followed(tensor) and all(tensor is not operand for operand in operands):
            operands.append(tensor)
    nodes = [follower.node(operand) for operand in operands]
    place_of = {id(operand): place for place, operand in enumerate(operands)}
    copies = tuple(operand.detach().clone() for operand in operands)

    def own(tensor: Any) -> Any:
        return tensor if id(tensor) in place_of else tensor.detach().clone()

    kept_args, kept_kwargs = replaced(args, own), replaced(kwargs, own)

    def call(*given: Any) -> Any:
        def put(tensor: Any) -> Any:
            # A copy, for what is changed in place.
            return given[place_of[id(tensor)]].clone() if id(tensor) in place_of else tensor

        changed = replaced(kept_args, put)
        result = func(*changed, **replaced(kept_kwargs, put))
        return changed[0] if result is None else result

    def take(result: Any) -> None:
        values = tuple(array_value(numbers_of(copy)) for copy in copies)
        for position, tensor in enumerate(tensors_in(result)):
            if tensor.is_complex():
                raise SourceError(
                    f"{name} gives complex numbers", "graphgen has real numbers alone", follower.tape.place
                )
            if not tensor.is_floating_point():
                continue
            try:
                value = array_value(numbers_of(tensor))
            except SourceError:
                raise SourceError(
                    f"{name} gives numbers that are not finite",
                    "write the function so that they do not come about",
                    follower.tape.place,
                ) from None
            replay = Replay(call, copies, position)
            node = follower.tape.record(name, Recorded(value, values, live=replay.sent), *nodes)
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
