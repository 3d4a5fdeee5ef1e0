"""Models in the ways in which engineers write them: state, masks, tricks of training, results in a record."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
import torch.utils.checkpoint
from torch import nn
from torch.nn.utils import parametrizations
from torch_models import Cube, WrongCube, random


class Tagger(nn.Module):
    """Embedding, a recurrent layer both ways, a score for each word."""

    def __init__(self, layer):
        super().__init__()
        self.words = nn.Embedding(6, 3)
        self.layer = layer
        self.head = nn.Linear(4, 2)

    def forward(self, words, tags):
        states, _ = self.layer(self.words(words))
        return F.cross_entropy(self.head(states).flatten(0, 1), tags.flatten())


class CellLoop(nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.cell = cell

    def forward(self, x):
        state = torch.zeros(x.shape[1], 2, dtype=x.dtype)
        total = 0.0
        for step in x:
            state = self.cell(step, state)
            total = total + state.pow(2).mean()
        return total


class Encoder(nn.Module):
    def __init__(self, **how):
        super().__init__()
        layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True, **how)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, x):
        return (self.encoder(x) ** 2).mean()


class MaskedAttention(nn.Module):
    """A mask of keys hides what is padded, one of −∞ what comes later."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x, padded):
        later = torch.full((x.shape[1], x.shape[1]), -math.inf, dtype=x.dtype).triu(1)
        hidden = torch.zeros(padded.shape, dtype=x.dtype).masked_fill(padded, -math.inf)
        y, weights = self.attention(x, x, x, key_padding_mask=hidden, attn_mask=later)
        return y.pow(2).mean() + weights.pow(2).mean()


class UNetPiece(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU())
        self.pool = nn.MaxPool2d(2)
        self.middle = nn.Conv2d(2, 2, 3, padding=1)
        self.up = nn.ConvTranspose2d(2, 2, 2, stride=2, bias=False)
        self.last = nn.Conv2d(4, 1, 1)

    def forward(self, x):
        skip = self.down(x)
        y = self.up(torch.relu(self.middle(self.pool(skip))))
        return self.last(torch.cat([skip, y], dim=1)).sigmoid().mean()


class Separable(nn.Module):
    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(2, 2, 3, padding=1, groups=2, bias=False)
        self.pointwise = nn.Conv2d(2, 3, 1, bias=False)
        self.norm = nn.BatchNorm2d(3)
        self.act = nn.ReLU6()

    def forward(self, x):
        return self.act(self.norm(self.pointwise(self.depthwise(x)))).mean()


class SqueezeExcite(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Linear(4, 2, bias=False), nn.SiLU(), nn.Linear(2, 4, bias=False))

    def forward(self, x):
        b, c, _, _ = x.shape
        gate = torch.sigmoid(self.fc(self.pool(x).view(b, c)))
        return (x * gate.view(b, c, 1, 1)).square().mean()


class Experts(nn.Module):
    """A mixture of experts: the two best gates of each row, normalized."""

    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(3, 3, bias=False)
        self.experts = nn.ModuleList(nn.Linear(3, 2) for _ in range(3))

    def forward(self, x):
        best, which = self.gate(x).topk(2, dim=-1)
        gates = torch.zeros(x.shape[0], 3, dtype=x.dtype).scatter(1, which, best.softmax(-1))
        every = torch.stack([expert(x) for expert in self.experts], dim=1)
        return (gates.unsqueeze(-1) * every).sum(1).pow(2).mean()


class RoutedExperts(nn.Module):
    """Each row goes to its own expert, by a mask."""

    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(3, 2)
        self.experts = nn.ModuleList(nn.Linear(3, 3) for _ in range(2))

    def forward(self, x):
        chance = self.gate(x).softmax(-1)
        top, which = chance.max(-1)
        out = torch.zeros_like(x)
        for number, expert in enumerate(self.experts):
            rows = which == number
            out[rows] = expert(x[rows]) * top[rows].unsqueeze(-1)
        return out.pow(2).sum()


