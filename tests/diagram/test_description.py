import dataclasses
import string

import pytest

from graphgen.diagram.description import description, title
from graphgen.diagram.phrases import PHRASES
from graphgen.diagram.table import rows
from graphgen.drawing.pictures import picture
from graphgen.language.parser import parse
from graphgen.notation.scripts import plain
from graphgen.ops.table import ELEMENTWISE
from graphgen.options import LANGUAGES, Options

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
    return tell(shown.graph, shown.texts, shown.options)


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
        "x is 2. x × x is 4. 3 × x is 6. y is x × x plus 3 × x, which gives 10. The output is y. "
        "Going back from y, its derivative with respect to y is 1, with respect to 3 × x is 1, "
        "with respect to x × x is 1, with respect to x is 7, the sum of 2 and 2 and 3.",
    ),
    "symbols": (
        "t = x + y\nz = t ** 2",
        {},
        "x is an input without a number. y is an input without a number. t is x plus y. "
        "z is the square of t. The output is z. "
        "Going back from z, its derivative with respect to z is 1, with respect to t is 2(x + y), "
        "with respect to y is 2(x + y), with respect to x is 2(x + y).",
    ),
    "products": (
        "t = x + y\nz = t ** 2",
        {"values": "products"},
        "x is an input without a number. y is an input without a number. t is x plus y. "
        "z is the square of t. The output is z. "
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
    "a tie of named operands": (
        "a = 1  # left\nb = 1\nm = max(a, b) + relu(a - b)",
        {},
        "left is 1. b is 1. max(left, b) is 1. left − b is 0. relu(left − b) is 0. "
        "m is max(left, b) plus relu(left − b), which gives 1. The output is m. "
        "Going back from m, its derivative with respect to m is 1, with respect to relu(left − b) is 1, "
        "with respect to left − b is 0, with respect to max(left, b) is 1, "
        "with respect to b is 0.5, the sum of 0.5 and 0, with respect to left is 0.5, the sum of 0.5 and 0. "
        "At max(left, b) the derivative is a convention. "
        "At a tie, left = b, each operand has the derivative 1/2. "
        "At relu(left − b) the derivative is a convention. At left − b = 0 the derivative is 0.",
    ),
    "a tie in Korean": (
        "a = 1\nm = max(a, 1)",
        {"language": "ko"},
        "a: 1. m: a, 1 중 큰 값, 값은 1. 출력은 m. m에서 거꾸로 가며 구한 미분: m에 대해 1, a에 대해 0.5. "
        "m에서 미분은 약속으로 정한 값이다. 두 값이 같으면(a = 1) 미분은 1/2씩.",
    ),
    "powers": (
        "x = 2\na = x ** 3\nb = x ** 2\ny = a + b + x ** 4",
        {"show": "forward"},
        "x is 2. a is the cube of x, which gives 8. b is the square of x, which gives 4. "
        "a + b is 12. x⁴ is 16. y is a + b plus x⁴, which gives 28. The output is y.",
    ),
    "powers in Korean": (
        "x = 2\na = x ** 2\ny = a ** 3",
        {"show": "forward", "language": "ko"},
        "x: 2. a: x의 제곱, 값은 4. y: a의 세제곱, 값은 64. 출력은 y.",
    ),
    "a collapsed part": (
        APPLES,
        {"collapse": "subtotal with inputs"},
        "tax is 1.1. subtotal is a box of 1 operation, which gives 200. "
        "price is subtotal times tax, which gives 220. The output is price. "
        "Going back from price, its derivative with respect to price is 1, with respect to subtotal is 1.1, "
        "with respect to tax is 200.",
    ),
    "a part of a pattern": (
        "x = 2\nh_1 = x * 3\nh_2 = h_1 + x\ny = h_2 * h_1",
        {"collapse": "h_*"},
        "x is 2. h is a box of 2 operations that takes x, which gives h₁ = 6, h₂ = 8. "
        "y is h₂ times h₁, which gives 48. The output is y. "
        "Going back from y, its derivative with respect to y is 1, with respect to h₂ is 6, "
        "with respect to h₁ is 14, the sum of 6 and 8, with respect to x is 48, the sum of 42 and 6.",
    ),
    "a part in Korean": (
        "x = 2\nh_1 = x * 3\nh_2 = h_1 + x\ny = h_2 * 2",
        {"collapse": "h_*", "language": "ko", "show": "forward"},
        "x: 2. h: 연산 2개를 묶은 상자, 들어가는 것은 x, 나오는 값은 h₂ = 8. "
        "y: h₂ 곱하기 2, 값은 16. 출력은 y.",
    ),
    "a part in symbols": (
        "h = x * w + b\ny = h * 2",
        {"collapse": "h with inputs"},
        "h is a box of 2 operations. y is h times 2. The output is y. "
        "Going back from y, its derivative with respect to y is 1, with respect to h is 2.",
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
        ("y₁", "x × 3", "6", "∂y₁/∂x = 3", "1"),
    ]


@pytest.mark.parametrize(
    ("expression", "operation"),
    [
        ("x - 3", "x − 3"),
        ("3 / x", "3 ÷ x"),
        ("x * -3", "x × (−3)"),
        ("-3 + x", "−3 + x"),
        ("-x", "−x"),
        ("x ** 2", "x²"),
        ("x ** -1", "x⁻¹"),
        ("(-2) ** x", "(−2)ˣ"),
        ("x ** 0.5", "x^0.5"),
        ("sigmoid(x)", "sigmoid(x)"),
    ],
)
def test_a_table_has_the_signs_of_the_picture(expression, operation):
    assert plain(tabled(f"x = 2\nz = {expression}", show="forward")[-1][1]) == operation


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


def test_an_operation_of_three_operands_is_read_with_all_of_them_its_constants_included():
    told = described("x = 7\ny = where(x > 0, clip(x, 0, 6), 0.5)")
    assert "y is where x is above 0, clip(x, 0, 6), else 0.5, which gives 6." in told


@pytest.mark.parametrize(
    ("condition", "read", "read_in_korean"),
    [
        ("x > 0", "where x is above 0, x, else w", "x > 0이면 x, 아니면 w"),
        ("x < w", "where w is above x, x, else w", "w > x이면 x, 아니면 w"),
        ("x <= w", "where x is above w, w, else x", "x > w이면 w, 아니면 x"),
        ("x + w > 1", "where x + w is above 1, x, else w", "x + w > 1이면 x, 아니면 w"),
        ("x", "where x is not 0, x, else w", "x ≠ 0이면 x, 아니면 w"),
        ("s", "where s is not 0, x, else w", "s ≠ 0이면 x, 아니면 w"),
    ],
)
def test_a_comparison_is_read_as_one(condition, read, read_in_korean):
    source = f"x = 7\nw = 2\ns = step(x - w)\ny = where({condition}, x, w)"
    assert f"y is {read}, which gives" in described(source)
    assert f"y: {read_in_korean}, 값은" in described(source, language="ko")
