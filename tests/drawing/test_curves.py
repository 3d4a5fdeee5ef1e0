import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.drawing.curves import (
    Ellipse,
    Rectangle,
    across_at,
    arrival,
    bend,
    departure,
    ended_at_ellipse,
    joined,
    line,
    on_ellipse,
    points_on,
    rounded,
    shifted,
    shortened,
)

lengths = st.integers(20, 400)
rises = st.integers(-300, 300)
CURVES = {
    "line": line((0, 0), (100, 0)),
    "bend up": bend((0, 0), (100, 60)),
    "bend down": bend((0, 0), (40, -90)),
    "two bends": joined(bend((0, 0), (60, 40)), line((60, 40), (90, 40)), bend((90, 40), (150, 0))),
}


def sampled(path, steps=50):
    for start in range(0, len(path) - 1, 3):
        for step in range(steps + 1):
            points = path[start : start + 4]
            while len(points) > 1:
                points = [
                    tuple(u + (v - u) * step / steps for u, v in zip(a, b, strict=True))
                    for a, b in itertools.pairwise(points)
                ]
            yield points[0]


def direction(start, end):
    return math.atan2(end[1] - start[1], end[0] - start[0])


@given(lengths, rises)
def test_a_bend_leaves_level_and_arrives_level(length, rise):
    path = bend((0, 0), (length, rise))
    assert (path[0], path[-1]) == ((0, 0), (length, rise))
    assert direction(*path[:2]) == direction(*path[-2:]) == 0


@given(lengths, rises)
def test_an_arrival_ends_on_the_outline(length, rise):
    centre = (length + 20, rise)
    end = arrival((0, 0), centre, 30, 18)[-1]
    assert math.hypot((end[0] - centre[0]) / 30, (end[1] - centre[1]) / 18) == pytest.approx(1)
    assert end[0] < centre[0]


@given(lengths, rises)
def test_a_departure_begins_on_the_circle_and_ends_level(length, rise):
    path = departure((0, 0), 6, (length, rise))
    assert math.hypot(*path[0]) == pytest.approx(6)
    assert path[-1] == (length, rise)
    assert direction(*path[-2:]) == pytest.approx(0)


@pytest.mark.parametrize("path", CURVES.values(), ids=CURVES)
@pytest.mark.parametrize("offset", [4, -4])
def test_a_shifted_curve_runs_beside_it(path, offset):
    beside = list(sampled(shifted(path, offset)))
    for point in sampled(path, 10):
        assert min(math.dist(point, other) for other in beside) == pytest.approx(4, abs=1.5)


def test_a_curve_is_shortened_along_its_last_direction():
    assert shortened(line((0, 0), (30, 40)), 5)[-1] == pytest.approx((27, 36))
    assert shortened(line((0, 0), (30, 40)), -5)[-1] == pytest.approx((33, 44))


@given(st.floats(-0.6, 0.6), st.sampled_from([4.0, -4.0, 0.0]))
def test_an_end_is_moved_onto_an_ellipse(angle, offset):
    start = (-100 * math.cos(angle), -100 * math.sin(angle))
    path = shifted(line(start, on_ellipse((0, 0), 30, 18, start)), offset)
    x, y = ended_at_ellipse(path, (0, 0), 30, 18)[-1]
    assert math.hypot(x / 30, y / 18) == pytest.approx(1)


@given(lengths, rises)
def test_points_on_a_curve_are_close_together_from_end_to_end(length, rise):
    curve = bend((0, 0), (length, rise))
    points = points_on(curve, 5.0)
    assert (points[0], points[-1]) == (pytest.approx(curve[0]), pytest.approx(curve[-1]))
    assert max(math.dist(*two) for two in itertools.pairwise(points)) < 10


def test_where_a_curve_passes_a_place():
    path = CURVES["two bends"]
    assert across_at(path, 75) == 40
    assert across_at(path, 30) == pytest.approx(20, abs=0.01)
    assert (across_at(path, -5), across_at(path, 500)) == (0, 0)


def test_a_line_of_no_length_can_be_joined():
    assert line((1, 2), (1, 2)) == ((1, 2),)
    assert joined(line((0, 0), (0, 0)), line((0, 0), (3, 0))) == line((0, 0), (3, 0))


def test_an_ellipse_leaves_out_the_corners_of_its_rectangle():
    assert Rectangle((0, 0), 20, 10).holds((18, 9))
    assert not Ellipse((0, 0), 20, 10).holds((18, 9))
    assert Ellipse((0, 0), 20, 10).holds((18, 3))


@pytest.mark.parametrize("radius", [8, 100])
def test_a_rounded_way_keeps_to_its_lines_but_near_the_corners(radius):
    path = rounded([(0, 0), (40, 0), (40, 60), (90, 60)], radius)
    assert (path[0], path[-1]) == ((0, 0), (90, 60))
    away = [min(abs(y), abs(x - 40), abs(y - 60)) for x, y in sampled(path)]
    assert max(away) < min(radius, 35) / 3


@given(st.floats(24, 200), st.floats(-0.5, 0.5))
def test_the_arrows_beside_a_bend_keep_apart(length, slope):
    middle = bend((0.0, 0.0), (length, slope * length))
    left, right = (list(sampled(shifted(middle, offset))) for offset in (4.0, -4.0))
    assert min(math.dist(one, other) for one in left for other in right) > 6.0
