"""A picture in words: its title, a description that reads as prose, and the same as a table.

The words are generated from the graph and its numbers, in the page's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphgen.diagram.collapse import Group, collapsed
from graphgen.diagram.names import call_text
from graphgen.diagram.quiz import HIDDEN
from graphgen.diagram.scene import exits, group_text, size_text
from graphgen.diagram.texts import Texts, called, in_prose
from graphgen.graph import ComputationalGraph, Level, Node
from graphgen.notation import name_text, number_text, plain, power
from graphgen.ops import OPERANDS
from graphgen.options import Options


@dataclass(frozen=True)
class Phrases:
    """The fixed words of one language; `{}` stands for what a sentence is about.

    `levels` are what a table says of numbers that are not proved, `data` of an input without a gradient.
    """

    title: str
    given: str
    free: str
    result: str
    result_asked: str
    asked: str
    result_in_symbols: str
    powers: tuple[str, str]
    where_above: str
    box: str
    box_takes: str
    box_gives: str
    output: str
    backward: str
    backward_given: str
    gradient: str
    summed: str
    plus: str
    kink: str
    summary: str
    tangents: str
    tangent: str
    columns: tuple[str, str, str, str, str]
    levels: Mapping[Level | None, str]
    data: str


PHRASES = {
    "en": Phrases(
        title="Computational graph of {}",
        given="{} is {}.",
        free="{} is an input without a number.",
        result="{} is {}, which gives {}.",
        result_asked="{} is {}, of which the value is to be found.",
        asked="to be found",
        result_in_symbols="{} is {}.",
        powers=("the square of {}", "the cube of {}"),
        where_above="where {} is above {}, {}, else {}",
        box="{} is a box of {}",
        box_takes=" that takes {}",
        box_gives=", which gives {}",
        output="The output is {}.",
        backward="Going back from {}, its derivative",
        backward_given="Going back from {}, its upstream gradient is {}; the gradient",
        gradient="with respect to {} is {}",
        summed="{}, the sum of {}",
        plus=" and ",
        kink="At {} the derivative is a convention. {}",
        summary="Read as a table",
        tangents="Going forward, the derivative with respect to {}",
        tangent="of {} is {}",
        columns=("Node", "Operation", "Value", "Local derivatives", "Gradient"),
        levels={
            "compared": "These numbers are floats, compared with differences, not proved: "
            "the graph is too large for a proof.",
            "computed": "These numbers are floats, computed and held against nothing: "
            "the graph is too large for a proof.",
        },
        data="data",
    ),
    "ko": Phrases(
        title="{}의 계산 그래프",
        given="{}: {}.",
        free="{}: 값이 정해지지 않은 입력.",
        result="{}: {}, 값은 {}.",
        result_asked="{}: {}, 값은 구할 것.",
        asked="구할 값",
        result_in_symbols="{}: {}.",
        powers=("{}의 제곱", "{}의 세제곱"),
        where_above="{} > {}이면 {}, 아니면 {}",
        box="{}: {}를 묶은 상자",
        box_takes=", 들어가는 것은 {}",
        box_gives=", 나오는 값은 {}",
        output="출력은 {}.",
        backward="{}에서 거꾸로 가며 구한 미분:",
        backward_given="{}의 상류 기울기는 {}이고, 거꾸로 가며 구한 기울기:",
        gradient="{}에 대해 {}",
        summed="{} (= {})",
        plus=" + ",
        kink="{}에서 미분은 약속으로 정한 값이다. {}",
        summary="표로 읽기",
        tangents="앞으로 가며 구한 {}에 대한 미분:",
        tangent="{} {}",
        columns=("노드", "연산", "값", "국소적 미분", "기울기"),
        levels={
            "compared": "부동소수점으로 계산해 차분과 대조한 수이며, 증명한 수는 아니다. "
            "증명하기에는 그래프가 너무 크다.",
            "computed": "부동소수점으로 계산하기만 한 수이며, 대조하거나 증명한 수가 아니다. "
            "증명하기에는 그래프가 너무 크다.",
        },
        data="데이터",
    ),
}


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
        told = [
            phrases.gradient.format(called(node, words), _summed(graph, node, words, phrases))
            for node in reversed(seen)
            if graph.has_gradient(node.id) and (node.id != graph.output or not graph.has_upstream)
        ]
        output = graph[graph.output]
        opening = phrases.backward if not graph.has_upstream else phrases.backward_given
        opening = opening.format(called(output, words), words.gradient(output))
        sentences.append(f"{opening} {', '.join(told)}.")
    if options.tangent:
        told = [phrases.tangent.format(called(node, words), words.tangent(node)) for node in seen]
        opening = phrases.tangents.format(called(graph[options.tangent], words))
        sentences.append(f"{opening} {', '.join(told)}.")
    for node in seen:
        if node.id in words.kinks and node.op:
            sentences.append(
                phrases.kink.format(called(node, words), _convention(graph, node, words, options))
            )
    return plain(" ".join(filter(None, sentences)))


def columns(graph: ComputationalGraph, words: Texts, options: Options) -> tuple[str, str, str, str, str]:
    """The heads of the table; in forward mode the last column holds d/dx."""
    *first, last = PHRASES[options.language].columns
    node, operation, value, locals_ = first
    if options.tangent:
        last = f"d/d{called(graph[options.tangent], words)}"
    return node, operation, value, locals_, last


def rows(
    graph: ComputationalGraph, words: Texts, options: Options
) -> Iterator[tuple[str, str, str, str, str]]:
    """The picture as a table, a node a row: name, operation, value, local derivatives, gradient."""
    words = in_prose(words)
    for node in graph:
        if node.is_constant:
            continue
        name = words.names.outline(node.id)
        if node.label is not None and node.name:
            name = f"{called(node, words)} ({name_text(node.id)})"
        operation = _operation(node, [_short(node, graph[id], words) for id in node.operands])
        gradient = words.gradient(node) if options.shows("backward") else words.tangent(node)
        if node.id in graph.data and options.shows("backward"):
            gradient = PHRASES[options.language].data
        locals_ = _locals(graph, node, words) if options.shows("backward") else ""
        yield name, operation, words.value(node), locals_, gradient


def _locals(graph: ComputationalGraph, node: Node, words: Texts) -> str:
    """∂y/∂x = 3 + 3: the local derivatives of a node, summed where it uses an operand twice."""
    told: dict[str, list[str]] = {}
    for position, operand in enumerate(node.operands):
        if graph.sends_back((operand, node.id, position)):
            told.setdefault(operand, []).append(words.local((operand, node.id, position)))
    names = words.names

    def partial(id: str, is_rule: bool) -> str:
        # A rule for matrices is that of the output's gradient, not of the node's.
        return (names.gradient(id) if is_rule else names.partial(node.id, id)) or "∂"

    return ", ".join(
        f"{partial(id, '∂' in terms[0])} = {' + '.join(terms)}" for id, terms in told.items() if terms[0]
    )


def _operation(node: Node, operands: list[str]) -> str:
    """An operation over its operands, with the signs of the picture: a × b, x², softmax(v₁)."""
    op = node.op
    if op is None:
        return ""
    if op.operator in (None, "[]"):
        return call_text(node, operands)
    grouped = [f"({operand})" if operand.startswith("−") else operand for operand in operands]
    if op.operator == "**":
        return power(grouped[0], operands[1])
    if op.arity == 1:
        return f"−{grouped[0]}"
    return f" {op.symbol} ".join((operands[0], grouped[1]))


def _convention(graph: ComputationalGraph, node: Node, words: Texts, options: Options) -> str:
    """What is agreed at a kink, with the operands in the place of the op table's x and y."""
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
    told = phrases.box.format(name, size_text(graph, part, options))
    if taken:
        told += phrases.box_takes.format(", ".join(called(node, words) for node in taken))
    if any(given):
        told += phrases.box_gives.format(", ".join(filter(None, given)))
    return f"{told}."


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


def _short(node: Node, operand: Node, words: Texts) -> str:
    """An operand as it stands in an operation: between commas and in sums without parentheses of its own."""
    if operand.is_constant:
        return words.value(operand)
    is_alone = node.op is not None and node.op.operator in (None, "+")
    return words.names.outline(operand.id) if is_alone else words.names.brief(operand.id)
