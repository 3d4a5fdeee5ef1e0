"""where with a comparison, and the vocabulary as the language writes it."""

import pytest

from graphgen.errors import SourceError
from graphgen.language import parse
from graphgen.verification import verify

CHOICES = [
    (">", (0, 0, 1)),
    (">=", (0, 1, 1)),
    ("<", (1, 0, 0)),
    ("<=", (1, 1, 0)),
    ("==", (0, 1, 0)),
    ("!=", (1, 0, 1)),
]


@pytest.mark.parametrize(("sign", "chosen"), CHOICES, ids=[sign for sign, _ in CHOICES])
@pytest.mark.parametrize("other", ["0", "2", "w * 2"])
def test_where_takes_each_comparison(sign, chosen, other):
    edge = {"0": 0, "2": 2, "w * 2": 6}[other]
    for x, is_first in zip((edge - 1, edge, edge + 1), chosen, strict=True):
        graph = parse(f"w = 3\nx = {x}\na = 5\nb = 7\ny = where(x {sign} {other}, a * 2, b)")
        report = verify(graph).require()
        assert report.is_proved
        assert report.numeric.values["y"] == (10 if is_first else 7)
        found = [report.numeric.gradients[name] for name in "axb"]
        assert found == [2 * is_first, 0, 1 - is_first]


def test_a_condition_that_does_not_hold_is_no_kink():
    still = verify(parse("x = -2\ny = where(x > 0, x, 3 * x)")).numbers
    at_0 = verify(parse("x = 0\ny = where(x > 0, x, 3 * x)")).numbers
    assert (still.kinks, at_0.kinks) == (frozenset(), {"v1"})


def test_a_comparison_elsewhere_is_refused():
    with pytest.raises(SourceError):
        parse("x = 1\ny = (x > 0) * x")


def test_eps_is_a_decimal_number_and_exact():
    norm = "x = [[1, 3]]\ng = [1, 1]\nb = [0, 0]\nh = layer_norm(x, g, b, eps=0.5625)\ny = h[0, 1]"
    assert verify(parse(norm)).require().numeric.values["y"] == 0.8
