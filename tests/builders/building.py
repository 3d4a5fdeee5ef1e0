"""Small sites, built for real by what is not MkDocs."""

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = """# Home

It costs `#!graphgen shop.value(total)`, and grows by `#!graphgen shop.gradient(apple)`.

```graphgen name="shop"
apple = 100
total = apple * 2
```
"""
BROKEN = "# Broken\n\n```graphgen\nx = 1\ny = relo(x)\n```\n"
FAULT = "'relo(x)' calls the unknown function 'relo'; did you mean 'relu'?"


def shown(kind, language="en"):
    """The example of a kind, such as yaml, on the page on Zensical."""
    page = (DOCS / language / "make" / "zensical.md").read_text("utf-8")
    (example,) = re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)
    return example


def write(folder, texts):
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def run(folder, *command, code=0):
    """The output of a command in a folder; it has to end with the code."""
    environment = os.environ | {"NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def zensical(folder, pages):
    """A site in folder/site, and what Zensical says; mkdocs.yml names our plugin, too."""
    config = f"site_name: Site\nuse_directory_urls: false\nplugins: [search, graphgen]\n{shown('yaml')}"
    write(folder, {"mkdocs.yml": config} | {f"docs/{name}": text for name, text in pages.items()})
    run(folder, "graphgen", "assets", "docs/assets")
    return run(folder, "zensical", "build", "--strict")


def sphinx(folder, pages, builder="html", *arguments, code=0, settings=""):
    """A book in folder/BUILDER, and what Sphinx says."""
    config = f'project = "Book"\nextensions = ["graphgen.sphinx", "myst_parser"]\n{settings}\n'
    write(folder, {"conf.py": config} | pages)
    return run(folder, "sphinx", "-q", "-b", builder, *arguments, ".", builder, code=code)
