"""Curves in nodes: they are the functions' own, stand in their shapes, and any Graphviz prints them."""

import math
import shutil

import pytest
from drawings import drawn_element, inside
from tidiness import elements, numbers, texts_of

from graphgen.diagram import steps
from graphgen.drawing.curves import on_ellipse, pieces, points_on
from graphgen.drawing.pictures import lay_out, picture
from graphgen.drawing.svg import draw
from graphgen.drawing.thumbnails import NAME_BELOW, SIDE, WINDOWS, thumbnail
from graphgen.language import parse
from graphgen.ops import OPS
from graphgen.options import Options

CHAIN = "x = 0.5\ny = " + "(".join(WINDOWS) + "(x" + ")" * len(WINDOWS)
NEURON = "x = 0.5\nw = -2\ny = relu(w * x)\nz = sigmoid(y + 2 * x)"


def laid_out(source, **options):
    return lay_out(picture(parse(source), Options(curves="yes", **options)).scene)


@pytest.mark.parametrize("name", WINDOWS)
def test_a_curve_is_that_of_its_function(name):
    left, right, low, high = WINDOWS[name]
    axes, curve = thumbnail(name, (0.0, 0.0))
    (start, *_, end), (bottom, *_, top) = axes
    x_scale, y_scale = (end[0] - start[0]) / (right - left), (top[1] - bottom[1]) / (high - low)
    apart = [
        abs(y - (start[1] + y_scale * OPS[name].forward(left + (x - start[0]) / x_scale)))
        for piece in pieces(curve)
        for x, y in points_on(piece, 0.5)
    ]
    assert max(apart) < 0.15
    assert len(apart) > 20


@pytest.mark.parametrize("name", WINDOWS)
def test_a_curve_and_its_axes_lie_in_the_upper_part_of_their_circle(name):
    axes, curve = thumbnail(name, (0.0, 0.0))
    points = [point for path in (*axes, curve) for piece in pieces(path) for point in points_on(piece, 1.0)]
    assert max(math.hypot(x, y) for x, y in points) < SIDE / 2 - 2
    assert min(y for _, y in points) > -NAME_BELOW + 6


@pytest.mark.parametrize("direction", ["right", "down"])
def test_a_name_lies_below_its_curve_within_its_shape(direction):
    parts = [part for part in draw(laid_out(CHAIN, direction=direction)).parts if "op" in part.classes]
    assert len(parts) == len(WINDOWS)
    for part in parts:
        ((left, top, right, bottom),) = texts_of(part)
        x, y, rx, ry = (float(part.elements[0].get(attribute)) for attribute in ("cx", "cy", "rx", "ry"))
        for corner in ((left, bottom), (right, bottom)):
            along, across = on_ellipse((x, y), rx, ry, (corner[0] - x or 0.1, corner[1] - y))
            assert math.hypot(corner[0] - x, corner[1] - y) < math.hypot(along - x, across - y)
        lowest = max(
            max(numbers(path.partition(' d="')[2].partition('"')[0])[1::2]) for path in elements("path", part)
        )
        assert lowest < top


def test_only_functions_of_one_number_have_curves():
    layout = laid_out(NEURON)
    curves = {
        part.of.text: len(elements("path", part)) for part in draw(layout).parts if "op" in part.classes
    }
    assert curves == {"×": 0, "relu": 3, "2 ×": 0, "+": 0, "σ": 3}
    plain = lay_out(picture(parse(NEURON), Options()).scene)
    assert all(not elements("path", part) for part in draw(plain).parts if "op" in part.classes)


@pytest.mark.parametrize(("x", "is_seen"), [(-1.5, True), (0, True), (2, True), (2.1, False), (-9, False)])
def test_a_dot_stands_where_the_operation_is_on_its_curve(x, is_seen):
    layout = laid_out(f"x = {x}\ny = relu(x)")
    parts = {part.id: part for part in draw(layout).parts if "op" in part.classes or "point" in part.classes}
    assert ("n2d" in parts) == is_seen
    if is_seen:
        circle, dot = (
            [float(parts[id].elements[0].get(place)) for place in ("cx", "cy")] for id in ("n2", "n2d")
        )
        (start, *_, end), (bottom, *_, top) = thumbnail("relu", (circle[0], -circle[1]))[0]
        left, right, low, high = WINDOWS["relu"]
        across, up = (x - left) / (right - left), (max(x, 0) - low) / (high - low)
        expected = start[0] + across * (end[0] - start[0]), -bottom[1] - up * (top[1] - bottom[1])
        assert dot == pytest.approx(expected, abs=0.02)
        assert 'data-window="-2 2 -0.7 2"' in inside(parts["n2d"])


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("y = tanh(x)", {}),
        ("x = 0.5\ny = tanh(x)", {"show": "backward"}),
        ("x = 0.5\ny = tanh(x)", {"quiz": "y"}),
        ("x = 0.5\ny = tanh(x + 1) * 2", {"quiz": "values"}),
        ("x = [1, -1]\ny = tanh(x)\nL = sum(y)", {}),
        ("x = 0.5\ny = x * 2", {}),
    ],
)
def test_a_dot_tells_no_number_that_the_picture_does_not(source, options):
    assert not [part for part in draw(laid_out(source, **options)).parts if "point" in part.classes]


def test_a_dot_appears_with_the_value_of_its_operation():
    shown = picture(parse("x = 0.5\ny = tanh(x)"), Options(curves="yes"))
    found = steps(shown.graph, shown.texts, shown.scene, shown.options)
    assert [step.arrows for step in found if "n2d" in step.arrows] == [("e2f", "n2d")]


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_the_system_s_graphviz_prints_the_same():
    layout = laid_out(NEURON)
    embedded, system = (
        [len(list(group)) for group in drawn_element(layout, engine)] for engine in ("embedded", "system")
    )
    assert embedded == system


def test_symbols_and_arrays_have_curves_too():
    for source in ("y = tanh(x)", "x = [1, -1]\ny = tanh(x)\nL = sum(y)"):
        assert "tanh" in {shape.curve for shape in laid_out(source).sized.scene.shapes}
