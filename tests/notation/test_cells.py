from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.notation.cells import STEPS, cells_of
from graphgen.notation.typeset import number_text

np = pytest.importorskip("numpy")


@pytest.mark.parametrize("shape", [(), (5,), (4, 5), (17,), (17, 2), (2, 17), (2, 2, 2), (0, 6)])
def test_no_cells_of_what_is_written_out_or_too_large(shape):
    assert cells_of(np.ones(shape)) == ()


@pytest.mark.parametrize("shape", [(6,), (5, 1), (1, 6), (16, 16)])
def test_rows_of_cells(shape):
    assert [len(row) for row in cells_of(np.ones(shape))] == [shape[-1]] * (shape[0] if shape[1:] else 1)


def test_zeros_alone_have_no_shade():
    assert {cell.step for cell in cells_of(np.zeros(6))[0]} == {0}


def test_what_is_too_near_zero_for_floats_keeps_its_sign():
    tiny = Fraction(1, 10**400)
    for entries in ([tiny, -tiny, 0, 0, 0, 0], [tiny, -tiny, 0, 1, 2, 3]):
        steps = [cell.step for cell in cells_of(np.array(entries, dtype=object))[0]]
        assert steps[0] > 0 > steps[1]
        assert steps[2] == 0


def test_entries_beyond_the_floats_have_none():
    assert cells_of(np.array([10**400, 1, 2, 3, 4, 5], dtype=object)) == ()


@given(st.lists(st.fractions(max_denominator=1000), min_size=6, max_size=16))
def test_a_step_has_the_sign_of_its_entry_and_grows_with_it(entries):
    (row,) = cells_of(np.array(entries, dtype=object))
    largest = max(map(abs, entries))
    for entry, cell in zip(entries, row, strict=True):
        assert (cell.step > 0, cell.step < 0) == (entry > 0, entry < 0)
        assert cell.text == number_text(entry, 4)
        if entry:
            share = STEPS * abs(entry) / largest
            assert share <= abs(cell.step) + Fraction(1, 10**9)
            assert abs(cell.step) < share + 1 + Fraction(1, 10**9)
