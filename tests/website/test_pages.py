"""The built pages, without a browser: languages, links, what others are told of a page, spelling of terms."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import formula_font
import hooks
import pytest
import typesetting
from bs4 import BeautifulSoup, NavigableString, Tag
from mkdocs.config import load_config
from mkdocs.structure.files import get_files

DOCS = Path(__file__).resolve().parents[2] / "docs"
LANGUAGES = ("en", "ko")
NAMES = sorted(
    page.relative_to(DOCS / "en").with_suffix(".html").as_posix() for page in DOCS.glob("en/**/*.md")
)
PAGES = [*NAMES, *(f"ko/{name}" for name in NAMES)]
# A term as we spell it, and as it must not be spelled, outside code.
SPELLINGS = {
    "en": {
        "backpropagation": r"\bback[- ]propagat",
        "computational graph": r"\bcomputation graph",
        "local derivative": r"\blocal gradient",
        "colour": r"\bcolors?\b",
        "graphgen": r"\bGraphgen\b|\bGraphGen\b",
        "MkDocs": r"\b[Mm]kdocs\b(?!-)|\bMKDocs\b",
        "SymPy": r"\bSympy\b",
        "Graphviz": r"\bGraphViz\b",
    },
    "ko": {
        "연쇄법칙": "연쇄 법칙",
        "순전파": "순 전파",
        "역전파": "역 전파|후전파|오차역전파",
        "계산 그래프": "계산그래프|연산 그래프",
        "국소적 미분": "국소 미분|지역 미분|로컬 미분",
        "기울기": "그래디언트|그라디언트|경사도",
        "합니다": r"(?:해요|하세요|이에요|예요)(?=[.?!])",
    },
}
ALLOWED = {"ko": ("하세요.",)}  # a request, which is polite in either style


@cache
def soup(folder, name):
    return BeautifulSoup((folder / name).read_text("utf-8"), "html.parser")


@cache
def ids(folder, name):
    return {tag["id"] for tag in soup(folder, name).find_all(id=True)}


def words(part):
    """The pieces of text that are not code, in order."""
    for child in part.children:
        if isinstance(child, Tag):
            if child.name not in ("code", "pre", "svg", "script"):
                yield from words(child)
        elif type(child) is NavigableString:
            yield child


def language_of(name):
    return "ko" if name.startswith("ko/") else "en"


def test_both_languages_have_the_same_pages():
    korean = {page.relative_to(DOCS / "ko").as_posix() for page in DOCS.glob("ko/**/*.md")}
    assert korean == {page.relative_to(DOCS / "en").as_posix() for page in DOCS.glob("en/**/*.md")}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_it_is(built_site, name):
    page, language = soup(built_site.folder, name), language_of(name)
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1
    told = {
        tag.get("property") or tag.get("name"): tag["content"] for tag in page.find_all("meta", content=True)
    }
    assert told["og:title"] in page.title.text
    assert told["description"] == told["og:description"]
    assert bool(re.search("[가-힣]", told["description"])) == (language == "ko")
    assert (built_site.folder / name).parent.joinpath(told["og:image"]).resolve().is_file()
    assert f"card-{language}" in told["og:image"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_pages_of_a_language_have_one_title(built_site, language):
    titles = [soup(built_site.folder, name).title.text for name in PAGES if language_of(name) == language]
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("name", NAMES)
def test_each_page_leads_to_itself_in_the_other_language(built_site, name):
    for page in (name, f"ko/{name}"):
        opened = soup(built_site.folder, page)
        alternates = {link["hreflang"]: link["href"] for link in opened.head.find_all("link", hreflang=True)}
        switch = {link["hreflang"]: link["href"] for link in opened.select(".md-select__link")}
        resolved = {language: urljoin(page, link) for language, link in alternates.items()}
        assert resolved == {"en": name, "ko": f"ko/{name}"}
        assert switch == alternates


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_other_server(built_site, name):
    page = soup(built_site.folder, name)
    loaded = [
        tag.get("src") or tag.get("href")
        for tag in page.find_all(["script", "img", "iframe", "source", "link", "object", "use"])
    ]
    assert [address for address in loaded if address and urlsplit(address).netloc] == []


@pytest.mark.parametrize("name", PAGES)
def test_links_and_anchors_lead_somewhere(built_site, name):
    broken = []
    for link in soup(built_site.folder, name).find_all("a", href=True):
        address = urlsplit(link["href"])
        if address.scheme or address.netloc:
            continue
        target, anchor = urldefrag(urljoin(name, link["href"]))
        target = unquote(target)
        if not (built_site.folder / target).is_file():
            broken.append(link["href"])
        elif anchor and target.endswith(".html"):
            known = ids(built_site.folder, target)
            if unquote(anchor) not in known and anchor not in known and anchor != "__skip":
                broken.append(link["href"])
    assert broken == []


@pytest.mark.parametrize("name", PAGES)
def test_pictures_have_words(built_site, name):
    page = soup(built_site.folder, name)
    assert [image["src"] for image in page.find_all("img") if not image.get("alt", "").strip()] == []
    assert [svg for svg in page.select("svg[role=img]") if not (svg.title.text and svg.desc.text)] == []


@pytest.mark.parametrize("name", PAGES)
def test_terms_are_spelled_one_way(built_site, name):
    language = language_of(name)
    text = " ".join(words(soup(built_site.folder, name).article))
    for allowed in ALLOWED.get(language, ()):
        text = text.replace(allowed, " ")
    found = {term: re.findall(wrong, text) for term, wrong in SPELLINGS[language].items()}
    assert {term: wrongs for term, wrongs in found.items() if wrongs} == {}


def test_the_font_of_formulas_has_their_letters_and_signs(built_site):
    formulas = [math.get_text() for name in PAGES for math in soup(built_site.folder, name).find_all("math")]
    letters = {letter for letter in "".join(formulas) if not "가" <= letter <= "힣"}
    assert {letter for letter in letters if ord(letter) not in formula_font.characters()} == set()
    assert (built_site.folder / "assets" / "formulas.woff2").read_bytes().startswith(b"wOF2")


@pytest.mark.parametrize(
    ("prose", "held"),
    [
        ("2 × 3 = 6", "2~×~3~=~6"),
        ("<em>y</em> = (<em>x</em> + 2)\n× <em>x</em>", "<em>y</em>~=~(<em>x</em>~+~2)~×~<em>x</em>"),
        ("1 + <em>e</em>\n− 2", "1~+ <em>e</em>~− 2"),
        ("<em>p</em> / <em>n</em> of [1, −2] and (0, 1)", "<em>p</em>~/~<em>n</em> of [1,~−2] and (0,~1)"),
        ('<span id="a = b">5</span> ×\n<b>3</b>', '<span id="a = b">5</span>~×~<b>3</b>'),
        ("write <code>x = 3</code> or e-mail", "write <code>x = 3</code> or e-mail"),
    ],
)
def test_no_line_of_prose_begins_with_an_operator(prose, held):
    assert typesetting.unbroken(prose) == held.replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("prose", "held"),
    [
        ("<strong>키</strong>(key)입니다", "<strong>키</strong>(key)¦입니다"),
        ("<code>f(x)</code>는 <em>f</em>′의", "<code>f(x)</code>¦는 <em>f</em>′¦의"),
        ('<a href="#값"><code>f()</code></a>와', '<a href="#값"><code>f()</code></a>¦와'),
        (
            '<code>이름="값"</code> 꼴 (<strong>값</strong>)',
            '<code>이름="값"</code> 꼴 (<strong>값</strong>)',
        ),
        ("<em>x</em>가 (곧)", "<em>x</em>가 (곧)"),
    ],
)
def test_no_line_of_prose_begins_with_a_particle(prose, held):
    assert typesetting.unbroken(prose) == held.replace("¦", "\u2060")


@pytest.mark.parametrize(
    ("letters", "set_as"),
    [
        ("<em>x</em>ⁿ⁻¹", "<em>x</em><sup><em>n</em>−1</sup>"),
        ("<em>W</em>₂ᵀ", "<em>W</em><sub>2</sub><sup><em>T</em></sup>"),
        ("2 × 10⁻¹⁶", "2 × 10<sup>−16</sup>"),
        ("<code>x²</code> <math><mi>x²</mi></math>", "<code>x²</code> <math><mi>x²</mi></math>"),
    ],
)
def test_indices_and_exponents_are_set_as_such(letters, set_as):
    assert typesetting.with_indices(letters) == set_as


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_search_index_of_its_own(built_site, language):
    folder = built_site.folder / ("ko" if language == "ko" else "")
    index = json.loads((folder / "search" / "search_index.json").read_text("utf-8"))
    found = {urldefrag(entry["location"])[0] or "index.html" for entry in index["docs"]}
    assert found == set(NAMES)
    assert index["config"]["lang"] == [language]
    from_the_disk = (folder / "search" / "search_index.js").read_text("utf-8")
    assert json.loads(from_the_disk.removeprefix("var __index = ")) == index


def test_an_operation_is_found_by_its_words(built_site):
    index = json.loads((built_site.folder / "search" / "search_index.json").read_text("utf-8"))
    (entry,) = [entry for entry in index["docs"] if entry["location"] == "reference/operations.html#relu"]
    words = BeautifulSoup(entry["text"], "html.parser").find_all("p", string=True)
    assert [part.text for part in words] == ["relu of x", "At x\u00a0=\u00a00 the derivative is 0."]


def test_an_address_without_a_page_leads_home_in_both_languages(built_site):
    page = soup(built_site.folder, "404.html")
    assert page.html["lang"] == "en"
    assert "페이지가 없습니다" in page.article.text
    assert [link["href"] for link in page.article.find_all("a")] == ["/index.html", "/ko/index.html"]
    assert {link["hreflang"]: link["href"] for link in page.select(".md-select__link")} == {
        "en": "/index.html",
        "ko": "/ko/index.html",
    }
    assert json.loads(page.find(id="__config").string)["base"] == "/"


def test_a_page_that_is_missing_in_a_language_is_told(tmp_path, caplog):
    for name in ("en/index.md", "ko/index.md", "ko/more.md"):
        page = tmp_path / "docs" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("# A page\n", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Site\nplugins:\n  - i18n:\n      docs_structure: folder\n      languages:\n"
        "        - {locale: en, name: English, default: true}\n        - {locale: ko, name: 한국어}\n",
        encoding="utf-8",
    )
    config = load_config(str(tmp_path / "mkdocs.yml"))
    hooks.on_files(get_files(config), config)
    assert [record.getMessage() for record in caplog.records] == [
        "docs/en/more.md is missing: every page is there in every language"
    ]
