"""The formulas of what operations on whole arrays send back, over matrices."""

import numpy as np
import pytest
import sympy as sp

from graphgen.algebra import matrix_rules
from graphgen.algebra.matrices import matrix_vjps
from graphgen.ops import OPS, on_arrays


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.matrix_vjps], ids=repr)
def test_the_rule_over_matrices_is_the_vjp(op):
    """At points with two axes, for targets that sum to 1 in each row."""
    point = next(p for p in op.points if all(np.ndim(x) == 2 for x in p[:2]))
    _, vjp = on_arrays(op)
    operands = [np.array(operand) for operand in point]
    value = op_value(op, operands)
    upstream = np.arange(1.0, 1 + np.size(value)).reshape(np.shape(value))
    matrices = [sp.Matrix(np.atleast_2d(operand)) for operand in operands]
    g = sp.Matrix(upstream) if np.ndim(value) else sp.Float(upstream[()])
    rules = matrix_vjps(op, g, *matrices)
    for rule, sent in zip(rules, vjp(upstream, value, *operands, **op.parameters), strict=False):
        assert np.array(sp.Matrix(rule), dtype=float) == pytest.approx(np.atleast_2d(sent), rel=1e-13)


def op_value(op, operands):
    return on_arrays(op)[0](*operands, **op.parameters)


def test_an_op_without_a_rule_over_matrices_has_none():
    assert matrix_rules(OPS["softmax"]) == matrix_rules(OPS["exp"]) == ()
