"""The gallery as the playground's menu: one text, of which both are made."""

import pytest

from graphgen.options import LANGUAGES
from graphgen.playground import answer, gallery
from graphgen.playground.menu import examples


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_of_the_gallery_is_an_example(language):
    found = examples(language)
    assert len(found) == gallery(language).count("\n```graphgen") > 20
    titles = [example["title"] for example in found]
    assert sorted(titles) == sorted(set(titles))
    assert {line[3:] for line in gallery(language).splitlines() if line.startswith("## ")} <= {
        title.partition(" (")[0] for title in titles
    }


def test_the_languages_have_the_same_examples():
    kinds = [[sorted(example["options"]) for example in examples(language)] for language in LANGUAGES]
    assert [set(korean) - {"language"} for korean in kinds[1]] == [
        set(names) - {"language"} for names in kinds[0]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_drawn_without_a_fault_or_a_warning(language):
    for example in examples(language):
        drawn = answer(example["source"], example["options"])
        assert drawn.get("warnings") == [], (example["title"], drawn)
