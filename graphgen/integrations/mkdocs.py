"""The MkDocs plugin: the fence, the style sheet, places in error messages, a summary of the build.

All that puts a picture on a page is in `graphgen.markdown`; this adds what only MkDocs can.
"""

from __future__ import annotations

import logging
import posixpath
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from mkdocs.utils.meta import get_data
from mkdocs.utils.templates import TemplateContext

from graphgen.cache import Cache
from graphgen.errors import Place
from graphgen.graph import Level, is_absolute, verdict
from graphgen.integrations.fences import NAME, find_fences
from graphgen.integrations.markdown import accept, fence, quote
from graphgen.integrations.pages import PageContext, log, page_context
from graphgen.integrations.search import in_words, restored
from graphgen.options import ENGINES, LANGUAGES
from graphgen.page import Folder, Request, assets, more_script

if TYPE_CHECKING:
    from graphgen.integrations.ahead import DrawingAhead

STYLE_SHEET = "assets/graphgen.css"
SCRIPT = "assets/graphgen.js"
SECOND_SCRIPT = "assets/graphgen-more.js"  # which the other asks for

_SHOWN = f'class="{NAME}'
"""The mark of a page that shows a picture, or an error in the place of one."""


class AnchorLink(NamedTuple):
    """A link to an anchor, the page that it leads to, and where it stands."""

    target: str
    file: File
    anchor: str
    place: Place


class GraphgenConfig(Config):
    """The plugin's options in mkdocs.yml."""

    engine = config_options.Choice(ENGINES, default=ENGINES[0])
    language = config_options.Optional(config_options.Choice(LANGUAGES))
    cache = config_options.Type(bool, default=True)
    cache_dir = config_options.Type(str, default=".cache/graphgen")
    jobs = config_options.Optional(config_options.Type(int))
    phone = config_options.Type(bool, default=False)
    troubleshooting = config_options.Type(str, default="")


