import pytest

from graphgen.diagram.description import description, rows
from graphgen.drawing.pictures import picture
from graphgen.graph import GraphBuilder
from graphgen.language.parser import parse
from graphgen.ops import OPS
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


def small_names(source, **options):
    """What is written small above the values, from the left, and what stands below it."""
    arrows = picture(parse(source), Options.read(options)).scene.arrows
    return [(arrow.name, arrow.forward) for arrow in arrows if arrow.name]


@pytest.mark.parametrize(
    ("source", "options", "named"),
    [
        (NEURON, {"values": "products"}, [("v₁", "w·x"), ("v₂", "tanh(z)")]),
        (NEURON, {"show": "forward backward local"}, [("v₁", "w·x"), ("v₂", "tanh(z)")]),
        (NEURON, {}, []),
        (NEURON, {"values": "products", "names": "no"}, []),
        # Its value is the name already.
        ("y = (apple * price + cherry) ** 2", {"values": "products"}, [("v₁", "apple·price")]),
        ("x = 2\ny = (x + 1) ** 2", {"show": "forward backward local"}, []),
        # At a fan-out, each for itself.
        ("y = (a + b) * (a + b)\nz = y * sin(y)", {"values": "products"}, None),
    ],
)
def test_a_value_that_a_formula_cites_as_v_has_that_written_on_it(source, options, named):
    if named is None:
        assert ("v₃", "sin(y)") in small_names(source, **options)
    else:
        assert small_names(source, **options) == named


def test_a_value_that_a_rule_for_matrices_cites_has_its_name_written_on_it():
    named = [name for name, _ in small_names(LAYER, show="forward backward local")]
    assert named == ["v₁"]
    assert small_names(LAYER) == []


@pytest.mark.parametrize(
    ("source", "goes_back"), [(LABELLED, False), (LAYER, True)], ids=["labels", "shares"]
)
@pytest.mark.parametrize("options", [{}, {"focus": "loss"}, {"quiz": "gradients"}], ids=str)
def test_labels_of_classes_have_no_gradient_and_shares_have_one(source, goes_back, options):
    shown = picture(parse(source), Options.read(options))
    (arrow,) = (arrow for arrow in shown.scene.arrows if arrow.tail.node == "t")
    assert (arrow.has_forward, arrow.has_backward) == (True, goes_back)
    told = description(shown.graph, shown.asked, shown.options)
    assert ("with respect to t" in told) == goes_back
    gradients = {name: gradient for name, *_, gradient in rows(shown.graph, shown.asked, shown.options)}
    assert bool(gradients["t"]) == goes_back
    assert gradients["x"]


def test_labels_that_are_numbers_elsewhere_have_the_gradient_of_that_use():
    source = LABELLED.replace("loss =", "total =") + "loss = total + sum(t * t)"
    shown = picture(parse(source))
    backward = {arrow.edges: arrow.has_backward for arrow in shown.scene.arrows if arrow.tail.node == "t"}
    assert sorted(backward.values()) == [False, True, True, True]
    assert "with respect to t is [0, 2], the sum of [0, 1] and [0, 1]" in description(
        shown.graph, shown.texts, shown.options
    )


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


def test_a_shape_that_is_told_stands_beside_the_name():
    builder = GraphBuilder()
    matrix = builder.input("W", None, shape=(3, 4))
    row = builder.input("x", None)
    product = builder.apply(OPS["matmul"], matrix, row)
    builder.describe(product, name="z")
    total = builder.apply(OPS["sum"], product)
    builder.describe(total, name="L")
    graph = builder.build(total)
    assert graph["x"].shape == (4,)
    shapes = picture(graph).scene.shapes
    assert [shape.text for shape in shapes if shape.kind == "input"] == ["W: 3×4", "x"]
