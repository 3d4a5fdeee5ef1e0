"""The fence where MkDocs is not: plain Python-Markdown, Zensical, ProperDocs, Sphinx."""

import logging
import re

import pytest
from bs4 import BeautifulSoup
from builders import building
from builders.building import BROKEN, FAULT, PAGE

from graphgen.page.scripts import script, style


def opened(file):
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


def numbers(page):
    return [number.text for number in page.find_all(class_="graphgen-number")]


# Plain Python-Markdown


@pytest.fixture
def convert():
    """Converts a page as the page on Zensical shows it in Python."""
    shown = building.shown("python")

    def run(page):
        names = {"page": page}
        exec(shown, names)
        return BeautifulSoup(names["html"], "html.parser")

    return run


@pytest.mark.parametrize("kind", ["yaml", "python", "console"])
def test_what_authors_are_to_write_is_the_same_in_both_languages(kind):
    assert building.shown(kind, "ko") == building.shown(kind, "en")


def test_plain_python_markdown_shows_the_fence(convert):
    page = convert(PAGE)
    assert "total is apple times 2, which gives 200." in page.figure.desc.text
    assert numbers(page) == ["200", "2"]


def test_plain_python_markdown_shows_a_fault_and_logs_it(convert, caplog):
    page = convert(BROKEN)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage().startswith(f"2:5: {FAULT}")
    assert page.find(class_="graphgen-error").p.text == f"graphgen: {record.getMessage()}"


# Zensical


