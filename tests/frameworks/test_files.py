import json
from pathlib import Path

import jsonschema
import pytest

import graphgen
from graphgen.autodiff import backward, forward
from graphgen.drawing import picture
from graphgen.errors import EvaluationError, GraphgenError, VerificationError
from graphgen.frameworks import load, load_text
from graphgen.graph import saved_text
from graphgen.language import parse
from graphgen.options import Options
from graphgen.page import Request
from graphgen.verification import verify

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "captured"
SCHEMA = json.loads((ROOT / "docs" / "reference" / "saved.schema.json").read_text("utf-8"))
CAPTURED = sorted(FOLDER.glob("*.json"))
SMALL = """{"graphgen": 2, "output": "y", "nodes": [
{"id": "x", "name": "x", "value": {"shape": [2], "floats": [1.0, 2.0]}},
{"id": "y", "op": "sum", "operands": ["x"]}]}"""


@pytest.mark.parametrize("file", CAPTURED, ids=lambda file: file.stem)
def test_captured_graphs_are_verified_and_drawn_without_their_framework(file):
    graph = load(file)
    report = verify(graph).require()
    assert report.levels.keys() <= {"proved", "compared", "computed"}
    assert graph.reference.gradients
    assert saved_text(graph) == file.read_text("utf-8")
    assert "</svg>" in graphgen.svg(graph)


def test_there_are_captured_graphs():
    assert len(CAPTURED) >= 4


@pytest.mark.parametrize(
    "source",
    [
        "x = 1.1  # price\ny = x ** 2\n",
        "x = [[1, 0.1], [3, 4]]\ny = sum(x @ x, axis=0)\nz = sum(y)\n",
        "y = x + 1\n",
        "X: data[3, 4]\nt: data = [1, 2, 3]\nW: (4,)\ny = sum(X @ W - t)\n",
        "f: function\ng: function\nx = f(w)\nz = g(x, w)\n",
    ],
)
def test_graphs_of_the_language_are_saved_as_they_were(source, tmp_path):
    graph = parse(source)
    graph.save(tmp_path / "graph.json")
    again = load(tmp_path / "graph.json")
    assert again.nodes == graph.nodes
    jsonschema.validate(json.loads(saved_text(graph)), SCHEMA)
    assert saved_text(again) == saved_text(graph)


def test_the_saved_form_is_what_its_schema_describes():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for file in CAPTURED:
        jsonschema.validate(json.loads(file.read_text("utf-8")), SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(changed(["nodes", 1, "op"], 3)), SCHEMA)


@pytest.mark.parametrize(
    ("wanted", "boxes"),
    [
        ("1", {"fc1 · Linear", "fc2 · Linear"}),
        ("fc2", {"fc2 · Linear"}),
        ("fc*", {"fc1 · Linear", "fc2 · Linear"}),
    ],
)
def test_modules_close_by_depth_or_pattern(wanted, boxes):
    shown = picture(load(FOLDER / "mlp.json"), Options(modules=wanted))
    drawn = [shape for shape in shown.scene.shapes if shape.kind == "group"]
    assert {shape.text for shape in drawn} == boxes
    names = {shape.text for shape in shown.scene.shapes if shape.kind == "input"}
    assert ("fc1.weight" in names) == ("fc1 · Linear" not in boxes)


def test_equal_modules_in_a_row_are_one_box_by_depth_and_several_by_pattern():
    graph = load(FOLDER / "tower.json")

    def boxes(wanted):
        shown = picture(graph, Options(modules=wanted))
        return [" ".join(shape.text.split()) for shape in shown.scene.shapes if shape.kind == "group"]

    assert boxes("1") == ["stem · Linear", "blocks.0–2 Layer × 3", "head · Linear"]
    assert boxes("blocks.?") == [f"blocks.{number} · Layer" for number in range(3)]


def test_modules_of_other_classes_are_not_one_box():
    text = (FOLDER / "tower.json").read_text("utf-8")
    other = text.replace('"blocks.1": "Layer"', '"blocks.1": "Other"')
    assert other != text
    shown = picture(load_text(other), Options(modules="1"))
    assert sum(shape.kind == "group" for shape in shown.scene.shapes) == 5


def test_a_parameter_of_two_modules_stands_at_each_of_them():
    shown = picture(load(FOLDER / "tied.json"), Options(direction="down"))
    texts = [shape.text for shape in shown.scene.shapes if shape.kind == "input"]
    assert texts.count("embed.weight") == 2


def test_an_operation_without_a_row_is_drawn_dotted():
    shown = picture(load(FOLDER / "without_rows.json"))
    marked = {shape.text for shape in shown.scene.shapes if "opaque" in shape.marks}
    assert marked == {"i0", "erfinv"}


