"""Attention and tables of embeddings in PyTorch, in rows of the op table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from graphgen.frameworks.selections import as_tuples
from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower


def _embedding(
    on: Follower,
    input: Any,
    weight: Any,
    padding_idx: Any = None,
    max_norm: Any = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
    *,
    result: Any,
) -> NodeNumber:
    """The rows of a table that whole numbers name."""
    if max_norm is not None or scale_grad_by_freq or _is_looked_up(padding_idx, input):
        raise NoRowError("embedding")
    return on.apply("take", weight, at=as_tuples(input.tolist()), axis=0)


def _is_looked_up(row: int | None, input: Any) -> bool:
    """Whether the row that wants no gradient is among those that are taken."""
    return row is not None and row >= 0 and bool((input == row).any())


def _attention(
    on: Follower,
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: Any = None,
    enable_gqa: bool = False,
    *,
    result: Any,
) -> NodeNumber:
    if dropout_p:
        raise NoRowError("scaled_dot_product_attention")
    axes = list(range(key.ndim))
    axes[-1], axes[-2] = axes[-2], axes[-1]
    usual, lengths = 1 / math.sqrt(query.shape[-1]), (query.shape[-2], key.shape[-2])
    if query.ndim > 2 and key.shape[-3] != query.shape[-3]:  # heads that share their keys, as enable_gqa has
        key, value = (_of_each_head(on, shared, query.shape[-3]) for shared in (key, value))
    if attn_mask is None and (scale is None or math.isclose(scale, usual)):
        return on.apply("attention", query, key, value, causal=is_causal)
    if is_causal:
        attn_mask = query.new_ones(lengths).tril() > 0
    turned = on.apply("transpose", key) if len(axes) == 2 else on.apply("permute", key, axes=tuple(axes))
    factor = usual if scale is None else scale
    scores = on.apply("multiply", on.apply("matmul", query, turned), factor)
    if attn_mask is not None and attn_mask.is_floating_point():
        return on.apply("matmul", _softmax_plus(on, scores, attn_mask), value)
    if attn_mask is None:
        return on.apply("matmul", on.apply("softmax", scores), value)
    if not bool(attn_mask.any(dim=-1).all()):
        raise NoRowError("scaled_dot_product_attention")
    return on.apply("matmul", on.apply("masked_softmax", scores, on.mask(attn_mask)), value)


def _of_each_head(on: Follower, shared: Any, heads: int) -> NodeNumber:
    """Keys or values once for each of the heads that share them."""
    at = tuple(head * shared.shape[-3] // heads for head in range(heads))
    return on.apply("take", shared, at=at, axis=shared.ndim - 3)


def _softmax_plus(on: Follower, scores: NodeNumber, mask: Any) -> NodeNumber:
    """The softmax of scores to which a mask is added, where it is −∞ or else a number."""
    kept = mask.isfinite()
    if not bool((kept | (mask == -math.inf)).all()) or not bool(kept.any(dim=-1).all()):
        raise NoRowError("scaled_dot_product_attention")
    if on.knows(mask):
        return on.apply("softmax", on.apply("add", scores, mask))
    added = mask.masked_fill(~kept, 0.0)
    if bool(added.any()):
        scores = on.apply("add", scores, added)
    return (
        on.apply("softmax", scores) if bool(kept.all()) else on.apply("masked_softmax", scores, on.mask(kept))
    )


def _flash_attention(
    on: Follower,
    query: Any,
    key: Any,
    value: Any,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    attn_mask: Any = None,
    scale: Any = None,
    result: Any,
) -> list[NodeNumber]:
    return [_attention(on, query, key, value, attn_mask, dropout_p, is_causal, scale, result=result)]


def _embedding_bag(
    on: Follower,
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: Any = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: Any = None,
    *,
    result: Any,
) -> NodeNumber:
    """The rows of a table that whole numbers name, together for each bag of equal size."""
    others = (offsets, max_norm, per_sample_weights, padding_idx)
    if any(other is not None for other in others) or input.ndim != 2 or mode not in ("mean", "sum"):
        raise NoRowError("embedding_bag")
    return on.apply(mode, on.apply("take", weight, at=as_tuples(input.tolist()), axis=0), axis=1)


def _masked_softmax(on: Follower, input: Any, dim: Any = None, *_: Any, result: Any, **__: Any) -> NodeNumber:
    """The softmax of scores some of which a mask has made −∞; the others must be as they were.

    Raises NoRowError for anything else.
    """
    scores, kept = _scores_and_mask(on, input)
    if dim not in (-1, input.ndim - 1) or not bool(kept.any(dim=-1).all()):
        raise NoRowError("softmax")
    return on.apply("masked_softmax", scores, on.mask(kept))


def _masked_exp(on: Follower, input: Any, *, result: Any) -> NodeNumber:
    """The exponentials of such scores, which are 0 where the mask is."""
    scores, kept = _scores_and_mask(on, input)
    return on.apply("multiply", on.apply("exp", scores), on.mask(kept))


def _scores_and_mask(on: Follower, masked: Any) -> tuple[Any, Any]:
    """The scores some of which are −∞ here, and where they are as they were."""
    unfinished = on.unfinished.get(id(masked))
    if unfinished is None or len(unfinished.operands) != 1:
        raise NoRowError("a mask")
    (scores,) = unfinished.operands
    if scores.shape != masked.shape or not bool(((scores == masked) | (masked == -math.inf)).all()):
        raise NoRowError("a mask")
    return scores, masked.isfinite()


def _masked_cross_entropy(
    on: Follower, input: Any, target: Any, *, reduction: str = "mean", result: Any, **others: Any
) -> NodeNumber:
    """The mean loss of labels none of which is masked."""
    if reduction != "mean" or any(others[key] for key in ("weight", "label_smoothing") if key in others):
        raise NoRowError("cross_entropy")
    is_label = not target.is_floating_point() and input.ndim == 2
    if not is_label or not bool(((target >= 0) & (target < input.shape[1])).all()):
        raise NoRowError("cross_entropy")
    shares = _masked_softmax(on, input, -1, result=input)
    if not bool(input.gather(1, target[:, None]).isfinite().all()):
        raise NoRowError("cross_entropy")
    named = on.apply("gather", shares, at=as_tuples(target[:, None].tolist()), axis=1)
    return on.apply("negate", on.apply("mean", on.apply("log", named)))


MASKED: Mapping[str, Callable[..., NodeNumber]] = {
    "softmax": _masked_softmax,
    "exp": _masked_exp,
    "cross_entropy": _masked_cross_entropy,
}
"""The rules for scores some of which a mask has made −∞."""

ATTENTION: Mapping[str, Callable[..., Any]] = {
    "embedding": _embedding,
    "embedding_bag": _embedding_bag,
    "scaled_dot_product_attention": _attention,
    "_scaled_dot_product_flash_attention_for_cpu": _flash_attention,
}
"""The rules, by the names of PyTorch's functions."""
