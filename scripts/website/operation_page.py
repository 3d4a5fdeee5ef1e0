"""The operation table of the reference: a section for each row, all of it from the row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from typing import Any

import sympy as sp
from korean import said

from graphgen.algebra import expression, local_derivatives, matrix_latex
from graphgen.errors import EvaluationError
from graphgen.graph import ComputationalGraph
from graphgen.language import parse
from graphgen.notation import mathml
from graphgen.ops import OPS, Op, Operands
from graphgen.verification import verify, verify_forward

LETTERS = "xyz"
LONGEST = 110
"""The letters of LaTeX of a formula in the table of all."""
SEARCHED = ("In words", "Derivatives given by hand", "At the kink", "Convention")
"""The rows that read as sentences, in search results too."""
FUNCTION = re.compile(r"(?<![\\{\w])([a-z]{2,})(?=\()")
CONNECTIVES = {r"\wedge": "and", r"\vee": "or"}
LETTER = re.compile(r"(?<![A-Za-z0-9_])[CNOkxyz](?![A-Za-z0-9_])")
"""An operand or a length, among the words of a domain or a convention."""
LONGEST_EXPONENT = 60
"""The letters of LaTeX of an exponent that can be read as one."""
PLAIN = 2.5
"""The number near which the operands of an example lie, where the row has such a point."""


def operations(language: str) -> str:
    """The Markdown of the page: all operations at a glance, then one by one."""
    of_numbers = [op for op in OPS.values() if op.is_elementwise]
    on_arrays = [op for op in OPS.values() if not op.is_elementwise]
    derived = overview("overview formulas", ("Value", "Local derivatives"), of_numbers, derivation, language)
    told = overview(
        "overview", ("In words",), on_arrays, lambda op, language: (reading(op, language),), language
    )
    return "\n\n".join([derived, told, *(section(op, language) for op in OPS.values())])


def overview(
    kind: str,
    further: tuple[str, ...],
    ops: list[Op],
    cells: Callable[[Op, str], tuple[str, ...]],
    language: str,
) -> str:
    """A table with a line for each operation, and links to their sections."""
    heads = [said(head, language) for head in ("Operation", "Written", "Symbol", *further)]
    rows = [(link_to(op), in_parts(written(op)), op.symbol, *cells(op, language)) for op in ops]
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "&#124;") for cell in row] for row in rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f'<div class="{kind}" data-search-exclude markdown>\n\n{table}\n\n</div>'


def link_to(op: Op) -> str:
    return f"[{op.name.replace('_', '_<wbr>')}](#{op.name})"


def in_parts(code: str) -> str:
    """Code that may go on below, behind one of its underscores."""
    return f"<code>{escape(code).replace('_', '_<wbr>')}</code>"


def derivation(op: Op, language: str) -> tuple[str, str]:
    """The value and the local derivatives; long ones stand in the operation's section alone."""
    below = f"[{said('below', language)}](#{op.name})"
    latex = [derived(derivative) for derivative in local_derivatives(op)]
    short = [math(formula, language) for formula in latex if len(formula) <= LONGEST]
    value = derived(expression(op))
    return (
        math(f"{result(op)} = {value}", language) if len(value) <= LONGEST and not inner(op) else below,
        "<br>".join(short if len(short) == len(latex) else [below]),
    )


def reading(op: Op, language: str) -> str:
    return op.reads[language].format(*(f"<em>{letter}</em>" for letter in LETTERS))


def opened(op: Op) -> str:
    written = op.opened.strip()
    if op.is_elementwise:
        written = re.sub(r"^v =", f"{result(op)} =", written, flags=re.MULTILINE)
    return "<br>".join(f"<code>{escape(line)}</code>" for line in written.split("\n") if line)


def section(op: Op, language: str) -> str:
    """One operation: what it is, its derivatives, where it holds and is proved, a picture."""
    rows = "".join(
        f"<tr{'' if head in SEARCHED else ' data-search-exclude'}>"
        f"<th scope='row' data-search-exclude>{lettered(said(head, language))}</th><td>{cell}</td></tr>"
        for head, cell in facts(op, language)
    )
    shown = "forward backward local" if op.is_elementwise else "forward backward"
    fence = f'```graphgen show="{shown}"\n{source(op, example(op), **op.variants[0])}\n```'
    name = op.name.replace("_", "_<wbr>")
    return f"## {name} {{#{op.name}}}\n\n<table class='facts'>{rows}</table>\n\n{fence}"


def facts(op: Op, language: str) -> Iterator[tuple[str, str]]:
    """The rows of an operation's table: a head in English, a cell of HTML."""
    yield "Written", f"<code>{escape(written(op, **op.variants[0]))}</code>"
    if op.parameters:
        told = ", ".join(f"{name}={value!r}" for name, value in op.parameters.items())
        yield "Parameters", f"<code>{escape(told)}</code>"
    yield "In words", f"<p>{reading(op, language)}</p>"
    yield "Symbol", f'<span class="symbol">{escape(op.symbol)}</span>'
    if op.opened:
        yield "Opened", opened(op)
    yield from of_entries(op, language) if op.is_elementwise else of_arrays(op, language)
    if op.why:
        yield "Derivatives given by hand", f"<p>{lettered(said(op.why, language))}</p>"
    yield "Domain", lettered(said(op.domain, language))
    if op.convention:
        yield "At the kink" if op.switch else "Convention", f"<p>{lettered(op.convention[language])}</p>"
    numbers, points = proof(op)
    told = "{} numbers at {} points" if points > 1 else "{} numbers at {} point"
    yield "Proved", said(told, language).format(numbers, points)


