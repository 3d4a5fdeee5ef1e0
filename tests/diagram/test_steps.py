from itertools import pairwise

import pytest

from graphgen.diagram.steps import steps, strip_steps
from graphgen.drawing.pictures import picture
from graphgen.language.parser import parse
from graphgen.options import Options

SOURCES = {
    "apples": ("apple = 100\ncount = 2\ntax = 1.1\ntotal = apple * count * tax", {}),
    "fan-out": ("x = 3\ny = x * x + 3 * x", {}),
    "far uses": ("x = 2\na = exp(x)\nb = sin(cos(a))\nc = b * x\nd = tanh(sin(c))\ny = d * x", {}),
    "in several places": ("x = 2\na = exp(x)\nb = x * a * x\ny = sin(b) / x", {"repeat": "x"}),
    "collapsed": ("a = 1\nb = 2\nh = a * b + a\ny = h * h", {"collapse": "h"}),
    "forward": ("x = 3\ny = x * x", {"show": "forward"}),
    "symbols": ("t = x + y\nz = t ** 2", {}),
    "down": ("x = 3\ny = x * x", {"direction": "down"}),
}


def told(text, **options):
    shown = picture(parse(text), Options.read(options))
    return shown, steps(shown.graph, shown.texts, shown.scene, shown.options)


@pytest.mark.parametrize(("source", "options"), SOURCES.values(), ids=SOURCES)
def test_every_arrow_appears_in_one_step(source, options):
    shown, found = told(source, **options)
    appearing = [id for step in found for id in step.arrows]
    halves = [f"{arrow.id}f" for arrow in shown.scene.arrows if arrow.has_forward]
    halves += [f"{arrow.id}b" for arrow in shown.scene.arrows if arrow.has_backward]
    assert sorted(appearing) == sorted(halves)
    assert all(step.text for step in found)


def test_a_gradient_is_summed_when_all_its_terms_are_there():
    shown, found = told(*SOURCES["far uses"][:1], repeat="none")
    at = {id: number for number, step in enumerate(found) for id in step.arrows}
    trunks = [arrow for arrow in shown.scene.arrows if arrow.head.kind == "junction"]
    uses = [arrow for arrow in shown.scene.arrows if arrow.tail.kind == "junction" and arrow not in trunks]
    assert len(trunks) == 2
    assert len({at[f"{arrow.id}b"] for arrow in trunks}) == 1
    assert max(at[f"{arrow.id}b"] for arrow in uses) < at[f"{trunks[0].id}b"]


def test_an_input_in_several_places_is_given_once_and_summed_once():
    _, found = told(*SOURCES["in several places"][:1], repeat="x")
    assert found[0].text == "The inputs: x = 2"
    assert [step.text for step in found if "is the gradient of x" in step.text] == [found[-1].text]


def test_steps_are_told_in_korean():
    _, found = told("x = 3 # 값\ny = x * x # 제곱", language="ko")
    assert found[0].text == "입력: 값 = 3"
    assert found[-1].text == "3 + 3 = 6: 값의 기울기"


def frames(text, **options):
    shown = picture(parse(text), Options.read(options))
    return shown, strip_steps(shown.graph, shown.texts, shown.scene, shown.options)


@pytest.mark.parametrize("strip", ["forward", "backward", "forward backward"])
@pytest.mark.parametrize(("source", "options"), SOURCES.values(), ids=SOURCES)
def test_a_strip_has_each_arrow_of_its_passes_in_one_frame_and_a_frame_an_operation(source, options, strip):
    if options.get("show") == "forward" and "backward" in strip:
        return
    shown, found = frames(source, strip=strip, **options)
    appearing = [id for step in found for id in step.arrows]
    halves = [f"{arrow.id}f" for arrow in shown.scene.arrows if arrow.has_forward and "forward" in strip]
    halves += [f"{arrow.id}b" for arrow in shown.scene.arrows if arrow.has_backward and "backward" in strip]
    assert sorted(appearing) == sorted(halves)
    at_work = [step.shapes[0] for step in found]
    assert all(one != other for one, other in pairwise(at_work))


def test_a_gradient_is_summed_and_sent_on_in_one_frame():
    _, found = frames("x = 3\ns = x * 2\na = s + 1\ny = a * s", strip="backward")
    assert [step.text for step in found] == [
        "The seed: ∂y/∂y = 1",
        "1 × 7 = 7 flows to s, 1 × 6 = 6 flows to a",
        "6 × 1 = 6 flows to s",
        "6 + 7 = 13 is the gradient of s; 13 × 2 = 26 flows to x",
    ]
