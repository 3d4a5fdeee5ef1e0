"""The operation table of the reference: a section for each row of graphgen.ops, all of it from the row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

import sympy as sp
from korean import said
from latex2mathml.converter import convert

from graphgen.ops import OPS, Op
from graphgen.symbolic import expression, local_derivatives
from graphgen.typeset import number_text
from graphgen.verifier import Check, verify_op

LETTERS = "xy"
PLAIN = 2.5
"""The number near which the operands of an example lie, where the row has such a point."""


def operations(language: str) -> str:
    """The Markdown of the page: all operations at a glance, then one by one."""
    return "\n\n".join(["\n".join(overview(language)), *(section(op, language) for op in OPS.values())])


def overview(language: str) -> Iterator[str]:
    heads = ("Operation", "Written", "Symbol", "Value", "Local derivatives")
    yield "| " + " | ".join(said(head, language) for head in heads) + " |"
    yield "| --- | --- | --- | --- | --- |"
    for op in OPS.values():
        derivatives = ", ".join(math(sp.latex(derivative), language) for derivative in local_derivatives(op))
        cells = (f"[{op.name}](#{op.name})", f"`{written(op)}`", op.symbol, formula(op, language), derivatives)
        yield "| " + " | ".join(cell.replace("|", "&#124;") for cell in cells) + " |"


def section(op: Op, language: str) -> str:
    """One operation: what it is, its derivatives, where it holds, how well its two sides agree, a picture."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(said(head, language))}</th><td>{cell}</td></tr>"
        for head, cell in facts(op, language)
    )
    fence = f'```graphgen show="forward backward local"\n{example(op)}\n```'
    return f"## {op.name} {{#{op.name}}}\n\n<table class='facts'>{rows}</table>\n\n{fence}"


def facts(op: Op, language: str) -> Iterator[tuple[str, str]]:
    """The rows of an operation's table: a head in English, a cell of HTML."""
    reading = op.reads[language].format(*(f"<i>{letter}</i>" for letter in LETTERS))
    yield "Written", f"<code>{escape(written(op))}</code>"
    yield "In words", reading
    yield "Symbol", f'<span class="symbol">{escape(op.symbol)}</span>'
    yield "Value", formula(op, language)
    for letter, derivative in zip(LETTERS, local_derivatives(op), strict=False):
        partial = rf"\frac{{\partial z}}{{\partial {letter}}} = {sp.latex(derivative)}"
        yield "Local derivative" if op.arity == 1 else f"Local derivative of {letter}", math(partial, language)
    if op.why:
        yield "Derivatives given by hand", escape(said(op.why, language))
    yield "Domain", escape(said(op.domain, language))
    if op.convention:
        yield "At the kink" if op.switch else "Convention", escape(op.convention[language])
    yield "Largest disagreement", disagreement(op, language)


def written(op: Op) -> str:
    return op.source(*LETTERS[: op.arity]) or "x"


def formula(op: Op, language: str) -> str:
    return math(f"z = {sp.latex(expression(op))}", language)


def math(latex: str, language: str) -> str:
    """A formula as MathML, which browsers draw without help; conditions in words of the language."""
    told = latex.replace(r"\text{for}\:", r"\text{" + said("if", language) + r"}\;")
    told = told.replace(r"\text{otherwise}", r"\text{" + said("otherwise", language) + "}")
    return str(convert(told))


@cache
def checks(op: Op) -> tuple[Check, ...]:
    return tuple(verify_op(op))


def disagreement(op: Op, language: str) -> str:
    """The largest relative error of the float rules against the exact side, over the row's test points."""
    compared = checks(op)
    assert all(check.passed for check in compared), op
    worst = max(compared, key=lambda check: check.error)
    count = said("{} numbers at {} points", language).format(len(compared), len(op.points))
    if worst.error == 0:
        return f"{said('none', language)} ({count})"
    error = number_text(sp.Float(worst.error), digits=2)
    return f"{error} {said('at', language)} <code>{escape(worst.place)}</code> ({count})"


def example(op: Op) -> str:
    """The operation at one of its test points, as a graph's source."""
    point = min(op.points, key=plainness)
    lines = [f"{letter} = {number:g}" for letter, number in zip(LETTERS, point, strict=False)]
    return "\n".join([*lines, f"z = {written(op)}"])


def plainness(point: tuple[Any, ...]) -> tuple[bool, float]:
    """Orders points by how well they serve as an example: no operand that hides what happens."""
    hides = any(abs(number) in (0, 1) for number in point) or len(set(point)) < len(point)
    return hides, sum(abs(number - PLAIN) for number in point)
