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
    "abs": torch.abs,
    "max": torch.maximum,
    "min": torch.minimum,
}


def torch_loss(p_or_log, targets):
    """The mean over the rows of -Σ t log p; a label stands for its class."""
    if targets.dim() < p_or_log.dim():
        targets = torch.nn.functional.one_hot(targets.long(), p_or_log.shape[-1]).double()
    return -(targets * p_or_log).sum() / (p_or_log.numel() // p_or_log.shape[-1])


ON_ARRAYS = {
    "matmul": torch.matmul,
    "sum": lambda x, axis=None, keepdims=False: x.sum(dim=axis, keepdim=keepdims),
    "mean": lambda x, axis=None, keepdims=False: x.mean(dim=axis, keepdim=keepdims),
    "transpose": lambda x: x.permute(tuple(reversed(range(x.dim())))),
    "reshape": lambda x, shape: x.reshape(shape),
    "affine": lambda x, w, b: x @ w + b,
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
