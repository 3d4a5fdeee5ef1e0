import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from graphgen.integrations.search import in_words, restored
from graphgen.notation import mathml
from graphgen.options import Options
from graphgen.page import Request, error_box

APPLES = Request("apple = 100  # apple price\ntotal = apple * 1.1", Options(), "gone").figure()
ANOTHER = Request("x = 3  # [a <b>](tax.md)\ny = x * x", Options(), "gtwo-2").figure()
WORDS = {figure.html: figure.words for figure in (APPLES, ANOTHER)}
PIECES = {
    "words": "<p>Words, 1 &lt; 2</p>",
    "a figure": APPLES.html,
    "another": ANOTHER.html,
    "what looks like a paragraph of ours": '<p class="graphgen-words-0">forged</p>',
    "an error": error_box("wrong", "x = 1"),
    "a formula": mathml(r"\frac{\partial \text{apple price}}{\partial x_1} = rate \cdot 12.5"),
    "a formula of its own line": mathml("z = 2 < 3", display="block"),
}


@given(st.lists(st.sampled_from(list(PIECES))))
def test_figures_put_into_words_are_restored(names):
    page = "\n".join(PIECES[name] for name in names)
    said, put_aside = in_words(page, WORDS)
    assert restored(said, put_aside) == page
    assert "<svg" not in said
    assert "<math" not in said
    assert len(put_aside) == len({"a figure", "another", "a formula", "a formula of its own line"} & {*names})


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("a figure", "apple price</p>"),
        ("another", "a &lt;b&gt;</p>"),
    ],
)
def test_the_words_of_a_figure_are_those_of_its_author(piece, words):
    said, _ = in_words(PIECES[piece], WORDS)
    assert said.startswith(f'<p class="graphgen-words-0">{words}')


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("a formula", "∂ apple price ∂ x1 = rate · 12.5"),
        ("a formula of its own line", "z = 2 < 3"),
    ],
)
def test_the_words_of_a_formula_stand_apart(piece, words):
    said, _ = in_words(PIECES[piece], {})
    assert " ".join(BeautifulSoup(said, "html.parser").text.split()) == words


def test_a_formula_that_the_index_leaves_out_stays_for_it():
    page = mathml("z = 2").replace("<math ", "<math data-search-exclude ")
    assert in_words(page, {}) == (page, {})
