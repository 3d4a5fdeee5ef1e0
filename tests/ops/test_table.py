import ast
import math
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from entries import OVER_ENTRIES, array_of_symbols

from graphgen.algebra import SYMPY_WORDS, local_derivatives, symbols
from graphgen.algebra.words import MATRIX_WORDS
from graphgen.autodiff import backward, forward
from graphgen.errors import EvaluationError, VerificationError
from graphgen.graph import GraphBuilder, exact_value
from graphgen.language import parse
from graphgen.ops import (
    ELEMENTWISE,
    FUNCTIONS,
    OPERANDS,
    OPS,
    SCALAR_WORDS,
    SUMS,
    array_words,
    broadcast,
    on_arrays,
    operation,
    points,
    readings,
    table,
)
from graphgen.ops.rules import parsed
from graphgen.options import LANGUAGES
from graphgen.verification import verify, verify_forward

ROWS = [pytest.param(op, id=op.name) for op in ELEMENTWISE.values()]
POINTS = [
    pytest.param(op, point, id=f"{op.name}{point}")
    for op in ELEMENTWISE.values()
    for point in dict.fromkeys(op.points)
]
OUTSIDE = [
    pytest.param(op, point, id=f"{op.name}{point}") for op in ELEMENTWISE.values() for point in op.outside
]


def written(op):
    """The op over x, y and z as a program whose last node is v."""
    return f"v = {op.source(*'xyz'[: op.arity])}"


def at_point(op, point, **parameters):
    """The op alone; one that gives an array is summed up with a factor of its own for each entry."""
    builder = GraphBuilder()
    operands = [builder.input(name, exact_value(x)) for name, x in zip("xyz", point, strict=False)]
    result = builder.apply(op, *operands, parameters=tuple(parameters.items()))
    shape = op.shape(*map(np.shape, point), **parameters) if op.shape else ()
    if shape:
        factors = 1 + np.arange(np.prod(shape)).reshape(shape) / 8
        weighted = builder.apply(OPS["multiply"], result, builder.constant(exact_value(factors)))
        result = builder.apply(OPS["sum"], weighted)
    return builder.build(result)


@pytest.mark.parametrize(("op", "point"), POINTS)
def test_an_op_is_proved_and_its_float_rules_are_near(op, point):
    graph = at_point(op, point)
    if has_slopes(op, point) != [True] * op.arity:
        assert verify_forward(graph).require().is_proved
        with pytest.raises(EvaluationError, match="has no finite derivative"):
            verify(graph)
        return
    report = verify(graph).require()
    assert report.is_proved
    value = op.forward(*point)
    assert value == pytest.approx(report.numeric.values[graph.output], rel=1e-14, abs=1e-300)
    slopes = [float(slope) for slope in report.numbers.local_derivatives.values()]
    assert op.vjp(1.0, value, *point) == pytest.approx(slopes, rel=1e-13, abs=1e-300)


def has_slopes(op, point):
    """Whether SymPy has a real derivative by each operand."""
    at = dict(zip(symbols(op), map(sp.Rational, point), strict=True))
    exact = [derivative.xreplace(at) for derivative in local_derivatives(op)]
    return [bool(x.is_real and x.is_finite) for x in exact]


@pytest.mark.parametrize(("op", "point"), POINTS)
def test_vjp_has_no_finite_number_where_sympy_has_no_real_derivative(op, point):
    vjp = op.vjp(1.0, op.forward(*point), *point)
    assert [math.isfinite(x) for x in vjp] == has_slopes(op, point)


@pytest.mark.parametrize(("op", "point"), POINTS)
@pytest.mark.parametrize("g", [-2.5, 1e-3])
def test_vjp_is_linear_in_the_upstream_gradient(op, point, g):
    value = op.forward(*point)
    once = op.vjp(1.0, value, *point)
    assert op.vjp(g, value, *point) == pytest.approx([g * x for x in once], rel=1e-14, abs=0, nan_ok=True)


@pytest.mark.parametrize(("op", "point"), OUTSIDE)
def test_outside_its_domain_an_op_names_itself_and_its_operands(op, point):
    with pytest.raises(EvaluationError) as caught:
        forward(parse(written(op)), dict(zip("xyz", point, strict=False)))
    at = ", ".join(f"{name} = {x:.6g}" for name, x in zip("xyz", point, strict=False))
    told = f"1:5: 'v' ({op.source(*'xyz'[: op.arity])}) at {at} "
    assert str(caught.value) in (
        f"{told}has no value; {op.name} is defined for {op.domain}",
        f"{told}overflows; numbers must stay below 1.8e308",
    )


