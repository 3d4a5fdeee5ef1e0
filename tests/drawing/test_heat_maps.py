import re
from xml.etree import ElementTree

import pytest
from drawings import drawn_element
from tidiness import lines_and_shapes, texts_of

from graphgen.drawing.heat_maps import heat_map, size_of
from graphgen.drawing.pictures import lay_out, picture
from graphgen.drawing.svg import draw
from graphgen.language.parser import parse
from graphgen.notation import cells_of
from graphgen.options import Options
from graphgen.page import standalone

np = pytest.importorskip("numpy")
AIR = 3.0
"""Between a map and the letters of its number, in points."""
PRINTED = {"font-size": "10", "x": "100", "y": "50", "fill": "#000000"}
SOURCE = (
    "W = [[1, 2, 3, 4, 5, 6], [0, -1, 0, -2, 0, -3], [-6, -5, -4, -3, -2, -1]]\n"
    "x = [1, 0, -1, 0.5, 2, -0.25]\nh = W @ x\nL = sum(h * h)"
)
KERNEL = f"K = {[[(row - 3) * (column - 2) for column in range(8)] for row in range(8)]}\nL = sum(K * K)"

LAYERS = (
    f"x = [{[(n - 2) / 4 for n in range(6)]}]\nW = {[[(r - c) / 8 for c in range(6)] for r in range(6)]}\n"
    f"b = {[n / 5 for n in range(6)]}\nh = gelu(x @ W + b)\nL = sum(h * h + x)"
)


def drawn(array, is_below=True, is_dim=False):
    return ElementTree.fromstring(
        heat_map(PRINTED, cells_of(np.array(array, dtype=object)), is_below, is_dim)
    )


def squares(element):
    """The text, sign and opacity of each square, row by row."""
    found = {
        (float(square.get("y")), float(square.get("x"))): (
            square.findtext("title"),
            shade.get("class"),
            float(shade.get("fill-opacity")),
        )
        for shade in element.findall("g")
        for square in shade.findall("rect")
    }
    return [found[place] for place in sorted(found)]


def placed(map_):
    """The box of a heat map on its page."""
    left, top, side = map(float, re.findall(r"-?[\d.]+", map_.get("transform")))
    corners = [float(number) for number in re.findall(r"[\d.]+", map_.find("polyline").get("points"))]
    return left, top, left + side * max(corners[::2]), top + side * max(corners[1::2])


def maps_of(part):
    element = ElementTree.fromstring(f"<g>{part.inside(lambda line: 'text')}</g>")
    return [placed(map_) for map_ in element.findall("g")]


def test_each_square_has_its_number_and_a_shade_by_sign_and_size():
    found = squares(drawn([[8, 2, 0, -1, -3, 8], [-8, 4, 6, 0.5, -5, 1]]))
    assert [text for text, _, _ in found] == [*"820", "−1", "−3", "8", "−8", "4", "6", "0.5", "−5", "1"]
    assert [name for text, name, _ in found if text != "0"] == [
        "negative" if text.startswith("−") else "positive" for text, _, _ in found if text != "0"
    ]
    opacity = {text: opacity for text, _, opacity in found}
    assert opacity["8"] == opacity["−8"] == 1
    assert opacity["8"] > opacity["6"] > opacity["4"] > opacity["2"] > opacity["0"] == 0
    assert opacity["2"] == opacity["−1"]


def test_a_square_below_zero_has_a_minus():
    element = drawn([5, -1, 0, -2, 3, -3])
    signs = " ".join(shade.find("path").get("d") for shade in element if shade.find("path") is not None)
    assert sorted(re.findall(r"M([\d.]+)", signs)) == ["1.25", "3.25", "5.25"]


@pytest.mark.parametrize("shape", [(6,), (16,), (16, 1), (5, 5), (2, 16), (16, 16)])
def test_a_map_is_as_large_as_its_room(shape):
    cells = cells_of(np.ones(shape))
    wide, high = size_of(cells)
    below, above = (placed(drawn(np.ones(shape), is_below)) for is_below in (True, False))
    for left, top, right, bottom in (below, above):
        assert right - left == wide <= 128
        assert bottom - top < high <= 70
        assert (left + right) / 2 == pytest.approx(100)
    assert above[3] < 50 - 7 - AIR < 50 + AIR < below[1]


def test_what_is_dim_has_a_dim_map():
    assert drawn(list(range(6))).get("opacity") is None
    assert drawn(list(range(6)), is_dim=True).get("opacity") == "0.4"


@pytest.mark.parametrize("source", [SOURCE, KERNEL, LAYERS])
@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("show", ["forward", "forward backward local"])
def test_no_map_touches_a_text_an_arrow_or_another_map(source, direction, show):
    layout = lay_out(picture(parse(source), Options(direction=direction, show=show)).scene)
    drawing = draw(layout)
    parts = drawing.parts
    maps = [box for part in parts for box in maps_of(part)]
    assert len(maps) >= 2
    texts = [box for part in parts if part.lines for box in texts_of(part)]
    lines, shapes = lines_and_shapes(layout)
    points = [(*point, *point) for line in lines.values() for point in line.points]
    heads = [head for line in lines.values() for head in line.heads]
    others = [*texts, *points, *heads, *(box for _, box, _ in shapes)]
    for number, box in enumerate(maps):
        assert min(box) >= 0
        assert box[2] <= drawing.width
        assert box[3] <= drawing.height
        near = [other for other in [*others, *maps[:number]] if _overlap(box, other)]
        near += [text for text in texts if _overlap(box, _grown(text, AIR))]
        assert near == []


def _grown(box, by):
    left, top, right, bottom = box
    return left - by, top - by, right + by, bottom + by


def _overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_a_picture_shows_values_and_gradients_and_keeps_its_words():
    shown = picture(parse(SOURCE), Options())
    element = drawn_element(lay_out(shown.scene))
    texts = {text.text for text in element.iter() if text.tag.endswith("title")}
    assert {"−0.25", "−6"} <= texts
    assert "3×6: −6 … 6" in shown.dot().source
    assert "fill-opacity" not in shown.dot().source
    assert "3×6: −6 … 6" in standalone(shown)


def test_what_a_quiz_asks_has_no_map():
    graph = parse(SOURCE)
    plain, asked = (picture(graph, Options(quiz=quiz)).scene.arrows for quiz in ("", "gradients"))
    assert any(arrow.backward_cells for arrow in plain)
    assert not any(arrow.backward_cells for arrow in asked)
    assert any(arrow.forward_cells for arrow in asked)
