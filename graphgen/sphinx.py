"""The Sphinx extension: the fence as a directive and the quoted number as a role, in .rst and MyST pages.

    extensions = ["graphgen.sphinx"]

A directive that cannot be shown becomes a visible box and a warning, at which `sphinx-build -W` fails.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import ExtensionMetadata

import graphgen
from graphgen.describe import description
from graphgen.drawing import Drawing, remember
from graphgen.embed import error_box
from graphgen.errors import GraphgenError, RenderError
from graphgen.export import pdf
from graphgen.options import LANGUAGES, OPTIONS, Options
from graphgen.quote import answer
from graphgen.script import script, style

NAME = "graphgen"

log = logging.getLogger(__name__)


class Diagram(nodes.container):
    """A picture, or the message in the place of one.

    What is inside are words, for writers that show no pictures.
    """


class Quote(nodes.inline):
    """What is quoted from a diagram, until the whole page is read."""


class GraphgenDirective(SphinxDirective):
    """The fence."""

    has_content = True
    option_spec: ClassVar = {option.name: directives.unchanged for option in OPTIONS}

    def run(self) -> list[nodes.Node]:
        source = "\n".join(self.content)
        language = {"language": self.config.language} if self.config.language in LANGUAGES else {}
        try:
            drawing = Drawing(source, Options.read({**language, **self.options}), self._id())
            html, shown = drawing.figure().html, drawing.picture
            remember(drawing, named(self.env))
        except GraphgenError as error:
            fault = str(type(error)(error.message, error.mend))
            log.warning("%s", fault, location=self._place(error), type=NAME)
            return [_with_words(Diagram(html=error_box(fault, source)), f"graphgen: {fault}")]
        words = description(shown.graph, shown.asked, shown.options)
        return [_with_words(Diagram(html=html, drawing=replace(drawing)), words)]  # without its picture

    def _id(self) -> str:
        """An id that no other picture of the book has, which may become one page."""
        number = self.env.new_serialno(NAME)
        return "g" + hashlib.sha256(f"{self.env.docname} {number}".encode()).hexdigest()[:8]

    def _place(self, error: GraphgenError) -> str:
        """The file and line of a fault."""
        file, line = self.get_source_info()
        if error.place:
            block, body = (
                [text.strip() for text in lines] for lines in (self.block_text.split("\n"), self.content)
            )
            starts = (start for start in range(len(block)) if block[start : start + len(body)] == body)
            line += next(starts, 0) + error.place.line - 1
        return f"{file}:{line}"


class GraphgenRole(SphinxRole):
    """The quoted number."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        asked = Quote(self.rawtext, self.text)
        self.set_source_info(asked)
        return [asked], []


def _with_words(diagram: Diagram, words: str) -> Diagram:
    diagram += nodes.paragraph("", words, translatable=False)
    return diagram


def named(env: BuildEnvironment) -> dict[str, Drawing]:
    """The diagrams of the document that is being read, by their names."""
    found: Any = env.temp_data.setdefault(NAME, {})
    return found


def answer_quotes(app: Sphinx, doctree: nodes.document) -> None:
    """Puts the numbers in; a diagram may stand behind what quotes it."""
    pictures = {name: drawing.picture for name, drawing in named(app.env).items()}
    for asked in list(doctree.findall(Quote)):
        told: nodes.Node
        try:
            question, text = answer(asked.astext(), pictures)
        except GraphgenError as error:
            log.warning("%s", error, location=asked, type=NAME)
            told = nodes.strong("", f"graphgen: {error}", classes=["graphgen-error"])
        else:
            is_formula = question == "chain_rule"
            told = nodes.math("", text) if is_formula else nodes.inline("", text, classes=["graphgen-number"])
        asked.replace_self(told)


def write_html(writer: Any, diagram: Diagram) -> None:
    writer.body.append(diagram["html"])
    raise nodes.SkipNode


def write_latex(writer: Any, diagram: Diagram) -> None:
    """The picture as PDF, where the extra `png` is installed; else its words follow."""
    drawing = diagram.get("drawing")
    if drawing is None:
        return
    try:
        data = pdf(drawing.picture)
    except RenderError:
        return
    file = Path(writer.builder.outdir) / f"{drawing.id}.pdf"
    file.write_bytes(data)
    writer.body.append(f"\n\\begin{{center}}\\sphinxincludegraphics{{{file.name}}}\\end{{center}}\n")
    raise nodes.SkipNode


def write_assets(app: Sphinx) -> None:
    if app.builder.format == "html":
        folder = Path(app.outdir) / "_static"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (("graphgen.css", style()), ("graphgen.js", script())):
            (folder / name).write_text(text, encoding="utf-8")


def load_assets(app: Sphinx, page: str, template: str, context: Any, doctree: nodes.document | None) -> None:
    """A page with a diagram loads the style sheet and the script."""
    if doctree is not None and any(doctree.findall(Diagram)):
        app.add_css_file("graphgen.css")
        app.add_js_file("graphgen.js", loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_directive(NAME, GraphgenDirective)
    app.add_role(NAME, GraphgenRole())
    app.add_node(Diagram, html=(write_html, None), latex=(write_latex, None))
    app.connect("builder-inited", write_assets)
    app.connect("doctree-read", answer_quotes)
    app.connect("html-page-context", load_assets)
    return {"version": graphgen.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
