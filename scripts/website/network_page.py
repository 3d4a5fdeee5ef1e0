"""The network that learns to read digits: its program, its images, and how its training went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from inspect import getsource
from pathlib import Path
from string import Template
from typing import Any

import network
import numpy as np
import train_network
from findings import measured, power, words
from plot import Axis, Curve, Table, figure, plot, svg

from graphgen.drawing import picture
from graphgen.options import Options
from graphgen.page import figure as diagram

MOST_ACROSS = 6
SIDE = 8
"""Pixels along each side of an image of a digit."""
SCALE = 8
PANEL = Path(__file__).parent / "training_panel.html"
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
PANEL_TEXTS = ("train", "pause", "ready", "told", "diverged")
"""Texts that the panel's script shows, as attributes."""
ROOM_ACROSS, ROOM_DOWN = 80, 100
"""The room of an image, with its label and the space around it."""


def network_program(language: str) -> str:
    return code_of(network.loss)


def training_program(language: str) -> str:
    return code_of(network.train)


def code_of(function: Callable[..., Any]) -> str:
    """A function of a script, as a block of code."""
    return f"```python\n{getsource(function).strip()}\n```"


def large_network(language: str) -> str:
    """The network that is trained, before training, over the images that the page shows."""
    first = measured("network")["first"]
    images = np.array([shades(image) for image in first]) / 16
    labels = np.array([image["label"] for image in first])
    parameters = train_network.starting_parameters(np.random.default_rng(train_network.SEED))
    graph = train_network.graph_of(images, labels, parameters)
    shown = picture(graph, Options(language=language, digits="3", phone="yes"))
    return diagram(shown, "large-network")


def training_panel(language: str) -> str:
    """Where the reader trains the network; without scripts it stays hidden, and the curves below tell all."""
    told = words("training_panel", language)
    ticks = (
        f'<text class="tick" x="34" y="{134.5 - 120 * n / 2.6:.1f}" text-anchor="end">{n}</text>'
        for n in range(3)
    )
    answers = (
        f'<li data-digit="{n}"><span>{n}</span>'
        f'<meter aria-label="{n}" max="1" value="0"></meter><output></output></li>'
        for n in range(train_network.CLASSES)
    )
    return Template(PANEL.read_text("utf-8")).substitute(
        told,
        texts=" ".join(f'data-{name}="{escape(told[name])}"' for name in PANEL_TEXTS),
        ticks="".join(ticks),
        answers="".join(answers),
        assets="../assets/learn" if language == "en" else "../../assets/learn",
    )


def digits(language: str) -> str:
    """The first images, each with what it shows."""
    return row_of_images("digits", measured("network")["first"], "{label}", language)


def mistakes(language: str) -> str:
    """Images that the trained network reads wrongly, each with what it shows and what was read."""
    return row_of_images("mistakes", measured("network")["mistaken"], "{label} → {answer}", language)


