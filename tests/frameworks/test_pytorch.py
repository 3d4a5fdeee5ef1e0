import copy
import inspect
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch, whose models are captured, is not installed")

import torch_models  # noqa: E402
from torch_layers import layers  # noqa: E402
from torch_models import Cube, WrongCube, models  # noqa: E402
from torch_networks import networks  # noqa: E402
from torch_practice import Batch, of_batch, practice  # noqa: E402

import graphgen  # noqa: E402
from graphgen.autodiff import backward, forward  # noqa: E402
from graphgen.errors import GraphgenError, OptionError, SourceError, VerificationError  # noqa: E402
from graphgen.frameworks import from_torch  # noqa: E402
from graphgen.verification import verify  # noqa: E402

MODELS, LAYERS, PRACTICE = sorted(models()), sorted(layers()), sorted(practice())
NETWORKS = sorted(networks())
WITHOUT_ROWS = {"CTC", "MBConv", "rotary by complex numbers", "spectrum"}
REFUSED = {
    "changed beside what is detached": "changed in place through one of its views; write a new",
    "torch.func.grad": "transforms of torch.func",
    "vmap": "transforms of torch.func",
    "dict output": "the function gives a dict; give one tensor, such as the loss",
    "straight through": "check the backward of StraightThrough",
    "a wrong function of one's own": "check the backward of WrongCube",
    "results in a dict": r"gives a dict; .* from_torch\(lambda \*inputs: model\(\*inputs\)\['loss'\], …\)",
    "results in a record": r"gives a Outputs; .* model\(\*inputs\)\.loss, …\)",
    "checkpointing, reentrant": "PyTorch has no gradient of it: When use_reentrant=True",
    "hessian": "transforms of torch.func",
    "data set": "a tensor's data is set",
}


def by_torch(function, given):
    """The value, and the gradient of each leaf by its origin, in PyTorch alone and in 64-bit floats."""
    function = copy.deepcopy(function).double() if isinstance(function, torch.nn.Module) else function
    given = {
        name: value.double().requires_grad_() if value.is_floating_point() else value
        for name, value in given.items()
    }
    output = function(**given) if by_names(function, given) else function(*given.values())
    output.backward()
    leaves = dict(given)
    if isinstance(function, torch.nn.Module):
        leaves |= dict(function.named_parameters())
    return float(output.detach()), {
        name: leaf.grad.numpy() for name, leaf in leaves.items() if leaf.grad is not None
    }


def by_names(function, given):
    called = function.forward if isinstance(function, torch.nn.Module) else function
    return given.keys() <= inspect.signature(called).parameters.keys()


def require_alike(function, given):
    torch.manual_seed(3)
    graph = (
        from_torch(function, **given) if by_names(function, given) else from_torch(function, *given.values())
    )
    torch.manual_seed(3)
    value, gradients = by_torch(function, given)
    run = backward(forward(graph))
    assert run.values[graph.output] == pytest.approx(value, rel=1e-9, abs=1e-12)
    found = {origin: run.gradients[id] for id, origin in graph.origins.items() if id in run.gradients}
    for origin, gradient in gradients.items():
        ours = np.asarray(found.get(origin, np.zeros(gradient.shape)))
        assert ours == pytest.approx(gradient, rel=1e-8, abs=1e-11), origin
    return graph


@pytest.mark.parametrize("name", MODELS)
def test_models_have_the_values_and_gradients_of_pytorch(name):
    graph = require_alike(*models()[name])
    report = verify(graph)
    assert report.passed
    assert report.is_proved or any(node.recorded for node in graph) or report.levels["compared"]


@pytest.mark.parametrize("name", LAYERS)
def test_layers_have_the_values_and_gradients_of_pytorch_or_are_refused_in_words(name):
    if name in REFUSED:
        with pytest.raises(GraphgenError, match=REFUSED[name]):
            require_alike(*layers()[name])
    else:
        assert verify(require_alike(*layers()[name])).passed


@pytest.mark.filterwarnings("ignore::UserWarning:torch", "ignore::DeprecationWarning:torch")
@pytest.mark.parametrize("name", PRACTICE)
def test_models_of_practice_are_right_or_refused_in_words(name):
    if name in REFUSED:
        with pytest.raises(GraphgenError, match=REFUSED[name]):
            verify(require_alike(*practice()[name]))
    else:
        assert verify(require_alike(*practice()[name])).passed


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_are_proved_or_have_an_operation_without_a_row(name):
    graph = require_alike(*networks()[name])
    assert any(node.recorded for node in graph) == (name in WITHOUT_ROWS)
    report = verify(graph)
    assert report.passed
    assert report.is_proved == (name not in WITHOUT_ROWS)


def test_what_has_a_row_is_no_operation_without_one():
    for name in (
        "transformer encoder in training",
        "attention with masks",
        "clamps on one side",
        "contrastive",
        "weight norm",
        "segments",
    ):
        function, given = practice()[name]
        assert not any(node.recorded for node in require_alike(function, given))


def test_a_dataclass_of_tensors_is_an_argument():
    graph = from_torch(of_batch, Batch(torch.ones(2), torch.tensor([1.0, 3.0])))
    assert graph.origins == {"batch_1": "batch_1", "batch_2": "batch_2"}
    assert backward(forward(graph)).gradients["batch_1"].tolist() == [1.0, 3.0]


