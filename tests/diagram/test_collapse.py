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


@pytest.mark.parametrize(
    ("source", "options", "members"),
    [
        (SHOP, {"collapse": "other"}, [["bread", "other"]]),
        (SHOP, {"collapse": "total"}, [["apple", "count", "bread", "other", "total"]]),
        (NET, {"collapse": "h_*"}, [["h_1", "h_2"]]),
        (NET, {"collapse": "h_2"}, [["x", "w", "h_1", "h_2"]]),
        (NET, {"depth": "2"}, [["x", "w", "h_1", "h_2"]]),
        (SHOP, {}, []),
        (SHOP, {"collapse": "tax*"}, None),
    ],
    ids=["a name", "the output", "a pattern", "what only it needs", "by depth", "nothing", "no such name"],
)
def test_a_part_is_what_is_asked_for(source, options, members):
    if members is None:
        with pytest.raises(OptionError, match="fits no name; the names are apple"):
            parts(source, **options)
    else:
        assert parts(source, **options) == members


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"collapse": "hid"},
            "collapse='hid' is not a name in the graph; its names are x, w, h_1, h_2, y",
        ),
        ({"depth": "0"}, "depth='0' is not known; give a whole number from 1"),
        (
            {"collapse": "[xy]*"},
            "collapse='[xy]*' leaves 'h_2' between two of its nodes; collapse that node too",
        ),
    ],
    ids=["unknown", "depth", "not convex"],
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
