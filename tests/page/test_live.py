import gzip
import html
import json
import re
from fractions import Fraction

import pytest

from graphgen.drawing.pictures import picture
from graphgen.errors import OptionError, SourceError
from graphgen.language.parser import parse
from graphgen.options import Options
from graphgen.page.embed import figure
from graphgen.page.live import data, default_range
from graphgen.page.scripts import more_script, script, style

MAX_WEIGHT = 24 * 1024
"""Bytes of script and style together, compressed."""
MAX_MORE = 10 * 1024
"""Bytes of the script that a page asks for where it needs more, compressed."""
MAX_DATA = 2_048
"""Bytes of data of a picture of 20 nodes."""

TWENTY = """
price_apple = 100     # {fruit} A {{50..200 step 10}}
count_apple = 2       # {fruit} B
price_mandarin = 150  # {fruit} C
count_mandarin = 3    # {fruit} D
tax = 1.1             # {fruit} E
discount = 0.25       # {fruit} F
w = 0.5
b = -1.25
apples = price_apple * count_apple
mandarins = price_mandarin * count_mandarin
fruit = apples + mandarins
taxed = fruit * tax
reduced = taxed - discount
scaled = w * reduced
shifted = scaled + b
active = relu(shifted)
squashed = tanh(b)
mixed = squashed * active
total = mixed + tax
loss = total ** 2
"""


def record(source, **options):
    return json.loads(data(picture(parse(source), Options.read(options))))


def test_script_and_style_are_light():
    weights = [len(gzip.compress(text.encode(), 9)) for text in (script(), style())]
    assert sum(weights) <= MAX_WEIGHT, weights
    assert len(gzip.compress(more_script().encode(), 9)) <= MAX_MORE


@pytest.mark.parametrize("fruit", ["fruit number", "과일 가격"])
@pytest.mark.parametrize("options", [{}, {"show": "forward backward local"}, {"quiz": "gradients values"}])
def test_the_data_of_twenty_nodes_are_small(fruit, options):
    text = data(picture(parse(TWENTY.format(fruit=fruit)), Options.read(options)))
    assert len(text.encode()) <= MAX_DATA


def test_the_data_of_symbols_are_small():
    lines = "\n".join(f"x{n} = x{n - 1} * w{n}" for n in range(1, 10))
    assert len(data(picture(parse(lines + "\nz = x9 ** 2"))).encode()) <= MAX_DATA


def test_the_figure_carries_its_data_whatever_the_words():
    label = 'my <br>"5 & 6"</br>'
    shown = picture(parse(f"x = 3  # {label}\ny = x * x"))
    written = re.search(r"data-graphgen='([^']*)'", figure(shown, "g1"))[1]
    assert "<" not in written
    assert json.loads(html.unescape(written)) == json.loads(data(shown))
    assert json.loads(data(shown))["nodes"][0] == [3, [0, 10, 1], "x", label]


def test_a_page_has_no_style_attributes_and_no_inline_script():
    markup = figure(picture(parse("x = 3\ny = x * x")), "g1")
    assert not re.search(r"\sstyle=|<script|\son\w+=", markup)


def test_the_record_of_a_small_graph():
    assert record("x = 3  # side {0..10}\ny = x * x", digits="3", thousands="yes") == {
        "nodes": [[3, [0, 10, 0.1], "x", "side"], ["multiply", [0, 0], "y", "y", "side × side"]],
        "output": 1,
        "shapes": ["n1", "n2", "j1", "o2"],
        "arrows": [[0, 2], [2, 1, 0], [2, 1, 1], [1, 3]],
        "locals": ["side", "side"],
        "digits": 3,
        "thousands": 1,
    }


def test_a_picture_without_a_backward_pass_has_no_local_derivatives():
    assert "locals" not in record("x = 3\ny = x * x", show="forward")


def test_a_picture_in_symbols_has_the_texts_that_it_does_not_show():
    assert record("t = x + y\nz = t ** 2")["texts"][1:] == [[""] * 5, [""] * 4]
    focused = record("t = x + y\nz = t ** 2", focus="t")["texts"]
    assert focused[2] == ["2(x + y)", "2(x + y)", "2(x + y)", ""]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("100", ("0", "200", "1")),
        ("2", ("0", "10", "1")),
        ("1.1", ("0", "2.2", "0.1")),
        ("0.25", ("0", "0.5", "0.01")),
        ("-3", ("-10", "10", "1")),
        ("0", ("-10", "10", "1")),
        ("1000000", ("0", "2000000", "1000")),
        ("1e-9", ("0", "2e-9", "1e-10")),
        ("1.23456789", ("0", "2.46913578", "0.001")),
    ],
)
def test_a_default_range_holds_the_number(value, expected):
    assert default_range(Fraction(value)) == tuple(map(Fraction, expected))


def test_a_range_is_read_off_the_label_and_written_back():
    graph = parse("apple = 100  # price {50..200 step 10}\ntotal = apple * 2")
    assert (graph["apple"].label, graph["apple"].range) == ("price", (50, 200, 10))
    assert graph.source() == "apple = 100  # price {50..200 step 10}\ntotal = apple * 2\n"
    assert parse(graph.source())["apple"] == graph["apple"]


@pytest.mark.parametrize("label", ["price {}", "{a, b}", "of {50..200} apples", r"$\frac{1}{2}$"])
def test_other_braces_are_words(label):
    node = parse(f"x = 100  # {label}\ny = x")["x"]
    assert (node.label, node.range) == (label, None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x = 1  # p {5..6}", "1:12: the range '{5..6}' does not hold the number 1; write it as"),
        ("x = 1  # p {a..6}", "1:12: the range '{a..6}' is not readable; write it as {50..200}"),
        ("x = 1  # {1..1}", "1:10: the range '{1..1}' does not hold the number 1"),
        (
            "x = 1  # {0..2 step 0}",
            "1:10: the range '{0..2 step 0}' has no step that fits; give a step above 0",
        ),
        ("x = 1  # {0..2 step 9}", "1:10: the range '{0..2 step 9}' has no step that fits"),
        ("x = 1  # {0..1e999}", "1:10: the range '{0..1e999}' is not readable"),
        ("x = 1\ny = x  # {0..2}", "2:10: the range '{0..2}' does not stand behind an input; only a name"),
    ],
)
def test_a_bad_range_is_refused_at_its_place(line, message):
    with pytest.raises(SourceError) as caught:
        parse(f"{line}\nz = x")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("source", "quiz", "message"),
    [
        (
            "x = 3\ny = x * x",
            "w",
            "quiz='w' is not a name in the graph; it takes gradients, values, or names",
        ),
        ("y = x * x", "gradients", "a picture without numbers asks for none; leave out quiz, or give"),
    ],
)
def test_a_quiz_that_cannot_be_asked_is_refused(source, quiz, message):
    with pytest.raises(OptionError) as caught:
        assert picture(parse(source), Options.read({"quiz": quiz})).scene
    assert str(caught.value).startswith(message)
