"""Numbers in prose: what `shop.gradient(apple)` says, taken from the verified diagram named shop.

Prose and picture can never disagree, because the number is not typed a second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from graphgen.drawing import Picture
from graphgen.errors import OptionError, excerpt
from graphgen.graph import Edge
from graphgen.notation import html_text, in_prose, plain

_QUOTE = re.compile(r"\s*(?P<diagram>[\w-]+)\.(?P<what>\w+)\((?P<names>[^()]*)\)\s*")


def quoted(written: str, pictures: Mapping[str, Picture], id: str = "") -> str:
    """The HTML of what an author quotes from a named diagram; raises as `answer` does.

    With the id of the diagram's figure, the page's script lights the number together with its node or arrow.
    """
    question, text, shown, names = _answer(written, pictures)
    if question == "chain_rule":
        from graphgen.notation import mathml

        return mathml(text, display="block")
    node = names[-1]
    edges = [edge for edge in shown.graph.edges if edge[:2] == (node, names[0])] if len(names) > 1 else []
    of = [id, shown.graph.index[node], *(shown.graph.edges.index(edge) for edge in edges[:1])]
    linked = f' data-graphgen-of="{" ".join(map(str, of))}"' if id else ""
    return f'<span class="graphgen-number"{linked}>{html_text(text)}</span>'


def answer(written: str, pictures: Mapping[str, Picture]) -> tuple[str, str]:
    """The question that an author quotes from a named diagram, and its answer as text.

    value(x) and gradient(x) are those of a node, local(z, x) and contribution(z, x) those of the edge
    from x to z (the sum over the edges, where z uses x more than once), chain_rule(x) is the derivation
    of a gradient in LaTeX.

    Raises OptionError for a name or a question that is not known.
    """
    question, text, *_ = _answer(written, pictures)
    return question, plain(text)


def _answer(written: str, pictures: Mapping[str, Picture]) -> tuple[str, str, Picture, list[str]]:
    match = _QUOTE.fullmatch(written)
    if match is None:
        raise OptionError(f"{excerpt(written)} is not readable", "write it like shop.gradient(apple)")
    if match["diagram"] not in pictures:
        raise OptionError(
            f"no diagram on this page is named {excerpt(match['diagram'])}",
            f"named are {', '.join(pictures)}" if pictures else 'name one: ```graphgen name="shop"',
        )
    if match["what"] not in _QUESTIONS:
        raise OptionError(
            f"{excerpt(match['what'])} cannot be asked of a diagram", f"ask {', '.join(_QUESTIONS)}"
        )
    shown = pictures[match["diagram"]]
    names = [name.strip() for name in match["names"].split(",") if name.strip()]
    count, ask = _QUESTIONS[match["what"]]
    if len(names) != count:
        raise OptionError(
            f"{excerpt(written)} names {len(names)} node{'s' * (len(names) != 1)}", f"name {count}"
        )
    unknown = next((name for name in names if name not in shown.graph), None)
    if unknown is not None:
        known = ", ".join(node.id for node in shown.graph if node.name)
        raise OptionError(f"{excerpt(unknown)} is not a name in the diagram", f"its names are {known}")
    return match["what"], ask(shown, *names), shown, names


def _value(shown: Picture, name: str) -> str:
    return _number(shown.texts.value(shown.graph[name]))


def _gradient(shown: Picture, name: str) -> str:
    return _number(shown.texts.gradient(shown.graph[name]))


def _contribution(shown: Picture, node: str, operand: str) -> str:
    return _number(shown.texts.contribution(*_edges(shown, node, operand)))


def _local(shown: Picture, node: str, operand: str) -> str:
    return _number(shown.texts.local(_edges(shown, node, operand)[0]))


def _chain_rule(shown: Picture, name: str) -> str:
    from graphgen.algebra import chain_rule

    return chain_rule(shown.graph, name)


def _edges(shown: Picture, node: str, operand: str) -> list[Edge]:
    edges = [edge for edge in shown.graph.uses[operand] if edge[1] == node]
    if not edges:
        raise OptionError(
            f"{excerpt(node)} does not use {excerpt(operand)}",
            f"its operands are {', '.join(shown.graph[node].operands) or 'none'}",
        )
    return edges


def _number(text: str) -> str:
    if not text:
        raise OptionError("the diagram does not show that number", 'ask for it with show="forward backward"')
    return in_prose(text)


_QUESTIONS: dict[str, tuple[int, Callable[..., str]]] = {
    "value": (1, _value),
    "gradient": (1, _gradient),
    "local": (2, _local),
    "contribution": (2, _contribution),
    "chain_rule": (1, _chain_rule),
}
