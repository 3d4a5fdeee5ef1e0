import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from importlib import import_module

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import is_moderate, programs

from graphgen.algebra.forms import written_forms
from graphgen.algebra.symbolic import to_float
from graphgen.errors import EvaluationError, VerificationError
from graphgen.graph.builder import GraphBuilder
from graphgen.graph.graph import ComputationalGraph
from graphgen.language.parser import parse
from graphgen.ops.table import ELEMENTWISE, OPS
from graphgen.verification.verifier import Check, verify, verify_forward, verify_op, verify_symbolic

# The package's face has functions of the same names.
graph_module, verify_module = map(import_module, ("graphgen.graph.graph", "graphgen.verification.verifier"))

KINDS = ("value", "contribution", "gradient")


@settings(max_examples=150)
@given(programs(max_steps=24))
def test_numeric_exact_and_differences_agree(graph):
    verify(graph).demand()


@settings(max_examples=50)
@given(programs())
def test_every_value_contribution_and_gradient_is_compared(graph):
    report = verify(graph)
    compared = {kind: [check.place for check in report.checks if check.kind == kind] for kind in KINDS}
    varying = {node.id for node in graph if not node.is_constant}
    assert sorted(compared["value"]) == sorted(graph.ids)
    assert set(compared["gradient"]) == varying
    assert sorted(compared["contribution"]) == sorted(
        f"{operand} → {node}" for operand, node, _ in graph.edges if operand in varying
    )


def broken_row(op, factor, position=None):
    """The op with one of its gradients (or each) times a factor."""
    rules = (f"({rule}) * {factor!r}" if position in (None, i) else rule for i, rule in enumerate(op.vjps))
    return replace(op, vjps=tuple(rules))


def put_in_table(monkeypatch, row):
    monkeypatch.setattr(graph_module, "OPS", {**OPS, row.name: row})


def plain_point(op, position):
    """A point at which the derivative by one operand is moderate and far from a kink."""
    return next(
        point
        for point in op.points
        if is_moderate(op, point, range(op.arity))
        and abs(op.vjp(1.0, op.forward(*point), *point)[position]) > 0.05
        and all(0.1 <= abs(x) <= 5 for x in point)
        and (op.switch is None or abs(op.switch(*point)) > 0.1)
    )


def graph_through(op, point):
    """out = op(x, y) * 4 + x, with the point for the inputs; without that * and + where op is one of them."""
    scale, combine = ("divide", "subtract") if op.name in ("add", "multiply") else ("multiply", "add")
    builder = GraphBuilder()
    inputs = [builder.input(name, Fraction(x)) for name, x in zip("xy", point, strict=False)]
    result = builder.apply(op, *inputs)
    builder.describe(result, name="z")
    scaled = builder.apply(OPS[scale], result, builder.constant(Fraction(4)))
    return builder.build(builder.apply(OPS[combine], scaled, inputs[0]))


OPERANDS = [
    pytest.param(op, position, id=f"{op.name}-{position}")
    for op in ELEMENTWISE.values()
    if op.name != "step"  # a multiple of its slope, 0, is its slope
    for position in range(op.arity)
]


@pytest.mark.parametrize("factor", [1 + 1e-12, 1 + 1e-9, 1.5, -1.0])
@pytest.mark.parametrize(("op", "position"), OPERANDS)
def test_a_broken_vjp_is_caught_and_named(op, position, factor, monkeypatch):
    point = plain_point(op, position)
    assert verify(graph_through(op, point)).passed
    put_in_table(monkeypatch, broken_row(op, factor, position))
    report = verify(graph_through(op, point))
    first = report.mismatches[0]
    upstream = 0.25 if op.name in ("add", "multiply") else 4
    right = upstream * op.vjp(1.0, op.forward(*point), *point)[position]
    assert (first.kind, first.place, first.op) == ("contribution", f"{'xy'[position]} → z", op.name)
    assert first.numeric == pytest.approx(right * factor, rel=1e-14)
    assert first.exact == pytest.approx(right, rel=1e-14)
    assert first.difference == pytest.approx(right, rel=1e-8)
    with pytest.raises(VerificationError) as caught:
        report.demand()
    more = len(report.mismatches) - 1
    assert str(caught.value) == (
        f"the contribution {first.place} (op {op.name}) is {first.numeric:.12g} by the float engine, "
        f"{first.exact:.12g} exactly, {first.difference:.12g} by finite differences (and {more} more); "
        f"check the op table's row {op.name!r}"
    )


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=repr)
def test_a_broken_forward_is_caught_and_named(op, monkeypatch):
    point = next(point for point in op.points if 0.05 < abs(op.forward(*point)) < 100 and 0.0 not in point)
    put_in_table(monkeypatch, replace(op, value=f"({op.value}) * (1 + 1e-9)"))
    graph = graph_through(op, point)
    for report in (verify(graph), verify_forward(graph)):
        first = report.mismatches[0]
        assert (first.kind, first.place, first.op) == ("value", "z", op.name)


