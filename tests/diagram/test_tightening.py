import pytest

from graphgen.diagram import compose, tightened
from graphgen.diagram.texts import texts_of
from graphgen.drawing.pictures import picture
from graphgen.language.parser import parse
from graphgen.notation import EN_SPACE, FIGURE_SPACE
from graphgen.options import Options

SOURCE = """
x = [0.123, 0.456, -0.789]  # what the very long label says of it
s: data = [[1, 0]]
w = [[0.25, -1.5], [0.125, 2.25], [3, -0.0625]]
m = softmax_cross_entropy(reshape(x, 1, 3) @ w @ [[1, 10], [2, -1]], s)  # a name of several words
y = m * 2 + sum(x) / 3
"""


def scenes():
    shown = picture(parse(SOURCE), Options())
    scene = compose(shown.graph, texts_of(shown.graph, shown.numbers, shown.options), shown.options)
    return scene, tightened(scene)


def written(scene):
    for shape in scene.all_shapes:
        yield shape.id, shape.text
    for arrow in scene.all_arrows:
        yield from ((arrow.id, text) for text in (arrow.forward, arrow.backward, arrow.name, arrow.local))


def test_the_same_is_said_on_more_lines():
    first, narrow = (dict.fromkeys(written(scene)) for scene in scenes())
    assert len(first) == len(narrow)

    def joined(said):
        return [(id, text.replace(EN_SPACE, " ").replace("\n", " ").replace("  ", " ")) for id, text in said]

    assert joined(first) == joined(narrow)
    assert first != narrow


def test_the_rows_of_a_matrix_stay_rows():
    rows = [{text for _, text in written(scene) if text.startswith("⎡")} for scene in scenes()]
    assert rows[0] == rows[1]
    assert f"⎡1{EN_SPACE}10⎤\n⎣2{EN_SPACE}−1⎦" in {text.replace(FIGURE_SPACE, "") for text in rows[1]}


@pytest.mark.parametrize(
    "text", ["softmax\nwith loss", "[0.123, 0.456,\n−0.789]", "what the\nvery long\nlabel says\nof it", "÷ 3"]
)
def test_what_is_long_is_broken_and_a_sign_stays_with_its_number(text):
    _, narrow = scenes()
    assert text in [said for _, said in written(narrow)]
