"""A picture in words: its title, a description that reads as prose, and the same as a table.

The words are generated from the graph and its numbers, in the page's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphgen.annotate import Annotations, called, in_prose
from graphgen.graph import ComputationalGraph, Node
from graphgen.options import Options
from graphgen.quiz import HIDDEN
from graphgen.typeset import name_text, partial_text


@dataclass(frozen=True)
class Phrases:
    """The fixed words of one language; `{}` stands for what a sentence is about."""

    title: str
    given: str
    free: str
    result: str
    result_asked: str
    asked: str
    result_in_symbols: str
    output: str
    backward: str
    gradient: str
    summed: str
    plus: str
    kink: str
    summary: str
    columns: tuple[str, str, str, str, str]


PHRASES = {
    "en": Phrases(
        title="Computational graph of {}",
        given="{} is {}.",
        free="{} is an input without a number.",
        result="{} is {}, which gives {}.",
        result_asked="{} is {}, of which the value is to be found.",
        asked="to be found",
        result_in_symbols="{} is {}.",
        output="The output is {}.",
        backward="Going back from {}, its derivative",
        gradient="with respect to {} is {}",
        summed="{}, the sum of {}",
        plus=" and ",
        kink="At {} the derivative is a convention. {}",
        summary="Read as a table",
        columns=("Node", "Operation", "Value", "Local derivatives", "Gradient"),
    ),
    "ko": Phrases(
        title="{}의 계산 그래프",
        given="{}: {}.",
        free="{}: 값이 정해지지 않은 입력.",
        result="{}: {}, 값은 {}.",
        result_asked="{}: {}, 값은 구할 것.",
        asked="구할 값",
        result_in_symbols="{}: {}.",
        output="출력은 {}.",
        backward="{}에서 거꾸로 가며 구한 미분:",
        gradient="{}에 대해 {}",
        summed="{} (= {})",
        plus=" + ",
        kink="{}에서 미분은 약속으로 정한 값이다. {}",
        summary="표로 읽기",
        columns=("노드", "연산", "값", "국소적 미분", "기울기"),
    ),
}


def title(graph: ComputationalGraph, words: Annotations, options: Options) -> str:
    """The author's title, else one made of the output's name."""
    given = PHRASES[options.language].title.format(called(graph[graph.output], words))
    return options.title or given


def description(graph: ComputationalGraph, words: Annotations, options: Options) -> str:
    """Every value and every gradient of the picture, as prose.

    >>> from graphgen.parser import parse
    >>> from graphgen.render import picture
    >>> shown = picture(parse("x = 3\\ny = x * x"))
    >>> print(description(shown.graph, shown.words, shown.options).replace(". ", ".\\n"))
    x is 3.
    y is x times x, which gives 9.
    The output is y.
    Going back from y, its derivative with respect to y is 1, with respect to x is 6, the sum of 3 and 3.
    """
    phrases, words = PHRASES[options.language], in_prose(words)
    sentences = [_forward_sentence(graph, node, words, options) for node in graph if not node.is_constant]
    sentences.append(phrases.output.format(called(graph[graph.output], words)))
    if options.shows("backward"):
        told = [
            phrases.gradient.format(called(node, words), _summed(graph, node, words, phrases))
            for node in reversed(graph.nodes)
            if not node.is_constant
        ]
        opening = phrases.backward.format(called(graph[graph.output], words))
        sentences.append(f"{opening} {', '.join(told)}.")
    for node in graph:
        if node.id in words.kinks and node.op:
            sentences.append(phrases.kink.format(called(node, words), node.op.convention[options.language]))
    return " ".join(sentences)


def rows(
    graph: ComputationalGraph, words: Annotations, options: Options
) -> Iterator[tuple[str, str, str, str, str]]:
    """The picture as a table, a node a row: name, operation, value, local derivatives, gradient."""
    words = in_prose(words)
    for node in graph:
        if node.is_constant:
            continue
        name = name_text(node.id) if node.label is None else f"{called(node, words)} ({name_text(node.id)})"
        operation = node.op.source(*(_short(graph[id], words) for id in node.operands)) if node.op else ""
        gradient = words.gradient(node) if options.shows("backward") else ""
        locals_ = _locals(graph, node, words) if options.shows("backward") else ""
        yield name, operation, words.value(node), locals_, gradient


def _locals(graph: ComputationalGraph, node: Node, words: Annotations) -> str:
    """∂y/∂x = 3 + 3: the local derivatives of a node, summed where it uses an operand twice."""
    told: dict[str, list[str]] = {}
    for position, operand in enumerate(node.operands):
        if not graph[operand].is_constant:
            told.setdefault(operand, []).append(words.local((operand, node.id, position)))
    return ", ".join(
        # A rule for matrices is that of the output's gradient, not of the node's.
        f"{partial_text(graph.output if '∂' in terms[0] else node.id, id)} = {' + '.join(terms)}"
        for id, terms in told.items()
        if terms[0]
    )


def _forward_sentence(graph: ComputationalGraph, node: Node, words: Annotations, options: Options) -> str:
    phrases = PHRASES[options.language]
    name = called(node, words)
    if node.op is None:
        return (
            phrases.free.format(name) if node.value is None else phrases.given.format(name, words.value(node))
        )
    operands = [called(graph[operand], words) for operand in node.operands]
    reading = node.op.reads[options.language].format(*operands)
    if words.in_numbers and words.value(node) == HIDDEN:
        return phrases.result_asked.format(name, reading)
    if words.in_numbers:
        return phrases.result.format(name, reading, words.value(node))
    return phrases.result_in_symbols.format(name, reading)


def _summed(graph: ComputationalGraph, node: Node, words: Annotations, phrases: Phrases) -> str:
    """A gradient, with the contributions that it sums where there are several."""
    gradient = words.gradient(node)
    if gradient == HIDDEN:
        return phrases.asked
    parts = [words.contribution(edge) for edge in graph.uses[node.id]]
    return phrases.summed.format(gradient, phrases.plus.join(parts)) if len(parts) > 1 else gradient


def _short(node: Node, words: Annotations) -> str:
    return words.value(node) if node.is_constant else name_text(node.id)
