import importlib
import inspect
import sys
import unicodedata
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphgen.errors import Place, SourceError
from graphgen.language.expressions import MAX_NODES
from graphgen.language.literals import Literals
from graphgen.language.parser import parse
from graphgen.language.source import MAX_DEPTH, MAX_LENGTH, MAX_LINE, MAX_TERMS
from graphgen.ops.table import FUNCTIONS

FUNCTION_NAMES = ", ".join(FUNCTIONS)


def only_named(name):
    return f"for a function that is only named, write '{name}: function' on a line of its own"


LANGUAGE = "the language has numbers, arrays, names, + - * / ** @, parentheses and functions such as exp(x)"
ONE_A_LINE = "write one assignment a line, as in 'total = apple * count'"
BRANCH = "use max(x, y), min(x, y) or relu(x)"
ARRAY = "write rows of numbers, equally long, as in [[1, 2], [3, 4]]"
ROWS = "@ takes rows and matrices, such as [1, 2] and [[1, 2], [3, 4]]"
OPERATORS = "there are + - * / @ and, for powers, **"
PARTS = "give parts of it names of their own (at most 100 levels, 1,000 terms)"
DECLARATION = (
    "write x: data = 2 for an input that wants no gradient, W: (3, 4) for the shape of an array, "
    "f: function for a function that is only named"
)
SHAPE = "write the lengths of its axes as whole numbers from 1, as in (3, 4), or (3,) for a row of three"
STATEMENT = "write 'name = expression'"


def fault_of(text):
    with pytest.raises(SourceError) as caught:
        parse(text)
    return str(caught.value)


def nodes_of(text):
    return [(node.id, node.source) for node in parse(text)]


def labels_of(text):
    return {node.id: node.label for node in parse(text) if node.label is not None}


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("x = 1", [("x", "1")]),
        ("y = x", [("x", ""), ("y", "x")]),
        ("y = x + x", [("x", ""), ("y", "x + x")]),
        ("y = a + b * c", [("a", ""), ("b", ""), ("c", ""), ("v1", "b * c"), ("y", "a + v1")]),
        ("y = (a + b) * c", [("a", ""), ("b", ""), ("v1", "a + b"), ("c", ""), ("y", "v1 * c")]),
        ("y = a - b - c", [("a", ""), ("b", ""), ("v1", "a - b"), ("c", ""), ("y", "v1 - c")]),
        ("y = a ** b ** c", [("a", ""), ("b", ""), ("c", ""), ("v1", "b ** c"), ("y", "a ** v1")]),
        ("y = a / b / c", [("a", ""), ("b", ""), ("v1", "a / b"), ("c", ""), ("y", "v1 / c")]),
        ("y = -x ** 2", [("x", ""), ("c1", "2"), ("v1", "x ** c1"), ("y", "-v1")]),
        ("y = +x", [("x", ""), ("y", "x")]),
        ("y = -+3 * +x", [("c1", "-3"), ("x", ""), ("y", "c1 * x")]),
        ("inf = 3\ny = inf * 2", [("inf", "3"), ("c1", "2"), ("y", "inf * c1")]),
        ("y = --x", [("x", ""), ("v1", "-x"), ("y", "-v1")]),
        ("y = -(-3)", [("y", "3")]),
        ("y = x - -3", [("x", ""), ("c1", "-3"), ("y", "x - c1")]),
        ("y = max(x, -1) ", [("x", ""), ("c1", "-1"), ("y", "max(x, c1)")]),
        ("y = relu(exp(x))", [("x", ""), ("v1", "exp(x)"), ("y", "relu(v1)")]),
        ("(y) = ((((x))))", [("x", ""), ("y", "x")]),
        ("y = (a +\n     b)", [("a", ""), ("b", ""), ("y", "a + b")]),
        ("y = a + \\\n b", [("a", ""), ("b", ""), ("y", "a + b")]),
        ("a = 1;", [("a", "1")]),
        ("\ufeffa = 1", [("a", "1")]),
        ("a = 1\r\nb = a\rc = b", [("a", "1"), ("b", "a"), ("c", "b")]),
        ("a\t=\t1\t\n\n\n", [("a", "1")]),
        ("# coding: no-such\na = 1", [("a", "1")]),
    ],
    ids=lambda value: repr(value) if isinstance(value, str) else "",
)
def test_text_becomes_nodes(text, nodes):
    assert nodes_of(text) == nodes


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_called_by_its_name(name):
    op = FUNCTIONS[name]
    operands = ("a", "b", "c")[: op.arity]
    values = () if op.is_elementwise else (np.asarray(value).tolist() for value in op.points[0])
    given = "".join(f"{name} = {value}\n" for name, value in zip(operands, values, strict=False))
    asked = {} if op.is_elementwise else op.variants[0]
    graph = parse(f"{given}y = {op.source(*operands, **asked)}")
    assert (graph["y"].op, graph["y"].operands) == (op, operands)


WORKED_OUT = {
    "y = 1/2 * m": [("c1", "0.5"), ("m", ""), ("y", "c1 * m")],
    "y = x ** (1 / 3)": [("x", ""), ("c1", "1 / 3"), ("y", "x ** c1")],
    "y = 2 * 3 * x": [("c1", "6"), ("x", ""), ("y", "c1 * x")],
    "y = x + 3 * 4": [("x", ""), ("c1", "12"), ("y", "x + c1")],
    "y = -2 ** 2 * x": [("c1", "-4"), ("x", ""), ("y", "c1 * x")],
    "y = x * -(1 / 3)": [("x", ""), ("c1", "-1 / 3"), ("y", "x * c1")],
    "y = 2 ** -3 - x": [("c1", "0.125"), ("x", ""), ("y", "c1 - x")],
    "y = exp((1.1 - 0.1) * 2)": [("c1", "2"), ("y", "exp(c1)")],
    "y = max(1 / 4, x)": [("c1", "0.25"), ("x", ""), ("y", "max(c1, x)")],
    "half = 1 / 2": [("half", "0.5")],
    "third = 1 / 3": [("third", "1 / 3")],
    "y = 2 * 3": [("y", "6")],
    "y = 1e300 / 1e299": [("y", "10")],
    "x = [1 / 3, 2 * 3, -(1 / 4), 1 - 1]": [("x", "[1 / 3, 6, -0.25, 0]")],
}
LEFT_AS_THEY_ARE = {
    "a constant over a name": ("y = 1 / x", 3),
    "constants behind a name": ("y = x * 2 * 3", 5),
    "constants around a name": ("y = 2 * x * 3", 5),
    "a root": ("y = 2 ** 0.5", 3),
    "a function": ("y = exp(1)", 2),
    "a division by zero": ("y = 1 / 0", 3),
    "a division by what comes to zero": ("y = 1 / (2 - 2)", 3),
    "zero to a negative power": ("y = 0 ** -1", 3),
    "a large power": ("y = 2 ** 10 ** 9", 3),
    "a power of a power": ("y = (2 ** 300) ** 300", 3),
    "too large": ("y = 1e300 * 1e300", 3),
    "too small": ("y = 1e-300 / 1e300", 3),
    "too many digits": (f"y = {'9' * 60} * {'7' * 60}", 3),
}


