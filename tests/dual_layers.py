"""The layers of the evaluator in truth.py: each as its definition says, one entry after the other."""

from itertools import product as pairs
from math import prod

import numpy as np
from dual_arrays import each, matmul, mean, number, variance
from duals import HALF, ONE, ZERO, Dual, add, multiply, subtract, total
from flint import fmpq


def attention(run, x, y, z, causal=False):
    """softmax(x yᵀ / √width) z; with `causal` a query sees the keys up to its own place."""
    root = run.branching.power(Dual(fmpq(x.shape[-1])), Dual(HALF))
    scores = run.operate("Div", matmul(x, np.swapaxes(y, -1, -2)), np.asarray(root, dtype=object))
    seen = np.full(scores.shape, Dual(ONE))
    if causal:
        for *batch, query, key in np.ndindex(scores.shape):
            seen[(*batch, query, key)] = Dual(ONE if key <= query else ZERO)
    return matmul(run.weighted(scores, seen), z)


def layer_norm(run, x, factors, biases, eps=1e-5):
    """Over as many of the last axes as the factors have."""
    rows = x.reshape(-1, factors.size)
    return scaled(normal(run, rows, eps).reshape(x.shape), factors, biases)


def batch_norm(run, x, factors, biases, eps=1e-5):
    """Over all axes but the second."""
    swapped = np.moveaxis(x, 1, 0)
    rows = normal(run, swapped.reshape(x.shape[1], -1), eps)
    return by_channel(np.moveaxis(rows.reshape(swapped.shape), 0, 1), factors, biases)


def group_norm(run, x, factors, biases, groups=1, eps=1e-5):
    """Over each group of channels of each example."""
    rows = normal(run, x.reshape(len(x) * groups, -1), eps)
    return by_channel(rows.reshape(x.shape), factors, biases)


def normal(run, rows, eps):
    """Rows less their mean, over the root of their variance plus eps."""
    spread = each(add, variance(rows, -1, True), number(eps))
    roots = each(run.branching.sqrt, spread)
    return run.operate("Div", each(subtract, rows, mean(rows, -1, True)), roots)


def scaled(x, factors, biases):
    return each(lambda entry, factor, bias: add(multiply(entry, factor), bias), x, factors, biases)


def by_channel(x, factors, biases):
    shape = (-1, *(1,) * (x.ndim - 2))
    return scaled(x, factors.reshape(shape), biases.reshape(shape))


def conv1d(run, x, kernels, bias, stride=(1,), padding=(0,), dilation=(1,), groups=1):
    """At each place the sum over a group's channels and the kernel's offsets, and a bias."""
    lengths = zip(x.shape[2:], kernels.shape[2:], stride, padding, dilation, strict=True)
    places = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in lengths]
    outputs, inner = kernels.shape[:2]
    found = np.empty((len(x), outputs, *places), dtype=object)
    for image, kernel, *place in np.ndindex(found.shape):
        first = kernel // (outputs // groups) * inner
        terms = [
            multiply(x[(image, first + channel, *at)], kernels[(kernel, channel, *offset)])
            for channel, *offset in np.ndindex(kernels.shape[1:])
            if inside(at := place_in_image(place, offset, stride, padding, dilation), x.shape[2:])
        ]
        found[(image, kernel, *place)] = add(total(terms), bias.flat[kernel % bias.size])
    return found


def conv_transpose1d(run, x, kernels, bias, stride=(1,), padding=(0,), dilation=(1,), groups=1, further=(0,)):
    """Each entry, times the kernel, is added where a convolution would have met it."""
    lengths = zip(x.shape[2:], kernels.shape[2:], stride, padding, dilation, further, strict=True)
    places = [(n - 1) * s - 2 * p + d * (k - 1) + 1 + f for n, k, s, p, d, f in lengths]
    inner = kernels.shape[1]
    terms = {place: [] for place in np.ndindex(len(x), inner * groups, *places)}
    for image, channel, *place in np.ndindex(x.shape):
        first = channel // (x.shape[1] // groups) * inner
        for output, *offset in np.ndindex(kernels.shape[1:]):
            at = place_in_image(place, offset, stride, padding, dilation)
            if inside(at, places):
                sent = multiply(x[(image, channel, *place)], kernels[(channel, output, *offset)])
                terms[(image, first + output, *at)].append(sent)
    found = np.empty((len(x), inner * groups, *places), dtype=object)
    for place, sent in terms.items():
        found[place] = add(total(sent), bias.flat[place[1] % bias.size])
    return found


def conv2d(run, x, kernels, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    return conv1d(run, x, kernels, bias, stride, padding, dilation, groups)


def conv3d(run, x, kernels, bias, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1), groups=1):
    return conv1d(run, x, kernels, bias, stride, padding, dilation, groups)


def conv_transpose2d(
    run, x, kernels, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, further=(0, 0)
):
    return conv_transpose1d(run, x, kernels, bias, stride, padding, dilation, groups, further)


def max_pool2d(run, x, kernel=(2, 2), stride=(2, 2), padding=(0, 0)):
    """The first of the window's entries in the image that none is above."""
    return pooled(x, kernel, stride, padding, run.branching.amax)


def avg_pool2d(run, x, kernel=(2, 2), stride=(2, 2), padding=(0, 0)):
    """Around the image there are zeros, which count."""
    share = Dual(fmpq(1, prod(kernel)))
    return pooled(x, kernel, stride, padding, lambda entries: multiply(total(entries), share))


def pooled(x, kernel, stride, padding, function):
    lengths = zip(x.shape[2:], kernel, stride, padding, strict=True)
    found = np.empty((*x.shape[:2], *((n + 2 * p - k) // s + 1 for n, k, s, p in lengths)), dtype=object)
    for image, channel, *place in np.ndindex(found.shape):
        window = (
            place_in_image(place, offset, stride, padding, (1, 1)) for offset in pairs(*map(range, kernel))
        )
        found[(image, channel, *place)] = function(
            [x[(image, channel, *at)] for at in window if inside(at, x.shape[2:])]
        )
    return found


def place_in_image(place, offset, stride, padding, dilation):
    """Where in an image a kernel's offset lies as the kernel stands at a place."""
    steps = zip(place, offset, stride, padding, dilation, strict=True)
    return tuple(s * i + d * o - p for i, o, s, p, d in steps)


def inside(at, lengths):
    return all(0 <= i < n for i, n in zip(at, lengths, strict=True))
