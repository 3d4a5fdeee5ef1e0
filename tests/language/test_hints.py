import pytest

from graphgen.language.equals import equal_call
from graphgen.language.hints import (
    ONE_A_LINE,
    Operand,
    of_commas,
    of_line,
    of_more_operands,
    of_percent,
)


@pytest.mark.parametrize(
    ("line", "fault", "hint"),
    [
        ("  x = 2 y", "unexpected indent", "remove the spaces at the start of the line"),
        ("x y = 2  # 2 y", "invalid syntax", "join the words of a name with _: x_y"),
        ("for x = 2", "invalid syntax", ONE_A_LINE),
        ("y = 1,05", "leading zeros are not permitted", "a decimal has a point: write 1.05"),
        ("y = $  # 2 y |x| 10%", "invalid syntax", ONE_A_LINE),
        ("y = x2 + x.T + .5 + 1e-3 + 0x1F $", "invalid syntax", ONE_A_LINE),
        ("", "invalid syntax", ONE_A_LINE),
    ],
)
def test_a_line_is_read_without_its_comment(line, fault, hint):
    assert of_line(line, 0, fault) == hint


@pytest.mark.parametrize("code", ["x % 2", "10 % x", "10 %(x)", "x2% + 1", "1" * 10 + "%"])
def test_what_is_no_percentage(code):
    assert of_percent(code) == ""


@pytest.mark.parametrize("code", ["1, 2", "x,1", "1,2,3", "(1,x)", "1.5,2", "x_1,000"])
def test_what_is_no_number_with_a_comma(code):
    assert of_commas(code) == ""


def test_what_cannot_be_printed_is_left_out():
    assert of_line("|\ufefd|", 0, "invalid syntax") == "write abs(…)"


def test_a_hint_stays_short():
    long = [Operand("x" * 1_000, True)] * 1_000
    assert equal_call("norm", long) == "write sqrt(… ** 2 + … ** 2 + … ** 2 + …)"
    assert of_more_operands("sum", long) == "write … + … + … + …"
    assert len(of_line(f"y = {'x' * 1_000} {'y' * 1_000}", 0, "invalid syntax")) < 100