@settings(max_examples=100)
@given(programs(), st.data())
def test_a_broken_vjp_is_caught_wherever_it_matters(graph, data):
    name = data.draw(st.sampled_from(sorted({op.name for _, op, _ in graph.operations})))
    affected = [
        check
        for check in verify(graph).checks
        if (check.kind, check.op) == ("contribution", name)
        and abs(check.exact) > 1e-6 + 10 * (check.tolerance + check.difference_tolerance)
    ]
    with pytest.MonkeyPatch.context() as monkeypatch:
        put_in_table(monkeypatch, broken_row(OPS[name], 1.5))
        report = verify(ComputationalGraph(graph.network, graph.output))
    if affected:
        assert report.mismatches[0].op == name


def test_the_op_at_fault_is_named_before_those_that_inherit_it(monkeypatch):
    put_in_table(monkeypatch, broken_row(OPS["tanh"], 1.01))
    report = verify(parse("x = 0.5\na = sin(x)\nb = exp(a)\nc = tanh(b)\ny = c * c"))
    contributions = [check.place for check in report.mismatches if check.kind == "contribution"]
    assert contributions == ["b → c", "a → b", "x → a"]
    with pytest.raises(VerificationError, match=r"^4:5: the contribution b → c \(op tanh\) is "):
        report.demand()


def test_a_lost_contribution_is_told_apart_from_a_broken_row():
    report = verify(parse("x = 3\ny = x * x"))
    lost = replace(report, checks=(Check("gradient", "x", "input", 3.0, 6.0, 1e-15, 6.0, 1e-9),))
    with pytest.raises(VerificationError) as caught:
        lost.demand()
    assert str(caught.value) == (
        "1:1: the gradient x (op input) is 3 by the float engine, 6 exactly, 6 by finite differences; "
        "check how its contributions add up"
    )


ROUNDED_TIES = {
    "max": "a = 0.1\nb = 0.2\nc = 0.3\ny = max(a + b, c)",
    "min": "a = 0.1\nb = 0.2\nc = 0.3\ny = min(a + b, c)",
    "max the other way": "a = 0.1\nb = 0.7\nc = 0.8\ny = max(c, a + b)",
    "relu": "a = 0.1\nb = 0.2\nc = 0.3\ny = relu(a + b - c)",
    "abs": "a = 0.1\nb = 0.2\nc = 0.3\ny = abs(a + b - c)",
    "inside a graph": "a = 0.1\nb = 0.2\nc = 0.3\ny = exp(3 * max(a + b, c)) * a",
    "a root squared": "x = 2\nr = sqrt(x)\ny = max(r * r, x)",
    "sine of half a turn": "x = 1\ny = relu(sin(4 * atan(x)))",
}


@pytest.mark.parametrize("source", ROUNDED_TIES.values(), ids=ROUNDED_TIES)
def test_rounded_ties_are_no_faults(source):
    verify(parse(source)).demand()


