import json

import numpy as np
import pytest

pytest.importorskip(
    "torch", reason="PyTorch, with which gradients are compared, is not installed: run_tests.py --with-torch"
)

import measure_agreement


def test_a_few_graphs_agree():
    record = measure_agreement.measure(60, number=3)
    assert record["disagreements"] == []
    assert (record["graphs"] >= 40, record["graphs_of_arrays"] > 0) == (True, True)
    assert max(record["largest_disagreement"].values()) < measure_agreement.TOLERANCE


def test_a_wrong_gradient_is_a_disagreement(break_vjp):
    break_vjp("tanh")
    assert measure_agreement.measure(60, number=3)["disagreements"]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [(1.0, 1.0, 0.0), (0.0, 1e-3, 1e-3), (1000.0, 1001.0, 1 / 1001), ([1.0, 2.0], [1.0, 2.5], 0.2)],
)
def test_a_disagreement_is_relative_to_what_is_large(one, other, apart):
    assert measure_agreement.disagreement(np.array(one), np.array(other)) == pytest.approx(apart)


def test_the_kept_run_agrees_everywhere():
    record = json.loads((measure_agreement.FOLDER / "agreement.json").read_text("utf-8"))
    assert record["graphs"] >= 20_000
    assert record["disagreements"] == record["ops_missing"] == []
