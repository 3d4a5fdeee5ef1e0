"""The MkDocs plugin: the fence, the style sheet, places in error messages, a summary of the build.

All that puts a picture on a page is in `graphgen.markdown`; this adds what only MkDocs can.
"""

from __future__ import annotations

import time
from pathlib import Path

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from graphgen.embed import asset
from graphgen.errors import GraphgenError, OptionError
from graphgen.markdown import (
    NAME,
    Fence,
    PageContext,
    accept,
    fence,
    find_fences,
    log,
    page_context,
    placed_error,
)
from graphgen.options import LANGUAGES
from graphgen.render import ENGINES

STYLE_SHEET = "assets/graphgen.css"
_SUPERFENCES = "pymdownx.superfences"


class GraphgenConfig(Config):
    """The plugin's options in mkdocs.yml."""

    engine = config_options.Choice(ENGINES, default=ENGINES[0])
    language = config_options.Optional(config_options.Choice(LANGUAGES))


class GraphgenPlugin(BasePlugin[GraphgenConfig]):
    """Read from top to bottom, the order of a build."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        if _SUPERFENCES not in config.markdown_extensions:
            config.markdown_extensions.append(_SUPERFENCES)
        fences = config.mdx_configs.setdefault(_SUPERFENCES, {}).setdefault("custom_fences", [])
        if not any(custom["name"] == NAME for custom in fences):
            fences.append({"name": NAME, "class": NAME, "format": fence, "validator": accept})
        if STYLE_SHEET not in config.extra_css:
            config.extra_css.insert(0, STYLE_SHEET)
        self._started = time.perf_counter()
        self._pictures = self._checks = 0
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        style = asset("page.css") + "\n" + asset("diagram.css")
        files.append(File.generated(config, STYLE_SHEET, content=style))
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        # The whole file, front matter too, so that lines are those that the author sees.
        text = page.file.content_string
        language = self.config.language or str(page.meta.get("lang") or _theme_language(config))
        page_context.set(
            PageContext(
                file=_shown_path(page.file, config),
                fences=list(find_fences(text)),
                defaults={"language": language if language in LANGUAGES else LANGUAGES[0]},
                engine=self.config.engine,
            )
        )
        return markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        context = page_context.get()
        page_context.set(None)
        if context:
            for missed in context.fences:
                if missed.line not in context.seen:
                    _report_unreadable(missed, context.file)
            self._pictures += context.pictures
            self._checks += context.checks
        return html

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self._pictures:
            log.info(
                "%d diagrams, %d numbers verified, in %.1f s",
                self._pictures,
                self._checks,
                time.perf_counter() - self._started,
            )


def _report_unreadable(missed: Fence, file: str) -> None:
    """A fence that superfences passed over; its header is the usual reason."""
    try:
        missed.options()
        error: GraphgenError = OptionError(
            "the fence was not read", "check its header and that it is closed and evenly indented"
        )
    except OptionError as unreadable:
        error = unreadable
    log.warning("%s", placed_error(error, file, missed))


def _theme_language(config: MkDocsConfig) -> str:
    return str(config.theme.get("language", LANGUAGES[0]))


def _shown_path(file: File, config: MkDocsConfig) -> str:
    """The page's path as a person at the project's folder would type it."""
    path = Path(file.abs_src_path or file.src_uri)
    folder = Path(config.config_file_path or ".").resolve().parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else file.src_uri
