"""The promises of SECURITY.md on sources, options and labels of one who means harm, or pastes garbage."""

import json
import subprocess
import sys
import time
import unicodedata
from fractions import Fraction
from xml.etree import ElementTree

import fuzz
import html5lib
import pytest

from graphgen.drawing.pictures import picture
from graphgen.errors import EvaluationError, GraphgenError, SourceError
from graphgen.graph.builder import GraphBuilder
from graphgen.language.parser import parse
from graphgen.notation import plain
from graphgen.notation.labels import label_text
from graphgen.options import Options
from graphgen.page.element import standalone
from graphgen.page.embed import figure
from graphgen.page.error_boxes import error_box

SOON = 20
"""Seconds of a slow processor; each takes hundredths of one on a quick one."""


def shown(source, /, **options):
    return picture(parse(source), Options.read(options))


def fault_of(source, /, **options):
    with pytest.raises(GraphgenError) as caught:
        shown(source, **options)
    assert str(caught.value).isprintable()
    return caught.value


def lines(first, step, times):
    """A program that repeats a step: `{0}` is the number of a line, `{1}` that of the one before."""
    return "\n".join([first, *(step.format(number, number - 1) for number in range(1, times + 1))])


BOMBS = {
    "tower of nines": ("y = 9**9**9", EvaluationError),
    "tower of an input": ("x = 9\ny = x**x**x**x", EvaluationError),
    "tower of tens": ("y = 10**10**10", EvaluationError),
    "factors": ("x = 99999999999999999999\ny = " + "*".join(["x"] * 1_000), EvaluationError),
    "squared sixty times": (lines("x0 = 1.001", "x{0} = x{1} * x{1}", 60), EvaluationError),
    "squared near 1": (lines("x0 = 1.0000000000000000001", "x{0} = x{1} * x{1}", 60), None),
    "powers of decimals": ("x = 1.1\ny = ((x**9.7)**9.3)**9.1", None),
    "a root of a large degree": ("x = 2\ny = x**(1/123456789)", None),
    "a root of a large number": (f"x = {'1234567890' * 9}\ny = x**(1/3)", None),
    "a large and a broken exponent": ("x = 12345678901234567890\ny = x**(12345/12347)", None),
    "nested roots": (lines("x0 = 2", "x{0} = sqrt(1 + x{1})", 60), None),
    "a product of roots": (lines("x0 = 2\np0 = 1", "x{0} = sqrt(x0 + {0})\np{0} = p{1} * x{0}", 30), None),
    "a sum of roots, to the fourth": (
        lines("x0 = 2\np0 = 0", "x{0} = sqrt(x0 + {0})\np{0} = p{1} + x{0}", 30) + "\ny = p30 ** 4",
        None,
    ),
    "exponentials that stay finite": (lines("x0 = 0.5", "x{0} = exp(-x{1})", 60), None),
    "exponentials divided": (lines("x0 = 0.5", "x{0} = exp(x{1}) / 9", 30), None),
    "powers of powers": (lines("x0 = 0.5", "x{0} = 2**(-x{1})", 40), None),
    "tangents": (lines("x0 = 0.5", "x{0} = tan(x{1} / 2)", 40), None),
    "continued roots": (lines("x0 = 0.5", "x{0} = 1 / (1 + x{1}**0.5)", 40), None),
    "a symbol to a large power": ("y = x ** 1e300", None),
    "a symbol to a large power of a power": ("y = (x ** 1e9) ** 1e9", None),
    "logarithms of exponentials": (lines("x0 = 1.5", "x{0} = log(exp(x{1}))", 60), None),
    "arctangents": (lines("x0 = 1", "x{0} = atan(x{1}) * sin(x{1})", 60), None),
    "the smallest numbers": ("x = 1e-300\ny = x * x", None),
    "next to 0": ("x = 1e-300\ny = exp(x) - 1\nz = log(1 + y)", None),
    "far out": ("x = 1e308\ny = sigmoid(x) + softplus(x) + tanh(x)", None),
    "a base just below 1": ("x = 0.999\ny = x**1e300", None),
    "a thousand operands": ("x = 1.01\ny = " + "*".join(["x"] * 1_000), None),
    "ten thousand operands": ("y = " + "+".join(["x"] * 4_900), SourceError),
    "ten thousand operands over lines": ("y = (" + "+x\n" * 10_000 + ")", SourceError),
    "deep parentheses": ("y = " + "(" * 5_000 + "x" + ")" * 4_990, SourceError),
    "deep minus": ("y = " + "-" * 9_000 + "x", SourceError),
    "deep calls": ("y = " + "exp(" * 1_000 + "x" + ")" * 1_000, SourceError),
    "deep brackets": ("y = " + "[" * 1_000 + "1" + "]" * 1_000, SourceError),
    "many digits": ("y = " + "9" * 5_000, SourceError),
}


