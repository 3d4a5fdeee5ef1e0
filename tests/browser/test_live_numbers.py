"""The mathematics of live pictures in a real browser, beside that of the Python engines."""

import json
import math
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest
from browser.figures import FIGURES, PARTS, offer_parts
from browser.test_site import crossed_by_heads, crossed_by_lines, measured, outside, overlapping
from hooks import generated
from verification.test_conventions import CANCELLED, KEPT

from graphgen.autodiff.engine import backward, forward
from graphgen.diagram.scene import compose
from graphgen.diagram.steps import steps
from graphgen.diagram.table import rows
from graphgen.drawing import Picture, lay_out, picture
from graphgen.drawing.svg import draw
from graphgen.errors import EvaluationError
from graphgen.integrations.fences import find_fences
from graphgen.language.parser import parse
from graphgen.notation.scripts import marked, plain
from graphgen.notation.typeset import number_text
from graphgen.ops.table import ELEMENTWISE
from graphgen.options import Options
from graphgen.page.files import Folder, graph_of, source_of
from graphgen.page.live import data
from graphgen.verification import verify

DOCS = Path(__file__).resolve().parents[2] / "docs"
LARGE = 60
"""Nodes of a graph that takes seconds to compute exactly, or to measure."""
OWN = "figures"
GROWTHS = (-0.000123456, 1234567.875)
"""Numbers longer than an author writes, small and large."""
LEAST = 9
"""The size of a text that has too little room: the page sets none smaller."""


def fences_of(page):
    """The sources and options of a page of the site, in order, or of the page of our own figures."""
    if page == OWN:
        yield from FIGURES.values()
        return
    language, folder = page.partition("/")[0], Folder((DOCS / page).parent, DOCS)
    for fence in find_fences(generated((DOCS / page).read_text("utf-8"), language)):
        source = source_of(fence.source, fence.options(), folder, page)
        yield source.text, {"language": language, **fence.options()}


def is_alive(source, options):
    """Whether a picture of single numbers or symbols comes to life."""
    return graph_of(source).is_scalar and not {"tangent", "strip"} & options.keys()


PAGES = [
    OWN,
    *(
        page
        for page in sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))
        if any(is_alive(*fence) for fence in fences_of(page))
    ),
]
KOREAN = [page for page in PAGES if page.startswith("ko/")]


@pytest.fixture(scope="module")
def drawn(request):
    """A page, and the pictures that its script brings to life; drawn once for all that is asked of them."""
    fences = [fence for fence in fences_of(request.param) if is_alive(*fence)]
    return request.param, [picture(graph_of(source), Options.read(options)) for source, options in fences]


@pytest.fixture(scope="module")
def unthemed(tab):
    """A tab for all pages, without the theme's own script, which has no part in the pictures."""
    unthemed = tab(viewport={"width": 1280, "height": 900})
    offer_parts(unthemed)
    unthemed.route("**/assets/javascripts/**", lambda route: route.abort())
    return unthemed


@pytest.fixture
def opened(drawn, unthemed, plain, address):
    """The page in the browser, and its pictures."""
    (page, pictures), tab = drawn, unthemed
    at = f"{plain}/all" if page == OWN else f"{address}/{page.removeprefix('en/').removesuffix('.md')}"
    tab.goto(f"{at}.html")
    # What is folded or behind a tab has no size.
    tab.evaluate(UNFOLD)
    assert tab.locator(COMPUTED_FIGURES).count() == len(pictures)
    return tab, pictures


COMPUTED_FIGURES = """figure.graphgen:has(graphgen-live:not([data-graphgen*='"arrays"']))"""
UNFOLD = """() => {
  for (const part of document.querySelectorAll("details")) part.open = true;
  for (const part of document.querySelectorAll(".tabbed-block")) part.style.display = "block";
}"""
# What `seen` asks of each picture begins with the picture, at its place on the page, and its numbers.
BEGIN = (
    f"async (asked) => {{ const live = {PARTS};"
    f"const figures = document.querySelectorAll(`{COMPUTED_FIGURES}`);"
    + """
  return asked.map(([place, numbers]) => {
    const figure = figures[place];
    const data = JSON.parse(figure.querySelector("graphgen-live").dataset.graphgen);
    const graph = live.graphOf(data);
    const inputs = graph.nodes.map((node, at) => numbers[at] ?? node.value);
    // A function that is only named has no numbers.
    const isNamed = graph.nodes.some(({ op }) => op && !(op in live.ops));
    const pass = isNamed ? undefined : live.run(graph, inputs);
    const texts = live.textsOf(data, graph, pass, live.hiddenAtFirst(data, graph));
    const known = live.textsOf(data, graph, pass, live.hiddenAtFirst({}, graph));
"""
)


