import itertools
import math
import re
from dataclasses import replace

import pytest
from drawings import drawn_element
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from regenerate_diagrams import ROOT, diagrams, load_config
from strategies import programs
from tidiness import merged, untidy

from graphgen.drawing.pictures import lay_out, picture
from graphgen.errors import EvaluationError, RenderError
from graphgen.integrations.pages import drawn_by
from graphgen.language.parser import parse
from graphgen.notation.scripts import width
from graphgen.options import Options

CAP, DESCENT = 0.72, 0.22
"""How far letters reach above and below their line, in sizes of the font."""
TOLERANCE = 0.5
OPTIONS = (
    {},
    {"direction": "down"},
    {"width": "200"},
    {"show": "forward", "names": "no"},
    {"show": "forward backward local"},
    {"depth": "3"},
    {"fold": "none", "digits": "3"},
)
CHAIN = "x = 1\na = x * 2\nb = a + 1\nc = exp(b)\ny = c * a"
SHARED = "w = 1\nh0 = 1\n" + "\n".join(f"h{t} = tanh(w * h{t - 1})" for t in range(1, 7))

LONG = {
    "arrow across a shape": ("a = 1\nb = 2\ny = -(a - b) / (-a) - -3*b", {}),
    "both roots": (
        "a = 1\nb = -3\nc = 2\nD = b**2 - 4*a*c\ns = sqrt(D)\nx1 = (-b + s) / (2*a)\n"
        "x2 = (-b - s) / (2*a)\ngap = x1 - x2",
        {},
    ),
    "batch normalisation": (
        "x1 = 1\nx2 = 2\nx3 = 4\nx4 = 5\nmu = (x1 + x2 + x3 + x4) / 4\n"
        + "".join(f"d{n} = x{n} - mu\n" for n in (1, 2, 3, 4))
        + "var = (d1**2 + d2**2 + d3**2 + d4**2) / 4\ny1 = d1 / sqrt(var + 0.00001)",
        {},
    ),
    "Black-Scholes": (
        "S = 100\nK = 95\nr = 0.03\nsigma = 0.2\nT = 0.5\n"
        "d1 = (log(S/K) + (r + sigma**2/2)*T) / (sigma*sqrt(T))\nd2 = d1 - sigma*sqrt(T)\n"
        "C = S*sigmoid(1.7*d1) - K*exp(-r*T)*sigmoid(1.7*d2)",
        {"digits": "3"},
    ),
    "gates": (
        "x = 0.5\nh = 0.1\nc = 0.3\nf = sigmoid(0.6*x + 0.2*h + 1)\ni = sigmoid(0.4*x - 0.3*h)\n"
        "o = sigmoid(0.5*x + 0.1*h)\ng = tanh(0.9*x + 0.4*h)\nc_next = f*c + i*g\n"
        "h_next = o * tanh(c_next)",
        {"digits": "3"},
    ),
}
LONG["collapsed gates"] = (LONG["gates"][0], {"digits": "3", "collapse": "f i o g"})


def laid_out(text, **options):
    return lay_out(picture(parse(text), Options.read(options)).scene)


def texts_of(root):
    """(words, left, top, right, bottom) of every line of text, by our own measure."""
    for text in root.iter("text"):
        words = (text.text or "").replace("\u00a0", " ")
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        half = width(words, size) / 2
        yield words, x - half, y - CAP * size, x + half, y + DESCENT * size


def points_of(root):
    """Points along every arrow, and the corners of its head."""
    for group in root.iter("g"):
        if group.get("class").startswith(("forward", "backward")):
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", group.find("path").get("d"))]
            controls = list(zip(numbers[::2], numbers[1::2], strict=True))
            for start in range(0, len(controls) - 1, 3):
                piece = controls[start : start + 4]
                steps = int(abs(piece[0][0] - piece[3][0]) + abs(piece[0][1] - piece[3][1])) // 2 + 1
                yield from (on_curve(piece, step / steps) for step in range(steps + 1))
            for head in group.iter("polygon"):
                yield from (tuple(map(float, corner.split(","))) for corner in head.get("points").split())