def of_entries(op: Op, language: str) -> Iterator[tuple[str, str]]:
    """The value and the local derivatives, as SymPy derives them."""
    value = [f"{result(op)} = {derived(expression(op))}"]
    value += [f"{name} = {derived(exponent)}" for exponent, name in inner(op).items()]
    yield "Value", "<br>".join(math(line, language) for line in value)
    for letter, derivative in zip(LETTERS, local_derivatives(op), strict=False):
        partial = rf"\frac{{\partial {result(op)}}}{{\partial {letter}}} = {derived(derivative)}"
        yield (
            "Local derivative" if op.arity == 1 else f"Local derivative with respect to {letter}",
            math(partial, language),
        )


def of_arrays(op: Op, language: str) -> Iterator[tuple[str, str]]:
    """The gradients of an operation on whole arrays: as a rule over matrices where the row has one."""
    rules = [math(upright(rule), language) for rule in matrix_latex(op)]
    written_by_hand = (f"<code>{escape(rule)}</code>" for rule in op.vjps[len(rules) :])
    for letter, rule in zip(LETTERS, (*rules, *written_by_hand), strict=False):
        yield f"Sent back to {letter}", rule


def upright(latex: str) -> str:
    r"""LaTeX in which the name of a function is a word, not a product of letters.

    >>> upright("softmax(X) - Y")
    '\\operatorname{softmax}(X) - Y'
    """
    return FUNCTION.sub(r"\\operatorname{\1}", latex)


def shape_of(operand: Any) -> tuple[int, ...]:
    return (len(operand), *shape_of(operand[0])) if isinstance(operand, tuple) else ()


def written(op: Op, **parameters: Any) -> str:
    return op.source(*LETTERS[: op.arity], **parameters) or "x"


def result(op: Op) -> str:
    """The letter of the value, which is none of the operands'."""
    return "z" if op.arity < len(LETTERS) else "v"


def derived(expression: sp.Expr) -> str:
    r"""The LaTeX of an expression: cases within cases made one list, decimals, long exponents by a name.

    >>> x = sp.Symbol("x")
    >>> derived(x / 8 + sp.Rational(8943, 200000))
    '0.044715 + \\frac{x}{8}'
    """
    if expression.has(sp.Piecewise):
        expression = sp.piecewise_fold(expression)
    for exponent, name in long_exponents(expression).items():
        expression = expression.xreplace({sp.exp(-exponent): sp.exp(-sp.Symbol(name))})
    decimals = {
        number: sp.Symbol(f"{float(number):.15g}")
        for number in expression.atoms(sp.Rational)
        if number.q > 1000 and 10**12 % number.q == 0
    }
    return sp.latex(expression.xreplace(decimals))


def long_exponents(expression: sp.Expr) -> dict[sp.Expr, str]:
    """What stands below a minus in the exponent, where nobody could read it so small, and its name."""
    return {
        -exponential.exp: "u"
        for exponential in expression.atoms(sp.exp)
        if len(sp.latex(exponential.exp)) > LONGEST_EXPONENT
    }


def inner(op: Op) -> dict[sp.Expr, str]:
    return long_exponents(expression(op))


def lettered(words: str) -> str:
    """Words as HTML, the operands among them in italics and what stands between backticks as code.

    >>> lettered("x ≥ 0, as `x*y` says")
    '<em>x</em> ≥ 0, as <code>x*y</code> says'
    """
    parts = escape(words).split("`")
    return "".join(
        f"<code>{part}</code>" if place % 2 else LETTER.sub(r"<em>\g<0></em>", part)
        for place, part in enumerate(parts)
    )


def math(latex: str, language: str) -> str:
    """A formula as MathML, which browsers draw without help; conditions in words of the language."""
    told = latex.replace(r"\text{for}\:", r"\text{" + said("if", language) + r"}\;")
    told = told.replace(r"\text{otherwise}", r"\text{" + said("otherwise", language) + "}")
    for sign, word in CONNECTIVES.items():
        told = told.replace(sign, r"\;\text{" + said(word, language) + r"}\;")
    return mathml(told)


@cache
def proof(op: Op) -> tuple[int, int]:
    """How many numbers of the operation are proved, and at how many points.

    Raises VerificationError where one is not.
    """
    graphs = [parse(source(op, point, **variant)) for point in op.points for variant in op.variants]
    return sum(map(numbers_proved, graphs)), len(graphs)


def numbers_proved(graph: ComputationalGraph) -> int:
    """How many numbers of a graph are proved; the values alone where a derivative does not exist."""
    try:
        report = verify(graph)
    except EvaluationError:
        report = verify_forward(graph)
    assert report.require().is_proved
    return report.count


def source(op: Op, point: Operands, **parameters: Any) -> str:
    """The operation at a point, as a graph's source; one that gives an array is followed by a plain loss."""
    lines = [f"{name} = {literal(operand)}" for name, operand in zip(LETTERS, point, strict=False)]
    lines.append(f"{result(op)} = {written(op, **parameters)}")
    if op.shape and op.shape(*map(shape_of, point), **parameters):
        lines.append(f"L = sum(square({result(op)}))")
    return "\n".join(lines)


def literal(operand: Any) -> str:
    if isinstance(operand, tuple):
        return f"[{', '.join(map(literal, operand))}]"
    return repr(float(operand)).removesuffix(".0")


def example(op: Op) -> Operands:
    """The point that shows best what an operation does."""
    return min(op.points, key=plainness) if op.is_elementwise else op.points[0]


def plainness(point: Operands) -> tuple[bool, float]:
    """Orders points by how well they serve as an example: no operand that hides what happens."""
    hides = any(abs(number) in (0, 1) for number in point) or len(set(point)) < len(point)
    return hides, sum(abs(number - PLAIN) for number in point)