@pytest.mark.parametrize(("text", "nodes"), WORKED_OUT.items(), ids=WORKED_OUT)
def test_arithmetic_on_numbers_alone_is_one_number(text, nodes):
    assert nodes_of(text) == nodes
    again = parse(parse(text).source())
    assert [node.value for node in again] == [node.value for node in parse(text)]


@pytest.mark.parametrize(("text", "nodes"), LEFT_AS_THEY_ARE.values(), ids=LEFT_AS_THEY_ARE)
def test_what_is_not_arithmetic_on_numbers_alone_is_computed_in_the_graph(text, nodes):
    graph = parse(text)
    assert len(graph) == nodes
    assert graph[graph.output].op


def test_a_constant_that_was_worked_out_stands_where_it_begins():
    assert parse("y = x + (1 / 2 * 3)")["c1"].place == Place(1, 10)


def test_a_name_given_numbers_alone_is_an_input_with_label_and_range():
    half = parse("half = 1 / 2  # a half {0..1}\ny = half * 2")["half"]
    assert (half.is_input, half.value, half.label, half.range[:2]) == (True, Fraction(1, 2), "a half", (0, 1))


def test_the_last_assignment_is_the_output():
    assert parse("y = x + 1\nz = 3").output == "z"


def test_ids_are_dealt_around_the_names_that_authors_give():
    graph = parse("v1 = 2\ny = (v1 + 3) * (c1 - 4)\nv3 = -(y * y)")
    assert graph.ids == ("v1", "c2", "v2", "c1", "c3", "v4", "y", "v5", "v3")


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("100", 100),
        ("1_000", 1000),
        ("1.1", Fraction(11, 10)),
        ("1.", 1),
        (".5", Fraction(1, 2)),
        ("1e-3", Fraction(1, 1000)),
        ("1E3", 1000),
        ("1_0.5_0e1_0", 105 * 10**9),
        ("-2.50", Fraction(-5, 2)),
        ("- 2", -2),
        ("-(2)", -2),
        ("00", 0),
        ("0.1000000000000000055511151231257827", Fraction("0.1000000000000000055511151231257827")),
        ("123456789" * 11, int("123456789" * 11)),
        ("1e307", 10**307),
        ("1" + "0" * 307, 10**307),
        ("1e308", 10**308),
        ("1e-307", Fraction(1, 10**307)),
        ("0." + "0" * 306 + "1", Fraction(1, 10**307)),
        ("0e999999999", 0),
        ("0e99999999999999999999999999", 0),
        ("0.0e-999999999", 0),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_numbers_are_exact_as_written(literal, value):
    assert parse(f"x = {literal}")["x"].value == value
    text = parse(f"x = {literal}").source()
    assert parse(text)["x"].value == value


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("apple = 100  # 사과 가격", {"apple": "사과 가격"}),
        ("x = 1#tight", {"x": "tight"}),
        ("x = 1  ## twice", {"x": "twice"}),
        ("x = 1  # #1 of 2 # 3", {"x": "#1 of 2 # 3"}),
        ("x = 1  #  \t ", {}),
        ("x = 1  # a\t  b\u2028c\u3000d", {"x": "a b c d"}),
        ("x = 1  # \"it's\" 'so' \\", {"x": "\"it's\" 'so' \\"}),
        ("x = 1  # سعر \u202bالتفاح\u202c", {"x": "سعر \u202bالتفاح\u202c"}),
        ("# above\nx = 1\n# below", {}),
        ("x = 1\n  # indented, alone\ny = x + 1  # sum", {"y": "sum"}),
        ("y = (a +  # first\n  b)", {"y": "first"}),
        ("y = (a +  # first\n  # alone\n  b)  # last", {"y": "last"}),
        ("y = (\n  a +  # middle\n  b\n)", {}),
        ("y = a + \\\n  b  # sum", {"y": "sum"}),
        ("y = (a + b) * c  # whole", {"y": "whole"}),
        ("y = x  # copy", {"y": "copy"}),
    ],
    ids=lambda value: repr(value) if isinstance(value, str) else "",
)
def test_the_comment_behind_an_assignment_is_its_label(text, labels):
    assert labels_of(text) == labels


@pytest.mark.parametrize(
    "name",
    [
        "사과",
        "τιμή",
        "سعر",
        "цена",
        "価格",
        "é",
        "𝐱",
        "ℌ",
        "ﬁ",
        "x1",
        "_",
        "_x",
        "match",
        "case",
        "type",
        "π",
    ],
)
def test_names_may_be_in_any_script(name):
    graph = parse(f"{name} = 3\ny = {name} * {name}")
    assert graph.ids == (name, "y")
    assert parse(graph.source()).ids == (name, "y")


@pytest.mark.parametrize("name", ["é", "사과", "ά"])
def test_composed_and_decomposed_letters_are_one(name):
    decomposed = unicodedata.normalize("NFD", name)
    assert decomposed != name
    assert parse(f"{decomposed} = 3\ny = {name} * {decomposed}").ids == (name, "y")


PLACES = {
    "ascii": ("x = 1\ny = x + 2", "c1", Place(2, 9)),
    "korean before": ("사과 = 값 + 2", "c1", Place(1, 10)),
    "astral before": ("𝐱𝐲 = 𝐳 + 2", "c1", Place(1, 10)),
    "combining before": ("e\u0301 = 가 + 2", "c1", Place(1, 10)),
    "tab before": ("y =\tx +\t2", "c1", Place(1, 9)),
    "second line": ("y = (가 +\n  나 * 2)", "c1", Place(2, 7)),
    "after a bom": ("\ufeffy = x + 2", "c1", Place(1, 9)),
    "after crlf": ("x = 1\r\n\r\ny = x + 2", "c1", Place(3, 9)),
    "after cr": ("x = 1\ry = x + 2", "c1", Place(2, 9)),
    "after a line separator": ("x = 1  # a\u2028b\u2029c\ny = x + 2", "c1", Place(2, 9)),
}


@pytest.mark.parametrize(("text", "id", "place"), PLACES.values(), ids=PLACES)
def test_a_node_knows_its_line_and_its_column_in_characters(text, id, place):
    assert parse(text)[id].place == place


