"""About what an expression of the random programs comes to, by floats."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from branching import Branching
from dual_arrays import each
from dual_operations import Operations
from duals import Dual, UndecidedError, UndefinedError
from flint import arb

_BY_DEFINITION = (
    *("silu", "gelu", "gelu_tanh", "erf", "elu", "huber", "leaky_relu", "where", "clip"),
    *("variance", "logsumexp", "cumsum", "cumprod", "flip", "roll"),
    *("permute", "broadcast_to", "pad", "take", "gather", "log_softmax", "masked_softmax", "attention"),
    *("linear", "layer_norm", "batch_norm", "group_norm", "conv1d", "conv2d"),
    *("conv_transpose1d", "conv_transpose2d", "max_pool2d", "avg_pool2d"),
    *("sort", "topk", "scatter_add", "index_put", "einsum", "bilinear", "cosine_similarity", "conv3d"),
    *("linear_without_bias", "conv1d_without_bias", "conv2d_without_bias", "conv3d_without_bias"),
    *("conv_transpose1d_without_bias", "conv_transpose2d_without_bias"),
    *("mean_squared_error", "binary_cross_entropy", "sigmoid_cross_entropy"),
)
"""The functions of which NumPy has none; the evaluator of the tests says about what they come to."""


def rough(expression: str, names: Mapping[str, Any]) -> Any:
    """About what an expression of ours comes to, by floats; None where shapes do not fit."""
    with np.errstate(all="ignore"):
        try:
            # The text is this module's own, never an author's.
            found = eval(expression, dict(_FLOATS), dict(names))
            return np.asarray(found, dtype=float)[()]
        except ZeroDivisionError:
            return np.float64("nan")
        except (ValueError, TypeError, OverflowError, IndexError, UndefinedError, UndecidedError):
            return None


def _by_definition(name: str) -> Callable[..., Any]:
    """A function of floats by the evaluator that knows what is true."""

    def function(*operands: Any, **settings: Any) -> Any:
        numbers = (np.asarray(operand, dtype=object) for operand in operands)
        enclosed = (each(lambda entry: Dual(arb(float(entry))), array) for array in numbers)
        found = Operations(Branching(arb(2) ** -40)).call(name, *enclosed, **settings)
        return each(lambda entry: float(arb(entry.value)), found).astype(float)

    return function


def _softmax(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _loss(p: Any, t: Any) -> Any:
    targets = np.asarray(t)
    if np.shape(p) != targets.shape:
        targets = np.eye(np.shape(p)[-1])[targets]
    return -np.sum(targets * np.log(p)) / (np.size(p) // np.shape(p)[-1])


def _affine(x: Any, y: Any, z: Any) -> Any:
    product = x @ y
    if np.shape(z) != np.shape(product)[np.ndim(product) - np.ndim(z) :]:
        raise ValueError("the last operand does not fit")
    return product + z


def _concatenate(first: Any, *further: Any, axis: int = 0) -> Any:
    return np.concatenate(first if isinstance(first, list) else (first, *further), axis=axis)


_FLOATS: dict[str, Any] = {
    **{
        name: getattr(np, name)
        for name in ("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "tanh", "abs", "square")
    },
    **{name: getattr(np, name) for name in ("sum", "mean", "amax", "amin", "prod", "transpose", "reshape")},
    "concatenate": _concatenate,
    "step": lambda x: np.heaviside(x, 0),
    "atan": np.arctan,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(x, 0),
    "relu": lambda x: np.maximum(x, 0),
    "max": np.maximum,
    "min": np.minimum,
    "softmax": _softmax,
    "affine": _affine,
    "cross_entropy": _loss,
    "softmax_cross_entropy": lambda x, t: _loss(_softmax(x), t),
    **{name: _by_definition(name) for name in _BY_DEFINITION},
}
