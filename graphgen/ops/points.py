"""Where operations are tested: points in the domain of each, and points outside it, which it refuses.

Those of an op on single numbers follow from its domain. What else a row should be tried at stands here
by its name: extremes, ties, and all points of an op on whole arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from graphgen.ops.rules import OPERANDS, compiled

Operands = tuple[Any, ...]
"""Floats; for an op on whole arrays also nested tuples of floats."""

_TWO_SIDED = (-30.0, -3.0, -1.0, -0.625, -1e-3, 0.0, 1e-3, 0.5, 1.0, 2.5, 30.0)
_POSITIVE = (1e-6, 0.125, 0.5, 1.0, 1.75, 3.0, 400.0, 1e12)
_PAIRS = ((-3.0, -0.25, 0.0, 1.0, 2.5, 1e9), (-7.5, 0.0, 0.5, 1.0, 40.0))

_TIES = ((0.0, 0.0), (2.5, 2.5), (-1e9, -1e9), (1.0, 1.0 + 1e-9))
_SATURATED = ((-800.0,), (800.0,))

_GRID = ((1.0, -2.0, 0.5), (0.25, 3.0, -1.0))
_WIDE = ((1.0, 0.0, -1.0, 2.0), (0.5, 1.5, -2.0, 0.0), (-0.5, 4.0, 1.0, 0.25))
_TIED = ((2.0, 0.0, 2.0), (0.0, 0.0, 2.0))
_ROW = (2.0, -0.5, 1.0)
_STACK = (_GRID, ((2.0, -1.0, 4.0), (0.0, 1.5, -3.0)))
_COLUMN = (3.0, -0.75)
_COLUMNS = ((3.0, -0.75), (1.0, 0.5))
_BIAS = (0.5, -1.0, 2.0, 0.0)
_SHARES = ((0.25, 0.5, 0.25), (0.625, 0.125, 0.25))
_KEYS = ((0.5, -1.0, 0.25), (1.0, 0.75, -0.5))
_ONE_HOT = ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
_LABELS = (1.0, 0.0)
_SERIES = (_STACK, (((1.0, -0.5), (0.25, 2.0)),))
_IMAGES = ((_STACK,), (((_COLUMN, (1.0, 2.0)), ((0.5, -1.0), (0.25, 3.0))),))
_VOLUMES = (((_STACK,),), ((((_COLUMN, (1.0, 2.0)),),),))
_TURNED_WINDOWS = (_STACK, (((1.0, -0.5),), ((0.25, 2.0),)))
_TURNED_IMAGES = ((_STACK,), (((_COLUMN, (1.0, 2.0)),), (((0.5, -1.0), (0.25, 3.0)),)))

_FURTHER: Mapping[str, tuple[Operands, ...]] = {
    "square": ((1e100,),),
    "exp": ((-800.0,), (700.0,)),
    "log1p": ((-0.999,), (1e-12,)),
    "expm1": ((-800.0,), (700.0,), (1e-12,)),
    "tan": ((1.5,),),
    "atan": ((1e8,),),
    "tanh": _SATURATED,
    "sigmoid": _SATURATED,
    "softplus": _SATURATED,
    "silu": _SATURATED,
    "huber": ((1.0,), (-1.0,)),
    "elu": _SATURATED,
    "max": _TIES,
    "min": _TIES,
}
_WHOLE: Mapping[str, tuple[Operands, ...]] = {
    "power": (
        *product((0.125, 1.0, 2.5, 40.0), (-2.0, -0.5, 0.0, 0.5, 1.0, 3.0)),
        *product((-3.0, -0.5), (-2.0, 0.0, 1.0, 3.0)),
        *product((0.0,), (1.0, 2.0, 2.5)),
    ),
    # Far out on the left no float has the square of x / √2 to its last digits.
    "gelu": tuple(product((-8.0, -3.0, -1.0, -0.625, -1e-3, 0.0, 0.5, 1.0, 2.5, 30.0))),
    "gelu_tanh": tuple(product((-3.0, -1.0, -0.625, -1e-3, 0.0, 0.5, 1.0, 2.5, 30.0))),
    "leaky_relu": tuple(product((-30.0, -0.5, 0.0, 1e-3, 2.5), (0.0, 0.125, 1.0))),
    "where": tuple(product((-2.0, 0.0, 1.0), (0.5, -3.0), (2.5, 0.0))),
    "clip": tuple(product((-7.5, -3.0, -1.0, 0.25, 4.0, 6.0), (-1.0, 0.0), (1.0, 6.0))),
    "matmul": (
        (_GRID, _WIDE),
        (_GRID, _ROW),
        (_COLUMN, _GRID),
        (_ROW, _ROW),
        (_STACK, _WIDE),
        (_STACK, _ROW),
        (_COLUMN, _STACK),
    ),
    "sum": ((_GRID,), (_ROW,)),
    "mean": ((_GRID,), (_ROW,)),
    "transpose": ((_GRID,), (_ROW,)),
    "reshape": ((_GRID,),),
    "amax": ((_GRID,), (_ROW,)),
    "amin": ((_GRID,), (_ROW,)),
    "prod": ((_GRID,), (_TIED,), (_ROW,)),
    "index": ((_GRID,),),
    "concatenate": ((_GRID, _TIED),),
    "variance": ((_GRID,), (_ROW,)),
    "logsumexp": ((_GRID,), (_ROW,)),
    "permute": ((_STACK,),),
    "broadcast_to": ((_ROW,), (((2.0,), (-1.0,)),)),
    **dict.fromkeys(("flip", "roll", "cumsum", "cumprod", "pad", "take", "gather"), ((_GRID,),)),
    "scatter_add": ((_GRID, ((1.0, 2.0),)),),
    "index_put": ((_GRID, _COLUMN),),
    **dict.fromkeys(("sort", "topk"), ((_GRID,),)),
    "einsum": ((_GRID, _KEYS), (_KEYS, _GRID)),
    "bilinear": ((_COLUMN, _STACK, _ROW), (_COLUMNS, _STACK, _GRID)),
    "cosine_similarity": ((_GRID, _KEYS),),
    "log_softmax": ((_GRID,), (_ROW,)),
    "masked_softmax": (
        (_GRID, ((1.0, 0.0, 1.0), (0.0, 1.0, 1.0))),
        (_GRID, (0.5, 2.0, 0.25)),
        (_ROW, _SHARES),
    ),
    "attention": ((_SHARES, _GRID, ((1.0,), (3.0,))), (_STACK, _KEYS, (((1.0,), (3.0,)), ((4.0,), (0.5,))))),
    "group_norm": ((_STACK, _COLUMN, _COLUMN),),
    "conv_transpose1d": ((*_TURNED_WINDOWS, (0.5,)),),
    "conv_transpose2d": ((*_TURNED_IMAGES, (0.5,)),),
    "conv_transpose1d_without_bias": (_TURNED_WINDOWS,),
    "conv_transpose2d_without_bias": (_TURNED_IMAGES,),
    "layer_norm": ((_GRID, _ROW, (0.25, 0.0, -1.0)), (_STACK, _ROW, _ROW)),
    "batch_norm": ((_WIDE, _BIAS, _BIAS), (_STACK, _COLUMN, _COLUMN)),
    "conv1d": ((*_SERIES, (0.5,)),),
    "conv2d": ((*_IMAGES, (0.5,)),),
    "conv3d": ((*_VOLUMES, (0.5,)),),
    "conv1d_without_bias": (_SERIES,),
    "conv2d_without_bias": (_IMAGES,),
    "conv3d_without_bias": (_VOLUMES,),
    **dict.fromkeys(("max_pool2d", "avg_pool2d"), (((_STACK,),),)),
    "mean_squared_error": ((_GRID, _TIED),),
    "binary_cross_entropy": ((_SHARES, _ONE_HOT), (_SHARES, _SHARES)),
    "sigmoid_cross_entropy": ((_GRID, _ONE_HOT), (_GRID, _SHARES)),
    "affine": ((_GRID, _WIDE, _BIAS), (_COLUMN, _GRID, _ROW)),
    "linear": ((_GRID, _GRID, _COLUMN), (_ROW, _GRID, _COLUMN)),
    "linear_without_bias": ((_GRID, _GRID), (_ROW, _GRID)),
    "softmax": ((_GRID,), (_ROW,), (((800.0, 0.0, -800.0),),)),
    "cross_entropy": ((_SHARES, _ONE_HOT), (_SHARES, _SHARES), (_SHARES, _LABELS)),
    "softmax_cross_entropy": ((_GRID, _ONE_HOT), (_GRID, _SHARES), (_GRID, _LABELS)),
}
_REFUSED: Mapping[str, tuple[Operands, ...]] = {
    "power": ((0.0, -1.0), (-8.0, 0.5), (1e200, 2.0)),
    "exp": ((710.0,),),
    "expm1": ((710.0,),),
    "cross_entropy": ((((0.0, 1.0),), ((1.0, 0.0),)),),
}

_ALONG_AXES: tuple[Mapping[str, Any], ...] = ({}, {"axis": 0}, {"axis": -1, "keepdims": True})
VARIANTS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "sum": _ALONG_AXES,
    "mean": _ALONG_AXES,
    **dict.fromkeys(("amax", "amin", "prod"), _ALONG_AXES),
    "index": ({"at": (1,)}, {"at": ((0, 2, 1), 2)}, {"at": ((1, 2, 1), (2, -1, -2))}),
    "concatenate": ({}, {"axis": -1}),
    **dict.fromkeys(("variance", "logsumexp"), _ALONG_AXES),
    "permute": ({"axes": (1, 2, 0)}, {"axes": (0, -1, 1)}),
    "broadcast_to": ({"shape": (2, 3)},),
    "flip": ({}, {"axis": -1}),
    "roll": ({}, {"shift": -2, "axis": 1}),
    "cumsum": ({}, {"axis": -1}),
    "cumprod": ({}, {"axis": -1}),
    "attention": ({}, {"causal": True}),
    "group_norm": ({}, {"groups": 2}),
    **dict.fromkeys(
        ("conv_transpose1d", "conv_transpose1d_without_bias"),
        ({}, {"stride": (2,), "padding": (1,), "further": (1,)}, {"dilation": (2,)}),
    ),
    **dict.fromkeys(
        ("conv_transpose2d", "conv_transpose2d_without_bias"),
        ({}, {"stride": (2, 3), "padding": (1, 0), "further": (0, 2)}),
    ),
    "pad": ({"widths": ((1, 0), (2, 1))},),
    "scatter_add": ({"at": ((1, 1),)}, {"at": ((2, 0),), "axis": 1}),
    "index_put": ({"at": ((0, 1), (2, 0))}, {"at": (1, (0, 2))}),
    "sort": ({}, {"axis": 0, "descending": True}),
    "topk": ({}, {"k": 2, "axis": 1}),
    "einsum": ({"subscripts": "ij,kj->ik"}, {"subscripts": "ij,ij->"}, {"subscripts": "ij,kj->k"}),
    "cosine_similarity": ({}, {"axis": 0, "keepdims": True}),
    "take": ({"at": (1, 0, 1)}, {"at": ((0, 2), (2, -1)), "axis": 1}, {"at": 1}),
    "gather": ({"at": ((1, 0, 1),)}, {"at": ((0, 2), (2, 2)), "axis": 1}),
    **dict.fromkeys(
        ("conv1d", "conv1d_without_bias"), ({}, {"stride": (2,), "padding": (2,)}, {"dilation": (2,)})
    ),
    **dict.fromkeys(
        ("conv2d", "conv2d_without_bias"),
        ({}, {"stride": (2, 1), "padding": (1, 0)}, {"padding": (1, 1), "dilation": (2, 2)}),
    ),
    **dict.fromkeys(("conv3d", "conv3d_without_bias"), ({}, {"stride": (1, 2, 1), "padding": (1, 0, 1)})),
    "max_pool2d": ({}, {"stride": (1, 1)}, {"kernel": (2, 3), "padding": (1, 1)}),
    "avg_pool2d": ({}, {"stride": (1, 1)}, {"kernel": (2, 3), "padding": (1, 1)}),
    "reshape": ({"shape": (3, 2)}, {"shape": (6,)}),
}
"""The parameters with which an op is tested, where it has some."""


def points_inside(name: str, arity: int, domain: str) -> tuple[Operands, ...]:
    """The points at which a row is tested; `domain` is a rule, such as `x > 0`, or nothing.

    The ends of a domain are left out: there need be no derivative.

    >>> points_inside("acosh", 1, "x >= 1")[:3]
    ((1.75,), (2.5,), (3.0,))
    """
    if name in _WHOLE:
        return _WHOLE[name]
    interior = domain.replace(">=", ">").replace("<=", "<")
    return (*_usual(arity, interior), *_FURTHER.get(name, ()))


def points_outside(name: str, arity: int, domain: str) -> tuple[Operands, ...]:
    """Points outside the domain, where there are some.

    >>> points_outside("divide", 2, "y != 0")[:2]
    ((-3.0, 0.0), (-0.25, 0.0))
    """
    if name in _REFUSED or not domain:
        return _REFUSED.get(name, ())
    return _usual(arity, f"not ({domain})")


def _usual(arity: int, domain: str) -> tuple[Operands, ...]:
    """The usual numbers that lie in a domain."""
    if not domain:
        return tuple(product(*_PAIRS) if arity == 2 else product(_TWO_SIDED))
    points = product(*_PAIRS) if arity == 2 else product(sorted({*_TWO_SIDED, *_POSITIVE}))
    holds = compiled(domain, OPERANDS[:arity], {})
    return tuple(filter(lambda point: holds(*point), points))
