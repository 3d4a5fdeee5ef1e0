import json
import re
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from links import address

from graphgen.diagram import strip_steps
from graphgen.drawing.pictures import picture
from graphgen.errors import Place, RenderError
from graphgen.frameworks import load
from graphgen.graph.builder import GraphBuilder
from graphgen.language.parser import parse
from graphgen.ops.table import OPS
from graphgen.options import Options
from graphgen.page import Request, opening
from graphgen.page.element import asset, standalone, step_files, svg
from graphgen.page.embed import figure
from graphgen.page.error_boxes import error_box
from graphgen.page.formats import as_json

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
APPLES = """
apple = 100  # apple price
count = 2  # number of apples
tax = 1.1
subtotal = apple * count
total = subtotal * tax  # price
"""
PICTURES = {
    "apples": (APPLES, {}),
    "korean": (APPLES, {"language": "ko"}),
    "forward": (APPLES, {"show": "forward"}),
    "local": (APPLES, {"show": "forward backward local"}),
    "down": (APPLES, {"direction": "down"}),
    "fan-out": ("x = 2\ny = x * x + 3 * x", {}),
    "symbols": ("t = x + y\nz = t ** 2", {}),
    "kink": ("x = 0\ny = relu(x)", {}),
    "focus": (APPLES, {"focus": "subtotal"}),
    "collapsed": (APPLES, {"collapse": "subtotal"}),
    "highlight": (APPLES, {"highlight": "apple"}),
    "one input": ("x = 3", {}),
}
LABELS = {
    "script": "<script>alert(1)</script>",
    "markup": "<b>bold</b>",
    "quotes": "\"double\" 'single' `back`",
    "backslashes": r"a\b \\ \n \l",
    "escapes of Graphviz": r"\N \G \E \T \H \L",
    "end of CDATA": "]]> <![CDATA[ <!-- -->",
    "entities": "&amp; &lt; &#65; &nbsp; & &;",
    "braces": "{0} {} %s %(x)s",
    "right to left": "سعر التفاح",
    "direction marks": "\u202bسعر\u202c 5",
    "korean": "사과 가격",
    "beyond the first plane": "😀 𝐱",
    "combining": "e\u0301 ä",
}


def shown_by(text, **options):
    return picture(parse(text), Options.read(options))


@pytest.mark.parametrize(
    ("options", "caption"),
    [
        ({}, "These numbers are floats, compared with differences, not proved: the graph is too large"),
        ({"show": "forward"}, "These numbers are floats, computed and held against nothing: the graph is"),
        ({"language": "ko"}, "부동소수점으로 계산해 차분과 대조한 수이며, 증명한 수는 아니다."),
        (
            {"language": "ko", "show": "forward"},
            "부동소수점으로 계산하기만 한 수이며, 대조하거나 증명한 수가 아니다.",
        ),
    ],
    ids=["compared", "computed", "compared, Korean", "computed, Korean"],
)
def test_the_table_names_the_level_of_numbers_that_are_not_proved(options, caption, monkeypatch):
    source = "x = [1, 2]\ny = sum(x * x)"

    def captions():
        return BeautifulSoup(figure(shown_by(source, **options), "g"), "html.parser").find_all("caption")

    assert captions() == []
    monkeypatch.setattr("graphgen.verification.verifier.MAX_OPERATIONS", 1)
    (told,) = captions()
    assert told.parent.name == "table"
    assert told.text.startswith(caption)
    assert str(shown_by(source, **options)).endswith(f"\n{told.text}")


def with_label(label):
    """A graph whose input, output and value on the way have one label."""
    builder = GraphBuilder()
    x = builder.input("x", Fraction(2), label=label)
    y, z = builder.apply(OPS["square"], x), builder.apply(OPS["exp"], x + 1)
    builder.describe(y, name="y", label=label)
    builder.describe(z, name="z", label=label)
    return builder.build(z)


def drawn_lines(root):
    """The lines of text of each part of a picture, by its class."""
    for group in root.iter():
        texts = [child for child in group if child.tag.endswith("text")]
        if group.get("class") and texts:
            yield (
                group.get("class").split()[0],
                ["".join(text.itertext()).replace("\u00a0", " ") for text in texts],
            )


