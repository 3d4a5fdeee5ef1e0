"""Draws the graphs of docs/make/comparison.md as micrograd's notebook and torchviz draw them.

Writes docs/assets/comparison/*.svg. Needs the dependency group `comparison`; the site shows the committed
files, so that it builds without PyTorch. Node ids, which are memory addresses in both tools, are replaced
by numbers in the order of their first appearance, so that the files are the same on every run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import graphviz

from graphgen.drawing import run

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "assets" / "comparison"

# Graphviz measures for Times; where a browser has none, a wider font would leave the boxes.
_TIMES = 'font-family="Times,serif"'
_LIKE_TIMES = 'font-family="Times, Times New Roman, Liberation Serif, Noto Serif, Noto Serif CJK KR, serif"'

GRAPHS: dict[str, tuple[Callable[..., Any], dict[str, float]]] = {
    "apples": (lambda apple, count, tax: apple * count * tax, {"apple": 100.0, "count": 2.0, "tax": 1.1}),
    "chain": (lambda x, y: (x + y) ** 2, {"x": 1.0, "y": 2.0}),
    "fan-out": (lambda x: x * x + x, {"x": 3.0}),
}


def micrograd_dot(function: Callable[..., Any], inputs: dict[str, float]) -> str:
    """The graph as the notebook trace_graph.ipynb of micrograd draws it: a record for each value."""
    from micrograd.engine import Value

    output = function(**{name: Value(number) for name, number in inputs.items()})
    output.backward()
    found, waiting = [], [output]
    while waiting:
        value = waiting.pop()
        if value not in found:
            found.append(value)
            waiting.extend(sorted(value._prev, key=lambda operand: (operand.data, operand.grad)))
    dot = graphviz.Digraph(graph_attr={"rankdir": "LR"})
    for value in found:
        name = f"n{id(value)}"
        dot.node(name, f"{{ data {value.data:.4f} | grad {value.grad:.4f} }}", shape="record")
        if value._op:
            dot.node(f"{name}{value._op}", value._op)
            dot.edge(f"{name}{value._op}", name)
            for operand in found:
                if operand in value._prev:
                    dot.edge(f"n{id(operand)}", f"{name}{value._op}")
    return dot.source


def torchviz_dot(function: Callable[..., Any], inputs: dict[str, float]) -> str:
    """The graph as torchviz's make_dot draws it."""
    import torch
    from torchviz import make_dot

    tensors = {
        name: torch.tensor(number, dtype=torch.float64, requires_grad=True) for name, number in inputs.items()
    }
    return str(make_dot(function(**tensors), params=tensors).source)


def with_stable_ids(dot: str) -> str:
    """The same DOT with memory addresses numbered in the order of their appearance."""
    numbers: dict[str, str] = {}
    return re.sub(r"\d{9,}", lambda match: numbers.setdefault(match[0], f"{len(numbers) + 1}"), dot)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (function, inputs) in GRAPHS.items():
        for tool, draw in (("micrograd", micrograd_dot), ("torchviz", torchviz_dot)):
            svg = run(with_stable_ids(draw(function, inputs)), "svg").replace(_TIMES, _LIKE_TIMES)
            path = FOLDER / f"{name}-{tool}.svg"
            path.write_text(svg, encoding="utf-8", newline="\n")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
