"""Captures the models of the page "Your own model" by running its own code, so that code and picture agree.

Writes docs/assets/models/*.json, which the pages of both languages show; the site is built without PyTorch.
"""

from __future__ import annotations

import os
import re
import runpy
import tempfile
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "en" / "make" / "your-model.md"
FOLDER = ROOT / "docs" / "assets" / "models"
SEED = 4
"""With it the third hidden value of the perceptron is below 0, of which the page speaks."""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    named: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "model.py")
        os.chdir(FOLDER)
        for block in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
            if ".save(" in block:
                program.write_text(block, "utf-8")
                torch.manual_seed(SEED)
                named |= runpy.run_path(str(program), named)
    print(*sorted(file.name for file in FOLDER.glob("*.json")))


if __name__ == "__main__":
    main()