def unbroken(lines):
    return "".join("".join(lines).split())


@pytest.mark.parametrize(("text", "options"), PICTURES.values(), ids=PICTURES)
def test_a_figure_is_well_formed_and_its_ids_are_its_own(text, options):
    root = ElementTree.fromstring(figure(shown_by(text, **options), "g1"))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert root.get("id") == "g1"
    assert len(ids) == len(set(ids))
    assert [id for id in ids if not re.fullmatch(r"g1(-\w+)?", id)] == []
    assert root.find(".//svg").get("aria-labelledby").split() == ["g1-title", "g1-desc"]
    assert {"g1-title", "g1-desc"} <= set(ids)


def test_the_table_has_every_entry_that_a_heat_map_shows():
    """Folded into the cells of the value and of the gradient, and asked for where a quiz hides them."""
    source = "W = [[1, 2, 3, 4, 5, 6], [-1, 0.5, 0, 2, 3, 4]]\nx: data = [1, 2, 3, 4, 5, 6]\ny = sum(W @ x)"
    page = BeautifulSoup(figure(shown_by(source), "g1"), "html.parser")
    rows = page.tbody.find_all("tr", recursive=False)
    entries = [
        [[entry.text for entry in row.find_all("td")] for row in table.find_all("tr")]
        for table in rows[0].find_all(class_="graphgen-entries")
    ]
    assert entries == [
        [["1", "2", "3", "4", "5", "6"], ["−1", "0.5", "0", "2", "3", "4"]],
        [["1", "2", "3", "4", "5", "6"]] * 2,
    ]
    assert [len(row.find_all("details")) for row in rows] == [2, 1, 0, 0]
    assert not any(fold.has_attr("open") for fold in page.tbody.find_all("details"))
    asked = BeautifulSoup(figure(shown_by(source, quiz="gradients"), "g1"), "html.parser")
    assert len(asked.tbody.find_all("details")) == 2


@pytest.mark.parametrize(("text", "options"), PICTURES.values(), ids=PICTURES)
def test_a_figure_tells_its_picture_in_words(text, options):
    shown = shown_by(text, **options)
    page = BeautifulSoup(figure(shown, "g1"), "html.parser")
    image = page.find("svg")
    assert image["role"] == "img"
    assert image.find("title").text == page.find(class_="graphgen-scroll")["aria-label"]
    assert image.find("desc").text.endswith(".")
    assert page.figure["lang"] == shown.options.language
    cells = [[cell.text for cell in row.find_all("td")] for row in page.tbody.find_all("tr")]
    assert len(cells) == sum(not node.is_constant for node in shown.graph)
    assert {len(row) for row in cells} == {len(page.thead.find_all("th", scope="col"))}


@pytest.mark.parametrize(("text", "options"), PICTURES.values(), ids=PICTURES)
def test_a_file_stands_alone(text, options):
    written = standalone(shown_by(text, **options))
    root = ElementTree.fromstring(written)
    assert written.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<svg ')
    tags = [child.tag.removeprefix(SVG) for child in root]
    assert (tags[:4], set(tags[4:])) == (["title", "desc", "style", "rect"], {"g"})
    assert all(child.text.strip() for child in root[:3])
    assert "prefers-color-scheme: dark" in root[2].text
    outside = re.findall(r"url\([^)]*\)|@import|https?:[^\"]*", written)
    assert outside == ["http://www.w3.org/2000/svg"]
    used = set(re.findall(r"var\((--[\w-]+)\)", written))
    assert used <= set(re.findall(r"(--[\w-]+):", written))


def test_a_file_without_a_style_has_its_colours_in_itself():
    root = ElementTree.fromstring(standalone(shown_by(APPLES), styled=False))
    tags = [child.tag.removeprefix(SVG) for child in root]
    assert (tags[:3], set(tags[3:])) == (["title", "desc", "rect"], {"g"})
    texts = list(root.iter(f"{SVG}text"))
    assert {text.get("fill") for text in texts} <= {"#1f2933", "#b3124f", "#5b6673"}
    assert all(text.get("fill") for text in texts)


