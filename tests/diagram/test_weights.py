"""Weights and biases at arrows: which are written there, with which numbers, and what stays."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tidiness import untidy

from graphgen.drawing import lay_out, picture
from graphgen.drawing.svg import draw
from graphgen.errors import OptionError
from graphgen.language import parse
from graphgen.notation import plain
from graphgen.options import Options

NEURON = "x: data = 0.5\nw = -1.5\nb = 0.25\n"
NETWORK = f"{NEURON}u = 2\nh = tanh(w * x + b)\nz = tanh(u * h + w * x)\ny = z * h"


def shown(source, weights, **options):
    return picture(parse(source), Options(weights=weights, **options)).scene


def words(scene):
    return [plain(weight.tail.text) for arrow in scene.arrows for weight in arrow.weights]


@pytest.mark.parametrize(
    ("source", "weights", "written", "operations"),
    [
        (f"{NEURON}y = tanh(w * x)", "w", ["× w"], ["tanh"]),
        (f"{NEURON}y = tanh(x * w)", "w", ["× w"], ["tanh"]),
        (f"{NEURON}y = tanh(w * x + b)", "w b", ["× w", "+ b"], ["tanh"]),
        (f"{NEURON}y = tanh(b + w * x)", "b", ["+ b"], ["×", "tanh"]),
        (f"{NEURON}z = w * x + b\ny = tanh(z)", "w b", ["× w", "+ b"], ["+", "tanh"]),
        (f"{NEURON}y = w * x + b", "[wb]", ["× w", "+ b"], ["+"]),
        (f"{NEURON}y = tanh((w * x + 1) / b)", "[wb]", ["× w"], ["+ 1", "÷", "tanh"]),
        (f"{NEURON}y = tanh(w * x) + w * b", "b", ["× b"], ["×", "tanh", "+"]),
        (NETWORK, "w", ["× w", "× w"], ["+", "tanh", "×", "+", "tanh", "×"]),
        (NETWORK, "u w b", ["× w", "+ b", "× w", "× u"], ["tanh", "+", "tanh", "×"]),
        ("x = [1, 2]\nW = [[3, 1], [0, 1]]\ny = sum(tanh(x @ W))", "W", ["@ W"], ["tanh", "Σ"]),
        ("x = [1, 2]\nW = [[3, 1], [0, 1]]\ny = sum(tanh(W @ x))", "W", ["W @"], ["tanh", "Σ"]),
        ("y = tanh(w * x + b)", "w b", ["× w", "+ b"], ["tanh"]),
    ],
)
def test_factors_and_terms_are_written_at_arrows(source, weights, written, operations):
    scene = shown(source, weights, values="auto" if "=" in source.partition("\n")[0][:3] else "symbols")
    assert sorted(words(scene)) == sorted(written)
    assert [plain(shape.text) for shape in scene.shapes if shape.kind == "op"] == operations


def test_a_bias_of_several_terms_is_written_behind_their_sum():
    source = f"{NEURON}v = 2\nz = w * x + v * (x + 1) + b\ny = tanh(z)"
    scene = shown(source, "[wvb]", sums="joined")
    assert sorted(words(scene)) == ["+ b", "× v", "× w"]
    (behind,) = (arrow for arrow in scene.arrows if arrow.name)
    assert [plain(weight.tail.text) for weight in behind.weights] == ["+ b"]


@pytest.mark.parametrize(
    ("source", "weights"),
    [
        (f"{NEURON}y = w * x + b", "x1"),
        (f"{NEURON}z = w * x\ny = z + b", "w"),  # the product has a name
        (f"{NEURON}y = w * x", "w"),  # it is the output
        (f"{NEURON}y = tanh(w * x) + w", "x w*"),
        (f"{NEURON}p = w * x + b\ny = tanh(w) * p", "w"),
        (f"{NEURON}y = tanh(w * w + b)", "w"),
        (f"{NEURON}y = tanh(2 * w) + x", "w"),
        (f"{NEURON}y = tanh(x - b)", "b"),
    ],
)
def test_what_cannot_be_written_there_is_an_error(source, weights):
    with pytest.raises(OptionError, match="is no input that is a factor or a term"):
        shown(source, weights)


def test_what_is_collapsed_or_folded_stays_there():
    source = f"{NEURON}h = tanh(w * x + b)\ny = h * 2"
    for options in ({"collapse": "h"}, {"fold": "w b"}):
        with pytest.raises(OptionError, match="is no input"):
            shown(source, "w b", **options)


def test_a_shared_weight_has_its_whole_gradient_at_its_first_arrow():
    found = picture(parse(NETWORK), Options(weights="w u"))
    pairs = [weight for arrow in found.scene.arrows for weight in arrow.weights]
    first, again, _ = sorted(pairs, key=lambda weight: (weight.tail.node != "w", not weight.has_backward))
    assert plain(first.backward) == f"∂w = {found.texts.gradient(found.graph['w'])}"
    assert (again.backward, again.tail.marks) == ("", "again")
    assert first.forward == again.forward == "= −1.5"


def test_forward_mode_and_symbols_have_theirs():
    (pair,) = shown(f"{NEURON}y = tanh(w * x)", "w", tangent="w").arrows[0].weights
    assert (pair.tangent, pair.has_backward) == ("ẇ = 1", False)
    (pair,) = shown("y = tanh(w * x)", "w", values="symbols").arrows[0].weights
    assert plain(pair.backward).startswith("∂y/∂w = ")
    assert not pair.forward
    (pair,) = shown(f"{NEURON}y = tanh(w * x)", "w", quiz="w").arrows[0].weights
    assert plain(pair.backward) == "∂w = ?"


def test_a_highlight_goes_past_what_is_written():
    arrows = shown(NETWORK, "w u b", highlight="h > z").arrows
    lit = {arrow.head.node for arrow in arrows if arrow.marks == "lit"}
    assert "z" in lit
    assert all(weight.marks == "dim" for arrow in arrows for weight in arrow.weights)


@st.composite
def networks(draw):
    """The sources of small networks, whose sums have names or none, and share biases or not."""
    layers = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    is_named, is_shared, has_bias = (draw(st.booleans()) for _ in range(3))
    lines = [f"x0_{unit} = {unit + 0.5}" for unit in range(layers[0])]
    for layer, (before, units) in enumerate(pairwise(layers), 1):
        for unit in range(units):
            terms = []
            for source in range(before):
                lines.append(f"w{layer}_{unit}{source} = {draw(st.integers(-20, 20)) / 8}")
                terms.append(f"w{layer}_{unit}{source} * x{layer - 1}_{source}")
            bias = f"b{layer}" if is_shared else f"b{layer}_{unit}"
            if has_bias:
                lines += [f"{bias} = 0.25"] * (bias not in {line.partition(" ")[0] for line in lines})
                terms.append(bias)
            sum = " + ".join(terms)
            lines += [f"z{layer}_{unit} = {sum}"] if is_named and len(terms) > 1 else []
            lines.append(
                f"x{layer}_{unit} = tanh({f'z{layer}_{unit}' if is_named and len(terms) > 1 else sum})"
            )
    lines.append(f"y = 2 * ({' + '.join(f'x{len(layers) - 1}_{unit}' for unit in range(layers[-1]))})")
    return "\n".join(lines)


@settings(max_examples=25, derandomize=True)
@given(networks(), st.sampled_from(["w*", "[wb]*"]), st.sampled_from(["pairs", "joined"]), st.booleans())
def test_every_number_of_a_network_stands_where_it_belongs(source, weights, sums, is_down):
    options = Options(weights=weights, sums=sums, direction="down" if is_down else "right", digits="3")
    if "[" in weights and "b1" not in source:
        options = Options(sums=sums, digits="3", weights="w*")
    found = picture(parse(source), options)
    graph, scene = found.graph, found.scene
    written = {
        weight.tail.node: weight for arrow in scene.arrows for weight in arrow.weights if weight.backward
    }
    assert {id for id in graph.ids if id[0] == "w"} <= written.keys()
    for id, weight in written.items():
        assert weight.forward == f"= {found.texts.value(graph[id])}"
        assert weight.backward.endswith(f"= {found.texts.gradient(graph[id])}")
    for arrow in scene.arrows:
        if arrow.edges and arrow.backward:
            assert arrow.backward == found.texts.contribution(*arrow.edges)
    drawn = {shape.node for shape in scene.shapes} | written.keys()
    missing = [node for node in graph if node.id not in drawn and not node.is_constant]
    assert all(node.op and not node.name and len(graph.uses[node.id]) == 1 for node in missing)
    layout = lay_out(scene)
    assert not [kind for kind, *_ in untidy(layout) if kind in ("label", "shape")]
    texts = [line for part in draw(layout).parts for line in part.lines]
    assert all(weight.backward in texts for weight in written.values())
