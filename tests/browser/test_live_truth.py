"""A live picture shows right numbers or none: beside proved ones, on programs that are hard for floats."""

import json

import pytest
from extreme_programs import program

from graphgen.drawing.pictures import picture
from graphgen.errors import GraphgenError
from graphgen.language.parser import parse
from graphgen.notation.typeset import number_text
from graphgen.ops.table import ELEMENTWISE
from graphgen.page.live import data

SHOWN = """
  return argument.map((data) => {
    const graph = live.graphOf(data);
    const texts = live.textsOf(data, graph, live.run(graph, []), live.ALL_FOUND);
    return {
      value: graph.nodes.map((_, node) => texts.value(node)),
      gradient: graph.nodes.map((_, node) => texts.gradient(node)),
      contribution: graph.edges.map((_, edge) => texts.contribution([edge])),
      local: graph.edges.map((_, edge) => texts.local(edge)),
    };
  });
"""
NOTHING = "—"
SEED, PROGRAMS, MOST_NODES = 7, 2_500, 80
HARD = {
    "a sine far out": "x = 1.1\ny = sin(x ** 2000.5)",
    "the sine of a large number, squared": "x = 4503599627370497.5\ns = sin(x)\nt = s * s\ny = t / t",
    "what underflows": "x = -800\ny = log(exp(x))",
    "what a float cannot hold": "x = 3e-200\ny = 4e-200\nh = sqrt(x ** 2 + y ** 2)",
    "a sigmoid that is 1 to a float": "z = 40\np = sigmoid(z)\nl = -log(1 - p)",
    "a tie that floats see": "x = 0.5\na = exp(sin(exp(x)))\ne = 1e-60\nb = a + e\ny = max(b, a) + e",
    "a slope that cancels in a function": "x = -1.278464542761074\ny = silu(x) * 3",
    "fractions that floats do not tell apart": "x = 1\na = 1e-20\nb = x + a\ny = max(b, x) * 2",
    "a sum that floats do not tell from its term": "x = 1e16\nb = x + 1\ny = max(b, x) * exp(0.1)",
    "one added to much": "x = 1e16\ny = (x + 1 - x) * exp(1)",
}
SIMPLE = {
    "decimals that cancel": ("x = 0.1\ny = x + 0.2 - 0.3", ["0", "1"]),
    "a parabola at its end": ("x = 0.3\ny = x ** 2 - 0.6 * x", ["−0.09", "0"]),
    "a half between digits": ("x = 135.3375\ny = x * 1", ["135.338", "1"]),
    "a third": ("x = 1\ny = x / 3 * 3 - 1", ["0", "1"]),
    "a root that is a decimal": ("x = 6.25\ny = sqrt(x) - 2.5", ["0", "0.2"]),
    "exp at 0": ("x = 0\ny = exp(x) - 1", ["0", "1"]),
    "a tie of decimals": ("x = 0.1\ny = max(x + 0.2, 0.3)", ["0.3", "0.5"]),
    "relu of a float below 0": ("x = 4\ny = relu(sin(x)) + 1", ["1", "0"]),
}


def shown(call, pictures):
    return call(SHOWN, [json.loads(data(one)) for one in pictures])


def numbers_of(one):
    """Each number that is proved, with its name and its kind, in the order of the page's."""
    graph, found = one.graph, one.numbers
    kinds = {
        "value": (graph.ids, found.values),
        "gradient": (graph.ids, found.gradients),
        "contribution": (graph.edges, found.contributions),
        "local": (graph.edges, found.local_derivatives),
    }
    return {kind: [(name, numbers.get(name)) for name in names] for kind, (names, numbers) in kinds.items()}


def require_right(one, texts):
    """The number of texts that show one; each is what is proved, by as many digits as it has."""
    count = 0
    for kind, numbers in numbers_of(one).items():
        for (name, number), text in zip(numbers, texts[kind], strict=True):
            if number is None or text == NOTHING:
                continue
            right = {number_text(number, digits) for digits in range(1, 7)}
            assert text in right, (one.graph.source(), kind, name, text, number_text(number, 6))
            count += 1
    return count


@pytest.mark.parametrize("source", HARD.values(), ids=HARD)
def test_what_floats_get_wrong_is_not_shown(call, source):
    one = picture(parse(source))
    (texts,) = shown(call, [one])
    require_right(one, texts)
    assert NOTHING in (*texts["value"], *texts["gradient"])


@pytest.mark.parametrize(("source", "expected"), SIMPLE.values(), ids=SIMPLE)
def test_what_arithmetic_makes_of_decimals_is_exact(call, source, expected):
    one = picture(parse(source))
    (texts,) = shown(call, [one])
    index = one.graph.index
    assert [texts["value"][index["y"]], texts["gradient"][index["x"]]] == expected


def scalars():
    for number in range(PROGRAMS):
        source = program(SEED, number)
        if "[" in source or "zeros" in source or "ones" in source:
            continue
        try:
            graph = parse(source)
            if graph.is_scalar and len(graph) <= MOST_NODES:
                yield picture(graph)
        except GraphgenError:
            continue


def functions():
    """Each function of one number at many points, of numbers and of other functions."""
    for name, op in ELEMENTWISE.items():
        if op.arity != 1 or op.operator is not None:
            continue
        for at in (-30.5, -8, -2.75, -1.2784645, -0.751792, -1e-9, 0, 1e-7, 0.3, 1, 5.5, 36.25):
            for operand in ("x", "exp(x / 9)", "sin(x)"):
                try:
                    yield picture(parse(f"x = {at:.10f}\ny = {name}({operand}) * 3 - 0.2"))
                except GraphgenError:
                    continue


@pytest.mark.parametrize("pictures", [scalars, functions], ids=["extreme programs", "every function"])
def test_a_live_picture_shows_no_wrong_number(call, pictures):
    made = list(pictures())
    counts = [require_right(one, texts) for one, texts in zip(made, shown(call, made), strict=True)]
    assert len(made) > 50
    assert sum(counts) > 1_000
