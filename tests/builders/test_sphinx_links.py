"""Links of labels in books that Sphinx really builds."""

import pytest
from bs4 import BeautifulSoup
from builders import building
from links import address, addresses

RATES = {"rst": "Tax\n===\n\nRates\n-----\n", "md": "# Tax\n\n## 세율 표\n\n(low)=\n\n## Rates\n"}
FIGURE = "Page\n====\n\nHere\n----\n\n.. graphgen::\n\n   x = 3  # [rate](TARGET)\n   y = x * 2\n"
SLUGS = "myst_heading_anchors = 2"


def book(target, figure=FIGURE):
    """A book in which the picture of a page links to the target."""
    return others() | {"sub/page.rst": figure.replace("TARGET", target)}


def others():
    pages = {"tax.rst": RATES["rst"], "sub/sales tax.md": RATES["md"], "prices.csv": "100\n"}
    toctree = ".. toctree::\n   :glob:\n\n   *\n   sub/*\n"
    return pages | {"index.rst": f"Home\n====\n\n{toctree}"}


def linking(targets):
    """A book with a page for each target, by its place among them; OWN in a target is that page."""
    return others() | {
        f"sub/p{at}.rst": FIGURE.replace("TARGET", target.replace("OWN", f"p{at}"))
        for at, target in enumerate(targets)
    }


def leads(file):
    """The one address to which all links of the pictures of a page lead."""
    page = BeautifulSoup(file.read_text("utf-8"), "html.parser")
    (found,) = {address for figure in page.find_all("figure") for address in addresses(figure)}
    return found


ADDRESSES = {
    "a document": ("../tax.rst", "../tax.html"),
    "a document without its ending": ("../tax", "../tax.html"),
    "a heading": ("../tax.rst#rates", "../tax.html#rates"),
    "a document beside it in MyST": ("sales%20tax.md", "sales%20tax.html"),
    "a heading of MyST": ("sales%20tax.md#세율-표", "sales%20tax.html#id1"),
    "a label of MyST": ("sales%20tax.md#low", "sales%20tax.html#low"),
    "a heading of its own": ("#here", "#here"),
    "its own document": ("OWN.rst", "#"),
    "its own heading by its path": ("OWN.rst#here", "#here"),
    "a site": ("https://example.org/?a=1&b=2#c", "https://example.org/?a=1&b=2#c"),
    "mail": ("mailto:ann@example.org", "mailto:ann@example.org"),
}


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("linked")
    targets = [target for target, _ in ADDRESSES.values()]
    building.sphinx(folder, linking(targets), "html", "-W", settings=SLUGS)
    return folder / "html/sub"


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_label_links_to_the_address_of_a_document(linked, name):
    assert leads(linked / f"p{list(ADDRESSES).index(name)}.html") == ADDRESSES[name][1]


def test_a_file_that_is_no_document_goes_with_the_book(tmp_path):
    building.sphinx(tmp_path, book("../prices.csv"), "html", "-W", "-j", "2")
    address = leads(tmp_path / "html/sub/page.html")
    assert address.startswith("../_downloads/")
    assert (tmp_path / "html/sub" / address).read_text("utf-8") == "100\n"


MISSING = {
    "a document": ("taxes.rst", "a label links to 'taxes.rst', which is not in the book"),
    "a document outside": ("../../tax.rst", "a label links to '../../tax.rst', which is not in the book"),
    "a file outside": ("../../secret.csv", "a label links to '../../secret.csv', which is not in the book"),
    "a heading": ("../tax.rst#rate", "a label links to '../tax.rst#rate', but tax has no such anchor"),
    "a heading of its own": ("#there", "a label links to '#there', but sub/OWN has no such anchor"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("broken")
    building.write(folder, {"secret.csv": "100\n"})
    targets = [target for target, _ in MISSING.values()]
    return folder / "book", building.sphinx(folder / "book", linking(targets), "html", "-W", code=1)


@pytest.mark.parametrize("name", MISSING)
def test_a_link_to_what_is_missing_is_a_warning_and_never_leads_there(broken, name):
    folder, said = broken
    page, message = f"p{list(MISSING).index(name)}", MISSING[name][1]
    assert f"{page}.rst:9: WARNING: {message.replace('OWN', page)} [graphgen.link]" in said
    html = BeautifulSoup((folder / f"html/sub/{page}.html").read_text("utf-8"), "html.parser")
    assert html.figure.svg.find("text", string="rate")
    assert {address(link) for link in html.figure.find_all("a")} <= {"../tax.html", "#"}


@pytest.mark.parametrize(
    ("builder", "file", "address"),
    [
        ("dirhtml", "sub/page/index.html", "../../tax/#rates"),
        ("singlehtml", "index.html", "#rates"),
        ("epub", "sub/page.xhtml", "../tax.xhtml#rates"),
    ],
)
def test_addresses_are_those_of_the_builder(tmp_path, builder, file, address):
    building.sphinx(tmp_path, book("../tax.rst#rates"), builder)
    assert leads(tmp_path / builder / file) == address


def test_where_all_documents_are_one_page_the_first_is_its_top(tmp_path):
    building.sphinx(tmp_path, book("../index.rst"), "singlehtml", "-W")
    assert leads(tmp_path / "singlehtml/index.html") == "#"
    building.sphinx(tmp_path, book("../tax.rst"), "singlehtml", "-W")
    assert leads(tmp_path / "singlehtml/index.html") == "#document-tax"


def test_a_link_of_a_diagrams_file_is_relative_to_the_file_and_told_there(tmp_path):
    pages = book("", "Page\n====\n\n.. graphgen::\n   :file: ../shared/shop.graph\n")
    pages |= {"shared/shop.graph": "# prices\nx = 3  # [x](../tax.rst)\n"}
    building.sphinx(tmp_path, pages, "html", "-W")
    assert leads(tmp_path / "html/sub/page.html") == "../tax.html"
    text = building.sphinx(tmp_path, pages | {"shared/shop.graph": "# prices\nx = 3  # [x](tax.rst)\n"})
    assert "shared/shop.graph:2: WARNING: a label links to '../shared/../tax.rst'" not in text
    assert "shared/shop.graph:2: WARNING: a label links to '../shared/tax.rst', which is not in" in text


def test_an_epub_takes_no_files_and_has_no_link_to_one(tmp_path):
    building.sphinx(tmp_path, book("../prices.csv"), "epub")
    page = BeautifulSoup((tmp_path / "epub/sub/page.xhtml").read_text("utf-8"), "html.parser")
    assert page.figure.find_all("a") == []