EXTREMES = [
    ("sigmoid", (-800.0,), 0.0, (0.0,)),
    ("sigmoid", (800.0,), 1.0, (0.0,)),
    ("sigmoid", (-700.0,), 9.859676543759770e-305, (9.859676543759770e-305,)),
    ("sigmoid", (40.0,), 1.0, (4.248354255291589e-18,)),
    ("tanh", (-800.0,), -1.0, (0.0,)),
    ("tanh", (800.0,), 1.0, (0.0,)),
    ("tanh", (20.0,), 1.0, (1.699341702116636e-17,)),
    ("softplus", (-800.0,), 0.0, (0.0,)),
    ("softplus", (-40.0,), 4.248354255291589e-18, (4.248354255291589e-18,)),
    ("softplus", (800.0,), 800.0, (1.0,)),
    ("softplus", (1e300,), 1e300, (1.0,)),
    ("exp", (-800.0,), 0.0, (0.0,)),
    ("atan", (1e300,), math.pi / 2, (0.0,)),
    ("log", (1e-300,), -690.7755278982137, (1e300,)),
    ("sqrt", (1e-300,), 1e-150, (5e149,)),
    ("square", (-1e100,), 1e200, (-2e100,)),
    ("divide", (1e300, 1e5), 1e295, (1e-5, -1e290)),
]


@pytest.mark.parametrize(
    ("name", "point", "value", "derivatives"), EXTREMES, ids=[f"{row[0]}{row[1]}" for row in EXTREMES]
)
def test_extremes(name, point, value, derivatives):
    op = OPS[name]
    assert op.forward(*point) == pytest.approx(value, rel=1e-14, abs=0)
    assert op.vjp(1.0, op.forward(*point), *point) == pytest.approx(derivatives, rel=1e-14, abs=0)


SLOPES_OF_POWERS = [
    (-1.0, 1e300, -1e300),
    (-1.0, -1e300, 1e300),
    (-1.0, 2.0**53 - 1, 2.0**53 - 1),
    (-1.0, 2.0**53, -(2.0**53)),
    (-1.0, 2.0**53 + 4, -(2.0**53 + 4)),
    (-0.5, 1e300, 0.0),
    (0.0, 1e300, 0.0),
    (1e150, 0.1, 1e-136),
    (1e-200, -0.1, -1e219),
    (1e-200, 1.5, 1.5e-100),
    (1e-300, 1e-20, 1e280),
    (0.5, 1e300, 0.0),
]


@pytest.mark.parametrize(("x", "n", "slope"), SLOPES_OF_POWERS)
def test_the_slope_of_a_power_whose_exponent_less_1_is_no_float(x, n, slope):
    op = OPS["power"]
    on_floats = op.vjp(1.0, op.forward(x, n), x, n)[0]
    forward, vjp = on_arrays(op)
    with np.errstate(all="ignore"):
        on_one = vjp(1.0, forward(np.array([x]), n), np.array([x]), n)[0]
    assert [on_floats, on_one[0]] == pytest.approx([slope, slope], rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("name", "x", "sent"),
    [
        ("tanh", 350.0, 3.943870617503908e-4),
        ("tanh", -360.0, 8.128923209697173e-13),
        ("atan", 1e155, 1e-10),
        ("atan", -1e200, 1e-100),
    ],
)
def test_a_slope_too_small_for_a_float_counts_where_what_arrives_is_large(name, x, sent):
    op = OPS[name]
    forward, vjp = on_arrays(op)
    at = np.array([x])
    on_floats = op.vjp(1e300, op.forward(x), x)[0]
    assert [on_floats, vjp(1e300, forward(at), at)[0][0]] == pytest.approx([sent, sent], rel=1e-13, abs=0)


def test_a_slope_of_0_stays_so_however_large_the_upstream_gradient():
    op = OPS["power"]
    assert op.vjp(1e10, op.forward(0.5, 1e300), 0.5, 1e300)[0] == 0.0


