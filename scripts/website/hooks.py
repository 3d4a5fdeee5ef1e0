"""The additions of this site to MkDocs' build.

A line `[[operations]]` of a page becomes what the function of that name generates from the code, in the
page's language, and `[[network.end.test_accuracy percent]]` in a sentence a number that was measured. LaTeX
between two lines of `$$` becomes a formula. A page that is missing in a language is told. Each language has
its own search index, which is found from the disk as well; all share one page for an address that leads
nowhere.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "measure"))

import differentiation_page
import findings
import measured_page
import network_page
import playground_page
from command_page import commands
from fault_page import faults
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files, get_files
from mkdocs.structure.pages import Page
from operation_page import operations
from option_page import options
from schema_page import schema
from typesetting import typeset

from graphgen.notation import mathml
from graphgen.playground import gallery

GENERATED: Mapping[str, Callable[[str], str]] = {
    function.__name__: function
    for function in (
        commands,
        gallery,
        playground_page.site_playground,
        faults,
        operations,
        options,
        schema,
        network_page.network_program,
        network_page.training_program,
        network_page.large_network,
        network_page.training_panel,
        network_page.digits,
        network_page.mistakes,
        network_page.gradient_check,
        network_page.loss_curve,
        network_page.accuracy_curve,
        differentiation_page.small_network,
        differentiation_page.time_by_size,
        differentiation_page.error_by_size,
        differentiation_page.error_by_step,
        measured_page.speed_of_sites,
        measured_page.speed_of_engines,
        measured_page.speed_of_captures,
        measured_page.agreement,
        measured_page.published,
        measured_page.truth,
        measured_page.fuzzing,
    )
}
MARK = re.compile(r"^\[\[(\w+)\]\]$", re.MULTILINE)
NUMBER = re.compile(r"\[\[([a-z]\w*(?:\.\w+)+)(?: (\w+))?\]\]")
FORMULA = re.compile(r"^\$\$\n(.+?)\n\$\$$", re.MULTILINE | re.DOTALL)
SEARCH_INDEX = Path("search", "search_index.json")
"""Beside it stands the same as a script, for a site that is opened from the disk."""

# MkDocs counts the warnings below its own logger, which is what --strict goes by.
log = logging.getLogger("mkdocs.hooks.website")


@event_priority(-150)  # behind the plugin that keeps the files of one language
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Warns of each page that one language has and another lacks; lets all languages link to shared files;
    generates what stands for the marks of pages, before graphgen's plugin looks for their pictures.
    """
    present = languages(config)
    found = list(get_files(config))
    pages = {file.src_uri for file in found if file.is_documentation_page()}
    for name in sorted({uri.partition("/")[2] for uri in pages}):
        for language in present:
            if f"{language}/{name}" not in pages:
                log.warning("docs/%s/%s is missing: every page is there in every language", language, name)
    for file in found:
        if file.src_uri.partition("/")[0] not in present and file.src_uri not in files.src_uris:
            files.append(file)
    for file in files.documentation_pages():
        written = file.content_string
        if (text := generated(written, file.src_uri.partition("/")[0])) != written:
            file.content_string = text
    return files


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Sets the prose; keeps formulas out of the search, which would show their letters alone; links to the
    playground.
    """
    if playground_page.IS_BUILT:
        html = playground_page.with_links(html, page.file, languages(config)[0])
    return typeset(html).replace("<math ", "<math data-search-exclude ")


def generated(markdown: str, language: str) -> str:
    """A page's text, its marks and formulas replaced. Raises KeyError for a mark that nothing generates."""
    markdown = FORMULA.sub(lambda formula: mathml(formula[1], display="block"), markdown)
    markdown = NUMBER.sub(lambda mark: findings.number(mark[1], mark[2] or "", language), markdown)
    return MARK.sub(lambda mark: GENERATED[mark[1]](language), markdown)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """Leaves the page 404, of which a site has one, to the language at the root."""
    is_again = template_name == "404.html" and config.theme["language"] != languages(config)[0]
    return "" if is_again else output


@event_priority(-200)  # behind the plugin that builds the other languages
def on_post_build(config: MkDocsConfig) -> None:
    """Gives each language the entries of its own pages, where the theme's script looks for them."""
    site = Path(config.site_dir)
    index = json.loads((site / SEARCH_INDEX).read_text("utf-8"))
    default, *others = languages(config)
    mine = index["docs"]
    for language in others:
        folder = f"{language}/"
        theirs = [entry for entry in mine if entry["location"].startswith(folder)]
        mine = [entry for entry in mine if not entry["location"].startswith(folder)]
        entries = [entry | {"location": entry["location"].removeprefix(folder)} for entry in theirs]
        write_index(site / language / SEARCH_INDEX, index, language, entries)
    write_index(site / SEARCH_INDEX, index, default, mine)


def write_index(file: Path, index: dict[str, Any], language: str, entries: list[dict[str, Any]]) -> None:
    index = index | {"config": index["config"] | {"lang": [language]}, "docs": entries}
    file.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    file.write_text(written, encoding="utf-8")
    file.with_suffix(".js").write_text(f"var __index = {written}", encoding="utf-8")


def languages(config: MkDocsConfig) -> list[str]:
    """The languages of the site, the one at its root first."""
    return [language.locale for language in config.plugins["i18n"].config.languages]
