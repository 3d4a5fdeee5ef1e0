import builtins
import functools
import math
from decimal import Decimal
from fractions import Fraction
from importlib import import_module

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from graphgen.errors import GraphgenError, OptionError, SourceError
from graphgen.functions import exp, log, max, min, relu, sigmoid
from graphgen.graph.numbers import exact_number
from graphgen.language.applied import apply
from graphgen.language.parser import parse
from graphgen.language.traced import TracedValue
from graphgen.language.tracer import trace
from graphgen.ops.table import FUNCTIONS


def nodes(graph):
    """All that makes a graph but places, and the names of constants, which Python meets in another order."""
    return graph.output, [
        (node.id, node.name, node.label, node.op, [operand(graph[id]) for id in node.operands], node.value)
        for node in graph
        if not node.is_constant
    ]


def operand(node):
    return node.value if node.is_constant else node.id


def total(apple, count, tax):
    subtotal = (apple * count).named("subtotal")
    return subtotal * tax


def neuron(x, w, b):
    z = (x * w + b).named("z", "pre-activation")
    return sigmoid(z)


def fan_out(a):
    b = (a + a).named("b")
    return b + b


def constants(x):
    return 2 * x**3 - x / 4 + 1.5


def reversed_constants(x):
    return (3 - (2 - (1 + 2**x))) / (8 / (5 * x))


def signs(x):
    return -abs(-x)


def everything(x, y):
    return max(exp(x), log(y)) + min(relu(x), 0.1) - y**x


SAME = {
    "named values": (
        total,
        {"apple": 100, "count": 2, "tax": "1.1"},
        "apple = 100\ncount = 2\ntax = 1.1\nsubtotal = apple * count\ntotal = subtotal * tax",
    ),
    "labels": (
        neuron,
        {"x": 0.5, "w": -2, "b": 0.1},
        "x = 0.5\nw = -2\nb = 0.1\nz = x * w + b # pre-activation\nneuron = sigmoid(z)",
    ),
    "fan-out": (fan_out, {"a": 3}, "a = 3\nb = a + a\nfan_out = b + b"),
    "constants": (constants, {"x": 2}, "x = 2\nconstants = 2 * x ** 3 - x / 4 + 1.5"),
    "reverse operators": (
        reversed_constants,
        {"x": 2},
        "x = 2\nreversed_constants = (3 - (2 - (1 + 2 ** x))) / (8 / (5 * x))",
    ),
    "signs": (signs, {"x": 2}, "x = 2\nsigns = -abs(-x)"),
    "functions of the table": (
        everything,
        {"x": 1, "y": 2},
        "x = 1\ny = 2\neverything = max(exp(x), log(y)) + min(relu(x), 0.1) - y ** x",
    ),
    "symbolic inputs": (lambda x, y: (x + y) ** 2, {}, None),
}


@pytest.mark.parametrize(("function", "inputs", "source"), SAME.values(), ids=SAME)
def test_the_same_graph_as_parse_for_the_same_mathematics(function, inputs, source):
    graph = trace(function, **inputs)
    if source is not None:
        assert nodes(graph) == nodes(parse(source))
    assert [(node.id, node.op) for node in parse(graph.source())] == [(node.id, node.op) for node in graph]


def replayed(graph):
    """A function that does on traced values what the graph does."""

    def replay(x0=1, x1=1, x2=1):
        values = {"x0": x0, "x1": x1, "x2": x2}
        for node in graph:
            if node.is_constant:
                values[node.id] = node.value
            elif node.op is not None:
                values[node.id] = apply(node.op, *(values[operand] for operand in node.operands))
        return values[graph.output]

    return replay


@given(programs())
def test_any_graph_can_be_traced(graph):
    again = trace(replayed(graph), **{node.id: node.value for node in graph.inputs})
    assert again.output == "replay"
    for before, after in zip(graph.operations, again.operations, strict=True):
        old, new = graph.nodes[before[0]], again.nodes[after[0]]
        assert old.op is new.op
        assert [graph[id].value for id in old.operands] == [again[id].value for id in new.operands]


