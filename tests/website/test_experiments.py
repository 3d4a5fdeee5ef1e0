"""The experiments behind the pages on learning: run again in short, they give what is on file."""

import itertools
import json

import differentiation_page
import findings
import measure_differentiation
import measured
import network_page
import numpy as np
import plot
import pytest
import train_network
from bs4 import BeautifulSoup
from numeric_gradient import CENTRAL_STEP, FORWARD_STEP, central_differences, forward_differences

from graphgen.language.parser import parse
from graphgen.notation.scripts import width

LANGUAGES = ("en", "ko")


@pytest.fixture(scope="module")
def trained():
    return train_network.measure(epochs=2)


@pytest.fixture(scope="module")
def stepped():
    return measure_differentiation.by_step()


def on_file(name):
    return json.loads((measured.FOLDER / f"{name}.json").read_text("utf-8"))


def test_the_network_on_file_has_learnt_to_read():
    assert on_file("network")["end"]["test_accuracy"] >= 0.95
    assert on_file("network")["seconds"] < 60


@pytest.mark.long
def test_training_again_goes_the_same_way(trained):
    before = on_file("network")
    assert trained["losses"] == pytest.approx(before["losses"][: trained["steps"]], rel=1e-9)
    for again, point in zip(trained["curve"], before["curve"], strict=False):
        assert again == pytest.approx(point, rel=1e-9)
    alike = ("images", "training", "test", "parameters", "batch", "rate", "first", "check_images")
    assert {key: trained[key] for key in alike} == {key: before[key] for key in alike}


@pytest.mark.long
def test_the_gradients_are_checked(trained):
    assert [row["parameter"] for row in trained["check"]] == ["W1", "b1", "W2", "b2"]
    for row, before in zip(trained["check"], on_file("network")["check"], strict=True):
        assert row["gradient"] == pytest.approx(before["gradient"], rel=1e-9)
        assert max(row["largest_gap"], before["largest_gap"]) < 1e-9


def test_a_wrong_gradient_would_show():
    """The check finds a rule that is wrong: here the gradient of another loss."""
    right, wrong = (parse(f"w = [1, 2]\nloss = sum(w * w) * {factor}") for factor in ("1", "1.001"))
    differences = central_differences(right.compile(wrt=()), {"w": np.array([1.0, 2.0])})["w"]
    gaps = [np.abs(graph.compile()().gradients["w"] - differences).max() for graph in (right, wrong)]
    assert gaps[0] < 1e-9 < 1e-3 < gaps[1]


def test_differences_of_a_square():
    plan = parse("x = [[3, -1]]\nb = 2\ny = sum(x * x) * b").compile(wrt=())
    at = {"x": np.array([[3.0, -1.0]]), "b": np.array(2.0)}
    central, forward = central_differences(plan, at, 0.5), forward_differences(plan, at, 0.5)
    assert central["x"].tolist() == [[12.0, -4.0]]  # exact: a square has no third derivative
    assert forward["x"].tolist() == [[13.0, -3.0]]  # too far by b times the step
    assert central["b"] == forward["b"] == 10.0
    assert at["x"].tolist() == [[3.0, -1.0]]


def test_the_errors_by_step_are_those_on_file(stepped):
    """But where rounding rules, whose last digits a processor may choose."""
    before = on_file("differentiation")
    for again, point in zip(stepped["by_step"], before["by_step"], strict=True):
        if point["step"] > 1e-4:
            assert again == pytest.approx(point, rel=1e-3)
        else:
            assert again["central"] < 10 * point["central"] + 1e-9


def test_each_difference_is_best_near_its_root_of_epsilon(stepped):
    for found in (stepped, on_file("differentiation")):
        assert 0.1 < found["best_central"]["step"] / CENTRAL_STEP < 10
        assert 0.1 < found["best_forward"]["step"] / FORWARD_STEP < 10
        assert found["backprop_error"] < 1e-15 < found["best_central"]["central"] < 1e-9
        assert found["best_central"]["central"] < found["best_forward"]["forward"] < 1e-6


def test_what_grows_and_what_does_not():
    sizes = on_file("differentiation")["by_parameters"]
    assert all(1 < size["backprop_by_forward"] < 5 for size in sizes)
    assert sizes[-1]["differences_by_backprop"] > 100 * sizes[0]["differences_by_backprop"]
    assert all(size["error"] < 1e-8 for size in sizes)
    again = measure_differentiation.by_parameters(1)
    assert again.keys() == sizes[0].keys()
    assert again["parameters"] == sizes[0]["parameters"]
    assert again["error"] < 1e-8


def test_a_file_has_a_line_for_each_thing(tmp_path):
    found = {"made_by": "x.py", "curve": [{"step": 0.1}], "word": "손실"}
    measured.write(tmp_path / "deep" / "found.json", found)
    text = (tmp_path / "deep" / "found.json").read_text("utf-8")
    assert json.loads(text) == found
    assert len(text.splitlines()) == len(found) + 2


def test_a_step_of_the_exercise():
    """The numbers in its answer on the page, which readers find by themselves."""
    plan = parse("w = 0.5\nx = 2\nb = 0.1\nt = 3\nloss = (w * x + b - t) ** 2").compile()
    run = plan()
    w, b = (round(run.values[name] - 0.05 * run.gradients[name], 9) for name in "wb")
    told = (w, b, round(plan(w=w, b=b).values["loss"], 9))
    assert told == (0.88, 0.29, 0.9025)
    for language in LANGUAGES:
        page = (measured.ROOT / "docs" / language / "learn" / "network.md").read_text("utf-8")
        answer = page.partition('name="neuron"')[2].partition("**2.**")[0]
        assert [str(number) in answer for number in told] == [True, True, True]


