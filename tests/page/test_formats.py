import io
import json
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from PIL import Image
from pypdf import PdfReader
from strategies import programs

from graphgen.drawing.pictures import picture
from graphgen.errors import RenderError
from graphgen.language.parser import parse
from graphgen.options import Options
from graphgen.page.formats import as_json, pdf, png

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/graph.schema.json").read_text("utf-8"))
accept = jsonschema.Draft202012Validator(SCHEMA).validate
APPLES = """
apple = 100  # apple price
count = 2
tax = 1.1
total = apple * count * tax
"""
INK, ACCENT = (31, 41, 51), (179, 18, 79)


def shown_by(text, **options):
    return picture(parse(text), Options.read(options))


def written(text, **options):
    found = json.loads(as_json(shown_by(text, **options)))
    accept(found)
    return found


@settings(max_examples=25)
@given(programs(12))
def test_every_graph_keeps_to_the_schema(graph):
    found = json.loads(as_json(picture(graph)))
    accept(found)
    assert [node["id"] for node in found["nodes"]] == list(graph.ids)
    assert [(edge["from"], edge["to"], edge["operand"]) for edge in found["edges"]] == list(graph.edges)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (APPLES, {"language": "ko"}),
        (APPLES, {"show": "forward"}),
        ("t = x + y\nz = t ** 2", {}),
        ("x = 0\ny = relu(x)", {}),
        ("x = 2\n" + "".join(f"x{n + 1} = sin(x{n or ''}) + 2\n" for n in range(9)), {}),
        ("X = [[1, 2], [3, 4]]\nW = [[0.5], [1]]\ny = sum(X @ W)", {}),
        ("X = [[1, 2], [3, 4]]\ns = sum(X, axis=0)\ny = sum(exp(s))", {"show": "forward"}),
    ],
    ids=["korean", "forward", "symbols", "kink", "no short form", "matrices", "axis"],
)
def test_every_kind_of_picture_keeps_to_the_schema(text, options):
    written(text, **options)


def test_a_picture_tells_how_sure_its_numbers_are(monkeypatch):
    assert (written(APPLES)["level"], written("y = x * 2")["level"]) == ("proved", None)
    monkeypatch.setattr("graphgen.verification.verifier.MAX_OPERATIONS", 1)
    large = "x = [1, 2]\ny = sum(x * x)"
    assert [written(large, show=show)["level"] for show in ("forward backward", "forward")] == [
        "compared",
        "computed",
    ]
    assert {node["value"]["exact"] for node in written(large)["nodes"] if not node["shape"]} == {None}


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_refuses_what_it_does_not_describe():
    found = written(APPLES)
    found["nodes"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError, match="colour"):
        accept(found)
    for key in SCHEMA["required"]:
        with pytest.raises(jsonschema.ValidationError, match=f"'{key}' is a required property"):
            accept({name: value for name, value in written(APPLES).items() if name != key})


def test_numbers_are_given_exactly_and_as_floats():
    found = written(APPLES)
    apple = found["nodes"][0]
    assert (apple["label"], apple["written"]) == ("apple price", "100")
    assert apple["gradient"] == {"exact": "11/5", "float": 2.2}
    assert found["edges"][0]["contribution"] == {"exact": "11/5", "float": 2.2}
    assert found["edges"][0]["local_derivative"] == {"exact": "2", "float": 2.0}


def test_a_number_beyond_the_floats_has_no_float():
    x = written("x = 1e-300\na = 1e200\ny = (x * a) * a * a")["nodes"][0]
    assert x["gradient"] == {"exact": str(10**600), "float": None}


def test_arrays_are_given_row_by_row():
    nodes = {node["id"]: node for node in written("X = [[1, 2], [3, 4]]\ny = sum(X * X)")["nodes"]}
    assert nodes["X"]["shape"] == [2, 2]
    assert nodes["X"]["gradient"] == {"exact": ["2", "4", "6", "8"], "float": [2.0, 4.0, 6.0, 8.0]}


def test_labels_of_classes_have_no_gradient():
    found = written("x = [[1, 2], [3, 4]]\nt = [0, 1]\nloss = softmax_cross_entropy(x, t)")
    assert [node["id"] for node in found["nodes"] if node["gradient"] is None] == ["t"]
    assert [edge["from"] for edge in found["edges"] if edge["contribution"] is None] == ["t"]


