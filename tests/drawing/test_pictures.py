import importlib
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from drawings import drawn_element

from graphgen.diagram.parts import Scene, Shape
from graphgen.diagram.scene import least_shapes
from graphgen.drawing.engine import run
from graphgen.drawing.layouts import MAX_SHAPES, lay_out
from graphgen.drawing.pictures import Picture, picture, require_drawable
from graphgen.errors import EvaluationError, OptionError, RenderError, VerificationError
from graphgen.graph.builder import GraphBuilder
from graphgen.language.parser import parse
from graphgen.notation.scripts import plain
from graphgen.ops.table import OPS
from graphgen.options import Options
from graphgen.page.figures import Request
from graphgen.verification import verify, verify_forward

APPLES = """
apple = 100  # 사과 가격
count = 2  # number of apples
tax = 1.1
subtotal = apple * count
total = subtotal * tax
"""
SOURCES = (APPLES, "x = 2\ny = relu(x * x + 3 * x) / sigmoid(x)", "t = x + y\nz = t ** 2")
SVG = "{http://www.w3.org/2000/svg}"
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz's dot is not installed")


def drawn(text, engine="embedded", **options):
    return drawn_diagram(picture(parse(text), Options.read(options)).scene, engine)


def drawn_diagram(diagram, engine="embedded"):
    return ElementTree.tostring(drawn_element(lay_out(diagram, engine), engine), encoding="unicode")


def texts_in(svg):
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("text")]


def classes_in(svg):
    return sorted(group.get("class") for group in ElementTree.fromstring(svg).iter("g"))


def classes_by_graphviz(shown):
    groups = ElementTree.fromstring(run(shown.dot().source, "svg", method="nop2")).iter(f"{SVG}g")
    return sorted(group.get("class") for group in groups)


def test_a_picture_holds_its_names_values_and_gradients():
    words = ["사과 가격", "number of apples", "tax", "subtotal", "total", "×", "×"]
    numbers = ["100", "2", "1.1", "200", "220", "1", "1.1", "200", "110", "2.2"]
    assert sorted(texts_in(drawn(APPLES))) == sorted(words + numbers)


def test_a_picture_has_a_part_for_every_node_and_arrow():
    assert classes_in(drawn(APPLES)) == (
        ["backward"] * 5 + ["forward"] * 5 + ["input"] * 3 + ["op"] * 2 + ["output"]
    )


def test_the_same_source_gives_the_same_bytes_in_every_environment(tmp_path):
    code = (
        "import sys; from graphgen.page.element import svg; from graphgen.language.parser import parse; "
        f"sys.stdout.buffer.write(''.join(svg(parse(source)) for source in {SOURCES!r}).encode())"
    )
    (tmp_path / "dot").write_text("#!/bin/sh\necho nothing that is a picture\n")
    (tmp_path / "dot").chmod(0o755)
    (tmp_path / "fonts.conf").write_text("<fontconfig><dir>/nonexistent</dir></fontconfig>")
    environments = {
        "as here": {},
        "another dot": {"PATH": str(tmp_path), "GVBINDIR": str(tmp_path)},
        "no fonts": {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "DOTFONTPATH": "/nonexistent"},
        "no programs, no language": {"PYTHONHASHSEED": "1", "PATH": "", "LC_ALL": "C", "PYTHONUTF8": "1"},
        "no home": {"PYTHONHASHSEED": "0", "HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"},
        "fresh home": {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "LC_ALL": "tr_TR.UTF-8"},
    }
    processes = {
        name: subprocess.Popen(
            [sys.executable, "-c", code], env=os.environ | changed, cwd=tmp_path, stdout=subprocess.PIPE
        )
        for name, changed in environments.items()
    }
    written = {name: process.communicate(timeout=300)[0] for name, process in processes.items()}
    assert written["as here"].count(b"<svg ") == len(SOURCES)
    assert [name for name, data in written.items() if data != written["as here"]] == []


def test_a_picture_does_not_depend_on_those_drawn_before():
    first = [drawn(source) for source in SOURCES]
    assert [drawn(source) for source in reversed(SOURCES)] == first[::-1]


WORDS = {
    "end of a string": '"]; evil [label="x',
    "port": "a:b:c",
    "arrow": "n1 -> n4; n4 -> n1",
    "statement": "x; y [color=red]",
    "attribute": "layout=nop2",
    "comment": "/* a */ // b # c",
    "block": "} digraph { subgraph {",
    "backslash at the end": "a \\",
    "backslash before a quote": '\\"',
    "html": "<<b>x</b>>",
    "record": "{a|<p>b}",
}


@pytest.mark.parametrize("label", WORDS.values(), ids=WORDS)
def test_words_cannot_become_dot(label):
    builder = GraphBuilder()
    x = builder.input("x", Fraction(2), label=label)
    y = builder.apply(OPS["square"], x)
    builder.describe(y, name="y", label=label)
    shown = picture(builder.build(y))
    plain = picture(parse("x = 2\ny = square(x)"))
    svg = drawn_diagram(shown.scene)
    assert classes_in(svg) == classes_in(drawn_diagram(plain.scene))
    assert "".join(texts_in(svg)).replace(" ", "").count(label.replace(" ", "")) == 2
    assert classes_by_graphviz(shown) == classes_by_graphviz(plain)


