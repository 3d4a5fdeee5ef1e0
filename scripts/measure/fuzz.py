"""Feed graphgen with odd input, and hold it to what SECURITY.md promises.

Four targets: the parser and the engines behind it, fences through Python-Markdown, the command line, and the
SVG that pages hold. Whatever comes in, what comes out is a result that is well formed, or one of graphgen's
own errors; nothing else, and within a time. An input that breaks this is shrunk, printed and recorded.

    .venv/bin/python scripts/measure/fuzz.py                    # 100,000 inputs, and the record of them
    .venv/bin/python scripts/measure/fuzz.py --target svg --inputs 500 --output -
    .venv/bin/python scripts/measure/fuzz.py --atheris parser   # guided by coverage, until it is stopped

The last needs the package atheris.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any
from xml.etree import ElementTree

import html5lib
import markdown
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from measured import FOLDER, circumstances, write

from graphgen.cli import main as command_line
from graphgen.drawing import Picture, picture
from graphgen.errors import GraphgenError, SourceError
from graphgen.graph import ComputationalGraph, GraphBuilder
from graphgen.integrations import PageContext, accept, fence, find_fences, page_context, quote
from graphgen.language import parse
from graphgen.ops import FUNCTIONS, OPS
from graphgen.options import OPTIONS, Options
from graphgen.page import error_box, figure, standalone
from graphgen.verification import verify, verify_symbolic

SECONDS = 20
"""Time that one input may take."""
BATCH = 1_000
"""Inputs from one seed: a fault is found again with the seed of its batch."""
MAX_VERIFIED = 25
"""Nodes of the largest graph that is verified here."""

Outcome = str
"""The verdict on an input: accepted, the kind of the error that refused it, or what a check tells."""


class Hang(BaseException):
    """An input took longer than SECONDS."""


class PromiseError(AssertionError):
    """Something came out that is not as promised."""


# What goes in: garbage, words of the language in any order, and programs with numbers at the edges.

_WORDS = r"""
    x y z total 가 é ﬁ fi ℌ _ __a а ο exp log sqrt tan sum( max( relu( softmax( reshape( log( ( ) [ ] , = = =
    + - * / ** @ // % ^ 1 0 2 -1 0.5 1.5 1e3 1e-300 1e308 1e400 0x1F 1__0 . # \ ' " ''' f' b' { } : := ; !
    != == < -> is in not and or if else for lambda match case type def class async await yield import from del
    pass return True False None axis= keepdims= shape= $ ? ` ~ & | 3j \N{ \d {1..3} {..} __import__('os')
    x.__class__ </script> <!-- --> ]]> <![CDATA[ &#x3c; &amp; $\frac{a}{b}$ $x^2$ $$ javascript:alert(1)
    "onload="
"""
_SPACES = (
    *(" ", " ", "\n", "\n", "\n  ", "\t", "\r", "\r\n", "\\\n", "\x0c", "\0", "\ud800", "\u2028", "\u202e"),
    *("\u2066", "\ufeff", "\u0301", "\u200b", "\U0001f600", "\ufe0f", "\U0010ffff"),
)
_NUMBERS = """
    0 1 2 -1 3 0.5 -0.25 10 1e-300 1e300 1e-9 1e16 0.1 1.1 1e5 700 3.14159265358979323846 1.0000000001
    12345678901234567890 0.333333333333333333 1/3 99991.7
"""
_ARRAYS = ("[1, 2]", "[[1, 2], [3, 4]]", "[[1], [2]]", "[0.5, -1, 2]", "[[[1]]]", "[1e300, 1e-300]", "[0, 1]")
_CALLS = tuple(name for name in FUNCTIONS if name != "reshape")

numbers = st.sampled_from(_NUMBERS.split())
words = st.sampled_from(_WORDS.split())
spaces = st.sampled_from(_SPACES)
garbage = st.text(max_size=60) | st.lists(words | spaces, max_size=25).map("".join)
sentences = st.lists(words, max_size=12).map(" ".join)
labels = st.text(max_size=12) | st.lists(words | spaces, max_size=6).map("".join)

operands = st.integers(0, 5) | numbers
operators = st.sampled_from((*_CALLS, *"+-*/@", "**", "**", "neg", "mix"))
steps = st.tuples(operators, operands, operands, operands)
inputs = numbers | numbers | st.sampled_from(_ARRAYS) | st.just("")


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Sources that are mostly in the language, over numbers where functions end, bend or explode."""
    given_values = draw(st.lists(inputs, min_size=1, max_size=3))
    names = [f"x{number}" for number in range(len(given_values))]
    lines = [f"{name} = {value}" for name, value in zip(names, given_values, strict=True) if value]
    for number, (op, *chosen) in enumerate(draw(st.lists(steps, min_size=1, max_size=8))):
        told = [names[-1 - drawn % len(names)] if isinstance(drawn, int) else drawn for drawn in chosen]
        lines.append(f"y{number} = {_expression(op, told)}")
        names.append(f"y{number}")
    return "\n".join(lines)


def _expression(op: str, operands: list[str]) -> str:
    a, b, c = (f"({operand})" for operand in operands)
    if op in FUNCTIONS:
        return f"{op}({', '.join((a, b, c)[: FUNCTIONS[op].arity])})"
    return {"neg": f"-{a}", "mix": f"{a} * {b} - {c} / {a}"}.get(op, f"{a} {op} {b}")


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A program with something put into it, or cut out of it."""
    source = draw(programs())
    start = draw(st.integers(0, len(source)))
    cut = draw(st.integers(0, 3))
    return source[:start] + draw(words | spaces | garbage) + source[start + cut :]


sources = programs() | damaged() | garbage | sentences


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Markdown with fences and quoted numbers, well formed and not; no HTML of the author's own."""
    other = st.sampled_from(("Text.", "- item", "> told", ""))
    return "\n\n".join(draw(st.lists(fences() | fences() | quotes() | other, max_size=5)))


@st.composite
def fences(draw: st.DrawFn) -> str:
    marks = draw(st.sampled_from(("```", "```", "```", "~~~", "````")))
    indent = draw(st.sampled_from(("", "", "", "  ", "    ", "> ", "\t")))
    header = draw(headers())
    body = draw(st.sampled_from(("x = 2\ny = x * x", "x = 2", "a = b + 1")) | sources).replace("`", "'")
    closing = draw(st.sampled_from((marks, marks, marks, marks[:2], "")))
    return "\n".join(f"{indent}{line}" for line in f"{marks}{header}\n{body}\n{closing}".split("\n"))


@st.composite
def headers(draw: st.DrawFn) -> str:
    names = st.sampled_from([option.name for option in OPTIONS]) | st.text("abxy_", min_size=1, max_size=5)
    values = st.sampled_from([word for option in OPTIONS for word in option.words]) | labels
    marks = st.sampled_from(('"', '"', '"', "'", "", "“"))
    pairs = draw(st.lists(st.tuples(names, values, marks), max_size=3))
    written = " ".join(f"{name}={mark}{value}{mark}" for name, value, mark in pairs)
    forms = ("graphgen {}", "graphgen {}", "{{.graphgen {}}}", "{{ .graphgen #a {} }}", "graphgen{}")
    return draw(st.sampled_from(forms)).format(written).replace("\n", " ")


@st.composite
def quotes(draw: st.DrawFn) -> str:
    good = ("shop.value(x)", "a.gradient(y)", "x.local(y, x)", "x.chain_rule(x)")
    inside = draw(st.sampled_from(good) | garbage)
    return f"Prose `#!graphgen {inside}` goes on.".replace("\n", " ")


_FILES = {
    "ok.graph": b"x = 3\ny = x * x  # area\n",
    "bad.graph": b"x = 1\ny = x.z\n",
    "binary.graph": bytes(range(256)),
    "empty.graph": b"",
    "page.md": b'# Page\n\n```graphgen show="forward"\nx = 1\ny = x + 1\n```\n\n```graphgen\nx = \n```\n',
}
_COMMANDS = ("eval", "render", "verify", "ops", "new", "assets", "--help", "--version")
_ARGUMENTS = (
    *(
        "-",
        "--",
        "-o",
        "out.svg",
        "out.json",
        "out.dot",
        "folder",
        "none.graph",
        "fresh",
        "--json",
        "--steps",
    ),
    *("--engine", "embedded", "--format", "svg", "dot", "json", "--scale", "1e-9", "nan", "-1", "9" * 5000),
    *_FILES,
    *(f"--{option.name}" for option in OPTIONS),
    *sorted({word for option in OPTIONS for word in option.words}),
)
further = st.lists(st.sampled_from(_ARGUMENTS) | labels, max_size=4)
any_command = st.builds(lambda name, more: [name, *more], st.sampled_from(_COMMANDS) | labels, further)
rendering = further.map(lambda more: ["render", "ok.graph", "-o", "out.svg", *more])
commands = (any_command | rendering).map(lambda given: [*map(as_argument, given)])


def as_argument(text: str) -> str:
    """A text as the system hands it on: bytes, without NUL; what is written stays in the run's folder."""
    return os.fsdecode(re.sub(r"[\0/\\]|\.\.", "_", text).encode("utf-8", "surrogatepass"))


@st.composite
def labelled(draw: st.DrawFn) -> tuple[ComputationalGraph, Options]:
    """Graphs whose labels, as a program may set them, are any text, with a title that is any text too."""
    builder = GraphBuilder()
    nodes = [
        builder.input(name, Fraction(2), label=draw(labels) or None)
        for name in draw(st.sampled_from((("x",), ("x", "y"), ("가", "x_1", "alpha"))))
    ]
    for name in draw(st.lists(st.sampled_from(("add", "multiply", "square", "tanh", "max")), max_size=3)):
        op = OPS[name]
        node = builder.apply(op, *(nodes[-1 - position % len(nodes)] for position in range(op.arity)))
        builder.describe(node, name=f"n{len(nodes)}", label=draw(labels) or None)
        nodes.append(node)
    asked = {"title": draw(labels), "name": draw(labels)} | draw(st.sampled_from(_LOOKS))
    with suppress(GraphgenError):
        return builder.build(nodes[-1]), Options.read(asked)
    return builder.build(nodes[-1]), Options()


_LOOKS: tuple[dict[str, str], ...] = (
    *({}, {"show": "forward backward local"}, {"direction": "down"}, {"values": "symbols"}),
    *({"language": "ko"}, {"values": "products"}, {"quiz": "gradients"}, {"thousands": "yes"}),
)


# What comes out.


def check_parser(source: str) -> None:
    """A source is read or refused in one line, and what is read has values, or an error says why not."""
    try:
        graph = parse(source)
    except SourceError as error:
        if not (str(error).isprintable() and error.place):
            raise PromiseError(f"a message that is no line of text: {error!r}") from error
        raise
    parse(graph.source())
    if len(graph) <= MAX_VERIFIED:
        (verify_symbolic if graph.is_symbolic else verify)(graph)


def check_page(text: str) -> Outcome:
    """A page is converted, and holds what graphgen makes and nothing of its own."""
    context = PageContext("page.md", list(find_fences(text)), text)
    token = page_context.set(context)
    try:
        html = _markdown().reset().convert(text)
    finally:
        page_context.reset(token)
    list(context.missed())
    _check_elements(html5lib.parseFragment(html), _ON_PAGES)
    return "figure" if "<figure" in html else "error on the page" if "graphgen-error" in html else "no fence"


@cache
def _markdown() -> markdown.Markdown:
    """Python-Markdown with our formatters, without HTML and links of the author's own."""
    custom = {"name": "graphgen", "class": "graphgen"}
    converter = markdown.Markdown(
        extensions=["pymdownx.superfences", "pymdownx.inlinehilite"],
        extension_configs={
            "pymdownx.superfences": {"custom_fences": [{**custom, "format": fence, "validator": accept}]},
            "pymdownx.inlinehilite": {"custom_inline": [{**custom, "format": quote}]},
        },
    )
    converter.preprocessors.deregister("html_block")
    for pattern in ("html", "link", "autolink", "automail", "image_link", "short_reference"):
        converter.inlinePatterns.deregister(pattern)
    return converter


_FIGURE = """
    figure div svg title desc g path polygon polyline ellipse text tspan graphgen-live details summary table
    thead tbody tr th td p pre code span mark strong sub sup
"""
_IN_FIGURES = frozenset(_FIGURE.split())
_PROSE = """
    document_fragment p pre code strong em h1 h2 h3 h4 h5 h6 ul ol li blockquote span br hr math mrow mi mn mo
    mfrac msup msub msubsup mtext mspace msqrt mroot munder mover munderover mstyle
"""
_ON_PAGES = _IN_FIGURES | frozenset(_PROSE.split())


def check_command(arguments: list[str]) -> Outcome:
    """A command ends with one of the codes that it names, and without a traceback."""
    done = CliRunner().invoke(command_line, arguments, input="x = 1\ny = x * 3")
    if isinstance(done.exception, Hang):
        raise done.exception
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    if done.exit_code not in (0, 1, 2) or "Traceback" in done.stderr:
        raise PromiseError(f"exit code {done.exit_code}: {done.stderr}")
    return f"exit code {done.exit_code}"


def check_svg(drawn: tuple[ComputationalGraph, Options]) -> None:
    """A picture is well-formed XML, is the same tree as HTML, and has only what graphgen puts there."""
    shown = picture(*drawn)
    ElementTree.fromstring(standalone(shown).encode())
    label = shown.graph[shown.graph.output].label or ""
    for html in (figure(shown, "g1"), error_box(shown.options.title, label)):
        as_xml = ElementTree.fromstring(html)
        (as_html,) = html5lib.parseFragment(html)
        if _tree(as_xml) != _tree(as_html):
            raise PromiseError("the figure is one thing as XML and another as HTML")
        _check_elements(as_html, _IN_FIGURES)
    _check_words(shown)


def _check_elements(root: Any, known: frozenset[str]) -> None:
    """Nothing but elements that are known, and no attribute that runs or loads anything."""
    for element in root.iter():
        if _local(element) not in known:
            raise PromiseError(f"the page has an element {element.tag}")
        if strange := [name for name in element.attrib if re.match("on|href|src|style|action|form", name)]:
            raise PromiseError(f"an element {element.tag} has {strange}")


def _local(element: Any) -> str:
    """The name of an element without its namespace; of a comment and the like, what it is."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else repr(element.tag)


def _check_words(shown: Picture) -> None:
    root = ElementTree.fromstring(figure(shown, "g1"))
    told = "".join(root.find(".//svg/desc").itertext())  # type: ignore[union-attr]
    for node in shown.graph:
        label = node.label or ""
        if "$" not in label and label.isprintable() and label not in told:
            raise PromiseError(f"the label {label!r} is not in the description")


def _tree(element: Any) -> Any:
    """Names, attributes and words of an element and of all within, with white space evened out."""

    def even(text: str | None) -> str:
        return " ".join((text or "").split())

    attributes = {name.lower(): even(value) for name, value in element.attrib.items()}
    inside = [(_tree(child), even(child.tail)) for child in element]
    return _local(element), attributes, even(element.text), inside


@dataclass(frozen=True)
class Target:
    """A target: what is fed with which inputs, how it is checked, and which share of all inputs it gets."""

    strategy: st.SearchStrategy[Any]
    check: Callable[[Any], Outcome | None]
    share: float


TARGETS = {
    "parser": Target(sources, check_parser, 0.82),
    "fence": Target(pages(), check_page, 0.08),
    "command": Target(commands, check_command, 0.05),
    "svg": Target(labelled(), check_svg, 0.05),
}


def outcome(target: Target, given: Any) -> Outcome:
    """The verdict on one input; raises what is not promised."""
    try:
        with _time_limit(), warnings.catch_warnings():
            warnings.simplefilter("error")
            return target.check(given) or "accepted"
    except GraphgenError as error:
        return type(error).__name__
    except Hang:
        raise PromiseError(f"it takes more than {SECONDS} seconds") from None


@contextmanager
def _time_limit() -> Iterator[None]:
    def stop(signum: int, frame: FrameType | None) -> None:
        raise Hang

    if not hasattr(signal, "setitimer"):  # on Windows
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fuzz(target: Target, inputs: int, first_seed: int) -> tuple[Counter[Outcome], str]:
    """How many inputs had which outcome, and the first fault, shrunk; empty where there is none."""
    outcomes: Counter[Outcome] = Counter()
    for batch, start in enumerate(range(0, inputs, BATCH)):
        try:
            _test(target, min(BATCH, inputs - start), first_seed + batch, outcomes)()
        except Exception as error:
            notes = "\n".join(getattr(error, "__notes__", ()))
            return outcomes, f"seed {first_seed + batch}: {type(error).__name__}: {error}\n{notes}"
    return outcomes, ""


def _test(target: Target, inputs: int, number: int, outcomes: Counter[Outcome]) -> Any:
    quiet = settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

    @seed(number)
    @quiet
    @given(target.strategy)
    def test(given: Any) -> None:
        outcomes[outcome(target, given)] += 1

    return test


@contextmanager
def prepared_folder() -> Iterator[None]:
    """A folder of files, good and bad, in which commands run."""
    before, warnings_of_fences = Path.cwd(), logging.getLogger("mkdocs.plugins.graphgen")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "folder").mkdir()
        for name, text in _FILES.items():
            (here / name).write_bytes(text)
        os.chdir(folder)
        warnings_of_fences.disabled = True
        try:
            yield
        finally:
            warnings_of_fences.disabled = False
            os.chdir(before)


def run_all(inputs: int, number: int, names: list[str]) -> dict[str, Any]:
    """The record of a run over the targets that are named."""
    shares = sum(TARGETS[name].share for name in names)
    record: dict[str, Any] = {**circumstances(__file__, "hypothesis", "html5lib"), "seed": number}
    start = time.perf_counter()
    for name in names:
        target = TARGETS[name]
        began = time.perf_counter()
        with prepared_folder():
            outcomes, fault = fuzz(target, round(inputs * target.share / shares), number)
        record[name] = {
            "inputs": outcomes.total(),
            "seconds": round(time.perf_counter() - began),
            "outcomes": dict(outcomes.most_common()),
            "fault": fault,
        }
        print(f"{name}: {json.dumps(record[name], ensure_ascii=False)}", flush=True)
    record["inputs"] = sum(record[name]["inputs"] for name in names)
    record["seconds"] = round(time.perf_counter() - start)
    record["faults"] = sum(bool(record[name]["fault"]) for name in names)
    return record


def run_atheris(name: str, arguments: list[str]) -> None:
    """Hands a target to libFuzzer, which goes on by the branches that an input takes."""
    import atheris

    atheris.instrument_all()
    test = _test(TARGETS[name], BATCH, 0, Counter())
    atheris.Setup([sys.argv[0], *arguments], test.hypothesis.fuzz_one_input)
    with prepared_folder():
        atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=TARGETS, action="append", help="one target; may be repeated")
    parser.add_argument("--output", default=str(FOLDER / "fuzz.json"), help="the file to write; - for none")
    parser.add_argument("--atheris", choices=TARGETS, metavar="TARGET", help="drive one target by atheris")
    given, further = parser.parse_known_args()
    if given.atheris:
        run_atheris(given.atheris, further)
        return 0
    record = run_all(given.inputs, given.seed, given.target or list(TARGETS))
    if given.output != "-":
        write(Path(given.output), record)
    print(f"{record['inputs']:,} inputs, {record['faults']} faults, {record['seconds']} s.")
    return 1 if record["faults"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
