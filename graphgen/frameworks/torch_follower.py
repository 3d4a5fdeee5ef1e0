"""Which node each tensor of PyTorch is, while a function runs."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, fields, is_dataclass
from math import isfinite
from typing import Any

from graphgen.errors import Place, SourceError
from graphgen.frameworks.selections import numbered, select
from graphgen.frameworks.tape import NodeNumber, NoRowError, Tape
from graphgen.graph import array_value, exact_value

_WRITE_ANEW = "write a new tensor instead, as in y = x.clone()"


@dataclass
class _Known:
    """A tensor that is a node, as long as it has this version."""

    node: NodeNumber
    tensor: Any
    version: int | None

    def is_unchanged(self) -> bool:
        return self.version is None or self.tensor._version == self.version


class Follower:
    """The tape of a function of PyTorch, and the node, the value and the gradient edge of each tensor on it.

    A tensor is known as long as nobody changes it: what is changed in place is another value, under the
    same identity, which the tensor's own version tells. `held` are names and origins of the tensors that the
    function holds, by identity.
    """

    def __init__(self, tape: Tape, held: dict[int, tuple[str, str]]) -> None:
        self.tape = tape
        self.held = held
        self.values: dict[NodeNumber, Any] = {}
        self.bits = 64
        """The width of the narrowest floats that were met."""
        self.edges: dict[NodeNumber, Any] = {}
        self.replays: list[tuple[NodeNumber, Any]] = []
        """The operations without a row, and how each is run again."""
        self.below = 0
        """How far below the author's calls it runs: there, tensors have neither gradients nor versions."""
        self._leaves: dict[NodeNumber, Any] = {}
        self.unfinished: dict[int, Any] = {}
        """Results that are no nodes, by the identity of their tensors, and how they came about."""
        self._known: dict[int, _Known] = {}
        self._at: dict[Any, _Known] = {}

    def bind(self, tensor: Any, node: NodeNumber) -> None:
        """From here on this tensor is this node."""
        known = _Known(node, tensor, None if self.below else tensor._version)
        self._known[id(tensor)] = known
        there = self._at.get(_memory(tensor, self.tape.place))
        if there is None or not there.is_unchanged() or tensor.requires_grad >= there.tensor.requires_grad:
            self._at[_memory(tensor, self.tape.place)] = known
        self._keep_edge(tensor, node)

    def bind_result(self, tensor: Any, node: NodeNumber) -> None:
        """The same for what an operation gave, with the value that the framework has of it."""
        self.bind(tensor, node)
        if node not in self.values:
            self.values[node] = numbers_of(tensor).copy()
            self.bits = min(self.bits, 8 * tensor.element_size())

    def forget(self, tensor: Any) -> None:
        """The tensor is about to be changed in place."""
        self._known.pop(id(tensor), None)
        self._at.pop(_memory(tensor, self.tape.place), None)

    def let_go(self) -> None:
        """The tensors are not needed any more, nor the gradient edges, which keep what backward needs."""
        for kept in (self.edges, self._leaves, self._known, self._at):
            kept.clear()

    def knows(self, tensor: Any) -> bool:
        return self.known(tensor) is not None

    def leaves(self) -> dict[NodeNumber, Any]:
        """The tensors that the function holds and that have a gradient, by their nodes."""
        return {node: tensor for node, tensor in self._leaves.items() if tensor.requires_grad}

    def peek(self, tensor: Any) -> NodeNumber | None:
        """The node of this very tensor, if it is as it was."""
        found = self._known.get(id(tensor))
        return found.node if found is not None and found.is_unchanged() else None

    def known(self, tensor: Any) -> NodeNumber | None:
        """The node of a tensor that was met before, by itself or in the same memory; else None.

        Raises SourceError where it was changed in place behind our back.
        """
        found = self._known.get(id(tensor)) or self._at.get(_memory(tensor, self.tape.place))
        if found is None:
            return None
        if not found.is_unchanged():
            return self._seen_anew(tensor)
        if found.version is None and not self.below:
            found.version = found.tensor._version
        is_other = found.tensor is not tensor and tensor.requires_grad != found.tensor.requires_grad
        if is_other and (tensor.requires_grad or not self.below):
            return None
        self._keep_edge(tensor, found.node)
        return found.node

    def view_of_base(self, view: Any) -> NodeNumber:
        """The entries that a view shows of its tensor as that is now."""
        return select(self, view._base, positions_in_base(view))

    def base_of(self, view: Any) -> NodeNumber | None:
        """The node of the tensor of which a view shows entries; None if nothing has made its numbers yet."""
        if view._base.requires_grad and not self.knows(view._base):
            return None
        try:
            return self.node(view._base)
        except NoRowError:
            return None

    def _seen_anew(self, tensor: Any) -> NodeNumber:
        """A view of a tensor that was changed since; raises SourceError for what is no view."""
        if tensor._base is None or self.known(tensor._base) is None:
            raise SourceError(
                "a tensor was changed in place through one of its views", _WRITE_ANEW, self.tape.place
            )
        node = self.view_of_base(tensor)
        self.bind(tensor, node)
        return node

    def node(self, operand: Any) -> NodeNumber:
        """The node of an operand: a tensor, or a plain number, which is a constant.

        A tensor that nothing here has made is a constant too, unless a gradient goes through it: then what
        made it was not seen, and SourceError is raised.
        """
        import torch

        if isinstance(operand, NodeNumber):
            return operand
        if not isinstance(operand, torch.Tensor):
            if isinstance(operand, bool) or not isinstance(operand, int | float) or not isfinite(operand):
                raise NoRowError(type(operand).__name__)
            return self.tape.constant(exact_value(operand))
        node = self.known(operand)
        if node is not None:
            return node
        turned = self.known(operand.t()) if self.below and operand.ndim == 2 else None
        if turned is not None:  # as PyTorch keeps the weight of a linear layer for its backward
            self.bind(operand, self.apply("transpose", turned))
            return self.node(operand)
        if id(operand) in self.unfinished:
            unfinished = self.unfinished[id(operand)]
            raise SourceError(
                f"{unfinished.name} gives numbers that are complex or not finite, and they stay so",
                "make finite numbers of them",
                self.tape.place,
            )
        if operand.is_complex() or operand.is_sparse or operand.is_quantized or not _is_finite(operand):
            raise NoRowError(str(operand.dtype))
        if operand.requires_grad and not operand.is_leaf:
            made_by = type(operand.grad_fn).__name__.removesuffix("Backward")
            raise SourceError(
                f"{made_by} gives a tensor that was made outside of PyTorch's own functions",
                "write it in PyTorch's functions, or take it as an argument",
                self.tape.place,
            )
        return self._given(operand)

    def apply(self, name: str, *operands: Any, **parameters: Any) -> NodeNumber:
        """An operation of the op table on nodes, tensors and numbers.

        Raises NoRowError where the table has no such row.
        """
        return self.tape.apply(name, *map(self.node, operands), **parameters)

    def mask(self, condition: Any) -> NodeNumber:
        """A tensor of truths as a constant of ones and zeros."""
        return self.tape.constant(array_value(numbers_of(condition)))

    def label(self, target: Any) -> NodeNumber:
        """Labels of classes, which are data: the argument that they are, else a constant."""
        node = self.peek(target)
        return self.node(target) if node is None else node

    def _given(self, tensor: Any) -> NodeNumber:
        """A tensor that the function holds, by its name; or a constant."""
        value = numbers_of(tensor)
        if id(tensor) in self.held:
            name, origin = self.held[id(tensor)]
            group = origin.rpartition(".")[0]
            about = {"origin": origin, "group": group, "label": origin if group else None}
            node = self.tape.input(name, value, data=not tensor.requires_grad, **about)
            self._leaves[node] = tensor
        elif tensor.requires_grad:
            node = self.tape.input("w", value)
            self._leaves[node] = tensor
        else:
            node = self.tape.constant(array_value(value))
        self.bind(tensor, node)
        return node

    def cut(self, tensor: Any, name: str) -> None:
        """A value that is taken for given from here on, as behind `detach`: nothing goes back through it."""
        self.bind(tensor, self.tape.input(name, numbers_of(tensor), data=True))

    def _keep_edge(self, tensor: Any, node: NodeNumber) -> None:
        if tensor.requires_grad and not self.below and node not in self.edges:
            import torch

            # Under no_grad, a view of a parameter wants a gradient and has no edge.
            if torch.is_grad_enabled():
                self.edges[node] = torch.autograd.graph.get_gradient_edge(tensor)


