"""Draws the graphs of docs/make/comparison.md, and the models of models-compared.md, as others draw them.

Writes docs/assets/comparison/*.svg, and the models for our own pictures. Needs the dependency groups
`comparison` and `peers`; the site shows the committed files, so that it builds without PyTorch. Node ids,
which are memory addresses in several tools, are replaced by numbers in the order of their first appearance,
so that the files are the same on every run.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import graphviz

from graphgen.drawing import run
from graphgen.frameworks import from_torch
from graphgen.options import Options
from graphgen.page import svg

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "assets" / "comparison"
MODELS = ROOT / "docs" / "assets" / "models"

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


def model_dots(model: Any, inputs: tuple[Any, ...]) -> dict[str, str]:
    """A model as TorchLens, torchview and torchviz draw it unless they are told otherwise."""
    from torchlens import trace
    from torchview import draw_graph
    from torchviz import make_dot

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        by_lens = trace(model, list(inputs)).draw(
            vis_outpath=f"{folder}/model", vis_fileformat="svg", vis_save_only=True
        )
    return {
        "torchlens": by_lens,
        "torchview": draw_graph(model, input_data=list(inputs)).visual_graph.source,
        "torchviz": make_dot(model(*inputs), params=dict(model.named_parameters())).source,
    }


def draw_models() -> Iterator[Path]:
    """The three models by every tool; ours as what a fence draws, the largest one as a picture."""
    from three_models import models

    for name, (model, inputs) in models().items():
        for tool, dot in model_dots(model, inputs).items():
            # By the dot that the tools start: ours has no tables in labels.
            yield written(f"{name}-{tool}", graphviz.Source(with_stable_ids(dot)).pipe("svg").decode())
        graph = from_torch(model, *inputs)
        if name == "gpt":
            yield written(f"{name}-graphgen", svg(graph, Options(modules="1")))
        else:
            graph.save(MODELS / f"compared_{name}.json")


def written(name: str, picture: str) -> Path:
    path = FOLDER / f"{name}.svg"
    path.write_text(picture.replace(_TIMES, _LIKE_TIMES), encoding="utf-8", newline="\n")
    return path


def with_stable_ids(dot: str) -> str:
    """The same DOT with memory addresses numbered in the order of their appearance."""
    numbers: dict[str, str] = {}
    return re.sub(r"\d{9,}", lambda match: numbers.setdefault(match[0], f"{len(numbers) + 1}"), dot)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (function, inputs) in GRAPHS.items():
        for tool, draw in (("micrograd", micrograd_dot), ("torchviz", torchviz_dot)):
            print(written(f"{name}-{tool}", run(with_stable_ids(draw(function, inputs)), "svg")))
    for path in draw_models():
        print(path)


if __name__ == "__main__":
    main()