REFUSED_EXPRESSIONS = [
    ("np.pi", "5: 'np.pi' looks inside a value with a dot; use plain names"),
    (
        "np.exp(x)",
        "5: 'np.exp(x)' calls something that is not a plain name; write exp(x)",
    ),
    ("x[z]", "5: 'x[z]' takes an item with brackets; write whole numbers and slices, as in x[0] or x[1:3]"),
    ("x < 1", f"5: 'x < 1' is a comparison; {BRANCH}"),
    ("1is 2", f"5: '1is 2' is a comparison; {BRANCH}"),
    ("x if x else 1", f"5: 'x if x else 1' is a condition; {BRANCH}"),
    ("x and z", f"5: 'x and z' joins conditions; {BRANCH}"),
    (
        "not x",
        "5: 'not x' begins with an operator that is not in the language; only - stands before a value: -x",
    ),
    (
        "np.save(x)",
        "5: 'np.save(x)' calls something that is not a plain name; call functions by name, as in exp(x)",
    ),
    ("inf", "5: 'inf' is not a number; there is no infinity: numbers lie between 1e-307 and 1e308 in size"),
    (
        "exp(-oo)",
        "10: 'oo' is not a number; there is no infinity: numbers lie between 1e-307 and 1e308 in size",
    ),
    ("x * nan", "9: 'nan' is not a number; every value is a number: leave the entry out"),
    ("~x", "5: '~x' begins with an operator that is not in the language; only - stands before a value: -x"),
    ("x ^ 2", f"5: 'x ^ 2' has an operator that is not in the language; {OPERATORS}"),
    ("1 + x % 2", f"9: 'x % 2' has an operator that is not in the language; {OPERATORS}"),
    ("x // 2 + 1", f"5: 'x // 2' has an operator that is not in the language; {OPERATORS}"),
    ("3 @ z", f"5: 'y' (3 @ z) does not fit the shapes: 3 is (), z is (); {ROWS}"),
    ("(x := 1)", "6: 'x := 1' assigns inside an expression; give it a line of its own"),
    ("lambda: x", f"5: 'lambda: x' is a function definition; {LANGUAGE}"),
    ("[x for x in z]", "5: '[x for x in z]' is a comprehension; write the terms out"),
    ("(x for x in z)", f"5: '(x for x in z)' is not in the language; {LANGUAGE}"),
    ("[x]", f"6: 'x' is not a number; {ARRAY}"),
    ("{x}", f"5: '{{x}}' is not in the language; {LANGUAGE}"),
    ("{x: 1}", f"5: '{{x: 1}}' is not in the language; {LANGUAGE}"),
    ("x, z", "5: 'x, z' is a tuple; write an array with brackets, as in [1, 2]"),
    ("()", "5: '()' is a tuple; write an array with brackets, as in [1, 2]"),
    ("*x, z", "5: '*x, z' is a tuple; write an array with brackets, as in [1, 2]"),
    ("await x", f"5: 'await x' is not in the language; {LANGUAGE}"),
    ("(yield)", f"6: 'yield' is not in the language; {LANGUAGE}"),
    ("f'{x}'", f"""5: "f'{{x}}'" is not in the language; {LANGUAGE}"""),
    ("'x'", f"""5: "'x'" is not a number; {LANGUAGE}"""),
    (r"'\d'", rf"""5: "'\\d'" is not a number; {LANGUAGE}"""),
    ("b'x'", f"""5: "b'x'" is not a number; {LANGUAGE}"""),
    ("-'x'", f"""6: "'x'" is not a number; {LANGUAGE}"""),
    ("3j", f"5: '3j' is not a number; {LANGUAGE}"),
    ("True", f"5: 'True' is not a number; {LANGUAGE}"),
    ("-None", f"6: 'None' is not a number; {LANGUAGE}"),
    ("...", f"5: '...' is not a number; {LANGUAGE}"),
    ("0x10", "5: '0x10' is not a decimal number; write it like 16 or 1.1 or 1e-3"),
    ("0O17", "5: '0O17' is not a decimal number; write it like 16 or 1.1 or 1e-3"),
    ("-0b1", "6: '0b1' is not a decimal number; write it like 16 or 1.1 or 1e-3"),
    ("1e309", "5: '1e309' is out of range; numbers lie between 1e-307 and 1e308"),
    ("x + 1e999999999", "9: '1e999999999' is out of range; numbers lie between 1e-307 and 1e308"),
    ("1e-308", "5: '1e-308' is out of range; numbers lie between 1e-307 and 1e308"),
    ("-1e-999999999", "6: '1e-999999999' is out of range; numbers lie between 1e-307 and 1e308"),
    ("1" + "0" * 309, f"5: '1{'0' * 58}…' is out of range; numbers lie between 1e-307 and 1e308"),
    ("1e" + "9" * 900, f"5: '1e{'9' * 57}…' is out of range; numbers lie between 1e-307 and 1e308"),
    ("1" * 101, f"5: '{'1' * 59}…' has too many digits; at most 100 are kept exact"),
    ("1." + "0" * 1000, f"5: '1.{'0' * 57}…' has too many digits; at most 100 are kept exact"),
    ("exp", "5: 'exp' is a function; call it, as in 'exp(x)'"),
    ("max", "5: 'max' is a function; call it, as in 'max(x, y)'"),
    ("exp(exp)", "9: 'exp' is a function; call it, as in 'exp(x)'"),
    ("exp()", "5: 'exp()' does not give exp its 1 plain operand; write 'exp(x)'"),
    ("exp(x, 1)", "5: 'exp(x, 1)' does not give exp its 1 plain operand; write 'exp(x)'"),
    ("exp(*x)", "5: 'exp(*x)' does not give exp its 1 plain operand; write 'exp(x)'"),
    ("max(x)", "5: 'max(x)' does not give max its 2 plain operands; write amax(x)"),
    ("max()", "5: 'max()' does not give max its 2 plain operands; write 'max(x, y)'"),
    ("max(x=1, y=2)", "5: 'max(x=1, y=2)' does not give max its 2 plain operands; write 'max(x, y)'"),
    ("max(1, 2, **x)", "5: 'max(1, 2, **x)' does not give max its 2 plain operands; write 'max(x, y)'"),
    (
        "exq(x)",
        "5: 'exq(x)' calls the unknown function 'exq'; "
        f"did you mean 'exp'? the functions are {FUNCTION_NAMES}",
    ),
    (
        "ReLU(x)",
        "5: 'ReLU(x)' calls the unknown function 'ReLU'; "
        f"did you mean 'relu'? the functions are {FUNCTION_NAMES}",
    ),
    (
        "eval(x)",
        f"5: 'eval(x)' calls the unknown function 'eval'; "
        f"{only_named('eval')}; the functions are {FUNCTION_NAMES}",
    ),
    (
        "__import__('os')",
        f"""5: "__import__('os')" calls the unknown function '__import__'; """
        f"the functions are {FUNCTION_NAMES}",
    ),
    ("__x", "5: '__x' begins with two underscores; choose another name"),
    (
        "y + 1",
        "5: 'y' is used in its own assignment; a name stands for one value: give the result another name",
    ),
    ("exp(가.나)", "9: '가.나' looks inside a value with a dot; use plain names"),
    ("가 * 나.다", "9: '나.다' looks inside a value with a dot; use plain names"),
]


@pytest.mark.parametrize(("expression", "message"), REFUSED_EXPRESSIONS, ids=lambda text: text[:24])
def test_what_is_no_expression_is_refused(expression, message):
    assert fault_of(f"y = {expression}") == f"1:{message}"


