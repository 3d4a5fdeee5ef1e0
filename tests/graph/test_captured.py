import numpy as np
import pytest

from graphgen.errors import SourceError
from graphgen.graph import GraphBuilder, are_close, array_value
from graphgen.ops import OPS


@pytest.mark.parametrize("shape", [(3,), (700, 500), (2, 400_000), (1, 1, 300_000)])
def test_one_entry_that_differs_is_found_wherever_it_is(shape):
    theirs = np.ones(shape)
    assert are_close(theirs.copy(), theirs)
    for place in (0, theirs.size // 2, theirs.size - 1):
        for wrong in (1.001, np.nan):
            ours = theirs.copy()
            ours.flat[place] = wrong
            assert not are_close(ours, theirs)


def test_a_graph_may_have_arrays_as_large_as_those_that_it_is_given(monkeypatch):
    monkeypatch.setattr("graphgen.graph.node.MAX_ENTRIES", 3)

    def graph_of(op, **parameters):
        builder = GraphBuilder()
        given = builder.input("x", array_value(np.ones((2, 4))))
        return builder.build(builder.apply(OPS[op], given, parameters=tuple(parameters.items())))

    assert graph_of("transpose")["v1"].shape == (4, 2)
    with pytest.raises(SourceError, match="16 entries; at most 3 are kept"):
        graph_of("broadcast_to", shape=(2, 2, 4))
