"""Files, outputs and what is kept, in books that Sphinx really builds."""

import subprocess
import sys
from collections import Counter
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from builders import building

SHOP = "apple = 100  # apple price\ntotal = apple * 2\n"
RST = "Page\n====\n\n.. graphgen::\n   :file: {}\n"
MYST = "# Page\n\n```{{graphgen}}\n:file: {}\n```\n"
SAME = ".. graphgen::\n\n   x = 2\n   y = x * x\n\n"
BOOK = {
    "index.rst": f"""
Home
====

It costs :graphgen:`shop.value(total)`, by :graphgen:`shop.chain_rule(apple)`.

.. graphgen::
   :name: shop
   :file: shared/shop.graph

{SAME}{SAME}

.. toctree::
   :glob:

   sub/*
""",
    "sub/page.rst": RST.format("../shared/shop.graph"),
    "sub/myst.md": MYST.format("../shared/shop.graph"),
    "shared/shop.graph": SHOP,
}
SLOW = ("sympy", "networkx", "wasmtime", "graphviz", "numpy", "latex2mathml")


def opened(file):
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


def figures(folder):
    return [figure for file in sorted(folder.glob("**/*html")) for figure in opened(file).find_all("figure")]


def loaded(folder, *arguments):
    """The slow modules that a build of the book loads in its process."""
    code = (
        "import sys; from sphinx.cmd.build import main\n"
        f"assert main({['-q', '-W', *arguments]!r}) == 0\n"
        f"print([name for name in {SLOW!r} if name in sys.modules], end='')"
    )
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, encoding="utf-8").stdout


# Files


def test_pages_show_the_file_that_they_name_and_are_made_anew_with_it(tmp_path):
    pages = {
        "index.md": "# Home\n",
        "sub/one.rst": ":orphan:\n\n" + RST.format("../shop.graph"),
        "sub/two.md": "---\norphan: true\n---\n" + MYST.format("../shop.graph"),
    }

    def descriptions():
        return [opened(tmp_path / f"html/sub/{name}.html").figure.desc.text for name in ("one", "two")]

    for price in (100, 130):
        building.sphinx(tmp_path, pages | {"shop.graph": SHOP.replace("100", str(price))}, "html", "-W")
        assert all(f"which gives {price * 2}." in description for description in descriptions())
    output = building.sphinx(tmp_path, {"shop.graph": "apple = 3\ntotal = relo(apple)\n"}, "html")
    assert output.count("/shop.graph:2: WARNING: 'relo(apple)' calls the unknown function") == 2
    assert building.sphinx(tmp_path, {"shop.graph": SHOP}, "html", "-W") == ""
    assert all("which gives 200." in description for description in descriptions())


def test_a_file_that_was_missing_is_found_when_it_is_there(tmp_path):
    output = building.sphinx(tmp_path, {"index.rst": RST.format("shop.graph")})
    assert "index.rst:4: WARNING: file='shop.graph' cannot be read: No such file" in output
    building.sphinx(tmp_path, {"shop.graph": SHOP}, "html", "-W")
    assert opened(tmp_path / "html/index.html").figure


@pytest.mark.parametrize(
    ("written", "builder", "page"),
    [
        ("help", "html", "../help.html"),
        ("{language}/help.rst", "dirhtml", "../../ko/help/"),
        ("help", "singlehtml", ""),
        ("https://example.org/help", "html", "https://example.org/help"),
        ("", "html", None),
    ],
)
def test_the_box_of_an_error_links_to_what_explains_it(tmp_path, written, builder, page):
    pages = dict.fromkeys(("help.rst", "ko/help.rst"), ":orphan:\n\nHelp\n====\n")
    pages |= {"index.rst": "Home\n====\n\n.. toctree::\n\n   sub/page\n"}
    pages |= {"sub/page.rst": "Page\n====\n\n.. graphgen::\n\n   y = relo(x)\n"}
    settings = f'graphgen_troubleshooting = "{written}"\nlanguage = "ko"'
    output = building.sphinx(tmp_path, pages, builder, settings=settings)
    assert output.count("WARNING") == 1
    pages_of = {"html": "sub/page.html", "dirhtml": "sub/page/index.html", "singlehtml": "index.html"}
    file = tmp_path / builder / pages_of[builder]
    links = opened(file).select(".graphgen-error a")
    entry = "#source:~:text=calls%20the%20unknown%20function"
    assert [(link["href"], link.text) for link in links] == (
        [] if page is None else [(page + entry, "문제 해결")]
    )