@pytest.fixture(scope="module")
def zensical(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zensical")
    return folder, building.zensical(folder, {"index.md": PAGE, "sub/broken.md": BROKEN})


def test_zensical_shows_the_fence_and_loads_its_assets(zensical):
    folder, _ = zensical
    page = opened(folder / "site/index.html")
    assert "total is apple times 2, which gives 200." in page.figure.desc.text
    assert numbers(page) == ["200", "2"]
    assert page.find("link", href="./assets/graphgen.css")["rel"] == ["stylesheet"]
    assert page.find("script", src="./assets/graphgen.js", type=None)
    assert (folder / "site/assets/graphgen.css").read_text("utf-8") == style()
    assert (folder / "site/assets/graphgen.js").read_text("utf-8") == script()


def test_zensical_shows_a_fault_and_ends_well_even_when_strict(zensical):
    folder, output = zensical
    assert f"sub/broken.md (in a fence):2:5: {FAULT}" in output
    assert FAULT in opened(folder / "site/sub/broken.html").find(class_="graphgen-error").text


def test_what_zensical_passes_over_is_found_by_verify(zensical):
    folder, _ = zensical
    assert f"graphgen: docs/sub/broken.md:5:5: {FAULT}" in building.run(
        folder, "graphgen", "verify", "docs", code=2
    )


# ProperDocs

PROPERDOCS = "site_name: Site\nuse_directory_urls: false\ntheme: {name: material}\nplugins: [graphgen]\n"


def test_properdocs_runs_the_plugin(tmp_path):
    building.write(tmp_path, {"properdocs.yml": PROPERDOCS, "docs/index.md": PAGE})
    output = building.run(tmp_path, "properdocs", "build", "--strict")
    assert re.search(r"1 diagram; \d+ numbers, all proved", output)
    page = opened(tmp_path / "site/index.html")
    assert numbers(page) == ["200", "2"]
    assert page.find("link", href="assets/graphgen.css")
    assert page.find("script", src="assets/graphgen.js")
    assert (tmp_path / "site/assets/graphgen.js").read_text("utf-8") == script()


def test_properdocs_counts_a_fault_as_a_warning(tmp_path):
    building.write(tmp_path, {"properdocs.yml": PROPERDOCS, "docs/index.md": BROKEN})
    output = building.run(tmp_path, "properdocs", "build", "--strict", code=1)
    assert f"WARNING -  docs/index.md:5:5: {FAULT}" in output
    assert "Aborted with 1 warnings in strict mode" in output


# Sphinx

BOOK = {
    "index.rst": """
Home
====

It costs :graphgen:`shop.value(total)`, by :graphgen:`shop.chain_rule(apple)`.

.. graphgen::
   :name: shop
   :show: forward backward local

   apple = 100  # apple price
   total = apple * 2

.. toctree::

   page
   words
""",
    "page.md": """# Page

It grows by {graphgen}`shop.gradient(apple)`.

```{graphgen}
:name: shop
apple = 3
total = apple * apple
```

```{graphgen}
---
quiz: y
---
x = 2
y = x * 3
```
""",
    "words.md": "# Words\n\nNo diagram.\n",
}
FAULTS = {
    "source": ("rst", ".. graphgen::\n\n   x = 1\n   y = relo(x)\n", f"7: WARNING: {FAULT}"),
    "behind options": (
        "rst",
        ".. note::\n\n   .. graphgen::\n      :show: forward\n\n      # one\n\n      y = relo(1)\n",
        "11: WARNING: 'relo(1)' calls",
    ),
    "in the first line": ("rst", ".. graphgen:: y = relo(1)\n", "4: WARNING: 'relo(1)' calls"),
    "source in MyST": ("md", "```{graphgen}\nx = 1\ny = relo(x)\n```\n", f"5: WARNING: {FAULT}"),
    "behind options in MyST": (
        "md",
        "- item\n\n  ```{graphgen}\n  :show: forward\n\n  x = 1\n  y = relo(x)\n  ```\n",
        f"9: WARNING: {FAULT}",
    ),
    "included": ("rst", ".. include:: part.txt\n", "part.txt:5: WARNING: 'relo(1)' calls"),
    "option": (
        "rst",
        ".. graphgen::\n   :show: forwrd\n\n   x = 1\n",
        "4: WARNING: show='forwrd' is not known; did you mean 'forward'?",
    ),
    "unknown option": (
        "rst",
        ".. graphgen::\n   :shwo: forward\n\n   x = 1\n",
        '4: ERROR: Error in "graphgen" directive:\nunknown option: "shwo"',
    ),
    "no source": ("rst", ".. graphgen::\n", "4: WARNING: the source is empty"),
    "quote": (
        "rst",
        "See :graphgen:`shop.value(x)`.\n",
        "4: WARNING: no diagram on this page",
    ),
    "quote in MyST": ("md", "See {graphgen}`shop.value(x)`.\n", "3: WARNING: no diagram on this page"),
    "second of a name": (
        "md",
        "```{graphgen}\n:name: a\nx = 1\n```\n\n```{graphgen}\n:name: a\nx = 2\n```\n",
        "8: WARNING: a second diagram on this page is named 'a'",
    ),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    building.sphinx(folder, BOOK, "html", "-W")
    return folder


def test_sphinx_shows_the_directive_and_the_role(book):
    home, page = opened(book / "html/index.html"), opened(book / "html/page.html")
    assert "total is apple price times 2, which gives 200." in home.figure.desc.text
    assert (numbers(home), numbers(page)) == (["200"], ["6"])
    assert r"\frac{\partial \mathrm{total}}{\partial \mathrm{apple}} = 2" in home.find(class_="math").text
    figures = [*home.find_all("figure"), *page.find_all("figure")]
    assert len({figure["id"] for figure in figures}) == 3


@pytest.mark.parametrize(("name", "count"), [("index", 1), ("page", 1), ("words", 0), ("genindex", 0)])
def test_a_page_of_sphinx_with_a_diagram_loads_the_assets_once(book, name, count):
    page = opened(book / f"html/{name}.html")
    assert len(page.find_all("link", href=re.compile(r"^_static/graphgen\.css\?v="))) == count
    assert len(page.find_all("script", src=re.compile(r"^_static/graphgen\.js\?v="), defer=True)) == count
    assert (book / "html/_static/graphgen.css").read_text("utf-8") == style()
    assert (book / "html/_static/graphgen.js").read_text("utf-8") == script()


def test_other_builders_of_sphinx_write_the_description(book):
    building.sphinx(book, {}, "text", "-W")
    text = " ".join((book / "text/page.txt").read_text("utf-8").split())
    assert "It grows by 6. apple is 3. total is apple times apple, which gives 9." in text
    assert "y is x times 3, of which the value is to be found." in text  # as a quiz asks


def test_sphinx_puts_the_picture_into_latex(book):
    building.sphinx(book, {}, "latex", "-W")
    (tex,) = (book / "latex").glob("book.tex")
    files = re.findall(r"\\sphinxincludegraphics\[width=([\d.]+)bp\]\{(\w+\.pdf)\}", tex.read_text("utf-8"))
    assert len(files) == 3
    for width, file in files:
        data = (book / "latex" / file).read_bytes()
        assert data.startswith(b"%PDF")
        (pixels,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ", data)
        assert float(width) == 0.75 * float(pixels)


def test_latex_has_the_description_where_nothing_writes_pdf(tmp_path):
    hidden = "import sys\nsys.modules['vl_convert'] = None\n"
    building.sphinx(tmp_path, BOOK, "latex", "-W", settings=hidden)
    written = (tmp_path / "latex/book.tex").read_text("utf-8")
    assert "total is apple price times 2, which gives 200." in written
    assert "sphinxincludegraphics" not in written


def test_sphinx_reads_in_parallel_and_writes_the_same_bytes(book, tmp_path):
    building.sphinx(tmp_path, BOOK, "html", "-W", "-j", "2")
    for name in ("index", "page"):
        assert (tmp_path / f"html/{name}.html").read_bytes() == (book / f"html/{name}.html").read_bytes()


def test_pictures_speak_the_language_of_the_book(tmp_path):
    building.sphinx(
        tmp_path, {"index.md": "# 책\n\n```{graphgen}\nx = 1\n```\n"}, "html", "-D", "language=ko"
    )
    assert opened(tmp_path / "html/index.html").figure.summary.text == "표로 읽기"


BROKEN_ENGINE = """
import graphgen.drawing

drawn = graphgen.drawing.picture

def picture(graph, *rest):
    if "bad" in graph:
        raise ZeroDivisionError("oh")
    return drawn(graph, *rest)

graphgen.drawing.picture = picture
"""


def test_an_engine_that_fails_on_one_directive_stops_no_book(tmp_path):
    pages = {
        "index.md": "# Home\n\n```{graphgen}\nbad = 1\n```\n\n```{graphgen}\n:name: x\nx = 1\n```\n\n"
        "{graphgen}`x.value(x)`\n"
    }
    output = building.sphinx(tmp_path, pages, settings=BROKEN_ENGINE)
    assert (
        "index.md:3: WARNING: graphgen failed on this source: ZeroDivisionError: oh; please report it"
        in output
    )
    page = opened(tmp_path / "html/index.html")
    assert len(page.find_all("figure", class_="graphgen")) == len(page.find_all(class_="graphgen-error")) == 1
    building.sphinx(tmp_path / "strict", pages, "html", "-W", code=1, settings=BROKEN_ENGINE)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A book with a page for each fault, by its place among them, and what Sphinx says."""
    folder = tmp_path_factory.mktemp("faulty")
    titles = {"rst": "Page\n====\n\n", "md": "# Page\n\n"}
    pages = {f"p{at}.{kind}": titles[kind] + text for at, (kind, text, _) in enumerate(FAULTS.values())}
    pages |= {"index.rst": "Home\n====\n\n.. toctree::\n   :glob:\n\n   *\n"}
    pages |= {"part.txt": "Part\n\n.. graphgen::\n\n   y = relo(1)\n"}
    return folder, building.sphinx(folder, pages, "html", "-W", code=1)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_a_warning_of_sphinx_with_its_place(faulty, name):
    folder, output = faulty
    at, (kind, _, message) = list(FAULTS).index(name), FAULTS[name]
    assert (message if message.startswith("part") else f"p{at}.{kind}:{message}") in output
    page = opened(folder / f"html/p{at}.html")
    assert bool(page.find(class_="graphgen-error")) != ("unknown option" in message)  # which Sphinx refuses