EXACT_KINKS = {
    "relu": ("relu", "x = 0\ny = relu(x)"),
    "abs": ("abs", "x = 0\ny = abs(x)"),
    "max": ("max", "x = 2.5\nz = 2.5\ny = max(x, z)"),
    "min": ("min", "x = 2.5\nz = 2.5\ny = min(x, z)"),
    "max of a product that floats hold": ("max", "x = 2\nz = 3\nw = 6\ny = max(x * z, w)"),
    "relu of a difference that floats hold": ("relu", "x = 3\ny = relu(2 * x - 6) + x"),
    "relu of nothing": ("relu", "x = 0.1\ny = relu(x * 0)"),
    "relu of a number less itself": ("relu", "x = 0.1\ny = relu(x - x) * 5"),
    "abs of a sine at 0": ("abs", "x = 0\ny = abs(sin(x))"),
    "max of equal roots": ("max", "x = 16\nz = 4\ny = max(sqrt(x), z)"),
}
ONE_SIDED = {
    "relu": ("g * (x >= 0)",),
    "abs": ("g * (1.0 if x >= 0 else -1.0)",),
    "max": ("g * (x >= y)", "g * (x < y)"),
    "min": ("g * (x <= y)", "g * (x > y)"),
}


@pytest.mark.parametrize(("name", "source"), EXACT_KINKS.values(), ids=EXACT_KINKS)
def test_exact_kinks_are_held_to_the_convention(name, source, monkeypatch):
    verify(parse(source)).demand()
    put_in_table(monkeypatch, replace(OPS[name], vjps=ONE_SIDED[name]))
    first = verify(parse(source)).mismatches[0]
    assert (first.kind, first.op, first.difference) == ("contribution", name, None)


HARD = {
    "cancellation": "x = 1\ny = (x + 1e-9) - x",
    "catastrophic cancellation": "x = 0.1\ny = (x + 1e9 - 1e9) * 3",
    "a gradient that cancels": "a = 0.3\nb = 0.3\nk = a - b\nx = 2\ny = sin(x) * k",
    "no derivative where the gradient cancels": "a = 0.3\nb = 0.3\nk = a - b\nx = 0\ny = sqrt(x) * k",
    "a large and a small term": "x = 1e-12\ny = exp(x) - 1",
    "a steep sigmoid": "x = 0.001\ny = sigmoid(5000 * x)",
    "a saturated sigmoid": "x = 800\ny = sigmoid(x) + x",
    "a saturated softplus": "x = 1e6\ny = softplus(x)",
    "an underflow": "x = -1400\ny = abs(exp(x)) + x",
    "a bump narrower than a step": "x = 1.00000001\ny = exp(-(10000000 * (x - 1)) ** 2)",
    "an oscillation as long as a step": "x = 1\ny = sin(1647099.3288763 * x)",
    "an oscillation beside a line": "x = 1e9\ny = tan(x) + x",
    "far from 0": "x = 1e100\ny = sqrt(x) / x",
    "near 0": "x = 1e-100\ny = log(x) * x",
    "a large power": "x = 1.0000001\ny = x ** 1e9",
    "waves beside a far larger term": "x = 1e16\ny = x - sin(x)",
    "waves far from the term beside them": "x = -1e16\na = 3 * cos(x * 2)\ny = (x + 1e16) - x - a",
    "beside the edge of the domain": "x = 1e-9\ny = sqrt(x)",
    "a minimum": "x = 3\ny = square(x - 3)",
}


@pytest.mark.parametrize("source", HARD.values(), ids=HARD)
def test_hard_graphs_are_no_faults(source):
    verify(parse(source)).demand()


OUT_OF_SCALE = {
    "a sum of some 1e-309 and 1e10": "x = 1e-307\na = x * 0.01\ny = max(a + 1e10, 2e10)",
    "a small number beside a large one": "x = 1e-154\nz = 2\na = max(x, 1e300)\ny = z * 3",
    "a difference of them": "x = 1e-300\nz = 1e150\na = x - z\ny = z * 2",
    "a slope near the largest number": "x = 0.5\nz = 1e308\na = z * x\ny = x + 1",
}


@pytest.mark.parametrize("source", OUT_OF_SCALE.values(), ids=OUT_OF_SCALE)
def test_a_difference_without_bounds_says_nothing(source):
    for check in verify(parse(source)).demand().checks:
        assert math.isfinite(check.difference_tolerance)
        assert check.difference is None or math.isfinite(check.difference)


