import markdown
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from links import addresses

from graphgen.drawing.pictures import picture
from graphgen.errors import EvaluationError, OptionError, SourceError
from graphgen.integrations.fences import find_fences, placed_error
from graphgen.integrations.markdown import accept, fence, quote
from graphgen.integrations.pages import PageContext, page_context, shown_by
from graphgen.page.files import Folder

EXTENSIONS = (
    *("pymdownx.superfences", "pymdownx.inlinehilite", "pymdownx.tabbed"),
    *("attr_list", "admonition", "footnotes", "md_in_html"),
)


def converted(text, formatter=fence):
    """A page as Python-Markdown makes it, without any site builder."""
    custom = {"name": "graphgen", "class": "graphgen", "format": formatter, "validator": accept}
    configured = {
        "pymdownx.superfences": {"custom_fences": [custom]},
        "pymdownx.inlinehilite": {
            "custom_inline": [{"name": "graphgen", "class": "graphgen", "format": quote}]
        },
        "pymdownx.tabbed": {"alternate_style": True},
    }
    html = markdown.Markdown(extensions=list(EXTENSIONS), extension_configs=configured).convert(text)
    return BeautifulSoup(html, "html.parser")


@pytest.fixture
def page():
    """Converts a text as a page of a site, whose file it knows; gives the page's context."""

    def convert(text, folder=None, **defaults):
        context = PageContext("docs/page.md", list(find_fences(text)), text=text, defaults=defaults)
        context.folder = folder or context.folder
        page_context.set(context)
        context.html = converted(text)
        return context

    yield convert
    page_context.set(None)


def messages(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "mkdocs.plugins.graphgen"]


PAGES = {
    "none": ("x\n\n    y\n", []),
    "plain": ("text\n\n```graphgen\nx = 1\ny = x\n```\n", [(3, "x = 1\ny = x")]),
    "options": ('```graphgen show="forward"\nx = 1\n```', [(1, "x = 1")]),
    "attributes": ('```{.graphgen show="forward"}\nx = 1\n```', [(1, "x = 1")]),
    "attributes behind the name": ('``` graphgen {.wide show="forward"}\nx = 1\n```', [(1, "x = 1")]),
    "an id before the class": ("``` { #id .graphgen .wide }\nx = 1\n```", [(1, "x = 1")]),
    "a dot before the name": ("```.graphgen\nx = 1\n```", [(1, "x = 1")]),
    "tildes": ("~~~graphgen\nx = 1\n~~~", [(1, "x = 1")]),
    "more marks": ("`````graphgen\nx = 1\n`````", [(1, "x = 1")]),
    "space behind the marks": ("```graphgen  \nx = 1\n```  ", [(1, "x = 1")]),
    "two": ("```graphgen\nx = 1\n```\n\n```graphgen\ny = 2\n```", [(1, "x = 1"), (5, "y = 2")]),
    "no line between": ("```graphgen\nx = 1\n```\n```graphgen\ny = 2\n```", [(1, "x = 1"), (4, "y = 2")]),
    "right behind text": ("text\n```graphgen\nx = 1\n```\ntext", [(2, "x = 1")]),
    "empty lines inside": ("```graphgen\n\nx = 1\n\n\ny = x\n\n```", [(1, "\nx = 1\n\n\ny = x\n")]),
    "windows": ("text\r\n\r\n```graphgen\r\nx = 1\r\ny = x\r\n```\r\n", [(3, "x = 1\ny = x")]),
    "line separator": ("a\u2028b\x0cc\n\n```graphgen\nx = 1  # a\u2028b\n```", [(3, "x = 1  # a\u2028b")]),
    "list": ("- item\n\n    ```graphgen\n    x = 1\n    y = x\n    ```", [(3, "x = 1\ny = x")]),
    "list with tabs": ("- item\n\n\t```graphgen\n\tx =\t1\n\t```", [(3, "x =\t1")]),
    "nested list": ("- a\n\n    - b\n\n        ```graphgen\n        x = 1\n        ```", [(5, "x = 1")]),
    "admonition": ('!!! note "n"\n\n    ```graphgen\n    x = 1\n    ```', [(3, "x = 1")]),
    "tab": ('=== "A"\n\n    ```graphgen\n    x = 1\n    ```', [(3, "x = 1")]),
    "footnote": ("a[^1]\n\n[^1]:\n    text\n\n    ```graphgen\n    x = 1\n    ```", [(6, "x = 1")]),
    "quote": ("> text\n>\n> ```graphgen\n> x = 1\n>\n> y = x\n> ```", [(3, "x = 1\n\ny = x")]),
    "nested quote": ("> > ```graphgen\n> > x = 1\n> > ```", [(1, "x = 1")]),
    "list in a quote": ("> - a\n>\n>     ```graphgen\n>     x = 1\n>     ```", [(3, "x = 1")]),
    "quote in a list": ("- a\n\n    > ```graphgen\n    > x = 1\n    > ```", [(3, "x = 1")]),
    "html": ('<div markdown="1">\n\n```graphgen\nx = 1\n```\n\n</div>', [(3, "x = 1")]),
    "shown in a longer fence": ("````markdown\n```graphgen\nx = 1\n```\n````\n", []),
    "shown in tildes": ("~~~\n```graphgen\nx = 1\n```\n~~~\n", []),
    "behind one that is shown": (
        "````\n```graphgen\nx = 1\n```\n````\n\n```graphgen\ny = 2\n```",
        [(7, "y = 2")],
    ),
    "inside code": ("``` ```graphgen x ``` ```\n\n```graphgen\nx = 1\n```", [(3, "x = 1")]),
    "other languages": (
        "```graphgen2\nx\n```\n\n```graphgen-x\nx\n```\n\n```{.py .graphgen}\nx\n```",
        [],
    ),
    "other case": ("```Graphgen\nx = 1\n```", []),
    "behind a list's mark": ("- ```graphgen\n  x = 1\n  ```", []),
    "code of another indent inside": ("```graphgen\nx = 1\n  ```\n```", [(1, "x = 1\n  ```")]),
}


