"""Symbolic against numeric against finite differences.

The float engine runs on hand-written vjps, the exact one on SymPy's derivatives, and central finite
differences use the float functions alone: three ways to the same numbers. Each comparison's tolerance
follows from the rounding that floats cannot avoid (a running error analysis, as in Higham, Accuracy
and Stability of Numerical Algorithms, section 3.3), so that a well-conditioned graph is held to some
1e-14 and a rounded tie in a max is not called a fault.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from graphgen.algebra import (
    DIGITS,
    edge_derivatives,
    exact_pass,
    exact_values,
    expression,
    local_derivatives,
    node_symbol,
    spelled_out,
    symbols,
    to_float,
    written_derivative,
    written_forms,
)
from graphgen.autodiff import backward, forward
from graphgen.errors import EvaluationError, OptionError, VerificationError
from graphgen.graph import ComputationalGraph, Edge, Node, Operation, Pass
from graphgen.ops import Op, Operands, on_arrays
from graphgen.verification.underflow import lost

if TYPE_CHECKING:
    import sympy as sp

MAX_DIFFERENCED = 300_000
"""Operations that the whole-graph finite differences of one graph may cost; past it, inputs go first."""
MAX_SAMPLED = 500_000_000
"""The same for a graph too large to be exact, in entries of arrays: 10 ns each, so some 5 s in all."""

SAMPLED = "sampled gradient"

_SAMPLED = 12
"""Entries of each input that are sampled, as long as all of that is affordable."""
_CALL, _PRODUCTS = 500, 64
"""Entries that take as long as one call of NumPy, and multiplications in a product of matrices that take as
long as one entry."""
_ANY_ORDER = 1e-13
"""How far sums of floats may differ, relative to their largest term, by the order of their terms."""
_ROUNDING = 2.0**-53
_SLACK = 8.0
_STEP = 2.0**-17
_STEPS = (1.0, 0.5, 2.0**-8, 2.0**-20)
_TINY = 1e-300
_FAR, _BENT = 1e-3, 0.1
"""A move that counts, relative to the value, and how unlike the moves either way are of what bends."""
_UNDERFLOW = math.ulp(0.0)
# Points for inputs without numbers: plain ones first, then inside (0, 1), of mixed signs, large and small.
_SAMPLES = tuple(
    tuple(map(Fraction, sample.split()))
    for sample in (
        "3/2 5/4 7/3 2 9/5",
        "1/3 1/2 2/3 1/5 3/4",
        "-3/2 5/4 -1/3 2 -7/5",
        "-5/2 -1/4 -2 -1/3 -3",
        "9/2 11/2 17/3 5 13/3",
        "99 101 97/2 60 203/2",
        "1/10 1/7 1/9 1/8 1/11",
    )
)


@dataclass(frozen=True)
class Check:
    """One comparison: what `kind` of number (value, contribution or gradient), where, and by whom.

    Of a sampled gradient, in a graph too large to be exact, `exact` is the float engine's own.
    """

    kind: str
    place: str
    op: str
    numeric: float
    exact: float
    tolerance: float
    difference: float | None = None
    difference_tolerance: float = 0.0

    @property
    def error(self) -> float:
        """The disagreement of the two engines, relative to the exact number where that is above 1."""
        return abs(self.numeric - self.exact) / max(1.0, abs(self.exact))

    @property
    def passed(self) -> bool:
        engines = abs(self.numeric - self.exact) <= self.tolerance + _TINY
        if self.difference is None:
            return engines
        return engines and abs(self.difference - self.exact) <= self.difference_tolerance

    def __str__(self) -> str:
        difference = "not applicable" if self.difference is None else f"{self.difference:.12g}"
        exact = "" if self.kind == SAMPLED else f"{self.exact:.12g} exactly, "
        return (
            f"the {self.kind} {self.place} (op {self.op}) is {self.numeric:.12g} by the float engine, "
            f"{exact}{difference} by finite differences"
        )


@dataclass(frozen=True)
class Report:
    """What verifying one graph found; it holds both passes, so that nothing is computed twice."""

    graph: ComputationalGraph
    numeric: Pass[float]
    exact: Pass[sp.Expr]
    checks: tuple[Check, ...] = field(repr=False)

    @cached_property
    def mismatches(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)

    @property
    def passed(self) -> bool:
        return not self.mismatches

    def demand(self) -> Report:
        """The report itself; raises VerificationError, naming the first mismatch, unless it passed."""
        if self.mismatches:
            first, more = self.mismatches[0], len(self.mismatches) - 1
            told = f"{first}" + (f" (and {more} more)" if more else "")
            node = self.graph[_node_at(first.place)]
            mend = (
                f"check the op table's row {first.op!r}" if node.op else "check how its contributions add up"
            )
            raise VerificationError(told, mend, node.place)
        return self


def _node_at(place: str) -> str:
    """The id of the node that a check is about: y for x → y, for y[0,1] and for x[0]→y:1."""
    return re.split(r"[\\[:]", place.split("→")[-1].strip())[0]


def verify(graph: ComputationalGraph) -> Report:
    """Compares every value, contribution and gradient of a graph that has numbers.

    A graph of arrays is compared entry by entry. One too large for that is held against finite
    differences at a sample of its entries, and the report's exact pass is the numeric one.

    >>> from graphgen.language import parse
    >>> report = verify(parse("x = 3\\ny = x * x"))
    >>> report.passed, len(report.checks)
    (True, 6)

    Raises EvaluationError where the graph has no value or no gradient.
    """
    numeric = backward(forward(graph))
    if not graph.is_scalar:
        return _verify_arrays(graph, numeric)
    exact = exact_pass(graph)
    return Report(graph, numeric, exact, tuple(_checks(graph, numeric, exact)))


def verify_forward(graph: ComputationalGraph) -> Report:
    """The same for a graph of which only the values are shown: its derivatives need not exist."""
    numeric = forward(graph)
    if not graph.is_scalar:
        return _verify_arrays(graph, numeric)
    exact = Pass(graph, exact_values(graph))
    errors = _value_errors(graph, numeric.node_values)
    return Report(graph, numeric, exact, tuple(_value_checks(graph, numeric, exact, errors)))


def _verify_arrays(graph: ComputationalGraph, numeric: Pass[Any]) -> Report:
    from graphgen.algebra import MAX_OPERATIONS, gathered, operations, scattered, unroll

    goes_back = bool(numeric.node_gradients)
    if operations(graph) > MAX_OPERATIONS:
        checks = tuple(_sampled_checks(graph, numeric)) if goes_back else ()
        return Report(graph, numeric, numeric, checks)
    unrolled = unroll(graph)
    entries = unrolled.graph
    if goes_back:
        exact = exact_pass(entries)
        # The float engine's own numbers stand in for what is within an op on whole arrays.
        floats = scattered(numeric, unrolled, backward(forward(entries)))
        found = _checks(entries, floats, exact)
    else:
        exact = Pass(entries, exact_values(entries))
        floats = scattered(numeric, unrolled, forward(entries))
        found = _value_checks(entries, floats, exact, _value_errors(entries, floats.node_values))
    sizes = {node.id: _size(value) for node, value in zip(graph, numeric.node_values, strict=True)}
    return Report(
        graph,
        numeric,
        gathered(graph, unrolled, exact),
        tuple(_of_entry(check, graph, unrolled.owner, sizes) for check in found),
    )


def _size(value: Any) -> float:
    return float(abs(value).max()) if hasattr(value, "max") else abs(value)


def _of_entry(
    check: Check, graph: ComputationalGraph, owner: Mapping[str, str], sizes: Mapping[str, float]
) -> Check:
    """A check of an entry, told of the op it belongs to; arrays may add up in another order."""
    node = graph[owner[re.split(" → ", check.place)[-1]]]
    if node.op is None:
        return check
    return replace(
        check,
        op=node.op.name,
        tolerance=16 * check.tolerance + _ANY_ORDER * sizes[node.id] * (check.kind == "value"),
        difference_tolerance=16 * check.difference_tolerance,
    )


def _sampled_checks(graph: ComputationalGraph, run: Pass[Any]) -> Iterator[Check]:
    """Gradients at a sample of the inputs' entries against central differences of the whole graph.

    The sample is as large as MAX_SAMPLED affords, and has an entry at least.
    """
    import numpy as np

    affordable = max(1, MAX_SAMPLED // (2 * len(_STEPS) * _cost_of_a_pass(graph)))
    for node, flats in _sample(graph.inputs, affordable):
        for flat in flats:
            place = tuple(map(int, np.unravel_index(flat, node.shape)))
            gradient = float(np.asarray(run.gradients[node.id])[place])

            def along(x: float, node: Node = node, place: tuple[int, ...] = place) -> tuple[float, Any]:
                moved = np.array(run.values[node.id])
                moved[place] = x
                given = {other.id: run.values[other.id] for other in graph.inputs} | {node.id: moved}
                try:
                    moved_run = forward(graph, given)
                except EvaluationError:
                    raise ValueError from None  # as for a label between two classes
                return moved_run.values[graph.output], tuple(_sides(moved_run))

            start = float(np.asarray(run.values[node.id])[place])
            error = _ANY_ORDER * abs(run.values[graph.output])
            difference, tolerance = _central_difference(along, start, error)
            told = f"{node.id}[{','.join(map(str, place))}]" if place else node.id
            yield Check(SAMPLED, told, "input", gradient, gradient, 0.0, difference, tolerance)


def _sample(inputs: tuple[Node, ...], affordable: int) -> list[tuple[Node, list[int]]]:
    """Entries of inputs, by their places in the flattened array, far from one another.

    Where not all are affordable, as many of each input; where not even one of each is, inputs far from one
    another.
    """
    chosen = [inputs[i] for i in _spread(len(inputs), affordable)]
    each = min(_SAMPLED, affordable // max(1, len(chosen)))
    return [(node, _spread(math.prod(node.shape), each)) for node in chosen]


def _spread(size: int, most: int) -> list[int]:
    """Up to so many places from 0 to size - 1, the ends among them.

    >>> _spread(3, 5), _spread(100, 4), _spread(100, 1)
    ([0, 1, 2], [0, 33, 66, 99], [0])
    """
    count = min(size, most)
    return [round(i * (size - 1) / max(1, count - 1)) for i in range(count)]


def _cost_of_a_pass(graph: ComputationalGraph) -> int:
    """How long a forward pass over arrays takes, in entries."""
    from graphgen.algebra import operations

    entries = sum(math.prod(graph.nodes[index].shape) for index, _, _ in graph.operations)
    products = max(0, operations(graph) - entries)
    return entries + products // _PRODUCTS + _CALL * len(graph.operations)


def _sides(run: Pass[Any]) -> Iterator[bytes]:
    """On which side of each kink the values lie."""
    import numpy as np

    for node in run.graph:
        if node.op is not None and node.op.switch is not None:
            switch = node.op.switch(*(run.values[operand] for operand in node.operands))
            yield np.sign(switch).tobytes()


def verify_symbolic(graph: ComputationalGraph, free: Sequence[str] | None = None) -> Report:
    """Compares a graph whose inputs have no numbers at a point where it has a value.

    What its picture writes of it, where it is small enough to be written, is evaluated there too and held
    against the exact numbers. `free` are the inputs that take the point's numbers: those without one,
    unless given.

    Raises EvaluationError where no point that is tried has values and gradients.
    """
    if free is None:
        free = [node.id for node in graph.inputs if node.is_symbolic_input]
    if free and not graph.is_scalar:
        raise EvaluationError(
            f"the input {free[0]!r} has no number",
            f"a graph of arrays is worked out in numbers: give it one, as in {free[0]} = 1",
            graph[free[0]].place,
        )
    fault: EvaluationError | None = None
    for sample in _SAMPLES:
        point = {id: sample[i % len(sample)] + i // len(sample) for i, id in enumerate(free)}
        try:
            numeric = backward(forward(graph, {id: float(number) for id, number in point.items()}))
            exact = exact_pass(graph, point)
        except EvaluationError as error:
            fault = error
            continue
        checks = [*_checks(graph, numeric, exact), *_form_checks(graph, exact)]
        return Report(graph, numeric, exact, tuple(checks))
    assert fault is not None
    raise fault


def demand_alike(closed: Pass[Any], opened: Pass[Any]) -> None:
    """Raises VerificationError unless two exact passes agree on every node of the first that has a name."""
    pairs = ((closed.values, opened.values, "value"), (closed.gradients, opened.gradients, "gradient"))
    for node in closed.graph:
        for one, other, kind in pairs:
            if node.name and node.id in one and not _alike(one[node.id], other[node.id]):
                raise VerificationError(
                    f"the {kind} of {node.id!r} is {one[node.id]}, and {other[node.id]} with layers opened",
                    "check what the op table's rows say that they stand for",
                    node.place,
                )


def _alike(one: Any, other: Any) -> bool:
    pairs = zip(one.flat, other.flat, strict=True) if getattr(one, "shape", ()) else ((one, other),)
    return all(math.isclose(to_float(a), to_float(b), rel_tol=1e-12, abs_tol=1e-15) for a, b in pairs)


def _form_checks(graph: ComputationalGraph, exact: Pass[sp.Expr]) -> Iterator[Check]:
    """The forms that a picture prints against the exact numbers, at the same point."""
    import sympy as sp

    try:
        forms = written_forms(graph)
    except OptionError:
        return
    # In digits: SymPy would write a long power out, such as (1/3)**1e9.
    point = {node_symbol(node): sp.N(exact.values[node.id], DIGITS) for node in graph if not node.is_constant}

    def check(what: str, place: str, id: str, form: sp.Expr, number: sp.Expr) -> Check:
        op, expected = graph[id].op, to_float(number)
        found = to_float(spelled_out(form).xreplace(point))
        tolerance = 1e-12 * max(1.0, abs(expected))
        return Check(f"written {what}", place, op.name if op else "input", found, expected, tolerance)

    for id, form in forms.values.items():
        yield check("value", id, id, form, exact.values[id])
    for id, form in forms.gradients.items():
        yield check("gradient", id, id, form, exact.gradients[id])
    for edge, derivative in edge_derivatives(exact).items():
        place, id = f"{edge[0]} → {edge[1]}", edge[1]
        yield check("contribution", place, id, forms.contributions[edge], exact.contributions[edge])
        yield check("local derivative", place, id, written_derivative(graph, edge), derivative)


def verify_op(op: Op) -> Iterator[Check]:
    """Compares one row of the op table with itself at every point that it names.

    The value with the expression; each local derivative of the vjp with SymPy's, and with a finite
    difference of the float function. Of an op on whole arrays, what the vjp sends back for an upstream
    gradient with the Jacobian: SymPy differentiates every entry of the result by every entry of an
    operand.
    """
    import sympy as sp

    if not op.is_elementwise:
        for point in op.points:
            for variant in op.variants:
                yield from _verify_on_arrays(op, point, variant)
        return
    for point in op.points:
        at = dict(zip(symbols(op), map(sp.Rational, point), strict=True))
        told = f"{op.name}({', '.join(f'{x:.6g}' for x in point)})"
        value = op.forward(*point)
        exact_value = to_float(expression(op).xreplace(at))
        yield Check("value", told, op.name, value, exact_value, _local_tolerance(exact_value))
        vjp = op.vjp(1.0, value, *point)
        for position, derivative in enumerate(local_derivatives(op)):
            exact = derivative.xreplace(at)
            if not exact.is_real or not exact.is_finite:
                continue
            expected = to_float(exact)
            difference, tolerance = _op_difference(op, point, position)
            yield Check(
                f"local derivative {position + 1}",
                told,
                op.name,
                vjp[position],
                expected,
                _local_tolerance(expected),
                difference,
                tolerance,
            )


def _verify_on_arrays(op: Op, point: Operands, parameters: Mapping[str, Any]) -> Iterator[Check]:
    import numpy as np
    import sympy as sp

    from graphgen.algebra import array_expression, array_symbols, is_label

    told = f"{op.name}({', '.join(f'{np.shape(x)}'.replace(' ', '') for x in point)})"
    compute, vjp = on_arrays(op)
    settings = {**op.parameters, **parameters}
    operands = [np.array(operand) for operand in point]
    symbols_of = array_symbols(op, operands)
    formula = array_expression(op, symbols_of, parameters)
    at = {
        symbol: sp.Rational(number)
        for letters, operand in zip(symbols_of, operands, strict=True)
        for symbol, number in zip(letters.flat, operand.flat, strict=True)
        if isinstance(symbol, sp.Symbol)
    }
    value = compute(*operands, **settings)
    exact = np.frompyfunc(lambda entry: to_float(sp.sympify(entry).xreplace(at)), 1, 1)(formula)
    for got, expected in zip(np.ravel(value), np.ravel(exact), strict=True):
        yield Check("value", told, op.name, float(got), expected, _array_tolerance(exact))
    # An upstream gradient with an entry of its own for each of the value's.
    upstream = (np.arange(np.size(value)) % 5 - 1.5).reshape(np.shape(value))
    loss = sum(sp.Rational(g) * entry for g, entry in zip(np.ravel(upstream), np.ravel(formula), strict=True))
    for position, sent in enumerate(vjp(upstream, value, *operands, **settings)):
        if is_label(op, operands, position):
            continue
        derivative = np.frompyfunc(lambda symbol: to_float(sp.diff(loss, symbol).xreplace(at)), 1, 1)
        expected_all = derivative(symbols_of[position])
        for place in np.ndindex(operands[position].shape):

            def along(x: float, position: int = position, place: tuple[int, ...] = place) -> Any:
                moved = [np.array(operand) for operand in operands]
                moved[position][place] = x
                return float(np.sum(upstream * compute(*moved, **settings))), ()

            size = _ANY_ORDER * float(np.max(np.abs(upstream * value)))
            difference, tolerance = _central_difference(along, float(operands[position][place]), size)
            yield Check(
                f"gradient of operand {position + 1}",
                told,
                op.name,
                float(np.asarray(sent)[place]),
                expected_all[place],
                _array_tolerance(expected_all),
                difference,
                tolerance,
            )


def _array_tolerance(exact: Any) -> float:
    """For sums of entries in any order: relative to the largest."""
    return _ANY_ORDER * float(abs(exact).max() if hasattr(exact, "max") else abs(exact))


def _local_tolerance(exact: float) -> float:
    """64 times the rounding of one operation: the points are exact, and the float rules a few long."""
    return 64 * _ROUNDING * abs(exact)


def _checks(graph: ComputationalGraph, numeric: Pass[float], exact: Pass[Any]) -> Iterator[Check]:
    values = numeric.node_values
    value_errors = _value_errors(graph, values)
    yield from _value_checks(graph, numeric, exact, value_errors)
    # A float that is exact lies on its kink exactly, however it was computed.
    at_errors = [
        0.0 if expected.is_Rational and Fraction(expected.p, expected.q) == value else error
        for value, expected, error in zip(values, exact.node_values, value_errors, strict=True)
    ]
    gradient_errors, contribution_errors = _gradient_errors(graph, numeric, at_errors)
    rough: set[str] = set()
    # In the order of the backward pass, so that the op at fault comes before those that inherit it.
    for edge, contribution in reversed(tuple(numeric.contributions.items())):
        operand, node_id, position = edge
        node = graph[node_id]
        assert node.op is not None
        upstream = numeric.gradients[node_id]
        point = tuple(numeric.values[id] for id in node.operands)
        difference, tolerance = _op_difference(node.op, point, position)
        if math.isinf(tolerance):
            rough.add(node_id)
        exact_contribution = to_float(exact.contributions[edge])
        yield Check(
            "contribution",
            f"{operand} → {node_id}",
            node.op.name,
            contribution,
            exact_contribution,
            contribution_errors[edge],
            None if difference is None else difference * upstream,
            0.0 if difference is None else tolerance * abs(upstream) + contribution_errors[edge],
        )
    differences = tuple(_graph_differences(graph, values, value_errors, rough))
    for node, (difference, tolerance) in reversed(differences):
        error = gradient_errors[node.id]
        yield Check(
            "gradient",
            node.id,
            node.op.name if node.op else "input",
            numeric.gradients[node.id],
            to_float(exact.gradients[node.id]),
            error,
            difference,
            0.0 if difference is None else tolerance + error,
        )


def _value_checks(
    graph: ComputationalGraph, numeric: Pass[float], exact: Pass[Any], errors: list[float]
) -> Iterator[Check]:
    for node, value, expected, error in zip(
        graph.nodes, numeric.node_values, exact.node_values, errors, strict=True
    ):
        op = node.op.name if node.op else "input" if node.is_input else "constant"
        yield Check("value", node.id, op, value, to_float(expected), error)


def _value_errors(graph: ComputationalGraph, values: tuple[float, ...]) -> list[float]:
    """A bound on the rounding error of every float value, to first order.

    A number that a float holds exactly has none, so that a kink is met exactly there.
    """
    errors = [
        _SLACK * _ROUNDING * abs(value) + _UNDERFLOW
        if node.number is None
        else float(abs(Fraction(value) - node.number))
        for node, value in zip(graph.nodes, values, strict=True)
    ]
    for index, op, operands in graph.operations:
        at = tuple(values[i] for i in operands)
        for position, i in enumerate(operands):
            moves = _moves(op.forward, at, position, errors[i])
            bends = _bends(op, at, position, errors[i], values[index], moves)
            errors[index] += math.inf if bends else max(map(abs, moves), default=0.0)
    return errors


def _gradient_errors(
    graph: ComputationalGraph, run: Pass[float], value_errors: list[float]
) -> tuple[dict[str, float], dict[Edge, float]]:
    """Bounds on the rounding errors of the float gradients and contributions.

    A contribution inherits the error of its upstream gradient, and what the vjp makes of the errors of
    its operands, which is large where rounding can cross a kink.
    """
    of_nodes = {id: _SLACK * _ROUNDING * abs(g) for id, g in run.gradients.items()}
    of_edges: dict[Edge, float] = {}
    for index, op, operands in reversed(graph.operations):
        node = graph.nodes[index]
        g, at = run.gradients[node.id], tuple(run.node_values[i] for i in operands)
        for position, i in enumerate(operands):
            edge = (graph.nodes[i].id, node.id, position)
            if edge not in run.contributions:
                continue
            contribution = run.contributions[edge]
            error = _SLACK * _ROUNDING * abs(contribution)
            if of_nodes[node.id]:
                error += _inherited(op, of_nodes[node.id], position, at)
            if largest := abs(g) + of_nodes[node.id]:
                backward_at = partial(_contribution, op, largest, position)
                bends = math.isinf(value_errors[index]) or math.isinf(largest)
                error += (
                    math.inf
                    if bends
                    else lost(op, position, g, run.node_values[index], at)
                    + sum(_shift(backward_at, at, moved, value_errors[i]) for moved, i in enumerate(operands))
                )
            of_edges[edge] = error
            of_nodes[edge[0]] += error
    return of_nodes, of_edges


def _contribution(op: Op, g: float, position: int, *at: float) -> float:
    return op.vjp(g, op.forward(*at), *at)[position]


def _inherited(op: Op, error: float, position: int, at: Operands) -> float:
    """What a vjp makes of an error upstream; 0 where there is no derivative, which then nobody asked for."""
    if math.isinf(error):
        return error
    try:
        inherited = abs(_contribution(op, error, position, *at))
    except (ArithmeticError, ValueError):
        return 0.0
    return inherited if math.isfinite(inherited) else 0.0


def _bends(op: Op, at: Operands, position: int, by: float, value: float, moves: list[float]) -> bool:
    """Whether an op is no straight line within the error of an operand, as a sine of 1e300 is none.

    Its float then says nothing of the number: no float has the digits that it would take. Nor does one
    whose sign hangs on a digit that the exponent lost: (-1) ** 9007199254740993.
    """
    if math.isinf(by) or (op.operator == "**" and position == 1 and at[0] < 0.0 and by >= 1.0):
        return True
    moved = max(map(abs, moves), default=0.0)
    if op.switch is not None or moved <= _FAR * abs(value):
        return False
    try:
        expected = by * abs(_contribution(op, 1.0, position, *at))
    except (ArithmeticError, ValueError):
        # A root of 0 has no slope, and moves one way only.
        return False
    return abs(sum(moves)) > _BENT * moved or not expected <= 2 * moved


def _shift(function: Callable[..., float], at: Operands, position: int, by: float) -> float:
    """How far a function moves when one operand moves by an error, either way."""
    return max(map(abs, _moves(function, at, position, by)), default=0.0)


def _moves(function: Callable[..., float], at: Operands, position: int, by: float) -> list[float]:
    """How a function moves when one operand moves by an error one way and the other, where it has values."""
    if by == 0.0:
        return []
    by = max(by, math.ulp(at[position]))
    here = function(*at)
    moves = []
    for step in (by, -by):
        try:
            there = function(*at[:position], at[position] + step, *at[position + 1 :])
        except (ArithmeticError, ValueError):
            continue
        if math.isfinite(there):
            moves.append(there - here)
    return moves


def _op_difference(op: Op, at: Operands, position: int) -> tuple[float | None, float]:
    """∂op/∂operand by a central difference of the float function, and its tolerance."""

    def along(x: float) -> tuple[float, tuple[int, ...]]:
        moved = (*at[:position], x, *at[position + 1 :])
        return op.forward(*moved), (_sign(op.switch(*moved)),) if op.switch else ()

    return _central_difference(along, at[position], 0.0)


def _graph_differences(
    graph: ComputationalGraph, values: tuple[float, ...], errors: list[float], rough: set[str]
) -> Iterator[tuple[Node, tuple[float | None, float]]]:
    """∂output/∂node by central differences of the whole float graph, for every node that varies.

    Not for what leads to a rough operation, one that varies within its own step, as the sine of 1e16 does:
    in a sum with larger terms its waves would not show.
    """
    hidden: set[int] = set()
    for index, _, operands in reversed(graph.operations):
        if index in hidden or graph.nodes[index].id in rough:
            hidden.update(operands)
    affordable = MAX_DIFFERENCED // (2 * len(_STEPS) * max(1, len(graph.operations)))
    ranked = sorted((node for node in graph if not node.is_constant), key=lambda node: not node.is_input)
    chosen = {node.id for node in ranked[:affordable]}
    output = graph.index[graph.output]
    for index, node in enumerate(graph.nodes):
        if node.is_constant:
            continue
        if node.id not in chosen or index in hidden:
            yield node, (None, 0.0)
            continue

        along = partial(_moved_output, values, index, _moving(graph, index), output)
        yield node, _central_difference(along, values[index], errors[output])


def _moving(graph: ComputationalGraph, index: int) -> list[Operation]:
    """The operations whose values move with that of a node."""
    moving, found = {index}, []
    for operation in graph.operations:
        if not moving.isdisjoint(operation[2]):
            moving.add(operation[0])
            found.append(operation)
    return found


def _moved_output(
    values: tuple[float, ...], index: int, moving: Sequence[Operation], output: int, x: float
) -> tuple[float, tuple[int, ...]]:
    """The output when one node is set to x, and on which side of each kink the values that move lie."""
    moved = list(values)
    moved[index] = x
    sides = []
    for position, op, operands in moving:
        at = [moved[i] for i in operands]
        moved[position] = op.forward(*at)
        if op.switch is not None:
            sides.append(_sign(op.switch(*at)))
    return moved[output], tuple(sides)


def _central_difference(
    function: Callable[[float], tuple[float, tuple[int, ...]]], x: float, error: float
) -> tuple[float | None, float]:
    """The derivative by central differences, extrapolated from two steps, and its tolerance.

    `function` gives its value and on which side of each kink it is. None where the difference says
    nothing: a kink or the domain's edge within a step, rounding that drowns it, or a function that
    varies within the step, which closer differences show.
    """
    scale = abs(x) or 1.0
    largest = 0.0
    slopes = []
    kinks = set()
    try:
        for part in _STEPS:
            step = _STEP * part * scale
            (above, side), (below, other_side) = function(x + step), function(x - step)
            slopes.append((above - below) / (2 * step))
            largest = max(largest, abs(above), abs(below))
            kinks |= {side, other_side}
    except (ArithmeticError, ValueError):
        return None, 0.0
    wide, narrow, *closer = slopes
    estimate = narrow + (narrow - wide) / 3
    rounding = (error + _SLACK * _ROUNDING * largest + _UNDERFLOW) / (_STEP * scale)
    tolerance = 4 * abs(narrow - wide) + 8 * rounding + 1e-9 * abs(estimate)
    unclear = 0.01 * abs(estimate) + 1e-3 * largest / scale
    varies = any(
        abs(slope - estimate) > unclear + 8 * rounding / part
        for slope, part in zip(closer, _STEPS[2:], strict=True)
    )
    # Beside 1e-309 a plain number is out of scale: no float bounds what its rounding does to the slope.
    is_clear = math.isfinite(estimate) and math.isfinite(tolerance) and tolerance <= unclear
    if len(kinks) == 1 and is_clear and not varies:
        return estimate, tolerance
    return None, math.inf if varies and len(kinks) == 1 else 0.0


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)
