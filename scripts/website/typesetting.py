"""The typesetting of the site's prose, in the HTML that Markdown makes: what belongs together is not broken.

Browsers end lines within formulas, before a Korean particle and in short code, and few fonts have letters for
indices and exponents.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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


def typeset(html: str) -> str:
    """A page whose formulas, derivatives such as ∂L/∂x, short code and flags such as --strict are whole, and
    whose indices and exponents are set as such.
    """
    html = PROSE.sub(lambda prose: with_indices(unbroken(SHORT_CODE.sub(UNBROKEN, prose[0]))), html)
    html = CELL.sub(lambda cell: with_indices(cell[0]), html)
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
    prose = of_words(prose, with_formulas_held)
    prose = IN_PARENTHESES.sub(lambda found: AFTER_SUM.sub("\u00a0", found[0]), prose)
    return with_particles(prose)


def with_formulas_held(words: str) -> str:
    words = AFTER_OPERATOR.sub("\u00a0", BEFORE_OPERATOR.sub("\u00a0", words))
    return ARRAY.sub(lambda array: array[0].replace(" ", "\u00a0"), words)


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
