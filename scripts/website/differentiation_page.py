"""Numeric differentiation against backprop: the curves of their times and errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from findings import measured, power, time, words
from measure_differentiation import SMALL
from plot import Axis, Curve, Table, figure, plot, power_of_ten


def small_network(language: str) -> str:
    """The network of the experiment with steps, as a picture of the page."""
    source = SMALL.read_text("utf-8")
    return f'```graphgen name="small" digits="2"\n{source}```'


def time_by_size(language: str) -> str:
    """How long each way to the gradient takes, over the number of parameters."""
    found, texts = measured("differentiation"), words("time_by_size", language)
    sizes = found["by_parameters"]
    curves = {
        kind: [(size["parameters"], size[f"{kind}_seconds"]) for size in sizes]
        for kind in ("differences", "backprop", "forward")
    }
    middle, last = len(sizes) // 2, sizes[-1]["parameters"]
    # The lowest curve's name has room below it, and the axis below that.
    lowest = min(time for _, time in curves["forward"]) / 3
    drawn = plot(
        "time-by-size",
        texts["title"],
        texts["description"].format(**found),
        sizes_axis(texts),
        Axis(
            texts["y"],
            lowest / 2,
            10,
            [(10.0**n, words("units", language)[f"1e{n}"]) for n in range(-5, 2)],
            is_logarithmic=True,
        ),
        [
            Curve(
                curves["differences"],
                "dashed",
                texts["differences"],
                (curves["differences"][middle][0] * 0.8, 0.2),
                "end",
            ),
            Curve(
                curves["backprop"],
                "strong",
                texts["backprop"],
                (last, curves["backprop"][-1][1] * 1.7),
                "end",
            ),
            Curve(curves["forward"], "plain", texts["forward"], (sizes[0]["parameters"], lowest), "start"),
        ],
    )
    rows = [
        (
            f"{size['parameters']:,}",
            *(time(size[f"{kind}_seconds"], language) for kind in ("forward", "backprop", "differences")),
        )
        for size in sizes
    ]
    return figure(drawn, texts["caption"].format(**found), texts["summary"], Table(texts["heads"], rows))


def error_by_size(language: str) -> str:
    """How far numeric differentiation is off, over the number of parameters."""
    found, texts = measured("differentiation"), words("error_by_size", language)
    sizes = found["by_parameters"]
    errors = [(size["parameters"], size["error"]) for size in sizes]
    exact = [(size["parameters"], found["backprop_error"]) for size in (sizes[0], sizes[-1])]
    drawn = plot(
        "error-by-size",
        texts["title"],
        texts["description"].format(**found),
        sizes_axis(texts),
        Axis(texts["y"], 1e-17, 1e-7, powers(range(-16, -6, 2)), is_logarithmic=True),
        [
            Curve(errors, "dashed", texts["differences"], (errors[5][0], errors[5][1] * 5), "middle"),
            Curve(exact, "strong", texts["backprop"], (errors[5][0], exact[0][1] * 2.4), "middle"),
        ],
    )
    rows = [(f"{size['parameters']:,}", power(size["error"], language)) for size in sizes]
    return figure(drawn, texts["caption"].format(**found), texts["summary"], Table(texts["heads"], rows))


def error_by_step(language: str) -> str:
    """How far both kinds of differences are off, over the step."""
    found, texts = measured("differentiation"), words("error_by_step", language)
    points = found["by_step"]
    curves = {kind: [(point["step"], point[kind]) for point in points] for kind in ("forward", "central")}
    exact = [(points[i]["step"], found["backprop_error"]) for i in (0, -1)]
    drawn = plot(
        "error-by-step",
        texts["title"],
        texts["description"].format(**found),
        Axis(
            texts["x"], points[0]["step"], points[-1]["step"], powers(range(-15, 1, 3)), is_logarithmic=True
        ),
        Axis(texts["y"], 1e-17, 1, powers(range(-16, 1, 4)), is_logarithmic=True),
        [
            Curve(curves["forward"], "plain", texts["forward"], (2e-6, 2e-4), "end"),
            Curve(curves["central"], "dashed", texts["central"], (1, 4e-12), "end"),
            Curve(exact, "strong", texts["backprop"], (1e-10, exact[0][1] * 3), "middle"),
        ],
    )
    rows = [
        (f"{point['step']:.1e}", f"{point['forward']:.1e}", f"{point['central']:.1e}") for point in points
    ]
    return figure(drawn, texts["caption"].format(**found), texts["summary"], Table(texts["heads"], rows))


def sizes_axis(texts: Mapping[str, Any]) -> Axis:
    ticks = [(100, "100"), (1_000, "1,000"), (10_000, "10,000")]
    return Axis(texts["x"], 70, 45_000, ticks, is_logarithmic=True)


def powers(exponents: range) -> list[tuple[float, str]]:
    return [(10.0**exponent, power_of_ten(exponent) if exponent else "1") for exponent in exponents]
