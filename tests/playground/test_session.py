"""What the page is told: pictures, faults at their place, files of every form."""

import json
import subprocess
import sys
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.integrations import find_fences
from graphgen.options import FORMATS, OPTIONS
from graphgen.playground.session import FORMS, answer, exported, setting

APPLES = "apple = 100  # apple price\ncount = 2\ntotal = apple * count\n"


def test_a_picture_is_the_figure_of_a_page():
    drawn = answer(APPLES, {"show": "forward"})
    assert drawn["figure"].startswith('<figure class="graphgen"')
    assert "<graphgen-live" in drawn["figure"]
    assert (drawn["verdict"], drawn["warnings"]) == ("3 numbers, all proved", [])
    assert "apple price" in drawn["figure"]
    assert json.loads(json.dumps(drawn)) == drawn


@pytest.mark.parametrize(
    ("source", "options", "message", "hint", "place"),
    [
        (
            "x = 3\ny = relo(x)\n",
            {},
            "'relo(x)' calls the unknown function 'relo'",
            "did you mean 'relu'?",
            (2, 5),
        ),
        ("x = 1\ny = log(x - 1)\n", {}, "has no value", "", (2, None)),
        ("x = 3\ny = x\n", {"digits": "12"}, "digits='12' is not known", "it takes 2, 3", (None, None)),
        (
            "x = 3\ny = x\n",
            {"digts": "2"},
            "'digts' is not an option",
            "did you mean 'digits'?",
            (None, None),
        ),
        ("", {}, "the source is empty", "write an assignment", (1, None)),
    ],
)
def test_a_fault_has_its_place_and_its_hint(source, options, message, hint, place):
    fault = answer(source, options)["fault"]
    assert message in fault["message"]
    assert hint in fault["hint"]
    assert (fault["line"], fault["column"])[: 1 if place[1] is None else 2] == place[
        : 1 if place[1] is None else 2
    ]


def test_what_leads_nowhere_is_a_warning_at_its_line():
    (warning,) = answer("x = 3\nlost = x * 2\ny = x + 1\n", {})["warnings"]
    assert (warning["message"], warning["line"]) == ("'lost' leads nowhere", 2)


def test_links_of_labels_lead_nowhere_out_of_the_page():
    drawn = answer("x = 3  # [price](other.md)\ny = x * 2\n", {})
    assert "href" not in drawn["figure"]
    assert "price" in drawn["figure"]


BEGINNINGS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph", "json": b"{"}


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_is_exported_in_every_format(form):
    assert b64decode(exported(APPLES, {}, form)["base64"]).startswith(BEGINNINGS[form])


@pytest.mark.parametrize("form", FORMS)
def test_the_fault_of_a_source_is_that_of_its_export(form):
    if form == "fence":  # which may be broken: a page says so at its place
        assert exported("x = (", {}, form)["text"] == "```graphgen\nx = (\n```"
    else:
        assert exported("x = (", {}, form) == {"fault": answer("x = (", {})["fault"]}


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=20)


@given(title=TEXTS, label=st.text("`~ ab", max_size=8))
def test_the_fence_is_read_as_the_source_and_the_options_that_it_was_made_of(title, label):
    source = f"x = 3  # {label}\ny = x"
    options = {"show": "forward", "title": title}
    made = exported(source, options, "fence")
    if "'" in title and '"' in title:
        assert "both kinds of quotes" in made["fault"]["message"]
        return
    (fence,) = find_fences(f"Text\n\n{made['text']}\n\nText")
    assert (fence.source, fence.options(), fence.is_closed) == (source, options, True)


def test_the_form_has_every_option_but_those_of_fences_alone():
    rows = setting()["options"]
    assert [row["name"] for row in rows] == [option.name for option in OPTIONS if not option.only_in_fences]
    json.dumps(setting())


WITHOUT_NUMPY = """
import json, sys
sys.modules["numpy"] = None  # as in a browser, for which there is no NumPy
from graphgen.playground import answer
single = [("x = 3\\ny = tanh(x * x) + x", {"show": "forward backward local"}), ("t = x + y\\nz = t ** 2", {})]
others = [("x = [1, 2]\\ny = sum(x)", {}), ("x = 2\\ny = x * x", {"tangent": "x"})]
print(json.dumps([answer(*asked) for asked in (*single, *others)]))
"""


def test_without_numpy_single_numbers_are_drawn_and_arrays_say_so():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMPY], check=True, capture_output=True, encoding="utf-8"
    )
    *drawn, array, tangent = json.loads(done.stdout)
    assert [told["warnings"] for told in drawn] == [[], []]
    assert array["fault"] == tangent["fault"]
    assert array["fault"]["message"] == "this picture needs NumPy, which the page does not have"