def test_the_public_function_writes_the_same_file():
    assert svg(parse(APPLES)) == standalone(picture(parse(APPLES)))


@pytest.mark.parametrize("label", LABELS.values(), ids=LABELS)
def test_a_label_comes_out_as_its_characters(label):
    shown = picture(with_label(label))
    root = ElementTree.fromstring(standalone(shown))
    lines = list(drawn_lines(root))
    for part in ("input", "output"):
        assert [unbroken(found) for kind, found in lines if kind == part] == [unbroken([label])]
    assert f"{label} is 2." in root.find(f"{SVG}desc").text
    page = BeautifulSoup(figure(shown, "g1"), "html.parser")
    assert [unbroken(found) for kind, found in drawn_lines(ElementTree.fromstring(str(page.svg)))] == [
        unbroken(found) for _, found in lines
    ]
    assert page.find("td").text == f"{label} (x)"
    assert page.find(class_="graphgen-scroll")["aria-label"] == f"Computational graph of {label}"
    assert page.find(["script", "b"]) is None


def test_a_label_of_two_lines_is_drawn_in_two():
    root = ElementTree.fromstring(standalone(picture(with_label("apple\nprice"))))
    assert ("input", ["apple", "price"]) in list(drawn_lines(root))


@pytest.mark.parametrize("title", LABELS.values(), ids=LABELS)
def test_a_title_comes_out_as_its_characters(title):
    shown = shown_by("x = 1", title=title)
    assert ElementTree.fromstring(standalone(shown))[0].text == title
    page = BeautifulSoup(figure(shown, "g1"), "html.parser")
    assert page.find("title").text == title
    assert page.find(class_="graphgen-scroll")["aria-label"] == title


def test_a_formula_in_a_label_is_set_as_mathematics():
    page = BeautifulSoup(figure(picture(with_label(r"side $\frac{a}{s_1}$")), "g1"), "html.parser")
    assert page.find("td").text == "side a/s1 (x)"
    assert "side a/s₁ is 2." in page.find("desc").text


@pytest.mark.parametrize(
    ("source", "slanted"),
    [
        ("y = x + b", {"x", "b", "y"}),
        ("c_next = f * c_old", {"c", "f"}),
        ("alpha_1 = x_1 + x_new", {"α", "x"}),
        ("x1 = x12 * rate", {"x"}),
        ("y_ = h_10 * W_qh", {"h", "W", "qh"}),
        ("y_ = x_i * L_reg", {"x", "i", "L"}),
        (r"out = a + b  # $\hat{y} + \bar x + \vec{v}_1$ of x", {"a", "b", "ŷ", "x\u0304", "v\u20d7"}),
        ("fée = 3 * x\nz = fée", {"x", "z"}),
    ],
)
def test_letters_that_are_names_are_slanted_and_words_are_not(source, slanted):
    root = ElementTree.fromstring(figure(shown_by(source), "g1"))
    assert {span.text for span in root.iter("tspan") if span.get("font-style")} == slanted


def test_parts_have_the_classes_of_what_they_are():
    root = ElementTree.fromstring(figure(shown_by("x = 2\ny = x * x + 3 * x", highlight="x"), "g1"))
    classes = {word for group in root.iter("g") for word in group.get("class", "").split()}
    assert classes == {"input", "op", "output", "junction", "forward", "backward", "lit"}


