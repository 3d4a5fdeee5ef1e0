"""A function of PyTorch with its arguments: as it is, and as it is followed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from graphgen.errors import GraphgenError, OptionError, SourceError, on_one_line
from graphgen.frameworks.tape import NodeNumber, Tape
from graphgen.frameworks.torch_follower import Follower, numbers_of, replaced, tensors_in
from graphgen.frameworks.torch_held import restored, tensors_of


@dataclass(frozen=True)
class Call:
    """A function with its arguments; `names` are those of the tensors among them, by identity."""

    function: Any
    inputs: tuple[Any, ...]
    keywords: dict[str, Any]
    names: Mapping[int, str]
    leaves: dict[NodeNumber, Any] = field(default_factory=dict)

    def run(self) -> Any:
        """The tensor that the function gives.

        Raises SourceError where it gives anything else, or fails.
        """
        import torch

        try:
            with torch.compiler.set_stance("force_eager"):
                output = self.function(*self.inputs, **self.keywords)
        except GraphgenError:
            raise
        except Exception as error:
            told = on_one_line(error)
            raise SourceError(
                f"the function fails while it is followed, by {type(error).__name__}: {told}",
                "call it by itself in 64-bit floats to see where, or capture it by double=False",
            ) from error
        if not isinstance(output, torch.Tensor):
            raise SourceError(f"the function gives a {type(output).__name__}", _one_of(output))
        if not output.is_floating_point():
            raise SourceError(f"the function gives a tensor of {output.dtype}", "give floats")
        return output

    def in_singles(self, held: Mapping[str, Any]) -> Any:
        """The result of the function as it is, where something in it is not in 64-bit floats."""
        import torch

        tensors = self._tensors(held)
        if all(tensor.dtype == torch.float64 for tensor in tensors if tensor.is_floating_point()):
            return None
        with restored(held), torch.random.fork_rng(devices=[]), suppress(SourceError):
            return self.run().detach()
        return None

    def require_numbers(self, held: Mapping[str, Any]) -> None:
        """Raises SourceError where a tensor has a shape and no numbers."""
        if any(tensor.is_meta for tensor in self._tensors(held)):
            raise SourceError("a tensor on the device meta has no numbers", "give it numbers, on the cpu")

    def _tensors(self, held: Mapping[str, Any]) -> list[Any]:
        return [*tensors_in((self.inputs, self.keywords)), *(tensor for _, tensor in tensors_of(held))]

    def prepared(self, follower: Follower, double: bool) -> Call:
        """The same with copies of the tensors: floats are inputs of the graph, and have gradients."""
        copies: dict[int, Any] = {}
        leaves: dict[NodeNumber, Any] = {}

        def copy(tensor: Any) -> Any:
            if id(tensor) in copies:
                return copies[id(tensor)]
            name, made = self.names[id(tensor)], tensor.detach().clone()
            if made.is_floating_point():
                made = (made.double() if double else made).requires_grad_()
                node = follower.tape.input(name, numbers_of(made), origin=name)
                follower.bind(made, node)
                leaves[node] = made
            else:
                follower.held[id(made)] = (name, name)
            copies[id(tensor)] = made
            return made

        inputs, keywords = replaced(self.inputs, copy), replaced(self.keywords, copy)
        return Call(self.function, inputs, keywords, self.names, leaves)


def _one_of(output: Any) -> str:
    """The hint for a function that gives no tensor, but perhaps several."""
    if isinstance(output, Mapping):
        keys = [key for key, value in output.items() if any(True for _ in tensors_in(value))]
        part = f"[{('loss' if 'loss' in keys else keys[0])!r}]" if keys else ""
    elif isinstance(output, tuple) and hasattr(output, "_fields"):
        part = f".{'loss' if 'loss' in output._fields else output._fields[0]}"
    else:
        part = "[0]" if isinstance(output, list | tuple) and output else ""
    hint = f": from_torch(lambda *inputs: model(*inputs){part}, …)" if part else ""
    return f"give one tensor, such as the loss{hint}"


def names_of(function: Any, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Mapping[int, str]:
    """The names of the tensors among the arguments, as the function has them."""
    import torch

    called = function.forward if isinstance(function, torch.nn.Module) else function
    try:
        arguments = dict(inspect.signature(called).bind(*inputs, **keywords).arguments)
    except TypeError as error:
        raise OptionError(f"the function cannot be called so: {error}", "give its arguments") from None
    except ValueError:
        arguments = {f"x{place + 1}": value for place, value in enumerate(inputs)} | keywords
    names: dict[int, str] = {}
    for name, value in arguments.items():
        for place, tensor in enumerate(tensors_in(value)):
            names.setdefault(id(tensor), name if tensor is value else f"{name}_{place + 1}")
    return names


@contextmanager
def modules_followed(tape: Tape, modules: Mapping[str, Any]) -> Iterator[None]:
    """Inside, what a module computes belongs to its path."""
    from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

    paths = {id(module): path for path, module in reversed([*modules.items()])}
    outer: list[str] = []

    def enter(module: Any, _: Any) -> None:
        outer.append(tape.group)
        if path := paths.get(id(module)):
            tape.group = tape.entered(path, type(module).__name__)

    def leave(*_: Any) -> None:
        tape.group = outer.pop()

    hooks = (register_module_forward_pre_hook(enter), register_module_forward_hook(leave, always_call=True))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
