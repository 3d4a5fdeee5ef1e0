"""Following PyTorch while it runs: what the author calls, and the operations that PyTorch makes of that.

A function with a rule is written down at the level at which the author called it. Any other is run with its
parts in view: the operations below it (aten); what has no rule there either is an operation
without a row, with PyTorch's numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import CodeType
from typing import Any

from graphgen.errors import SourceError
from graphgen.frameworks import source
from graphgen.frameworks.tape import NoRowError
from graphgen.frameworks.torch_attention import MASKED
from graphgen.frameworks.torch_entries import rule_for, with_view
from graphgen.frameworks.torch_follower import Follower, tensors_in
from graphgen.frameworks.torch_opaque import record
from graphgen.frameworks.torch_rules import ALIASES, IN_PLACE, RULES

_SILENT = frozenset(
    [
        *("size", "dim", "stride", "is_floating_point", "is_complex", "is_contiguous", "numel"),
        *("ndimension", "storage_offset", "data_ptr", "item", "tolist", "get_device"),
        *("requires_grad_", "register_hook", "retain_grad", "element_size", "is_conj", "is_neg"),
        *("is_inference", "is_signed", "is_same_size", "is_nonzero", "untyped_storage", "__len__"),
        *("__hash__", "__bool__", "__int__", "__float__", "__index__", "__format__", "__repr__", "__str__"),
        *("__contains__", "__dir__", "__reduce_ex__", "__set__", "__deepcopy__", "numpy", "__array__"),
        *("__iter__", "_is_view", "is_nested", "is_set_to", "allclose", "equal", "backward"),
    ]
)
"""Functions that give no tensor that could matter."""
_MAKES_CONSTANTS = frozenset(
    [
        *("ones_like", "zeros_like", "full_like", "empty_like", "rand_like", "randn_like", "new_zeros"),
        *("new_ones", "new_full", "new_empty", "new_tensor", "bernoulli"),
    ]
)
"""Functions that take of a tensor no more than its shape."""
_OF_THE_FIRST = frozenset({"same", "reshaped", "expanded"})
"""Functions that take of further operands no more than a shape or a type."""
_SEEN_THROUGH = frozenset({"T", "mT", "H", "mH", "data", "real"})
"""Attributes of a tensor that are tensors."""


class Following:
    """The part that both modes share: what is done at each call of PyTorch."""

    def __init__(self, follower: Follower, library: str, caller: CodeType) -> None:
        self.follower = follower
        self.library = library
        self.caller = caller
        self.custom = ""
        """The function with a backward of its own whose forward is running."""

    def look(self) -> str | None:
        """Takes over the author's line, and the names that tensors have by now; gives the name that the
        result of the call will have, where it is written there."""
        from torch.autograd.function import FunctionCtx

        frames = list(source.frames(self.library, self.caller))
        if not frames:
            return None
        self.follower.tape.place = source.place_of(frames[0])
        self.custom = ""
        for frame in frames:
            for name, value in frame.f_locals.items():
                self._named(name, value)
                if isinstance(value, FunctionCtx) and name in frame.f_code.co_varnames[:1]:
                    self.custom = type(value).__name__.removesuffix("Backward")
        return source.assigned_name(frames[0])

    def _named(self, name: str, value: Any) -> None:
        import torch

        if type(value) is torch.Tensor and not name.startswith(("_", "@")):
            node = self.follower.peek(value)
            if node is not None and self.follower.tape.is_operation(node):
                self.follower.tape.name(node, name)

    def matters(self, tensor: Any) -> bool:
        """Whether a node stands for a tensor, or will."""
        if id(tensor) in self.follower.unfinished:
            return True
        if not tensor.is_floating_point():
            return False
        return self.follower.knows(tensor) or tensor.requires_grad or id(tensor) in self.follower.held

    def run(
        self, name: str, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], below: Any
    ) -> Any:
        """One call: what it gives, with a node for each tensor in it that matters."""
        of_first = ALIASES.get(name) in _OF_THE_FIRST
        asked = tensors_in(args[:1]) if of_first else tensors_in((args, kwargs))
        if name in _MAKES_CONSTANTS or not any(map(self.matters, asked)):
            return func(*args, **kwargs)
        if _is_in_place(name, args, kwargs):
            return self._in_place(name, func, args, kwargs)
        rule = _rule_of(name, func)
        if name == "detach" and (self.follower.below or self.custom):
            rule = RULES["same"]
        if any(id(tensor) in self.follower.unfinished for tensor in tensors_in((args, kwargs))):
            rule = MASKED.get(ALIASES.get(name, name))
            below = None
        operands = [tensor for tensor in tensors_in((args, kwargs)) if self.matters(tensor)]
        if rule is None and below is not None:
            with below:
                result = func(*args, **kwargs)
            if self._is_cut(operands, result):
                self._cut(result, operands)
            return result
        if name == "baddbmm" and not self.matters(args[0]) and not args[0].isfinite().all():
            return self._masked_scores(*args, **kwargs)
        take = None if rule else record(self.follower, name, func, args, kwargs, self.matters)
        result = func(*args, **kwargs)
        floats = [
            tensor for tensor in tensors_in(result) if tensor.is_floating_point() or tensor.is_complex()
        ]
        if not floats:
            return result
        if self._is_cut(operands, result):
            self._cut(result, operands)
            return result
        if rule is not None:
            try:
                nodes = rule(self.follower, *args, result=result, **_without_out(args, kwargs))
            except (NoRowError, TypeError):
                return self._without_rule(name, func, args, kwargs, below)
            for tensor, node in zip(
                tensors_in(result), nodes if isinstance(nodes, list) else [nodes], strict=False
            ):
                if tensor.is_floating_point():
                    self._bound(tensor, node)
        elif take is not None:
            take(result)
        return result

    def _masked_scores(self, mask: Any, one: Any, other: Any, beta: float = 1, alpha: float = 1) -> Any:
        """A mask of −∞ plus a product: a node for the product, which the softmax then takes."""
        import torch

        scores = self.run("bmm", torch.bmm, (one, other), {}, None)
        if alpha != 1:
            scores = self.run("mul", torch.mul, (scores, alpha), {}, None)
        return self.run("add", torch.add, (scores, mask), {"alpha": beta}, None)

    def _without_rule(self, name: str, func: Any, args: Any, kwargs: Any, below: Any) -> Any:
        """The call again, where the rule did not fit: with its parts in view, or as one without a row."""
        if below is not None:
            with below:
                return func(*args, **kwargs)
        take = record(self.follower, name, func, args, kwargs, self.matters)
        result = func(*args, **kwargs)
        take(result)
        return result

    def _in_place(self, name: str, func: Any, args: Any, kwargs: Any) -> Any:
        """A call that changes its first operand, which is another value from there on; so is what that is a
        view of."""
        changed = args[0]
        base = self.follower.base_of(changed) if changed._is_view() else None
        plain = IN_PLACE.get(name) or name.rstrip("_")
        rule = _rule_of(plain, func)
        kept = {key: value for key, value in kwargs.items() if key != "inplace"}
        node, take = None, None
        if rule is not None:
            try:
                node = rule(self.follower, *args, result=changed, **kept)
            except (NoRowError, TypeError):
                node = None
        if node is None:
            take = record(self.follower, plain, func, args, kwargs, self.matters)
        elif node == self.follower.known(changed):  # nothing changes, as by a dropout that drops nothing
            self.follower.edges.pop(node, None)
            base = None
        self.follower.forget(changed)
        result = func(*args, **kwargs)
        if take is not None:
            take(changed)
            node = self.follower.peek(changed)
        if base is None or node is None:
            self._bound(changed, node)
        else:
            self.follower.forget(changed)
            self._bound(changed._base, with_view(self.follower, base, changed, node))
            self._bound(changed, self.follower.view_of_base(changed))
        return result

    def _bound(self, tensor: Any, node: Any) -> None:
        if node is None:
            return
        if self.follower.tape.shape(node) != tuple(tensor.shape):
            raise SourceError(
                "an operation has another shape in graphgen than in PyTorch", "please report it"
            )
        self.follower.bind_result(tensor, node)

    def _is_cut(self, operands: list[Any], result: Any) -> bool:
        """Whether nothing goes back from a result to operands that have gradients, as behind `detach`."""
        if self.follower.below or self.custom or not any(operand.requires_grad for operand in operands):
            return False
        floats = [tensor for tensor in tensors_in(result) if tensor.is_floating_point()]
        return bool(floats) and not any(tensor.requires_grad for tensor in floats)

    def _cut(self, result: Any, operands: list[Any]) -> None:
        of = self.follower.known(operands[0])
        name = self.follower.tape.name_of(of) if of is not None else None
        for tensor in tensors_in(result):
            self.follower.cut(tensor, f"{name}_detached" if name else "detached")


def following(follower: Follower, library: str, caller: CodeType) -> AbstractContextManager[Any]:
    """Inside, what PyTorch does is written down on the follower's tape."""
    import torch
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    state = Following(follower, library, caller)

    class Operations(TorchDispatchMode):
        """The operations below a function without a rule."""

        def __enter__(self) -> Any:
            follower.below += 1
            return super().__enter__()

        def __exit__(self, *about: Any) -> Any:
            follower.below -= 1
            return super().__exit__(*about)

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = str(func).split(".")[1]
            return state.run(name, func, args, kwargs or {}, None)

    class Functions(TorchFunctionMode):
        """The functions that the author calls, and the layers of torch.nn."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = _name_of(func)
            if name == "__set__" and func.__self__ is torch.Tensor.data and not args[0].is_leaf:
                state.look()
                raise SourceError(
                    "a tensor's data is set, which nothing goes back through",
                    "write a new tensor instead",
                    follower.tape.place,
                )
            if name in _SILENT or (getattr(func, "__name__", "") == "__get__" and name not in _SEEN_THROUGH):
                return func(*args, **kwargs or {})
            written = state.look()
            with follower.tape.within_function(state.custom):
                result = state.run(name, func, args, kwargs or {}, Operations())
            if written is not None and not name.startswith("__set"):
                state._named(written, result)
            return result

    return Functions()


def _without_out(args: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The settings of a call, without the tensor that takes its result; which may be no operand as well."""
    out = kwargs.get("out")
    if out is None or any(tensor is out for tensor in tensors_in(args)):
        return kwargs
    return {key: value for key, value in kwargs.items() if key != "out"}


def _rule_of(name: str, func: Callable[..., Any]) -> Callable[..., Any] | None:
    """The rule of a function; what only takes entries or puts them has one however it is called."""
    name = ALIASES.get(name, name)
    rule, further = RULES.get(name), rule_for(name, func)
    if rule is None or further is None:
        return rule or further

    def either(*args: Any, **kwargs: Any) -> Any:
        try:
            return rule(*args, **kwargs)
        except (NoRowError, TypeError):
            return further(*args, **kwargs)

    return either


def _name_of(func: Any) -> str:
    name: str = getattr(func, "__name__", str(func))
    if name == "__get__":
        return getattr(func.__self__, "__name__", name)
    return name


def _is_in_place(name: str, args: Any, kwargs: Any) -> bool:
    import torch

    if not (args and isinstance(args[0], torch.Tensor)):
        return False
    if name in IN_PLACE or kwargs.get("inplace"):
        return True
    return name.endswith("_") and not name.endswith("__") and name != "requires_grad_"