def info_nce(a, b, temperature):
    a, b = F.normalize(a, dim=-1), F.normalize(b, dim=-1)
    logits = a @ b.T / temperature.exp()
    labels = torch.arange(len(a))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding="same", bias=False)
        self.norm = nn.GroupNorm(2, 4, affine=False)

    def forward(self, x):
        return F.silu(self.norm(self.conv(x))).square().mean()


class Bag(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.bag = nn.EmbeddingBag(5, 3, mode=mode)

    def forward(self, idx):
        return self.bag(idx).pow(2).mean()


class TiedLanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(5, 3)
        self.mix = nn.Linear(3, 3)
        self.norm = nn.LayerNorm(3, bias=False)
        self.decode = nn.Linear(3, 5, bias=False)
        self.decode.weight = self.embed.weight
        self.register_buffer("places", torch.arange(4).unsqueeze(0), persistent=False)
        self.position = nn.Embedding(4, 3)

    def forward(self, words, targets):
        h = self.embed(words) + self.position(self.places[:, : words.shape[1]])
        logits = self.decode(self.norm(torch.tanh(self.mix(h))))
        return F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=-1)


class Rotary(nn.Module):
    def __init__(self, width=4, length=3):
        super().__init__()
        rate = 1.0 / (100.0 ** (torch.arange(0, width, 2) / width))
        angle = torch.outer(torch.arange(length), rate)
        self.register_buffer("cos", torch.cat([angle.cos()] * 2, -1))
        self.register_buffer("sin", torch.cat([angle.sin()] * 2, -1))
        self.qk = nn.Linear(width, 2 * width, bias=False)

    def turned(self, x):
        half = x.shape[-1] // 2
        return x * self.cos + torch.cat([-x[..., half:], x[..., :half]], -1) * self.sin

    def forward(self, x):
        q, k = self.qk(x).chunk(2, dim=-1)
        return torch.einsum("bqd,bkd->bqk", self.turned(q), self.turned(k)).softmax(-1).square().sum()


class Positional(nn.Module):
    def __init__(self):
        super().__init__()
        place = torch.arange(4.0).unsqueeze(1)
        table = torch.zeros(4, 2)
        table[:, 0::2], table[:, 1::2] = torch.sin(place), torch.cos(place)
        self.register_buffer("table", table)
        self.drop = nn.Dropout(0.25)

    def forward(self, x):
        return self.drop(x + self.table[: x.size(1)]).pow(2).mean()


class StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, g):
        return g


class VectorQuantizer(nn.Module):
    """As in a VQ-VAE: the nearest row of a table, whose gradient goes straight through."""

    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(random(3, 2, seed=7))

    def forward(self, x):
        nearest = torch.cdist(x, self.table).argmin(-1)
        found = self.table[nearest]
        commitment = F.mse_loss(x, found.detach()) * 0.25 + F.mse_loss(found, x.detach())
        return ((x + (found - x).detach()) ** 2).sum() + commitment


class Sum(nn.Module):
    def forward(self, x):
        return (x * x).sum()


class Outputs(NamedTuple):
    loss: torch.Tensor
    logits: torch.Tensor


