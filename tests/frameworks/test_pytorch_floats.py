"""A function of PyTorch in 64-bit floats, whatever it asks for; and as it is, in 32-bit floats."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch, whose models are captured, is not installed")
from torch_models import models  # noqa: E402

from graphgen.errors import SourceError  # noqa: E402
from graphgen.frameworks import from_torch, load  # noqa: E402
from graphgen.verification import verify  # noqa: E402

WITH_CASTS = {
    "float": lambda x: (x.float() * x).sum(),
    "half": lambda x: (x.half() * x).sum(),
    "to": lambda x: (x.to(torch.float32).exp() * x).sum(),
    "to, by name": lambda x: (x.to(dtype=torch.float16) * x).sum(),
    "type": lambda x: (x.type(torch.float32) * x).sum(),
    "of a softmax": lambda x: (torch.softmax(x, dim=-1, dtype=torch.float32).to(x.dtype) * x).sum(),
    "of a sum": lambda x: x.exp().sum(dtype=torch.float32),
    "of what is made": lambda x: (torch.arange(3, dtype=torch.float32) * x).sum(),
    "written into": lambda x: torch.zeros(3, dtype=torch.float32).add_(x).square().sum(),
}


@pytest.mark.parametrize("function", WITH_CASTS.values(), ids=WITH_CASTS)
def test_a_cast_to_narrower_floats_rounds_nothing(function):
    x = torch.tensor([0.1, -0.7, 1.3])
    graph = from_torch(function, x)
    assert graph.reference.bits == 64
    assert {value.dtype for value in graph.reference.values.values()} == {np.dtype(float)}
    assert verify(graph).is_proved
    assert float(graph.reference.values[graph.output]) == pytest.approx(float(function(x)), rel=2e-2)


def test_bytes_are_read_as_floats_of_the_width_that_they_have():
    bits = torch.tensor([0.5, 2.0]).view(torch.int32)
    graph = from_torch(lambda x: (x * bits.view(torch.float32)).sum(), torch.ones(2))
    assert graph.reference.gradients["x"] == pytest.approx([0.5, 2.0])


AS_THEY_ARE = ("mlp", "gpt", "residual", "cnn", "lstm", "norms_in_training", "attention", "vae")


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_a_model_as_it_is_agrees_as_nearly_as_its_floats_allow(name, tmp_path):
    function, given = models()[name]
    graph = from_torch(function, *given.values(), double=False)
    assert graph.reference.bits == 32
    assert verify(graph).passed
    graph.save(tmp_path / "model.json")
    assert load(tmp_path / "model.json").reference.bits == 32


def test_an_operation_without_a_row_has_its_numbers_in_32_bit_floats_too():
    graph = from_torch(lambda x: torch.erfinv(torch.tanh(x)).sum(), torch.tensor([0.3, 0.1]), double=False)
    assert any(node.recorded for node in graph)
    assert verify(graph).passed


def test_a_wrong_backward_is_found_in_32_bit_floats():
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2.1

    with pytest.raises(Exception, match=r"2\.1 by torch and 2 by graphgen"):
        from_torch(lambda x: Double.apply(x), torch.tensor(0.5), double=False)


def test_floats_of_16_bits_are_refused():
    with pytest.raises(SourceError, match="computes in 16-bit floats; capture it in 64-bit floats"):
        from_torch(lambda x: (x.half() * 3).sum(), torch.ones(2), double=False)
