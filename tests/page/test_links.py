import pytest
from bs4 import BeautifulSoup
from links import addresses

from graphgen.options import Options
from graphgen.page import Request
from graphgen.page.links import linked, seen_from_page


@pytest.mark.parametrize(
    ("target", "file", "seen"),
    [
        ("tax.md", "shop.graph", "tax.md"),
        ("tax.md", "", "tax.md"),
        ("tax.md#rates", "../shared/shop.graph", "../shared/tax.md#rates"),
        ("../tax.md", "a b/shop.graph", "a%20b/../tax.md"),
        ("#rates", "sub/shop.graph", "#rates"),
        ("https://example.org", "sub/shop.graph", "https://example.org"),
        ("mailto:ann@example.org", "sub/shop.graph", "mailto:ann@example.org"),
    ],
)
def test_a_target_in_a_file_is_relative_to_the_file(target, file, seen):
    assert seen_from_page(target, file) == seen


LINKED = """
x = 3  # [<a href="tax.md"> & more](tax.md?a=1&b=2)
y = x * x  # [area](https://example.org/?a=1&b=2)
"""


def test_links_lead_to_the_addresses_of_a_page_and_words_that_look_like_links_stay():
    pieces = Request(LINKED, Options()).figure().pieces
    pictured, listed = {"tax.md?a=1&b=2": "../tax/?a=1&b=2"}, {"tax.md?a=1&b=2": "../tax.html"}
    before, after = (
        BeautifulSoup(text, "html.parser") for text in (linked(pieces), linked(pieces, pictured, listed))
    )
    assert set(addresses(after.svg)) == {"../tax/?a=1&b=2", "https://example.org/?a=1&b=2"}
    assert addresses(after.tbody) == ["../tax.html", "https://example.org/?a=1&b=2"]
    assert after.text == before.text
    assert [*addresses(before.tbody)] == ["tax.md?a=1&b=2", "https://example.org/?a=1&b=2"]


def test_a_link_without_an_address_is_words_alone():
    pieces, none = Request(LINKED, Options()).figure().pieces, dict.fromkeys(["tax.md?a=1&b=2"])
    before, after = (
        BeautifulSoup(text, "html.parser") for text in (linked(pieces), linked(pieces, none, none))
    )
    assert set(addresses(after)) == {"https://example.org/?a=1&b=2"}
    assert after.text == before.text


def test_an_address_cannot_leave_its_attribute():
    pieces = Request(LINKED, Options()).figure().pieces
    hostile = dict.fromkeys(["tax.md?a=1&b=2"], '"><script>alert(1)</script>')
    page = BeautifulSoup(linked(pieces, hostile, hostile), "html.parser")
    assert page.script is None
    assert addresses(page.tbody)[0] == hostile["tax.md?a=1&b=2"]
