from itertools import pairwise

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from strategies import programs
from tidiness import merged, untidy

from graphgen.drawing.narrowing import AIR, solids
from graphgen.drawing.pictures import lay_out, picture
from graphgen.drawing.places import page_of
from graphgen.drawing.rows import in_rows
from graphgen.errors import EvaluationError
from graphgen.language.parser import parse
from graphgen.options import Options

CHAIN = "x = 0.3\ny = " + "sin(exp(" * 4 + "x" + "))" * 4
SUM = "x = 3\ny = sin(x) * x\nz = y * 2 + 1\nw = exp(z / 9) - z"
TWO_BRANCHES = "x = 0.3\nw = 0.7\nt = x * w\ny = exp(sin(exp(t))) * cos(exp(sin(t)))"


def laid_out(text, **options):
    return lay_out(picture(parse(text), Options.read(options)).scene)


def rows_of(layout):
    """The ids of the shapes of each row, in the order in which they stand; rows are told by their height."""
    rows = {}
    for shape in layout.sized.scene.shapes:
        along, across = layout.centres[shape.id]
        rows.setdefault(-across, []).append((along, shape.id))
    return [[id for _, id in sorted(row)] for _, row in sorted(rows.items())]


@pytest.mark.parametrize("width", ["200", "350", "690"])
def test_a_chain_that_is_too_long_goes_on_in_rows_that_fit(width):
    whole, layout = laid_out(CHAIN, direction="right"), laid_out(CHAIN, width=width)
    (in_one,) = rows_of(whole)
    assert [id for row in rows_of(layout) for id in row] == in_one
    assert page_of(layout).width <= int(width) / 0.8 < page_of(whole).width


def test_rows_are_as_few_as_fit_and_as_even_as_can_be():
    whole = page_of(laid_out(CHAIN, direction="right")).width
    layout = laid_out(CHAIN, width=str(round(0.8 * (whole - 1))))
    first, second = map(len, rows_of(layout))
    assert abs(first - second) <= 1


def test_what_fits_at_80_percent_of_its_size_is_left_alone():
    whole = laid_out(CHAIN, direction="right")
    layout = laid_out(CHAIN, width=str(round(0.8 * page_of(whole).width) + 1))
    assert (layout.centres, layout.paths) == (whole.centres, whole.paths)


def test_where_several_pairs_would_go_on_a_picture_runs_down():
    assert not laid_out(TWO_BRANCHES).sized.scene.downward
    assert laid_out(TWO_BRANCHES, width="400").sized.scene.downward


def test_a_picture_runs_down_even_where_it_is_still_too_wide():
    layout = laid_out(TWO_BRANCHES, width="200", digits="9")
    assert layout.sized.scene.downward
    assert page_of(layout).width > 250


NETWORK = """
x1: data = 0.05
x2: data = 0.1
b1 = 0.35
b2 = 0.6
h1 = sigmoid(0.15 * x1 + 0.2 * x2 + b1)
h2 = sigmoid(0.25 * x1 + 0.3 * x2 + b1)
y1 = sigmoid(0.4 * h1 + 0.45 * h2 + b2)
y2 = sigmoid(0.5 * h1 + 0.55 * h2 + b2)
L = (y1 - 0.01) ** 2 + (y2 - 0.99) ** 2
"""


def test_two_pairs_go_on_where_a_picture_that_runs_down_does_not_fit():
    widest = 820
    layout = laid_out(NETWORK, width=str(int(0.8 * widest)), repeat="none")
    assert not layout.sized.scene.downward
    assert page_of(layout).width <= widest < page_of(laid_out(NETWORK, direction="down", repeat="none")).width
    assert not list(untidy(layout))
    assert not merged(layout)


def test_no_row_ends_where_a_bend_does():
    level = laid_out("x = 1\nw = 2\nz = w * x + exp(x) * w", order="source", direction="right")
    rows = in_rows(level, 560, most=2)
    assert rows
    assert set(untidy(rows)) <= set(untidy(level))
    assert set(merged(rows)) <= set(merged(level))


@settings(max_examples=40, derandomize=True)
@given(programs(), st.sampled_from([400, 600, 900]))
def test_pairs_that_go_on_together_keep_apart(graph, width):
    try:
        level = lay_out(picture(graph, Options(repeat="none", direction="right")).scene)
    except EvaluationError:
        reject()
    rows = in_rows(level, width, most=2)
    assume(rows)
    assert page_of(rows).width <= width + 1
    assert set(untidy(rows)) <= set(untidy(level))
    assert set(merged(rows)) <= set(merged(level))


@pytest.mark.parametrize("width", range(350, 800, 50))
def test_the_last_row_holds_more_than_an_end(width):
    layout = laid_out(CHAIN, width=str(width))
    *_, last = rows_of(layout)
    assert layout.sized.scene.downward or len(last) > 2


@pytest.mark.parametrize("direction", ["right", "down"])
def test_a_direction_that_the_author_chose_is_kept(direction):
    layout = laid_out(CHAIN, direction=direction, width="10")
    assert len(rows_of(layout)) == 1
    assert layout.sized.scene.downward == (direction == "down")


@settings(max_examples=30, derandomize=True)
@given(programs(), st.sampled_from(["120", "200", "300"]))
def test_nothing_runs_into_what_is_not_its_own_in_rows(graph, width):
    layout = lay_out(picture(graph, Options(width=width)).scene)
    assert [fault for fault in untidy(layout) if fault[0] != "head"] == []
    assert merged(layout) == []


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("source", [CHAIN, SUM, TWO_BRANCHES], ids=["chain", "sum", "branches"])
def test_no_arrow_is_longer_than_its_texts_and_bends_need(source, direction):
    layout = laid_out(source, direction=direction)
    gaps = [start - end for (_, end), (start, _) in pairwise(solids(layout, AIR))]
    assert max(gaps) < 0.2