def seen(tab, body, asked):
    """The results of a piece of script for each picture and numbers that are asked for, in one go."""
    return tab.evaluate(f"{BEGIN} {body} }}); }}", asked)


def is_shown(number):
    return number is not None and not math.isnan(number)


def by_place(graph, numbers):
    return {graph.index[id]: float(value) for id, value in numbers.items()}


# Far to the left both are a small difference; the page shows six digits.
ULPS = {"gelu": 64, "gelu_tanh": 64}


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in ELEMENTWISE.values()])
def test_an_op_is_that_of_the_float_engine_at_every_point(call, op):
    points = list(dict.fromkeys((*op.points, *op.outside)))
    got = call(
        """return argument.points.map((at) => {
          const { value, locals } = live.ops[argument.name];
          const numbers = [value(...at), ...locals.map((local) => local(...at))];
          return numbers.map((x) => Number.isFinite(x) ? x : null);
        });""",
        {"name": op.name, "points": points},
    )
    for point, numbers in zip(points, got, strict=True):
        expected = in_floats(op, point)
        if expected[0] is None:
            assert numbers[0] is None
            continue
        for x, y in zip(numbers, expected, strict=True):
            assert (x is None) == (y is None), (point, numbers, expected)
            assert x is None or abs(x - y) <= ULPS.get(op.name, 4) * math.ulp(y), (point, numbers, expected)


def in_floats(op, point):
    """The value and the local derivatives by the float rules; None where there is none."""
    try:
        value = op.forward(*point)
    except (ArithmeticError, ValueError):
        return [None]
    try:
        locals_ = op.vjp(1.0, value, *point)
    except (ArithmeticError, ValueError):
        locals_ = (None,) * op.arity
    return [x if x is not None and math.isfinite(x) else None for x in (value, *locals_)]


def moved_inputs(graph):
    """The author's numbers, then some others, fewer of a large graph: more by a half, negatives, zero."""
    if graph.is_symbolic:
        return
    draw = random.Random(len(graph))
    numbers = {node.id: node.value for node in graph.inputs}
    yield numbers
    for _ in range(4 if len(graph) <= LARGE else 1):
        yield {
            id: draw.choice([value, -value, Fraction(0), value * Fraction(3, 2), value + Fraction("0.25")])
            for id, value in numbers.items()
        }


def computed(page):
    """What the live pictures of a page compute, whatever the names."""
    graphs = [graph_of(source) for source, options in fences_of(page) if is_alive(source, options)]
    return [
        [(node.op and node.op.name, node.value, [graph.index[id] for id in node.operands]) for node in graph]
        for graph in graphs
    ]


@pytest.mark.parametrize("page", KOREAN)
def test_a_korean_page_computes_what_the_english_one_does(page):
    assert computed(page) == computed(f"en/{page.removeprefix('ko/')}")


# So the Korean pages need not be asked again.
@pytest.mark.parametrize("drawn", [page for page in PAGES if page not in KOREAN], indirect=True)
def test_pictures_are_those_of_the_float_engine_at_many_points(opened):
    tab, pictures = opened
    cases = []
    for place, shown in enumerate(pictures):
        for numbers in moved_inputs(shown.graph):
            try:
                run = backward(forward(shown.graph, {id: float(value) for id, value in numbers.items()}))
            except EvaluationError:
                continue
            cases.append((place, numbers, (run.node_values, run.node_gradients, run.edge_contributions)))
    got = seen(
        tab,
        "return [pass.values, pass.gradients, pass.contributions];",
        [[place, by_place(pictures[place].graph, numbers)] for place, numbers, _ in cases],
    )
    for (place, numbers, expected), found in zip(cases, got, strict=True):
        for mine, theirs in zip(found, expected, strict=True):
            there = [(x, y) for x, y in zip(mine, theirs, strict=True) if y is not None]
            # What cancels is exact on a page, where the float engine keeps its roundings.
            noise = 1e-14 * max(map(abs, (*expected[0], *(y for _, y in there))))
            for x, y in there:
                if is_shown(x):
                    assert x == pytest.approx(y, rel=1e-14, abs=noise), (place, numbers)
                else:
                    with pytest.raises(EvaluationError, match="conventions at kinks"):
                        verify(pictures[place].graph, numbers)


