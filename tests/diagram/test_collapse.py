import pytest

from graphgen.diagram.collapse import collapsed
from graphgen.drawing.pictures import picture
from graphgen.errors import OptionError
from graphgen.graph import total
from graphgen.language.parser import parse
from graphgen.options import Options

SHOP = """
apple = 100
count = 2
bread = 20
other = bread * 3 + bread
total = (apple * count + other) * 1.1
"""
NET = """
x = 0.5
w = 2
h_1 = w * x
h_2 = h_1 + w
y = tanh(h_2) * h_2
"""


def parts(source, **options):
    """The names of the nodes in each part, in the order of the graph."""
    found = collapsed(parse(source), Options.read(options))
    named = {}
    for id, part in found.items():
        named.setdefault(part.members, []).append(id)
    graph = parse(source)
    return [[node.id for node in graph if node.name and node.id in members] for members in named]


RECURRENT = """
h0 = 0
x1 = 1
x2 = 0.5
W = 0.6
U = 0.9
h1 = tanh(W * x1 + U * h0)
h2 = tanh(W * x2 + U * h1)
L = h2 ** 2
"""
CHAIN = "x = 0.5\nh1 = tanh(0.6 * x)\nh2 = tanh(0.9 * h1)\nL = h2 ** 2"


@pytest.mark.parametrize(
    ("source", "options", "members"),
    [
        (SHOP, {"collapse": "other"}, [["other"]]),
        (SHOP, {"collapse": "other with inputs"}, [["bread", "other"]]),
        (SHOP, {"collapse": "total"}, [["other", "total"]]),
        (SHOP, {"collapse": "total with inputs"}, [["apple", "count", "bread", "other", "total"]]),
        (NET, {"collapse": "h_*"}, [["h_1", "h_2"]]),
        (NET, {"collapse": "h_2"}, [["h_1", "h_2"]]),
        (NET, {"collapse": "x h_2 as part"}, [["x", "h_1", "h_2"]]),
        (NET, {"collapse": "h_1 h_2 as hidden layer"}, [["h_1", "h_2"]]),
        (NET, {"collapse": "[hw]* with inputs as hidden layer, y"}, [["x", "w", "h_1", "h_2"], ["y"]]),
        (CHAIN, {"collapse": "h1 h2"}, [["h1"], ["h2"]]),
        (CHAIN, {"collapse": "h2 h1"}, [["h2"], ["h1"]]),
        (RECURRENT, {"collapse": "h1 h2"}, [["h1"], ["h2"]]),
        (NET, {"depth": "2"}, [["x", "w", "h_1", "h_2"]]),
        (SHOP, {}, []),
    ],
    ids=lambda value: value.get("collapse", "") if isinstance(value, dict) else "",
)
def test_a_box_is_what_is_asked_for(source, options, members):
    assert parts(source, **options) == members


@pytest.mark.parametrize(
    ("collapse", "titles"),
    [
        ("h1 h2", ["h₁", "h₂"]),
        ("h1 as first step, h2* as $z^2$", ["first step", "z²"]),
        ("h*  as  steps", ["steps"]),
        ("h*", ["h"]),
    ],
)
def test_a_box_is_called_as_its_author_says(collapse, titles):
    scene = picture(parse(CHAIN), Options.read({"collapse": collapse})).scene
    assert [shape.text for shape in scene.shapes if shape.kind == "group"] == titles


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"collapse": "hid"},
            "collapse='hid' is not a name in the graph; its names are x, w, h_1, h_2, y",
        ),
        ({"depth": "0"}, "depth='0' is not known; give a whole number from 1"),
        (
            {"collapse": "h_1 y* as ends"},
            "collapse='h_1 y*' leaves 'h_2' between two of its nodes; collapse that node too",
        ),
        ({"collapse": "tax*"}, "collapse='tax*' fits no name; the names are x, w, h_1, h_2, y"),
        ({"collapse": "x*"}, "collapse='x*' fits inputs alone; to collapse these, write x* with inputs"),
        *(
            (
                {"collapse": wish},
                f"collapse={wish!r} does not say a box; write names, behind them `with inputs` if these go "
                "in, and `as` before a title: h_1 h_2 with inputs as hidden layer",
            )
            for wish in ("as layer", "h_1 as", "h_1 with", "h_1 with inputs layer")
        ),
    ],
    ids=lambda value: value.get("collapse", "") if isinstance(value, dict) else "",
)
def test_what_cannot_be_collapsed_is_told(options, message):
    with pytest.raises(OptionError) as caught:
        parts(NET, **options)
    assert str(caught.value) == message


@pytest.mark.parametrize("source", [SHOP, NET], ids=["shop", "net"])
def test_values_and_gradients_at_the_border_are_those_of_the_whole(source):
    collapse = "other" if source is SHOP else "h_*"
    whole, part = (
        picture(parse(source), Options.read(options)).scene for options in ({}, {"collapse": collapse})
    )
    graph = parse(source)
    sums = picture(graph).numbers
    for arrow in part.arrows:
        if arrow.head.kind == "group":
            expected = total(sums.contributions[edge] for edge in arrow.edges)
            assert float(arrow.backward.replace("−", "-")) == pytest.approx(float(expected), rel=1e-5)
    outside = {(arrow.edges, arrow.forward, arrow.backward) for arrow in whole.arrows if arrow.edges}
    kept = [arrow for arrow in part.arrows if arrow.edges and "group" not in (arrow.head.kind,)]
    assert kept
    assert {(arrow.edges, arrow.forward, arrow.backward) for arrow in kept} <= outside
