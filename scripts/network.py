"""A network of two layers, as plain functions to trace: x are images, t their labels."""

from graphgen.tracer import affine, relu, softmax_cross_entropy, tanh


def loss(x, t, W1, b1, W2, b2):
    hidden = relu(affine(x, W1, b1)).named("hidden")
    scores = affine(hidden, W2, b2).named("scores")
    return softmax_cross_entropy(scores, t)


def smooth_loss(x, t, W1, b1, W2, b2):
    hidden = tanh(affine(x, W1, b1)).named("hidden")
    scores = affine(hidden, W2, b2).named("scores")
    return softmax_cross_entropy(scores, t)