@pytest.mark.parametrize("drawn", PAGES, indirect=True)
def test_pictures_show_and_tell_what_the_static_ones_would(opened):
    """Every text, every step and every cell of the table, for the author's numbers and for others."""
    tab, pictures = opened
    cases = []
    for place, shown in enumerate(pictures):
        if shown.graph.is_symbolic:
            cases.append((place, {}, shown))
        for numbers in moved_inputs(shown.graph):
            try:
                still = Picture(
                    shown.graph, verify(shown.graph, numbers).require().numbers, shown.options, {}
                )
                assert still.texts
            except EvaluationError:
                continue
            cases.append((place, numbers, still))
    got = seen(tab, SHOWN, [[place, by_place(pictures[place].graph, numbers)] for place, numbers, _ in cases])
    for (place, numbers, still), found in zip(cases, got, strict=True):
        graph, options = still.graph, still.options
        # Other numbers, of other widths, might be drawn with inputs in other places.
        scene = compose(graph, still.asked, options, pictures[place].again)
        texts = {
            arrow.id: [
                arrow.forward if arrow.has_forward else "",
                arrow.backward if arrow.has_backward else "",
                arrow.local if arrow.has_backward else "",
            ]
            for arrow in scene.all_arrows
        }
        told = [
            [list(step.arrows), list(step.shapes), step.text]
            for step in steps(graph, still.asked, scene, options)
        ]
        table = [list(map(letters, row)) for row in rows(graph, still.asked, options)]
        texts = {id: list(map(letters, told_at)) for id, told_at in texts.items()}
        said = [[*step[:2], plain(step[2])] for step in found[1]]
        assert [found[0], said, found[2]] == [texts, told, table], (place, numbers)


def letters(text):
    """The letters of a text on the page, where indices and exponents are elements."""
    return re.sub("[\ufdd0-\ufdd4]", "", marked(text))


SHOWN = """
  const picture = live.pictureOf(figure, data, graph);
  live.show(picture, texts, pass);
  live.updateTable(figure, data, graph, texts);
  const read = (half, which) => half?.querySelector(which)?.textContent ?? "";
  const words = ({ cells }) => Array.from(cells, (cell) => cell.textContent);
  const steps = live.stepsOf(picture, live.words[figure.lang].steps);
  return [
    Object.fromEntries(picture.arrows.map(({ id, forward, backward }) => [id, [
      read(forward, "text:not(.small)"),
      read(backward, "text:not(.small)"),
      read(backward, ".small"),
    ]])),
    steps.map((step) => [step.arrows, step.shapes.map((shape) => shape.id), step.text(texts)]),
    Array.from(figure.querySelectorAll("tbody tr"), words),
  ];
"""


@pytest.mark.parametrize("drawn", [OWN], indirect=True)
def test_a_dot_on_a_curve_goes_where_the_static_one_would_be(opened):
    tab, pictures = opened
    place = next(place for place, shown in enumerate(pictures) if shown.options.curves == "yes")
    shown, cases = pictures[place], []
    for x in (0.5, -0.75, 1, 8, 0.5):
        numbers = {node.id: node.value for node in shown.graph.inputs} | {"x": Fraction(x)}
        still = Picture(shown.graph, verify(shown.graph, numbers).require().numbers, shown.options, {})
        ellipses = {
            part.id: [float(part.elements[0].get(name)) for name in ("cx", "cy")]
            for part in draw(lay_out(still.scene)).parts
            if "op" in part.classes or "point" in part.classes
        }
        shapes = [shape for shape in still.scene.shapes if shape.curve]
        expected = [apart(ellipses[shape.id], ellipses.get(f"{shape.id}d")) for shape in shapes]
        cases.append((numbers, [place and pytest.approx(place, abs=0.03) for place in expected]))
    assert len({str(expected) for _, expected in cases}) == len(cases) - 1
    got = seen(tab, DOTS, [[place, by_place(shown.graph, numbers)] for numbers, _ in cases])
    assert got == [expected for _, expected in cases]


def apart(circle, dot):
    return dot and [dot[axis] - circle[axis] for axis in (0, 1)]


DOTS = """
  figure.picture ??= live.pictureOf(figure, data, graph);
  live.show(figure.picture, texts, pass);
  const at = (group) => ["cx", "cy"].map((name) => Number(group.querySelector("ellipse").getAttribute(name)));
  return figure.picture.shapes.filter(({ dot }) => dot).map(({ element, dot }) => {
    const [[x, y], [cx, cy]] = [at(element), at(dot)];
    return dot.querySelector("ellipse").hasAttribute("visibility") ? null : [cx - x, cy - y];
  });
"""


