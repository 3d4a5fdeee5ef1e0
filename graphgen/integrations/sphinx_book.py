"""A picture in a book of Sphinx: what the writers of HTML and LaTeX make of it, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from graphgen.cache import Cache
from graphgen.errors import GraphgenError, contained
from graphgen.integrations.sphinx_links import BookLink, address, guide_address
from graphgen.page import assets, linked, more_script

NAME = "graphgen"
POINTS = 0.75
"""The length of a pixel: the text of a picture becomes as large on paper as that around it."""

_FITTED = ".graphgen-diagram{max-width:100%}"
"""Few readers of EPUB can scroll a picture aside."""


class FigureNode(nodes.container):
    """A picture, or the message in the place of one.

    What is inside are words, for writers that show no pictures.
    """


def kept(env: BuildEnvironment) -> Cache | None:
    """The cache of the book, beside what Sphinx keeps of it."""
    return _cache(Path(env.doctreedir) / NAME) if env.config.graphgen_cache else None


@cache
def _cache(folder: Path) -> Cache:
    """One for each folder, which tells once where it cannot be written to."""
    return Cache(folder)


def prune(app: Sphinx, exception: Exception | None) -> None:
    if entries := kept(app.env):
        entries.prune()


def write_html(writer: Any, diagram: FigureNode) -> None:
    if "box" in diagram:
        from graphgen.page import error_box

        guide = guide_address(diagram["guide"], writer.builder) if diagram["guide"] else ""
        writer.body.append(error_box(**diagram["box"], guide=guide))
        raise nodes.SkipNode
    links: Mapping[str, BookLink] = diagram.get("links", {})
    addresses = {target: address(link, writer.builder) for target, link in links.items()}
    writer.body.append(linked(diagram["pieces"], addresses, addresses))
    raise nodes.SkipNode


def write_latex(writer: Any, diagram: FigureNode) -> None:
    """The picture as PDF, where the extra `png` is installed; else its words follow."""
    request = diagram.get("request")
    if request is None:
        return
    from graphgen.page import as_pdf

    try:
        with contained():
            drawn = request.svg(kept(writer.builder.env))
            data = as_pdf(drawn)
    except GraphgenError:
        return
    file = Path(writer.builder.outdir) / f"{request.id}.pdf"
    file.write_bytes(data)
    # Sphinx's command draws what is wider than the text, or higher, smaller still.
    size = f"width={POINTS * diagram['width']:g}bp"
    writer.body.append(f"\n\\begin{{center}}\\sphinxincludegraphics[{size}]{{{file.name}}}\\end{{center}}\n")
    raise nodes.SkipNode


def write_assets(app: Sphinx) -> None:
    if app.builder.format == "html":
        folder = Path(app.outdir) / "_static"
        folder.mkdir(parents=True, exist_ok=True)
        script, style = assets(kept(app.env))
        fitted = _FITTED if app.builder.name == "epub" else ""
        (folder / "graphgen.js").write_text(script, encoding="utf-8")
        (folder / "graphgen-more.js").write_text(more_script(), encoding="utf-8")
        (folder / "graphgen.css").write_text(style + fitted, encoding="utf-8")


def load_assets(app: Sphinx, page: str, template: str, context: Any, doctree: nodes.document | None) -> None:
    """A page with a diagram loads the style sheet and the script."""
    if doctree is not None and any(doctree.findall(FigureNode)):
        app.add_css_file("graphgen.css")
        app.add_js_file("graphgen.js", loading_method="defer")