REFUSED_SOURCES = [
    ("", "1: the source is empty; write an assignment, as in 'y = x ** 2'"),
    (" \n\t\n", "1: the source is empty; write an assignment, as in 'y = x ** 2'"),
    ("# only words", "1: the source is empty; write an assignment, as in 'y = x ** 2'"),
    ("x + 1", f"1:1: 'x + 1': this value has no name; {STATEMENT}"),
    ("'words'", f"""1:1: "'words'": this value has no name; {STATEMENT}"""),
    ("x == 1", f"1:1: 'x == 1': this value has no name; {STATEMENT}"),
    ("x = 1\nprint(x)", f"2:1: 'print(x)': this value has no name; {STATEMENT}"),
    ("x += 1", f"1:1: 'x += 1': a name stands for one value and is not updated; {STATEMENT}"),
    ("x: float = 1", f"1:4: 'float' is not what a name can be declared as; {DECLARATION}"),
    ("x: dta = 1", f"1:4: 'dta' is not what a name can be declared as; {DECLARATION}"),
    (
        "W: 3*4\ny = W",
        "1:4: '3*4' is not what a name can be declared as; a shape is written in parentheses, as in (3, 4)",
    ),
    (
        "W: 3\ny = W",
        "1:4: '3' is not what a name can be declared as; a shape is written in parentheses, as in (3,)",
    ),
    ("W: (3, x)\ny = W", f"1:4: '(3, x)' is not a shape; {SHAPE}"),
    ("W: (0,)\ny = W", f"1:4: '(0,)' is not a shape; {SHAPE}"),
    ("W: (1000000, 9)\ny = W", "1:4: the shape has 9,000,000 entries; at most 1,000,000 are kept"),
    (
        "W: (2,) = [1, 2]",
        "1:4: '(2,)' is the shape of an array that is written out; leave it out, or the value",
    ),
    (
        "x = 2\ny: data = x * 2",
        "2:4: 'y' is computed, and only what is given is declared; leave out ': data'",
    ),
    ("x: data", "1:1: nothing is computed; write an assignment, as in 'y = x ** 2'"),
    ("import os", f"1:1: 'import os': nothing can be imported; {STATEMENT}"),
    ("from os import *", f"1:1: 'from os import *': nothing can be imported; {STATEMENT}"),
    ("def f(): pass", f"1:1: 'def f(): pass': functions cannot be defined; {STATEMENT}"),
    (
        "async def f(): pass",
        f"1:1: 'async def f(): pass': functions cannot be defined; {STATEMENT}",
    ),
    ("@f\ndef f(): pass", f"2:1: 'def f(): pass': functions cannot be defined; {STATEMENT}"),
    ("for x in y:\n  z = x", rf"1:1: 'for x in y:\n  z = x': there are no loops; {STATEMENT}"),
    ("while x: pass", f"1:1: 'while x: pass': there are no loops; {STATEMENT}"),
    ("if x: y = 1", f"1:1: 'if x: y = 1': there are no conditions; {STATEMENT}"),
    (
        "match x:\n  case 1: pass",
        rf"1:1: 'match x:\n  case 1: pass': there are no conditions; {STATEMENT}",
    ),
    ("class A: pass", f"1:1: 'class A: pass': this statement is not in the language; {STATEMENT}"),
    ("with x: pass", f"1:1: 'with x: pass': this statement is not in the language; {STATEMENT}"),
    ("del x", f"1:1: 'del x': this statement is not in the language; {STATEMENT}"),
    ("return x", f"1:1: 'return x': this statement is not in the language; {STATEMENT}"),
    ("pass", f"1:1: 'pass': this statement is not in the language; {STATEMENT}"),
    *(
        (text, f"1:1: '{text}' does not assign to one plain name; {STATEMENT}, one name on the left")
        for text in ("x = y = 1", "x, y = 1, 2", "x, = 1,", "*x, = y", "x.y = 1", "x[0] = 1", "[x] = y")
    ),
    ("exp = 1", "1:1: 'exp' is the name of a function; choose another name"),
    ("ｅｘｐ = 1", "1:1: 'ｅｘｐ' is the name of a function; choose another name"),
    ("__x = 1", "1:1: '__x' begins with two underscores; choose another name"),
    (
        "x = 1\ny = 2\nx = 3",
        "3:1: 'x' is assigned a second time (first on line 1); "
        "a name stands for one value: choose another name",
    ),
    ("z = 1\ny = x\nx = 3", "2:5: 'x' is used before it is assigned on line 3; move that line up"),
    (
        "x = (1 +\n  x)",
        "2:3: 'x' is used in its own assignment; a name stands for one value: give the result another name",
    ),
    ("x = 1; y = 2  # both", "1:8: 'y = 2' follows on the same line; give it its own line"),
    ("x = (1 +\n2); y = 2", "2:5: 'y = 2' follows on the same line; give it its own line"),
    ("ﬁ = 3\ny = fi * 2", "2:5: 'fi' and 'ﬁ' are the same name to Python; spell it one way"),
    ("y = H * ℌ", "1:9: 'ℌ' and 'H' are the same name to Python; spell it one way"),
    ("µ = 1\nμ = 2", "2:1: 'μ' and 'µ' are the same name to Python; spell it one way"),
    ("y = x +", f"1:8: 'y = x +' is not readable: invalid syntax; {ONE_A_LINE}"),
    ("가나 = 다 $ 2", f"1:8: '가나 = 다 $ 2' is not readable: invalid syntax; {ONE_A_LINE}"),
    ("x = 2y", "1:5: 'x = 2y' is not readable: invalid decimal literal; an operator is missing: write 2 * y"),
    ("y = x × 2", "1:7: 'y = x × 2' is not readable: invalid character '×' (U+00D7); write *"),
    ("가 = 2\n나 = −가", "2:5: '나 = −가' is not readable: invalid character '−' (U+2212); write -"),
    ("x = (1", f"1:5: 'x = (1' is not readable: '(' was never closed; {ONE_A_LINE}"),
    (
        "x = 1\n  y = 2",
        "2:2: 'y = 2' is not readable: unexpected indent; remove the spaces at the start of the line",
    ),
    (
        "x = 007",
        "1:5: 'x = 007' is not readable: "
        f"leading zeros in decimal integer literals are not permitted; {ONE_A_LINE}",
    ),
    (
        "a = b\u200bc",
        r"1:6: 'a = b\u200bc' is not readable: invalid non-printable character U+200B; remove it",
    ),
    (
        "a = 1\u2028b = 2",
        r"1:6: 'a = 1\u2028b = 2' is not readable: invalid non-printable character U+2028; remove it",
    ),
    (
        "# a\u2028b\ny = $",
        f"2:5: 'y = $' is not readable: invalid syntax; {ONE_A_LINE}",
    ),
    ("a = 1\nb\0 = 2", "2:2: the source has the control character U+0000; remove it"),
    ("가 = 1  # \x07", "1:10: the source has the control character U+0007; remove it"),
    ("a = 1\n\x0cb = 2", "2:1: the source has the control character U+000C; remove it"),
    ("a = 1\x0bb = 2", "1:6: the source has the control character U+000B; remove it"),
    ("a = 1  # \x85", "1:10: the source has the control character U+0085; remove it"),
    ("a = 1  # \ud800", "1:10: the source has the control character U+D800; remove it"),
    ("a = 1  # \uffff", "1:10: the source has the control character U+FFFF; remove it"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED_SOURCES, ids=lambda text: ascii(text[:24]))
def test_what_is_no_source_is_refused(text, message):
    assert fault_of(text) == message


@pytest.mark.parametrize(
    "text", ["type X = int", "x = 1 !", "$$x$$", "x = 'abc", 'x = """', "x = 1 \\", "x ="]
)
def test_what_python_words_differently_is_refused_all_the_same(text):
    assert fault_of(text).startswith("1:")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("y = 3 × x", "write *"),
        ("y = x ÷ 3", "write /"),
        ("y = x − 1", "write -"),
        ("y = x²", "write ** 2"),
        ("y = √x", "write sqrt(x)"),
        ("y ＝ 2", "write ="),
        ("y = （x）", "write ("),
        ("y = ½", "write 1 / 2"),
        ("y = 가 × 값", "write *"),
        ("y = １２", "write 1"),
        ("y = ٣", "write 3"),
        ("lambda = 0.1", "'lambda' is a word of Python: choose another name"),
        ("y = ∞", ONE_A_LINE),
    ],
)
def test_a_sign_of_mathematics_is_told_in_those_of_the_language(line, hint):
    assert fault_of(f"x = 1\n{line}").partition("; ")[2] == hint