def test_steps_reveal_a_picture_in_which_nothing_moves():
    shown = shown_by(APPLES)
    files = [ElementTree.fromstring(text) for text in step_files(shown)]
    places = [
        [(element.tag, element.get("x"), element.get("points")) for element in root.iter()] for root in files
    ]
    hidden = [sum(group.get("visibility") == "hidden" for group in root.iter()) for root in files]
    whole = ElementTree.fromstring(standalone(shown))
    assert places == [places[0]] * len(files)
    assert len(list(files[0].iter())) == len(list(whole.iter()))
    assert hidden == sorted(hidden, reverse=True)
    assert hidden[-1] == 0
    assert files[0][1].text == "The inputs: apple price = 100, number of apples = 2, tax = 1.1"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_strip_is_an_ordered_list_of_frames_in_which_nothing_moves(language):
    shown = shown_by(APPLES, strip="backward", language=language)
    page = BeautifulSoup(figure(shown, "g1"), "html.parser")
    frames = page.select("figure.graphgen > ol > li")
    said = [step.text for step in strip_steps(shown.graph, shown.asked, shown.scene, shown.options)]
    assert [frame.p.text for frame in frames] == said
    assert len(frames) == 3
    hidden = [{part["class"][0] for part in frame.select("[visibility=hidden]")} for frame in frames]
    assert hidden == [{"backward"}, {"backward"}, set()]
    places = [
        [(part.name, part.get("d"), part.get("points")) for part in frame.svg.select("path, polygon")]
        for frame in frames
    ]
    assert places == [places[0]] * 3
    ids = [part["id"] for part in page.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("direction", ["auto", "right"])
def test_a_phone_has_a_narrower_drawing_of_the_same_parts(direction):
    shown = shown_by(LINKED, direction=direction, phone="yes")
    page = BeautifulSoup(figure(shown, "g1"), "html.parser")
    first, second = page.select("figure > div > svg.graphgen-diagram")
    assert second.parent.has_attr("hidden")
    assert float(second["width"][:-2]) < float(first["width"][:-2])
    parts = [[(part["id"].rsplit("-")[-1], part.text) for part in svg.select("g")] for svg in (first, second)]
    assert sorted(parts[0]) == sorted(parts[1])
    assert second["aria-labelledby"] == f"{second.title['id']} {second.desc['id']}"
    ids = [part["id"] for part in page.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("options", [{"phone": "no"}, {"fold": "count tax"}, {"strip": "backward"}])
def test_a_phone_shows_the_drawing_itself_where_it_fits_or_no_other_is_asked_for(options):
    page = BeautifulSoup(figure(shown_by(APPLES, **{"phone": "yes", **options}), "g1"), "html.parser")
    assert not page.select("[hidden]")


def test_a_strip_has_one_description_one_table_one_set_of_links_and_no_panel():
    shown = shown_by(LINKED, strip="forward backward")
    page = BeautifulSoup(figure(shown, "g1"), "html.parser")
    *before, last = page.select("li > div > svg.graphgen-diagram")
    alone = BeautifulSoup(figure(shown_by(LINKED), "g1"), "html.parser")
    assert len(before) == 5
    assert all(frame["aria-hidden"] == "true" and not frame.select("a, title, desc") for frame in before)
    assert last.desc.text == alone.desc.text
    assert last["aria-labelledby"] == f"{last.title['id']} {last.desc['id']}"
    assert len(last.select("a")) == len(alone.svg.select("a")) > 0
    assert page.table == alone.table
    assert not page.select("graphgen-live, button")


def test_a_file_of_a_picture_that_is_a_strip_on_pages_is_whole():
    assert svg(parse(APPLES), Options(strip="backward")) == svg(parse(APPLES))


def test_a_strip_has_a_largest_number_of_frames():
    with pytest.raises(RenderError, match="the strip would have 26 frames; at most 24 are drawn"):
        figure(shown_by("x = 1\ny = " + " * ".join(["x"] * 25), strip="backward"), "g1")


NETWORK = "x = [[1, 2], [3, 4]]  # data\nw = [0.5, -1]\ny = mean(relu(x @ w))"


def test_a_picture_of_arrays_is_told_in_one_line_and_is_alive_as_texts():
    shown = shown_by(NETWORK, show="forward backward local")
    page = BeautifulSoup(figure(shown, "g1"), "html.parser")
    assert "data is [1, 2; 3, 4]." in page.find("desc").text
    assert "⎡" not in page.find("desc").text + page.tbody.text
    assert "∂y/∂x = ∂y/∂(x·w) · wT, ∂y/∂w = xT · ∂y/∂(x·w)" in page.tbody.text
    assert "∂(x·w) · w<sup>T</sup>" in str(page.tbody)
    texts = json.loads(page.find("graphgen-live")["data-graphgen"])["texts"]
    assert texts[0][:2] == ["[1, 2; 3, 4]", "[0.5, −1]"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["of which the value is to be found", "with respect to apple price is to be found"]),
        ("ko", ["값은 구할 것", "apple price에 대해 구할 값"]),
    ],
)
def test_a_quiz_tells_its_answers_nowhere(language, told):
    page = page_of(APPLES, quiz="gradients subtotal", language=language)
    cells = [[cell.text for cell in row.find_all("td")] for row in page.tbody.find_all("tr")]
    assert [(value, gradient) for _, _, value, _, gradient in cells] == [
        *(("100", "?"), ("2", "?"), ("1.1", "?"), ("?", "?"), ("220", "1"))
    ]
    assert "?" not in page.svg.desc.text
    assert all(words in page.svg.desc.text for words in told)


