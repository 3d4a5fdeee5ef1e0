"""The operations on whole arrays, entry by entry over SymPy's expressions, as a textbook has them."""

import numpy as np
import sympy as sp

exp, log = (np.frompyfunc(function, 1, 1) for function in (sp.exp, sp.log))


def mean(x, axis=None, keepdims=False):
    total = np.sum(x, axis=axis, keepdims=keepdims)
    return total / sp.Integer(np.size(x) // np.size(total))


def softmax(x):
    return exp(x) / np.sum(exp(x), axis=-1, keepdims=True)


def cross_entropy(p, t):
    """The mean over the rows of -Σ t log p."""
    return -np.sum(t * log(p)) / sp.Integer(np.size(p) // np.shape(p)[-1])


OVER_ENTRIES = {
    "matmul": np.dot,
    "sum": np.sum,
    "mean": mean,
    "transpose": np.transpose,
    "reshape": np.reshape,
    "affine": lambda x, w, b: np.dot(x, w) + b,
    "linear": lambda x, w, b: np.dot(x, np.transpose(w)) + b,
    "linear_without_bias": lambda x, w: np.dot(x, np.transpose(w)),
    "softmax": softmax,
    "masked_softmax": lambda x, y: y * exp(x) / np.sum(y * exp(x), axis=-1, keepdims=True),
    "log_softmax": lambda x: log(softmax(x)),
    "mean_squared_error": lambda x, y: mean((x - y) ** 2),
    "binary_cross_entropy": lambda x, y: -mean(y * log(x) + (1 - y) * log(1 - x)),
    "sigmoid_cross_entropy": lambda x, y: -mean(y * log(1 / (1 + exp(-x))) + (1 - y) * log(1 / (1 + exp(x)))),
    "cross_entropy": cross_entropy,
    "softmax_cross_entropy": lambda x, t: cross_entropy(softmax(x), t),
}


def array_of_symbols(letter, shape):
    """x0, x1, … in an array of this shape."""
    symbols = np.empty(shape, dtype=object)
    for i, place in enumerate(np.ndindex(*shape)):
        symbols[place] = sp.Symbol(f"{letter}{i}", real=True)
    return symbols
