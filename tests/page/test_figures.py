import subprocess
import sys
from dataclasses import replace

import pytest

from graphgen.cache import Cache
from graphgen.diagram.description import description
from graphgen.drawing.pictures import picture
from graphgen.errors import GraphgenError, OptionError
from graphgen.language.parser import parse
from graphgen.options import Options
from graphgen.page.element import standalone
from graphgen.page.embed import figure
from graphgen.page.figures import Request, assets
from graphgen.page.scripts import script, style

SHOP = Request("apple = 100\ncount = 2\ntotal = apple * count", Options(name="shop"), "g1")


@pytest.fixture
def kept(tmp_path):
    return Cache(tmp_path)


def test_a_figure_is_the_same_whether_drawn_or_kept(kept):
    drawn, again, without = SHOP.figure(kept), replace(SHOP).figure(kept), SHOP.figure()
    assert [drawn.is_kept, again.is_kept, without.is_kept] == [False, True, False]
    assert drawn.html == again.html == without.html == figure(picture(parse(SHOP.source), SHOP.options), "g1")
    assert drawn.levels == again.levels == without.levels == {"proved": 8}


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "apple = 100\ncount = 3\ntotal = apple * count"},
        {"options": Options(name="shop", digits="3")},
        {"id": "g2"},
        {"engine": "system"},
    ],
    ids=str,
)
def test_a_figure_is_kept_under_all_that_it_depends_on(kept, changed):
    SHOP.figure(kept)
    assert replace(SHOP, **changed).key not in kept


def test_a_quote_is_the_same_whether_made_or_kept(kept):
    SHOP.figure(kept)
    made = SHOP.quote("shop.gradient(apple)", kept)
    assert made == replace(SHOP).quote("shop.gradient(apple)", kept) == SHOP.quote("shop.gradient(apple)")
    assert made == f'<span class="graphgen-number" data-graphgen-of="{SHOP.id} 0">2</span>'
    value = SHOP.quote("shop.value(total)", kept)
    assert value == f'<span class="graphgen-number" data-graphgen-of="{SHOP.id} 2">200</span>'


def test_an_answer_and_a_file_are_the_same_whether_made_or_kept(kept):
    def told(request, kept=None):
        return request.answer("shop.chain_rule(apple)", kept), request.svg(kept), assets(kept)

    made, again, without = told(SHOP, kept), told(replace(SHOP), kept), told(SHOP)
    assert made == again == without
    (question, formula), drawn, _ = made
    assert question == "chain_rule"
    assert r"\partial" in formula
    assert drawn == standalone(SHOP.picture, styled=False)
    assert made[2] == (script(), style())


def test_a_figure_says_in_words_what_it_shows(kept):
    quiz = replace(SHOP, options=Options(quiz="total"))
    drawn, again = quiz.figure(kept), replace(quiz).figure(kept)
    assert (
        drawn.description
        == again.description
        == description(quiz.picture.graph, quiz.picture.asked, quiz.options)
    )
    assert "of which the value is to be found" in drawn.description


@pytest.mark.parametrize(
    "entry",
    [[], "html", {}, {"html": "<p>"}, {"html": "", "levels": {}, "links": {}, "words": "", "x": 1}],
)
def test_an_entry_of_another_kind_counts_as_missing(kept, entry):
    kept.save(SHOP.key, entry)
    assert SHOP.figure(kept) == SHOP.figure()
    assert replace(SHOP).figure(kept).is_kept


def test_a_fault_is_not_kept(kept):
    wrong = replace(SHOP, source="x = y.z")
    for _ in range(2):
        with pytest.raises(GraphgenError, match="looks inside a value"):
            wrong.figure(kept)
        with pytest.raises(OptionError, match="is not a name in the diagram"):
            SHOP.quote("shop.value(pear)", kept)
    assert wrong.key not in kept


def test_a_kept_figure_loads_nothing_that_is_slow(kept):
    SHOP.figure(kept)
    SHOP.quote("shop.gradient(apple)", kept)
    SHOP.answer("shop.chain_rule(apple)", kept)
    SHOP.svg(kept)
    assets(kept)
    code = (
        "import sys; from pathlib import Path; from graphgen.cache import Cache\n"
        "from graphgen.page.figures import Request, assets; from graphgen.options import Options\n"
        f"kept = Cache(Path({str(kept.folder)!r}))\n"
        f"request = Request({SHOP.source!r}, Options(name='shop'), 'g1')\n"
        "assert request.figure(kept).is_kept and '>2<' in request.quote('shop.gradient(apple)', kept)\n"
        "request.answer('shop.chain_rule(apple)', kept), request.svg(kept), assets(kept)\n"
        "slow = ('sympy', 'networkx', 'wasmtime', 'graphviz', 'numpy')\n"
        "print([name for name in slow if name in sys.modules], end='')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert told.stdout == "[]"


def test_the_links_of_a_figure_are_told_whether_drawn_or_kept(kept):
    source = "x = 1  # [x](x.md)\ny = x * 2  # [y](https://example.org/)\nz = y * 2  # [again](x.md)"
    drawn, again = (replace(SHOP, source=source).figure(kept) for _ in range(2))
    assert drawn.links == again.links == {"x.md": 1, "https://example.org/": 2}
    assert again == replace(drawn, is_kept=True)
