"""The operations of the evaluator in truth.py, on arrays of numbers with their slopes."""

import dual_layers
import numpy as np
from dual_arrays import (
    array,
    bilinear,
    contracted,
    each,
    gathered,
    matmul,
    mean,
    put,
    reduced,
    running,
    scattered,
    square,
    summed,
    variance,
)
from duals import (
    INFINITE,
    ONE,
    SMOOTH,
    ZERO,
    Dual,
    UndefinedError,
    add,
    combined,
    is_zero,
    multiply,
    negate,
    product,
    smooth,
    subtract,
    total,
)
from flint import arb, fmpq


class Operations:
    """The operations by their names, on the branches that a run takes."""

    def __init__(self, branching):
        self.branching = branching

    def operate(self, operator, x, y):
        match operator:
            case "Add" | "Sub" | "Mult":
                return each({"Add": add, "Sub": subtract, "Mult": multiply}[operator], x, y)
            case "Div" | "Pow":
                return each(self.branching.divide if operator == "Div" else self.branching.power, x, y)
            case "MatMult":
                return matmul(x, y)

    def call(self, name, x, *further, **settings):
        if name in SMOOTH:
            return each(lambda entry: smooth(name, entry), x)
        if name in _BRANCHES:
            return each(getattr(self.branching, name), x, *further)
        match name:
            case "log1p":
                return each(lambda entry: self.branching.log(add(Dual(ONE), entry)), x)
            case "square":
                return each(square, x)
            case "sum":
                return summed(x, *further, **settings)
            case "mean":
                return mean(x, *further, **settings)
            case "prod":
                return reduced(product, x, *further, **settings)
            case "amax" | "amin":
                return reduced(getattr(self.branching, name), x, *further, **settings)
            case "logsumexp":
                return reduced(self.log_sum, x, *further, **settings)
            case "variance":
                return variance(x, *further, **settings)
            case "cumsum" | "cumprod":
                return running(total if name == "cumsum" else product, x, *further, **settings)
            case "transpose":
                return x.T
            case "permute":
                return np.transpose(x, *further, **settings)
            case "reshape" | "broadcast_to":
                return getattr(np, name)(x, *further, *settings.values())
            case "flip":
                return np.flip(x, *further, **settings) if further or settings else np.flip(x, 0)
            case "roll":
                return np.roll(x, **{"shift": 1, "axis": 0, **settings})
            case "take":
                return np.take(x, settings["at"], settings.get("axis", 0))
            case "pad":
                return np.pad(x, *further, *settings.values(), constant_values=Dual(ZERO))
            case "gather":
                return gathered(x, *further, **settings)
            case "scatter_add":
                return scattered(x, *further, **settings)
            case "index_put":
                return put(x, *further, **settings)
            case "sort":
                return self.ordered(x, **settings)
            case "topk":
                return self.ordered(x, settings.get("axis", -1), True, settings.get("k", 1))
            case "concatenate":
                return np.concatenate([x, further[0]], *further[1:], **settings)
            case "affine":
                return each(add, matmul(x, further[0]), further[1])
            case "linear":
                return each(add, matmul(x, further[0].T), further[1])
            case "einsum":
                return contracted(x, *further, **settings)
            case "bilinear":
                return bilinear(x, *further)
            case "cosine_similarity":
                return self.cosine(x, *further, **settings)
            case "linear_without_bias":
                return matmul(x, further[0].T)
            case "softmax":
                return self.weighted(x, np.full(x.shape, Dual(ONE)))
            case "masked_softmax":
                return self.weighted(x, *further)
            case "log_softmax":
                return each(subtract, x, reduced(self.log_sum, x, -1, keepdims=True))
            case "softmax_cross_entropy":
                return self.loss(self.call("log_softmax", x), *further, of=lambda entry: entry)
            case "cross_entropy":
                return self.loss(x, *further, of=self.branching.log)
            case "mean_squared_error":
                return mean(each(square, each(subtract, x, *further)))
            case "binary_cross_entropy":
                return negate(mean(each(self.binary, x, *further)).item())
            case "sigmoid_cross_entropy":
                return mean(each(subtract, self.call("softplus", x), each(multiply, x, *further)))
        if name.endswith("_without_bias"):
            name, further = name.removesuffix("_without_bias"), (*further, np.array(Dual(ZERO), dtype=object))
        return getattr(dual_layers, name)(self, x, *further, **settings)

    def ordered(self, x, axis=-1, descending=False, count=None):
        """The entries along an axis by their size, equal ones as they stand; so many of them."""

        def order(row):
            found = []
            for i, entry in enumerate(row):
                before = (self.branching.sign(subtract(entry, row[j]).value) for j in found)
                ahead = [sign > 0 if descending else sign < 0 for sign in before]
                found.insert(ahead.index(True) if True in ahead else len(found), i)
            return found

        rows = np.moveaxis(x, axis, -1)
        found = np.empty(rows.shape, dtype=object)
        for place in np.ndindex(rows.shape[:-1]):
            row = list(rows[place])
            found[place] = array([row[i] for i in self.branching.choose(row, lambda row=row: order(row))])
        return np.moveaxis(found[..., :count], -1, axis)

    def cosine(self, x, y, axis=-1, keepdims=False):
        """The product of two rows over their lengths."""
        product, squares, others = (
            summed(each(multiply, one, other), axis, keepdims) for one, other in ((x, y), (x, x), (y, y))
        )
        return self.operate("Div", product, each(self.branching.sqrt, each(multiply, squares, others)))

    def log_sum(self, entries):
        """The logarithm of the sum of exponentials, which is taken from about the largest on."""
        largest = Dual(max(arb(entry.value).mid() for entry in entries))
        return add(largest, self.branching.log(total([_exp(subtract(x, largest)) for x in entries])))

    def weighted(self, x, weights):
        """Exponentials times weights, over the sum of those of their row; one of weight 0 is not in it."""
        x, weights = np.broadcast_arrays(x, weights)
        found = np.empty(x.shape, dtype=object)
        for place in np.ndindex(x.shape[:-1]):
            row, by = x[place], weights[place]
            seen = [
                arb(entry.value).mid() for entry, weight in zip(row, by, strict=True) if weight.value != 0
            ]
            if not seen:
                raise UndefinedError("a softmax of nothing")
            largest = Dual(max(seen))
            terms = [
                Dual(ZERO) if weight.is_constant_zero else multiply(weight, _exp(subtract(entry, largest)))
                for entry, weight in zip(row, by, strict=True)
            ]
            for i, term in enumerate(terms):
                found[(*place, i)] = self.branching.divide(term, total(terms))
        return found

    def loss(self, x, targets, of):
        """Minus the mean over the rows of what the targets, shares or labels, choose."""
        if targets.shape == x.shape:
            terms = each(lambda share, entry: self.share(share, entry, of), targets, x).ravel()
        else:
            rows, labels = x.reshape(-1, x.shape[-1]), [target.value for target in targets.flat]
            if not all(label in range(x.shape[-1]) for label in labels):
                raise UndefinedError("a label that names no class")
            terms = [of(row[int(label.numerator)]) for row, label in zip(rows, labels, strict=True)]
        return multiply(total(terms), Dual(fmpq(-x.shape[-1], x.size)))

    def share(self, share, entry, of):
        """A share of what is made of an entry; none of it has no value too: 0 log 0 is 0."""
        if not is_zero(share.value):
            return multiply(share, of(entry))
        try:
            return combined(ZERO, (share, of(entry).value))
        except UndefinedError:
            return combined(ZERO, (share, INFINITE))

    def binary(self, x, target):
        """t log x + (1 - t) log (1 - x), which is said only inside (0, 1)."""
        one = Dual(ONE)
        parts = (target, x), (subtract(one, target), subtract(one, x))
        return add(*(multiply(share, self.branching.log(entry)) for share, entry in parts))


_BRANCHES = (
    *("relu", "abs", "step", "log", "sqrt", "max", "min"),
    *("leaky_relu", "elu", "huber", "where", "clip"),
)


def _exp(x):
    return smooth("exp", x)