def on_curve(piece, t):
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    return tuple(
        sum(weight * point[axis] for weight, point in zip(weights, piece, strict=True)) for axis in (0, 1)
    )


def measured(layout):
    """The drawn element, with its lines as they are measured: indices and exponents smaller."""
    return drawn_element(layout, written=str)


def faults(root):
    texts, points = list(texts_of(root)), list(points_of(root))
    for (one, *a), (other, *b) in itertools.combinations(texts, 2):
        if min(a[2] - b[0], b[2] - a[0], a[3] - b[1], b[3] - a[1]) > TOLERANCE:
            yield f"{one!r} and {other!r} overlap"
    for words, left, top, right, bottom in texts:
        within = (left + TOLERANCE, right - TOLERANCE), (top + TOLERANCE, bottom - TOLERANCE)
        if any(within[0][0] < x < within[0][1] and within[1][0] < y < within[1][1] for x, y in points):
            yield f"an arrow crosses {words!r}"
    left, top, wide, high = map(float, root.get("viewBox").split())
    for words, *box in texts:
        if not (left <= box[0] and box[2] <= left + wide and top <= box[1] <= top + high):
            yield f"{words!r} leaves the picture"


def picture_or_reject(graph, options):
    """The picture of a random graph, unless its numbers are refused, as at a kink that is met exactly."""
    try:
        return picture(graph, options)
    except EvaluationError:
        reject()


@settings(max_examples=40)
@given(programs(24), st.sampled_from(OPTIONS))
def test_nothing_lies_upon_a_text(graph, options):
    shown = picture_or_reject(graph, Options.read(options))
    assert list(faults(measured(lay_out(shown.scene)))) == []


@pytest.mark.parametrize(
    "source",
    [
        "x = 2\n" + "\n".join(f"y{n} = x * {n + 2}" for n in range(12)) + "\nz = y0 + y11",
        "a_long_name_for_a_price = 2\nanother_name_that_is_long = a_long_name_for_a_price ** 3",
        "x = 1 # 다음 문단까지 이어질 만큼 아주 긴 이름을 가진 사과의 가격\ny = x * x + x",
        "x = 1234567.891\ny = x ** 9 / 7\nz = y * x * x",
        "x = 2  # $x^{(1)}$\ny = x ** (1/3)",
        SHARED,
    ],
    ids=["wide fan-out", "long names", "long label", "long numbers", "exponents", "far uses"],
)
@pytest.mark.parametrize("options", OPTIONS[:5], ids=str)
def test_nothing_lies_upon_a_text_in_what_is_large(source, options):
    assert list(faults(measured(laid_out(source, **options)))) == []


@pytest.mark.parametrize(("source", "options"), LONG.values(), ids=LONG)
@pytest.mark.parametrize("direction", ["right", "down"])
def test_nothing_runs_into_what_is_not_its_own(source, options, direction):
    assert tangled(laid_out(source, direction=direction, **options)) == []


@settings(max_examples=40, derandomize=True)
@given(programs(24), st.sampled_from(OPTIONS))
def test_nothing_runs_into_what_is_not_its_own_at_random(graph, options):
    assert tangled(lay_out(picture_or_reject(graph, Options.read(options)).scene)) == []


@settings(max_examples=25, derandomize=True)
@given(programs(30), st.sampled_from(["right", "down"]), st.booleans())
def test_no_two_pairs_are_one_line_at_random(graph, direction, is_repeated):
    repeat = " ".join(node.id for node in graph.inputs) if is_repeated else "none"
    shown = picture_or_reject(graph, Options(direction=direction, repeat=repeat))
    assert merged(lay_out(shown.scene)) == []


