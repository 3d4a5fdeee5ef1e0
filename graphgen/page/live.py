"""The data that bring one picture to life: which number stands where, so that a page can compute it anew."""

from __future__ import annotations

import json
from fractions import Fraction
from math import floor, log10
from typing import Any

from graphgen.diagram import Shape, Texts, called, carried, hidden, in_prose, operation_text
from graphgen.drawing import Picture
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.notation import exact_text, runs
from graphgen.ops import OPERANDS
from graphgen.page.decimals import page_number, page_numbers
from graphgen.verification import derived_rules

_PLAIN = {"0": "0", "1": "1", "-1": "−1"}
"""Derivatives that are numbers."""
_LEAST_END = 10
"""How far a whole number can be moved at least."""
_FARTHEST = Fraction(10) ** 308
"""How far any number can, as the floats end beyond."""


def data(shown: Picture) -> str:
    """The data of one picture as JSON, as small as it goes; `Data` in assets/live/engine.js describes it.

    >>> from graphgen.language import parse
    >>> from graphgen.drawing import picture
    >>> print(data(picture(parse("x = 3\\nz = x * x"))))  # doctest: +ELLIPSIS
    {"nodes":[[3,[0,10,1],"x"],["multiply",[0,0],"z","z","x × x"]],"output":1,...
    """
    return json.dumps(_data(shown), ensure_ascii=False, separators=(",", ":"))


