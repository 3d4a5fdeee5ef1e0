import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from strategies import programs
from tidiness import merged, untidy

from graphgen.drawing import lay_out, lay_out_narrow, page_of, picture
from graphgen.errors import EvaluationError
from graphgen.language.parser import parse
from graphgen.options import Options

VECTORS = "x = [0.123, -0.456, 0.789, 1.25]\nm = x - mean(x)\ny = sum(m / sqrt(mean(m ** 2)))"
NETWORK = """
h_1 = tanh(w_1 * x_1 + w_2 * x_2)
h_2 = tanh(w_3 * x_1 + w_4 * x_2)
y = exp(w_5 * h_1 + w_6 * h_2) + sin(w_7 * h_1 + w_8 * h_2)
"""
WEIGHTED = "x_1 = 0.05\nx_2 = 0.1\n" + "".join(f"w_{n} = 0.{n}5\n" for n in range(1, 9)) + NETWORK


@pytest.mark.parametrize("source", [VECTORS, WEIGHTED], ids=["vectors", "network"])
def test_what_fits_no_column_as_it_is_fits_a_narrow_one(source):
    scene = picture(parse(source), Options(width="320", digits="4")).scene
    assert page_of(lay_out(scene)).width > 400
    narrow = lay_out_narrow(scene, 400)
    assert page_of(narrow).width <= 418
    assert [arrow.id for arrow in narrow.sized.scene.arrows] == [arrow.id for arrow in scene.arrows]
    assert merged(narrow) == []


def test_what_fits_is_drawn_as_it_is():
    scene = picture(parse("x = [1, 2, 3]\ny = sum(x)"), Options(width="320")).scene
    assert lay_out_narrow(scene, 400) == lay_out(scene)


@settings(max_examples=30, derandomize=True)
@given(programs(), st.sampled_from([300, 430]))
def test_a_narrow_layout_is_no_wider_and_nothing_runs_into_what_is_not_its_own(graph, widest):
    try:
        scene = picture(graph, Options(width=str(int(0.8 * widest)))).scene
    except EvaluationError:
        reject()
    narrow = lay_out_narrow(scene, widest)
    assert page_of(narrow).width <= page_of(lay_out(scene)).width
    assert [fault for fault in untidy(narrow) if fault[0] != "head"] == []
    assert merged(narrow) == []