def test_a_fence_shows_a_captured_graph():
    figure = Request((FOLDER / "mlp.json").read_text("utf-8"), Options(modules="1")).figure()
    assert "fc1 · Linear" in figure.html
    assert figure.levels["proved"] > 100


def changed(path, value):
    data = json.loads(SMALL)
    at = data
    for key in path[:-1]:
        at = at[key]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(data)


HOSTILE = {
    "no JSON": ("{", "JSONDecodeError"),
    "a list": ("[]", "the file is a list; it must be a dict"),
    "deep": ("[" * 100_000, "it nests too deeply"),
    "another version": (changed(["graphgen"], 1), "its version is '1'; read is 2"),
    "no output": (changed(["output"], ...), "a name is a NoneType"),
    "an output that is not there": (changed(["output"], "z"), "the output 'z' is not a node"),
    "not finite": (SMALL.replace("2.0", "NaN"), "NaN is no finite number"),
    "beyond the floats": (SMALL.replace("2.0", "1e999"), "not a finite number"),
    "a shape that is not filled": (
        changed(["nodes", 0, "value", "shape"], [10**9, 10**9]),
        "2 numbers do not fill the shape",
    ),
    "a negative shape": (changed(["nodes", 0, "value", "shape"], [-1, -2]), "do not fill the shape"),
    "text in an array": (changed(["nodes", 0, "value", "floats", 0], "1"), "an entry that is none"),
    "truth in an array": (changed(["nodes", 0, "value", "floats", 0], True), "an entry that is none"),
    "an unknown op": (changed(["nodes", 1, "op"], "os.system"), "unknown op 'os.system'"),
    "an unknown parameter": (
        changed(["nodes", 1, "parameters"], {"__class__": 1}),
        "the parameter '__class__'",
    ),
    "a parameter of another type": (
        changed(["nodes", 1, "parameters"], {"axis": {}}),
        "a parameter is a dict",
    ),
    "an axis that is text": (
        changed(["nodes", 1, "parameters"], {"axis": "0"}),
        "is no graph that was saved",
    ),
    "a name that is none": (
        changed(["nodes", 0, "id"], "x\n<script>"),
        "longer than 300 characters, or cannot",
    ),
    "data of an operation": (changed(["nodes", 1, "data"], True), "is no input"),
    "data that is no truth": (changed(["nodes", 0, "data"], 1), "data is a int"),
    "a shape beside a value": (changed(["nodes", 0, "shape"], [2]), "has a value and a shape"),
    "a shape that is none": (
        SMALL.replace('"value": {"shape": [2], "floats": [1.0, 2.0]}', '"shape": [0]'),
        "is no shape",
    ),
    "a shape that is too large": (
        SMALL.replace('"value": {"shape": [2], "floats": [1.0, 2.0]}', '"shape": [1000000000]'),
        "a shape has 1,000,000,000 entries",
    ),
    "code for a name": (changed(["nodes", 0, "id"], "exit()"), "'exit()' is no name"),
    "a link that runs": (changed(["nodes", 0, "link"], "javascript:alert(1)"), "cannot link to"),
    "an operand that is not there": (changed(["nodes", 1, "operands"], ["z"]), "which is no node"),
    "a cycle": (changed(["nodes", 1, "operands"], ["y"]), "has a cycle"),
    "too many operands": (changed(["nodes", 1, "operands"], ["x", "x"]), "has operands at"),
}


@pytest.mark.parametrize(("text", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_no_graph_is_refused_in_words(text, said):
    with pytest.raises(GraphgenError, match="is no graph that was saved") as caught:
        load_text(text)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 400


def test_numbers_that_are_not_the_frameworks_are_found_on_loading():
    data = json.loads(CAPTURED[0].read_text("utf-8"))
    data["values"][0]["floats"][0] += 1.0
    with pytest.raises(VerificationError, match="by torch and"):
        load_text(json.dumps(data))


def test_an_operation_without_a_row_has_no_other_numbers():
    data = {
        "graphgen": 2,
        "output": "y",
        "nodes": [
            {"id": "x", "name": "x", "value": "2"},
            {
                "id": "y",
                "op": "special",
                "operands": ["x"],
                "recorded": {"value": "5", "operands": ["2"], "upstream": "1", "sent": ["3"]},
            },
        ],
    }
    graph = load_text(json.dumps(data))
    assert backward(forward(graph)).gradients["x"] == 3.0
    assert verify(graph).levels == {"compared": 4, "computed": 1}
    with pytest.raises(EvaluationError, match="capture the function anew"):
        forward(graph, {"x": 3})
    with pytest.raises(EvaluationError, match="use forward and backward"):
        graph.compile()