NUMBERS = {
    "text": ("1.1", Fraction(11, 10)),
    "text with an exponent": ("1e-3", Fraction(1, 1000)),
    "text with underscores": ("1_000", Fraction(1000)),
    "Decimal": (Decimal("2.50"), Fraction(5, 2)),
    "Fraction": (Fraction(1, 3), Fraction(1, 3)),
    "float": (1.1, Fraction(11, 10)),
    "a float that is a sum": (0.1 + 0.2, Fraction("0.30000000000000004")),
    "int": (-7, Fraction(-7)),
    "SymPy's rational": (sp.Rational(2, 7), Fraction(2, 7)),
    "zero with an exponent": ("0e999999999", Fraction(0)),
    "the largest float": (1.7976931348623157e308, Fraction("1.7976931348623157e308")),
}


@pytest.mark.parametrize(("written", "number"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_exact(written, number):
    assert exact_number(written) == number
    assert trace(lambda x: x * x, x=written)["x"].value == number
    assert trace(lambda x: x * written, x=1)["c1"].value == number


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-300) | st.integers(-(10**300), 10**300))
def test_a_float_reads_back_as_itself(number):
    assert float(exact_number(number)) == float(number)


class LikeNumpys(float):
    """A float whose repr is not the number alone, as that of numpy.float64."""

    def __repr__(self):
        return f"np.float64({float(self)!r})"


def test_a_float_is_read_by_its_value_whatever_its_class_says():
    assert exact_number(LikeNumpys(1.1)) == Fraction(11, 10)


NOT_NUMBERS = {
    "words": ("abc", "'abc' is not a finite number; "),
    "nan": ("nan", "'nan' is not a finite number; "),
    "infinity": (math.inf, "'inf' is not a finite number; "),
    "a signalling nan": (Decimal("sNaN"), "'sNaN' is not a finite number; "),
    "a truth value": (True, "'True' is not a finite number; "),
    "nothing": (None, "'None' is not a finite number; "),
    "a dictionary": ({1: 2}, "'{1: 2}' is not a finite number; "),
    "a complex number": (1j, "'1j' is not a finite number; "),
    "a quotient in text": ("1/3", "'1/3' is not a finite number; "),
    "too large a text": ("1e400", "a number is out of range; "),
    "too small a text": ("1e-400", "a number is out of range; "),
    "far too large a text": ("1e999999999", "a number is out of range; "),
    "too large an int": (10**5000, "a number is out of range; "),
}
HINTS = (
    'give an int, a float, a Fraction, a Decimal or a text such as "1.1"',
    "numbers lie between 1e-308 and 1.8e308",
)