def missing_operator(hint):
    return f"an operator is missing: write {hint}"


HINTS = {
    # functions
    "y = ln(x)": "write log(x)",
    "y = ln(x + 1)": "write log(x + 1)",
    "y = log10(x)": "write log(x) / log(10)",
    "y = log2(x)": "write log(x) / log(2)",
    "y = pow(x, 2)": "write x ** 2",
    "y = pow(x + 1, -n)": "write (x + 1) ** (-n)",
    "y = norm(x, z)": "write sqrt(x ** 2 + z ** 2)",
    "y = norm(a - b, c)": "write sqrt((a - b) ** 2 + c ** 2)",
    "y = norm(a)": "write sqrt(sum(a ** 2))",
    "y = pow(x)": f"{only_named('pow')}; the functions are {FUNCTION_NAMES}",
    "y = ln(x=3)": f"{only_named('ln')}; the functions are {FUNCTION_NAMES}",
    "y = f(x)": f"{only_named('f')}; the functions are {FUNCTION_NAMES}",
    f"y = ln({'x' * 31})": "write log(…)",
    "y = max(a,b,c)": "write max(max(a, b), c)",
    "y = min(a, b + 1, c, 2)": "write min(min(min(a, b + 1), c), 2)",
    "y = max(a, b, c, d, e)": "write max(max(max(a, b), c), …)",
    "y = max([a, b, c])": "write max(max(a, b), c)",
    "y = sum(a,b)": "write a + b",
    "y = sum(a, b * 2, c)": "write a + b * 2 + c",
    "y = sum([a,b])": "write a + b",
    "y = sum([a, 2])": "write a + 2",
    "y = mean(a, b)": "write (a + b) / 2",
    "y = exp(x, z)": "write 'exp(x)'",
    "y = log(x + 1, 2)": "write log(x + 1) / log(2)",
    "y = sinh(2 * x)": "write (exp(2 * x) - exp(-(2 * x))) / 2",
    "y = sqr(x + 1)": "write square(x + 1)",
    "y = cot(x)": "write 1 / tan(x)",
    "y = logsigmoid(x)": "write -softplus(-x)",
    "y = σ(x)": "write sigmoid(x)",
    "y = sign(x)": "write step(x) - step(-x)",
    "y = floor(x)": f"{only_named('floor')}; the functions are {FUNCTION_NAMES}",
    "y = mod(x, 2)": f"{only_named('mod')}; the functions are {FUNCTION_NAMES}",
    "y = relo(x)": f"did you mean 'relu'? the functions are {FUNCTION_NAMES}",
    # methods, and functions of libraries
    "y = apple.sum()": "write sum(apple)",
    "y = (x + 1).sum(axis=0)": "write sum(x + 1, axis=0)",
    "y = x.reshape(2, 3)": "write reshape(x, 2, 3)",
    "y = x.dot(z.T)": "write x @ z.T",
    "y = torch.nn.functional.relu(x)": "write relu(x)",
    "y = np.maximum(0, x)": "write max(0, x)",
    "y = math.coth(x)": "write 1 / tanh(x)",
    "y = apple.max()": "write amax(apple)",
    "y = x.item()": "call functions by name, as in exp(x)",
    "y = sum(x, axis=a)": "write it as in axis=0 or shape=(2, 3)",
    # operators
    "y = 2x": missing_operator("2 * x"),
    "y = 1 + 2.5x**2": missing_operator("2.5 * x"),
    "y = 2 x": missing_operator("2 * x"),
    "y = x z": missing_operator("x * z, or x_z for one name"),
    "y = exp(사과 개수)": missing_operator("사과 * 개수, or 사과_개수 for one name"),
    "y = (x + 1) z": missing_operator("(…) * z"),
    "y = 2exp(x)": missing_operator("2 * exp(…)"),
    "y = 2(x + 1)": missing_operator("2 * (x + 1)"),
    "y = 2(x)": missing_operator("2 * x"),
    "y = x(z+1)": f"{missing_operator('x * (z+1)')}; {only_named('x')}",
    "y = apple(z + 1)": missing_operator("apple * (z + 1)"),
    "y = (x + 1)(x - 1)": missing_operator("(x + 1) * (x - 1)"),
    "y = exp(x)(x - 1)": missing_operator("exp(x) * (x - 1)"),
    "y = sin x": "call a function with parentheses: sin(x)",
    "y = x if": ONE_A_LINE,
    "y = 'a b": ONE_A_LINE,
    "y = 0x": ONE_A_LINE,
    "y = |x|": "write abs(x)",
    "y = 2 * | x - 1 |": "write abs(x - 1)",
    "y = x.t": "write x.T",
    "y = (a @ b).t": "write (a @ b).T",
    # numbers
    "y = 1,000": "write 1000 or 1_000",
    "y = 1,234,567.89": "write 1234567.89 or 1_234_567.89",
    "y = 12 000": "write 12000 or 12_000",
    "y = 1,5": "a decimal has a point: write 1.5",
    "y = 1,05": "a decimal has a point: write 1.05",
    "y = x * 0,500": "a decimal has a point: write 0.500",
    "y = 1, 5": "write an array with brackets, as in [1, 2]",
    "y = 10%": "write 0.1 for 10%",
    "y = x * 2.5% + 1": "write 0.025 for 2.5%",
    "y = 10 % x": OPERATORS,
    # names
    "apple price = 1": "join the words of a name with _: apple_price",
    "apple-price = 1": "join the words of a name with _: apple_price",
    "사과 가격 2 = 1  # 가격": "join the words of a name with _: 사과_가격_2",
    "2x = 4": "a name begins with a letter: choose another name",
    "x + 1 = 3": f"{STATEMENT}, one name on the left",
    # white space
    "\ty = 2": "remove the spaces at the start of the line",
    "y\u00a0= 2": "remove it",
}


