import dataclasses
import string

import pytest

from graphgen.describe import PHRASES, description, rows, title
from graphgen.ops import ELEMENTWISE
from graphgen.options import LANGUAGES, Options
from graphgen.parser import parse
from graphgen.render import picture

APPLES = """
apple = 100  # apple price
count = 2  # number of apples
tax = 1.1
subtotal = apple * count
total = subtotal * tax  # price
"""
KOREAN = """
apple = 100  # 사과 가격
count = 2  # 사과 개수
total = apple * count  # 합계
"""


def described(text, tell=description, **options):
    shown = picture(parse(text), Options.read(options))
    return tell(shown.graph, shown.words, shown.options)


def tabled(text, **options):
    return list(described(text, rows, **options))


DESCRIPTIONS = {
    "labels": (
        APPLES,
        {},
        "apple price is 100. number of apples is 2. tax is 1.1. "
        "subtotal is apple price times number of apples, which gives 200. "
        "price is subtotal times tax, which gives 220. The output is price. "
        "Going back from price, its derivative with respect to price is 1, with respect to subtotal is 1.1, "
        "with respect to tax is 200, with respect to number of apples is 110, "
        "with respect to apple price is 2.2.",
    ),
    "forward": (
        APPLES,
        {"show": "forward"},
        "apple price is 100. number of apples is 2. tax is 1.1. "
        "subtotal is apple price times number of apples, which gives 200. "
        "price is subtotal times tax, which gives 220. The output is price.",
    ),
    "korean": (
        KOREAN,
        {"language": "ko"},
        "사과 가격: 100. 사과 개수: 2. 합계: 사과 가격 곱하기 사과 개수, 값은 200. 출력은 합계. "
        "합계에서 거꾸로 가며 구한 미분: 합계에 대해 1, 사과 개수에 대해 100, 사과 가격에 대해 2.",
    ),
    "fan-out": (
        "x = 2\ny = x * x + 3 * x",
        {},
        "x is 2. v₁ is x times x, which gives 4. v₂ is 3 times x, which gives 6. "
        "y is v₁ plus v₂, which gives 10. The output is y. "
        "Going back from y, its derivative with respect to y is 1, with respect to v₂ is 1, "
        "with respect to v₁ is 1, with respect to x is 7, the sum of 2 and 2 and 3.",
    ),
    "symbols": (
        "t = x + y\nz = t ** 2",
        {},
        "x is an input without a number. y is an input without a number. t is x plus y. "
        "z is t to the power 2. The output is z. "
        "Going back from z, its derivative with respect to z is 1, with respect to t is 2(x + y), "
        "with respect to y is 2(x + y), with respect to x is 2(x + y).",
    ),
    "products": (
        "t = x + y\nz = t ** 2",
        {"values": "products"},
        "x is an input without a number. y is an input without a number. t is x plus y. "
        "z is t to the power 2. The output is z. "
        "Going back from z, its derivative with respect to z is ∂z/∂z, "
        "with respect to t is ∂z/∂z · ∂z/∂t, with respect to y is ∂z/∂z · ∂z/∂t · ∂t/∂y, "
        "with respect to x is ∂z/∂z · ∂z/∂t · ∂t/∂x.",
    ),
    "kink": (
        "x = 0\ny = relu(x)",
        {},
        "x is 0. y is relu of x, which gives 0. The output is y. "
        "Going back from y, its derivative with respect to y is 1, with respect to x is 0. "
        "At y the derivative is a convention. At x = 0 the derivative is 0.",
    ),
    "digits": (
        "x = 2000\ny = x / 3",
        {"show": "forward", "digits": "2", "thousands": "yes"},
        "x is 2,000. y is x divided by 3, which gives 667. The output is y.",
    ),
    "one input": ("x = 3", {"show": "forward"}, "x is 3. The output is x."),
    "braces": (
        "x = 3  # {0} {} %s\ny = x + 1",
        {"show": "forward"},
        "{0} {} %s is 3. y is {0} {} %s plus 1, which gives 4. The output is y.",
    ),
}


@pytest.mark.parametrize(("text", "options", "prose"), DESCRIPTIONS.values(), ids=DESCRIPTIONS)
def test_a_description_reads_as_prose(text, options, prose):
    assert described(text, **options) == prose


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "Computational graph of price"),
        ({"language": "ko"}, "price의 계산 그래프"),
        ({"title": "At the shop"}, "At the shop"),
    ],
    ids=str,
)
def test_a_title_is_the_authors_or_made_of_the_output(options, name):
    assert described(APPLES, title, **options) == name


def test_a_table_has_a_row_for_every_value_but_constants():
    assert tabled("x = 2  # side $s_1$\ny_1 = x * 3") == [
        ("side s₁ (x)", "", "2", "", "3"),
        ("y₁", "x * 3", "6", "∂y₁/∂x = 3", "1"),
    ]


@pytest.mark.parametrize(
    ("text", "derivatives"),
    [
        ("x = 2\nz = -x", "∂z/∂x = −1"),
        ("x = 2\ny = 3\nz = x * y", "∂z/∂x = 3, ∂z/∂y = 2"),
        ("x = 2\nz = x * x", "∂z/∂x = 2 + 2"),
        ("z = x * y", "∂z/∂x = y, ∂z/∂y = x"),
        ("z = x * x", "∂z/∂x = x + x"),
    ],
)
def test_an_operand_that_is_used_twice_has_the_sum_of_two_local_derivatives(text, derivatives):
    assert tabled(text)[-1][3] == derivatives


def test_a_forward_table_has_neither_derivatives_nor_gradients():
    assert [row[3:] for row in tabled(APPLES, show="forward")] == [("", "")] * 5


def test_every_language_has_its_phrases_and_its_words_in_the_op_table():
    assert tuple(PHRASES) == LANGUAGES
    for op in ELEMENTWISE.values():
        assert tuple(op.reads) == LANGUAGES


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(PHRASES["en"])])
def test_phrases_leave_the_same_gaps_in_every_language(field):
    gaps = {
        language: [gap for _, gap, _, _ in string.Formatter().parse(str(getattr(phrases, field)))]
        for language, phrases in PHRASES.items()
    }
    assert len({sum(gap is not None for gap in found) for found in gaps.values()}) == 1
