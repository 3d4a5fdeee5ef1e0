from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphgen.errors import Place, SourceError
from graphgen.graph.link import checked, is_absolute, read_label

PAGE = "https://site.example/make/page.html"

SAFE = [
    *("tax.md", "tax.md#rates", "../learn/tax.md", "./tax.md", "deep/tax/", "..", "#rates", "소비세.md#세율"),
    *("files/shop.csv", "shop.csv?year=2026&part=1", "sales%20tax.md", "a(b).md", "a/b:c.md"),
    *(
        "https://example.org",
        "http://example.org/a?b=c&d=e#f",
        "HTTPS://Example.org/",
        "https://ann@example.org:8080",
    ),
    *("mailto:ann@example.org", "MailTo:ann@example.org?subject=tax", "https://en.wikipedia.org/wiki/A_(b)"),
]
UNSAFE = [
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "vbscript:x",
        "data:text/html,<script>",
        "DATA:text/html;x",
    ),
    *(" javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)"),
    *("\u00a0javascript:alert(1)", "\u200bjavascript:alert(1)", "javascript\u202e:alert(1)", "\ufefftax.md"),
    *(
        "javascript&colon;alert(1)",
        "java&#115;cript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "j&Tab;avascript:x",
    ),
    *("//host", "//host/tax.md", "/tax.md", "\\\\host\\tax.md", "\\tax.md", "/\\host", "https:tax.md"),
    *(
        "https:/host",
        "https:///host",
        "https://",
        "https://:80",
        "https://@host",
        "http:",
        "mailto:",
        "mailto:?x",
    ),
    *(
        "file:///etc/passwd",
        "ftp://host/x",
        "blob:x",
        "about:blank",
        "C:\\tax.md",
        "c:tax.md",
        "view-source:x",
    ),
    *(
        "",
        "#",
        "?",
        "?a=b",
        "tax.md rates",
        'tax.md "title"',
        "<tax.md>",
        "a]b.md",
        "[a.md",
        "a`b",
        "a{1..2}",
    ),
    *("x" * 9 + '"onclick="x', "tax.md'><a\x7f", "tax.md\u2028", "\ud800.md", "a^b", "a|b"),
]


@pytest.mark.parametrize("target", SAFE)
def test_a_page_a_file_and_the_web_may_be_linked(target):
    assert checked(target) == target


@pytest.mark.parametrize("target", UNSAFE, ids=ascii)
def test_anything_else_is_refused(target):
    with pytest.raises(SourceError) as caught:
        checked(target, Place(2, 9))
    assert str(caught.value).startswith("2:9: a label cannot link to ")
    assert str(caught.value).isprintable()


@given(
    st.text(st.sampled_from("javscript:/\\?#&;@. \t\nhttpsmailo\u00a0\u200b%[]()x"), max_size=20)
    | st.text(max_size=20)
)
@example("http://example.org")
def test_what_is_accepted_leads_nowhere_else(target):
    try:
        checked(target)
    except SourceError:
        return
    scheme = urlsplit(urljoin(PAGE, target)).scheme
    assert scheme in ("http", "https", "mailto")
    if not is_absolute(target):
        assert urlsplit(urljoin(PAGE, target)).netloc == "site.example"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[sales tax](tax.md)", ("sales tax", "tax.md")),
        ("[ 소비세 $x_1$ ](tax.md#세율)", ("소비세 $x_1$", "tax.md#세율")),
        ("[a] [b](tax.md)", ("a] [b", "tax.md")),
        ("[](tax.md)", ("", "tax.md")),
        ("[a](b_(c).md)", ("a", "b_(c).md")),
        ("sales tax", ("sales tax", None)),
        ("", ("", None)),
        ("see [tax](tax.md)", ("see [tax](tax.md)", None)),
        ("[tax](tax.md) is it", ("[tax](tax.md) is it", None)),
        ("[tax] (tax.md)", ("[tax] (tax.md)", None)),
        ("[0, 1]", ("[0, 1]", None)),
    ],
)
def test_a_label_is_a_link_as_a_whole_or_none(written, read):
    assert read_label(written) == read


@pytest.mark.parametrize(
    "written", ["[a](b.md) [c](d.md)", "[a]()", "[a](javascript:alert(1))", "[a](b](c.md)"]
)
def test_a_label_that_looks_like_a_link_is_not_let_pass(written):
    with pytest.raises(SourceError, match="a label cannot link to "):
        read_label(written)
