import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.notation.scripts import (
    advance_of,
    html_text,
    plain,
    raised,
    runs,
    subscript,
    superscript,
    width,
    without_scripts,
)

BOTH = {"Unicode has it": "i", "no small form": "q", "long": "in−out"}


@pytest.mark.parametrize(
    ("text", "lifted"),
    [
        ("2", "²"),
        ("-1", "⁻¹"),
        ("−12", "⁻¹²"),
        ("x+1", "ˣ⁺¹"),
        ("(n)", "⁽ⁿ⁾"),
        ("x + 1", None),
        ("0.5", None),
        ("q", None),
    ],
)
def test_what_has_no_superscript_form_is_not_raised(text, lifted):
    assert raised(text) == lifted


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("iii", "mmm"),
        ("100", "1000"),
        ("abcd", "사과가격"),
        ("x", "x²"),
        ("x²", "xx"),
        ("", " "),
    ],
)
def test_wider_text_measures_wider(narrow, wide):
    assert width(narrow, 14) < width(wide, 14)


@pytest.mark.parametrize(
    ("one", "other"),
    [("e\u0301", "e"), ("a\u200bb", "ab"), ("\u202bسعر\u202c", "سعر")],
    ids=["accent", "zero-width space", "direction marks"],
)
def test_characters_that_take_no_room_measure_nothing(one, other):
    assert width(one, 14) == width(other, 14)


def test_width_grows_with_the_font():
    assert width("total", 28) == pytest.approx(2 * width("total", 14))


@pytest.mark.parametrize("script", BOTH.values(), ids=BOTH)
def test_an_index_stands_low_and_an_exponent_high(script):
    base, low = runs(f"x{subscript(script)}")
    base, high = runs(f"x{superscript(script)}")
    assert low.text == high.text == script
    assert low.height < base.height < high.height
    assert low.size == high.size < base.size


@pytest.mark.parametrize("order", [(subscript, superscript), (superscript, subscript)])
def test_an_index_and_an_exponent_of_one_letter_stand_one_above_the_other(order):
    line = f"x{order[0]('j')}{order[1]('(i)')} y"
    _, first, second, after = runs(line)
    assert first.along == second.along
    assert after.along == max(run.along + advance_of(run) for run in (first, second))
    assert width(line, 10) < width("xj(i) y", 10)


def test_scripts_of_two_letters_stand_side_by_side():
    base, first, middle, second = runs("xᵢyʲ")
    assert base.along < first.along < middle.along < second.along


def test_an_exponent_of_an_exponent_is_higher_and_smaller_but_readable():
    _, high, higher = runs("e" + superscript("q" + superscript("2")))
    assert high.height < higher.height
    assert 0.5 < higher.size < high.size


TEXTS = st.recursive(
    st.text("xyqW12 +", min_size=1),
    lambda inner: st.tuples(inner, st.sampled_from([subscript, superscript]), inner).map(
        lambda parts: parts[0] + parts[1](parts[2]) + "."
    ),
)


@given(TEXTS)
def test_every_form_of_a_text_has_its_letters_and_no_marks(text):
    letters = "".join(run.text for run in runs(text))
    assert (
        "".join(run.text for run in runs(plain(text)))
        .replace("_", "")
        .replace("^", "")
        .replace("(", "")
        .replace(")", "")
        == letters
    )
    for written in (plain(text), html_text(text), letters, without_scripts(text)):
        assert not any("\ufdd0" <= character <= "\ufdef" for character in written)


@given(TEXTS)
def test_html_of_a_text_is_well_formed(text):
    from xml.etree.ElementTree import fromstring

    assert "".join(fromstring(f"<p>{html_text(text)}</p>").itertext()) == "".join(
        run.text for run in runs(text)
    )
