import pytest

from graphgen.drawing.pictures import picture
from graphgen.errors import SourceError
from graphgen.integrations.fences import find_fences
from graphgen.integrations.pages import drawn_by
from graphgen.language.missing import require_numbers
from graphgen.language.parser import parse
from graphgen.language.tracer import trace
from graphgen.options import Options
from graphgen.page.files import Folder

GIVE = "give it one ({0} = 1), or ask for values=symbols"
MIXED = {
    "a typo": (
        "apple = 100\ntax = 1.1\ntotal = aple * tax",
        f"3:9: 'aple' has no number, while 'apple' has; did you mean 'apple'? else {GIVE.format('aple')}",
    ),
    "a typo of a result": (
        "apple = 100\nsubtotal = apple * 2\ntotal = subtotl * 2",
        "3:9: 'subtotl' has no number, while 'apple' has; "
        f"did you mean 'subtotal'? else {GIVE.format('subtotl')}",
    ),
    "another case": (
        "x = 3\ny = X * X",
        f"2:5: 'X' has no number, while 'x' has; did you mean 'x'? else {GIVE.format('X')}",
    ),
    "in Korean": (
        "사과값 = 3\n값 = 사과갑 * 2",
        "2:5: '사과갑' has no number, while '사과값' has; "
        f"did you mean '사과값'? else {GIVE.format('사과갑')}",
    ),
    "the second of two": (
        "x_1 = 2\ny = x_1 * x_2",
        f"2:11: 'x_2' has no number, while 'x_1' has; {GIVE.format('x_2')}",
    ),
    "like its own line": (
        "apple = 1\ntotal = totl * apple",
        f"2:9: 'totl' has no number, while 'apple' has; {GIVE.format('totl')}",
    ),
    "forgotten": (
        "x = 3\nw = 2\ny = w * x + b",
        f"3:13: 'b' has no number, while 'x' has; {GIVE.format('b')}",
    ),
    "off the way to the output": (
        "w = 1\ny = x + 1\nz = 3",
        f"2:5: 'x' has no number, while 'w' has; {GIVE.format('x')}",
    ),
    "beside an array": (
        "x = [1, 2]\ny = sum(x * w)",
        f"2:13: 'w' has no number, while 'x' has; {GIVE.format('w')}",
    ),
    "pi": ("r = 2\nA = pi * r ** 2", "2:5: 'pi' has no number, while 'r' has; write pi = 3.14159265358979"),
    "π": ("r = 2\nA = π * r ** 2", "2:5: 'π' has no number, while 'r' has; write π = 3.14159265358979"),
    "e": (
        "x = 1\ny = e ** x",
        "2:5: 'e' has no number, while 'x' has; write exp(x) for e ** x, or e = 2.71828182845905",
    ),
}
ALIKE = {
    "numbers": "x = 3\ny = x * 2",
    "none": "y = x * z",
    "a constant is no input": "y = 2 * x",
    "constants alone": "y = 2 * 3",
}


@pytest.mark.parametrize(("source", "message"), MIXED.values(), ids=MIXED)
@pytest.mark.parametrize("values", ["auto", "numbers"])
def test_some_inputs_with_numbers_and_others_without_are_a_fault(source, message, values):
    with pytest.raises(SourceError) as caught:
        picture(parse(source), Options(values=values))
    assert str(caught.value) == message


@pytest.mark.parametrize("source", ALIKE.values(), ids=ALIKE)
def test_inputs_that_are_alike_are_none(source):
    require_numbers(parse(source))


@pytest.mark.parametrize("values", ["symbols", "products"])
def test_who_asks_for_symbols_needs_no_numbers(values):
    assert picture(parse("n = 2\ny = a ** n"), Options(values=values)).levels


def test_a_fence_tells_where_it_is_in_the_page():
    page = "# Shop\n\n```graphgen\napple = 100\ntotal = aple * 2\n```\n"
    (fence,) = find_fences(page)
    with pytest.raises(SourceError) as caught:
        drawn_by(fence, "docs/shop.md", Folder.current(), {})
    assert str(caught.value).startswith("docs/shop.md:5:9: 'aple' has no number, while 'apple' has; ")


def test_a_traced_function_is_held_to_the_same():
    def area(r, pi):
        return pi * r * r

    with pytest.raises(SourceError) as caught:
        picture(trace(area, r=2))
    assert str(caught.value) == "'pi' has no number, while 'r' has; write pi = 3.14159265358979"
