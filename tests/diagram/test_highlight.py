import pytest

from graphgen.diagram.highlight import highlighted
from graphgen.errors import OptionError
from graphgen.language.parser import parse

GRAPH = parse("a = 2\nb = 3\nt = a * b\nu = a + t\ny = u * b")


@pytest.mark.parametrize(
    ("highlight", "nodes", "edges"),
    [
        ("t", {"t", "u", "y"}, {("t", "u", 1), ("u", "y", 0)}),
        ("a > u", {"a", "t", "u"}, {("a", "t", 0), ("a", "u", 0), ("t", "u", 1)}),
        ("b > t > y", {"b", "t", "u", "y"}, {("b", "t", 1), ("t", "u", 1), ("u", "y", 0)}),
        ("+a", {"a"}, {("a", "t", 0), ("a", "u", 0)}),
    ],
    ids=["influence", "between two", "through a third", "terms"],
)
def test_what_is_highlighted(highlight, nodes, edges):
    assert highlighted(GRAPH, highlight) == nodes | edges


def test_nothing_is_highlighted_where_nothing_is_asked_for():
    assert highlighted(GRAPH, "") is None


@pytest.mark.parametrize(
    ("highlight", "message"),
    [
        ("z", "highlight: 'z' is not a name in the graph; its names are a, b, t, u, y"),
        ("+z", "highlight: 'z' is not a name in the graph; its names are a, b, t, u, y"),
        (
            "y > t",
            "highlight='y > t': no way leads from 'y' to 't'; "
            "name values in the order in which they are computed",
        ),
    ],
)
def test_what_cannot_be_highlighted_is_told(highlight, message):
    with pytest.raises(OptionError) as caught:
        highlighted(GRAPH, highlight)
    assert str(caught.value) == message
