import pytest
from golden_pictures import drawn, kept, page


@pytest.fixture(scope="module")
def pictures():
    return drawn()


@pytest.mark.parametrize("name", sorted(kept()))
def test_a_picture_is_drawn_as_it_was_when_somebody_looked(pictures, name):
    assert pictures[name] == kept()[name], "look at it: python scripts/golden_pictures.py"


def test_every_kind_of_picture_is_kept(pictures):
    assert set(pictures) == set(kept())


def test_the_page_shows_old_beside_new():
    shown = page(["a.svg", "b.dot"], {"a.svg": "<svg/>", "b.dot": "x -> y"}, {"a.svg": "<svg></svg>"})
    assert shown.count("<img") == 2
    assert "x -&gt; y" in shown