@pytest.mark.parametrize(("text", "fences"), PAGES.values(), ids=PAGES)
def test_the_fences_of_a_page_are_those_that_markdown_draws(text, fences):
    found = list(find_fences(text))
    assert [(fence.line, fence.source) for fence in found] == fences
    drawn = []
    converted(text, lambda source, *_, **__: drawn.append(source) or "")
    assert [source.split() for source in drawn] == [source.split() for _, source in fences]


LINES = (
    *("", "text", "    x = 1", "x = 1", "> x = 1", ">", "    ", "```", "````", "~~~", "```python", "``` end"),
    *("```graphgen", "````graphgen", "~~~graphgen", "    ```graphgen", "    ```", "\t```graphgen", "\t```"),
    *("> ```graphgen", "> ```", "> > ```graphgen", "> > ```", ">     ```graphgen", ">     ```"),
)


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_any_page_is_read_as_markdown_reads_it(lines):
    text = "\n".join(lines)
    drawn = []
    converted(text, lambda source, *_, **__: drawn.append(source) or "")
    closed = [fence.source for fence in find_fences(text) if fence.is_closed]
    assert [source.split() for source in closed] == [source.split() for source in drawn]


NOT_CLOSED = "the fence is not closed; end it with the same marks, indented as it is"
UNREADABLE = {
    "at the end": ("```graphgen\nx = 1\n", f"1: {NOT_CLOSED}"),
    "fewer marks": ("````graphgen\nx = 1\n```", f"1: {NOT_CLOSED}"),
    "more marks": ("```graphgen\nx = 1\n````", f"1: {NOT_CLOSED}"),
    "other marks": ("~~~graphgen\nx = 1\n```", f"1: {NOT_CLOSED}"),
    "words behind the marks": ("```graphgen\nx = 1\n``` end", f"1: {NOT_CLOSED}"),
    "less indent": ("    ```graphgen\n    x = 1\n  y = 2\n    ```", f"1: {NOT_CLOSED}"),
    "end of the quote": ("> ```graphgen\n> x = 1\n\ntext\n", f"1: {NOT_CLOSED}"),
    "no quotes around a value": (
        "a\n\n```graphgen show=forward\nx = 1\n```",
        "3: 'show=forward' is not readable in the fence's header; write options as name=\"value\"",
    ),
    "space around the sign": (
        '```graphgen show = "forward"\nx = 1\n```',
        '1: \'= "forward"\' is not readable in the fence\'s header; write options as name="value"',
    ),
    "no closing brace": (
        "```graphgen {.wide\nx = 1\n```",
        "1: '{.wide' is not readable in the fence's header; write options as name=\"value\"",
    ),
}