DENSE = [
    "x0 = 1\nx1 = 2\n"
    + "".join(f"y{n} = x{n * seed % 2} * {left}\n" for n, left in enumerate(["x0", "x1"]))
    + "".join(
        f"y{n} = {'sin(%s) - %s' if n % 3 else 'tanh(%s + %s)'}\n"
        % (f"y{n * seed % n}", f"y{(n * n + seed) % n}")
        for n in range(2, 24)
    )
    + "z = "
    + " + ".join(f"y{n}" for n in range(24))
    for seed in (5, 7, 11)
]


@pytest.mark.parametrize("source", DENSE, ids=["5", "7", "11"])
@pytest.mark.parametrize("direction", ["right", "down"])
def test_nothing_is_untidy_where_all_values_are_used_again(source, direction):
    layout = laid_out(source, direction=direction)
    assert merged(layout) == tangled(layout) == []


@pytest.mark.parametrize(("source", "options"), LONG.values(), ids=LONG)
@pytest.mark.parametrize("direction", ["right", "down"])
def test_no_two_pairs_are_one_line(source, options, direction):
    assert merged(laid_out(source, direction=direction, **options)) == []


@pytest.mark.long
def test_nothing_runs_into_what_is_not_its_own_on_the_site(monkeypatch):
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    for found in diagrams(load_config(str(ROOT / "mkdocs.yml"))):
        shown = drawn_by(found.fence, found.page, found.folder, {"language": found.language})
        assert (found.name, tangled(lay_out(shown.scene))) == (found.name, [])


def tangled(layout):
    """Untidy places, but for arrows across the mere heads of others, which is not wholly ruled out."""
    return [fault for fault in untidy(layout) if fault[0] != "head"]


def test_the_measure_of_tangles_finds_what_is_wrong():
    layout = laid_out("a = 1\nb = 2\ny = exp(a) + exp(b)")
    shape = next(shape for shape in layout.sized.scene.shapes if shape.node == "b")
    moved = layout.centres | {shape.id: layout.labels["e1"]}
    assert ("shape", "e1f", shape.id) in untidy(replace(layout, centres=moved))
    one, other = (arrow.id for arrow in layout.sized.scene.arrows if arrow.tail.kind == "input")
    paths = layout.paths | {other: layout.paths[one]}
    assert ("upon", one, other) in untidy(replace(layout, paths=paths))
    assert (one, other) in merged(replace(layout, paths=paths))


def test_the_measure_finds_what_is_wrong():
    root = drawn_element(laid_out("x = 1\ny = x * 2"))
    for text in root.iter("text"):
        if text.text == "y":
            text.text = "y, which is far too long"
        if text.text == "1":
            text.attrib |= {"x": "40", "y": "26"}
    found = " ".join(faults(root))
    assert "overlap" in found
    assert "an arrow crosses" in found
    assert "leaves the picture" in found


@pytest.mark.parametrize("direction", ["right", "down"])
def test_the_main_chain_is_straight(direction):
    layout = laid_out(CHAIN, direction=direction)
    shapes = {shape.node: shape.id for shape in layout.sized.scene.shapes if shape.kind != "junction"}
    assert len({layout.centres[shapes[id]][1] for id in "xabc"} | {layout.centres[shapes["y"]][1]}) == 1


def test_parameters_come_level_into_both_sides_of_their_operation():
    layout = laid_out(
        "x = [1, 2]\nW = [[1, 0], [2, 1]]\nb = [1, 1]\ny = sum(affine(x, W, b))", direction="down"
    )
    ends = {arrow.tail.node: layout.paths[arrow.id][-4:] for arrow in layout.sized.scene.arrows}
    affine = next(shape for shape in layout.sized.scene.shapes if shape.text == "affine")
    along, across = layout.centres[affine.id]
    for node, is_beyond in (("W", True), ("b", False)):
        assert {round(point[0], 6) for point in ends[node]} == {round(along, 6)}
        assert all((point[1] > across) == is_beyond for point in ends[node])
    assert {round(point[1], 6) for point in ends["x"]} == {round(across, 6)}


