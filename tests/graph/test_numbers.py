import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from graphgen.errors import GraphgenError, SourceError
from graphgen.graph import GraphBuilder
from graphgen.graph.numbers import array_value, entries_of, nearest_float, shape_of, value_text
from graphgen.language import parse
from graphgen.ops import OPS
from graphgen.verification import verify

NEAREST = {
    "a fraction": (Fraction(1, 3), 1 / 3),
    "digits": (Decimal("0.1000000000000000055511151231257827"), 0.1),
    "a float": (2.5, 2.5),
    "a large fraction": (Fraction(10**400), math.inf),
    "a large whole number": (10**400, math.inf),
    "large digits": (Decimal("1e400"), math.inf),
    "a large negative fraction": (Fraction(-(10**400)), -math.inf),
    "large negative digits": (Decimal("-1e400"), -math.inf),
    "a quotient of large numbers": (Fraction(10**400 + 1, 10**400), 1.0),
    "a small fraction": (Fraction(1, 10**400), 0.0),
    "the largest float": (Fraction(2**1024 - 2**970 - 1), 1.7976931348623157e308),
    "what is rounded beyond it": (Fraction(2**1024 - 2**970), math.inf),
}


@pytest.mark.parametrize(("number", "nearest"), NEAREST.values(), ids=NEAREST)
def test_the_nearest_float(number, nearest):
    assert nearest_float(number) == nearest


def test_arrays_of_numpy_are_values_that_nobody_changes():
    given = np.array([[0.5, 0.1], [2, -3]])
    value = array_value(given)
    given[0, 0] = 7
    assert value.tolist() == [[0.5, 0.1], [2, -3]]
    assert not value.flags.writeable
    assert shape_of(value) == (2, 2)
    assert list(entries_of(value)) == [Fraction(0.5), Fraction(0.1), Fraction(2), Fraction(-3)]
    assert value_text(array_value([[1, 2], [3, 4]])) == "[[1, 2], [3, 4]]"
    assert array_value(np.float64(0.75)) == Fraction(3, 4)


@pytest.mark.parametrize(
    "given", [np.array([1.0, np.inf]), np.array([np.nan]), np.array(["1"]), np.array([1j])]
)
def test_what_is_not_finite_is_no_value(given):
    with pytest.raises(SourceError, match="is not a finite number; give floats or whole numbers"):
        array_value(given)


def test_a_graph_takes_arrays_of_numpy_where_they_are_exact():
    builder = GraphBuilder()
    x = builder.input("x", array_value([[1.0, 0.5], [2.0, 3.0]]))
    w = builder.input("w", array_value([1, 2]))
    y = builder.apply(OPS["matmul"], x, w)
    graph = builder.build(builder.apply(OPS["sum"], y))
    written = parse("x = [[1, 0.5], [2, 3]]\nw = [1, 2]\nz = sum(x @ w)")
    found, expected = verify(graph), verify(written)
    assert found.is_proved
    assert found.numeric.gradients["w"].tolist() == expected.numeric.gradients["w"].tolist() == [3, 3.5]
    assert graph.source().startswith("x = [[1, 0.5], [2, 3]]\nw = [1, 2]\n")
    assert graph.compile()(w=[0, 0]).values["v2"] == 0.0


def test_a_network_with_an_array_that_can_be_changed_is_refused():
    builder = GraphBuilder()
    x = builder.input("x", np.array([1.0, 2.0]))
    with pytest.raises(GraphgenError, match="a read-only NumPy array"):
        builder.build(x)