UNDERFLOWS = {
    "of a value": "x = -740\ny = 1e300 * exp(x)",
    "of a value and its slope": "x = -745\ny = 1e300 * sigmoid(x)",
    "of a slope": "x = 745\ny = 1e300 * sigmoid(x)",
    "of a slope to nothing": "x = 740\ny = 1e300 * tanh(x)",
    "of a contribution": "x = -745\ny = tanh(-360 * (0.02 + exp(x / 74500)))",
    "of a quotient that then is equal to itself": "x = 355\na = softplus(x)\nb = a / a\ny = atan(tanh(a))",
    "across a kink": "x = 1e-200\nz = 1e150\ny = 0.01 + abs(x / z)",
    "across two kinks": "x = 1e-200\nz = 1e150\ny = 0.01 + abs(abs(x / z))",
    "across a kink to 0": "x = 1e-200\nz = 1e150\ny = relu(relu(x / z)) * 3 + 1",
    "of a product that grows again": "x = 1e-200\ny = x ** 1.6 * 1e300",
}


@pytest.mark.parametrize("source", UNDERFLOWS.values(), ids=UNDERFLOWS)
def test_underflows_are_no_faults(source):
    verify(parse(source)).demand()


@pytest.mark.parametrize("name", ["exp", "sigmoid", "softplus"])
def test_a_broken_vjp_is_found_among_underflows(name, monkeypatch):
    source = f"x = -740\ny = 1e300 * {name}(x)"
    assert verify(parse(source)).passed
    put_in_table(monkeypatch, broken_row(OPS[name], 1.5))
    assert verify(parse(source)).mismatches[0].op == name


POWERS = {
    "an even exponent beyond 2**53": ("x = -1\ny = x ** 1e300", -1e300),
    "the first that has no float less 1": ("x = -1\ny = x ** 9007199254740994", -9007199254740994.0),
    "a large odd one": ("x = -1\ny = x ** 9007199254740991", 9007199254740991.0),
    "large and negative": ("x = -1\ny = x ** -1e300", 1e300),
    "a fraction": ("x = 1e150\ny = x ** 0.1", 1e-136),
    "a negative fraction": ("x = 1e-200\ny = x ** -0.1", -1e219),
    "next to nothing": ("x = 1e-300\ny = x ** 1e-20", 1e280),
}


@pytest.mark.parametrize(("source", "slope"), POWERS.values(), ids=POWERS)
def test_powers_are_no_faults(source, slope):
    report = verify(parse(source)).demand()
    assert report.numeric.gradients["x"] == pytest.approx(slope, rel=1e-13, abs=0)
    assert to_float(report.exact.gradients["x"]) == pytest.approx(slope, rel=1e-13, abs=0)


@pytest.mark.parametrize("exponent", ["9007199254740993", "-9007199254740993", "18014398509481985"])
def test_a_sign_that_hangs_on_a_digit_that_no_float_has_is_no_fault(exponent):
    report = verify(parse(f"x = -1\ny = x ** {exponent}")).demand()
    assert (report.numeric.values["y"], to_float(report.exact.values["y"])) == (1.0, -1.0)


def test_finite_differences_say_nothing_at_a_kink():
    checks = verify(parse("x = 0\ny = relu(x)")).checks
    told = [str(check) for check in checks if check.kind == "gradient" and check.place == "x"]
    assert told == [
        "the gradient x (op input) is 0 by the float engine, 0 exactly, not applicable by finite differences"
    ]


def test_inputs_are_differenced_first_where_a_graph_is_large(monkeypatch):
    graph = parse("x = 0.5\ny = 2\na = sin(x)\nb = a * y\nc = b + a")
    monkeypatch.setattr(verify_module, "MAX_DIFFERENCED", 2 * 2 * len(verify_module._STEPS) * 3)
    gradients = {check.place: check for check in verify(graph).checks if check.kind == "gradient"}
    assert {place for place, check in gradients.items() if check.difference is not None} == {"x", "y"}
    assert gradients.keys() == {"x", "y", "a", "b", "c"}


def scaled(scalars, length):
    """A graph of large arrays with as many scalar inputs: tanh(x * s0), tanh of that * s1, …"""
    builder = GraphBuilder()
    value = builder.input("x", ((Fraction(1, 2),) * length,) * length)
    for number in range(scalars):
        scale = builder.input(f"s{number}", Fraction(9, 10))
        value = builder.apply(OPS["tanh"], builder.apply(OPS["multiply"], value, scale))
    settings = (("axis", None), ("keepdims", False))
    return builder.build(builder.apply(OPS["mean"], value, parameters=settings))


