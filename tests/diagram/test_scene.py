import re

import pytest

from graphgen.diagram.description import description
from graphgen.diagram.table import rows
from graphgen.drawing import lay_out, picture
from graphgen.drawing.places import page_of
from graphgen.errors import OptionError
from graphgen.language.parser import parse
from graphgen.notation.names import name_text
from graphgen.notation.scripts import superscript
from graphgen.options import Options

LAYER = """
x = [[1, -0.5], [2, 1]]
W = [[0.2, 0.4], [0.1, 0.3]]
b = [0.1, 0.2]
t = [[1, 0], [0, 1]]
loss = softmax_cross_entropy(affine(x, W, b), t)
"""
LABELLED = LAYER.replace("t = [[1, 0], [0, 1]]", "t = [0, 1]")
NEURON = "z = w * x + b\ny = tanh(z) ** 2"


NAMELESS = {
    "a neuron": (NEURON, {}),
    "a neuron in symbols": ("y = tanh(w * x + b) ** 2", {}),
    "products": ("y = (apple * price + cherry) ** 2", {"values": "products"}),
    "a long chain": ("y = 1 / (1 + exp(-1 * (w_0 * x_0 + w_1 * x_1 + w_2)))", {"values": "products"}),
    "the author's v_1": ("s = v_1 * x + v_2 * y + v_3 * z\nL = tanh(s + v_4)", {}),
    "local": ("y = sigmoid(w * x + b) * exp(-(a * b))", {"show": "forward backward local"}),
    "arrays": (LAYER, {"show": "forward backward local"}),
    "focus": ("z = tanh(w * x + b) * c\nL = z + 1", {"focus": "z", "values": "symbols"}),
}


@pytest.mark.parametrize(("source", "options"), NAMELESS.values(), ids=NAMELESS)
def test_no_text_has_a_name_that_the_source_has_not(source, options):
    shown = picture(parse(source), Options.read(options))
    made_up = {name_text(node.id) for node in shown.graph if not node.name}
    own = {name_text(node.id) for node in shown.graph if node.name}
    texts = [shape.text for shape in shown.scene.shapes]
    for arrow in shown.scene.arrows:
        texts += [arrow.forward, arrow.backward, arrow.name, arrow.local]
    texts += [description(shown.graph, shown.texts, shown.options)]
    texts += [cell for row in rows(shown.graph, shown.texts, shown.options) for cell in row]
    cited = {word for text in texts for word in re.findall(r"[vc][₀-₉]+", text)}
    assert cited.isdisjoint(made_up)
    assert cited <= own


RECURRENT = """
h_1 = tanh(w * x_1 + u)
h_2 = tanh(w * h_1 + u)
h_3 = tanh(w * h_2 + u)
y = h_3 * w * w
"""


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_input_stands_beside_each_operation_that_uses_it(language):
    """Each use is drawn once; what flows back from all is the gradient at the first, which says so."""
    source = "w = 0.5\nx_1 = 1\nu = 0.25" + RECURRENT
    shown = picture(parse(source), Options(repeat="w", language=language))
    places = [shape for shape in shown.scene.shapes if shape.kind == "input" and shape.node == "w"]
    assert [shape.text for shape in places] == ["w"] * 5
    assert ["again" in shape.marks for shape in places] == [False, True, True, True, True]
    leaving = [arrow for arrow in shown.scene.arrows if arrow.tail in places]
    (whole,) = (arrow for arrow in leaving if not arrow.edges)
    assert whole.local == {"en": "sum of 5", "ko": "5개의 합"}[language]
    sent = [
        sum(shown.numbers.contributions[edge] for edge in arrow.edges)
        for arrow in shown.scene.arrows
        if arrow.edges and arrow.edges[0][0] == "w"
    ]
    assert float(sum(sent)) == pytest.approx(float(shown.numbers.gradients["w"]))
    assert len(sent) == len(shown.graph.uses["w"])