def test_an_error_box_shows_message_and_source_as_they_are():
    box = BeautifulSoup(error_box("'<b>' & \"c\"", "x = <script>\n&amp;"), "html.parser")
    assert box.div["role"] == "alert"
    assert box.p.text == "graphgen: '<b>' & \"c\""
    assert box.code.text == "x = <script>\n&amp;"
    assert box.find(["b", "script"]) is None


@pytest.mark.parametrize(
    ("place", "marked"),
    [(Place(2, 5), "relo"), (Place(1, 3), "="), (Place(2), "y = relo(x)"), (None, "```graphgen")],
)
def test_an_error_box_numbers_the_lines_and_marks_the_place(place, marked):
    source = "x = 1\ny = relo(x)"
    written = error_box("a.md:9:5: wrong", source, "did you mean relu?", "```graphgen", 8, place)
    box = BeautifulSoup(written, "html.parser")
    assert box.p.text == "graphgen: a.md:9:5: wrong; did you mean relu?"
    assert box.find(class_="graphgen-advice").text == "did you mean relu?"
    assert [line["data-at"] for line in box.select("[data-at]")] == ["7", "8", "9"]
    assert box.code.text == "```graphgen\nx = 1\ny = relo(x)"
    assert box.mark.text == marked


def test_all_schemes_of_a_page_set_the_same_variables():
    light, dark, dark_by_the_system = (
        dict(re.findall(r"--graphgen-(\w+): (.*?);", block, re.DOTALL))
        for block in re.findall(r"(?::root|dark\"\]|auto\"\]) \{(.*?)\}", asset("page.css"), re.DOTALL)
    )
    used = set(re.findall(r"var\(--graphgen-(\w+)\)", asset("page.css") + asset("diagram.css")))
    assert light.keys() - dark.keys() == {"font"}
    assert dark.keys() < light.keys()
    assert used <= light.keys()
    assert dark | {"page": ""} == dark_by_the_system | {"page": ""}


LINKED = """
apple = 100  # [apple price & more](apples.html) {50..200 step 10}
count = 2  # [](count.html)
tax = 1.1  # [소비세가 무엇인지 자세히 설명한 페이지](https://example.org/tax?a=b&c=d)
subtotal = apple * count  # [subtotal](sub.html)
total = subtotal * tax  # [payment](mailto:ann@example.org)
"""


def page_of(text, **options):
    return BeautifulSoup(figure(shown_by(text, **options), "g1"), "html.parser")


def test_shapes_and_the_words_of_the_table_are_links():
    page = page_of(LINKED)
    drawn = [(address(link), link["aria-label"], link.g["class"]) for link in page.svg.find_all("a")]
    assert sorted(drawn) == [
        ("apples.html", "apple price & more", ["input"]),
        ("count.html", "count", ["input"]),
        ("https://example.org/tax?a=b&c=d", "소비세가 무엇인지 자세히 설명한 페이지", ["input"]),
        ("mailto:ann@example.org", "payment", ["op"]),
        ("mailto:ann@example.org", "payment", ["output"]),
        ("sub.html", "subtotal", ["op"]),
    ]
    assert [str(cell) for cell in page.select("td:first-child")][:2] == [
        '<td><a href="apples.html">apple price &amp; more</a> (apple)</td>',
        '<td><a href="count.html">count</a></td>',
    ]
    words = page_of(re.sub(r"\[(.*?)\]\(.*?\)", r"\1", LINKED))
    assert page.svg.desc.text == words.svg.desc.text
    assert page.tbody.text == words.tbody.text
    alive, plain = (one.find("graphgen-live")["data-graphgen"] for one in (page, words))
    assert alive == plain


