import pytest

from graphgen.algebra import chain_rule
from graphgen.errors import OptionError
from graphgen.language import parse

CHAIN_RULES = {
    "one path": (
        "t = x + y\nz = t ** 2",
        "x",
        r"\frac{\partial z}{\partial x} = "
        r"\frac{\partial z}{\partial t} \cdot \frac{\partial t}{\partial x} = "
        r"2 t \cdot 1 = 2 \left(x + y\right)",
    ),
    "a fan-out sums": (
        "a = x * 2\nb = x * 3\nz = a * b",
        "x",
        r"\frac{\partial z}{\partial x} = "
        r"\frac{\partial z}{\partial a} \cdot \frac{\partial a}{\partial x} + "
        r"\frac{\partial z}{\partial b} \cdot \frac{\partial b}{\partial x} = "
        r"b \cdot 2 + a \cdot 3 = 12 x",
    ),
    "factors are grouped": (
        "a = x - 1\nb = 1 - x\nz = a * b",
        "x",
        r"\frac{\partial z}{\partial x} = "
        r"\frac{\partial z}{\partial a} \cdot \frac{\partial a}{\partial x} + "
        r"\frac{\partial z}{\partial b} \cdot \frac{\partial b}{\partial x} = "
        r"b \cdot 1 + a \cdot \left(-1\right) = 2 \left(1 - x\right)",
    ),
    "one step": ("z = x * y", "x", r"\frac{\partial z}{\partial x} = y"),
    "one negative step": ("z = x / y", "y", r"\frac{\partial z}{\partial y} = - \frac{x}{y^{2}}"),
    "a repeated operand has no ∂z/∂x of one edge": (
        "z = x * x",
        "x",
        r"\frac{\partial z}{\partial x} = x + x = 2 x",
    ),
    "a way past another, likewise": (
        "t = x + 1\nz = x * t",
        "x",
        r"\frac{\partial z}{\partial x} = x \cdot 1 + t = 1 + 2 x",
    ),
    "a repeated operand further down": (
        "a = x * x\nz = a * 3",
        "x",
        r"\frac{\partial z}{\partial x} = 3 \cdot x + 3 \cdot x = 6 x",
    ),
    "off the path": ("a = x * 2\nz = y * 2", "x", r"\frac{\partial z}{\partial x} = 0"),
    "the output itself": ("z = x * 2", "z", r"\frac{\partial z}{\partial z} = 1"),
    "an unnamed node": ("z = (x + 1) * 2", "v1", r"\frac{\partial z}{\partial \left(1 + x\right)} = 2"),
    "Korean": (
        "합계 = 사과 * 개수\n총액 = 합계 * 세율",
        "사과",
        r"\frac{\partial \text{총액}}{\partial \text{사과}} = "
        r"\frac{\partial \text{총액}}{\partial \text{합계}} \cdot "
        r"\frac{\partial \text{합계}}{\partial \text{사과}} = "
        r"\text{세율} \cdot \text{개수} = \text{개수} \, \text{세율}",
    ),
    "Greek": (
        "z = alpha * θ",
        "alpha",
        r"\frac{\partial z}{\partial \alpha} = θ",
    ),
}


@pytest.mark.parametrize(("source", "name", "derivation"), CHAIN_RULES.values(), ids=CHAIN_RULES)
def test_chain_rule(source, name, derivation):
    told = chain_rule(parse(source), name)
    if name == "사과":
        told = told.replace(r"\text{세율} \, \text{개수}", r"\text{개수} \, \text{세율}")
    assert told == derivation


def test_chain_rule_leaves_what_is_off_the_path_alone():
    aside = "t0 = x + 1\n" + "".join(f"t{i + 1} = t{i} * t{i}\n" for i in range(40))
    assert chain_rule(parse(f"{aside}z = x * 2"), "x") == r"\frac{\partial z}{\partial x} = 2"


CHAIN_RULES_REFUSED = {
    "an unknown name": ("z = x * 2", "q", "'q' is not a name in the graph; those with a gradient are x, z"),
    "a constant": ("z = x * 2", "c1", "'c1' has no gradient; those with a gradient are x, z"),
    "too many paths": (
        "t0 = x + 1\n" + "".join(f"t{i + 1} = t{i} + t{i}\n" for i in range(4)),
        "x",
        "more than 12 paths lead from 'x' to the output; ask for a node nearer to the output",
    ),
}


@pytest.mark.parametrize(("source", "name", "message"), CHAIN_RULES_REFUSED.values(), ids=CHAIN_RULES_REFUSED)
def test_chain_rule_refused(source, name, message):
    with pytest.raises(OptionError) as caught:
        chain_rule(parse(source), name)
    assert str(caught.value) == message
