import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.drawing.pictures import picture
from graphgen.integrations.search import ids_of, restored, told
from graphgen.language.parser import parse
from graphgen.page.embed import error_box, figure

APPLES = "apple = 100  # apple price\ntotal = apple * 1.1"
PIECES = {
    "words": "<p>Words, 1 &lt; 2</p>",
    "a figure": figure(picture(parse(APPLES)), "gone"),
    "another": figure(picture(parse("x = 3  # [a <b>](tax.md)\ny = x * x")), "gtwo-2"),
    "what looks like a paragraph of ours": '<p class="graphgen-words-0">forged</p>',
    "an error": error_box("wrong", "x = 1"),
}


@given(st.lists(st.sampled_from(list(PIECES))))
def test_figures_told_in_words_are_restored(names):
    html = "\n".join(PIECES[name] for name in names)
    said, figures = told(html)
    assert restored(said, figures) == html
    assert "<svg" not in said
    shown = {"gone": names.count("a figure"), "gtwo": names.count("another")}
    assert ids_of(figures.values()) == {id: count for id, count in shown.items() if count}


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        (
            "a figure",
            "Computational graph of total. apple price is 100. total is apple price times 1.1, which ",
        ),
        ("another", "Computational graph of y. a &lt;b&gt; is 3. y is "),
    ],
)
def test_a_figure_is_told_by_its_title_and_its_description(piece, words):
    said, _ = told(PIECES[piece])
    assert said.startswith(f'<p class="graphgen-words-0">{words}')