def positions_in_base(view: Any) -> Any:
    """The numbers of the entries that a view shows, among those of its tensor."""
    import torch

    base = view._base
    numbers = torch.empty_strided(base.shape, base.stride(), dtype=torch.long)
    numbers.copy_(torch.from_numpy(numbered(tuple(base.shape))))
    from_start = view.storage_offset() - base.storage_offset()
    return numbers.as_strided(view.shape, view.stride(), from_start).numpy()


def tensors_in(value: Any) -> Iterator[Any]:
    """The tensors in an argument: itself, or those in lists, tuples, dicts and dataclasses."""
    import torch

    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from tensors_in(part)
    elif isinstance(value, dict):
        yield from tensors_in(list(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from tensors_in([getattr(value, part.name) for part in fields(value)])


def replaced(value: Any, change: Any) -> Any:
    """The same argument with each tensor in it changed."""
    import torch

    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(replaced(part, change) for part in value))
    if isinstance(value, list | tuple):
        return type(value)(replaced(part, change) for part in value)
    if isinstance(value, dict):
        return {key: replaced(part, change) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        made = copy(value)
        for part in fields(value):
            object.__setattr__(made, part.name, replaced(getattr(value, part.name), change))
        return made
    return value


def numbers_of(tensor: Any) -> Any:
    """A tensor's numbers as NumPy has them: floats of 64 bits, or whole numbers."""
    numbers = tensor.detach().cpu()
    return (numbers.double() if numbers.is_floating_point() else numbers).numpy()


def _is_finite(tensor: Any) -> bool:
    """Whether every number is finite; a sum is not where one is not, nor where it overflows."""
    numbers = tensor.detach()  # what autograd saves here would be counted where a checkpoint compares counts
    return bool(numbers.sum().isfinite()) or bool(numbers.isfinite().all())


def _memory(tensor: Any, place: Place | None) -> Any:
    """The key that two tensors share which are the same numbers at the same place.

    Raises SourceError for a tensor without a place, as there is inside the transforms of torch.func.
    """
    try:
        address = tensor.data_ptr()
    except RuntimeError:
        raise SourceError(
            "inside grad, vmap and other transforms of torch.func, tensors have no numbers of their own",
            "differentiate by torch.autograd.grad(…, create_graph=True), and write a loop for vmap",
            place,
        ) from None
    return address, tuple(tensor.shape), tensor.stride(), tensor.dtype