# An English page has one of the numbers, the Korean one the other.
@pytest.mark.parametrize(
    ("drawn", "numbers"),
    [(page, GROWTHS if page == OWN else GROWTHS[page in KOREAN :][:1]) for page in PAGES],
    indirect=["drawn"],
)
def test_numbers_that_grow_keep_to_their_room(opened, numbers):
    """Every text of every picture but the largest, when all inputs are changed at once.

    One that would have to be set too small to be read may reach out of it.
    """
    tab, pictures = opened
    finders = (overlapping, outside, crossed_by_heads, crossed_by_lines)
    for number in numbers:
        asked = [
            [place, by_place(shown.graph, {node.id: number for node in shown.graph.inputs})]
            for place, shown in enumerate(pictures)
            if len(shown.graph) <= LARGE
        ]
        changed = seen(tab, GROWN, asked)
        tab.evaluate(KEEP, changed)
        faults = {}
        for diagram in measured(tab):
            assert min(text["size"] for text in diagram["texts"]) >= LEAST
            fitting = [text for text in diagram["texts"] if text["size"] > LEAST]
            placed = diagram | {"texts": fitting, "frame": diagram["room"]}
            faults[diagram["id"]] = [fault for find in finders for fault in find(placed)]
        assert {id: found for id, found in faults.items() if found} == {}, number


# The same picture each time, as its room is that of the author's numbers.
GROWN = """
  figure.picture ??= live.pictureOf(figure, data, graph);
  live.show(figure.picture, known, pass);
  return figure.id;
"""
# Hides the pictures that are not measured from the measure.
KEEP = """(ids) => {
  for (const { classList, parentElement } of document.querySelectorAll("svg.graphgen-diagram")) {
    classList.toggle("graphgen-diagram", ids.includes(parentElement.closest("figure")?.id));
  }
}"""


def test_numbers_are_written_as_in_print(call):
    draw = random.Random(6)
    values = [
        0.1 + 0.2,
        2.2000000000000002,
        1e15,
        1e14,
        123456789.5,
        1e-5,
        1e-4,
        0.5,
        -1 / 3,
        999999.5,
        5e-324,
    ]
    values += [draw.uniform(-1, 1) * 10 ** draw.randint(-12, 18) for _ in range(3000)]
    values += [
        draw.randint(1, 99999) * 10.0 ** draw.randint(4, 12) + draw.choice((0, 0.5)) for _ in range(500)
    ]
    values += [draw.randint(-(10**7), 10**7) / 10 ** draw.randint(0, 8) for _ in range(3000)]
    values = [value for value in values if abs(value) < 1e14 or value.is_integer()]
    cases = [(value, digits, value % 1 > 0.5) for value in values for digits in (2, 6, 9)]
    got = call("return argument.map((at) => live.numberText(...at));", cases)
    for (value, digits, thousands), text in zip(cases, got, strict=True):
        exact = Fraction(f"{value:.15g}")
        assert text == number_text(exact, digits, thousands), (value, digits)


COMPUTED = """
  const data = (nodes) => ({ nodes, output: nodes.length - 1, shapes: [], arrows: [] });
  const graph = live.graphOf(data(argument.nodes));
  const pass = live.run(graph, argument.inputs);
  const told = (x) => live.numberText(x);
  return [told(pass.values.at(-1)), told(pass.gradients[0])];
"""
BEHIND = {
    "relu of what is undefined": ("x = 1\ny = relu(log(x))", "-1", ("—", "—")),
    "a power of what is undefined": ("x = 1\ny = log(x) ** 0", "-1", ("—", "—")),
    "the same where it is defined": ("x = 1\ny = log(x) ** 0", "2", ("1", "0")),
    "a constant times what is undefined": ("x = 1\ny = 0 * log(x)", "-1", ("—", "—")),
    "the larger of what is undefined": ("x = 1\ny = max(3, sqrt(x))", "-1", ("—", "—")),
    "infinite": ("x = 1\ny = 2 / x", "0", ("—", "—")),
    "zero times an infinite slope": ("x = 1\ny = sqrt(x) ** 2", "0", ("0", "—")),
    "through a cosine": ("x = 1\ny = cos(sqrt(x))", "0", ("1", "—")),
    "on a kink": ("x = 1\ny = relu(sqrt(x))", "0", ("0", "—")),
    "a branch not taken": ("x = 1\ny = relu(sqrt(x) - 1)", "0", ("0", "0")),
    "clipped": ("x = 1\ny = 3 / max(sqrt(x), 0.5)", "0", ("6", "0")),
    "the constant 0": ("x = 1\ny = 0 * sqrt(x) + 5", "0", ("5", "0")),
    "the constant 0 divided": ("x = 1\ny = 0 / (1 + sqrt(x))", "0", ("0", "0")),
    "to the constant 0": ("x = 1\ny = sqrt(x) ** 0", "0", ("1", "0")),
    "a finite slope": ("x = 1\ny = (x * 3) ** 2", "0", ("0", "0")),
}


