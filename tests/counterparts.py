"""Every operation in PyTorch, and a graph's values and gradients by it."""

import numpy as np
import torch

COUNTERPARTS = {
    "add": torch.add,
    "subtract": torch.subtract,
    "multiply": torch.multiply,
    "divide": torch.divide,
    "power": torch.pow,
    "negate": torch.negative,
    "identity": lambda x: x * 1,
    "square": torch.square,
    "exp": torch.exp,
    "log": torch.log,
    "log1p": torch.log1p,
    "expm1": torch.expm1,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "atan": torch.atan,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    # torch's own softplus becomes the identity above 20.
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "silu": torch.nn.functional.silu,
    "elu": torch.nn.functional.elu,
    "gelu": torch.nn.functional.gelu,
    "gelu_tanh": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
    "huber": lambda x: torch.nn.functional.huber_loss(x, torch.zeros_like(x), reduction="none"),
    "erf": torch.erf,
    "leaky_relu": lambda x, slope: torch.where(x > 0, x, slope * x),
    "where": lambda condition, one, other: torch.where(condition != 0, one, other) + 0 * condition,
    # torch.clamp sends nothing to equal ends of a range below which x lies.
    "clip": lambda x, y, z: torch.where(y > z, z, torch.where(x > z, z, torch.where(x < y, y, x))),
    "abs": torch.abs,
    "max": torch.maximum,
    "min": torch.minimum,
    "step": lambda x: torch.heaviside(x.detach(), torch.zeros_like(x)) + 0 * x,
}


