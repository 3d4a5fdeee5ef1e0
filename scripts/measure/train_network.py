"""Train a two-layer network on handwritten digits through a compiled graph; write down what came of it.

The page docs/*/learn/network.md takes its numbers, its tables and its curves from that file. Run this in an
environment with the dependency group `experiments`, which has scikit-learn, in whose package the digits are.
Everything but the times is the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

import network
import numpy as np
from measured import circumstances, record
from numeric_gradient import Array, central_differences

from graphgen import trace
from graphgen.graph import ComputationalGraph

PIXELS, HIDDEN, CLASSES = 64, 50, 10
TRAINING = 1_500
"""Images to learn from; the others are for the test."""
EPOCHS = 40
SEED = 1
CHECKED = 3
"""Images in the gradient check."""
SHOWN = 10
"""Images that the page shows."""
SHADES = "0123456789abcdefg"
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "assets" / "learn" / "digits.js"

Parameters = dict[str, Array]


def graph_of(images: Array, labels: Array, parameters: Parameters) -> ComputationalGraph:
    """The graph of the loss over these images."""
    return trace(network.loss, x=images, t=labels, **parameters)


def starting_parameters(generator: np.random.Generator) -> Parameters:
    """Weights from a normal distribution whose variance is 2 / inputs, which suits ReLU; biases of 0."""
    return {
        "W1": generator.normal(scale=np.sqrt(2 / PIXELS), size=(PIXELS, HIDDEN)),
        "b1": np.zeros(HIDDEN),
        "W2": generator.normal(scale=np.sqrt(2 / HIDDEN), size=(HIDDEN, CLASSES)),
        "b2": np.zeros(CLASSES),
    }


def digits(generator: np.random.Generator) -> tuple[Array, Array]:
    """The 1,797 images as rows of 64 shades from 0 to 1, and their labels, in a random order."""
    from sklearn.datasets import load_digits

    data = load_digits()
    order = generator.permutation(len(data.target))
    return data.data[order] / 16, data.target[order].astype(float)


def write_images() -> None:
    """The images as a script for the page that trains in the browser: label and shades, a line each."""
    images, labels = digits(np.random.default_rng(SEED))
    lines = (f"{row['label']}{row['shades']}" for row in map(shown, images, labels))
    note = "// Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998, CC BY 4.0.\n"
    IMAGES.parent.mkdir(parents=True, exist_ok=True)
    IMAGES.write_text(f"{note}globalThis.digitImages = `{chr(10).join(lines)}`;\n", encoding="utf-8")


def gradient_check(images: Array, labels: Array, parameters: Parameters) -> Iterator[dict[str, Any]]:
    """Backprop against a central difference of the loss for every entry of every parameter."""
    graph = graph_of(images, labels, parameters)
    gradients = graph.compile(wrt=tuple(parameters))().gradients
    differences = central_differences(graph.compile(wrt=()), parameters)
    for name, parameter in parameters.items():
        gaps = np.abs(differences[name] - gradients[name])
        yield {
            "parameter": name,
            "shape": list(parameter.shape),
            "entries": parameter.size,
            "gradient": float(np.abs(gradients[name]).mean()),
            "gap": float(gaps.mean()),
            "largest_gap": float(gaps.max()),
        }


def measure(epochs: int = EPOCHS) -> dict[str, Any]:
    """Everything that the page tells."""
    generator = np.random.default_rng(SEED)
    images, labels = digits(generator)
    parameters = starting_parameters(generator)

    began = process_time()
    check = list(gradient_check(images[:CHECKED], labels[:CHECKED], parameters))
    check_seconds = process_time() - began

    parts = {"training": slice(TRAINING), "test": slice(TRAINING, None)}
    plans = {
        kind: graph_of(images[part], labels[part], parameters).compile(wrt=()) for kind, part in parts.items()
    }
    curve: list[dict[str, float]] = []
    losses: list[float] = []
    seconds = 0.0
    steps: Iterator[float] = network.train(
        images[:TRAINING], labels[:TRAINING], parameters, generator, epochs
    )
    for epoch in range(epochs + 1):
        if epoch:
            began = process_time()
            losses += (next(steps) for _ in range(TRAINING // network.BATCH))
            seconds += process_time() - began
        point: dict[str, float] = {"epoch": epoch}
        for kind, part in parts.items():
            values = plans[kind](**parameters).values
            answers = values["scores"].argmax(axis=1)
            point[f"{kind}_loss"] = values["loss"]
            point[f"{kind}_accuracy"] = float((answers == labels[part]).mean())
        curve.append(point)
    wrong = np.flatnonzero(answers != labels[TRAINING:])

    return {
        **circumstances(__file__, "numpy", "scikit-learn"),
        "images": len(images),
        "training": TRAINING,
        "test": len(images) - TRAINING,
        "pixels": PIXELS,
        "hidden": HIDDEN,
        "classes": CLASSES,
        "parameters": sum(parameter.size for parameter in parameters.values()),
        "batch": network.BATCH,
        "epochs": epochs,
        "steps": len(losses),
        "rate": network.RATE,
        "seconds": seconds,
        "check_images": CHECKED,
        "check_seconds": check_seconds,
        "check": check,
        "start": curve[0],
        "end": curve[-1],
        "curve": curve,
        "losses": losses,
        "first": [shown(images[i], labels[i]) for i in range(SHOWN)],
        "wrong": len(wrong),
        "mistaken": [
            shown(images[TRAINING + i], labels[TRAINING + i]) | {"answer": int(answers[i])}
            for i in wrong[:SHOWN]
        ],
    }


def shown(image: Array, label: float) -> dict[str, Any]:
    """An image as a digit to base 17 for each pixel, the sixteenths of black in it."""
    return {"shades": "".join(SHADES[int(shade * 16)] for shade in image), "label": int(label)}


def summary(found: dict[str, Any]) -> str:
    training, test = found["end"]["training_accuracy"], found["end"]["test_accuracy"]
    return f"{test:.1%} of the test's images and {training:.1%} of the others are read correctly"


if __name__ == "__main__":
    write_images()
    record("network", measure, summary, __doc__)
