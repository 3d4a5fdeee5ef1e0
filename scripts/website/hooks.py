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
UNBROKEN = '<code class="unbroken">'
FLAG = re.compile(r"<code>(?=[^<>]{1,26}</code>)(?=[^<>]*-\w)")
SHORT_CODE = re.compile(r"<code>(?=[^<>]{1,20}</code>)(?=[^<>]*(?: |\.\[))")
LONG_CODE = re.compile(r"<code>[^<>\n]{27,}</code>")
FLAG_WITHIN = re.compile(r"(?<= )--?\w[\w-]*")
FOLDER = re.compile(r"\w/(?=\w)")
OPENED = re.compile(r"<span class=\"p\">[(\[{]+</span>(?=<)")
FRACTION = re.compile(r"∂<em>[^<]+</em>/∂<em>[^<]+</em>")
PROSE = re.compile(r"(?<=<p>).*?(?=</p>)|(?<=<li>)(?!\s*<p>).*?(?=</li>)", re.DOTALL)
CELL = re.compile(r'^<t[dh]\b.*</t[dh]>$|<span class="symbol">[^<]*</span>', re.MULTILINE)
NOT_WORDS = re.compile(r"(<(code|math|svg)\b.*?</\2>|<[^>]*>)", re.DOTALL)
"""Splits into words, what is between them, and the name of its element or None, again and again."""
BEFORE_OPERATOR = re.compile(r"\s(?=[=≈×÷·+−/](?:\s|$))")
AFTER_OPERATOR = re.compile(r"(?<=\u00a0[=≈×÷·/])\s+")
IN_PARENTHESES = re.compile(r"\((?:[^()<>]|</?em>){1,40}\)")
AFTER_SUM = re.compile(r"(?<=\u00a0[+−])\s+")
ARRAY = re.compile(r"[\[(][-−\d.,; ]{1,32}[\])]")
PARTICLE = re.compile(r"(?<=[)\]}…⊙∞′%\"'”’])(?=[가-힣])")
INDEX = re.compile("([⁰¹²³⁴-⁹⁺⁻ⁿˣʸᵀ]+)|([₀-₉₊₋ₜ]+)")
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿˣʸᵀ₀₁₂₃₄₅₆₇₈₉₊₋ₜ", "0123456789+−nxyT0123456789+−t")
LETTER = re.compile("[a-zA-Z]")
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
    """Holds together formulas in prose, short code, flags such as --strict, derivatives such as ∂L/∂x, and
    Korean particles with what they follow, all of which browsers break in two; sets indices and exponents,
    for which few fonts have letters; keeps formulas out of the search, which would show their letters alone;
    links to the playground.
    """
    if playground_page.IS_BUILT:
        html = playground_page.with_links(html, page.file, languages(config)[0])
    html = PROSE.sub(lambda prose: with_indices(unbroken(SHORT_CODE.sub(UNBROKEN, prose[0]))), html)
    html = CELL.sub(lambda cell: with_indices(cell[0]), html)
    html = html.replace("<math ", "<math data-search-exclude ")
    html = FRACTION.sub(r'<span class="unbroken">\g<0></span>', html)
    html = FLAG.sub(UNBROKEN, html)
    if 'class="faults"' in html:  # whose code goes on below, there rather than within a name
        html = OPENED.sub(r"\g<0><wbr>", html)
    return LONG_CODE.sub(lambda code: foldable(code[0]), html)


def foldable(code: str) -> str:
    """Long code, which may be broken behind a folder, and not within a flag."""
    return FLAG_WITHIN.sub(r'<span class="unbroken">\g<0></span>', FOLDER.sub(r"\g<0><wbr>", code))


def unbroken(prose: str) -> str:
    """Prose whose formulas end no line before an operator, and behind it only at a sum or a difference
    outside parentheses; whose short arrays stay whole, and whose Korean particles begin no line.
    """
    prose = of_words(prose, lambda words: AFTER_OPERATOR.sub("\u00a0", BEFORE_OPERATOR.sub("\u00a0", words)))
    prose = of_words(prose, lambda words: ARRAY.sub(lambda array: array[0].replace(" ", "\u00a0"), words))
    prose = IN_PARENTHESES.sub(lambda found: AFTER_SUM.sub("\u00a0", found[0]), prose)
    return with_particles(prose)


def with_particles(prose: str) -> str:
    """Prose in whose words a particle is joined to what it follows, be that behind the end of an element."""
    found = NOT_WORDS.split(prose)
    for at in range(0, len(found), 3):
        end = last_letter(found, at)
        found[at] = PARTICLE.sub("\u2060", end + found[at])[len(end) :]
    return without_names(found)


def last_letter(found: list[str], at: int) -> str:
    """What is read just before the words at a place, unless an element begins there."""
    while at and (found[at - 1] or found[at - 2].startswith("</")):
        if found[at - 1]:
            return found[at - 2].rpartition("</")[0][-1:]
        at -= 3
        if found[at]:
            return found[at][-1]
    return ""


def with_indices(html: str) -> str:
    return of_words(html, lambda words: INDEX.sub(index, words))


def index(found: re.Match[str]) -> str:
    element = "sup" if found[1] else "sub"
    plain = LETTER.sub(r"<em>\g<0></em>", found[0].translate(PLAIN))
    return f"<{element}>{plain}</{element}>"


def of_words(html: str, change: Callable[[str], str]) -> str:
    """HTML whose words are changed, though not its tags, code, formulas and pictures."""
    found = NOT_WORDS.split(html)
    found[::3] = map(change, found[::3])
    return without_names(found)


def without_names(found: list[str]) -> str:
    return "".join(part for at, part in enumerate(found) if at % 3 < 2)


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