def sampled(monkeypatch, scalars, entries):
    """The inputs of which entries are sampled where so many entries in all are affordable, with how many."""
    graph = scaled(scalars, 100)
    cost = 2 * len(verify_module._STEPS) * (2 * scalars * (10_000 + verify_module._CALL) + 20_000)
    monkeypatch.setattr(verify_module, "MAX_SAMPLED", entries * cost)
    return Counter(check.place.split("[")[0] for check in verify(graph).demand().checks)


def test_a_sample_is_as_large_as_is_affordable(monkeypatch):
    assert sampled(monkeypatch, 4, 1000) == {"x": 12, "s0": 1, "s1": 1, "s2": 1, "s3": 1}
    assert sampled(monkeypatch, 4, 15) == {"x": 3, "s0": 1, "s1": 1, "s2": 1, "s3": 1}
    assert sampled(monkeypatch, 4, 5) == {"x": 1, "s0": 1, "s1": 1, "s2": 1, "s3": 1}
    assert sampled(monkeypatch, 4, 3) == {"x": 1, "s1": 1, "s3": 1}
    assert sampled(monkeypatch, 4, 0) == {"x": 1}


def test_what_is_sampled_of_many_inputs_does_not_cost_more(monkeypatch):
    """A graph of 100 inputs would cost 900 passes."""
    passes = []
    monkeypatch.setattr(verify_module, "MAX_SAMPLED", 50_000_000)
    counted = verify_module.forward
    monkeypatch.setattr(verify_module, "forward", lambda *given: passes.append(1) or counted(*given))
    assert verify(scaled(100, 100)).passed
    assert len(passes) < 50


def test_a_sample_finds_a_broken_vjp(monkeypatch, break_vjp):
    assert sampled(monkeypatch, 4, 3)
    break_vjp("tanh")
    assert not verify(scaled(4, 100)).passed


def test_a_report_holds_both_passes():
    report = verify(parse("x = 3\ny = x * 1.1"))
    assert report.demand() is report
    assert report.numeric.gradients == {"x": 1.1, "y": 1.0}
    assert report.exact.gradients == {"x": Fraction(11, 10), "y": 1}
    assert max(check.error for check in report.checks) < 1e-15


def test_values_alone_need_no_derivatives():
    graph = parse("x = 0\ny = sqrt(x)")
    report = verify_forward(graph).demand()
    assert [check.kind for check in report.checks] == ["value", "value"]
    with pytest.raises(EvaluationError, match="has no finite derivative"):
        verify(graph)


@pytest.mark.parametrize("zero", ["x - x", "x * 0", "relu(-x)", "square(x - 0.5)"])
def test_the_root_of_a_computed_0_has_a_value(zero, monkeypatch):
    graph = parse(f"x = 0.5\ny = sqrt({zero})")
    assert verify_forward(graph).demand().numeric.values["y"] == 0.0
    put_in_table(monkeypatch, replace(OPS["sqrt"], value="sqrt(x) + 1e-9"))
    assert not verify_forward(parse(graph.source())).passed


def test_a_graph_without_numbers_has_no_report():
    with pytest.raises(EvaluationError, match=r"^1:5: the input 'x' has no number; give it one: x = 1$"):
        verify(parse("y = x * 2"))


CHECKS = {
    "equal": (Check("value", "x", "add", 1.0, 1.0, 0.0), True),
    "within the tolerance": (Check("value", "x", "add", 1.0 + 1e-10, 1.0, 1e-9), True),
    "beyond the tolerance": (Check("value", "x", "add", 1.0 + 1e-8, 1.0, 1e-9), False),
    "not a number": (Check("value", "x", "add", math.nan, 1.0, 1e-9), False),
    "infinite": (Check("value", "x", "add", math.inf, 1.0, 1e-9), False),
    "a tolerance that is no number": (Check("value", "x", "add", 1.0, 1.0, math.nan), False),
    "a difference that disagrees": (Check("value", "x", "add", 1.0, 1.0, 0.0, 1.1, 0.01), False),
    "a difference that agrees": (Check("value", "x", "add", 1.0, 1.0, 0.0, 1.001, 0.01), True),
    "only the difference agrees": (Check("value", "x", "add", 2.0, 1.0, 0.0, 1.0, 0.01), False),
}


