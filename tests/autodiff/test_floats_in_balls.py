"""The float engine against balls: what rounding can make of a number, and no more.

The same rules run over Arb's balls of 53 bits, as many as a float has. A float operation rounds to nearest
and a ball of Arb's grows by one unit in the last place, but a rule is several operations and a function of
the C library may be off by more, so each number that floats do not hold exactly is widened by eight units.
Every float must lie in its ball.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import assume, given, settings
from strategies import array_programs, programs

from graphgen.autodiff import backward, forward
from graphgen.errors import EvaluationError
from graphgen.language import parse
from graphgen.verification import arrays, passes, rules, verify
from graphgen.verification.balls import precision
from graphgen.verification.given import numbers_given

BITS = 53
UNITS = arb(1, 8 * math.ulp(1.0))


def widened(number):
    """A ball around a number, relative to it; the number itself where a float holds it exactly."""
    if isinstance(number, fmpq) and fmpq(*float(number).as_integer_ratio()) == number:
        return number
    return arb(number) * UNITS


def widening(rule):
    return lambda *operands: rules.each(widened, rule(*operands))


def vjps(node):
    on_entries = not node.shape and node.op.is_elementwise
    of_node = rules.op_rules(node.op)[1] if on_entries else arrays.vjp_rules(node)
    return tuple(map(widening, of_node))


def in_balls(graph):
    with precision(BITS):
        numbers = {i: rules.each(widened, number) for i, number in numbers_given(graph, {}).items()}
        values = passes.forward(graph, numbers, lambda node: widening(passes.value_rule_of(node)))
        return passes.reverse(graph, values, vjps)


def outside(graph, run=None):
    """The floats of both passes, or of a pass that is given, that lie outside of their balls."""
    run = run or backward(forward(graph))
    pairs = (
        (float(number), arb(widened(ball)))  # sums of exact numbers have not grown
        for floats, balls in zip(run.parts, in_balls(graph).parts, strict=True)
        for one, other in zip(floats, balls, strict=True)
        if one is not None
        for number, ball in zip(np.ravel(one), rules.entries(other), strict=True)
    )
    return [(number, ball) for number, ball in pairs if not ball.contains(arb(number))]


@pytest.mark.parametrize("graphs", [programs(), array_programs()], ids=["numbers", "arrays"])
def test_every_float_lies_in_the_ball_of_its_own_operations(graphs):
    @settings(max_examples=150)
    @given(graphs)
    def holds(graph):
        # Balls take the differences of g there, so that what is 0 is 0; floats do not.
        assume(not any("softmax_back" in vjp for node in graph if node.op for vjp in node.op.vjps))
        try:
            found = outside(graph)
        except (passes.HangsOnError, EvaluationError):  # on which side of a kink, or of an edge
            assume(False)
        assert found == []

    holds()


def test_a_ball_is_no_wider_than_rounding_makes_it():
    found = in_balls(parse("x = 1.1\ny = sin(x) * exp(x) + x / 3"))
    numbers = [arb(number) for part in found.parts for number in part if number is not None]
    assert max(number.rel_accuracy_bits() for number in numbers) >= 45
    assert min(number.rel_accuracy_bits() for number in numbers if not number.is_zero()) >= 45


def test_a_float_that_is_wrong_in_its_twelfth_digit_lies_outside():
    graph = parse("x = 1.1\ny = sin(x) * exp(x) + x / 3")
    run = backward(forward(graph))
    for moved in ("node_values", "node_gradients", "edge_contributions"):
        wrong = tuple(None if number is None else number * (1 + 1e-12) for number in getattr(run, moved))
        assert outside(graph, replace(run, **{moved: wrong}))


def test_what_cancellation_makes_of_a_float_is_in_the_ball_beside_the_truth():
    graph = parse("x = 1.1\ny = (x + 10000000000000000) - 10000000000000000")
    value, ball = forward(graph).values["y"], in_balls(graph).values[graph.index["y"]]
    assert value == 2
    assert ball.contains(arb(value))
    assert ball.contains(arb(fmpq(11, 10)))
    assert verify(graph).numeric.values["y"] == 1.1
