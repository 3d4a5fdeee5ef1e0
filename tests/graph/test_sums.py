"""Sums of several terms as one operation: the numbers, formulas and words of the chain of additions."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject
from strategies import array_programs, programs

from graphgen.algebra import closed_forms, local_derivatives
from graphgen.diagram import description
from graphgen.drawing import picture
from graphgen.errors import EvaluationError, VerificationError
from graphgen.graph import GraphBuilder, with_joined_sums
from graphgen.graph import node as node_module
from graphgen.language import parse
from graphgen.ops import OPERANDS, OPS, SUMS, compiled, on_arrays
from graphgen.options import Options
from graphgen.verification import require_alike, verify, verify_symbolic, verify_tangents

NEURON = "x = [1, 2]\nW = [[3, 0], [1, 4]]\nU = [[1, -1], [2, 0]]\nh = [0.5, 2]\nb = 0.25\n"


@pytest.mark.parametrize(
    ("source", "operations"),
    [
        ("y = a + b + c", ["a + b + c"]),
        ("y = a + (b + c) + (d + e)", ["a + b + c + d + e"]),
        ("y = a + a + a", ["a + a + a"]),
        ("s = a + b\ny = s + c", ["a + b", "s + c"]),
        ("y = a + b", ["a + b"]),
        ("y = a + b + 1", ["a + b", "(a + b) + 1"]),
        ("y = a + 1 / 3 + b", ["a + (1 / 3)", "(a + (1 / 3)) + b"]),
        ("y = a - b + c", ["a - b", "(a - b) + c"]),
        ("y = a + b + c - d", ["a + b + c", "(a + b + c) - d"]),
        (
            f"y = {' + '.join('abcdefghi')}",
            ["a + b + c + d + e + f", "(a + b + c + d + e + f) + g + h + i"],
        ),
        ("y = (a + b + c) + (d + e + f + g)", ["d + e + f + g", "a + b + c + (d + e + f + g)"]),
    ],
)
def test_a_sum_without_a_name_is_a_part_of_the_only_sum_that_uses_it(source, operations):
    graph = with_joined_sums(parse(source))
    assert [node.operation for node in graph if node.op] == operations


def test_a_sum_of_another_module_stays():
    builder = GraphBuilder()
    a, b, c = (builder.input(name, None) for name in "abc")
    inner = builder.apply(OPS["add"], a, b, group="block")
    graph = builder.build(builder.apply(OPS["add"], inner, c))
    assert len(with_joined_sums(graph)) == len(graph)


@pytest.mark.parametrize("op", SUMS.values(), ids=str)
def test_a_row_is_a_sum_whose_gradient_goes_to_each_term(op):
    numbers = [float(2**k) for k in range(op.arity)]
    assert op.forward(*numbers) == sum(numbers) == on_arrays(op)[0](*map(np.float64, numbers))
    assert op.vjp(3.0, sum(numbers), *numbers) == (3.0,) * op.arity
    assert local_derivatives(op) == (1,) * op.arity
    assert [language.count("{}") for language in op.reads.values()] == [op.arity] * 2


def require_same(graph):
    joined = with_joined_sums(graph)
    try:
        one, other = verify(graph).require(), verify(joined).require()
    except EvaluationError:  # as at a kink that is met exactly
        reject()
    require_alike(one.numbers, other.numbers)
    assert one.is_proved == other.is_proved
    assert with_joined_sums(joined).ids == joined.ids


@given(programs())
def test_numbers_are_those_of_the_chain(graph):
    require_same(graph)


@given(array_programs())
def test_numbers_of_arrays_are_those_of_the_chain(graph):
    require_same(graph)


def test_terms_are_repeated_to_the_shape_of_the_sum():
    graph = with_joined_sums(parse(f"{NEURON}z = x @ W + h @ U + b\nL = sum(z * z)"))
    numbers = verify(graph).require().numbers
    assert graph["z"].op is SUMS[3]
    assert numbers.gradients["b"] == sum(numbers.gradients["z"])


def test_a_vjp_that_is_wrong_is_named(monkeypatch):
    broken = replace(SUMS[3], vjps=("g", "2 * g", "g"))
    monkeypatch.setattr(node_module, "_SUMS", {broken.name: broken})
    with pytest.raises(VerificationError, match="add_3"):
        verify(with_joined_sums(parse("a = 1\nb = 2\nc = 3\ny = a + b + c"))).require()


def test_formulas_tangents_and_prose_follow():
    source = "y = (a + b + c) * d"
    joined = with_joined_sums(parse(source))
    assert closed_forms(joined).gradients["d"] == closed_forms(parse(source)).gradients["d"]
    assert verify_symbolic(joined).require().is_proved
    numbers = parse(f"a = 1\nb = 2\nc = -3\nd = 4\n{source}")
    assert verify_tangents(with_joined_sums(numbers), "b").require().numbers.tangents["y"] == 4
    shown = picture(parse("a = 1\nb = 2\nc = -3\ny = a + b + c"), Options(sums="joined"))
    said = description(shown.graph, shown.asked, shown.options)
    assert "y is a plus b plus c, which gives 0." in said
    assert [shape.text for shape in shown.scene.shapes if shape.kind == "op"] == ["+"]


def test_names_of_a_joined_sum_keep_their_brackets():
    shown = picture(parse("z = exp(a + (b - c) + d)\ny = z * 2"), Options(sums="joined", values="symbols"))
    texts = [arrow.forward for arrow in shown.scene.arrows]
    assert "a + b − c + d" in texts or "a + (b − c) + d" in texts


def test_an_opened_layer_can_be_joined():
    shown = picture(
        parse("x = [1, 2]\nW = [[1, 2], [3, 4]]\nb = [1, 0]\nr = [2, 2]\ny = sum(affine(x, W, b) + r)"),
        Options(open="all", sums="joined"),
    )
    assert {node.op.name for node in shown.graph if node.op} == {"matmul", "add_3", "sum"}


def test_the_longest_sum_has_a_letter_for_each_term():
    assert compiled(SUMS[6].value, OPERANDS[:6], {})(1, 2, 3, 4, 5, 6) == 21
