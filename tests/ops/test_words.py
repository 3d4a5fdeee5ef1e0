"""The words of the float rules: over floats and over arrays they say the same."""

import numpy as np
import pytest

from graphgen.ops.row import on_arrays
from graphgen.ops.table import ELEMENTWISE
from graphgen.ops.words import SCALAR_WORDS, array_words, inlined, letters

POINTS = [pytest.param(op, id=name) for name, op in ELEMENTWISE.items()]


@pytest.mark.parametrize("op", POINTS)
def test_a_rule_gives_the_same_over_floats_and_over_arrays(op):
    forward, vjp = on_arrays(op)
    columns = [np.array(column) for column in zip(*op.points, strict=True)]
    with np.errstate(all="ignore"):
        values = forward(*columns)
        sent = np.broadcast_arrays(*vjp(2.0, values, *columns), columns[0])[: op.arity]
    for i, point in enumerate(op.points):
        value = op.forward(*point)
        assert values[i] == pytest.approx(value, rel=1e-14, abs=1e-300)
        exact = op.vjp(2.0, value, *point)
        assert [part[i] for part in sent] == pytest.approx(list(exact), rel=1e-13, abs=1e-300, nan_ok=True)


def test_arrays_know_every_word_of_floats():
    assert set(SCALAR_WORDS) <= set(array_words())


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("g * y", "g7 * n2"),
        ("-g * v / y", "-g7 * n9 / n2"),
        ("max(x, 0.0) + exp(x)", "max(n1, 0.0) + exp(n1)"),
        ("sum(x, axis, keepdims)", "sum(n1, 0, True)"),
    ],
)
def test_a_rule_is_inlined(rule, told):
    names = {"g": "g7", "v": "n9", "x": "n1", "y": "n2"}
    assert inlined(rule, names, {"axis": 0, "keepdims": True}) == told


def test_letters_are_told_from_words():
    assert letters("power_to_base(g, x, y) + exp(v)") == ["g", "x", "y", "v"]