def row_of_images(name: str, images: list[dict[str, Any]], under: str, language: str) -> str:
    texts = words(name, language)
    labels = [under.format(**image) for image in images]
    rows = -(-len(images) // MOST_ACROSS)
    columns = -(-len(images) // rows)
    parts = []
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        down, across = divmod(place, columns)
        x, y = ROOM_ACROSS * across + (ROOM_ACROSS - SIDE * SCALE) / 2, ROOM_DOWN * down + 6
        parts.append(f'<g transform="translate({x:g} {y:g}) scale({SCALE:g})">{"".join(pixels(image))}</g>')
        parts.append(
            f'<text class="tick" x="{x + SIDE * SCALE / 2:g}" y="{y + SIDE * SCALE + 18:g}" '
            f'text-anchor="middle">{label}</text>'
        )
    drawn = svg(
        name,
        texts["title"],
        texts["description"].format(", ".join(labels)),
        ROOM_ACROSS * columns,
        ROOM_DOWN * rows,
        parts,
    )
    caption = texts["caption"].format(**measured("network"))
    rows_of_table = [(label, " ".join(in_rows(image))) for label, image in zip(labels, images, strict=True)]
    return figure(drawn, caption, texts["summary"], Table(texts["heads"], rows_of_table))


def in_rows(image: dict[str, Any]) -> list[str]:
    return [image["shades"][start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE)]


def shades(image: dict[str, Any]) -> list[int]:
    """How many sixteenths of black each pixel has."""
    return [int(digit, 17) for digit in image["shades"]]


def pixels(image: dict[str, Any]) -> list[str]:
    """A frame, and a path for each shade that occurs."""
    places: dict[int, str] = {}
    for i, shade in enumerate(shades(image)):
        places[shade] = places.get(shade, "") + f"M{i % SIDE} {i // SIDE}h1v1h-1z"
    return [
        f'<path class="frame" d="M0 0h{SIDE}v{SIDE}h-{SIDE}z"/>',
        *(
            f'<path class="pixel" fill-opacity="{shade / 16:g}" d="{path}"/>'
            for shade, path in sorted(places.items())
            if shade
        ),
    ]


def gradient_check(language: str) -> str:
    """The disagreement of backprop and finite differences, parameter by parameter."""
    texts = words("gradient_check", language)
    lines = ["| " + " | ".join(texts["heads"]) + " |", "| --- | --- | ---: | ---: | ---: |"]
    for row in measured("network")["check"]:
        shape = "\u00a0×\u00a0".join(map(str, row["shape"]))
        letter, place = row["parameter"]
        cells = (power(row[key], language) for key in ("gap", "largest_gap"))
        name = f"*{letter}*{place.translate(LOWERED)}"
        lines.append(f"| {name} | {shape} | {row['gradient']:.3f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def loss_curve(language: str) -> str:
    found, texts = measured("network"), words("loss_curve", language)
    steps_in_epoch = found["steps"] // found["epochs"]
    steps = [((i + 0.5) / steps_in_epoch, loss) for i, loss in enumerate(found["losses"])]
    test = [(point["epoch"], point["test_loss"]) for point in found["curve"]]
    axis = Axis(texts["y"], 0, 2.6, [(n, f"{n:g}") for n in (0, 0.5, 1, 1.5, 2, 2.5)])
    curves = [
        Curve(steps, "faint", texts["steps"], (14, 2.29), is_keyed=True),
        Curve(test, "strong", texts["test"], (14, 2.05), is_keyed=True),
    ]
    rows = [
        (str(point["epoch"]), f"{point['training_loss']:.4f}", f"{point['test_loss']:.4f}")
        for point in found["curve"]
    ]
    return over_epochs("loss-curve", texts, axis, curves, rows)


def accuracy_curve(language: str) -> str:
    found, texts = measured("network"), words("accuracy_curve", language)
    training, test = (
        [(point["epoch"], point[f"{kind}_accuracy"]) for point in found["curve"]]
        for kind in ("training", "test")
    )
    axis = Axis(texts["y"], 0, 1, [(n / 100, f"{n}%") for n in (0, 20, 40, 60, 80, 100)])
    curves = [
        Curve(training, "dashed", texts["training"], (14, 0.52), is_keyed=True),
        Curve(test, "strong", texts["test"], (14, 0.43), is_keyed=True),
    ]
    rows = [
        (str(point["epoch"]), f"{point['training_accuracy']:.1%}", f"{point['test_accuracy']:.1%}")
        for point in found["curve"]
    ]
    return over_epochs("accuracy-curve", texts, axis, curves, rows)


def over_epochs(
    name: str, texts: Mapping[str, Any], axis: Axis, curves: list[Curve], rows: Sequence[tuple[str, ...]]
) -> str:
    """Curves over the epochs of the training, and the same numbers as a table."""
    found = measured("network")
    last = found["epochs"]
    along = Axis(texts["x"], 0, last, [(n, str(n)) for n in range(0, last + 1, 10)])
    drawn = plot(name, texts["title"], texts["description"].format(**found), along, axis, curves)
    return figure(drawn, texts["caption"].format(**found), texts["summary"], Table(texts["heads"], rows))