def test_only_links_speak_beside_the_description_of_a_picture_that_has_some():
    svg_ = page_of(LINKED).svg
    assert svg_["role"] == "group"
    told = {part.name: part.get("aria-hidden") for part in svg_.find_all(recursive=False)}
    assert told == {"title": None, "desc": None, "g": "true", "a": None}
    assert "aria-hidden" not in str(page_of(APPLES).find(class_="graphgen-diagram"))


def test_a_collapsed_part_leads_where_the_value_it_gives_does():
    (link,) = page_of(
        "x = 3\nh = relu(x * 2)  # [hidden\tlayer](h.md)\nz = h ** 2", collapse="h"
    ).svg.find_all("a")
    assert (address(link), link["aria-label"], link.g["class"]) == ("h.md", "hidden layer", ["group"])
    assert not page_of("x = 3\nh1 = x * 2  # [h](h.md)\nz = h1 ** 2 + h1", collapse="h*").svg.find("a")


def test_one_operation_in_focus_keeps_its_links():
    links = page_of(LINKED, focus="subtotal").svg.find_all("a")
    assert [*map(address, links)] == ["apples.html", "count.html", "sub.html", "sub.html"]


@pytest.mark.parametrize("make", [standalone, lambda shown: step_files(shown)[0]], ids=["whole", "steps"])
def test_a_file_keeps_the_links_that_lead_to_the_same_place_from_everywhere(make):
    root = ElementTree.fromstring(make(shown_by(LINKED)))
    found = [link.get("href") or link.get(XLINK) for link in root.iter(f"{SVG}a")]
    assert found == ["https://example.org/tax?a=b&c=d", *["mailto:ann@example.org"] * 2]
    assert "a:focus-visible" in root[2].text
    relative = make(shown_by("x = 1  # [x](x.md)"))
    assert relative == make(shown_by("x = 1  # x"))


def test_dot_and_the_live_data_have_the_words_alone():
    linked, plain = (shown_by(f"x = 1  # {label}\ny = x * 2") for label in ("[side](s.md)", "side"))
    assert linked.dot().source == plain.dot().source
    assert as_json(linked) == as_json(plain)


TOWER = Path(__file__).parents[1] / "frameworks" / "captured" / "tower.json"


@pytest.mark.parametrize("is_xml", [False, True])
def test_a_module_that_opens_has_its_picture_drawn_ahead_and_a_way_back(is_xml):
    made = Request(TOWER.read_text("utf-8"), Options(modules="1", language="ko"), "t", is_xml=is_xml).figure()
    if is_xml:
        ElementTree.fromstring(made.html)
    parsed = BeautifulSoup(made.html, "html.parser")
    buttons = parsed.find_all(attrs={"data-graphgen-shows": True})
    assert [button["aria-label"] for button in buttons] == [
        "blocks.0–2 · Layer × 3 열기",
        "blocks.0–2 · Layer × 3 닫기",
    ]
    for button in buttons:
        shown = parsed.find(id=button["data-graphgen-shows"])
        assert shown["class"] == ["graphgen-level"]
        assert shown.find(attrs={"data-graphgen-shows": button.find_parent("div", id=True)["id"]})
    ids = [part["id"] for part in parsed.find_all(id=True)]
    assert len(ids) == len({*ids})
    assert [level.get("hidden") for level in parsed.find_all(class_="graphgen-level")] == [None, "hidden"]


def test_of_many_closed_modules_none_opens(monkeypatch):
    monkeypatch.setattr(opening, "MOST_MODULES", 2)
    assert not opening.opened_modules(picture(load(TOWER), Options(modules="1")))


def test_without_closed_modules_a_figure_has_one_picture():
    assert not opening.opened_modules(picture(load(TOWER)))