class WithOutputs(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.kind = kind

    def forward(self, x, labels=None):
        logits = self.fc(x)
        loss = F.cross_entropy(logits, labels)
        return self.kind(loss=loss, logits=logits)


@dataclass
class Batch:
    x: torch.Tensor
    weight: torch.Tensor


def of_batch(batch):
    return (batch.x * batch.weight).sum()


class Checkpointed(nn.Module):
    def __init__(self, reentrant):
        super().__init__()
        self.block = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
        self.reentrant = reentrant

    def forward(self, x):
        return torch.utils.checkpoint.checkpoint(self.block, x, use_reentrant=self.reentrant).pow(2).sum()


def functional_call(x):
    layer = nn.Linear(2, 2).double()
    given = {"weight": x, "bias": x.sum(0)}
    return torch.func.functional_call(layer, given, (x,)).pow(2).sum()


def maml(w, x, y):
    """One step of training inside, through which the outer gradient goes."""
    inner = F.mse_loss(x @ w, y)
    (slope,) = torch.autograd.grad(inner, w, create_graph=True)
    return F.mse_loss(x @ (w - 0.1 * slope), y)


def soft_clamp(x, low):
    y = x.clamp(min=-1) + x.clamp_max(0.5) + torch.clamp(x, min=low) + x.clip(max=2.0)
    return (y * y).sum() + F.relu6(x * 4).sum() + F.hardtanh(x).sum()


def policy(logits, action, advantage, old):
    """The clipped loss of PPO, with an entropy."""
    log_p = F.log_softmax(logits, -1)
    ratio = (log_p.gather(1, action).squeeze(1) - old).exp()
    gain = torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return -(gain + 0.01 * entropy).mean()


def in_place(x):
    y = torch.empty(3, 2, dtype=x.dtype)
    y[0] = x[0] * 2
    y[1:] = x[1:].exp()
    y[:, 1].add_(1)
    return y.pow(2).sum()


def accumulated(x):
    total = torch.zeros((), dtype=x.dtype)
    rows = []
    for row in x:
        total += row.prod()
        rows.append(row.cumsum(0))
    return total + torch.stack(rows).std(dim=1).sum() + torch.var_mean(x, dim=0)[0].sum()


def sorted_loss(x, y):
    return F.l1_loss(x.sort(dim=-1).values, y.sort(dim=-1, descending=True)[0]) + x.median(-1).values.sum()


def segments(x):
    at = torch.tensor([0, 1, 0, 2])
    out = torch.zeros(3, 2, dtype=x.dtype).index_add(0, at, x)
    return (out * out).sum() + x.new_zeros(4).scatter_add(0, at, x[:, 0]).pow(3).sum()


def gumbel(logits, noise):
    soft = F.softmax((logits + noise) / 0.5, dim=-1)
    hard = F.one_hot(soft.argmax(-1), soft.shape[-1]).to(soft.dtype)
    choice = hard - soft.detach() + soft
    return (choice * torch.arange(3.0, dtype=soft.dtype)).sum()


def gradient_penalty(x, w):
    score = torch.tanh(x @ w).sum()
    (slope,) = torch.autograd.grad(score, x, create_graph=True)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


def hessian_diagonal(x):
    return torch.func.hessian(lambda a: (a**4).sum())(x).diagonal().sum()


def keyed(x, *, scale=2.0, shift=None):
    return (x * scale + (0 if shift is None else shift)).sum()


def kernel(x, y):
    """A Gaussian kernel between two sets of points, as for the maximum mean discrepancy."""
    far = ((x[:, None] - y[None]) ** 2).sum(-1)
    return torch.exp(-far / 2).mean() - torch.cdist(x, y).mean()


def complex_part(x):
    return torch.view_as_complex(x.reshape(-1, 2)).abs().sum()


def through_numpy(x):
    return torch.as_tensor(x.detach().numpy()).sum() * x.sum()


def set_data(x):
    y = x * 2
    y.data = y.data * 3
    return (y * x).sum()


def interpolated(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False).pow(2).mean()


def practice():
    """Each model with its inputs, by a name; all made anew, from the same seed."""
    torch.manual_seed(2)
    tensor = torch.tensor
    words = {"words": tensor([[1, 5, 2]]), "tags": tensor([[0, 1, 1]])}
    square = {"x": random(2, 2)}
    return {
        "GRU both ways": (Tagger(nn.GRU(3, 2, batch_first=True, bidirectional=True)), words),
        "LSTM both ways": (Tagger(nn.LSTM(3, 2, batch_first=True, bidirectional=True)), words),
        "LSTM of a projection": (Tagger(nn.LSTM(3, 5, batch_first=True, proj_size=4)), words),
        "RNN without biases": (
            Tagger(nn.RNN(3, 4, bias=False, batch_first=True, nonlinearity="relu")),
            words,
        ),
        "RNN cell in a loop": (CellLoop(nn.RNNCell(3, 2)), {"x": random(3, 1, 3)}),
        "GRU cell in a loop": (CellLoop(nn.GRUCell(3, 2, bias=False)), {"x": random(2, 1, 3)}),
        "transformer encoder": (Encoder().eval(), {"x": random(1, 3, 4)}),
        "transformer encoder in training": (Encoder(norm_first=True).train(), {"x": random(1, 2, 4)}),
        "attention with masks": (
            MaskedAttention(),
            {"x": random(1, 3, 4), "padded": tensor([[False, False, True]])},
        ),
        "U-Net piece": (UNetPiece(), {"x": random(1, 1, 4, 4)}),
        "separable convolution": (Separable().train(), {"x": random(2, 2, 3, 3)}),
        "squeeze and excite": (SqueezeExcite(), {"x": random(1, 4, 2, 2)}),
        "mixture of experts": (Experts(), {"x": random(2, 3)}),
        "routed experts": (RoutedExperts(), {"x": random(3, 3)}),
        "contrastive": (
            info_nce,
            {"a": random(3, 2), "b": random(3, 2, seed=1), "temperature": tensor(-0.5)},
        ),
        "group norm": (Normed(), {"x": random(1, 2, 3, 3)}),
        "weight norm": (
            nn.Sequential(parametrizations.weight_norm(nn.Linear(2, 3)), nn.Flatten(0), Sum()),
            {"input": random(1, 2)},
        ),
        "spectral norm": (
            nn.Sequential(parametrizations.spectral_norm(nn.Linear(2, 2)), Sum()).eval(),
            {"input": random(1, 2)},
        ),
        "embedding bag": (Bag("mean"), {"idx": tensor([[1, 2], [0, 4]])}),
        "embedding bag of sums": (Bag("sum"), {"idx": tensor([[1, 1], [0, 4]])}),
        "tied weights": (
            TiedLanguageModel(),
            {"words": tensor([[1, 3, 0]]), "targets": tensor([[3, 0, 2]])},
        ),
        "tied weights, a target ignored": (
            TiedLanguageModel(),
            {"words": tensor([[1, 3, 0]]), "targets": tensor([[3, -1, 2]])},
        ),
        "rotary embeddings": (Rotary(), {"x": random(1, 3, 4)}),
        "positions and dropout": (Positional().train(), {"x": random(1, 3, 2)}),
        "straight through": (lambda x: (StraightThrough.apply(x) * x).sum(), {"x": random(3)}),
        "vector quantizer": (VectorQuantizer(), {"x": random(2, 2)}),
        "a function of one's own": (lambda x: Cube.apply(x).pow(2).mean(), {"x": random(3)}),
        "a wrong function of one's own": (lambda x: WrongCube.apply(x).pow(2).mean(), {"x": random(3)}),
        "results in a dict": (WithOutputs(dict), {"x": random(1, 2), "labels": tensor([1])}),
        "results in a record": (WithOutputs(Outputs), {"x": random(1, 2), "labels": tensor([1])}),
        "checkpointing": (Checkpointed(False), square),
        "checkpointing, reentrant": (Checkpointed(True), square),
        "functional_call": (functional_call, square),
        "gradient inside a gradient": (
            maml,
            {"w": random(2, 1), "x": random(3, 2), "y": random(3, 1)},
        ),
        "clamps on one side": (soft_clamp, {"x": random(4), "low": tensor(-0.2)}),
        "clipped policy": (
            policy,
            {
                "logits": random(2, 3),
                "action": tensor([[1], [0]]),
                "advantage": random(2),
                "old": tensor([-1.0, -0.7]),
            },
        ),
        "parts assigned in place": (in_place, {"x": random(3, 2)}),
        "accumulated in place": (accumulated, {"x": random(2, 3)}),
        "sorted": (sorted_loss, {"x": random(1, 3), "y": random(1, 3, seed=1)}),
        "segments": (segments, {"x": random(4, 2)}),
        "gumbel softmax, straight through": (gumbel, {"logits": random(1, 3), "noise": random(1, 3, seed=1)}),
        "gradient penalty": (gradient_penalty, {"x": random(2, 2), "w": random(2, 1)}),
        "hessian": (hessian_diagonal, {"x": random(2)}),
        "keywords": (keyed, {"x": random(2), "scale": tensor(3.0), "shift": random(2, seed=1)}),
        "kernel": (kernel, {"x": random(2, 2), "y": random(3, 2)}),
        "complex numbers": (complex_part, {"x": random(4)}),
        "through numpy": (through_numpy, {"x": random(2)}),
        "data set": (set_data, {"x": random(2)}),
        "interpolation": (interpolated, {"x": random(1, 1, 2, 2)}),
    }