def test_a_page_that_explains_errors_and_is_missing_is_told(tmp_path):
    output = building.sphinx(
        tmp_path, {"index.rst": "Home\n====\n"}, settings='graphgen_troubleshooting = "gone"'
    )
    assert "WARNING: graphgen_troubleshooting names 'gone', which is not in the book" in output


FAULTS = {
    "outside": (RST.format("../secret.graph"), "4: WARNING: file='../secret.graph' does not lie in"),
    "from the root": (RST.format("/etc/passwd"), "4: WARNING: file='/etc/passwd' does not lie in"),
    "by a link": (RST.format("linked.graph"), "4: WARNING: file='linked.graph' does not lie in"),
    "two sources": (
        RST.format("shop.graph") + "\n   x = 1\n",
        "4: WARNING: the fence names a file, and holds lines as well; leave out one of them",
    ),
    "an option": (RST.format("shop.graph") + "   :focus: q\n", "4: WARNING: focus='q' "),
    "a source": (RST.format("broken.graph"), "/broken.graph:3: WARNING: 'relo(1)' calls the unknown"),
    "an empty one": (RST.format("empty.graph"), "/empty.graph:1: WARNING: the source is empty"),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A book with a page for each fault, by its place among them, and what Sphinx says."""
    folder = tmp_path_factory.mktemp("faulty")
    building.write(folder, {"secret.graph": "secret = 1\n", "book/shop.graph": SHOP})
    try:
        (folder / "book/linked.graph").symlink_to(folder / "secret.graph")
    except OSError:
        pytest.skip("the system has no symbolic links")
    files = {"broken.graph": "\nx = 1\ny = relo(1)\n", "empty.graph": ""}
    files |= {"index.rst": "Home\n====\n\n.. toctree::\n   :glob:\n\n   *\n"}
    files |= {f"p{at}.rst": page for at, (page, _) in enumerate(FAULTS.values())}
    return folder / "book", building.sphinx(folder / "book", files, "html", "-W", code=1)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_file_is_told_where_it_is(faulty, name):
    folder, output = faulty
    at, (_, message) = list(FAULTS).index(name), FAULTS[name]
    assert (message if message.startswith("/") else f"p{at}.rst:{message}") in output
    assert "secret = 1" not in (folder / f"html/p{at}.html").read_text("utf-8")


# What is kept


def test_a_second_build_says_the_same_and_loads_nothing_that_is_slow(tmp_path):
    building.write(tmp_path, {"conf.py": 'extensions = ["graphgen.sphinx", "myst_parser"]\n'} | BOOK)
    shared = ("-d", "kept", ".")
    assert "sympy" in loaded(tmp_path, "-b", "html", *shared, "one")
    assert loaded(tmp_path, "-E", "-b", "html", *shared, "two") == "[]"
    assert loaded(tmp_path, "-E", "-b", "text", *shared, "text") == "[]"
    for name in ("index.html", "sub/page.html", "sub/myst.html", "_static/graphgen.js"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_second_build_of_pdf_computes_nothing(tmp_path):
    building.write(tmp_path, {"conf.py": 'extensions = ["graphgen.sphinx", "myst_parser"]\n'} | BOOK)
    arguments = ("-E", "-b", "latex", "-d", "kept", ".", "latex")
    assert "sympy" in loaded(tmp_path, *arguments)
    again = loaded(tmp_path, *arguments)
    assert "sympy" not in again
    assert "wasmtime" not in again


def test_only_what_was_edited_is_drawn(tmp_path):
    building.sphinx(tmp_path, BOOK, "html", "-W")
    kept = tmp_path / "html/.doctrees/graphgen"
    before = set(kept.iterdir())
    page = BOOK["index.rst"].replace(SAME, ".. graphgen::\n\n   z = 7\n\n" + SAME, 1)
    building.sphinx(tmp_path, {"index.rst": page}, "html", "-W", "-E")
    assert len(set(kept.iterdir()) - before) == 1


def test_a_book_may_keep_nothing(tmp_path):
    building.sphinx(tmp_path, BOOK, "html", "-W", settings="graphgen_cache = False")
    assert not (tmp_path / "html/.doctrees/graphgen").exists()
    assert len(figures(tmp_path / "html")) == 5


def test_a_cache_that_cannot_be_written_stops_no_build(tmp_path):
    building.write(tmp_path, {"html/.doctrees/graphgen": "a file in its place"})
    output = building.sphinx(tmp_path, BOOK, "html", "-W")
    assert output.count("cannot be written to") == 1
    assert len(figures(tmp_path / "html")) == 5


def test_after_an_update_all_pages_are_made_anew(tmp_path):
    building.sphinx(tmp_path, BOOK, "html", "-W")
    first = (tmp_path / "html/index.html").stat().st_mtime_ns
    building.sphinx(tmp_path, {}, "html", "-W")
    assert (tmp_path / "html/index.html").stat().st_mtime_ns == first
    module = "graphgen.integrations.sphinx"
    updated = f"import {module}\n{module}.fingerprint = lambda: 'f' * 64\n"
    building.sphinx(tmp_path, {}, "html", "-W", settings=updated)
    assert (tmp_path / "html/index.html").stat().st_mtime_ns > first


# Outputs


@pytest.mark.parametrize("arguments", [(), ("-j", "2")], ids=["one process", "two"])
def test_no_id_is_twice_on_a_page_or_in_a_book_of_one_page(tmp_path, arguments):
    for builder in ("html", "dirhtml", "singlehtml"):  # of which the first reads the pages
        building.sphinx(tmp_path, BOOK, builder, "-W", "-d", "read", *arguments)
        shown = figures(tmp_path / builder)
        assert len(shown) == 5
        ids = Counter(part["id"] for figure in shown for part in [figure, *figure.find_all(id=True)])
        assert [id for id, count in ids.items() if count > 1] == []


def test_an_id_stays_while_others_come_before_it(tmp_path):
    page = "Home\n====\n\n"
    building.sphinx(tmp_path, {"index.rst": page + SAME}, "html", "-W")
    (first,) = figures(tmp_path / "html")
    building.sphinx(tmp_path, {"index.rst": f"{page}.. graphgen::\n\n   z = 7\n\n{SAME}"}, "html", "-W")
    assert figures(tmp_path / "html")[1]["id"] == first["id"]


def test_an_epub_has_pictures_that_xml_knows(tmp_path):
    building.sphinx(tmp_path, BOOK, "epub")
    svg = "{http://www.w3.org/2000/svg}"
    pages = [ElementTree.parse(tmp_path / f"epub/{name}.xhtml") for name in ("index", "sub/page", "sub/myst")]
    assert [len(list(page.iter(f"{svg}svg"))) for page in pages] == [3, 1, 1]
    assert all(list(page.iter(f"{svg}ellipse")) for page in pages)
    assert (tmp_path / "epub/_static/graphgen.css").read_text("utf-8").endswith("{max-width:100%}")


def test_a_page_may_show_the_source_beside_the_picture(tmp_path):
    page = RST.format("shop.graph") + "   :source: yes\n"
    building.sphinx(tmp_path, {"index.rst": page, "shop.graph": SHOP}, "html", "-W")
    shown = opened(tmp_path / "html/index.html").find(class_="graphgen-with-source")
    assert shown.pre.text.strip() == SHOP.strip()
    assert shown.figure
    building.sphinx(tmp_path, {}, "text", "-W")
    output = (tmp_path / "text/index.txt").read_text("utf-8")
    assert "   apple = 100  # apple price" in output
    assert "apple price is 100." in output


@pytest.mark.parametrize("builder", ["man", "texinfo", "xml", "pseudoxml", "gettext"])
def test_builders_without_pictures_end_well(tmp_path, builder):
    building.sphinx(tmp_path, BOOK, builder, "-W", settings='man_pages = [("index", "book", "Book", "", 1)]')
