import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.notation.lines import wrapped


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("tax", ["tax"]),
        ("number of apples", ["number of apples"]),
        ("the price of all the apples together", ["the price of all the", "apples together"]),
        ("사과의 가격을 모두 더한 값", ["사과의 가격을", "모두 더한 값"]),
        ("林檎の値段を全部足した値", ["林檎の値段を全", "部足した値"]),
        ("x" * 40, ["x" * 40]),
        ("x" * 40 + " y", ["x" * 40, "y"]),
    ],
    ids=["empty", "short", "just fits", "english", "korean", "japanese", "long word", "long word first"],
)
def test_a_long_text_is_broken_where_its_script_allows(text, lines):
    assert wrapped(text, 14).split("\n") == lines


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" ")))
def test_breaking_loses_no_letter(text):
    assert "".join(wrapped(text, 14).split()) == "".join(text.split())