KINKS = [
    ("relu", (0.0,), 0.0, (0,)),
    ("relu", (-0.0,), 0.0, (0,)),
    ("relu", (1e-300,), 1e-300, (1,)),
    ("relu", (-1e-300,), 0.0, (0,)),
    ("abs", (0.0,), 0.0, (0,)),
    ("abs", (-0.0,), 0.0, (0,)),
    ("abs", (-1e-300,), 1e-300, (-1,)),
    ("max", (2.0, 2.0), 2.0, (sp.Rational(1, 2), sp.Rational(1, 2))),
    ("max", (0.0, -0.0), 0.0, (sp.Rational(1, 2), sp.Rational(1, 2))),
    ("max", (2.0, math.nextafter(2.0, 3.0)), math.nextafter(2.0, 3.0), (0, 1)),
    ("min", (2.0, 2.0), 2.0, (sp.Rational(1, 2), sp.Rational(1, 2))),
    ("min", (2.0, math.nextafter(2.0, 3.0)), 2.0, (1, 0)),
    ("power", (0.0, 1.0), 0.0, (1, 0)),
    ("power", (0.0, 2.0), 0.0, (0, 0)),
    ("power", (5.0, 0.0), 1.0, (0, sp.log(5))),
]


@pytest.mark.parametrize(
    ("name", "point", "value", "derivatives"), KINKS, ids=[f"{row[0]}{row[1]}" for row in KINKS]
)
def test_conventions_at_kinks_are_the_same_on_both_sides(name, point, value, derivatives):
    op = OPS[name]
    assert op.forward(*point) == value
    assert op.vjp(3.0, value, *point) == tuple(3.0 * float(x) for x in derivatives)
    at = dict(zip(symbols(op), map(sp.Rational, point), strict=True))
    assert tuple(derivative.xreplace(at) for derivative in local_derivatives(op)) == derivatives


ALL = [pytest.param(op, id=name) for name, op in OPS.items()]


@pytest.mark.parametrize("op", ALL)
def test_a_row_is_whole(op):
    assert 1 <= op.arity <= len(OPERANDS)
    assert {len(point) for point in (*op.points, *op.outside)} == {op.arity}
    assert tuple(op.reads) == LANGUAGES
    assert all(reading.count("{}") == op.arity for reading in op.reads.values())
    assert [form.count("{}") for form in op.folded] == [1] * len(op.folded)
    assert bool(op.folded) == (op.is_elementwise and op.arity == 2)
    assert len(op.derivatives) in (0, op.arity)
    assert bool(op.derivatives) == bool(op.why)
    assert op.convention or not op.kink
    assert not op.is_elementwise or not (op.parameters or op.matrix_vjps)


@pytest.mark.parametrize("op", ALL)
def test_rules_say_nothing_but_letters_parameters_words_and_whole_numbers(op):
    letters = {*OPERANDS[: op.arity], *op.parameters}
    floats = [(op.value, letters), *((rule, letters | {"g", "v"}) for rule in op.vjps)]
    exact = [(rule, letters) for rule in (op.exact, *op.derivatives)]
    matrices = [(rule, letters | {"g"}) for rule in op.matrix_vjps]
    plain = [(rule, letters) for rule in (op.within, op.kink) if rule]
    read_by = [(floats, array_words()), (matrices, MATRIX_WORDS), (plain, {})]
    if op.is_elementwise:
        read_by += [(floats, SCALAR_WORDS), (exact, SYMPY_WORDS)]
    for rule, known, words in ((*rule, words) for rules, words in read_by for rule in rules):
        parts = list(ast.walk(parsed(rule)))
        assert {part.id for part in parts if isinstance(part, ast.Name)} <= known | words.keys(), rule
        assert {type(part.value) for part in parts if isinstance(part, ast.Constant)} <= {int}, rule


def test_rows_differ_in_name_and_operator():
    assert len(OPS) == len(table._ROWS)
    operators = [(op.operator, op.arity) for op in OPS.values() if op.operator is not None]
    assert len(operators) == len(set(operators))


def test_what_stands_beside_the_table_belongs_to_a_row():
    beside = (readings.FOLDED, readings.DOMAINS, readings.REASONS, points._FURTHER, points._WHOLE)
    for texts in (*beside, points._REFUSED, points.VARIANTS):
        assert texts.keys() <= OPS.keys()
    assert readings.READINGS.keys() == OPS.keys() | {op.name for op in SUMS.values()}
    assert readings.CONVENTIONS.keys() == {op.agreed for op in OPS.values() if op.agreed}


def test_a_row_without_a_reading_is_refused():
    with pytest.raises(ValueError, match=r"row 'nothing' has no reading in graphgen/ops/readings\.py"):
        replace(OPS["exp"], name="nothing")


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        OPS["add"] = OPS["exp"]