def test_a_wrong_backward_is_found_with_its_line_and_both_numbers():
    def right(x, w):
        return (Cube.apply(x) * w).sum()

    def wrong(x, w):
        return (WrongCube.apply(x) * w).sum()

    given = torch.tensor([1.0, 2.0]), torch.tensor([0.5, -1.0])
    graph = from_torch(right, *given)
    assert graph.modules == {"Cube": "Cube"}
    with pytest.raises(VerificationError) as caught:
        from_torch(wrong, *given)
    line = inspect.getsourcelines(Cube)[1] + 4
    assert str(caught.value) == (
        f"torch_models.py:{line}: the gradient of 'x' is [1, -8] by torch and [1.5, -12] by graphgen; "
        "the values after it agree: check the backward of WrongCube"
    )


@pytest.mark.parametrize(
    ("wrong", "leaf", "given"),
    [
        (torch_models.WrongSwish, "x", (torch.tensor([1.0, 2.0]),)),
        (torch_models.WrongProduct, "w", (torch.eye(2) + 0.5, torch.tensor([[0.5, 1.0], [2.0, -1.0]]))),
        (torch_models.WithoutSecond, "w", (torch.ones(2), torch.ones(2))),
        (torch_models.WrongSeries, "x", (torch.tensor([0.5, 1.0]),)),
    ],
)
def test_each_kind_of_wrong_backward_is_found_in_its_file(wrong, leaf, given):
    def of_one(x):
        return (wrong.apply(x) ** 2).sum()

    def of_two(x, w):
        return (wrong.apply(x, w) ** 2).sum()

    first, last = inspect.getsourcelines(wrong.forward)[1], inspect.getsourcelines(wrong.backward)[1]
    with pytest.raises(VerificationError) as caught:
        from_torch(of_one if len(given) == 1 else of_two, *given)
    error = caught.value
    assert error.place.file == "torch_models.py"
    assert first < error.place.line < last
    assert f"the gradient of {leaf!r} is [" in str(error)
    assert f"check the backward of {wrong.__name__}" in str(error)


def test_names_origins_groups_and_lines_are_the_authors():
    model, given = models()["mlp"]
    graph = from_torch(model, **given)
    assert graph.origins["fc1_weight"] == "fc1.weight"
    assert graph.origins["x"] == "x"
    assert graph.groups["fc1_weight"] == "fc1"
    assert graph.modules == {"fc1": "Linear", "fc2": "Linear"}
    assert graph.reference.framework.startswith("torch ")
    neuron, given = models()["neuron"]
    graph = from_torch(neuron, **given)
    assert graph["z"].op.name == "add"
    assert graph["z"].place.file == "torch_models.py"
    assert graph["z"].place.line == inspect.getsourcelines(neuron)[1] + 1


def test_modules_that_are_called_again_are_counted():
    layer = torch.nn.Linear(2, 2)

    def twice(x):
        return layer(layer(x)).sum()

    graph = from_torch(twice, torch.ones(1, 2))
    assert {*graph.groups.values()} == {"layer", "layer#2"}
    assert graph.origins["layer_weight"] == "layer.weight"


def test_what_a_function_holds_is_as_it_was():
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2)).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    from_torch(lambda x: (model(x) ** 2).mean(), torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert {value.dtype for value in model.parameters()} == {torch.float32}
    assert all(parameter.grad is None for parameter in model.parameters())


def test_behind_detach_a_value_is_given():
    def function(x):
        y = x * 2
        return (y.detach() * x).sum()

    graph = from_torch(function, torch.tensor([1.0, 2.0]))
    run = backward(forward(graph))
    assert run.gradients["x"].tolist() == [2.0, 4.0]
    assert graph["y_detached"].is_input


def test_an_output_of_several_numbers_is_a_graph_of_values():
    graph = from_torch(torch.nn.Linear(2, 3), torch.ones(1, 2))
    assert graph[graph.output].shape == (1, 3)
    assert not graph.reference.gradients


def test_another_branch_in_doubles_is_a_warning():
    def function(x):
        return x * 2 if x + 1e-9 > 1 else x * 3

    with pytest.warns(UserWarning, match="it may take another branch; double=False captures it as it is"):
        from_torch(function, torch.tensor(1.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        graph = from_torch(function, torch.tensor(1.0), double=False)
    assert graph.reference.values[graph.output] == 3.0


REFUSED_CALLS = {
    "an argument that is missing": (lambda x, y: x, (torch.tensor(1.0),), OptionError, "missing a required"),
    "no tensor": (lambda x: 3.0, (torch.tensor(1.0),), SourceError, "the function gives a float"),
    "whole numbers": (lambda x: x.long(), (torch.tensor(1.0),), SourceError, "a tensor of torch.int64"),
    "a failure": (lambda x: x[5], (torch.ones(2),), SourceError, "fails while it is followed, by IndexError"),
    "no numbers": (lambda x: x.sum(), (torch.ones(2, device="meta"),), SourceError, "meta has no numbers"),
    "random numbers": (
        lambda x: torch.nn.functional.rrelu(x, training=True).sum(),
        (-torch.ones(3),),
        SourceError,
        "gives other numbers when it is called again",
    ),
    "an infinite value": (lambda x: torch.log(x * 0).sum(), (torch.ones(2),), GraphgenError, "no finite"),
}


@pytest.mark.parametrize(("function", "given", "kind", "said"), REFUSED_CALLS.values(), ids=REFUSED_CALLS)
def test_what_cannot_be_captured_is_refused_in_words(function, given, kind, said):
    with pytest.raises(kind, match=said):
        from_torch(function, *given)


def test_a_version_that_was_not_tested_is_a_warning(monkeypatch):
    monkeypatch.setattr(torch, "__version__", "99.1.0")
    with pytest.warns(UserWarning, match=r"tested with PyTorch .* and this is 99\.1\.0"):
        graphgen.from_torch(lambda x: x * x, torch.tensor(1.0))