def test_an_input_stands_again_where_its_picture_would_be_too_wide():
    source = "\n".join(f"h_{t} = tanh(w_x * x_{t} + w_h * h_{t - 1})" for t in (1, 2, 3))
    for options, is_repeated in (({}, True), ({"repeat": "none"}, False), ({"width": "9000"}, False)):
        scene = picture(parse(source), Options(**options)).scene
        assert any("again" in shape.marks for shape in scene.shapes) == is_repeated


def test_inputs_stand_at_each_of_their_uses_where_only_so_the_picture_fits():
    gates = "\n".join(f"g_{n} = sigmoid({n + 1} * x - h / {n + 2})" for n in range(4))
    source = f"x = 0.25\nh = -0.5\n{gates}\ny = tanh(g_0 * 0.5 + g_1 * g_2) * g_3"
    shown = picture(parse(source), Options(collapse="g_0 g_1 g_2 g_3", digits="3"))
    again = [shape.text for shape in shown.scene.shapes if "again" in shape.marks]
    assert sorted(again) == ["h", "h", "h", "x", "x", "x"]
    assert page_of(lay_out(shown.scene)).width <= 690 / 0.8
    for direction in ("right", "down"):
        options = Options(collapse="g_0 g_1 g_2 g_3", digits="3", direction=direction)
        assert page_of(lay_out(picture(parse(source), options).scene)).width > 690 / 0.8


def test_only_an_input_stands_in_several_places():
    with pytest.raises(OptionError, match="repeat='y' is not an input; the inputs are x"):
        _ = picture(parse("x = 1\ny = x * x"), Options(repeat="y")).scene


def test_an_expression_stands_for_a_value_without_a_name():
    arrows = picture(parse(NEURON), Options.read({"show": "forward backward local"})).scene.arrows
    assert [arrow.local for arrow in arrows if arrow.local] == [
        "∂(w·x)/∂w = x",
        "∂(w·x)/∂x = w",
        "∂z/∂(w·x) = 1",
        "∂z/∂b = 1",
        "∂tanh(z)/∂z = 1 − tanh(z)²",
        "∂y/∂tanh(z) = 2·tanh(z)",
    ]


@pytest.mark.parametrize(
    ("source", "gradient"),
    [
        ("w  # $\\theta$\nz = w * x", "θ"),
        ("w  # $W^{(1)}$\nz = w ** 2 * x", "(W⁽¹⁾)²"),
        ("w  # weight\nz = w * x", "w"),
        ("w  # $R(w)$\nz = w * x", "w"),
        ("w  # $y$\nz = w * x * y", "w·y"),
    ],
)
def test_a_label_that_is_one_symbol_stands_in_formulas(source, gradient):
    shown = picture(parse(source))
    assert shown.texts.gradient(shown.graph["x"]) == gradient


@pytest.mark.parametrize(
    ("label", "name"), [("price of an apple", "apple_price"), ("apple price", ""), ("", "")]
)
def test_an_operation_alone_names_an_input_that_has_another_label(label, name):
    shown = picture(parse(f"apple_price = 2  # {label}\nz = apple_price ** 2"), Options.read({"focus": "z"}))
    assert shown.scene.arrows[0].name.replace("_", "") == name.replace("_", "")


def test_an_output_beyond_the_picture_has_a_letter_that_the_author_has_not():
    shown = picture(parse("z = L * x"), Options.read({"focus": "z"}))
    assert {arrow.backward for arrow in shown.scene.arrows} == {"∂J/∂z · x", "∂J/∂z · L", "∂J/∂z"}