@pytest.mark.parametrize(("line", "hint"), HINTS.items(), ids=map(ascii, HINTS))
def test_what_is_written_otherwise_elsewhere_is_told_in_the_language(line, hint):
    assert fault_of(f"apple = 1\n{line}").partition("; ")[2] == hint


READ_ALL_THE_SAME = ["max([1, 2], [3, 4])", "sum([1, 2])", "sum([1/3, 2])", "sum([[1, 2], [3, 4]], 0)"]


@pytest.mark.parametrize("expression", READ_ALL_THE_SAME)
def test_arrays_in_calls_are_no_lists_of_operands(expression):
    assert parse(f"y = {expression}")["y"].op


def test_a_fault_names_the_file():
    with pytest.raises(SourceError) as caught:
        parse("x = 1\ny = x.a", file="tax.graph")
    assert str(caught.value) == "tax.graph:2:5: 'x.a' looks inside a value with a dot; use plain names"


def nested(before, after, times):
    return f"y = {before * times}x{after * times}"


LIMITS = {
    "longest source": (
        "# a\n" * (MAX_LENGTH // 4) + "x",
        "1: the source has 1,000,001 characters; at most 1,000,000 are read: split it",
    ),
    "longest line": (
        "a = 1\n#" + "x" * MAX_LINE,
        "2: the line has 10,001 characters; at most 10,000 are read: break it up",
    ),
    "longest chain": (
        f"y = {'+'.join('x' * (MAX_TERMS + 1))}",
        f"1:5: the expression has 1,001 terms; {PARTS}",
    ),
    "too long for Python": (f"a = 1\ny = {'+'.join('x' * 4_990)}", None),
    "too long on many lines": (f"y = ({'+x' * 100_000})".replace("(+", "(").replace("+x+x", "+x\n+x"), None),
    "deepest calls": (nested("exp(", ")", MAX_DEPTH), f"1:405: the expression nests too deeply; {PARTS}"),
    "deepest powers": ("y = " + "**".join("x" * 500), f"1:302: the expression nests too deeply; {PARTS}"),
    "unary minus": ("a = 1\n" + nested("-", "", 9_000), f"2: an expression nests too deeply; {PARTS}"),
    "some unary minus": (nested("-", "", 200), f"1:105: the expression nests too deeply; {PARTS}"),
    "parentheses": (nested("(", ")", 250), None),
    "open parentheses": ("y = " + "(" * 150, None),
    "attributes": ("y = x" + ".a" * 4_000, None),
    "calls of calls": ("y = x" + "()" * 4_000, None),
    "conditions": ("y = " + "x if x else " * 800 + "x", None),
    "lambdas": ("y = " + "lambda:" * 1_000 + "x", None),
    "comprehensions": ("y = " + "[x for x in " * 150, None),
    "branches": ("if x:\n y=1\n" + "elif x:\n y=1\n" * 10_000, None),
    "digits": (
        "y = " + "1" * 5_000,
        f"1: 'y = {'1' * 55}…' has too many digits; at most 100 are kept exact",
    ),
    "exponent": ("y = 1e" + "9" * 5_000, None),
    "hexadecimal": ("y = 0x" + "f" * 5_000, None),
}


@pytest.mark.parametrize(("text", "message"), LIMITS.values(), ids=LIMITS)
def test_beyond_a_limit_a_source_is_refused_at_once(text, message):
    fault = fault_of(text)
    assert fault.isprintable()
    assert message in (None, fault)


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        (f"y = {'+'.join('x' * MAX_TERMS)}", MAX_TERMS),
        (nested("exp(", ")", MAX_DEPTH - 1), MAX_DEPTH),
        (nested("-", "", MAX_DEPTH - 1), MAX_DEPTH),
        (nested("(", ")", 150), 2),
        ("y = 9**9**9**9**9", 7),
        ("\n".join(f"x{i + 1} = x{i} + 1" for i in range(10_000)), 20_001),
    ],
    ids=["chain", "calls", "minus", "parentheses", "powers of powers", "lines"],
)
def test_up_to_the_limits_a_source_is_read(text, nodes):
    assert len(parse(text)) == nodes


def test_each_level_of_signs_is_read_a_few_times(monkeypatch):
    read = []
    once = Literals.number
    monkeypatch.setattr(Literals, "number", lambda self, node: read.append(node) or once(self, node))
    parse(nested("-(", ")", 90))
    assert len(read) <= 4 * 90


@pytest.mark.parametrize(
    "text", ["a = 1\nb = 2\nc = 3\nd = 4", "d = a + b + c"], ids=["inputs", "operations"]
)
def test_a_graph_has_a_largest_size(monkeypatch, text):
    assert MAX_NODES == 100_000
    monkeypatch.setattr(importlib.import_module("graphgen.language.expressions"), "MAX_NODES", 3)
    assert fault_of(text).endswith(": the graph has more than 3 nodes; split the source")


def test_a_caller_that_is_deep_itself_gets_the_same_kind_of_fault():
    def parse_from(depth):
        return parse(nested("exp(", ")", 90)) if depth == 0 else parse_from(depth - 1)

    free = sys.getrecursionlimit() - len(inspect.stack())
    with pytest.raises(SourceError) as caught:
        parse_from(free - 150)
    assert str(caught.value) == f"1: an expression nests too deeply; {PARTS}"


WORDS = r"""
    x y total 가 é ﬁ fi ℌ _ __a exp max( log( ( ) = = + - * / ** // % ^ 1 0 1.5 1e3 1e400 0x1F 1__0 . ,
    # \ ' " ''' f' b' { } [ ] : := ; @ ! != == < -> is in not and or if else for lambda match case type def
    class async await yield import from del pass return True None $ ? ` ~ & | 3j \N{ \d 1is
"""
SPACES = [
    " ",
    "\n",
    "\n  ",
    "\t",
    "\r",
    "\r\n",
    "\\\n",
    "\x0c",
    "\0",
    "\ud800",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\u0301",
]
TOKENS = st.sampled_from([*WORDS.split(), *SPACES])


def outcome_of(text):
    try:
        return parse(text)
    except SourceError as error:
        return error


@settings(max_examples=1000)
@given(st.text() | st.lists(TOKENS, max_size=30).map("".join) | st.lists(TOKENS, max_size=9).map(" ".join))
def test_any_text_is_read_or_refused_in_one_line(text):
    outcome = outcome_of(text)
    if isinstance(outcome, SourceError):
        assert str(outcome).isprintable()
        assert outcome.place is not None
    else:
        assert outcome.output in outcome


NUMBERS = st.sampled_from(["0", "7", "-3", "1.10", ".5", "-0.125", "1e-9", "2E40", "1_000"])
LABELS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=9
)


def expressions(names):
    return st.recursive(
        NUMBERS | st.sampled_from(names),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(" ".join),
            inner.map("({})".format),
            inner.map("-{}".format),
            inner.map("tanh({})".format),
            st.tuples(inner, inner).map(lambda pair: "max({}, {})".format(*pair)),
        ),
        max_leaves=6,
    )


