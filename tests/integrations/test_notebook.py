from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from graphgen import Options, parse, picture, svg
from graphgen.drawing.layouts import MAX_SHAPES
from graphgen.frameworks import load
from graphgen.integrations.notebook import MAX_NODES, MAX_ROWS, glance
from graphgen.integrations.parameters import parameters_of
from graphgen.page import more_script, script

CAPTURED = Path(__file__).parents[1] / "frameworks" / "captured"

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


@pytest.mark.parametrize("options", [Options(), Options(show="forward")], ids=["as it is", "with options"])
def test_a_notebook_has_the_picture_and_a_terminal_the_table(options):
    shown = picture(parse(APPLES), options)
    forms = shown._repr_mimebundle_(include=None, exclude=None)
    assert forms == picture(parse(APPLES), options)._repr_mimebundle_()
    assert list(forms) == ["text/html", "image/svg+xml", "text/plain"]
    assert (forms["image/svg+xml"], forms["text/plain"]) == (svg(parse(APPLES), options), str(shown))


def test_a_graph_is_shown_as_its_picture():
    graph = parse(APPLES)
    assert graph._repr_mimebundle_() == picture(graph)._repr_mimebundle_()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_scripts_and_styles_an_image_with_its_text_is_left(language):
    forms = picture(parse(APPLES), Options(language=language))._repr_mimebundle_()
    soup = BeautifulSoup(forms["text/html"], "html5lib")
    for taken in soup.select("script, style"):
        taken.decompose()
    (image,) = soup.select("img")
    kind, file = image["src"].split(",")
    assert (kind, b64decode(file).decode()) == ("data:image/svg+xml;base64", forms["image/svg+xml"])
    drawing = ElementTree.fromstring(forms["image/svg+xml"])
    title, description = (
        drawing.findtext(f"{{http://www.w3.org/2000/svg}}{tag}") for tag in ("title", "desc")
    )
    assert title
    assert "200" in description
    assert image["alt"] == f"{title}. {description}"
    assert soup.get_text() == ""


@pytest.mark.parametrize("label", ["</script><!-- <script>", "5\" & 6' `${x}`", "g12345678"])
def test_no_label_ends_the_script_of_an_output(label):
    made = parse(f"x = 3  # {label}\ny = x * x")._repr_mimebundle_()["text/html"]
    soup = BeautifulSoup(made, "html5lib")
    (written,) = soup.select("script")
    assert written.string.endswith(script() + more_script())
    assert label in soup.img["alt"]


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


def test_a_captured_model_has_its_modules_closed_and_its_parameters_below():
    graph = load(CAPTURED / "residual.json")
    shown = glance(graph)
    assert shown.options.modules == "1"
    assert len(shown.scene.shapes) < len(picture(graph).scene.shapes)
    both = graph._repr_mimebundle_()
    assert both["text/html"].startswith('<div data-graphgen-output="g')
    assert "<td>conv1.weight</td><td>2×2×3×3</td>" in both["text/html"]
    assert "\nconv1.weight " in both["text/plain"]


def test_a_small_model_is_shown_open():
    assert glance(load(CAPTURED / "mlp.json")).options.modules == ""


@pytest.mark.parametrize(
    ("gradient", "remark"),
    [(None, "no gradient"), (0, "zero"), (float("inf"), "not finite"), (1e-9, "vanishes"), (0.5, "")],
)
def test_where_a_gradient_stops_is_marked(gradient, remark):
    shown = picture(load(CAPTURED / "mlp.json"))
    gradients = {id: value for id, value in shown.numbers.gradients.items() if id != "fc1_bias"}
    if gradient is not None:
        gradients["fc1_bias"] = gradient
    rows = parameters_of(replace(shown, numbers=SimpleNamespace(gradients=gradients)))
    assert {row[0]: row[-1] for row in rows} == {
        **dict.fromkeys(("fc1.weight", "fc2.weight", "fc2.bias"), ""),
        "fc1.bias": remark,
    }