@pytest.mark.parametrize(("source", "kind"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_worked_out_or_refused_soon(source, kind):
    start = time.process_time()
    if kind:
        with pytest.raises(kind):
            shown(source)
    else:
        assert shown(source).levels
    assert time.process_time() - start < SOON


CODE = [
    "__import__('os').system('touch pwned')",
    "open('pwned', 'w')",
    "exec('import os')",
    "eval('1')",
    "().__class__.__base__.__subclasses__()",
    "x.__class__",
    "x.__init__.__globals__['os']",
    "getattr(x, 'real')",
    "globals()",
    "f'{open(1)}'",
    "f'{x!r:{y}}'",
    "(y := open('pwned', 'w'))",
    "(lambda: open('pwned'))()",
    "[open(n) for n in 'ab']",
    "{open(n) for n in 'ab'}",
    "exp(*open('pwned'))",
    "exp(**x)",
    "exp(x)(1)",
    "exp.forward(1)",
    "sum([1], axis=open('pwned'))",
    "'%c' % 120",
    "b'x' * 10**9",
    "x if open('pwned') else 1",
    "print(x)",
    "breakpoint()",
    "__builtins__",
    "__debug__",
    "await x",
    "(yield x)",
]

STATEMENTS = [
    "import os",
    "from os import *",
    "exec('1')",
    "def f(): pass",
    "class A: pass",
    "with open('pwned') as f: pass",
    "del x",
    "global x",
    "assert open('pwned')",
    "x: open('pwned') = 1",
    "x.y = 1",
    "x[0] = 1",
    "x += open('pwned')",
    "type x = open('pwned')",
    "raise x",
    "__builtins__ = 1",
    "__import__ = 1",
]

WATCHED = """
import json, sys
from graphgen.errors import SourceError
from graphgen.language.parser import parse

def refused(source):
    try:
        parse(source)
    except SourceError as error:
        return str(error)
    return ""

refused("y = x.z"), refused("import os"), refused("")  # loads what is loaded on first use
events = set()
sys.addaudithook(lambda event, given: events.add(f"{event} {given[0] if event == 'open' else ''}".strip()))
told = [refused(source) for source in json.loads(sys.argv[1])]
print(json.dumps([told, sorted(events)]))
"""


def test_code_is_refused_and_none_of_it_is_run(tmp_path):
    sources = [*(f"x = 1\ny = {code}" for code in CODE), *STATEMENTS]
    command = [sys.executable, "-c", WATCHED, json.dumps(sources)]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, encoding="utf-8")
    told, events = json.loads(done.stdout)
    assert [source for source, message in zip(sources, told, strict=True) if not message] == []
    # `ast` compiles to a tree, and Python looks for the line of a syntax error in a file of that name.
    assert set(events) <= {"compile", "open <unknown>", "object.__getattr__", "sys._getframe"}
    assert list(tmp_path.iterdir()) == []


MARKUP = {
    "script": "<script>alert(1)</script>",
    "numbered entity": "&#x3c;script>alert(1)&#60;/script>",
    "entity of an entity": "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "entity without its end": "&lt &ampamp &#x110000; &#0;",
    "end of the picture": "</svg></figure><script>alert(1)</script>",
    "end of the title": "</title></desc><img src=x onerror=alert(1)>",
    "end of the table": "</td></tr></table><iframe src=javascript:alert(1)>",
    "end of an attribute": '"><img src=x onerror=alert(1)>',
    "end of another attribute": "' onfocus='alert(1)' autofocus x='",
    "comment": "<!-- --> --!> <!",
    "cdata": "<![CDATA[ ]]> ]]>",
    "doctype": '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]> &y;',
    "instruction": "<?xml version='1.0'?> <?php ?>",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7 %> #{7}",
    "link": "javascript:alert(1) data:text/html,<script>",
    "style": "</style><style>*{display:none} @import url(//evil)",
    "quotes": "\"double\" 'single' `back` \\\" \\'",
    "escapes of Graphviz": r"\N \G \E \T \H \L \l \r \n \\",
    "DOT": '"]; evil [label="x"]; n1 -> n2 /* // # */ } digraph {',
    "DOT in HTML": "<<TABLE HREF=javascript:alert(1)><TR/></TABLE>>",
    "backslash at the end": "\\",
    "Markdown": "**bold** [a](javascript:alert(1)) ![b](x) `code` ~~~",
    "stash of Markdown": "wzxhzdk:0 klzzwxh:0000 qwertyuiop:0",
    "formula that is markup": "$<script>alert(1)</script>$",
    "formula with markup in words": r"$\text{<b>x</b>} \mathrm{&lt;}$",
    "private use": "\ue000 \U000f0000 \U0010fffd",
    "beyond the first plane": "😀 𝐱 \U0001f469\u200d\U0001f4bb",
    "zero width": "a\u200bb\u200c\u200d\u2060\ufeffc",
    "a pile of marks": "Z" + "\u0301\u0316\u0334" * 100,
    "line separators": "a\u2028b\u2029c",
    "marks of direction in pairs": "\u202bسعر\u202c \u2067التفاح\u2069 \u200e5\u200f",
    "a long word": "W" * 500,
    "wide letters": "가" * 500,
}


def told_in(page):
    """The words of a figure's table, and of all the texts of its picture, without white space."""
    cells = [cell for cell in page.iter() if fuzz._local(cell) == "td"]
    texts = [text for text in page.iter() if fuzz._local(text) == "text"]
    return ["".join("".join("".join(part.itertext()) for part in parts).split()) for parts in (cells, texts)]


@pytest.mark.parametrize("words", MARKUP.values(), ids=MARKUP)
def test_a_label_on_a_page_is_its_characters_and_nothing_else(words, caplog):
    source = f"x = 2  # {words}\ny = x * 3  # {words}".replace("~~~", "~~")
    text = f"~~~graphgen\n{source}\n~~~"
    fuzz.check_page(text)
    assert caplog.records == []
    page = html5lib.parseFragment(fuzz._markdown().reset().convert(text))
    expected = "".join(plain(label_text(words.replace("~~~", "~~"))).split())
    for told in told_in(page):
        assert told.count(expected) >= 2


@pytest.mark.parametrize("words", MARKUP.values(), ids=MARKUP)
def test_a_title_is_its_characters_and_nothing_else(words):
    fuzz.check_svg((parse("x = 2\ny = x * 3"), Options(title=words)))
    found = html5lib.parseFragment(figure(shown("x = 2", title=words), "g1"))
    titles = ["".join(element.itertext()) for element in found.iter() if fuzz._local(element) == "title"]
    assert titles == [words.strip()]


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x9f", "\ud800", "\ufffe", "\U0010ffff"])
def test_what_no_page_can_hold_is_a_sign_of_replacement_where_a_program_writes_it(character):
    builder = GraphBuilder()
    builder.input("x", Fraction(2), label=f"a{character}b")
    graph = builder.build(0)
    fuzz.check_svg((graph, Options(title=f"c{character}d")))
    written = standalone(picture(graph, Options(title=f"c{character}d")))
    root = ElementTree.fromstring(written.encode())
    assert root[0].text == "c\ufffdd"
    assert root[1].text.startswith("a\ufffdb is 2.")


OPTION_VALUES = [
    *('"', "'", "\\", "<script>", "</svg>", "]]>", "a b", "a,b", "*", "**", "[", "{0}", "%s", "__class__"),
    *(
        "..",
        "../../etc/passwd",
        "/",
        "\n",
        "\0",
        "\x1b[31m",
        "\ud800",
        "é",
        "²",
        "9" * 5_000,
        "-1",
        "x" * 5_000,
    ),
    *("x > y >", ">", "+", "x>y>x", "\u202e"),
]


DRAWN = fuzz.Target(
    fuzz.st.none(), lambda asked: fuzz.check_svg((parse("x = 2\ny = x * x"), Options(**asked))), 1
)


@pytest.mark.parametrize("name", list(Options.__dataclass_fields__))
def test_any_value_of_an_option_is_taken_or_refused(name):
    for value in OPTION_VALUES:
        outcome = fuzz.outcome(DRAWN, {name: value})
        # A tangent is a direction, which may not fit the graph.
        assert outcome in ("accepted", "OptionError", *(["EvaluationError"] if name == "tangent" else []))


HEADERS = {
    "quotes in quotes": """graphgen title="a"b" show='forward'""",
    "an option without a value": "{.graphgen show}",
    "an option without a value, with its sign": "{.graphgen show=}",
    "attributes of HTML": '{.graphgen onclick="alert(1)" style="x"}',
    "attributes of HTML without braces": 'graphgen onclick="alert(1)"',
    "an id": '{.graphgen #a"><script>alert(1)</script>}',
    "a class": '{.graphgen .a"><script>}',
    "an end of attributes": 'graphgen title="}><script>alert(1)</script>"',
    "dunder": '{.graphgen __class__="x"}',
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_adds_nothing_to_a_page(header):
    fuzz.check_page(f"```{header}\nx = 2\ny = x * x\n```")


QUOTES = [
    *(
        "a.value(<script>)",
        "a.value(x).__class__",
        "__import__('os')",
        "a.__class__(x)",
        "a.value(x",
        "a.value()",
    ),
    *("a.value(x, y)", "a.local(x, y)", "a.chain_rule(<b>)", "<b>.value(x)", 'a.value("x")', "a" * 5_000),
    *("a.value(" * 500, "&lt;script&gt;", "a.value(\u202ex)"),
]


@pytest.mark.parametrize("written", QUOTES, ids=lambda written: written[:20])
def test_a_quoted_number_is_a_number_or_a_fault_in_words(written):
    page = f'```graphgen name="a"\nx = 2\ny = x * x\n```\n\nSo `#!graphgen {written}`.'
    fuzz.check_page(page)
    assert "graphgen-error" in fuzz._markdown().reset().convert(page)


DECEITS = {
    "override": ("x = 1  # \u202e1 = y", "the source has the direction mark U+202E, which reorders"),
    "override that is closed": ("x = 1  # \u202dab\u202c", "the direction mark U+202D"),
    "open embedding": ("x = 1  # \u202bab", "the direction mark U+202B"),
    "open isolate": ("x = 1  # \u2066ab", "the direction mark U+2066"),
    "closed by another": ("x = 1  # \u2066ab\u202c", "the direction mark U+202C"),
    "closed before it opens": ("x = 1  # \u2069\u2066", "the direction mark U+2069"),
    "in a line that is no label": ("# \u202e\nx = 1", "1:3: the source has the direction mark U+202E"),
    "Cyrillic a": ("a = 1\ny = \u0430 * 2", "'\u0430' and 'a' look the same; spell it one way"),
    "Greek O": ("O = 1\n\u039f = 2", "'\u039f' and 'O' look the same"),
    "Cyrillic and Greek": ("\u0420 = 1\n\u03a1 = 2", "look the same"),
    "one word in two scripts": ("apple = 1\n\u0430ррl\u0435 = 2", "look the same"),
    "ligature": ("ﬁ = 1\ny = fi * 2", "'fi' and 'ﬁ' are the same name to Python"),
    "full width": ("ｘ = 1\ny = x * 2", "are the same name to Python"),
    "a variant of a letter": ("x\ufe00 = 1", "has the unseen character U+FE00; remove it"),
    "a letter that is not seen": ("x\u3164 = 1", "has the unseen character U+3164"),
    "zero width": ("x\u200b = 1", "invalid non-printable character U+200B"),
    "soft hyphen": ("x\u00ad = 1", "invalid non-printable character U+00AD"),
    "function in Cyrillic": ("x = 1\ny = \u0435\u0445\u0440(x)", "calls the unknown function"),
    "NUL": ("x = 1\0", "the control character U+0000"),
    "escape": ("x = 1  # \x1b[2J", "the control character U+001B"),
    "next line": ("x = 1  # a\x85y = 2", "the control character U+0085"),
    "vertical tab": ("x = 1\x0by = 2", "the control character U+000B"),
    "surrogate": ("x = 1  # \ud800", "the control character U+D800"),
    "noncharacter": ("x = 1  # \ufdd0", "the control character U+FDD0"),
    "noncharacter of another plane": ("x = 1  # \U0001ffff", "the control character U+1FFFF"),
    "a long label": ("x = 1  # " + "a" * 501, "the label has 501 characters; at most 500 are drawn"),
    "a long name": ("x" * 101 + " = 1", "has 101 characters; at most 100 are read"),
}


@pytest.mark.parametrize(("source", "message"), DECEITS.values(), ids=DECEITS)
def test_what_reads_otherwise_than_it_is_is_refused(source, message):
    assert message in str(fault_of(source))


def test_letters_that_only_resemble_each_other_are_different_names():
    assert len(parse("p = 1\nρ = 2\nv = 3\nν = 4\na = 5\nα = 6\ny = p * ρ * v * ν * a * α").inputs) == 6
    assert parse("цена = 1\ny = цена * 2").inputs[0].id == "цена"


def test_a_name_composed_or_not_is_one():
    assert parse(f"{unicodedata.normalize('NFD', '값')} = 3\ny = 값 * 2").ids[0] == "값"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n\r\n"])
def test_every_line_end_is_one(end):
    assert parse(f"\ufeffx = 1  # a{end}y = x * 2{end}").ids == ("x", "c1", "y")


FORMULAS = {
    "deep braces": "${}$".format("{" * 200 + "x" + "}" * 200),
    "open braces": "${}$".format("{" * 400),
    "powers of powers": "$x{}$".format("^x" * 200),
    "fractions of fractions": "${}$".format(r"\frac" * 90),
    "roots in roots": "${}$".format(r"\sqrt{" * 60 + "x" + "}" * 60),
    "indices": "${}$".format("{x}^{2}_{3}" * 40),
    "many formulas": "$x$" * 160,
    "dollars alone": "$" * 499,
    "links": r"$\href{javascript:alert(1)}{x} \url{x} \unicode{x3c}$",
    "unknown command": r"$\input{/etc/passwd} \write18{id} \def\a{\a\a} \a$",
    "loop": r"$\newcommand{\x}{\x\x}\x$",
}


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_a_formula_in_a_label_is_set_or_refused_or_left_as_written_soon(formula):
    start = time.process_time()
    try:
        drawn = figure(shown(f"x = 2  # {formula}\ny = x * x  # {formula}"), "g1")
    except SourceError as error:
        drawn = error_box(str(error), formula)
    assert time.process_time() - start < SOON
    fuzz._check_elements(html5lib.parseFragment(drawn), fuzz._ON_PAGES)


def test_many_long_labels_are_drawn_soon():
    start = time.process_time()
    figure(shown(lines(f"x0 = 1  # {'$a$ b ' * 80}", "x{0} = -x{1}  # " + "$a$ b " * 80, 60)), "g1")
    assert time.process_time() - start < SOON


ROW = "[" + ", ".join(["1"] * 1_001) + "]"
COLUMN = "[" + ", ".join(["[1]"] * 1_001) + "]"
ARRAYS = {
    "a product that explodes": (f"x = {COLUMN}\nw = [{ROW}]\ny = sum(x @ w)", "has 1,002,001 entries"),
    "a broadcast that explodes": (f"x = {COLUMN}\nw = {ROW}\ny = sum(x + w)", "has 1,002,001 entries"),
    "a shape that explodes": ("x = [1, 2]\ny = sum(reshape(x, 1000000, 1000000))", "do not fill the shape"),
    "a negative shape": ("x = [1, 2]\ny = sum(reshape(x, -1, -2))", "do not fill the shape"),
    "an empty shape": ("x = [1, 2]\ny = sum(reshape(x, 0, 2))", "do not fill the shape"),
    "a shape of truth": ("x = [1, 2]\ny = sum(reshape(x, True, 2))", "do not fill the shape"),
    "an axis of truth": ("x = [[1, 2]]\ny = sum(sum(x, axis=True))", "there is no axis True"),
    "an axis far out": ("x = [1]\ny = sum(x, axis=99999999999999999999)", "there is no axis"),
    "two axes": ("x = [[1]]\ny = sum(x, axis=(0, 1))", "there is no axis (0, 1)"),
    "keepdims that is a number": ("x = [1]\ny = sum(x, keepdims=7)", "keepdims is True or False"),
    "many axes": (f"x = {'[' * 33}1{']' * 33}\ny = sum(x)", "the array has 33 axes; at most 32 are kept"),
    "many axes by a new shape": (
        f"x = [1]\ny = sum(reshape(x, {', '.join(['1'] * 40)}))",
        "has 40 axes; at most 32 are kept",
    ),
    "many arrays": (
        lines(f"x0 = {COLUMN[:-9]}]\nw = {ROW[:-6]}]", "x{0} = x0 * w", 11) + "\ny = sum(x1)",
        "entries in all; at most 10,000,000 are kept",
    ),
    "ragged": ("x = [[1, 2], [3]]\ny = sum(x)", "its rows are not equally long"),
    "ragged in depth": ("x = [[1, 2], 3]\ny = sum(x)", "its rows are not equally long"),
    "empty": ("x = []\ny = sum(x)", "it has no entries"),
    "empty in depth": ("x = [[], []]\ny = sum(x)", "it has no entries"),
    "a quotient by 0": ("x = [1/0]\ny = sum(x)", "'1/0' is not a number"),
    "a quotient too large": ("x = [1e308/1e-307]\ny = sum(x)", "'1e308/1e-307' is out of range"),
    "a quotient too small": ("x = [1e-307/1e308]\ny = sum(x)", "'1e-307/1e308' is out of range"),
    "a label that is no class": (
        "x = [[1, 2]]\nt = [1e300]\ny = softmax_cross_entropy(x, t)",
        "softmax_cross_entropy is defined for",
    ),
}


@pytest.mark.parametrize(("source", "message"), ARRAYS.values(), ids=ARRAYS)
def test_an_array_that_does_not_fit_is_refused_soon(source, message):
    start = time.process_time()
    assert message in str(fault_of(source))
    assert time.process_time() - start < SOON


def test_a_page_with_a_picture_that_takes_too_long_has_its_other_pictures(monkeypatch, caplog):
    heavy = lines("x0 = 1", "x{0} = x{1} + x0", 200)
    page = "\n\n".join(f"```graphgen\n{source}\n```" for source in ("x = 1", heavy, "x = 3\ny = x * x"))
    monkeypatch.setattr("graphgen.drawing.engine.MAX_SECONDS", 0.1)
    html = fuzz._markdown().reset().convert(page)
    assert (html.count("<figure"), html.count("graphgen-error")) == (2, 1)
    assert [record.getMessage() for record in caplog.records] == [
        "the picture is not laid out after 0.1 seconds; collapse parts of it, by name (collapse) or by depth"
    ]


# Found by scripts/measure/fuzz.py, or by hand beside it.
FOUND = {
    "one neuron": "x = [1, 2]\nw = [3, 4]\nb = 5\ny = affine(x, w, b)",
    "one row and a column": "x = [[1, 2], [3, 4]]\nw = [3, 4]\nb = 5\ny = sum(affine(x, w, b))",
    "the transpose of a number": "x = 3\ny = transpose(x) * 2",
    "the largest entries": "x = [1e300, 1e-300]\ny = sum(x)",
    "as many axes as there may be": f"x = {'[' * 32}1{']' * 32}\ny = sum(x)",
}


@pytest.mark.parametrize("source", FOUND.values(), ids=FOUND)
def test_what_was_once_a_fault_is_drawn_with_all_that_it_has(source):
    fuzz.check_svg((parse(source), Options(show="forward backward local")))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["eval", "x" * 5_000], "cannot be read: File name too long; check the name"),
        (["verify", "x" * 5_000], "cannot be read: File name too long; check the name"),
        (["new", "x" * 5_000], "cannot be written: File name too long; name another file"),
        (["assets", "x" * 5_000], "cannot be written: File name too long; name another file"),
        (["render", "ok.graph", "-o", "x" * 5_000], "cannot be written: File name too long"),
        (["render", "ok.graph", "-o", "x.png", "--scale", "1e-9"], "the PNG would have 0 × 0 pixels"),
        (["render", "large.graph", "-o", "x.png", "--scale", "20"], "at most 50,000,000 are drawn"),
        (["render", "ok.graph", "-o", "x.svg", "--depth", "9" * 5_000], "give a whole number from 1"),
    ],
    ids=lambda value: " ".join(word[:12] for word in value) if isinstance(value, list) else "",
)
def test_a_command_line_that_asks_too_much_gets_one_line(arguments, message):
    with fuzz.prepared_folder():
        with open("large.graph", "w") as file:
            file.write(
                lines("x0 = 1\nx1 = 2", "x{0}a = x1 * x{1}a", 0) + "\n" + lines("z0 = 1", "z{0} = -z{1}", 150)
            )
        done = fuzz.CliRunner().invoke(fuzz.command_line, arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert message in done.stderr
    assert isinstance(done.exception, SystemExit)
