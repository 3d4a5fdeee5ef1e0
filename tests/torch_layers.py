"""Layers, losses and functions of PyTorch, each in the smallest program that has it."""

import torch
import torch.nn.functional as F
import torch.utils.checkpoint
from torch import nn
from torch_models import random


def inputs(*shape):
    return {"x": random(*shape)}


class MeanSquare(nn.Module):
    """The mean square of what a layer gives."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        result = self.layer(x)
        result = result[0] if isinstance(result, tuple) else result
        return (result * result).mean()


class SelfAttention(nn.Module):
    def __init__(self, need_weights):
        super().__init__()
        self.layer = nn.MultiheadAttention(4, 2, batch_first=True)
        self.need_weights = need_weights

    def forward(self, x):
        return (self.layer(x, x, x, need_weights=self.need_weights)[0] ** 2).mean()


class WithItself(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Bilinear(2, 2, 2)

    def forward(self, x):
        return self.layer(x, x).sum()


class InAList(nn.Module):
    def __init__(self):
        super().__init__()
        self.parameters_of_it = nn.ParameterList([nn.Parameter(torch.ones(2))])

    def forward(self, x):
        return (x * self.parameters_of_it[0]).sum()


def checkpointed(x, w):
    return torch.utils.checkpoint.checkpoint(lambda a: torch.tanh(a @ w), x, use_reentrant=False).sum()


def view_changed_in_place(x):
    y = x * 1
    y[0].mul_(2)
    return y.sum()


def changed_beside(x):
    y = x * 1
    z = y.detach()
    y.add_(1)
    return (y * z).sum()


def layers():
    torch.manual_seed(1)
    return {
        "MultiheadAttention train": (SelfAttention(False).train(), inputs(1, 3, 4)),
        "MultiheadAttention eval": (SelfAttention(False).eval(), inputs(1, 3, 4)),
        "MultiheadAttention weights": (SelfAttention(True), inputs(1, 3, 4)),
        "TransformerEncoderLayer train": (
            MeanSquare(nn.TransformerEncoderLayer(4, 2, 8, 0.0, batch_first=True)).train(),
            inputs(1, 3, 4),
        ),
        "TransformerEncoderLayer eval": (
            MeanSquare(nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)).eval(),
            inputs(1, 3, 4),
        ),
        "LSTM 2 layers": (MeanSquare(nn.LSTM(2, 3, 2)), inputs(3, 1, 2)),
        "GRU": (MeanSquare(nn.GRU(2, 3)), inputs(3, 1, 2)),
        "RNN": (MeanSquare(nn.RNN(2, 3)), inputs(3, 1, 2)),
        "Conv1d": (MeanSquare(nn.Conv1d(2, 2, 3)), inputs(1, 2, 6)),
        "Conv3d": (MeanSquare(nn.Conv3d(1, 1, 2)), inputs(1, 1, 3, 3, 3)),
        "ConvTranspose2d": (MeanSquare(nn.ConvTranspose2d(2, 1, 2)), inputs(1, 2, 3, 3)),
        "Conv2d same": (MeanSquare(nn.Conv2d(1, 1, 3, padding="same")), inputs(1, 1, 4, 4)),
        "ConvTranspose1d in steps": (
            MeanSquare(nn.ConvTranspose1d(2, 2, 3, stride=2, padding=1, output_padding=1, groups=2)),
            inputs(1, 2, 4),
        ),
        "GroupNorm": (MeanSquare(nn.GroupNorm(2, 4)), inputs(2, 4, 3)),
        "InstanceNorm2d": (MeanSquare(nn.InstanceNorm2d(2)), inputs(1, 2, 3, 3)),
        "RMSNorm": (MeanSquare(nn.RMSNorm(4)), inputs(3, 4)),
        "LayerNorm 2 axes": (MeanSquare(nn.LayerNorm((3, 4))), inputs(2, 3, 4)),
        "BatchNorm2d train": (MeanSquare(nn.BatchNorm2d(2)).train(), inputs(2, 2, 3, 3)),
        "Dropout train": (MeanSquare(nn.Dropout(0.5)).train(), inputs(3, 4)),
        "ELU": (MeanSquare(nn.ELU()), inputs(3)),
        "LeakyReLU": (MeanSquare(nn.LeakyReLU(0.1)), inputs(3)),
        "Hardswish": (MeanSquare(nn.Hardswish()), inputs(3)),
        "Mish": (MeanSquare(nn.Mish()), inputs(3)),
        "Softplus": (MeanSquare(nn.Softplus()), inputs(3)),
        "PReLU": (MeanSquare(nn.PReLU()), inputs(3)),
        "GELU tanh": (MeanSquare(nn.GELU("tanh")), inputs(3)),
        "GLU": (MeanSquare(nn.GLU()), inputs(2, 4)),
        "LogSigmoid": (MeanSquare(nn.LogSigmoid()), inputs(3)),
        "Upsample nearest": (MeanSquare(nn.Upsample(scale_factor=2)), inputs(1, 1, 2, 2)),
        "Upsample bilinear": (MeanSquare(nn.Upsample(scale_factor=2, mode="bilinear")), inputs(1, 1, 2, 2)),
        "PixelShuffle": (MeanSquare(nn.PixelShuffle(2)), inputs(1, 4, 2, 2)),
        "ZeroPad2d": (MeanSquare(nn.ZeroPad2d(1)), inputs(1, 1, 2, 2)),
        "Unfold": (MeanSquare(nn.Unfold(2)), inputs(1, 1, 3, 3)),
        "AdaptiveMaxPool2d": (MeanSquare(nn.AdaptiveMaxPool2d(1)), inputs(1, 2, 2, 2)),
        "MaxPool1d": (MeanSquare(nn.MaxPool1d(2)), inputs(1, 1, 4)),
        "Bilinear": (WithItself(), inputs(3, 2)),
        "huber": (lambda x, y: F.huber_loss(x, y), {"x": random(3), "y": random(3, seed=4)}),
        "layer_norm with a bias alone": (
            lambda x, y: (F.layer_norm(x, (3,), None, y) ** 2).sum(),
            {"x": random(2, 3), "y": random(3, seed=4)},
        ),
        "smooth_l1": (lambda x, y: F.smooth_l1_loss(x, y), {"x": random(3), "y": random(3, seed=4)}),
        "huber with a bend": (
            lambda x, y: F.huber_loss(x, y, delta=0.5) + F.smooth_l1_loss(x, y, reduction="sum", beta=0.25),
            {"x": random(3), "y": random(3, seed=4)},
        ),
        "softmax of scores masked by −∞": (
            lambda x: (F.softmax(x.masked_fill(torch.eye(3) == 1, -torch.inf), dim=-1) ** 2).sum(),
            inputs(3, 3),
        ),
        "softmax of scores plus a mask": (
            lambda x: (torch.softmax(x + torch.full((3, 3), -torch.inf).triu(1), -1) ** 2).sum(),
            inputs(3, 3),
        ),
        "attention to what went before": (
            lambda x: (F.scaled_dot_product_attention(x, x, x, is_causal=True) ** 2).sum(),
            inputs(2, 3, 2),
        ),
        "attention with a mask": (
            lambda x: (F.scaled_dot_product_attention(x, x, x, torch.eye(3) == 0) ** 2).sum(),
            inputs(2, 3, 2),
        ),
        "kl_div": (
            lambda x, y: F.kl_div(F.log_softmax(x, -1), F.softmax(y, -1), reduction="batchmean"),
            {"x": random(2, 3), "y": random(2, 3, seed=4)},
        ),
        "cosine_similarity": (
            lambda x, y: F.cosine_similarity(x, y).sum(),
            {"x": random(2, 3), "y": random(2, 3, seed=4)},
        ),
        "normalize": (lambda x: (F.normalize(x) ** 3).sum(), inputs(2, 3)),
        "triplet": (
            lambda a, b, c: F.triplet_margin_loss(a, b, c),
            {"a": random(2, 3), "b": random(2, 3, seed=1), "c": random(2, 3, seed=2)},
        ),
        "label smoothing": (
            lambda x, target: F.cross_entropy(x, target, label_smoothing=0.1),
            {"x": random(2, 3), "target": torch.tensor([0, 2])},
        ),
        "max dim": (lambda x: x.max(1).values.sum(), inputs(2, 3)),
        "amax": (lambda x: x.amax(1).sum(), inputs(2, 3)),
        "topk": (lambda x: x.topk(2).values.sum(), inputs(4)),
        "sort": (lambda x: (x.sort().values * torch.arange(4)).sum(), inputs(4)),
        "cumprod": (lambda x: x.cumprod(0).sum(), inputs(4)),
        "prod": (lambda x: x.prod(), inputs(4)),
        "tril": (lambda x: (x.tril() ** 2).sum(), inputs(3, 3)),
        "roll flip": (lambda x: (x.roll(1) * x.flip(0)).sum(), inputs(4)),
        "outer": (lambda x, y: torch.outer(x, y).pow(2).sum(), {"x": random(2), "y": random(3)}),
        "einsum bhqd": (
            lambda x, y: torch.einsum("bhqd,bhkd->bhqk", x, y).pow(2).sum(),
            {"x": random(1, 2, 2, 2), "y": random(1, 2, 3, 2)},
        ),
        "bool mask index": (lambda x: x[x > 0].sum(), inputs(5)),
        "int index": (lambda x: x[:, torch.tensor([0, 2])].pow(2).sum(), inputs(2, 3)),
        "scatter_add": (
            lambda x: torch.zeros(3).double().scatter_add(0, torch.tensor([0, 1, 1, 2]), x).pow(2).sum(),
            inputs(4),
        ),
        "repeat": (lambda x: x.repeat(2, 1).pow(2).sum(), inputs(2, 3)),
        "std": (lambda x: x.std(), inputs(4)),
        "atan2": (lambda x, y: torch.atan2(x, y).sum(), {"x": random(3), "y": random(3, seed=3)}),
        "lerp addcmul": (
            lambda x, y: torch.lerp(x, y, 0.3).sum() + torch.addcmul(x, x, y).sum(),
            {"x": random(3), "y": random(3, seed=3)},
        ),
        "det inverse": (lambda x: torch.linalg.det(x) + torch.linalg.inv(x).sum(), inputs(3, 3)),
        "svd": (lambda x: torch.linalg.svd(x)[1].sum(), inputs(3, 2)),
        "fft": (lambda x: torch.fft.rfft(x).abs().sum(), inputs(4)),
        "complex": (lambda x: torch.polar(x.abs(), x).real.sum(), inputs(3)),
        "view then in-place": (view_changed_in_place, inputs(2, 2)),
        "changed beside what is detached": (changed_beside, inputs(2, 2)),
        "checkpoint": (checkpointed, {"x": random(2, 2), "w": random(2, 2)}),
        "torch.func.grad": (lambda x: torch.func.grad(lambda a: (a**3).sum())(x).sum(), inputs(3)),
        "no_grad part": (lambda x: (x * (x * 2).detach()).sum(), inputs(3)),
        "vmap": (lambda x: torch.vmap(lambda a: (a * a).sum())(x).sum(), inputs(2, 3)),
        "torch.compile": (torch.compile(lambda x: (x * 2).sin().sum(), backend="eager"), inputs(3)),
        "dict output": (lambda x: {"loss": (x * x).sum()}, inputs(3)),
        "ParameterList": (InAList(), inputs(2)),
    }