@pytest.mark.parametrize(
    ("source", "goes_back"),
    [(LABELLED, False), (LAYER, False), (LAYER.replace("[[1, 0]", "[[0.9, 0.1]"), True)],
    ids=["labels", "one-hot rows", "shares"],
)
@pytest.mark.parametrize("options", [{}, {"focus": "loss"}, {"quiz": "gradients"}], ids=str)
def test_labels_of_classes_have_no_gradient_and_shares_have_one(source, goes_back, options):
    shown = picture(parse(source), Options.read(options))
    (arrow,) = (arrow for arrow in shown.scene.arrows if arrow.tail.node == "t")
    assert (arrow.has_forward, arrow.has_backward) == (True, goes_back)
    told = description(shown.graph, shown.asked, shown.options)
    assert ("with respect to t" in told) == goes_back
    gradients = {name: gradient for name, *_, gradient in rows(shown.graph, shown.asked, shown.options)}
    assert (gradients["t"] == "data") != goes_back
    assert gradients["x"]


def test_labels_that_are_numbers_elsewhere_have_the_gradient_of_that_use():
    source = LABELLED.replace("loss =", "total =") + "loss = total + sum(t * t)"
    shown = picture(parse(source))
    backward = {arrow.edges: arrow.has_backward for arrow in shown.scene.arrows if arrow.tail.node == "t"}
    assert sorted(backward.values()) == [False, True, True, True]
    assert "with respect to t is [0, 2], the sum of [0, 1] and [0, 1]" in description(
        shown.graph, shown.texts, shown.options
    )


FOLDED = {
    "a root": ("y = x / sqrt(2)", {}, ["÷ √2"]),
    "a sum of them": ("y = x * (2 * sqrt(3) - 1)", {}, ["× (2·√3 − 1)"]),
    "an exponent": ("x = 3\ny = x ** sqrt(4)", {}, [f"x{superscript('√4')}"]),
    "in an array": ("Q = [[1, 2], [0, 1]]\nS = sum(Q @ Q / sqrt(2))", {}, ["@", "÷ √2", "Σ"]),
    "an operand without anything else": ("s = sqrt(exp(2))\ny = s * x", {}, ["√", "×"]),
    "inputs besides": ("x = 3\nt = 1\nw = 2\ny = (w * x - t) / 2", {"fold": "x t"}, ["× 3", "− 1", "÷ 2"]),
    "nothing": ("y = x / sqrt(2)", {"fold": "none"}, ["√", "÷"]),
    "inputs alone": ("x = 3\nw = 2\ny = w * x / 2", {"fold": "none x"}, ["× 3", "÷"]),
}


@pytest.mark.parametrize(("source", "options", "signs"), FOLDED.values(), ids=FOLDED)
def test_what_is_constant_stands_inside_the_operation_that_uses_it(source, options, signs):
    scene = picture(parse(source), Options.read(options)).scene
    assert [shape.text for shape in scene.shapes if shape.kind == "op"] == signs
    constant = [arrow for arrow in scene.arrows if not arrow.has_backward]
    assert all(arrow.backward == "" for arrow in constant)


def test_a_constant_that_cannot_fold_stands_by_its_formula_without_a_gradient():
    scene = picture(parse("s = tanh(sqrt(exp(2)))\ny = s * x")).scene
    (constant, *_), (arrow, *_) = scene.shapes, scene.arrows
    assert (constant.kind, constant.text) == ("input", "√exp(2)")
    assert arrow.tail == constant
    assert not arrow.has_backward


def test_the_option_data_leaves_inputs_without_a_gradient():
    source = "x = 2\nt_1 = 1\nw = 5\nL = (w * x - t_1) ** 2"
    arrows = picture(parse(source), Options.read({"data": "x t_*"})).scene.arrows
    assert {arrow.tail.node for arrow in arrows if not arrow.has_backward} == {"x", "t_1"}


def test_forward_mode_writes_tangents_below_the_values():
    shown = picture(parse("x1 = 2\napple = 5\ny = log(x1) + x1 * apple"), Options(tangent="x1"))
    assert not any(arrow.has_backward for arrow in shown.scene.arrows)
    below = [arrow.tangent for arrow in shown.scene.arrows if arrow.tangent]
    assert below == ["\u1e8b₁ = 1", "d = 0", "d = 0.5", "d = 5", "\u1e8f = 5.5"]


