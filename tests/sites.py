"""Small sites, built by MkDocs."""

import logging

from bs4 import BeautifulSoup
from mkdocs.commands.build import build
from mkdocs.config import load_config

PLAIN = "```graphgen\nx = 3\ny = x * x\n```\n"
MKDOCS = """
site_name: Site
use_directory_urls: false
theme:
  name: mkdocs
plugins:
  - graphgen
"""

BY_HAND = """
  - pymdownx.superfences:
      custom_fences:
        - name: graphgen
          class: graphgen
          format: !!python/name:graphgen.markdown.fence
          validator: !!python/name:graphgen.markdown.accept
"""
"""The fence without the plugin, under `markdown_extensions:`."""


class Site:
    """A small site in a folder of its own, built by MkDocs."""

    def __init__(self, folder, caplog):
        self.folder, self.caplog = folder, caplog

    def write(self, pages, config=""):
        home = {} if any("index" in name for name in pages) else {"index.md": "# Home\n"}
        for name, text in (home | pages).items():
            if text is None:
                continue
            file = self.folder / "docs" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        (self.folder / "mkdocs.yml").write_text(config or MKDOCS, encoding="utf-8")

    def build(self, pages, config="", strict=True):
        self.write(pages, config)
        self.caplog.clear()
        self.caplog.set_level(logging.INFO)
        build(load_config(str(self.folder / "mkdocs.yml"), strict=strict))

    def page(self, name):
        return BeautifulSoup((self.folder / "site" / name).read_text("utf-8"), "html.parser")

    def figures(self, name="page.html"):
        return self.page(name).find_all("figure", class_="graphgen")

    def messages(self, level):
        return [record.getMessage() for record in self.caplog.records if record.levelno == level]