class GraphgenPlugin(BasePlugin[GraphgenConfig]):
    """Read from top to bottom, the order of a build."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        _register(config, "pymdownx.superfences", "custom_fences", format=fence, validator=accept)
        _register(config, "pymdownx.inlinehilite", "custom_inline", format=quote)
        self._started = time.perf_counter()
        self._pictures = self._kept = 0
        self._levels: Counter[Level] = Counter()
        self._links: list[AnchorLink] = []
        self._missing_guides: set[str] = set()
        self._made: dict[str, PageContext] = {}
        self._ahead: DrawingAhead | None = None
        folder = Path(config.config_file_path or ".").resolve().parent / self.config.cache_dir
        self._cache = Cache(folder) if self.config.cache else None
        return config

    @event_priority(-200)  # behind plugins that sort the files of an author by language
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        script, style = assets(self._cache)
        files.append(File.generated(config, STYLE_SHEET, content=style))
        files.append(File.generated(config, SCRIPT, content=script))
        files.append(File.generated(config, SECOND_SCRIPT, content=more_script()))
        if self._cache and self.config.jobs != 1:
            pages = files.documentation_pages()
            missing = {file.src_uri: self._missing(file, config, self._cache) for file in pages}
            if any(missing.values()):
                from graphgen.integrations.ahead import draw_ahead

                self._ahead = draw_ahead(missing, self._cache, self.config.jobs)
        return files

    def _missing(self, file: File, config: MkDocsConfig, cache: Cache) -> list[Request]:
        """The diagrams that are not kept yet of a page's own text, before plugins write into it."""
        with suppress(OSError, UnicodeError):  # which MkDocs tells when it reads the page
            markdown, meta = get_data(file.content_string)
            requests = self._context(file, markdown, meta, config).requests()
            return [request for request in requests if request.key not in cache]
        return []

    @event_priority(-100)  # behind plugins that write Markdown
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        context = self._context(page.file, markdown, page.meta, config)
        resolve = partial(self._resolve, page.file, config, files)
        guide = self._guide(page.file, context.defaults["language"], files)
        page_context.set(replace(context, resolve=resolve, guide=guide))
        if self._ahead:
            self._ahead.wait(page.file.src_uri)
        return markdown

    def _guide(self, shown: File, language: str, files: Files) -> str:
        """The address of the page that explains errors, seen from a page; empty where the site has none."""
        written = self.config.troubleshooting.replace("{language}", language)
        if not written or is_absolute(written):
            return written
        if file := files.get_file_from_path(written):
            return file.url_relative_to(shown)
        if written not in self._missing_guides:
            log.warning("troubleshooting names %r, which is not in the docs folder", written)
            self._missing_guides.add(written)
        return ""

    def _context(
        self, file: File, markdown: str, meta: Mapping[str, Any], config: MkDocsConfig
    ) -> PageContext:
        before = _lines_before(file)
        return PageContext(
            file=_shown_path(file, config),
            fences=[replace(fence, line=fence.line + before) for fence in find_fences(markdown)],
            text=markdown,
            lines_before=before,
            defaults={
                "language": language_of(meta, config),
                "phone": "yes" if self.config.phone else "no",
            },
            engine=self.config.engine,
            cache=self._cache,
            folder=folder_of(file, config),
        )

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        context = page_context.get()
        page_context.set(None)
        if context:
            for error in context.missed():
                log.warning("%s", error)
            self._pictures += context.pictures
            self._kept += context.kept
            self._levels.update(context.levels)
            self._made[page.file.src_uri] = context
        return html

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Tells of anchors that are missing, now that all pages are made."""
        self._stop_drawing()
        for target, file, anchor, place in self._links:
            present = file.page.present_anchor_ids if file.page else None
            if present is not None and anchor not in present:
                missing = f"but {file.src_uri} has no such anchor"
                log.log(
                    config.validation.links.anchors, "%s: a label links to %r, %s", place, target, missing
                )

    def on_build_error(self, *, error: Exception) -> None:
        self._stop_drawing()

    def _stop_drawing(self) -> None:
        if self._ahead:
            self._kept -= self._ahead.stop()  # the cache had none of these before
            self._ahead = None

    @event_priority(100)  # before plugins that index the page, or draw others into it
    def _on_page_context_first(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        file = _shown_path(page.file, config)
        made = self._made.pop(page.file.src_uri, PageContext(file, []))
        page.content, self._figures = in_words(page.content or "", made.figures)
        self._excerpts: list[PageContext] = []
        ids = made.ids
        excerpt = partial(self._excerpt, page, config, ids)
        page_context.set(PageContext(file, [], ids=ids, excerpt=excerpt))

    def _excerpt(self, page: Page, config: MkDocsConfig, ids: Counter[str], md: Any) -> PageContext:
        """The page whose text Markdown converts, to draw it into another; its faults have been reported."""
        if "relpath" in md.treeprocessors:  # MkDocs' own resolver of links, which knows that page
            links = md.treeprocessors["relpath"]
            source: Page = links.file.page or page
            context = self._context(links.file, source.markdown or "", source.meta, config)
            resolve = partial(self._resolve, links.file, links.config, links.files)
            context = replace(context, resolve=resolve, level=logging.DEBUG)
        else:
            context = self._context(page.file, "", page.meta, config)
        self._excerpts.append(replace(context, ids=ids))
        return self._excerpts[-1]

    @event_priority(-200)  # behind them
    def _on_page_context_last(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        page.content = restored(page.content or "", self._figures)
        page_context.set(None)
        if self._figures or any(excerpt.pictures for excerpt in self._excerpts):
            # Within the content, where the theme's instant navigation finds and loads it.
            page.content += f'\n<script defer src="{get_relative_url(SCRIPT, page.url)}"></script>'
        # Themes take the style sheets of a page from here.
        others = [sheet for sheet in config.extra_css if sheet != STYLE_SHEET]
        is_shown = self._excerpts or _SHOWN in page.content
        config.extra_css = [STYLE_SHEET, *others] if is_shown else others

    on_page_context = CombinedEvent(_on_page_context_first, _on_page_context_last)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self._cache and self._kept < self._pictures:
            self._cache.prune()
        if self._pictures:
            log.info(
                "%d diagram%s%s; %s; in %.1f s",
                self._pictures,
                "" if self._pictures == 1 else "s",
                f" ({self._kept} from the cache)" if self._kept else "",
                verdict(self._levels),
                time.perf_counter() - self._started,
            )

    def _resolve(self, shown: File, config: MkDocsConfig, files: Files, target: str, place: Place) -> str:
        """Where a label of a page links to; what is missing is reported at the level of MkDocs' own links."""
        if is_absolute(target):
            return target
        _, _, path, query, anchor = urlsplit(target)
        uri = posixpath.normpath(posixpath.join(posixpath.dirname(shown.src_uri), unquote(path)))
        file = files.get_file_from_path(uri) if path else shown
        if file is None or file.inclusion.is_excluded():
            levels = config.validation.links
            level = levels.not_found if posixpath.splitext(path)[1] else levels.unrecognized_links
            if file or shown.inclusion.is_excluded():
                level = min(level, logging.INFO)
            missing = "which the site leaves out" if file else "which is not in the docs folder"
            log.log(level, "%s: a label links to %r, %s", place, target, missing)
        if file is None:
            return target
        if anchor:
            self._links.append(AnchorLink(target, file, anchor, place))
        return urlunsplit(("", "", file.url_relative_to(shown) if path else "", query, anchor))


def _register(config: MkDocsConfig, extension: str, setting: str, **formatters: Any) -> None:
    """Adds our formatters to a Markdown extension, unless the author has."""
    if extension not in config.markdown_extensions:
        config.markdown_extensions.append(extension)
    present = config.mdx_configs.setdefault(extension, {}).setdefault(setting, [])
    if not any(custom["name"] == NAME for custom in present):
        present.append({"name": NAME, "class": NAME, **formatters})


def _lines_before(file: File) -> int:
    """The lines of front matter, which MkDocs takes away before it hands the page on."""
    text = file.content_string
    markdown, _ = get_data(text)
    return text.rstrip().count("\n") - markdown.rstrip().count("\n")


def language_of(meta: Mapping[str, Any], config: MkDocsConfig) -> str:
    """The language of a page's pictures: the page's, else the plugin's, else the theme's, else English."""
    setting = config.plugins[NAME].config["language"]
    language = str(meta.get("lang") or setting or config.theme.get("language"))
    return language if language in LANGUAGES else LANGUAGES[0]


def folder_of(file: File, config: MkDocsConfig) -> Folder:
    """Where a page lies; one that a plugin has made elsewhere lies where it would in the docs folder."""
    root = Path(config.docs_dir)
    path = Path(file.abs_src_path or file.src_uri)
    return Folder((path if path.is_relative_to(root) else root / file.src_uri).parent, root)


def _shown_path(file: File, config: MkDocsConfig) -> str:
    """The page's path as a person at the project's folder would type it."""
    path = Path(file.abs_src_path or file.src_uri)
    folder = Path(config.config_file_path or ".").resolve().parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else file.src_uri