@pytest.mark.parametrize(("check", "passed"), CHECKS.values(), ids=CHECKS)
def test_a_check_passes_within_its_tolerances_only(check, passed):
    assert check.passed is passed


SYMBOLIC = {
    "polynomial": "t = x + y\nz = t ** 2",
    "inside (0, 1)": "z = sqrt(1 - x * x - y * y)",
    "above 3": "z = log(x - 3)",
    "negative": "z = log(-x)",
    "mixed signs": "z = log(-x) + log(y)",
    "a piecewise form": "z = max(x, y) + relu(x) + abs(y)",
    "too large for closed forms": "t0 = sin(x)\n"
    + "".join(f"t{i + 1} = sin(t{i}) * t{i} + x\n" for i in range(20)),
    "many inputs": "z = " + " + ".join(f"log(x{i}) * x{i}" for i in range(12)),
}


@pytest.mark.parametrize("source", SYMBOLIC.values(), ids=SYMBOLIC)
def test_graphs_without_numbers_are_verified_at_a_point(source):
    assert "gradient" in {check.kind for check in verify_symbolic(parse(source)).demand().checks}


@pytest.mark.parametrize("what", ["value", "gradient", "contribution"])
def test_what_is_written_is_compared_too(monkeypatch, what):
    field = {"contribution": "edge_contributions"}.get(what, f"node_{what}s")

    def broken(graph):
        forms = written_forms(graph)
        return replace(forms, **{field: tuple(form * 2 for form in getattr(forms, field))})

    monkeypatch.setattr(verify_module, "written_forms", broken)
    report = verify_symbolic(parse("z = x * y"))
    assert {check.kind for check in report.mismatches} == {f"written {what}"}
    with pytest.raises(VerificationError, match=f"the written {what} "):
        report.demand()


def test_written_local_derivatives_are_compared_too(monkeypatch):
    monkeypatch.setattr(verify_module, "written_derivative", lambda graph, edge: sp.Integer(7))
    report = verify_symbolic(parse("p = sigmoid(z)"))
    assert {check.kind for check in report.mismatches} == {"written local derivative"}


def test_a_graph_that_has_a_value_nowhere():
    with pytest.raises(EvaluationError, match="has no value; log is defined for x > 0"):
        verify_symbolic(parse("z = log(-1 - x * x)"))


@pytest.mark.parametrize(("op", "position"), OPERANDS)
def test_a_broken_row_fails_its_own_checks(op, position):
    wrong = [check for check in verify_op(broken_row(op, 1 + 1e-9, position)) if not check.passed]
    assert {check.kind for check in wrong} == {f"local derivative {position + 1}"}
    assert {check.op for check in wrong} == {op.name}


def test_a_slope_in_the_place_of_none_fails_its_rows_checks(monkeypatch):
    wrong = replace(OPS["step"], vjps=("g * 1",))
    assert "local derivative 1" in {check.kind for check in verify_op(wrong) if not check.passed}
    put_in_table(monkeypatch, wrong)
    assert not verify(parse("x = 3\ny = x * step(x)")).passed


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=repr)
def test_a_broken_forward_fails_its_rows_checks(op):
    wrong = replace(op, value=f"({op.value}) * (1 + 1e-9)")
    assert "value" in {check.kind for check in verify_op(wrong) if not check.passed}


@pytest.mark.parametrize(
    "source",
    [
        "x = 1e300\ny = sin(x)",
        "x = 1e300\ny = abs(cos(x)) * 2",
        "x = 1e300\ny = tan(x) + relu(x)",
        "x = 1.5707963267948966\ny = tan(x)",
        "x = 123456789012345678.9\ny = sin(x) * x",
    ],
)
def test_a_float_without_the_digits_of_its_number_is_no_fault_of_an_op(source):
    assert verify(parse(source)).mismatches == ()
