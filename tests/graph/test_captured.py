import numpy as np
import pytest

from graphgen.graph import are_close


@pytest.mark.parametrize("shape", [(3,), (700, 500), (2, 400_000), (1, 1, 300_000)])
def test_one_entry_that_differs_is_found_wherever_it_is(shape):
    theirs = np.ones(shape)
    assert are_close(theirs.copy(), theirs)
    for place in (0, theirs.size // 2, theirs.size - 1):
        for wrong in (1.001, np.nan):
            ours = theirs.copy()
            ours.flat[place] = wrong
            assert not are_close(ours, theirs)