RECURRENT = "h_0 = 1\nw = 0.5\nu = 0.3\nx_1 = 1\nx_2 = 2\nx_3 = 3\n" + "".join(
    f"h_{t} = tanh(u * x_{t} + w * h_{t - 1})\n" for t in (1, 2, 3)
)


def test_each_step_of_an_unrolled_network_is_a_column_of_one_shape():
    layout = laid_out(RECURRENT, direction="right")
    graph = parse(RECURRENT)
    at = {
        shape.node: layout.centres[shape.id][0]
        for shape in layout.sized.scene.shapes
        if shape.kind != "junction"
    }
    for t in (2, 3):
        sums = graph[graph[f"h_{t}"].operands[0]]
        assert at[sums.operands[0]] == at[sums.operands[1]]
        assert at[f"h_{t - 1}"] < at[f"x_{t}"] < at[sums.id] < at[f"h_{t}"]


@pytest.mark.parametrize(
    ("source", "order", "names"),
    [
        ("a = 2\nb = 3\nc = 4\nu = a * b\nv = a * c\ny = u + v", "auto", "abc"),
        ("x = 1\nw = 2\nz = w * x + exp(x) * w", "auto", "wx"),
        ("x = 1\nw = 2\nz = w * x + exp(x) * w", "source", "xw"),
    ],
    ids=["no crossing", "a crossing", "wanted"],
)
def test_inputs_stand_in_the_order_of_the_source_where_nothing_crosses_for_it(source, order, names):
    layout = laid_out(source, order=order)
    inputs = [shape for shape in layout.sized.scene.shapes if shape.kind == "input"]
    inputs.sort(key=lambda shape: -layout.centres[shape.id][1])
    assert "".join(shape.node for shape in inputs) == names


def test_inputs_end_and_outputs_begin_in_line():
    layout = laid_out("apple = 1\na = 2\nlonger_name = 3\ny = apple * a * longer_name")
    sized = layout.sized
    ends = {
        round(layout.centres[shape.id][0] + sized.shape(shape).along / 2, 6)
        for shape in sized.scene.shapes
        if shape.node in ("apple", "a")
    }
    assert len(ends) == 1


def test_pairs_run_straight_into_a_collapsed_part():
    layout = laid_out("a = 1\nb = 2\nc = 3\nh_1 = a * b\nh_2 = h_1 + c\ny = h_2 * 2", collapse="h_*")
    arriving = [arrow.id for arrow in layout.sized.scene.arrows if arrow.head.kind == "group"]
    assert len(arriving) == 3
    assert all(len({round(across, 6) for _, across in layout.paths[id]}) == 1 for id in arriving)


def test_a_value_that_is_used_far_away_goes_there_by_one_way():
    shown = picture(parse(SHARED), Options(repeat="none")).scene
    junctions = [shape for shape in shown.shapes if shape.kind == "junction" and shape.node == "w"]
    trunks = [arrow for arrow in shown.arrows if arrow.head in junctions]
    assert len(trunks) == len(junctions) > 2
    assert [len(arrow.edges) for arrow in trunks] == [0, 5, 4, 3, 2]


def test_our_own_layout_has_a_limit_of_time(monkeypatch):
    monkeypatch.setattr("graphgen.drawing.engine.MAX_SECONDS", 0.0)
    with pytest.raises(RenderError, match=r"after 0 seconds.*collapse"):
        laid_out(CHAIN)


@pytest.mark.parametrize("source", ["x = 3\ny = x * x + x", "x = 2\ny = exp(x) + exp(x) * x + exp(x) / x"])
def test_each_pair_arrives_at_a_junction_by_itself(source):
    layout = laid_out(source)
    starts = [layout.paths[a.id][0] for a in layout.sized.scene.arrows if a.tail.kind == "junction"]
    assert min(math.dist(a, b) for a, b in itertools.combinations(starts, 2)) > 8