CHAIN = "x0 = 1\n" + "".join(f"x{i + 1} = -x{i}\n" for i in range(MAX_SHAPES))


@pytest.fixture
def unverified(monkeypatch):
    """Fails where anything is verified."""
    for name in ("verify", "verify_forward", "verify_symbolic"):
        monkeypatch.setattr(f"graphgen.verification.{name}", None)


@pytest.mark.usefixtures("unverified")
def test_what_will_be_too_large_is_refused_before_it_is_verified():
    with pytest.raises(RenderError) as caught:
        Request(CHAIN, Options()).figure()
    assert str(caught.value) == (
        "the picture has at least 2,501 shapes; "
        "at most 2,500 are drawn: collapse parts of it, by name (collapse) or by depth"
    )


@pytest.mark.usefixtures("unverified")
def test_layers_that_are_opened_count():
    layers = "x0 = 1\n" + "".join(f"x{i + 1} = sigmoid(x{i})\n" for i in range(MAX_SHAPES // 3))
    require_drawable(parse(layers), Options())
    with pytest.raises(RenderError, match="the picture has at least 3,333 shapes"):
        require_drawable(parse(layers), Options(open="all"))


@pytest.mark.long
def test_a_large_graph_that_is_collapsed_is_drawn():
    options = Options(show="forward", depth="3")
    require_drawable(parse(CHAIN), options)
    assert len(picture(parse(CHAIN), options).scene.shapes) == 5


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"fold": "none"},
        {"fold": "constants x"},
        {"depth": "2"},
        {"collapse": "a"},
        {"collapse": "a b"},
        {"collapse": "a_*"},
        {"focus": "y"},
        {"show": "forward"},
    ],
    ids=str,
)
def test_there_are_never_fewer_shapes_than_known_before(options):
    source = "x = 2\nz = 3\na_1 = x * 2 + z\na_2 = a_1 * a_1\na = exp(a_2 / 99)\nb = a + x\ny = b * (b - 1)"
    least = least_shapes(parse(source), Options.read(options))
    assert 0 < least <= len(picture(parse(source), Options.read(options)).scene.shapes)


def test_the_dot_of_a_picture_has_no_ids_of_an_authors_making():
    names = "node = 2\nedge = node * 3\ngraph = edge * node\nstrict = graph - edge\nsubgraph = -strict"
    assert classes_by_graphviz(picture(parse(names))).count("node op") == 4


def test_a_picture_of_too_many_shapes_is_refused():
    shapes = tuple(Shape(f"n{number}", "input", f"x{number}", "x") for number in range(MAX_SHAPES + 1))
    with pytest.raises(RenderError) as caught:
        lay_out(Scene(shapes, ()))
    assert str(caught.value) == (
        "the picture has 2,501 shapes; "
        "at most 2,500 are drawn: collapse parts of it, by name (collapse) or by depth"
    )


@pytest.mark.parametrize(
    "step",
    ["f{0} = f{1} - f{2}", "f{0} = f{1} * f0", "f{0} = sin(f{1})"],
    ids=["two before", "reused", "chain"],
)
def test_a_thousand_nodes_are_drawn(step):
    steps = (step.format(number, number - 1, number - 2) for number in range(2, 1000))
    graph = parse("\n".join(["f0 = 0.5", "f1 = 0.25", *steps]))
    shown = Picture(graph, verify_forward(graph).numbers, Options(show="forward"), {}).scene
    assert classes_in(drawn_diagram(shown)).count("op") == 998


def test_a_failure_of_the_engine_is_told_and_the_next_picture_drawn():
    with pytest.raises(RenderError, match="Graphviz could not draw the picture: "):
        run("digraph {", "svg")
    assert texts_in(drawn("x = 1")) == ["x", "1", "1", "x"]


def test_an_unknown_engine_is_refused():
    with pytest.raises(OptionError) as caught:
        drawn("x = 1", engine="dot")
    assert str(caught.value) == "the engine 'dot' is not known; it is one of embedded, system"


def test_a_missing_dot_program_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError) as caught:
        drawn("x = 1", engine="system")
    assert str(caught.value) == (
        "the system has no 'dot' program; install Graphviz, or use the embedded engine"
    )


DENSE = "\n".join(["x0 = 1", "x1 = 1", *(f"x{n} = x{n * n % 97 % n} + x{n // 2}" for n in range(2, 300))])


@pytest.mark.parametrize("engine", ["embedded", pytest.param("system", marks=needs_dot)])
def test_a_picture_that_takes_too_long_is_given_up_and_the_next_drawn(monkeypatch, engine):
    with monkeypatch.context() as patch:
        patch.setattr("graphgen.drawing.engine.MAX_SECONDS", 0.1)
        with pytest.raises(RenderError) as caught:
            drawn(DENSE, engine)
        assert texts_in(drawn("x = 1"))
    assert str(caught.value) == (
        "the picture is not laid out after 0.1 seconds; collapse parts of it, by name (collapse) or by depth"
    )
    assert classes_in(drawn(DENSE, engine)).count("op") == 298


