import pytest

from graphgen.options import Options
from graphgen.parser import parse
from graphgen.render import picture

LAYER = """
x = [[1, -0.5], [2, 1]]
W = [[0.2, 0.4], [0.1, 0.3]]
b = [0.1, 0.2]
t = [[1, 0], [0, 1]]
loss = softmax_cross_entropy(affine(x, W, b), t)
"""
NEURON = "z = w * x + b\ny = tanh(z) ** 2"


def small_names(source, **options):
    """What is written small above the values, from the left, and what stands below it."""
    arrows = picture(parse(source), Options.read(options)).diagram.arrows
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