def test_points_follow_from_a_domain():
    assert [x for (x,) in points.points_inside("acos", 1, "-1 <= x <= 1")][:3] == [-0.625, -1e-3, 0.0]
    assert (2.5,) in points.points_outside("acos", 1, "-1 <= x <= 1")
    assert OPS["square"].outside == OPS["add"].outside == ()


@pytest.mark.parametrize("op", ROWS)
def test_an_op_is_read_back_as_it_is_written(op):
    assert parse(written(op) if op.name != "identity" else "y = x\nv = y")["v"].op is op


@pytest.mark.parametrize(
    ("operator", "arity", "name"),
    [
        ("+", 2, "add"),
        ("-", 2, "subtract"),
        ("-", 1, "negate"),
        ("*", 2, "multiply"),
        ("/", 2, "divide"),
        ("**", 2, "power"),
        ("", 1, "identity"),
    ],
)
def test_operators(operator, arity, name):
    assert operation(operator, arity) is OPS[name]
    assert name not in FUNCTIONS


def test_importing_the_table_loads_neither_sympy_nor_numpy():
    told = "import sys, graphgen.ops; print('sympy' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True).stdout == "False\n"


ON_ARRAYS = {name: op for name, op in OPS.items() if not op.is_elementwise}


CASES = [
    pytest.param(op, point, variant, id=f"{name}-{i}-{variant}")
    for name, op in ON_ARRAYS.items()
    for i, point in enumerate(op.points)
    for variant in op.variants
]
# A literal in a rule, the 2 of a squared error, is a float.
RATIONAL = [
    case
    for case in CASES
    if case.values[0].name in OVER_ENTRIES
    and not any(word in case.id for word in ("softmax", "entropy", "squared"))
]


@pytest.mark.parametrize(("op", "point", "parameters"), CASES)
def test_an_op_on_arrays_is_proved_and_its_float_rules_are_near(op, point, parameters):
    graph = at_point(op, point, **parameters)
    report = verify(graph).require()
    assert report.is_proved
    floats = backward(forward(graph))
    for found, proven in zip(floats.parts, report.numeric.parts, strict=True):
        for number, exact in zip(found, proven, strict=True):
            if number is not None:
                assert number == pytest.approx(exact, rel=1e-13, abs=1e-300)


VJPS = [
    pytest.param(op, operand, id=f"{name}-{OPERANDS[operand]}")
    for name, op in ON_ARRAYS.items()
    for operand in range(op.arity)
]


@pytest.mark.parametrize(("op", "operand"), VJPS)
def test_a_wrong_vjp_of_an_op_on_arrays_is_named(op, operand, break_vjp):
    # The first targets of a loss name classes, to which nothing goes back; the second are shares.
    point = op.points[0] if op.targets is None else op.points[1]
    graph = at_point(op, point, **op.variants[-1])
    break_vjp(op.name, operand)
    with pytest.raises(VerificationError, match=rf"\b{op.name}\b"):
        verify(graph).require()


@pytest.mark.parametrize(("op", "point", "parameters"), RATIONAL)
def test_a_rational_vjp_is_the_jacobian_exactly(op, point, parameters):
    """The rules themselves, run on fractions."""
    forward, vjp = on_arrays(op)
    settings = {**op.parameters, **parameters}
    operands = [as_rationals(operand) for operand in point]
    letters = [array_of_symbols(name, x.shape) for name, x in zip("xyz", operands, strict=False)]
    formula = np.asarray(OVER_ENTRIES[op.name](*letters, **parameters), dtype=object)
    value = forward(*operands, **settings)
    upstream = np.asarray([sp.Rational(i - 2, 3) for i in range(formula.size)], dtype=object)
    upstream = upstream.reshape(formula.shape)
    at = {
        symbol: number
        for array, operand in zip(letters, operands, strict=True)
        for symbol, number in zip(array.flat, operand.flat, strict=True)
    }
    assert [sp.sympify(x).xreplace(at) for x in formula.flat] == list(np.asarray(value, dtype=object).flat)
    loss = sum(g * x for g, x in zip(upstream.flat, formula.flat, strict=True))
    sent = vjp(upstream if formula.shape else upstream[()], value, *operands, **settings)
    for array, back in zip(letters, sent, strict=True):
        assert [sp.diff(loss, symbol).xreplace(at) for symbol in array.flat] == list(np.asarray(back).flat)


def as_rationals(operand):
    return np.vectorize(sp.Rational, otypes=[object])(np.array(operand))


