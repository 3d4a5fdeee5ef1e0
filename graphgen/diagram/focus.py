"""One operation alone: what comes in, the upstream gradient, and what it sends back on each edge."""

from __future__ import annotations

from graphgen.diagram.parts import SIZE, ArrowPair, Shape
from graphgen.diagram.texts import Texts, called
from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.notation import wrapped
from graphgen.options import Options


def focused(graph: ComputationalGraph, words: Texts, options: Options) -> tuple[list[Shape], list[ArrowPair]]:
    """One operation alone: what comes in, the upstream gradient, and what it sends back on each edge.

    In symbols, with L for a final output beyond the picture; in numbers beside them where there are.
    """
    if options.focus not in graph or graph[options.focus].op is None:
        named = ", ".join(node.id for node in graph if node.op and node.name)
        raise OptionError(
            f"focus={excerpt(options.focus)} is not a named operation", f"the operations are {named}"
        )
    node = graph[options.focus]
    assert node.op is not None
    upstream = _upstream(graph, node, words)
    middle = Shape("n1", "op", node.id, node.op.symbol, link=node.link)
    end = Shape("o1", "output", node.id, wrapped(called(node, words), SIZE), link=node.link)
    shapes, arrows = [middle, end], []
    numbers = words.in_numbers
    for position, id in enumerate(node.operands):
        operand, edge = graph[id], (id, node.id, position)
        text = wrapped(called(operand, words), SIZE)
        start = Shape(f"n{position + 2}", "input", id, text, link=operand.link)
        shapes.insert(position, start)
        has_backward = graph.sends_back(edge)
        sent = _sent(graph, edge, upstream, words) if has_backward else ""
        in_numbers = words.contribution(edge)
        if graph.is_scalar:
            in_numbers = f"= {words.gradient(node)} × {words.local(edge)} = {in_numbers}"
        arrows.append(
            ArrowPair(
                id=f"e{position + 1}",
                tail=start,
                head=middle,
                edges=(edge,),
                name=words.names.symbol(id) if numbers and _has_another_label(operand) else "",
                forward=words.value(operand),
                backward=sent,
                local=in_numbers if numbers and sent else "",
                has_backward=bool(sent),
                on_main_chain=position == 0,
                places=(position,),
            )
        )
    arrows.append(
        ArrowPair(
            id=f"e{len(arrows) + 1}",
            tail=middle,
            head=end,
            edges=(),
            forward=words.value(node),
            backward=upstream,
            local=words.gradient(node) if node.shape else f"= {words.gradient(node)}" if numbers else "",
            on_main_chain=True,
        )
    )
    return shapes, arrows


def _has_another_label(node: Node) -> bool:
    """Whether a label says more than the name does, which cannot have its spaces."""
    return bool(node.label and node.label.replace(" ", "") != node.id.replace("_", ""))


def _upstream(graph: ComputationalGraph, node: Node, words: Texts) -> str:
    """The gradient that arrives at an operation, of the output or of an L beyond the picture's output."""
    names = words.names
    if node.id == graph.output:
        return names.upstream or f"∂{names.final}/∂{names.brief(node.id)}"
    whole = names.final if graph.has_upstream else names.brief(graph.output)
    return names.gradient(node.id) or f"∂{whole}"


def _sent(graph: ComputationalGraph, edge: Edge, upstream: str, words: Texts) -> str:
    """The formula of what an operation sends back: entry by entry (⊙) where it works on arrays so."""
    operand, id, _ = edge
    node = graph[id]
    local = words.local_in_symbols(edge) if node.op and node.op.is_elementwise else words.local(edge)
    if node.op is None or not node.op.is_elementwise or not local:
        return local or words.names.gradient(operand)
    return f"{upstream} {'⊙' if node.shape else '·'} {local}"