@pytest.mark.parametrize(("source", "at", "expected"), BEHIND.values(), ids=BEHIND)
def test_nothing_is_told_behind_what_is_undefined(call, source, at, expected):
    nodes = json.loads(data(picture(parse(source), Options.read({}))))["nodes"]
    assert tuple(call(COMPUTED, {"nodes": nodes, "inputs": [float(at)]})) == expected


GRADIENTS = """
  const graph = live.graphOf({ ...argument.data, shapes: [], arrows: [] });
  return live.run(graph, argument.inputs).gradients;
"""


def gradients_of_the_page(call, source, at):
    """What the page has of each node, NaN where it shows nothing, at a number to which a reader moves x.

    The picture is made at another, where the source can be drawn.
    """
    shown = picture(parse(source.replace(f"x = {at}", f"x = {float(at) + 1.5}")))
    found = call(GRADIENTS, {"data": json.loads(data(shown)), "inputs": [float(at)]})
    return dict(zip(shown.graph.ids, found, strict=True))


CANCELLING = {
    **{
        id: (source, "x")
        for id, (source, _) in CANCELLED.items()
        # That of an array is tried in its picture; the second has no number without the fault.
        if id not in ("an-entry", "within")
    },
    "beside-a-large-number": ("x = 0\ny = relu(x) - relu(-x) + 10000000", "x"),
    "a-choice": ("x = 0\ny = where(x * x > 0, x, 2 * x)", "x"),
    "behind-another": ("x = 0\nr = relu(x)\ny = relu(r) - relu(-r)", "r"),
}


@pytest.mark.parametrize(("source", "hidden"), CANCELLING.values(), ids=CANCELLING)
def test_a_gradient_that_conventions_at_kinks_make_wrong_is_not_shown(call, source, hidden):
    at = re.match("x = (.*)", source)[1]
    assert math.isnan(gradients_of_the_page(call, source, at)[hidden])


STANDING = {
    **KEPT,
    "a-choice-without-a-kink": ("x = 1\ny = where(x > 1, x * x, 2 * x - 1)", 2),
    "a-tie-but-for-roundings": ("x = 0.1\ny = max(x + 0.2, 0.3)", 0.5),
    "two-kinks": ("x = 0\ny = relu(x) + relu(2 * x)", 0),
    "beside-a-large-number": ("x = 0\ny = relu(x) + 10000000 + x", 1),
    "a-cube": ("x = 0\ny = relu(x * x * x) + 21", 0),
    "far-to-one-side": ("x = 1\ny = max(x * x, 2 * x - 1)", 2),
}


@pytest.mark.parametrize(("source", "gradient"), STANDING.values(), ids=STANDING)
def test_a_gradient_by_a_convention_that_stands_is_shown(call, source, gradient):
    at = re.match("x = (.*)", source)[1]
    assert gradients_of_the_page(call, source, at)["x"] == gradient


TYPED = {
    "3/4": 0.75,
    " 3 / 4 ": 0.75,
    "−3/4": -0.75,
    "1,000": 1000,
    "1 000 000": 1e6,
    "1,234,567.5": 1234567.5,
    "1,5": 1.5,
    "0,125": 0.125,
    ".5": 0.5,
    "1e-3": 0.001,
    **dict.fromkeys(
        ("", "x", "3/", "/4", "1/2/3", "1 3/4", "1 2", "0x10", "1.2.3", "Infinity", "3/0", "1e999")
    ),
}


def test_what_is_typed_is_its_number_or_none(call):
    got = call("return argument.map(live.parsed).map((x) => (isFinite(x) ? x : null));", list(TYPED))
    assert dict(zip(TYPED, got, strict=True)) == TYPED