@st.composite
def sources(draw):
    """Assignments to a few names, each of an expression over free symbols and the names before it."""
    targets = draw(st.permutations(["x", "사과", "é", "ℌ", "v1", "c1", "v2", "match"]))[
        : draw(st.integers(1, 4))
    ]
    lines = [
        f"{target} = {draw(expressions(['a', '가격', *targets[:index]]))}  # {draw(LABELS)}"
        for index, target in enumerate(targets)
    ]
    return "\n".join(lines)


def meaning(graph):
    """The content of a graph, whatever its unnamed constants are called and however its lines are ordered."""
    constants = {node.id: node.value for node in graph if node.is_constant}
    return graph.output, {
        node.id: (node.op, [constants.get(id, id) for id in node.operands], node.value, node.label)
        for node in graph
        if not node.is_constant
    }


@settings(max_examples=100)
@given(sources())
def test_what_source_writes_reads_back_as_an_equal_graph(text):
    graph = parse(text)
    again = parse(graph.source())
    assert meaning(again) == meaning(graph)
    assert again.source() == graph.source()
    assert len(set(graph.ids)) == len(graph)
    assert all(graph.index[operand] < graph.index[id] for operand, id, _ in graph.edges)


ARRAYS = {
    "a row": ("[1, 2, 3]", (3,)),
    "a matrix": ("[[1, 2], [3, 4.5]]", (2, 2)),
    "signs, powers of ten and quotients": ("[-1, 1e-3, 1/3, - 2 / 4]", (4,)),
    "over several lines": ("[\n  [1, 2],\n  [3, 4],\n]", (2, 2)),
    "three axes": ("[[[1], [2]]]", (1, 2, 1)),
}


@pytest.mark.parametrize(("written", "shape"), ARRAYS.values(), ids=ARRAYS)
def test_an_array_is_exact_and_read_back(written, shape):
    graph = parse(f"x = {written}  # data\ny = sum(x)")
    assert (graph["x"].shape, graph["x"].label, graph["x"].is_input) == (shape, "data", True)
    again = parse(graph.source())
    assert (again["x"].value, again["x"].shape) == (graph["x"].value, shape)


def test_entries_are_exact():
    assert parse("x = [0.1, 1/3]\ny = sum(x)")["x"].value == (Fraction(1, 10), Fraction(1, 3))


def test_an_array_in_an_expression_is_a_constant():
    graph = parse("x = [1, 2]\ny = sum(x * [3, 4])")
    assert graph["c1"].is_constant
    assert graph["c1"].value == (3, 4)


def test_a_transpose_is_written_with_a_dot():
    graph = parse("x = [[1, 2, 3]]\ny = sum(x.T @ x)")
    assert (graph["v1"].op.name, graph["v1"].shape, graph["v2"].shape) == ("transpose", (3, 1), (3, 3))


PARAMETERS = {
    "by name": ("sum(x, axis=0)", (("axis", 0),)),
    "in order": ("sum(x, 1, True)", (("axis", 1), ("keepdims", True))),
    "nothing": ("sum(x)", ()),
    "none": ("sum(x, axis=None)", (("axis", None),)),
    "a shape in parentheses": ("reshape(x, (3, 2))", (("shape", (3, 2)),)),
    "a shape in brackets": ("reshape(x, [3, 2])", (("shape", (3, 2)),)),
    "lengths one by one": ("reshape(x, 3, 2)", (("shape", (3, 2)),)),
    "a shape by name": ("reshape(x, shape=(6,))", (("shape", (6,)),)),
}


@pytest.mark.parametrize(("written", "parameters"), PARAMETERS.values(), ids=PARAMETERS)
def test_what_a_call_says_beside_its_operands(written, parameters):
    graph = parse(f"x = [[1, 2, 3], [4, 5, 6]]\ny = {written}")
    assert graph["y"].parameters == parameters
    assert parse(graph.source())["y"].shape == graph["y"].shape


ENTRIES = {
    "an index": ("x[1]", "x[1]", (3,)),
    "an index from the end": ("x[-1]", "x[1]", (3,)),
    "two indices": ("x[1, -1]", "x[1, 2]", ()),
    "an index of a row": ("x[1][0]", "v1[0]", ()),
    "a slice": ("x[:, 1:]", "x[0:2, 1:3]", (2, 2)),
    "a slice with a step": ("x[0, ::2]", "x[0, 0:3:2]", (2,)),
    "in reverse": ("x[::-1]", "x[1::-1]", (2, 3)),
    "all": ("x[:, :]", "x", (2, 3)),
    "of an array that is written out": ("[1, 2, 3][1:]", "[1, 2, 3][1:3]", (2,)),
}


@pytest.mark.parametrize(("written", "source", "shape"), ENTRIES.values(), ids=ENTRIES)
def test_entries_are_taken_with_brackets(written, source, shape):
    graph = parse(f"x = [[1, 2, 3], [4, 5, 6]]\ny = {written}")
    assert graph["y"].shape == shape
    assert graph.source().endswith(f"y = {source}\n")
    assert parse(graph.source()).source() == graph.source()


def test_arrays_follow_one_another():
    graph = parse("a = [[1, 2]]\nb = [[3, 4]]\ny = concatenate([a, b, a * 2], axis=1)")
    assert (graph["y"].shape, graph["v1"].source) == ((1, 6), "concatenate(a, b, axis=1)")
    assert parse("a = [1]\ny = concatenate(a, [2, 3])")["y"].shape == (3,)


NO_ENTRIES = {
    "x[2]": "'2' is no index of an axis of 2; give a whole number or a slice, as in x[0] or x[1:3]",
    "x[-3]": "'-3' is no index of an axis of 2; give a whole number or a slice, as in x[0] or x[1:3]",
    "x[2:]": "a slice of an axis of 2 has no entries; an array has at least one",
    "x[::0]": "'slice(None, None, 0)' is no index of an axis of 2; "
    "give a whole number or a slice, as in x[0] or x[1:3]",
    "x[0, 0]": "2 indices are given to an array of the shape (2,); "
    "give at most one index or slice for each axis",
    "x[0][0]": "an entry of a single number is taken; give it an array, as in x = [1, 2]",
    "x[0.5]": "'x[0.5]' takes an item with brackets; write whole numbers and slices, as in x[0] or x[1:3]",
}


@pytest.mark.parametrize(("written", "message"), NO_ENTRIES.items(), ids=NO_ENTRIES)
def test_entries_that_are_not_there(written, message):
    assert fault_of(f"x = [1, 2]\ny = {written}") == f"2:5: {message}"


A_CALL = "write 'sum(x, axis=…, keepdims=…)'"
NO_ARRAYS = {
    "ragged": ("x = [[1, 2], [3]]", "1:5: '[[1, 2], [3]]' is no array: its rows are not equally long; {}"),
    "a number beside a row": (
        "x = [1, [2]]",
        "1:5: '[1, [2]]' is no array: its rows are not equally long; {}",
    ),
    "empty": ("x = []", "1:5: '[]' is no array: it has no entries; {}"),
    "a name inside": ("z = 1\nx = [z, 2]", "2:6: 'z' is not a number; {}"),
    "not a number": ("x = [nan]", "1:6: 'nan' is not a number; {}"),
    "infinity": ("x = [[1, inf]]", "1:10: 'inf' is not a number; {}"),
    "a quotient by zero": ("x = [1/0]", "1:6: '1/0' is not a number; {}"),
    "too large": ("x = [1e999]", "1:6: '1e999' is out of range; numbers lie between 1e-307 and 1e308"),
    "a string": ("x = ['a']", "1:6: \"'a'\" is not a number; {}"),
}


