import math
from xml.etree import ElementTree

import pytest
from drawings import drawn_element
from tidiness import lines_and_shapes

from graphgen.drawing.matrices import is_row, row
from graphgen.drawing.pictures import lay_out, picture
from graphgen.language.parser import parse
from graphgen.notation.typeset import array_text
from graphgen.notation.widths import FIGURE_SPACE
from graphgen.options import Options

np = pytest.importorskip("numpy")
PRINTED = {"font-size": "10", "x": "100", "y": "50", "fill": "#000000"}


def rows(entries):
    lines = array_text(np.array(entries)).split("\n")
    assert all(map(is_row, lines))
    return [ElementTree.fromstring(f"<g>{row(PRINTED, line, lambda cell: cell)}</g>") for line in lines]


def test_columns_end_below_each_other_and_have_no_padding():
    drawn = rows([[1, 10.25], [-0.5, 2], [300, 7]])
    cells = [[(cell.text, cell.get("x")) for cell in element.iter("tspan")] for element in drawn]
    assert [[words for words, _ in row] for row in cells] == [["1", "10.25"], ["−0.5", "2"], ["300", "7"]]
    assert len({tuple(end for _, end in row) for row in cells}) == 1
    assert FIGURE_SPACE not in "".join(element.findtext("text") or "" for element in drawn)


def test_each_cell_has_the_height_of_its_row():
    drawn = rows([[1, 10.25], [-0.5, 2], [300, 7]])
    assert {cell.get("y") for element in drawn for cell in element.iter("tspan")} == {PRINTED["y"]}


def test_brackets_are_whole_and_beside_the_cells():
    drawn = rows([[1, 10.25], [-0.5, 2], [300, 7]])
    for side in (0, 1):
        parts = [element.findall("polyline")[side].get("points").split() for element in drawn]
        points = [[tuple(map(float, point.split(","))) for point in part] for part in parts]
        assert list(map(len, points)) == [3, 2, 3]
        stroke = {points[0][1][0], *(x for x, _ in points[1]), points[2][0][0]}
        assert len(stroke) == 1
        # Lines are 1.2 font sizes apart; here each is drawn at the same height.
        assert points[0][2][1] - 12 > points[1][0][1] - 1
        assert points[1][1][1] - 12 > points[2][0][1] - 1
    ends = [float(cell.get("x")) for cell in drawn[0].iter("tspan")]
    left, right = (float(drawn[1].findall("polyline")[side].get("points").split(",")[0]) for side in (0, 1))
    assert left + right == pytest.approx(200, abs=0.02)
    assert left < ends[0] < ends[1] < right


@pytest.mark.parametrize("direction", ["right", "down"])
def test_no_bracket_touches_an_arrow(direction):
    source = "W = [[0.1, 0.5], [-0.3, 0.8]]\nx = [[0.2], [-0.4]]\nf = sum((W @ x) ** 2)"
    layout = lay_out(picture(parse(source), Options(direction=direction)).scene)
    brackets = [
        tuple(map(float, point.split(",")))
        for bracket in drawn_element(layout).iter("polyline")
        for point in bracket.get("points").split()
    ]
    assert len(brackets) > 40
    lines, _ = lines_and_shapes(layout)
    points = [point for line in lines.values() for point in line.points]
    assert min(math.dist(point, corner) for point in points for corner in brackets) > 4.5
    heads = [head for line in lines.values() for head in line.heads]
    assert not any(
        left < x < right and top < y < bottom for left, top, right, bottom in heads for x, y in brackets
    )


@pytest.mark.parametrize("line", ["", "[1, 2]", "x", "10×64: 0 … 1"])
def test_other_lines_are_no_rows(line):
    assert not is_row(line)
