"""The tensors that a function of PyTorch holds besides its arguments, all in 64-bit floats for a while."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any


def held_by(function: Any) -> dict[str, Any]:
    """The modules and tensors that a function refers to, by the variables that hold them; a module that is
    captured itself has no variable."""
    import torch

    if isinstance(function, torch.nn.Module):
        return {"": function}
    found: dict[str, Any] = {}
    for name, value in _references(function):
        if isinstance(value, torch.nn.Module | torch.Tensor):
            found.setdefault(name, value)
    return found


def modules_in(held: Mapping[str, Any]) -> dict[str, Any]:
    """Each module that is held, parts of modules included, by its path."""
    import torch

    paths: dict[str, Any] = {}
    for variable, module in held.items():
        if isinstance(module, torch.nn.Module):
            for inner, part in module.named_modules():
                paths[".".join(filter(None, (variable, inner)))] = part
    return paths


def tensors_of(held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each parameter, buffer and tensor that is held, by the name that its owner has for it."""
    import torch

    for variable, value in held.items():
        if isinstance(value, torch.Tensor):
            yield variable, value
            continue
        for inner, tensor in (*value.named_parameters(), *value.named_buffers()):
            yield ".".join(filter(None, (variable, inner))), tensor


@contextmanager
def restored(held: Mapping[str, Any]) -> Iterator[None]:
    """All that is held is afterwards as it was: the statistics of batch normalisation, for instance."""
    buffers = [(tensor, tensor.data.clone()) for _, tensor in tensors_of(held) if not tensor.requires_grad]
    try:
        yield
    finally:
        for tensor, before in buffers:
            tensor.data.copy_(before)


@contextmanager
def in_doubles(held: Mapping[str, Any]) -> Iterator[None]:
    """All that is held, and what is made inside, in 64-bit floats; afterwards as it was.

    A cast to narrower floats is one to 64 bits: it rounds, which is no part of what the function computes.
    """
    import torch

    usual = torch.get_default_dtype()
    floats = [tensor for _, tensor in tensors_of(held) if tensor.is_floating_point()]
    kept = [(tensor, tensor.data, tensor.grad if tensor.is_leaf else None) for tensor in floats]
    with restored(held):
        try:
            for tensor, data, grad in kept:
                if grad is not None:
                    tensor.grad = None
                tensor.data = data.double()
            torch.set_default_dtype(torch.float64)
            with _widening():
                yield
        finally:
            torch.set_default_dtype(usual)
            for tensor, data, grad in kept:
                tensor.data = data
                if grad is not None:
                    tensor.grad = grad


def _widening() -> AbstractContextManager[Any]:
    """Inside, calls that ask for narrower floats are given floats of 64 bits."""
    import torch
    from torch.overrides import TorchFunctionMode

    narrower = (torch.float32, torch.float16, torch.bfloat16)
    casts = (torch.Tensor.float, torch.Tensor.half, torch.Tensor.bfloat16)

    def wide(argument: Any) -> Any:
        return torch.float64 if type(argument) is torch.dtype and argument in narrower else argument

    class Widening(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            if func in casts:
                return torch.Tensor.double(*args, **kwargs)
            if func is torch.Tensor.view:  # it reads bytes as floats of the width that they have
                return func(*args, **kwargs)
            return func(*map(wide, args), **{name: wide(argument) for name, argument in kwargs.items()})

    return Widening()


def _references(function: Any) -> Iterator[tuple[str, Any]]:
    """The things that a function refers to: its closure, its globals, the object that it is a method of."""
    while isinstance(function, functools.partial):
        yield from function.keywords.items()
        function = function.func
    if inspect.ismethod(function):
        yield from vars(function.__self__).items() if hasattr(function.__self__, "__dict__") else ()
        yield from [("self", function.__self__)]
        function = function.__func__
    if not inspect.isfunction(function):
        yield from vars(function).items() if hasattr(function, "__dict__") else ()
        function = vars(type(function)).get("__call__")
    if not inspect.isfunction(function):
        return
    seen = inspect.getclosurevars(function)
    for named in (seen.nonlocals, seen.globals):
        for name, value in named.items():
            yield name, value
            if inspect.isfunction(value) and value is not function:
                inner = inspect.getclosurevars(value)
                yield from (*inner.nonlocals.items(), *inner.globals.items())
