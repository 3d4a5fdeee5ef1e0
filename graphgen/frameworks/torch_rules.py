"""PyTorch's functions in rows of the op table, each with the arguments that PyTorch gives it.

A rule gives the node of the result, or a list for several. It raises NoRowError where the op table has no
row for what is asked, and a TypeError means the same: an argument that the rule does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphgen.frameworks.elementary import ELEMENTARY, complement
from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_arrays import ARRAYS
from graphgen.frameworks.torch_follower import Follower
from graphgen.frameworks.torch_layers import LAYERS

Rule = Callable[..., Any]

_ONE_OPERAND = "exp log sqrt sin cos tan atan tanh sigmoid abs square relu softplus silu erf expm1 log1p"
_TWO_OPERANDS = {"mul": "multiply", "div": "divide", "pow": "power", "maximum": "max", "minimum": "min"}

ALIASES: Mapping[str, str] = {
    **{
        f"__{name}__": name
        for name in ("add", "sub", "mul", "pow", "matmul", "neg", "abs", "rsub", "getitem")
    },
    "__radd__": "add",
    "__rmul__": "mul",
    "__truediv__": "div",
    "__rpow__": "rpow",
    "__rmatmul__": "rmatmul",
    "__rtruediv__": "rdiv",
    "__rdiv__": "rdiv",
    "__div__": "div",
    "true_divide": "div",
    "divide": "div",
    "multiply": "mul",
    "subtract": "sub",
    "negative": "neg",
    "absolute": "abs",
    "arctan": "atan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctanh": "atanh",
    **{f"special_{name}": name for name in ("expm1", "log1p", "erf", "erfc", "exp2", "xlogy")},
    "mm": "matmul",
    "bmm": "matmul",
    "mv": "matmul",
    "dot": "matmul",
    "inner": "matmul",
    "vdot": "matmul",
    "swapaxes": "transpose",
    "moveaxis": "movedim",
    "concat": "cat",
    "concatenate": "cat",
    **dict.fromkeys(("clone", "contiguous", "to", "double", "type", "type_as", "cpu", "alias"), "same"),
    **dict.fromkeys(("_to_copy", "lift_fresh", "identity", "requires_grad", "positive", "real"), "same"),
    **dict.fromkeys(("view", "reshape", "flatten", "unsqueeze", "squeeze", "unflatten", "ravel"), "reshaped"),
    **dict.fromkeys(("_unsafe_view", "view_as", "reshape_as"), "reshaped"),
    **dict.fromkeys(("expand", "expand_as", "broadcast_to"), "expanded"),
    **dict.fromkeys(("_softmax", "_safe_softmax"), "softmax"),
    "_log_softmax": "log_softmax",
    "convolution": "aten_convolution",
    "clip": "clamp",
    "mH": "mT",
    "H": "T",
    "dropout2d": "dropout",
    "feature_dropout": "dropout",
}
"""Other names of the same functions, of methods and of the operations below them."""

IN_PLACE: Mapping[str, str] = {
    "__iadd__": "add",
    "__isub__": "sub",
    "__imul__": "mul",
    "__itruediv__": "div",
    "__idiv__": "div",
    "__ipow__": "pow",
    "__setitem__": "setitem",
}
"""Functions that change their first operand, but for those whose names end so: add_."""


def _elementwise(name: str, arity: int) -> Rule:
    def rule(on: Follower, *operands: Any, inplace: bool = False, result: Any) -> NodeNumber:
        if len(operands) != arity:
            raise NoRowError(name)
        return on.apply(name, *operands)

    return rule


def _composed(name: str) -> Rule:
    return lambda on, input, *, result: ELEMENTARY[name](on, input)


def _erfc(on: Follower, input: Any, *, result: Any) -> NodeNumber:
    return complement(on, input, input)


def _xlogy(on: Follower, input: Any, other: Any, *, result: Any) -> NodeNumber:
    """x log y, which is 0 at x = 0 whatever y is."""
    import torch

    if not bool((torch.as_tensor(input) != 0).all()):
        raise NoRowError("xlogy")
    return on.apply("multiply", input, on.apply("log", other))


def _add(on: Follower, input: Any, other: Any, *, alpha: float = 1, result: Any) -> NodeNumber:
    return on.apply("add", input, _scaled(on, other, alpha))


def _sub(on: Follower, input: Any, other: Any, *, alpha: float = 1, result: Any) -> NodeNumber:
    return on.apply("subtract", input, _scaled(on, other, alpha))


def _rsub(on: Follower, input: Any, other: Any, *, alpha: float = 1, result: Any) -> NodeNumber:
    return on.apply("subtract", other, _scaled(on, input, alpha))


def _scaled(on: Follower, operand: Any, factor: float) -> NodeNumber:
    return on.node(operand) if factor == 1 else on.apply("multiply", operand, factor)


def _turned(name: str) -> Rule:
    return lambda on, input, other, *, result: on.apply(name, other, input)


def _neg(on: Follower, input: Any, *, result: Any) -> NodeNumber:
    return on.apply("negate", input)


def _reciprocal(on: Follower, input: Any, *, result: Any) -> NodeNumber:
    return on.apply("divide", 1, input)


def _rsqrt(on: Follower, input: Any, *, result: Any) -> NodeNumber:
    return on.apply("divide", 1, on.apply("sqrt", input))


def _addmm(
    on: Follower, input: Any, one: Any, other: Any, *, beta: float = 1, alpha: float = 1, result: Any
) -> NodeNumber:
    return on.apply("add", _scaled(on, on.apply("matmul", one, other), alpha), _scaled(on, input, beta))


def _addcmul(on: Follower, input: Any, one: Any, other: Any, *, value: float = 1, result: Any) -> NodeNumber:
    return on.apply("add", input, _scaled(on, on.apply("multiply", one, other), value))


def _lerp(on: Follower, input: Any, end: Any, weight: Any, *, result: Any) -> NodeNumber:
    return on.apply("add", input, on.apply("multiply", weight, on.apply("subtract", end, input)))


def _same(on: Follower, input: Any, *_: Any, result: Any, **__: Any) -> NodeNumber:
    return on.node(input)


RULES: Mapping[str, Rule] = {
    **{name: _elementwise(name, 1) for name in _ONE_OPERAND.split()},
    **{theirs: _elementwise(ours, 2) for theirs, ours in _TWO_OPERANDS.items()},
    **{name: _composed(name) for name in ELEMENTARY},
    "erfc": _erfc,
    "xlogy": _xlogy,
    "add": _add,
    "sub": _sub,
    "rsub": _rsub,
    "__rsub__": _rsub,
    "rdiv": _turned("divide"),
    "rpow": _turned("power"),
    "rmatmul": _turned("matmul"),
    "neg": _neg,
    "reciprocal": _reciprocal,
    "rsqrt": _rsqrt,
    **dict.fromkeys(("addmm", "baddbmm", "addmv"), _addmm),
    "addcmul": _addcmul,
    "lerp": _lerp,
    "same": _same,
    **ARRAYS,
    **LAYERS,
}
"""The rules, by the names of PyTorch's functions."""
