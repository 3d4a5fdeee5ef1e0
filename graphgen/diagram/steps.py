"""A picture one step at a time: the forward pass node by node, then the backward pass.

A step names the parts of the picture that appear in it, by their ids, and says what is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from graphgen.diagram.parts import ArrowPair, Scene, Shape
from graphgen.diagram.texts import Texts, bracketed, called, in_prose, operation_text
from graphgen.graph import ComputationalGraph, Node
from graphgen.notation import plain
from graphgen.options import Options

DERIVATIVE = "d ="
"""Before the tangent of a value, in a step."""
WORDS = {
    "en": ("The inputs: {}", "The seed: {} = {}", "{} flows to {}", "{} is the gradient of {}"),
    "ko": ("입력: {}", "출발점: {} = {}", "{} → {}", "{}: {}의 기울기"),
}


@dataclass(frozen=True)
class Step:
    """One step: the ids of the arrows that appear, of the shapes at work, and a line of text."""

    arrows: tuple[str, ...]
    shapes: tuple[str, ...]
    text: str


def steps(graph: ComputationalGraph, words: Texts, picture: Scene, options: Options) -> tuple[Step, ...]:
    """The steps of a picture, in the order in which its numbers are computed.

    >>> from graphgen.language import parse
    >>> from graphgen.drawing import picture
    >>> shown = picture(parse("x = 3\\ny = x * x"))
    >>> for step in steps(shown.graph, shown.texts, shown.scene, shown.options):
    ...     print(step.text)
    The inputs: x = 3
    y = x × x = 3 × 3 = 9
    The seed: ∂y/∂y = 1
    1 × 3 = 3 flows to x, 1 × 3 = 3 flows to x
    3 + 3 = 6 is the gradient of x
    """
    return _of_passes("forward backward", graph, words, picture, options)


def strip_steps(
    graph: ComputationalGraph, words: Texts, picture: Scene, options: Options
) -> tuple[Step, ...]:
    """The steps of the passes that the option `strip` names; those in a row at one shape are one step.

    >>> from graphgen.language import parse
    >>> from graphgen.drawing import picture
    >>> shown = picture(parse("x = 3\\ns = x * 2\\ny = s * s"), Options(strip="backward"))
    >>> for step in strip_steps(shown.graph, shown.texts, shown.scene, shown.options):
    ...     print(step.text)
    The seed: ∂y/∂y = 1
    1 × 6 = 6 flows to s, 1 × 6 = 6 flows to s
    6 + 6 = 12 is the gradient of s; 12 × 2 = 24 flows to x
    """
    found = _of_passes(options.strip, graph, words, picture, options)
    return tuple(_as_one(list(group)) for _, group in groupby(found, key=lambda step: step.shapes[0]))


def _as_one(several: Sequence[Step]) -> Step:
    return Step(
        tuple(id for step in several for id in step.arrows),
        tuple(id for step in several for id in step.shapes),
        "; ".join(step.text for step in several),
    )


def _of_passes(
    passes: str, graph: ComputationalGraph, words: Texts, picture: Scene, options: Options
) -> tuple[Step, ...]:
    """The steps of the passes that are named, the forward pass first."""
    words = in_prose(words)
    ways = (("forward", _forward), ("backward", _backward))
    found = (step for name, way in ways if name in passes for step in way(graph, words, picture, options))
    return tuple(replace(step, text=plain(step.text)) for step in found)


def _forward(graph: ComputationalGraph, words: Texts, picture: Scene, options: Options) -> Iterator[Step]:
    leaving = [arrow for arrow in picture.arrows if arrow.has_forward]
    inputs = [shape for shape in picture.shapes if shape.kind == "input"]
    given = [_given(graph[id], words) for id in dict.fromkeys(shape.node for shape in inputs)]
    if inputs:
        yield Step(
            _parts(arrow for arrow in leaving if _start(picture, arrow).kind == "input"),
            tuple(shape.id for shape in inputs),
            WORDS[options.language][0].format(", ".join(given)),
        )
    for shape in picture.shapes:
        if shape.kind in ("op", "group"):
            arrows = [arrow for arrow in leaving if _start(picture, arrow) == shape]
            nodes = dict.fromkeys(carried(arrow) for arrow in arrows)
            text = ", ".join(_computed(graph[id], graph, words) for id in nodes)
            yield Step(_parts(arrows), (shape.id,), text)


def _parts(arrows: Iterable[ArrowPair]) -> tuple[str, ...]:
    """The forward arrows of some pairs, and the tangents below them."""
    return tuple(f"{arrow.id}{part}" for arrow in arrows for part in ("ft" if arrow.tangent else "f"))


def _backward(graph: ComputationalGraph, words: Texts, picture: Scene, options: Options) -> Iterator[Step]:
    _, seed, flows, summed = WORDS[options.language]
    waiting = {arrow.id: arrow for arrow in reversed(picture.arrows) if arrow.has_backward}
    ends = [arrow for arrow in waiting.values() if arrow.head.kind == "output"]
    for arrow in ends:
        del waiting[arrow.id]
    if ends:
        output = called(graph[graph.output], words)
        whole = words.names.final if graph.has_upstream else output
        name = f"∂{atomic(whole)}/∂{atomic(output)}"
        gradient = words.gradient(graph[graph.output])
        text = seed.format(name, gradient) if gradient != name else seed.partition(" =")[0].format(name)
        yield Step(tuple(f"{arrow.id}b" for arrow in ends), (ends[0].head.id,), text)
    for shape in reversed(picture.shapes):
        if shape.kind in ("op", "group"):
            yield from _sums(shape, waiting, picture, graph, words, summed)
            arriving = [arrow for arrow in picture.arrows if arrow.head == shape and arrow.id in waiting]
            for arrow in arriving:
                del waiting[arrow.id]
            if arriving:
                sentences = [
                    flows.format(_sent(arrow, graph, words), called(graph[carried(arrow)], words))
                    for arrow in arriving
                ]
                yield Step(tuple(f"{arrow.id}b" for arrow in arriving), (shape.id,), ", ".join(sentences))
    for shape in picture.shapes:
        if shape.kind == "input":
            yield from _sums(shape, waiting, picture, graph, words, summed)


def _sums(
    shape: Shape,
    waiting: dict[str, ArrowPair],
    picture: Scene,
    graph: ComputationalGraph,
    words: Texts,
    text: str,
) -> Iterator[Step]:
    """Where a shape's value parts, the step in which its contributions are added up."""
    parting: dict[str, list[ArrowPair]] = {}
    for arrow in waiting.values():
        if arrow.head.kind == "junction" and _is_from(shape, _start(picture, arrow)):
            parting.setdefault(arrow.head.node, []).append(arrow)
    for id, arrows in parting.items():
        terms = [words.contribution(edge) for edge in graph.uses[id]]
        total = " + ".join([terms[0], *map(bracketed, terms[1:])])
        sentence = text.format(f"{total} = {words.gradient(graph[id])}", called(graph[id], words))
        for arrow in arrows:
            del waiting[arrow.id]
        heads = dict.fromkeys(arrow.head.id for arrow in reversed(arrows))
        yield Step(tuple(f"{arrow.id}b" for arrow in reversed(arrows)), (shape.id, *heads), sentence)


