from textwrap import dedent

import pytest

from graphgen import Options, parse, picture, svg
from graphgen.drawing.pictures import MAX_SHAPES
from graphgen.integrations.notebook import MAX_NODES, MAX_ROWS

APPLES = "apple = 100  # 사과 가격\ncount = 2\ntotal = apple * count\n"
TABLES = {
    "numbers": (
        "x = 3  # side\ny = x * x + 1",
        {},
        """
        Node      Operation  Value  Local derivatives  Gradient
        side (x)             3                         6
        x·x       x × x      9      ∂(x·x)/∂x = 3 + 3  1
        y         x·x + 1    10     ∂y/∂(x·x) = 1      1
        """,
    ),
    "symbols": (
        "t = x + y\nz = t ** 2",
        {},
        """
        Node  Operation  Value  Local derivatives     Gradient
        x                x                            2(x + y)
        y                y                            2(x + y)
        t     x + y      t      ∂t/∂x = 1, ∂t/∂y = 1  2(x + y)
        z     t²         z      ∂z/∂t = 2t            1
        """,
    ),
    "arrays": (
        "x = [[1, 2], [3, 4]]\ny = sum(x)",
        {"show": "forward"},
        """
        Node  Operation  Value         Local derivatives  Gradient
        x                [1, 2; 3, 4]
        y     sum(x)     10
        """,
    ),
    "Korean, with a question": (
        APPLES,
        {"language": "ko", "quiz": "total"},
        """
        노드               연산           값   국소적 미분                             기울기
        사과 가격 (apple)                 100                                          2
        count                             2                                            100
        total              apple × count  ?    ∂total/∂apple = 2, ∂total/∂count = 100  1
        """,
    ),
}


def chain(nodes):
    return parse("\n".join(["x0 = 1.5", *(f"x{number} = sin(x{number - 1})" for number in range(1, nodes))]))


@pytest.mark.parametrize(("source", "options", "table"), TABLES.values(), ids=TABLES)
def test_a_picture_is_printed_as_a_table(source, options, table):
    assert f"\n{picture(parse(source), Options(**options))}\n" == dedent(table)


def test_a_graph_is_printed_as_its_picture_and_named_in_a_line():
    graph = parse(APPLES)
    assert str(graph) == str(picture(graph))
    assert repr(graph) == "<ComputationalGraph of 3 nodes, output 'total'>"
    assert repr(picture(graph)) == "<Picture of 3 nodes, output 'total'>"


def test_a_notebook_has_the_picture_and_a_terminal_the_table():
    graph, options = parse(APPLES), Options(show="forward")
    assert graph._repr_mimebundle_() == {"image/svg+xml": svg(graph), "text/plain": str(graph)}
    shown = picture(graph, options)
    asked_for = shown._repr_mimebundle_(include=None, exclude=None)
    assert asked_for == {"image/svg+xml": svg(graph, options), "text/plain": str(shown)}


def test_a_graph_that_has_no_gradient_says_why():
    graph = parse("x = 0\ny = sqrt(x)")
    assert str(graph).startswith(f"{graph!r}\n2:5: 'y' (sqrt(x)) at x = 0 has no finite derivative; ")
    assert graph._repr_mimebundle_() == {"text/plain": str(graph)}


def test_of_a_long_table_the_first_and_the_last_rows_are_shown():
    whole, shortened = (str(chain(nodes)).split("\n") for nodes in (MAX_ROWS, MAX_ROWS + 40))
    assert len(whole) == 1 + MAX_ROWS
    assert (len(shortened), shortened[1 + MAX_ROWS // 2]) == (2 + MAX_ROWS, "… 40 …")
    assert shortened[MAX_ROWS // 2].startswith("x₂₉ ")
    assert shortened[2 + MAX_ROWS // 2].startswith("x₇₀ ")
    assert shortened[-1].startswith("x₉₉ ")


def test_a_graph_too_large_for_a_glance_is_shown_only_when_asked(monkeypatch):
    graph = chain(MAX_NODES + 1)
    with monkeypatch.context() as patch:
        patch.setattr("graphgen.integrations.notebook.picture", None)  # which is not called
        assert str(graph) == (
            f"{graph!r}\nMore than 2,000 nodes are shown only when asked: graphgen.picture(…)"
        )
        assert graph._repr_mimebundle_() == {"text/plain": str(graph)}
    assert str(picture(graph, Options(show="forward"))).split("\n")[-1].startswith("x₂₀₀₀ ")


def test_a_picture_too_large_to_be_drawn_is_a_table_that_says_so():
    shown = picture(chain(MAX_SHAPES), Options(show="forward"))
    assert shown._repr_mimebundle_() == {
        "text/plain": f"{shown}\nthe picture has 2,501 shapes; "
        "at most 2,500 are drawn: collapse parts of it, by name (collapse) or by depth"
    }
