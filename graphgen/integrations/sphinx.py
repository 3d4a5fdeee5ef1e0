"""The Sphinx extension: the fence as a directive and the quoted number as a role, in .rst and MyST pages.

    extensions = ["graphgen.sphinx"]

A directive that cannot be shown becomes a visible box and a warning, at which `sphinx-build -W` fails.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import ExtensionMetadata

from graphgen.cache import fingerprint
from graphgen.errors import GraphgenError, OptionError, contained, printable
from graphgen.graph import unused_result
from graphgen.integrations.sphinx_book import (
    NAME,
    FigureNode,
    kept,
    load_assets,
    prune,
    write_assets,
    write_html,
    write_latex,
)
from graphgen.integrations.sphinx_links import BookLink, guide_for, noted, require_guide
from graphgen.options import LANGUAGES, OPTIONS, Options
from graphgen.page import Figure, Folder, Request, Source, remember, seen_from_page, source_of

log = logging.getLogger(__name__)


class Quote(nodes.inline):
    """A quotation from a diagram, until the whole page is read."""


class GraphgenDirective(SphinxDirective):
    """The fence."""

    has_content = True
    option_spec: ClassVar = {option.name: directives.unchanged for option in OPTIONS}

    def run(self) -> list[nodes.Node]:
        source = Source("\n".join(self.content))
        try:
            with contained():
                source = self._source(source.text)
                request = self._request(source.text)
                figure = request.figure(kept(self.env))
                remember(request, named(self.env))
        except GraphgenError as error:
            fault = str(type(error)(error.message, error.hint))
            message, hint = printable(error.message), printable(error.hint)
            place = self._place(source, error.place.line if error.place else None)
            log.warning("%s", fault, location=place, type=NAME)
            box = {"message": message, "source": source.text, "hint": hint, "place": error.place}
            diagram = FigureNode(
                box={**box, "language": self.config.language}, guide=guide_for(error, self.env)
            )
            return [_with_words(diagram, f"graphgen: {fault}")]
        for name, line in figure.unused.items():
            log.warning("%s", unused_result(name, None), location=self._place(source, line), type=NAME)
        links = self._links(figure, source)
        diagram = FigureNode(pieces=figure.pieces, width=figure.width, links=links)
        diagram["request"] = replace(request)  # without its picture
        shown = _with_words(diagram, figure.description)
        return [_with_source(source.text, shown) if request.options.source == "yes" else shown]

    def _folder(self) -> Folder:
        return Folder(Path(self.env.doc2path(self.env.docname)).parent, Path(self.env.srcdir))

    def _source(self, written: str) -> Source:
        """The source that is drawn; the page is made anew when its file changes. Raises OptionError."""
        folder = self._folder()
        with suppress(OptionError):
            if name := self.options.get("file", "").strip():
                self.env.note_dependency(folder.path_of(name))
        return source_of(written, self.options, folder, str(self.env.doc2path(self.env.docname)))

    def _request(self, source: str) -> Request:
        """The diagram, with an id that no other of the book has, which may become one page."""
        language = {"language": self.config.language} if self.config.language in LANGUAGES else {}
        options = Options.read({**language, **self.options})
        made_of = repr((self.env.docname, source, options))
        digest = hashlib.sha256(made_of.encode("utf-8", "backslashreplace")).hexdigest()[:12]
        count = self.env.new_serialno(f"{NAME}-{digest}")
        id = f"g{digest}-{count + 1}" if count else f"g{digest}"
        return Request(source, options, id, is_xml=True)  # as the pages of an EPUB are

    def _links(self, figure: Figure, source: Source) -> Mapping[str, BookLink]:
        """The links of a figure, as they are written; those of a file are relative to it."""
        name = self.options.get("file", "").strip()
        return {
            target: noted(seen_from_page(target, name), self._place(source, line), self._folder(), self.env)
            for target, line in figure.links.items()
        }

    def _place(self, source: Source, source_line: int | None) -> str:
        """The file and line of a line of the source, or of the directive."""
        file, line = self.get_source_info()
        if source_line is None:
            return f"{file}:{line}"
        if source.file:
            return f"{source.file}:{source_line}"
        block, body = (
            [text.strip() for text in lines] for lines in (self.block_text.split("\n"), self.content)
        )
        starts = (start for start in range(len(block)) if block[start : start + len(body)] == body)
        return f"{file}:{line + next(starts, 0) + source_line - 1}"


class GraphgenRole(SphinxRole):
    """The quoted number."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        asked = Quote(self.rawtext, self.text)
        self.set_source_info(asked)
        return [asked], []


def _with_words(diagram: FigureNode, words: str) -> FigureNode:
    diagram += nodes.paragraph("", words, translatable=False)
    return diagram


def _with_source(source: str, diagram: FigureNode) -> nodes.container:
    text = source.strip()
    written = nodes.literal_block(text, text, language="python", translatable=False)
    return nodes.container("", written, diagram, classes=["graphgen-with-source"])


def named(env: BuildEnvironment) -> dict[str, Request]:
    """The diagrams of the document that is being read, by their names."""
    found: Any = env.temp_data.setdefault(NAME, {})
    return found


def answer_quotes(app: Sphinx, doctree: nodes.document) -> None:
    """Puts the numbers in; a diagram may stand behind what quotes it."""
    for asked in list(doctree.findall(Quote)):
        shown: nodes.Node
        try:
            question, text = answer_of(asked.astext(), app.env)
        except GraphgenError as error:
            log.warning("%s", error, location=asked, type=NAME)
            shown = nodes.strong("", f"graphgen: {error}", classes=["graphgen-error"])
        else:
            is_formula = question == "chain_rule"
            shown = (
                nodes.math("", text) if is_formula else nodes.inline("", text, classes=["graphgen-number"])
            )
        asked.replace_self(shown)


@contained()
def answer_of(written: str, env: BuildEnvironment) -> tuple[str, str]:
    """The question that is written, and its answer. Raises GraphgenError."""
    requests = named(env)
    if request := requests.get(written.partition(".")[0].strip()):
        return request.answer(written, kept(env))
    from graphgen.page import answer

    return answer(written, {name: request.picture for name, request in requests.items()})


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("graphgen_cache", True, "", bool)
    app.add_config_value("graphgen_troubleshooting", "", "env", str)
    app.add_directive(NAME, GraphgenDirective)
    app.add_role(NAME, GraphgenRole())
    app.add_node(FigureNode, html=(write_html, None), latex=(write_latex, None))
    app.connect("builder-inited", write_assets)
    app.connect("env-before-read-docs", require_guide)
    app.connect("doctree-read", answer_quotes)
    app.connect("html-page-context", load_assets)
    app.connect("build-finished", prune)
    return {
        "version": version("mkdocs-graphgen"),
        "env_version": int(fingerprint()[:8], 16),  # after an update Sphinx reads all pages anew
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
