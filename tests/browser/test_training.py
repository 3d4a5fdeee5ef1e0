"""The network that the reader trains in the page, held against graphgen's own gradients."""

import json
import re

import pytest

np = pytest.importorskip("numpy")

import network  # noqa: E402

from graphgen import trace  # noqa: E402

PAGE = "learn/network.html"
GRADIENTS = """async () => {
  const net = digitNetwork;
  const random = net.generator(3);
  const parameters = net.start(random);
  const images = Float64Array.from({ length: 5 * net.PIXELS }, random);
  const labels = [3, 0, 9, 3, 5];
  const found = net.gradients(parameters, images, labels);
  return JSON.stringify({ parameters, images, labels, found }, (_, part) =>
    part instanceof Float64Array ? [...part] : part);
}"""

INK = """() => {
  const image = document.querySelector("[data-part=seen]").getContext("2d").getImageData(0, 0, 8, 8);
  return [...image.data].filter((_, at) => at % 4 === 3).map((opacity) => opacity > 100);
}"""


@pytest.fixture
def tab(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(f"{address}/{PAGE}")
    yield tab
    context.close()


def test_its_gradients_are_those_of_graphgen(tab):
    said = json.loads(tab.evaluate(GRADIENTS))
    shapes = {"W1": (64, 50), "b1": (50,), "W2": (50, 10), "b2": (10,)}
    parameters = {name: np.reshape(said["parameters"][name], shape) for name, shape in shapes.items()}
    images, labels = np.reshape(said["images"], (5, 64)), np.array(said["labels"], dtype=float)
    graph = trace(network.loss, x=images, t=labels, **parameters)
    run = graph.compile(wrt=tuple(parameters))()
    assert said["found"]["loss"] == pytest.approx(run.values["loss"], rel=1e-12)
    for name, gradient in run.gradients.items():
        np.testing.assert_allclose(np.reshape(said["found"][name], shapes[name]), gradient, 1e-9, 1e-13)


def test_it_learns_to_read_and_reads_an_image_of_the_test(tab):
    tab.get_by_role("button", name="Train", exact=True).click()
    tab.get_by_text(re.compile(r"Epoch 40: .* 9\d\.\d%")).wait_for()
    tab.get_by_role("button", name="A test image").click()
    label = tab.evaluate("Number(digitImages.split('\\n')[digitNetwork.TRAINING][0])")
    assert tab.locator(".is-answer span").inner_text() == str(label)


def test_with_too_large_a_rate_it_does_not(tab):
    tab.get_by_label("Learning rate").fill("1")
    tab.get_by_role("button", name="Train", exact=True).click()
    told = tab.get_by_text(re.compile("Epoch 40|grown beyond")).inner_text()
    assert "grown beyond" in told or float(re.search(r"([\d.]+)%", told)[1]) < 30


def test_a_digit_that_is_drawn_is_seen_by_the_network(tab):
    field = tab.locator("[data-part=field]")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    tab.mouse.move(box["x"] + 60, box["y"] + 20)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 60, box["y"] + 110, steps=20)
    tab.mouse.up()
    seen = np.reshape(tab.evaluate(INK), (8, 8))
    assert seen.any(axis=1).all()
    assert seen.any(axis=0).sum() <= 2
    tab.locator("[data-part=clear]").click()
    assert not any(tab.evaluate(INK))