def test_a_gradient_that_others_name_is_written_beside_its_name():
    shown = picture(parse("z = W @ x\nh = tanh(z)\nL = u @ h"), Options())
    assert {"∂L/∂z = ∂L/∂h ⊙ (1 − h²)", "∂L/∂z · xᵀ", "Wᵀ · ∂L/∂z"} <= {
        arrow.backward for arrow in shown.scene.arrows
    }


def test_a_shape_that_is_declared_stands_beside_the_name():
    graph = parse("W: (3, 4)\nz = W @ x\nL = sum(z)")
    assert graph["x"].shape == (4,)
    arrows = {arrow.tail.node: arrow for arrow in picture(graph).scene.arrows if arrow.tail.kind == "input"}
    assert [arrows[id].tail.text for id in ("W", "x")] == ["W: 3×4", "x"]
    assert arrows["W"].forward == ""


def test_labels_and_expressions_stand_in_the_formulas_of_arrays():
    shown = picture(parse("W: (2, 3)  # $\\theta$\nx: data[3]\nL = sum(sigmoid(W @ x))"))
    texts = {arrow.tail.node: (arrow.forward, arrow.backward) for arrow in shown.scene.arrows}
    assert texts["W"] == ("", "∂L/∂(θ·x) · xᵀ")
    assert texts["x"] == ("", "")
    assert texts["v1"] == ("θ·x", "∂L/∂(θ·x) = (1 − σ(θ·x)) ⊙ σ(θ·x)")


def test_entries_that_are_multiplied_are_told_from_matrices_in_expressions():
    shown = picture(parse("A: (2, 2)\nB: (2, 2)\nL = 3 * sum(A * B)"))
    assert "sum(A ⊙ B)" in {arrow.forward for arrow in shown.scene.arrows}


@pytest.mark.parametrize("options", [Options(), Options(values="symbols"), Options(show="forward")])
@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x = [1, -2]\ny = sum(x * [2, 3])", "[2, 3]"),
        ("x = [[1, 0], [2, 1]]\ny = sum([[1, 2], [3, 4]] @ x)", "⎡1 2⎤\n⎣3 4⎦"),
        ("s = [1, 2, 3]\ny = softmax_cross_entropy(s, [0, 1, 0])", "[0, 1, 0]"),
    ],
)
def test_a_constant_stands_once_without_a_gradient(source, text, options):
    scene = picture(parse(source), options).scene
    (constant,) = [shape for shape in scene.shapes if shape.kind == "input" and shape.text != shape.node]
    (arrow,) = [arrow for arrow in scene.arrows if arrow.tail == constant]
    assert "".join(constant.text.split()) == "".join(text.split())
    assert (arrow.forward, arrow.backward, arrow.has_backward) == ("", "", False)


def test_a_constant_with_a_heat_map_has_its_entries_on_the_way():
    rows = [[5 * i + j for j in range(5)] for i in range(5)]
    scene = picture(parse(f"x = [1, 2, 0, 1, 3]\ny = sum({rows} @ x)")).scene
    (arrow,) = [arrow for arrow in scene.arrows if arrow.forward_cells]
    assert (arrow.tail.text, arrow.forward) == ("5×5", "5×5: 0 … 24")


def test_an_input_that_nothing_uses_stands_with_its_value():
    source = "X = [[1, 0], [0, 1]]\na = 2\nw = 3\ny = w * w"
    (matrix, number) = [
        shape.text for shape in picture(parse(source)).scene.shapes if shape.node in ("X", "a")
    ]
    assert (matrix.split("\n")[0], number) == ("X =", "a = 2")
    assert "X" in {shape.text for shape in picture(parse(source), Options(values="symbols")).scene.shapes}