def test_what_is_masked_is_not_looked_at():
    graph = parse("x = [800, 1, -2]\ny = sum(masked_softmax(x, [0, 1, 3]) * [5, 1, 2])")
    numbers = verify(graph).require().numbers
    share = 3 / (3 + math.exp(3))
    assert float(numbers.values["y"]) == pytest.approx(1 + share)
    assert backward(forward(graph)).gradients["x"].tolist() == pytest.approx(
        [0, -share * (1 - share), share * (1 - share)]
    )


def test_a_row_that_is_masked_whole_has_no_value():
    with pytest.raises(EvaluationError, match="masked_softmax is defined for y ≥ 0, not all 0 in a row"):
        verify(parse("x = [1, 2]\ny = sum(masked_softmax(x, [0, 0]))"))


def test_a_causal_query_sees_no_later_key():
    inputs = "q = [[1, 2], [3, 4]]\nk = [[0, 1], [1, 1]]\nz = [[1], [5]]"
    graph = parse(f"{inputs}\ny = attention(q, k, z, causal=True)[0, 0]")
    numbers = verify(graph).require().numbers
    assert numbers.values["y"] == 1
    assert numbers.gradients["k"].tolist() == [[0, 0], [0, 0]]
    assert numbers.gradients["z"].tolist() == [[1], [0]]


SHAPES = {
    "a product": ("matmul", ((2, 3), (3, 4)), {}, (2, 4)),
    "a row times a matrix": ("matmul", ((3,), (3, 4)), {}, (4,)),
    "two rows": ("matmul", ((3,), (3,)), {}, ()),
    "a sum": ("sum", ((2, 3),), {}, ()),
    "a sum of columns": ("sum", ((2, 3),), {"axis": 0}, (3,)),
    "a sum that keeps its axis": ("sum", ((2, 3),), {"axis": -1, "keepdims": True}, (2, 1)),
    "a transpose": ("transpose", ((2, 3),), {}, (3, 2)),
    "a reshape": ("reshape", ((2, 3),), {"shape": (6,)}, (6,)),
    "a reshape to one number": ("reshape", ((2, 3),), {"shape": 6}, (6,)),
    "an affine layer": ("affine", ((2, 3), (3, 4), (4,)), {}, (2, 4)),
    "a loss of labels": ("softmax_cross_entropy", ((2, 3), (2,)), {}, ()),
}


@pytest.mark.parametrize(("name", "shapes", "parameters", "shape"), SHAPES.values(), ids=SHAPES)
def test_shapes(name, shapes, parameters, shape):
    assert OPS[name].shape(*shapes, **parameters) == shape