def torch_loss(p_or_log, targets):
    """The mean over the rows of -Σ t log p; a label stands for its class."""
    if targets.dim() < p_or_log.dim():
        targets = torch.nn.functional.one_hot(targets.long(), p_or_log.shape[-1]).double()
    return -(targets * p_or_log).sum() / (p_or_log.numel() // p_or_log.shape[-1])


def torch_largest(x, axis=None, keepdims=False):
    """The largest entries, of which the first of equals has the gradient."""
    if axis is None:
        largest = x.flatten()[x.flatten().argmax()]
        return largest.reshape((1,) * x.dim()) if keepdims else largest
    return x.gather(axis, x.argmax(dim=axis, keepdim=True)).sum(dim=axis, keepdim=keepdims)


def torch_product(x, axis=None, keepdims=False):
    if axis is not None:
        return x.prod(dim=axis, keepdim=keepdims)
    return x.prod().reshape((1,) * x.dim()) if keepdims else x.prod()


def torch_entries(x, at=(0,)):
    """PyTorch has no slices with a step below 0."""
    for axis, key in reversed(list(enumerate(at))):
        indices = torch.tensor([key] if isinstance(key, int) else list(range(*key)))
        x = x.index_select(axis, indices)
        x = x.squeeze(axis) if isinstance(key, int) else x
    return x


def torch_taken(x, at, axis):
    found = x.index_select(axis, at.flatten())
    return found.reshape(x.shape[: axis % x.dim()] + at.shape + x.shape[axis % x.dim() + 1 :])


def torch_cosine(x, y, axis=-1, keepdims=False):
    found = torch.nn.functional.cosine_similarity(x, y, dim=axis)
    return found.unsqueeze(axis) if keepdims else found


def torch_pooled(pool, x, kernel=(2, 2), stride=(2, 2), padding=(0, 0)):
    return pool(x, kernel, stride, padding)


def torch_transposed(convolution):
    return lambda *operands, further=0, **steps: convolution(*operands, output_padding=further, **steps)


def _binary_cross_entropy(x, t):
    """PyTorch's takes no targets but shares, so that of others is written out."""
    if ((t >= 0) & (t <= 1)).all():
        return torch.nn.functional.binary_cross_entropy(x, t)
    return -(t * torch.log(x) + (1 - t) * torch.log(1 - x)).mean()


ON_ARRAYS = {
    "matmul": torch.matmul,
    "sum": lambda x, axis=None, keepdims=False: x.sum(dim=axis, keepdim=keepdims),
    "mean": lambda x, axis=None, keepdims=False: x.mean(dim=axis, keepdim=keepdims),
    "transpose": lambda x: x.permute(tuple(reversed(range(x.dim())))),
    "reshape": lambda x, shape: x.reshape(shape),
    "amax": torch_largest,
    "amin": lambda x, **along: -torch_largest(-x, **along),
    "prod": torch_product,
    "index": torch_entries,
    "concatenate": lambda x, y, axis=0: torch.cat((x, y), dim=axis),
    "variance": lambda x, axis=None, keepdims=False: x.var(dim=axis, keepdim=keepdims, unbiased=False),
    "logsumexp": lambda x, axis=None, keepdims=False: x.logsumexp(
        dim=tuple(range(x.dim())) if axis is None else axis, keepdim=keepdims
    ),
    "permute": lambda x, axes: x.permute(axes),
    "broadcast_to": lambda x, shape: x.broadcast_to(shape),
    "flip": lambda x, axis=0: x.flip(axis),
    "roll": lambda x, shift=1, axis=0: x.roll(shift, axis),
    "cumsum": lambda x, axis=0: x.cumsum(axis),
    "cumprod": lambda x, axis=0: x.cumprod(axis),
    "pad": lambda x, widths: torch.nn.functional.pad(x, [n for pair in reversed(widths) for n in pair]),
    "take": lambda x, at=(0,), axis=0: torch_taken(x, torch.tensor(at), axis),
    "gather": lambda x, at, axis=0: x.gather(axis, torch.tensor(at)),
    "scatter_add": lambda x, y, at=(0,), axis=0: x.scatter_add(axis, torch.tensor(at), y),
    "index_put": lambda x, y, at=(0,): x.index_put(tuple(map(torch.tensor, at)), y),
    "sort": lambda x, axis=-1, descending=False: x.sort(dim=axis, descending=descending, stable=True)[0],
    "topk": lambda x, k=1, axis=-1: x.topk(k, dim=axis)[0],
    "einsum": lambda x, y, subscripts: torch.einsum(subscripts, x, y),
    "bilinear": lambda x, y, z: torch.nn.functional.bilinear(x, z, y),
    "cosine_similarity": torch_cosine,
    "masked_softmax": lambda x, y: x.exp() * y / (x.exp() * y).sum(dim=-1, keepdim=True),
    "attention": lambda x, y, z, causal=False: torch.nn.functional.scaled_dot_product_attention(
        x, y.broadcast_to(*x.shape[:-2], *y.shape[-2:]), z, is_causal=causal
    ),
    "group_norm": lambda x, y, z, groups=1, eps=1e-5: torch.nn.functional.group_norm(x, groups, y, z, eps),
    **{
        f"conv_transpose{axes}d{bias}": torch_transposed(
            getattr(torch.nn.functional, f"conv_transpose{axes}d")
        )
        for axes in (1, 2)
        for bias in ("", "_without_bias")
    },
    "log_softmax": lambda x: torch.log_softmax(x, dim=-1),
    "layer_norm": lambda x, y, z, eps=1e-5: torch.nn.functional.layer_norm(x, y.shape, y, z, eps),
    "batch_norm": lambda x, y, z, eps=1e-5: torch.nn.functional.batch_norm(
        x, None, None, y, z, training=True, eps=eps
    ),
    **{
        f"conv{axes}d{bias}": getattr(torch.nn.functional, f"conv{axes}d")
        for axes in (1, 2, 3)
        for bias in ("", "_without_bias")
    },
    "max_pool2d": lambda x, **window: torch_pooled(torch.nn.functional.max_pool2d, x, **window),
    "avg_pool2d": lambda x, **window: torch_pooled(torch.nn.functional.avg_pool2d, x, **window),
    "mean_squared_error": torch.nn.functional.mse_loss,
    "binary_cross_entropy": _binary_cross_entropy,
    "sigmoid_cross_entropy": torch.nn.functional.binary_cross_entropy_with_logits,
    "affine": lambda x, w, b: x @ w + b,
    "linear": torch.nn.functional.linear,
    "linear_without_bias": torch.nn.functional.linear,
    "softmax": lambda x: torch.softmax(x, dim=-1),
    "cross_entropy": lambda p, t: torch_loss(torch.log(p), t),
    "softmax_cross_entropy": lambda x, t: torch_loss(torch.log_softmax(x, dim=-1), t),
}


def torch_pass(graph):
    """Every node's value and gradient by PyTorch, in float64."""
    tensors = {}
    for node in graph:
        if node.op is None:
            number = torch.tensor(np.array(node.value, dtype=float), dtype=torch.float64)
            tensors[node.id] = number.requires_grad_(node.is_input)
        else:
            counterpart = {**COUNTERPARTS, **ON_ARRAYS}[node.op.name]
            result = counterpart(*(tensors[operand] for operand in node.operands), **dict(node.parameters))
            if result.requires_grad:
                result.retain_grad()
            tensors[node.id] = result
    tensors[graph.output].backward()
    values = {id: tensor.detach().numpy() for id, tensor in tensors.items()}
    gradients = {
        node.id: np.zeros(node.shape) if tensors[node.id].grad is None else tensors[node.id].grad.numpy()
        for node in graph
        if tensors[node.id].requires_grad
    }
    return values, gradients