def _is_from(shape: Shape, start: Shape) -> bool:
    """Whether an arrow that starts there has a shape's value; an input may stand in several places."""
    return start == shape or (start.kind == shape.kind == "input" and start.node == shape.node)


def _start(picture: Scene, arrow: ArrowPair) -> Shape:
    """The shape that an arrow comes from, by way of its junctions."""
    while arrow.tail.kind == "junction":
        arrow = next(trunk for trunk in picture.arrows if trunk.head == arrow.tail)
    return arrow.tail


def carried(arrow: ArrowPair) -> str:
    """The id of the node whose value an arrow carries; those of a collapsed part may be several."""
    return arrow.edges[0][0] if arrow.edges else arrow.head.node


def _given(node: Node, words: Texts) -> str:
    name = called(node, words)
    if words.tangent(node):
        return f"{name} = {words.value(node)}; {DERIVATIVE} {words.tangent(node)}"
    return name if node.is_symbolic_input or words.value(node) == name else f"{name} = {words.value(node)}"


def _computed(node: Node, graph: ComputationalGraph, words: Texts) -> str:
    """An operation in numbers: total = subtotal × tax = 200 × 1.1 = 220.

    An input inside a collapsed part is given.
    """
    if node.op is None:
        return _given(node, words)
    operation = operation_text(node, [words.value(graph[id]) for id in node.operands])
    value = words.value(node)
    if not words.in_numbers:
        return f"{value} = {operation}"
    terms = called(node, words), words.names.operation(node.id), operation, value
    computed = " = ".join(dict.fromkeys(filter(None, terms)))
    return f"{computed}; {DERIVATIVE} {words.tangent(node)}" if words.tangent(node) else computed


def atomic(words: str) -> str:
    """What a value is called, behind a ∂: in brackets where it is several words."""
    return f"({words})" if " " in words else words


def _sent(arrow: ArrowPair, graph: ComputationalGraph, words: Texts) -> str:
    """The gradient that flows back along an edge: 1 × 1.1 = 1.1."""
    sent = words.contribution(*arrow.edges)
    if len(arrow.edges) != 1 or arrow.head.kind == "group" or not words.in_numbers:
        return sent
    edge = arrow.edges[0]
    if not graph.is_scalar:
        return sent
    return f"{words.gradient(graph[edge[1]])} × {bracketed(words.local(edge))} = {sent}"