def default_range(value: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """How far a reader may move an input whose author says nothing of it: from, to, by steps of.

    From 0 to twice its value, past 0 where it is negative; whole numbers by 1 and to 10 at least, others in
    steps of their last digit or finer, but no more than some thousands.

    >>> [str(bound) for bound in default_range(Fraction(100))]
    ['0', '200', '1']
    """
    size, is_whole = abs(value), value.denominator == 1
    leading = floor(log10(size)) if value else 0
    places = next(n for n in range(17) if n == 16 or 10**n % value.denominator == 0)
    step = Fraction(10) ** max(0 if is_whole else min(-places, leading - 1), leading - 3)
    end = min(max(2 * size, Fraction(_LEAST_END)) if is_whole else 2 * size, _FARTHEST)
    return (Fraction(0), end, step) if value > 0 else (-end, end, step)


def _data(shown: Picture) -> dict[str, Any]:
    graph, options = shown.graph, shown.options
    place = {shape.id: position for position, shape in enumerate(shown.scene.shapes)}
    edge_index = {edge: position for position, edge in enumerate(graph.edges)}
    asked = [sorted(map(graph.index.__getitem__, ids)) for ids in hidden(graph, options)]
    is_read = graph.is_scalar and not shown.texts.in_numbers
    # What several edges send back in symbols stands nowhere but in the picture.
    sums = {
        arrow.backward
        for arrow in shown.scene.arrows
        if len(arrow.edges) > 1 and is_read and not _is_read_off(arrow.backward)
    }
    record: dict[str, Any] = {
        "nodes": [_node(node, shown) for node in graph],
        "output": graph.index[graph.output],
        "shapes": [_shape(shape, shown) for shape in shown.scene.shapes],
        "arrows": [
            [
                *(place[arrow.tail.id], place[arrow.head.id], *map(edge_index.__getitem__, arrow.edges)),
                *([arrow.backward] if arrow.backward in sums else []),
            ]
            for arrow in shown.scene.arrows
        ],
    }
    if graph.has_upstream:
        numbers = [] if graph.upstream is None else page_numbers(graph.upstream)
        record["upstream"] = [shown.texts.names.final, *numbers]
    if options.shows("backward"):
        record["locals"] = _locals(shown)
    if not graph.is_scalar:
        record |= {"texts": _array_texts(shown), "arrays": int(shown.texts.in_numbers)}
    elif not shown.texts.in_numbers:
        record["texts"] = _texts(shown)
    if options.source == "yes":
        record["lines"] = [node.place.line if node.place else 0 for node in graph]
    if options.digits != "6":
        record["digits"] = int(options.digits)
    if options.thousands == "yes":
        record["thousands"] = 1
    if options.focus:
        record["focus"] = 1
    if any(asked):
        record["quiz"] = asked
    if graph.data:
        record["data"] = sorted(map(graph.index.__getitem__, graph.data))
    if record.get("arrays") and not (any(asked) or options.focus):
        from graphgen.page.entries import steps_over_entries

        if steps := steps_over_entries(graph):
            record["entries"] = steps
    return record


def _node(node: Node, shown: Picture) -> list[Any]:
    """[value] of a constant, [value, range, name, label] of an input, or [op, operands, name, label,
    operation].

    An operation on whole arrays is written out, with {} for its operands; an array's own value is a text.
    """
    number = page_number(node.number or 0)
    if node.is_constant:
        return [number]
    name, label = shown.texts.names.brief(node.id), called(node, shown.texts)
    named = [name] if label == name else [name, label]
    if node.op:
        op = node.op.name if node.op.is_elementwise else operation_text(node, ["{}"] * len(node.operands))
        operands = [shown.graph.index[id] for id in node.operands]
        operation = shown.texts.names.operation(node.id)
        return [op, operands, *([name, label, operation] if operation else named)]
    if node.number is None:
        return [None if node.is_symbolic_input else 0, [], *named]
    return [number, list(map(page_number, node.range or default_range(node.number))), *named]


def _shape(shape: Shape, shown: Picture) -> str:
    """Its id, its kind where the id does not tell it, and its node where the id's number is another."""
    node = shown.graph[shape.node]
    tells = {"n": "op" if node.op else "input", "j": "junction", "o": "output"}[shape.id[0]]
    kind = "" if shape.kind == tells else shape.kind[0]
    index = shown.graph.index[shape.node]
    return f"{shape.id}{kind}" + ("" if shape.id[1:] == str(index + 1) else f":{index}")


def _locals(shown: Picture) -> list[str]:
    """The local derivative of each edge in symbols, between arrays the rule or the numbers; empty where
    nothing flows back."""
    graph, texts = shown.graph, shown.texts
    words = in_prose(texts)
    local = words.local if not graph.is_scalar else lambda edge: _derivative(graph, edge, texts)
    return [local(edge) if graph.sends_back(edge) else "" for edge in graph.edges]


def _derivative(graph: ComputationalGraph, edge: Edge, texts: Texts) -> str:
    """A local derivative between single numbers as a formula; an operand, or 1, needs no SymPy."""
    node = graph[edge[1]]
    assert node.op is not None
    rule = derived_rules(node.op)[1][edge[2]]
    if texts.in_numbers and rule in _PLAIN:
        return _PLAIN[rule]
    if texts.in_numbers and rule in set(OPERANDS):
        operand = graph[node.operands[OPERANDS.index(rule)]]
        number = operand.number if operand.is_constant else None
        return texts.names.words(operand.id) if number is None else exact_text(number)
    from graphgen.algebra import symbolic_derivative

    formula = texts.names.formula_in_words if texts.in_numbers else texts.names.formula
    return formula(symbolic_derivative(graph, edge))


def _array_texts(shown: Picture) -> list[list[str]]:
    """The values, the gradients and the contributions of a picture with arrays, each in one line."""
    graph, words = shown.graph, in_prose(shown.texts)
    return [
        [words.value(node) for node in graph],
        [words.gradient(node) for node in graph],
        [words.contribution(edge) for edge in graph.edges],
    ]


def _texts(shown: Picture) -> list[list[str]]:
    """The values, the gradients and the contributions of a picture in symbols; empty where the page
    reads them off the picture."""
    graph, words = shown.graph, shown.texts
    arrows = () if shown.options.focus else shown.scene.arrows
    values = {carried(arrow): arrow.forward for arrow in arrows if _is_read_off(arrow.forward)}
    sent = [arrow for arrow in arrows if _is_read_off(arrow.backward)]
    contributions = {arrow.edges[0]: arrow.backward for arrow in sent if len(arrow.edges) == 1}
    gradients = {arrow.head.node: arrow.backward for arrow in sent if not arrow.edges}
    gradients |= {edge[0]: text for edge, text in contributions.items() if len(graph.uses[edge[0]]) == 1}
    goes_back = {node.id for node in graph if shown.options.shows("backward") and graph.has_gradient(node.id)}

    def unless(read: str | None, text: str) -> str:
        return "" if text == read else text

    return [
        [unless(values.get(node.id), words.value(node)) for node in graph],
        [
            unless(gradients.get(node.id), words.gradient(node)) if node.id in goes_back else ""
            for node in graph
        ],
        [
            unless(contributions.get(edge), words.contribution(edge)) if edge[0] in goes_back else ""
            for edge in graph.edges
        ],
    ]


def _is_read_off(text: str) -> bool:
    """Whether the page can read a text off the picture: not where an index has one of its own."""
    return bool(text) and len({run.size for run in runs(text)}) <= 2
