"""The Korean of sentences that stand in the code in English: helps, domains, labels of examples."""

from __future__ import annotations

import re

from catalogues import catalogue

CATALOGUE = "korean.yml"
WORD = re.compile(r"[a-z]{2}", re.IGNORECASE)


def said(text: str, language: str) -> str:
    """The text in a language of the site; a formula, such as x > 0, is the same in all of them.

    Raises ValueError where it has not been translated.
    """
    if language == "en" or not WORD.search(text):
        return text
    translated = catalogue(CATALOGUE).get(text)
    if translated is None:
        raise ValueError(f"{CATALOGUE} has no Korean for {text!r}")
    return translated


def labelled(source: str, language: str) -> str:
    """A graph's source with its labels in a language of the site, where a plain name may need one too."""
    lines = []
    for line in source.strip().split("\n"):
        code, mark, label = line.partition("# ")
        words, brace, range_ = label.partition("{")
        words = words.strip()
        told = (said(words, language) if words.isascii() else words) + (f" {{{range_}" if brace else "")
        lines.append(f"{code}{mark}{told}" if mark else line + name_told(code, language))
    return "\n".join(lines)


def name_told(code: str, language: str) -> str:
    """The label, as a comment, of an assignment that has none: what its English name says."""
    name = code.partition("=")[0].strip()
    return f"  # {said(name, language)}" if language != "en" and name in catalogue(CATALOGUE) else ""