@pytest.mark.parametrize(("source", "told"), NO_ARRAYS.values(), ids=NO_ARRAYS)
def test_what_is_no_array(source, told):
    with pytest.raises(SourceError) as caught:
        parse(f"{source}\ny = sum(x)")
    assert str(caught.value) == told.format(ARRAY)


NO_FIT = {
    "a product": ("y = x @ x", "'y' (x @ x) does not fit the shapes: x is (2, 3), x is (2, 3); "),
    "a sum of arrays": ("y = x + [1, 2]", "'y' (x + c1) does not fit the shapes: x is (2, 3), c1 is (2,); "),
    "an axis": (
        "y = sum(x, axis=2)",
        "'y' (sum(x, axis=2)) does not fit the shapes: x is (2, 3); there is no",
    ),
    "a parameter": ("y = sum(x, foo=1)", f"'sum(x, foo=1)' does not give sum its 1 plain operand; {A_CALL}"),
    "too many": ("y = sum(x, 1, 2, 3)", f"'sum(x, 1, 2, 3)' does not give sum its 1 plain operand; {A_CALL}"),
    "half an axis": (
        "y = sum(x, axis=0.5)",
        "'0.5' is not a whole number; write it as in axis=0 or shape=(2, 3)",
    ),
    "another dot": ("y = x.S", "'x.S' looks inside a value with a dot; use plain names"),
}


@pytest.mark.parametrize(("line", "told"), NO_FIT.values(), ids=NO_FIT)
def test_what_does_not_fit_an_array_names_the_line(line, told):
    with pytest.raises(SourceError) as caught:
        parse(f"x = [[1, 2, 3], [4, 5, 6]]\n{line}")
    assert str(caught.value).startswith("2:")
    assert told in str(caught.value)


def test_an_array_has_no_range():
    with pytest.raises(SourceError, match="only a name that is given a single number can have one"):
        parse("x = [1, 2]  # data {0..3}\ny = sum(x)")


@pytest.mark.parametrize("line", ["x = [1, 2, 3, 4]\ny = sum(x)", "x = 1\ny = x * ones(2, 2)"])
def test_arrays_beyond_the_limit(line, monkeypatch):
    monkeypatch.setattr("graphgen.graph.node.MAX_ENTRIES", 3)
    with pytest.raises(SourceError, match="4 entries; at most 3 are kept"):
        parse(line)


def test_brackets_without_end_are_refused():
    with pytest.raises(SourceError, match=r"nests too deeply|not readable"):
        parse("x = " + "[" * 150 + "1" + "]" * 150)


def test_a_label_may_be_a_link():
    graph = parse(
        "price = 100  # [price](shop.md) {50..200 step 10}\n"
        "tax = (\n  1.1\n)  # [소비세 $t$](tax.md#rates)\ntotal = price * tax  # total\n"
    )
    assert [(node.label, node.link) for node in graph] == [
        ("price", "shop.md"),
        ("소비세 $t$", "tax.md#rates"),
        ("total", None),
    ]
    assert graph["price"].range == (50, 200, 10)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x = 1\ny = x  # [y](javascript:alert(1))", "2:8"),
        ("x = 1  ## [x](//host) {0..2}", "1:8"),
        ("x = [1,\n  2]  # [x](data:x)\ny = sum(x)", "2:7"),
    ],
)
def test_a_link_that_is_not_safe_is_refused_where_it_stands(text, place):
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert str(caught.value).startswith(f"{place}: a label cannot link to ")


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("x: data = 2\ny = x * w", {"x": (True, ()), "w": (False, ())}),
        ("x: data\ny = x * w", {"x": (True, ()), "w": (False, ())}),
        ("X: data = [[1, 2]]\ny = sum(X)", {"X": (True, (1, 2))}),
        ("W: (3, 4)\nx: data[4]\ny = sum(W @ x)", {"W": (False, (3, 4)), "x": (True, (4,))}),
        ("X: data[2, 3]  # samples\ny = sum(X)\nb: (3,)", {"X": (True, (2, 3)), "b": (False, (3,))}),
    ],
)
def test_what_is_declared_of_inputs_is_kept_and_written_again(text, declared):
    graph = parse(text)
    assert graph.output == "y"
    assert {node.id: (node.is_data, node.shape) for node in graph.inputs} == declared
    again = parse(graph.source())
    assert {node.id: (node.is_data, node.shape) for node in again.inputs} == declared


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("f: function\nx = f(w)\ny = f(x)", "f: function\nx = f(w)\ny = f(x)\n"),
        (
            "z = g(x, f(y))\ng: function  # any\nf: function",
            "f: function\ng: function\nv1 = f(y)\nz = g(x, v1)\n",
        ),
        ("f: function\nx = f(2) * 3", "f: function\nv1 = f(2)\nx = v1 * 3\n"),
    ],
)
def test_a_function_that_is_only_named_is_called_and_written_again(text, source):
    graph = parse(text)
    assert graph.is_symbolic
    assert graph.source() == source
    assert parse(source).source() == source


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "f: function = 3\ny = f(x)",
            "1:15: 'f' is a function that is only named, and has no value; leave out '= 3'",
        ),
        (
            "f: function\ny = f(x) + f(x, 2)",
            "2:12: 'f(x, 2)' has 2 operands, and 'f' had 1 before; "
            "give it as many everywhere, or declare another function",
        ),
        ("f: function\ny = f + 1", "2:5: 'f' is a function; call it, as in 'f(x)'"),
        (
            "f: function\nf = 3",
            "2:1: 'f' is assigned a second time (first on line 1); "
            "a name stands for one value: choose another name",
        ),
        ("f: function", "1:1: nothing is computed; write an assignment, as in 'y = x ** 2'"),
        ("exp: function\ny = exp(x)", "1:1: 'exp' is the name of a function; choose another name"),
        (
            "f: function\ny = f(x=2)",
            "2:5: 'f(x=2)' does not give 'f' plain operands; write from 1 to 7 of them, as in 'f(x)'",
        ),
        (
            "f: function\ny = f(*x)",
            "2:5: 'f(*x)' does not give 'f' plain operands; write from 1 to 7 of them, as in 'f(x)'",
        ),
        (
            "f: function\ny = f(a, b, c, d, k, m, n, o)",
            "2:5: 'f(a, b, c, d, k, m, n, o)' does not give 'f' plain operands; "
            "write from 1 to 7 of them, as in 'f(x)'",
        ),
    ],
)
def test_a_function_that_is_only_named_is_refused_where_it_does_not_fit(text, fault):
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert str(caught.value) == fault
