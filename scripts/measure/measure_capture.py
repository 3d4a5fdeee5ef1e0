"""Measure how long models of PyTorch take from the call to the picture, against named peers in the same run.

Run it in an environment that has the package, its extra `torch` and the dependency group `peers`, on a
machine with Graphviz's dot, which the peers start. graphgen's times include that every value and gradient is
computed, held against PyTorch's, and proved where the model is small; the peers compute no gradients here.
The turns alternate, and of each tool the quickest turn counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from comparing import Row, compared, main

from graphgen.frameworks import from_torch
from graphgen.page import svg

TURNS = 12
LARGE = 10_000_000
PACKAGES = ("mkdocs-graphgen", "numpy", "torch", "torchlens", "torchview", "torchviz")


def graphgen(model: Any, inputs: tuple[Any, ...]) -> str:
    return svg(from_torch(model, *inputs))


def torchlens(model: Any, inputs: tuple[Any, ...]) -> object:
    from torchlens import trace

    with tempfile.TemporaryDirectory() as folder:
        seen = trace(model, list(inputs))
        return seen.draw(vis_outpath=f"{folder}/model", vis_fileformat="svg", vis_save_only=True)


def torchview(model: Any, inputs: tuple[Any, ...]) -> object:
    from torchview import draw_graph

    return draw_graph(model, input_data=list(inputs)).visual_graph.pipe(format="svg")


def torchviz(model: Any, inputs: tuple[Any, ...]) -> object:
    from torchviz import make_dot

    return make_dot(model(*inputs), params=dict(model.named_parameters())).pipe(format="svg")


TOOLS: Mapping[str, Callable[[Any, tuple[Any, ...]], object]] = {
    "TorchLens": torchlens,
    "torchview": torchview,
    "torchviz": torchviz,
}


def captured(name: str, what: str) -> Callable[[], Iterator[Row]]:
    """The rows of one model: ours against each peer, from the call to SVG."""

    def rows() -> Iterator[Row]:
        from three_models import models

        seconds: dict[str, float] = {}
        for _ in range(TURNS):
            for tool, draw in {"graphgen": graphgen, **TOOLS}.items():
                model, inputs = models()[name]
                with warnings.catch_warnings(action="ignore"):
                    began = time.perf_counter()
                    draw(model, inputs)
                    seconds[tool] = min(seconds.get(tool, 1e9), time.perf_counter() - began)
        for tool in TOOLS:
            yield compared(what, seconds["graphgen"], tool, seconds[tool])

    return rows


def memory() -> Iterator[Row]:
    """The most memory that a capture takes, over that of the parameters in 64-bit floats."""
    what = "largest memory of the capture of 10 million parameters"
    if not Path("/proc/self/clear_refs").exists():
        yield Row(what, "skipped", "the system has no /proc", "")
        return
    command = [sys.executable, "-c", _LARGE_CAPTURE, str(LARGE)]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    parameters, most = (float(number) / 2**20 for number in found.split())
    yield Row(
        what, f"{most:.0f} MB", f"its parameters: {parameters:.0f} MB", f"{most / parameters:.2g} times"
    )


_LARGE_CAPTURE = """
import re, sys, torch
from pathlib import Path
from graphgen.frameworks import from_torch

def captured(width):
    hidden = int(sys.argv[1]) // 2000 if width > 2 else 2
    layers = torch.nn.Linear(width, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, width)
    model = torch.nn.Sequential(*layers)
    return sum(weight.numel() * 8 for weight in model.parameters()), lambda: from_torch(
        lambda x: model(x).square().mean(), torch.ones(1, width)
    )

def kilobytes(what):
    return int(re.search(what + r":\\s*(\\d+)", Path("/proc/self/status").read_text())[1])

captured(2)[1]()  # what is loaded for the first time is no part of it
size, capture = captured(1000)
before = kilobytes("VmRSS")
Path("/proc/self/clear_refs").write_text("5")
graph = capture()
print(size, 1024 * (kilobytes("VmHWM") - before))
"""

BENCHMARKS = {
    "perceptron": captured("perceptron", "a perceptron with its loss, 17 parameters"),
    "residual": captured("residual", "a residual block, 82 parameters"),
    "gpt": captured("gpt", "a GPT of two layers, 195,888 parameters"),
    "held": memory,
}

if __name__ == "__main__":
    raise SystemExit(main(__file__, __doc__, BENCHMARKS, PACKAGES))
