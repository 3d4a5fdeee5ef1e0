"""A picture in words: its title, and a description that reads as prose, in the page's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from graphgen.diagram.collapse import Group, collapsed
from graphgen.diagram.groups import exits, group_text, size_text
from graphgen.diagram.phrases import PHRASES, Phrases
from graphgen.diagram.quiz import HIDDEN
from graphgen.diagram.texts import Texts, called, in_prose
from graphgen.graph import ComputationalGraph, Node
from graphgen.notation import name_text, number_text, plain
from graphgen.ops import OPERANDS
from graphgen.options import Options


def title(graph: ComputationalGraph, words: Texts, options: Options) -> str:
    """The author's title, else one made of the output's name."""
    given = PHRASES[options.language].title.format(called(graph[graph.output], words))
    return options.title or plain(given)


def description(graph: ComputationalGraph, words: Texts, options: Options) -> str:
    """Every value and every gradient of the picture, as prose; a collapsed part by what it takes and gives.

    >>> from graphgen.language import parse
    >>> from graphgen.drawing import picture
    >>> shown = picture(parse("x = 3\\ny = x * x"))
    >>> print(description(shown.graph, shown.texts, shown.options).replace(". ", ".\\n"))
    x is 3.
    y is x times x, which gives 9.
    The output is y.
    Going back from y, its derivative with respect to y is 1, with respect to x is 6, the sum of 3 and 3.
    """
    phrases, words = PHRASES[options.language], in_prose(words)
    parts = collapsed(graph, options)
    leaving = {id for part in set(parts.values()) for id in exits(graph, part)}
    seen = [node for node in graph if not node.is_constant and (node.id not in parts or node.id in leaving)]
    sentences = list(_forward_sentences(graph, words, options, parts))
    sentences.append(phrases.output.format(called(graph[graph.output], words)))
    if options.shows("backward"):
        clauses = [
            phrases.gradient.format(called(node, words), _summed(graph, node, words, phrases))
            for node in reversed(seen)
            if graph.has_gradient(node.id) and (node.id != graph.output or not graph.has_upstream)
        ]
        output = graph[graph.output]
        opening = phrases.backward if not graph.has_upstream else phrases.backward_given
        opening = opening.format(called(output, words), words.gradient(output))
        sentences.append(f"{opening} {', '.join(clauses)}.")
    if options.tangent:
        clauses = [phrases.tangent.format(called(node, words), words.tangent(node)) for node in seen]
        opening = phrases.tangents.format(called(graph[options.tangent], words))
        sentences.append(f"{opening} {', '.join(clauses)}.")
    for node in seen:
        if node.id in words.kinks and node.op:
            sentences.append(
                phrases.kink.format(called(node, words), _convention(graph, node, words, options))
            )
    return plain(" ".join(filter(None, sentences)))


def _convention(graph: ComputationalGraph, node: Node, words: Texts, options: Options) -> str:
    """The convention at a kink, with the operands in the place of the op table's x and y."""
    assert node.op is not None
    named = dict(zip(OPERANDS, (called(graph[id], words) for id in node.operands), strict=False))
    letters = "".join(named)
    return re.sub(
        rf"(?<![A-Za-z])[{letters}](?![A-Za-z])",
        lambda found: named[found[0]],
        node.op.convention[options.language],
    )


def _forward_sentences(
    graph: ComputationalGraph, words: Texts, options: Options, parts: Mapping[str, Group]
) -> Iterator[str]:
    """A sentence for every node, and one for a collapsed part, after all that it takes."""
    last = {part: max(part.members, key=graph.index.__getitem__) for part in set(parts.values())}
    for node in graph:
        part = parts.get(node.id)
        if part is None and not node.is_constant:
            yield _forward_sentence(graph, node, words, options)
        elif part is not None and node.id == last[part]:
            yield _box_sentence(graph, part, words, options)


def _box_sentence(graph: ComputationalGraph, part: Group, words: Texts, options: Options) -> str:
    phrases, name = PHRASES[options.language], group_text(graph, part, words, options)
    operands = {operand for id in part.members for operand in graph[id].operands} - part.members
    taken = [node for node in graph if node.id in operands and not node.is_constant]
    given = [_given(graph[id], name, words) for id in exits(graph, part)]
    sentence = phrases.box.format(name, size_text(graph, part, options))
    if taken:
        sentence += phrases.box_takes.format(", ".join(called(node, words) for node in taken))
    if any(given):
        sentence += phrases.box_gives.format(", ".join(filter(None, given)))
    return f"{sentence}."


def _given(node: Node, box: str, words: Texts) -> str:
    """A value that leaves a box, by its name unless the box has the same."""
    name = called(node, words)
    if not words.in_numbers:
        return "" if name == box else name
    return words.value(node) if name == box else f"{name} = {words.value(node)}"


def _forward_sentence(graph: ComputationalGraph, node: Node, words: Texts, options: Options) -> str:
    phrases = PHRASES[options.language]
    name = called(node, words)
    if node.op is None:
        if node.value is None:
            return phrases.free.format(name)
        # In symbols the value of an input is its name.
        number = None if words.in_numbers else node.number
        given = words.value(node) if number is None else number_text(number, int(options.digits))
        return phrases.given.format(name, given)
    if not node.name and words.value(node) != HIDDEN:  # its expression says already what it is
        return phrases.given.format(name, words.value(node)) if words.in_numbers else ""
    reading = _reading(graph, node, words, options)
    if words.in_numbers and words.value(node) == HIDDEN:
        return phrases.result_asked.format(name, reading)
    if words.in_numbers:
        return phrases.result.format(name, reading, words.value(node))
    return phrases.result_in_symbols.format(name, reading)


def _reading(graph: ComputationalGraph, node: Node, words: Texts, options: Options) -> str:
    """How prose says an operation; squares, cubes and comparisons have words of their own."""
    assert node.op is not None
    phrases, operands = PHRASES[options.language], [called(graph[id], words) for id in node.operands]
    if (
        node.op.operator == "**"
        and graph[node.operands[1]].number in (2, 3)
        and graph[node.operands[1]].is_constant
    ):
        return phrases.powers[graph[node.operands[1]].number == 3].format(operands[0])
    if node.op.name == "where" and (sides := _compared(graph, graph[node.operands[0]], words)):
        return phrases.where_above.format(*sides, *operands[1:])
    reading = node.op.reads[options.language]
    if node.op.is_abstract:
        reading = reading.replace(node.op.name, name_text(node.op.name), 1)
    return reading.format(*operands)


def _compared(graph: ComputationalGraph, condition: Node, words: Texts) -> tuple[str, str] | None:
    """The two sides of a > b, which is step(a − b) in the graph; None for another condition."""
    if condition.name or condition.op is None or condition.op.name != "step":
        return None
    inner = graph[condition.operands[0]]
    if inner.op is None or inner.name or inner.op.name != "subtract":
        return called(inner, words), "0"
    above, below = (called(graph[id], words) for id in inner.operands)
    return above, below


def _summed(graph: ComputationalGraph, node: Node, words: Texts, phrases: Phrases) -> str:
    """A gradient, with the contributions that it sums where there are several."""
    gradient = words.gradient(node)
    if gradient == HIDDEN:
        return phrases.asked
    parts = [words.contribution(edge) for edge in graph.uses[node.id] if edge not in graph.class_labels]
    return phrases.summed.format(gradient, phrases.plus.join(parts)) if len(parts) > 1 else gradient
