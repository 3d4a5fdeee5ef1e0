"""The chapter: each page says the same in both languages, by the same graphs, and its numbers come out."""

import re
from functools import cache
from pathlib import Path

import pytest
from markdown.extensions.toc import slugify

from graphgen.integrations.fences import find_fences
from graphgen.integrations.pages import shown_by
from graphgen.page.quote import quoted

LEARN = {language: Path(__file__).parents[2] / "docs" / language / "learn" for language in ("en", "ko")}
PAGES = sorted(file.name for file in LEARN["en"].glob("*.md"))
LESSONS = [name for name in PAGES if name != "index.md"]
HEADING = re.compile(r"^## (?P<words>.+?)(?: \{#(?P<id>[\w-]+)\})?$", re.MULTILINE)
QUOTE = r"`#!graphgen ([^`]+)`"
# Which of these particles is right depends on the sound that the number before it ends in.
UNSTEADY = re.compile(rf"{QUOTE}\**(은|는|이|가|을|를|과|와|로|으로)(?![가-힣])")


def page(language, name):
    return (LEARN[language] / name).read_text(encoding="utf-8")


@cache
def pictures(language, name):
    return [shown_by(fence.source, fence.options(), {}) for fence in find_fences(page(language, name))]


def without_names(picture):
    """The graph and the options of a picture, each name replaced by its node's place."""
    graph, options = picture.graph, dict(vars(picture.options))
    for option in ("fold", "collapse", "focus", "highlight", "quiz"):
        words = re.findall(r"\w+", options[option])
        options[option] = [graph.index[word] if word in graph else word for word in words]
    nodes = [
        (node.op and node.op.name, node.value, [graph.index[id] for id in node.operands]) for node in graph
    ]
    return nodes, options


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_have_the_same_sections(name):
    english = [slugify(found["words"], "-") for found in HEADING.finditer(page("en", name))]
    assert [found["id"] for found in HEADING.finditer(page("ko", name))] == english


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_draw_the_same_graphs(name):
    english, korean = ([without_names(shown) for shown in pictures(language, name)] for language in LEARN)
    assert english == korean


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("language", LEARN)
def test_a_page_ends_with_three_exercises_that_it_checks(language, name):
    exercises = page(language, name).partition("## Exercises" if language == "en" else "## 연습 문제")[2]
    parts = re.split(r"^\*\*(\d)\.\*\*", exercises, flags=re.MULTILINE)[1:]
    assert parts[::2] == ["1", "2", "3"]
    for part in parts[1::2]:
        asked = [shown_by(fence.source, fence.options(), {}).options.quiz for fence in find_fences(part)]
        assert len(asked) == 1
        assert asked[0]
        assert part.count("??? success") == 1


@pytest.mark.parametrize("name", PAGES)
def test_no_korean_particle_depends_on_how_a_number_ends(name):
    assert not UNSTEADY.search(page("ko", name))


@pytest.mark.parametrize(
    ("name", "quote", "number"),
    [
        ("computational-graphs.md", "shop.value(total)", "220"),
        ("computational-graphs.md", "fruit.value(total)", "715"),
        ("local-computation.md", "basket.value(subtotal)", "4,200"),
        ("derivatives.md", "dearer.value(total)", "222.2"),
        ("derivatives.md", "higher.value(total)", "222"),
        ("chain-rule.md", "long.gradient(x)", "26"),
        ("backward-pass.md", "shop.gradient(subtotal)", "1.1"),
        ("backward-pass.md", "shop.gradient(apple)", "2.2"),
        ("backward-pass.md", "shop.gradient(count)", "110"),
        ("backward-pass.md", "shop.gradient(tax)", "200"),
        ("backward-pass.md", "fruit.gradient(apple)", "2.2"),
        ("backward-pass.md", "fruit.gradient(apple_count)", "110"),
        ("backward-pass.md", "fruit.gradient(mandarin)", "3.3"),
        ("backward-pass.md", "fruit.gradient(mandarin_count)", "165"),
        ("backward-pass.md", "fruit.gradient(tax)", "650"),
        ("activations.md", "opened.gradient(x)", "0.197"),
        ("activations.md", "slope.value(slope)", "0.197"),
        ("layers.md", "bias.gradient(b)", "[24, 6]"),
        ("layers.md", "affine.gradient(Y)", "[12, 8, 4; 6, 6, 6; 4, 2, 0; 6, 4, 2]"),
        ("layers.md", "affine.gradient(W)", "[36, 22, 8; 26, 20, 14]"),
        ("layers.md", "nudged.value(L)", "104.66"),
        ("softmax.md", "loss.gradient(x)", "[0.24, −0.33, 0.09]"),
        ("softmax.md", "minus.value(d)", "[0.24, −0.33, 0.09]"),
        ("batch-normalisation.md", "parts.value(s)", "3"),
        ("batch-normalisation.md", "two.gradient(x_1)", "0"),
        ("convolution.md", "slide.gradient(w_1)", "22"),
        ("residual.md", "ways.gradient(x)", "8"),
        ("time.md", "powers.gradient(h_0)", "0.125"),
        ("attention.md", "soft.gradient(s_1)", "−0.42"),
        ("forward-mode.md", "many.gradient(x)", "21"),
    ],
)
def test_the_numbers_of_the_chapter(name, quote, number):
    assert f"`#!graphgen {quote}`" in page("en", name).replace("\n", " ")
    named = {shown.options.name: shown for shown in pictures("en", name) if shown.options.name}
    assert re.sub("<[^>]*>", "", quoted(quote, named)) == number