MISFITS = {
    "columns and rows": ("matmul", ((2, 3), (2, 3)), {}, "the 3 columns of the first do not meet the 2 rows"),
    "a number": ("matmul", ((), (4,)), {}, "@ takes rows and matrices"),
    "batches of other sizes": ("matmul", ((2, 3, 4), (3, 4, 5)), {}, "axes must be of equal length"),
    "too few axes": ("permute", ((2, 3),), {"axes": (0,)}, "axes are the numbers 0 to 1 in another order"),
    "an axis twice": (
        "permute",
        ((2, 3),),
        {"axes": (1, -1)},
        "axes are the numbers 0 to 1 in another order",
    ),
    "a smaller shape": ("broadcast_to", ((2, 3),), {"shape": (3,)}, "cannot be repeated to (3,)"),
    "a shift by half": ("roll", ((2, 3),), {"shift": 0.5}, "shift is a whole number"),
    "no array": ("pad", ((),), {}, "it takes a row of numbers"),
    "one width": ("pad", ((2, 3),), {"widths": ((1, 1),)}, "widths are two numbers for each axis"),
    "less than nothing": ("pad", ((3,),), {"widths": ((-1, 1),)}, "widths are two numbers for each axis"),
    "an index too high": ("take", ((2, 3),), {"at": (0, 2)}, "an axis of 2 entries has the indices 0 to 1"),
    "ragged indices": ("take", ((2, 3),), {"at": ((0,), (0, 1))}, "indices must stand in rows of equal"),
    "indices in a row": ("gather", ((2, 3),), {"at": (0, 1)}, "indices stand in an array of as many axes"),
    "factors of a row too long": ("layer_norm", ((2, 3), (4,), (4,)), {}, "must have the shape of the last"),
    "no eps": ("layer_norm", ((2, 3), (3,), (3,)), {"eps": 0}, "eps is a number above 0"),
    "groups": (
        "group_norm",
        ((2, 3), (3,), (3,)),
        {"groups": 2},
        "that divides the length of the second axis",
    ),
    "queries too wide": ("attention", ((2, 4), (3, 5), (3, 1)), {}, "queries and keys of equal width"),
    "a value too few": ("attention", ((2, 4), (3, 4), (2, 1)), {}, "and a value for each key"),
    "causal in numbers": ("attention", ((2, 4), (3, 4), (3, 1)), {"causal": 1}, "causal is True or False"),
    "a mask of no row": ("masked_softmax", ((2, 3), ()), {}, "it takes a row of numbers"),
    "kernels of others": (
        "conv_transpose1d",
        ((1, 2, 3), (3, 2, 3), ()),
        {},
        "the 2 channels of the images do not fit 3 kernels",
    ),
    "as many further": (
        "conv_transpose1d",
        ((1, 2, 3), (2, 2, 3), ()),
        {"further": (1,)},
        "further is at least 0, and less than stride",
    ),
    "all cut off": (
        "conv_transpose1d",
        ((1, 2, 1), (2, 2, 2), ()),
        {"padding": (1,)},
        "padding leaves at least an entry",
    ),
    "no channels": ("batch_norm", ((3,), (3,), (3,)), {}, "for each entry of the second axis"),
    "images of a row": ("conv2d", ((1, 2, 3), (1, 2, 3), ()), {}, "images and kernels have 4 axes"),
    "channels": ("conv1d", ((1, 2, 3), (1, 3, 3), ()), {}, "the 2 channels of the images do not fit kernels"),
    "two biases": ("conv1d", ((1, 2, 3), (1, 2, 3), (2,)), {}, "there must be a bias for each kernel"),
    "a step of 0": (
        "conv1d",
        ((1, 2, 3), (1, 2, 3), ()),
        {"stride": (0,)},
        "stride and dilation are at least",
    ),
    "a large kernel": ("conv1d", ((1, 2, 3), (1, 2, 4), ()), {}, "the window is larger than the image"),
    "wide padding": ("max_pool2d", ((1, 1, 4, 4),), {"padding": (2, 2)}, "padding is at most half"),
    "fewer targets": ("mean_squared_error", ((2, 3), (3,)), {}, "both must have the same shape"),
    "no such axis": ("sum", ((2, 3),), {"axis": 2}, "there is no axis 2"),
    "two axes at once": ("sum", ((2, 3),), {"axis": (0, 1)}, "there is no axis (0, 1)"),
    "too few entries": ("reshape", ((2, 3),), {"shape": (4, 2)}, "6 entries do not fill the shape (4, 2)"),
    "negative lengths": ("reshape", ((2, 3),), {"shape": (-2, -3)}, "6 entries do not fill"),
    "nothing": ("reshape", ((2, 3),), {"shape": None}, "6 entries do not fill the shape None"),
    "a bias too long": ("affine", ((2, 3), (3, 4), (3,)), {}, "the last operand does not fit the product"),
    "a single number": ("softmax", ((),), {}, "it takes a row of numbers"),
    "targets of another shape": ("cross_entropy", ((2, 3), (3,)), {}, "targets must have the shape"),
}


@pytest.mark.parametrize(("name", "shapes", "parameters", "told"), MISFITS.values(), ids=MISFITS)
def test_shapes_that_do_not_fit(name, shapes, parameters, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        OPS[name].shape(*shapes, **parameters)


@pytest.mark.parametrize(
    ("shapes", "shape"),
    [([()], ()), ([(2, 3), ()], (2, 3)), ([(2, 1), (1, 3)], (2, 3)), ([(3,), (2, 3)], (2, 3))],
)
def test_broadcast_as_numpy_does(shapes, shape):
    assert broadcast(*shapes) == shape == np.broadcast_shapes(*shapes)


def test_what_does_not_broadcast_is_refused():
    with pytest.raises(ValueError, match="axes must be of equal length, or of length 1"):
        broadcast((2, 3), (2,))


@pytest.mark.parametrize("name", ["conv1d", "conv_transpose1d"])
def test_a_single_bias_for_several_kernels_is_sent_the_sum_of_theirs(name):
    images = "x = [[[1, 2, 3], [2, 1, 0]]]\nk = [[[1, 2], [1, 1]], [[2, 1], [0, 1]]]\n"
    one, each = (
        verify(parse(f"{images}b = {bias}\ny = {name}(x, k, b)\nL = sum(square(y))")).require()
        for bias in ("1", "[1, 1]")
    )
    assert one.is_proved
    assert one.numbers.values["L"] == each.numbers.values["L"]
    assert one.numbers.gradients["b"] == sum(each.numbers.gradients["b"])