@pytest.mark.parametrize(("written", "message"), NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_number(written, message):
    with pytest.raises(SourceError) as caught:
        exact_number(written)
    assert str(caught.value) == message + HINTS["range" in message]
    with pytest.raises(SourceError) as caught:
        trace(lambda x: x + written, x=1)
    assert str(caught.value) == message + HINTS["range" in message]


def test_inputs_that_are_not_given_are_symbolic():
    graph = trace(lambda x, y, z: x * y + z, x=3, y=None)
    assert [(node.id, node.value) for node in graph.inputs] == [("x", 3), ("y", None), ("z", None)]
    assert graph.is_symbolic


def test_a_default_is_the_number_of_its_input():
    def line(x, slope=2, intercept=0.5):
        return slope * x + intercept

    assert {node.id: node.value for node in trace(line, x=1, slope=3).inputs} == {
        "x": 1,
        "slope": 3,
        "intercept": Fraction(1, 2),
    }
    assert trace(line, slope=None)["slope"].value is None


def position_only(x, /, y, *, z):
    return x * y - z


class Scale:
    def __call__(self, x):
        return x * 3

    def method(self, x):
        return x * 4


CALLABLES = {
    "every kind of parameter": (position_only, ["x", "y", "z"], "position_only"),
    "a partial function": (functools.partial(position_only, z=5), ["x", "y", "z"], "v2"),
    "a callable object": (Scale(), ["x"], "v1"),
    "a method": (Scale().method, ["x"], "method"),
    "a lambda": (lambda x: x * 2, ["x"], "v1"),
    "a parameter called function": (lambda function: function * 2, ["function"], "v1"),
    "a parameter called self": (lambda self: self * 2, ["self"], "v1"),
}


@pytest.mark.parametrize(("function", "inputs", "output"), CALLABLES.values(), ids=CALLABLES)
def test_callables(function, inputs, output):
    graph = trace(function, **dict.fromkeys(inputs, 2))
    assert [node.id for node in graph.inputs] == inputs
    assert graph.output == output


def test_the_output_is_named_after_the_function_where_that_name_is_free():
    def named(x):
        return (x * 2).named("result")

    def taken(x):
        return (x * 2).named("taken") + 1

    def passed_on(x):
        return x

    def relu(x):
        return x * 2

    assert [trace(function, x=1).output for function in (named, taken, passed_on, relu)] == [
        "result",
        "v1",
        "x",
        "v1",
    ]


def test_a_loop_and_a_list_are_unrolled():
    def polynomial(x):
        return sum((k * x**k for k in range(1, 4)), 0)

    def nested(x):
        for _ in range(3):
            x = exp(x)
        return x

    assert trace(polynomial, x=2).source().endswith("polynomial = v5 + v7\n")
    assert [node.op.name for node in trace(nested) if node.op] == ["exp"] * 3


BRANCH = (
    "a traced value is compared, or decides a branch; "
    "a graph has no branches: use np.where, or max, min or relu from graphgen.functions"
)
NUMBER = (
    "a traced value is turned into a plain number; "
    "write np.exp(x), or exp(x) from graphgen.functions, for math.exp(x), and leave float(x) out"
)
OPERATOR = (
    "a traced value meets an operator that is not in the language; "
    "the operators are + - * / @ and, for powers, **: x ** 2"
)
REFUSED = {
    "a condition": (lambda x: x if x else 0, BRANCH),
    "less": (lambda x: x if x < 1 else 0, BRANCH),
    "greater or equal": (lambda x: x if 1 <= x else 0, BRANCH),  # noqa: SIM300
    "equal": (lambda x: x if x == 1 else 0, BRANCH),
    "not equal": (lambda x: x if x != 1 else 0, BRANCH),
    "in a list": (lambda x: x if x in [1, 2] else 0, BRANCH),
    "Python's max": (lambda x: builtins.max(x, 0), BRANCH),
    "not": (lambda x: x * (not x), BRANCH),
    "math.exp": (lambda x: math.exp(x), NUMBER),
    "float": (lambda x: float(x), NUMBER),
    "int": (lambda x: int(x), NUMBER),
    "complex": (lambda x: complex(x), NUMBER),
    "round": (lambda x: round(x), NUMBER),
    "round to digits": (lambda x: round(x, 2), NUMBER),
    "math.trunc": (lambda x: math.trunc(x), NUMBER),
    "math.floor": (lambda x: math.floor(x), NUMBER),
    "an index": (lambda x: [1, 2][x], NUMBER),
    "a floor division": (lambda x: x // 2, OPERATOR),
    "a reversed floor division": (lambda x: 2 // x, OPERATOR),
    "a remainder": (lambda x: x % 2, OPERATOR),
    "divmod": (lambda x: divmod(x, 2), OPERATOR),
    "a matrix product of numbers": (
        lambda x: x @ x,
        "'x @ x' does not fit the shapes: x is (), x is (); "
        "@ takes rows and matrices, such as [1, 2] and [[1, 2], [3, 4]]",
    ),
    "a hat": (lambda x: x ^ 2, OPERATOR),
    "a number as the result": (
        lambda x: 3,
        "the function returned '3'; return a value computed from its inputs",
    ),
    "no result": (lambda x: None, "the function returned 'None'; return a value computed from its inputs"),
    "two results": (
        lambda x: (x, x * 2),
        "the function returned '(<TracedValue x>, <TracedValue 2>)'; return a value computed from its inputs",
    ),
    "a name twice": (
        lambda x: (x * 2).named("a").named("b"),
        "the value 'a' has a name already; name each value once",
    ),
    "a name for an input": (lambda x: x.named("a"), "the value 'x' has a name already; name each value once"),
    "a name that is none": (
        lambda x: (x * 2).named("a b"),
        "'a b' cannot name a value; use letters, digits and _, and no function's name",
    ),
    "a keyword as a name": (
        lambda x: (x * 2).named("lambda"),
        "'lambda' cannot name a value; use letters, digits and _, and no function's name",
    ),
    "a function's name": (
        lambda x: (x * 2).named("exp"),
        "'exp' cannot name a value; use letters, digits and _, and no function's name",
    ),
    "a private name": (
        lambda x: (x * 2).named("__x"),
        "'__x' cannot name a value; use letters, digits and _, and no function's name",
    ),
    "a parameter with a function's name": (
        lambda exp: exp * 2,
        "'exp' cannot name a value; use letters, digits and _, and no function's name",
    ),
    "any number of inputs": (
        lambda *x: x[0],
        "the function takes *x; give every input a parameter of its own",
    ),
    "any named inputs": (
        lambda **x: x["a"],
        "the function takes **x; give every input a parameter of its own",
    ),
    "a default that is no number": (
        lambda x=(): x * 2,
        "'()' is no array: it has no entries; give rows that are equally long",
    ),
    "a function of a number": (
        lambda x: x * exp(2),
        "'exp(2)' has no traced operand; "
        "a graph begins at the inputs of the function: make the number one of them",
    ),
    "too many operands": (
        lambda x: exp(x, x),
        "exp was called with 2 operands; it takes 1, as in 'exp(x)'",
    ),
    "too few operands": (lambda x: max(x), "max was called with 1 operand; it takes 2, as in 'max(x, y)'"),
}


@pytest.mark.parametrize(("function", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(function, message):
    with pytest.raises(SourceError) as caught:
        trace(function)
    assert str(caught.value) == message


def test_two_values_of_one_name():
    with pytest.raises(GraphgenError, match=r"^2 values are named 'a'; give each its own name$"):
        trace(lambda x: (x * 2).named("a") + (x * 3).named("a"))


def test_a_number_for_no_parameter():
    with pytest.raises(
        SourceError, match=r"^'z' is not a parameter of the function; its parameters are x, y$"
    ):
        trace(lambda x, y: x + y, z=1)


def test_a_value_of_another_trace():
    kept = []

    def keep(x):
        kept.append(x)
        return x * 2

    trace(keep)
    message = "^a traced value comes from another function's trace; give it to the function as an input$"
    with pytest.raises(SourceError, match=message):
        trace(lambda x: x + kept[0])
    with pytest.raises(SourceError, match=r"^the function returned '<TracedValue x>'; "):
        trace(lambda x: kept[0])


def test_names_are_composed_as_in_parse():
    decomposed, composed = "e\u0301", "\u00e9"
    assert trace(lambda x: (x * 2).named(decomposed)).output == composed


def test_a_traced_value_can_be_kept_in_a_set_or_a_cache():
    def cached(x):
        doubled = functools.cache(lambda value: value * 2)
        return doubled(x) + doubled(x)

    assert len(trace(cached)) == 4


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_of_the_table_can_be_imported(name):
    function = getattr(import_module("graphgen.functions"), name)
    op = FUNCTIONS[name]
    numbers = (2.0, 3.0) if op.is_elementwise else op.points[0]
    asked = op.variants[0]
    inputs = dict(zip("xyz", numbers, strict=False))
    graph = trace(lambda x, y=1, z=1: function(*(x, y, z)[: op.arity], **asked), **inputs)
    assert graph["v1"].op is op


def test_other_names_cannot_be_imported():
    with pytest.raises(ImportError, match="cannot import name 'erfc'"):
        from graphgen.functions import erfc  # noqa: F401


def test_a_traced_value_shows_its_name():
    seen = []

    def look(x):
        seen.extend(map(repr, (x, x * 2, (x * 3).named("a"))))
        return x * 4

    trace(look)
    assert seen == ["<TracedValue x>", "<TracedValue 2>", "<TracedValue a>"]
    assert TracedValue.__hash__ is object.__hash__


def test_a_label_may_be_a_link():
    graph = trace(lambda x: (x * 2).named("y", "[twice](twice.md)"), x=3)
    assert (graph["y"].label, graph["y"].link) == ("twice", "twice.md")
    assert graph.source() == "x = 3\ny = x * 2  # [twice](twice.md)\n"


def test_inputs_are_marked_as_data_by_names_or_patterns():
    graph = trace(lambda x, t_1, t_2, w: w * x - t_1 - t_2, x=2, t_1=1, t_2=3, w=5, data=["x", "t_*"])
    assert graph.data == {"x", "t_1", "t_2"}
    with pytest.raises(OptionError, match="data='u' is not an input; the inputs are x"):
        trace(lambda x: x * 2, x=2, data=["u"])


def test_a_parameter_called_data_is_an_input():
    graph = trace(lambda data, w: w * data, data=2, w=5)
    assert (graph["data"].value, graph.data) == (2, frozenset())
    assert trace(lambda data: data * 2)["data"].is_symbolic_input