@pytest.mark.parametrize(
    ("path", "form", "english", "korean"),
    [
        ("network.images", "", "1,797", "1,797"),
        ("network.rate", "", "0.2", "0.2"),
        ("differentiation.small_parameters", "", "17", "17"),
        ("differentiation.central_step", "power", "6.1\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10⁻⁶", None),
    ],
)
def test_numbers_in_prose(path, form, english, korean):
    assert findings.number(path, form, "en") == english
    assert findings.number(path, form, "ko") == (korean or english)


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (0.1346, "130 milliseconds", "130밀리초"),
        (5.18, "5.2 seconds", "5.2초"),
        (7.1e-5, "71 microseconds", "71마이크로초"),
        (90, "1.5 minutes", "1.5분"),
    ],
)
def test_times_in_prose(seconds, english, korean):
    assert [findings.time(seconds, language) for language in LANGUAGES] == [english, korean]


@pytest.mark.parametrize(
    ("path", "form"), [("nothing.at", ""), ("network.at", ""), ("network.seconds", "tiem")]
)
def test_a_number_that_is_not_there_is_refused(path, form):
    with pytest.raises(KeyError):
        findings.number(path, form, "en")


FIGURES = (
    network_page.digits,
    network_page.mistakes,
    network_page.loss_curve,
    network_page.accuracy_curve,
    differentiation_page.time_by_size,
    differentiation_page.error_by_size,
    differentiation_page.error_by_step,
)


@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_says_what_it_shows(draw, language):
    figure = BeautifulSoup(draw(language), "html.parser")
    drawn = figure.svg
    names = drawn["aria-labelledby"].split()
    assert drawn["role"] == "img"
    assert [figure.find(id=name).name for name in names] == ["title", "desc"]
    assert all(len(figure.find(id=name).text) > 5 for name in names)
    assert "{" not in figure.text
    rows = figure.table.tbody.find_all("tr")
    heads = figure.table.thead.find_all("th")
    assert rows
    assert all(len(row.find_all("td")) == len(heads) for row in rows)


@pytest.mark.parametrize("draw", FIGURES[2:], ids=lambda draw: draw.__name__)
def test_curves_stay_in_their_field(draw):
    paths = BeautifulSoup(draw("en"), "html.parser").select("path.curve[d^=M]")
    for path in paths:
        if "h" in path["d"]:  # the piece of a curve before its name
            continue
        numbers = [float(number) for number in path["d"].removeprefix("M").split()]
        assert plot.LEFT - 0.1 <= min(numbers[::2]) <= max(numbers[::2]) <= plot.RIGHT + 0.1
        assert plot.TOP - 0.1 <= min(numbers[1::2]) <= max(numbers[1::2]) <= plot.BOTTOM + 0.1


def inside(points, box):
    """The points of a line, every half unit along it, that lie within a box."""
    left, top, right, bottom = box
    dense = np.concatenate(
        [np.linspace(a, b, 2 + int(2 * np.abs(b - a).max())) for a, b in itertools.pairwise(points)]
    )
    return [(x, y) for x, y in dense if left < x < right and top < y < bottom]


@pytest.mark.parametrize("draw", FIGURES[2:], ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_curve_runs_through_a_name(draw, language):
    drawn = BeautifulSoup(draw(language), "html.parser").svg
    lines = [path["d"].removeprefix("M") for path in drawn.select("path.curve")]
    curves = [line.split() for line in lines if "h" not in line]
    for name in drawn.select("text.name"):
        x, y, wide = float(name["x"]), float(name["y"]), width(name.text, 13.5)
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[name["text-anchor"]]
        for curve in curves:
            points = np.array(curve, dtype=float).reshape(-1, 2)
            assert inside(points, (left, y - 11, left + wide, y + 3)) == [], name.text


def test_a_point_lies_where_its_numbers_say():
    x = plot.Axis("step", 1e-4, 1, [(1e-2, "10⁻²")], is_logarithmic=True)
    y = plot.Axis("error", 0, 10, [(5, "5")])
    drawn = BeautifulSoup(
        plot.plot("p", "A & B", "<all>", x, y, [plot.Curve([(1e-4, 0), (1e-2, 5), (1, 10)], "plain")]),
        "html.parser",
    )
    middle = f"{(plot.LEFT + plot.RIGHT) / 2:.1f} {(plot.TOP + plot.BOTTOM) / 2:.1f}"
    assert drawn.select_one("path.curve")["d"] == (
        f"M{plot.LEFT:.1f} {plot.BOTTOM:.1f} {middle} {plot.RIGHT:.1f} {plot.TOP:.1f}"
    )
    assert (drawn.title.text, drawn.desc.text) == ("A & B", "<all>")


def test_an_image_is_drawn_pixel_by_pixel():
    drawn = network_page.pixels({"shades": "0" * 63 + "g"})
    assert drawn[1:] == ['<path class="pixel" fill-opacity="1" d="M7 7h1v1h-1z"/>']


def test_the_pages_show_the_programs_that_were_run():
    assert "softmax_cross_entropy(scores, t)" in network_page.network_program("en")
    assert "parameters[name] -= RATE * gradient" in network_page.training_program("ko")
