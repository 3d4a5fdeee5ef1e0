import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.notation.names import name_text, partial_text
from graphgen.notation.scripts import plain, subscript


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x", "x"),
        ("x_1", "x₁"),
        ("x_12", "x₁₂"),
        ("x_123", "x₁₂₃"),
        ("w12", "w₁₂"),
        ("w123", "w₁₂₃"),
        ("ab1", "ab1"),
        ("x1_2", "x1_2"),
        ("x_i", "xᵢ"),
        ("x_b", "x_b"),
        ("W_qh", "W_qh"),
        ("L_reg", "L_reg"),
        ("h_prev", "h_prev"),
        ("phi_mu", "φ_μ"),
        ("y_hat", "ŷ"),
        ("x_bar", "x\u0304"),
        ("y_hat_1", "y_hat_1"),
        ("out_0", "out₀"),
        ("x_", "x_"),
        ("_x", "_x"),
        ("_", "_"),
        ("x__1", "x__1"),
        ("alpha", "α"),
        ("alpha_2", "α₂"),
        ("lambda_", "λ"),
        ("Alpha", "Alpha"),
        ("unit_price", "unit_price"),
        ("사과", "사과"),
        ("사과_1", "사과₁"),
    ],
)
def test_a_name_is_shown_as_mathematics_would_have_it(name, text):
    assert plain(name_text(name)) == text


def test_a_partial_derivative_is_written_from_two_names():
    assert partial_text("z_1", "theta") == "∂z₁/∂θ"


@given(st.from_regex(r"[a-zA-Z]{1,3}_?[a-z0-9]{0,3}", fullmatch=True))
def test_what_stands_for_a_name_already_stays(name):
    assert name_text(name_text(name)) == name_text(name)


@pytest.mark.parametrize(("name", "index"), [("W_qh", "qh"), ("L_reg", "reg"), ("b_q", "q")])
def test_an_index_is_lowered_whatever_its_letters(name, index):
    assert name_text(name) == f"{name[0]}{subscript(index)}"