@needs_dot
@pytest.mark.parametrize("source", SOURCES, ids=["numbers", "kinks", "symbols"])
def test_the_systems_engine_draws_the_same_parts(source):
    assert texts_in(drawn(source, "system")) == texts_in(drawn(source))
    assert classes_in(drawn(source, "system")) == classes_in(drawn(source))


@pytest.mark.skipif(shutil.which("neato") is None, reason="Graphviz's neato is not installed")
@pytest.mark.parametrize("direction", ["right", "down"])
def test_the_dot_of_a_picture_is_the_picture_for_any_graphviz(direction):
    shown = picture(parse(APPLES), Options(direction=direction))
    written = shown.dot().source
    printed = subprocess.run(
        ["neato", "-n2", "-Tsvg"], input=written, check=True, capture_output=True, text=True
    )
    root, ours = ElementTree.fromstring(printed.stdout), drawn_element(lay_out(shown.scene))
    assert [*map(float, root.get("viewBox").split())] == [*map(float, ours.get("viewBox").split())]
    assert printed.stderr == ""

    def curves(element):
        return sorted(path.get("d") for path in element.iter() if path.tag.endswith("path"))

    def middles(element):
        texts = (text for text in element.iter() if text.tag.endswith("text"))
        return sorted((text.text, float(text.get("x"))) for text in texts)

    assert curves(root) == curves(ours)
    assert middles(root) == middles(ours)


@needs_dot
def test_a_failure_of_the_systems_engine_is_told():
    with pytest.raises(RenderError, match=r"dot failed: .*; use the embedded engine"):
        run("digraph {", "svg", "system")


@pytest.mark.parametrize(
    ("source", "options", "kind", "message"),
    [
        (
            "x = 0\ny = sqrt(x)",
            {},
            EvaluationError,
            "2:5: 'y' (sqrt(x)) at x = 0 has no finite derivative; sqrt is defined for x ≥ 0 "
            "(differentiable for x > 0); show only the forward pass, or move the input",
        ),
        (
            "z = 2 * y",
            {"values": "numbers"},
            OptionError,
            "1:9: the input 'y' has no number; give it one (y = 1), or ask for values=symbols",
        ),
    ],
    ids=["no gradient", "no number"],
)
def test_what_cannot_be_shown_is_told_before_anything_is_drawn(source, options, kind, message):
    with pytest.raises(kind) as caught:
        picture(parse(source), Options.read(options))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("source", "circle"),
    [
        ("y = 1/2 * x", "0.5 ×"),
        ("y = 1/3 * x", "1/3 ×"),
        ("y = x ** (1/3)", "x^(1/3)"),
        ("y = x / (2/3)", "÷ (2/3)"),
        ("y = x + -(1/3)", "+ (−1/3)"),
        ("y = max(x, 1/3)", "max 1/3"),
        ("y = 12345/12347 * x", "0.999838 ×"),
    ],
)
@pytest.mark.parametrize("values", ["numbers", "symbols"])
def test_a_constant_in_a_circle_is_a_decimal_or_a_short_quotient(source, circle, values):
    shown = picture(parse(f"x = 2\n{source}"), Options(values=values)).scene
    assert circle in [plain(shape.text) for shape in shown.shapes]


def test_a_forward_picture_needs_no_gradients():
    assert "√" in texts_in(drawn("x = 0\ny = sqrt(x)", show="forward"))


def test_a_picture_is_verified_before_it_is_shown(break_vjp):
    assert picture(parse(APPLES)).levels == verify(parse(APPLES)).levels == {"proved": 14}
    break_vjp("multiply")
    assert picture(parse(APPLES), Options(show="forward")).levels == {"proved": len(parse(APPLES))}
    fault = r"^6:9: the contribution tax → total is 2000 by the op table's rules, 200 by SymPy"
    with pytest.raises(VerificationError, match=fault):
        picture(parse(APPLES))


@pytest.mark.parametrize("show", ["forward", "forward backward"])
@pytest.mark.parametrize("values", ["symbols", "products"])
def test_formulas_beside_numbers_are_verified_too(values, show, monkeypatch):
    source, options = "x = 3\ny = x * x", Options(values=values, show=show)
    numbers, formulas = picture(parse(source), Options(show=show)), picture(parse(source), options)
    assert formulas.levels["proved"] > numbers.levels["proved"]
    algebra = importlib.import_module("graphgen.algebra")
    sound = algebra.written_forms

    def wrong(graph):
        forms = sound(graph)
        return replace(forms, node_gradients=tuple(form + 1 for form in forms.node_gradients))

    monkeypatch.setattr(algebra, "written_forms", wrong)
    with pytest.raises(VerificationError, match="the written gradient x"):
        picture(parse(source), options)
