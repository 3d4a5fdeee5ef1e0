"""A network of two layers and its training: x are images, t their labels."""

from graphgen import trace
from graphgen.functions import affine, relu, softmax_cross_entropy, tanh

BATCH = 100
RATE = 0.2


def loss(x, t, W1, b1, W2, b2):
    hidden = relu(affine(x, W1, b1)).named("hidden")
    scores = affine(hidden, W2, b2).named("scores")
    return softmax_cross_entropy(scores, t)


def smooth_loss(x, t, W1, b1, W2, b2):
    hidden = tanh(affine(x, W1, b1)).named("hidden")
    scores = affine(hidden, W2, b2).named("scores")
    return softmax_cross_entropy(scores, t)


def train(images, labels, parameters, generator, epochs):
    graph = trace(loss, x=images[:BATCH], t=labels[:BATCH], **parameters)
    plan = graph.compile(wrt=tuple(parameters))
    for _ in range(epochs):
        order = generator.permutation(len(images))
        for first in range(0, len(images) - BATCH + 1, BATCH):
            batch = order[first : first + BATCH]
            run = plan(x=images[batch], t=labels[batch], **parameters)
            for name, gradient in run.gradients.items():
                parameters[name] -= RATE * gradient
            yield run.values["loss"]