@pytest.mark.parametrize(
    ("source", "exact"),
    [("x = 1e-200\ny = 1 / x", str(-(10**400))), ("x = -800\ny = log(exp(x))", "exp(800)")],
)
def test_what_is_beyond_the_floats_is_none_in_json(source, exact):
    gradients = [node["gradient"] for node in written(source)["nodes"] if node["gradient"]]
    assert {"exact": exact, "float": None} in gradients


def test_a_graph_in_symbols_has_no_numbers():
    assert {node["value"] for node in written("t = x + y\nz = t ** 2")["nodes"] if node["id"] != "c1"} == {
        None
    }


def test_a_png_has_the_pictures_size_times_its_scale():
    sizes = [Image.open(io.BytesIO(png(shown_by(APPLES), scale))).size for scale in (1, 3)]
    assert [round(3 * side, -1) for side in sizes[0]] == [round(side, -1) for side in sizes[1]]


def test_a_png_shows_what_the_svg_shows():
    image = Image.open(io.BytesIO(png(shown_by(APPLES), 2))).convert("RGB")
    colours = {colour: count for count, colour in image.getcolors(1 << 20)}
    assert max(colours, key=colours.get) == (255, 255, 255)
    assert colours[INK] > 300
    assert colours[ACCENT] > 300
    blank = png(shown_by(APPLES, show="forward"), 2)
    forward = {colour for _, colour in Image.open(io.BytesIO(blank)).convert("RGB").getcolors(1 << 20)}
    assert ACCENT not in forward
    assert INK in forward


@pytest.mark.parametrize("accent", ["tilde", "hat", "bar", "vec", "dot", "ddot", "check", "overline"])
@pytest.mark.parametrize(
    ("letter", "index"), [("h", ""), ("Q", "_t"), ("\\theta", "_{reg}"), ("q", "^{(1)}")]
)
def test_a_letter_and_its_accent_are_both_drawn(letter, index, accent):
    """Behind other words, too, where the renderer loses letters that Unicode has not composed."""
    accented, bare, none = (
        ink(f"x = 1\ny = tanh(x)  # candidate {label}\nz = 2 * y")
        for label in (f"$\\{accent}{{{letter}}}{index}$", f"${letter}{index}$", "")
    )
    assert accented > bare > none


def ink(text):
    """How dark a picture is as PNG, all pixels together."""
    image = Image.open(io.BytesIO(png(shown_by(text), 8))).convert("L")
    return sum(count * (255 - shade) for count, shade in image.getcolors())


def test_a_pdf_is_one_page_with_its_text():
    (page,) = PdfReader(io.BytesIO(pdf(shown_by(APPLES)))).pages
    words = page.extract_text().split()
    assert {"apple", "price", "100", "2.2", "110", "220", "total"} <= set(words)
    assert 200 < page.mediabox.width < 500


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("W = [[0.1, 0.5], [-0.3, 0.8]]\nx = [0.2, -0.4]\nf = sum((W @ x) ** 2)", {}),
        ("w = 3  # $w^{(1)}_{ij}$\nx_2 = 7\ny = sqrt(w) / 10000000000 * x_2 ** 3", {}),
        ("t = alpha * y_1\nz = t ** 2", {"values": "products"}),
        ("h = tanh(W @ x)  # node $\\tilde h$\nJ = sum(h * h)", {}),
    ],
    ids=["matrices", "indices and exponents", "formulas", "products entry by entry"],
)
def test_one_typeface_sets_all_that_is_not_full_width(source, options):
    (page,) = PdfReader(io.BytesIO(pdf(shown_by(source, **options)))).pages
    assert {name.partition("-")[0] for name in typefaces(page["/Resources"])} == {"LiberationSans"}


def typefaces(resources):
    """The names of the fonts of a page of a PDF, without the marks of the part of them that it holds."""
    resources = resources.get_object()
    for font in resources.get("/Font", {}).values():
        yield font.get_object()["/BaseFont"].partition("+")[2]
    for drawn in resources.get("/XObject", {}).values():
        yield from typefaces(drawn.get_object().get("/Resources", {}))


def test_what_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(RenderError) as caught:
        png(shown_by(APPLES))
    assert str(caught.value) == (
        "PNG and PDF need a renderer that is not installed; pip install vl-convert-python"
    )
