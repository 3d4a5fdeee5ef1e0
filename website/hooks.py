"""What this site adds to MkDocs' build: parts of pages generated from the code, a search index a language."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

SEARCH_INDEX = Path("search", "search_index.json")

log = logging.getLogger("mkdocs.hooks.website")


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
    file.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def languages(config: MkDocsConfig) -> list[str]:
    """The languages of the site, the one at its root first."""
    return [language.locale for language in config.plugins["i18n"].config.languages]
