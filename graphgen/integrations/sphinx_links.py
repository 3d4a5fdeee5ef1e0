"""The links of a picture's labels in a book of Sphinx: to documents, their headings, and other files."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Mapping
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from sphinx.util import logging

from graphgen.errors import GraphgenError, OptionError
from graphgen.graph import is_absolute
from graphgen.integrations.pages import entry_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.environment import BuildEnvironment

    from graphgen.page import Folder

log = logging.getLogger(__name__)


class Guide(NamedTuple):
    """The page that explains an error, a document or an address, as seen from a document, and where on it."""

    document: str
    page: str
    fragment: str


class BookLink(NamedTuple):
    """A target as seen from a document, the place of its label, and the file that it downloads."""

    document: str
    target: str
    place: str
    download: str | None


def noted(target: str, place: str, folder: Folder, env: BuildEnvironment) -> BookLink:
    """A link of the document that is being read; a file that is no document goes with the book."""
    path = unquote(urlsplit(target).path)
    download = None
    if path and not is_absolute(target) and _document(_uri(env.docname, path), env, env.found_docs) is None:
        with suppress(OptionError):
            file = folder.path_of(path)
            if file.is_file():
                name = file.relative_to(env.srcdir).as_posix()
                env.note_dependency(name)
                download = PurePath(env.dlfiles.add_file(env.docname, name)).as_posix()
    return BookLink(env.docname, target, place, download)


def address(link: BookLink, builder: StandaloneHTMLBuilder) -> str | None:
    """Where a link leads on its page; None, and a warning, where nothing is there."""
    if is_absolute(link.target):
        return link.target
    if link.download:
        return posixpath.join(builder.dlpath, quote(link.download)) if builder.download_support else None
    env, (_, _, path, _, anchor) = builder.env, urlsplit(link.target)
    document = _document(_uri(link.document, unquote(path)), env, env.all_docs) if path else link.document
    if document is None:
        _tell(link, "which is not in the book")
        return None
    id = _id(unquote(anchor), document, env)
    if anchor and id is None:
        _tell(link, f"but {document} has no such anchor")
    page = builder.get_relative_uri(link.document, document) if path else ""
    if id:
        return f"{page.partition('#')[0]}#{id}"  # where all documents are one page, the heading alone
    is_top = page.startswith("#") and document == env.config.root_doc
    return "#" if is_top or not page else page


def guide_for(error: GraphgenError, env: BuildEnvironment) -> Guide | None:
    """What explains an error of the document that is being read; None where the book has no such page."""
    page = _guide_page(env)
    return Guide(env.docname, page, entry_of(error)) if page else None


def guide_address(guide: Guide, builder: StandaloneHTMLBuilder) -> str:
    """Where that is on the document's page; where all documents are one page, the entry alone."""
    is_outside = is_absolute(guide.page)
    page = guide.page if is_outside else builder.get_relative_uri(guide.document, guide.page)
    return page.partition("#")[0] + guide.fragment


def require_guide(app: Sphinx, env: BuildEnvironment, documents: list[str]) -> None:
    """Warns where the page that is to explain errors is not in the book."""
    if (written := env.config.graphgen_troubleshooting) and _guide_page(env) is None:
        log.warning("graphgen_troubleshooting names %r, which is not in the book", written, type="graphgen")


def _guide_page(env: BuildEnvironment) -> str | None:
    written: str = env.config.graphgen_troubleshooting
    named = written.replace("{language}", env.config.language)
    return named if is_absolute(named) else _document(named, env, env.found_docs)


def _uri(document: str, path: str) -> str:
    """A path that is written in a document, from the source folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(document), path))


def _document(uri: str, env: BuildEnvironment, documents: Container[str]) -> str | None:
    """The document that lies there, named with the ending of its file or without."""
    return next((name for name in (env.path2doc(uri), uri) if name in documents), None)


def _id(anchor: str, document: str, env: BuildEnvironment) -> str | None:
    """The id of an anchor in a document: one of docutils, or MyST's name for a heading."""
    names: Mapping[str, tuple[int | None, str, str]] = env.metadata[document].get("myst_slugs", {})
    if anchor in names:
        return names[anchor][1]
    return anchor if anchor in env.get_doctree(document).ids else None


def _tell(link: BookLink, fault: str) -> None:
    log.warning(
        "a label links to %r, %s", link.target, fault, location=link.place, type="graphgen", subtype="link"
    )