@pytest.mark.parametrize(("text", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_fence_that_markdown_passes_over_is_reported(text, message, page, caplog):
    context = page(text)
    assert context.html.figure is None
    assert [str(error) for error in context.missed()] == [f"docs/page.md:{message}"]
    assert messages(caplog) == []


HEADERS = {
    "nothing": ("", {}),
    "double quotes": ('show="forward backward"', {"show": "forward backward"}),
    "single quotes": ("title='say \"x\"'", {"title": 'say "x"'}),
    "several": ('show="forward"  digits="2"\ttitle=""', {"show": "forward", "digits": "2", "title": ""}),
    "a bare word": ("forward", {"forward": "forward"}),
    "signs in a value": (
        'highlight="x > t" title="{a} = b, #c"',
        {"highlight": "x > t", "title": "{a} = b, #c"},
    ),
    "no space between": ('digits="2"title="T"', {"digits": "2", "title": "T"}),
    "braces": ('{ #id .wide show="forward" digits=2 }', {"show": "forward", "digits": "2"}),
    "braces in braces": ('{title="{a}"}', {"title": "{a}"}),
}


@pytest.mark.parametrize(("header", "options"), HEADERS.values(), ids=HEADERS)
def test_a_header_is_read_as_markdown_reads_it(header, options):
    text = f"```graphgen {header}\nx = 1\n```"
    read = []
    converted(text, lambda source, name, css, options, *_, **__: read.append(options["graphgen"]) or "")
    assert [fence.options() for fence in find_fences(text)] == read
    assert read == [options]


def test_a_page_holds_a_figure_where_the_fence_was():
    html = converted('before\n\n```graphgen show="forward"\nx = 3\ny = x * x\n```\n\nafter')
    assert [element.name for element in html.find_all(recursive=False)] == ["p", "figure", "p"]
    assert html.desc.text == "x is 3. y is x times x, which gives 9. The output is y."


@pytest.mark.parametrize("name", ["list", "admonition", "tab", "footnote", "nested quote", "html"])
def test_a_figure_stands_inside_what_its_fence_stands_in(name):
    text, _ = PAGES[name]
    inside = {"list": "li", "footnote": "li", "nested quote": "blockquote"}.get(name, "div")
    assert converted(text).figure.find_parent(inside)


def test_a_fence_in_an_indented_block_is_code():
    html = converted("text\n\n    ```graphgen\n    x = 1\n    ```\n")
    assert html.figure is None
    assert html.code.text == "```graphgen\nx = 1\n```\n"


def test_every_picture_of_a_page_has_ids_of_its_own():
    html = converted("```graphgen\nx = 1\n```\n" * 3 + '```graphgen title="T"\nx = 1\n```\n')
    first, second, third, other = (figure["id"] for figure in html.find_all("figure"))
    assert (second, third) == (f"{first}-2", f"{first}-3")
    assert not other.startswith(first)
    ids = [element["id"] for element in html.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_a_page_comes_out_the_same_every_time():
    assert converted(PAGES["two"][0]) == converted(PAGES["two"][0])


def test_the_language_of_the_page_is_the_default(page):
    text = '```graphgen\nx = 1\n```\n\n```graphgen language="en"\nx = 1\n```'
    context = page(text, language="ko")
    assert [figure["lang"] for figure in context.html.find_all("figure")] == ["ko", "en"]
    assert (context.pictures, list(context.missed())) == (2, [])
    assert context.levels == {"proved": 2 * shown_by("x = 1", {}, {}).levels["proved"]}


FAULTS = {
    "source": (
        "```graphgen\nx = 1\ny = x.z\n```",
        "3:5: 'x.z' looks inside a value with a dot; use plain names",
    ),
    "in a list": ("- a\n\n    ```graphgen\n    x = 1\n    y = relo(x)\n    ```", "5:9: 'relo(x)' calls"),
    "in a quote": ("> ```graphgen\n> y = relo(x)\n> ```", "2:7: 'relo(x)' calls the unknown function"),
    "behind tabs": ("- a\n\n\t```graphgen\n\ty =\t relo(x)\n\t```", "4:7: 'relo(x)' calls the unknown"),
    "behind empty lines": ("```graphgen\n\n\ny = relo(x)\n```", "4:5: 'relo(x)' calls the unknown function"),
    "the second of two": (
        "```graphgen\nx = 1\n```\n\n```graphgen\nx = 1.\ny = x.z\n```",
        "7:5: 'x.z' looks inside a value",
    ),
    "the second of two sources": (
        '```graphgen\nx = 1\n```\n\n```graphgen digits="1"\nx = 1\n```',
        "5: digits='1' is not known; it takes",
    ),
    "unknown option": (
        'text\n\n```graphgen shwo="forward"\nx = 1\n```',
        "3: 'shwo' is not an option; did you mean 'show'? the options are show, ",
    ),
    "bare word": ("```graphgen forward\nx = 1\n```", "1: 'forward' is not an option; the options are"),
    "unknown word": ('```graphgen show="all"\nx = 1\n```', "1: show='all' is not known; it takes"),
    "no value": ("```graphgen\nx = 0\ny = log(x)\n```", "3:5: 'y' (log(x)) at x = 0"),
    "no such node": ('```graphgen focus="q"\nx = 1\n```', "1: focus='q' is not a named operation; "),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_shown_is_a_warning_and_a_box_at_its_place(text, message, page, caplog):
    context = page(text)
    (warning,) = messages(caplog)
    assert warning.startswith(f"docs/page.md:{message}")
    box = context.html.find(class_="graphgen-error")
    assert box.p.text == f"graphgen: {warning}"
    assert any(box.code.text.endswith(fence.source) for fence in context.fences)
    assert list(context.missed()) == []


def test_without_a_site_builder_the_place_is_that_in_the_fence(caplog):
    html = converted("text\n\n```graphgen\nx = 1\ny = relo(x)\n```")
    (warning,) = messages(caplog)
    assert warning.startswith("2:5: 'relo(x)' calls the unknown function 'relo'")
    assert html.find(class_="graphgen-error").p.text == f"graphgen: {warning}"


def test_a_verification_failure_is_a_warning_and_a_box(page, caplog, break_vjp):
    break_vjp("multiply")
    context = page("```graphgen\nx = 3\ny = x * 2\n```")
    (warning,) = messages(caplog)
    assert warning.startswith(
        "docs/page.md:3:5: the contribution x → y is 20 by the op table's rules, 2 by SymPy"
    )
    assert context.html.find(class_="graphgen-error")
    assert (context.pictures, context.levels) == (0, {})


def test_a_fence_whose_text_came_from_elsewhere_is_drawn(page, caplog):
    text = "```graphgen\n--8<-- 'x.graph'\n```"
    page_context.set(context := PageContext("docs/page.md", list(find_fences(text))))
    converted(text.replace("--8<-- 'x.graph'", "x = 1"))
    assert (context.pictures, list(context.missed())) == (1, [])
    converted("```graphgen\nx = y.z\n```")
    (warning,) = messages(caplog)
    assert warning.startswith("docs/page.md (in a fence):1:5: 'y.z' looks inside a value")


@pytest.mark.parametrize("kind", [ZeroDivisionError, MemoryError, RecursionError, OverflowError, KeyError])
def test_what_an_engine_raises_is_a_warning_and_a_box_at_its_place(page, caplog, monkeypatch, kind):
    drawn = picture

    def broken(graph, *rest):
        if "bad" in graph:
            raise kind("oh")
        return drawn(graph, *rest)

    monkeypatch.setattr("graphgen.drawing.picture", broken)
    context = page("Text\n\n```graphgen\nbad = 1\n```\n\n```graphgen\nx = 1\n```")
    (warning,) = messages(caplog)
    said = f"{kind.__name__}: {kind('oh')}"
    assert (
        warning == f"docs/page.md:3: graphgen failed on this source: {said}; please report it with the source"
    )
    assert len(context.html.find_all(class_="graphgen-error")) == 1
    assert (context.pictures, list(context.missed())) == (1, [])


def test_what_an_engine_raises_at_a_quote_is_told_there(page, caplog, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("graphgen.page.quote._answer", broken)
    context = page('```graphgen name="shop"\nx = 1\n```\n\n`#!graphgen shop.value(x)`')
    (warning,) = messages(caplog)
    assert warning.startswith("docs/page.md:5: graphgen failed on this source: ZeroDivisionError: oh; ")
    assert "ZeroDivisionError" in context.html.find("strong", class_="graphgen-error").text


def test_a_reader_who_stops_the_build_stops_it(monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("graphgen.drawing.picture", stopped)
    with pytest.raises(KeyboardInterrupt):
        converted("```graphgen\nx = 1\n```")


@pytest.mark.parametrize("header", ['digits="3" title="<T>"', "title='a \"b\"'"])
def test_a_picture_can_show_its_source(header):
    html = converted(f'```graphgen source="yes" {header}\nx = 1  # a < b\n```')
    assert html.find(class_="graphgen-with-source").find("figure")
    written = html.find(class_="highlight").text
    assert written == f"```graphgen {header}\nx = 1  # a < b\n```"
    assert len(converted(written).find_all("figure")) == 1


@pytest.mark.parametrize(
    ("error", "placed"),
    [
        (SourceError("it broke", place=None), "docs/a.md:4: it broke"),
        (OptionError("it broke", "try again"), "docs/a.md:4: it broke; try again"),
    ],
    ids=["source", "option"],
)
def test_an_error_without_a_place_is_placed_at_the_fence(error, placed):
    (found,) = find_fences("\n\n\n```graphgen\nx = 1\n```")
    assert str(placed_error(error, "docs/a.md", found)) == placed
    assert type(placed_error(error, "docs/a.md", found)) is type(error)


def test_an_error_outside_any_page_stays_as_it_is():
    error = EvaluationError("it broke")
    assert placed_error(error, None, None) is error


SHOP = '```graphgen name="shop"\napple = 200\ntax = 1.1\ntotal = apple * tax\n```\n'


def test_prose_quotes_numbers_before_and_behind_their_diagram(page, caplog):
    context = page(f"`#!graphgen shop.value(total)`\n\n{SHOP}\n- `#!graphgen shop.local(total, tax)`\n")
    assert [found.text for found in context.html.find_all(class_="graphgen-number")] == ["220", "200"]
    assert messages(caplog) == []


@pytest.mark.parametrize(
    ("quoted", "message"),
    [
        ("shop.value(apples)", "'apples' is not a name in the diagram; its names are apple, tax, total"),
        ("store.value(apple)", "no diagram on this page is named 'store'; named are shop"),
        ("220", "'220' is not readable; write it like shop.gradient(apple)"),
    ],
)
def test_what_cannot_be_quoted_is_a_warning_at_its_line(quoted, message, page, caplog):
    context = page(f"{SHOP}\n`#!graphgen shop.value(total)`\n\ntext `#!graphgen {quoted}`\n")
    assert messages(caplog) == [f"docs/page.md:9: {message}"]
    assert context.html.find("strong").text == f"graphgen: docs/page.md:9: {message}"


def test_two_diagrams_of_one_name_are_refused(page, caplog):
    page(f"{SHOP}\n{SHOP.replace('200', '300')}")
    assert messages(caplog) == [
        "docs/page.md:7: a second diagram on this page is named 'shop'; choose another name"
    ]


@pytest.fixture
def shop(tmp_path):
    """The folder of a page, with a file that holds a source."""
    tmp_path.joinpath("shop.graph").write_text("x = 3  # <side>\ny = x * x\n")
    return Folder(tmp_path, tmp_path)


FROM_A_FILE = '```graphgen file="shop.graph"\n```'


@pytest.mark.parametrize(
    "text",
    [
        FROM_A_FILE,
        '```graphgen file=" ./shop.graph "\n\n  \n```',
        "``` { .graphgen file=shop.graph }\n```",
        '- item\n\n    ```graphgen file="shop.graph"\n    ```',
        '> ```graphgen file="shop.graph"\n> ```',
    ],
)
def test_a_diagram_may_come_from_a_file(text, page, shop):
    context = page(text, shop)
    assert context.html.desc.text.startswith("<side> is 3. y is <side> times <side>, which gives 9.")
    assert (context.pictures, list(context.missed())) == (1, [])


def test_without_a_site_builder_a_file_is_one_of_the_current_folder(shop, monkeypatch):
    monkeypatch.chdir(shop.path)
    assert converted(FROM_A_FILE).desc


def test_the_source_of_a_diagram_from_a_file_is_shown_with_the_fence(page, shop):
    html = page('```graphgen file="shop.graph" source="yes"\n```', shop).html
    fence_, file = html.find_all("pre")
    assert fence_.text == FROM_A_FILE
    assert file.text == "x = 3  # <side>\ny = x * x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"text\n\n{FROM_A_FILE.replace('shop', 'store')}",
            "docs/page.md:3: file='store.graph' cannot be read: No such file or directory; check the path",
        ),
        (
            'text\n\n```graphgen file="../../etc/passwd"\n```',
            "docs/page.md:3: file='../../etc/passwd' does not lie in the docs folder; name a file by its",
        ),
        (
            '\n```graphgen file="shop.graph"\nx = 1\n```',
            "docs/page.md:2: the fence names a file, and holds lines as well; leave out one of them",
        ),
        (
            '\n```graphgen file="shop.graph" focus="q"\n```',
            "docs/page.md:2: focus='q' is not a named operation",
        ),
        (
            '```graphgen file="broken.graph"\n```',
            "docs/broken.graph:2:5: 'relo(x)' calls the unknown function",
        ),
        ('```graphgen file="zero.graph"\n```', "docs/zero.graph:2:5: 'y' (log(x)) at x = 0"),
        ('```graphgen file="empty.graph"\n```', "docs/empty.graph:1: the source is empty"),
    ],
)
def test_a_fault_of_a_file_is_told_at_the_page_and_one_within_it_there(text, message, page, shop, caplog):
    shop.path.joinpath("broken.graph").write_text("x = 1\ny = relo(x)\n")
    shop.path.joinpath("zero.graph").write_text("x = 0\ny = log(x)\n")
    shop.path.joinpath("empty.graph").write_text("")
    context = page(text, shop)
    (warning,) = messages(caplog)
    assert warning.startswith(message)
    assert context.html.find(class_="graphgen-error").p.text == f"graphgen: {warning}"


LINKED = "x = 3  # [side](tax.md#rates)\ny = x * x  # [area](https://example.org/)"


def test_without_a_site_builder_links_stay_as_they_are_written():
    html = converted(f"```graphgen\n{LINKED}\n```")
    assert addresses(html.tbody) == ["tax.md#rates", "https://example.org/"]
    assert set(addresses(html.svg)) == {"tax.md#rates", "https://example.org/"}


def test_a_page_resolves_each_link_once_and_knows_where_it_stands(shop):
    resolved = []

    def resolve(target, place):
        resolved.append((target, str(place)))
        return f"up/{target}"

    shop.path.joinpath("deep").mkdir()
    shop.path.joinpath("deep/shop.graph").write_text(LINKED.replace("y = x * x", "z = x * x\ny = z * x"))
    in_a_list = f"- a\n\n    ```graphgen\n{indented(LINKED)}\n    ```"
    text = f"text\n\n{in_a_list}\n\n{FROM_A_FILE.replace('shop', 'deep/shop')}"
    context = PageContext("docs/page.md", list(find_fences(text)), text=text, folder=shop, resolve=resolve)
    page_context.set(context)
    figures = converted(text).find_all("figure")
    page_context.set(None)
    assert resolved == [
        ("tax.md#rates", "docs/page.md:6"),
        ("https://example.org/", "docs/page.md:7"),
        ("deep/tax.md#rates", "docs/deep/shop.graph:1"),
        ("https://example.org/", "docs/deep/shop.graph:3"),
    ]
    assert addresses(figures[0])[0] == "up/tax.md#rates"
    assert addresses(figures[1].tbody)[0] == "up/deep/tax.md#rates"


def indented(text):
    return "\n".join(f"    {line}" for line in text.splitlines())


def test_a_link_that_is_not_safe_is_a_warning_at_its_place(page, caplog):
    context = page("- a\n\n    ```graphgen\n    x = 1  # [x](javascript:alert(1))\n    ```")
    (warning,) = messages(caplog)
    assert warning.startswith("docs/page.md:4:12: a label cannot link to 'javascript:alert(1)'; ")
    assert context.html.find("a") is None


def test_a_result_that_leads_nowhere_is_a_warning_beside_its_picture(page, caplog):
    text = "# Title\n\n```graphgen\nx = 3\nloss = x * 2\ny = x * 3\n```\n"
    assert page(text).html.find(class_="graphgen")
    (warning,) = messages(caplog)
    assert warning == "docs/page.md:5: 'loss' leads nowhere; leave it out, or make it the last line"
