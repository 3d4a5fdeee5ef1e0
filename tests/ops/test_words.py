"""The words of the float rules: over floats and over arrays they say the same."""

import numpy as np
import pytest

from graphgen.ops import ELEMENTWISE, on_arrays

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
