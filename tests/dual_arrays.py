"""Arrays of numbers with their slopes, for the evaluator in truth.py."""

from fractions import Fraction

import numpy as np
from duals import Dual, add, combined, multiply, subtract, total
from flint import fmpq


def square(x):
    return combined(x.value * x.value, (x, 2 * x.value))


def number(literal):
    """A setting as an exact number, as it is written."""
    return Dual(fmpq(*Fraction(repr(literal)).as_integer_ratio()))


def each(function, *arrays):
    return np.asarray(np.frompyfunc(function, len(arrays), 1)(*arrays), dtype=object)


def array(entries):
    result = np.empty(len(entries), dtype=object)
    result[:] = entries
    return result


def matmul(x, y):
    if y.ndim == 1:
        return summed(each(multiply, x, y), -1)
    return summed(each(multiply, x[..., None], y if x.ndim == 1 else y[..., None, :, :]), -2)


def summed(x, axis=None, keepdims=False):
    return reduced(total, x, axis, keepdims)


def mean(x, axis=None, keepdims=False):
    sums = summed(x, axis, keepdims)
    return each(multiply, sums, Dual(fmpq(sums.size, x.size)))


def variance(x, axis=None, keepdims=False):
    return mean(each(square, each(subtract, x, mean(x, axis, True))), axis, keepdims)


def reduced(function, x, axis=None, keepdims=False):
    """A function of all entries, or of those along an axis."""
    rows = x.reshape(1, -1) if axis is None else np.moveaxis(x, axis, -1)
    shape = [n for i, n in enumerate(x.shape) if axis is not None and i != axis % x.ndim]
    kept = [1 if axis is None or i == axis % x.ndim else n for i, n in enumerate(x.shape)]
    found = array([function(row) for row in rows.reshape(-1, rows.shape[-1])])
    return found.reshape(kept if keepdims else shape)


def running(function, x, axis=0):
    """A function of the entries along an axis up to each of them."""
    rows = np.moveaxis(x, axis, -1)
    found = np.empty(rows.shape, dtype=object)
    for *place, last in np.ndindex(rows.shape):
        found[(*place, last)] = function(rows[tuple(place)][: last + 1])
    return np.moveaxis(found, -1, axis)


def gathered(x, at, axis=0):
    """For each index the entry there along the axis, at the index's own place along the others."""
    found = np.empty(np.shape(at), dtype=object)
    for place, index in np.ndenumerate(np.asarray(at)):
        found[place] = x[(*place[: axis % x.ndim], index, *place[axis % x.ndim + 1 :])]
    return found


def scattered(x, added, at=(0,), axis=0):
    """An array to which entries are added, each at its index along the axis."""
    found = x.copy()
    for place, index in np.ndenumerate(np.asarray(at)):
        target = (*place[: axis % x.ndim], index, *place[axis % x.ndim + 1 :])
        found[target] = add(found[target], added[place])
    return found


def put(x, entries, at=(0,)):
    """An array with other entries at some places."""
    found, target = x.copy(), tuple(np.asarray(indices) for indices in at)
    shape = np.shape(found[target])
    found[target] = np.broadcast_to(entries, shape) if shape else entries.item()
    return found


def contracted(x, y, subscripts):
    """The sum of products over all letters that are not kept."""
    given, kept = subscripts.split("->")
    one, other = given.split(",")
    lengths = dict(zip(one + other, x.shape + y.shape, strict=True))
    summed_over = [letter for letter in lengths if letter not in kept]
    found = np.empty([lengths[letter] for letter in kept], dtype=object)
    for place in np.ndindex(found.shape):
        terms = []
        for further in np.ndindex(*(lengths[letter] for letter in summed_over)):
            at = dict(zip((*kept, *summed_over), (*place, *further), strict=True))
            entries = (a[tuple(at[letter] for letter in letters)] for a, letters in ((x, one), (y, other)))
            terms.append(multiply(*entries))
        found[place] = total(terms)
    return found


def bilinear(x, matrices, z):
    """For each matrix of a stack the sum of its entries times those of two rows."""
    pairs = each(multiply, x[..., None, :, None], z[..., None, None, :])
    return summed(summed(each(multiply, pairs, matrices), -1), -1)
