"""The three models on which capture and drawing are compared: a perceptron, a residual block, a small GPT."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn


class Perceptron(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(2, 3)
        self.fc2 = nn.Linear(3, 2)

    def forward(self, x: Any, target: Any) -> Any:
        h = torch.relu(self.fc1(x))
        return F.cross_entropy(self.fc2(h), target)


class Residual(nn.Module):
    """A residual block of two convolutions with its head."""

    def __init__(self, channels: int = 2) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.fc = nn.Linear(channels, 2)

    def forward(self, x: Any, target: Any) -> Any:
        h = torch.relu(self.conv1(x))
        y = torch.relu(x + self.conv2(h))
        return F.cross_entropy(self.fc(y.mean((2, 3))), target)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.heads = heads

    def forward(self, x: Any) -> Any:
        length, width = x.shape
        split = (length, self.heads, width // self.heads)
        q, k, v = (part.view(split).transpose(0, 1) for part in self.qkv(x).split(width, dim=1))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(0, 1).reshape(length, width))


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: Any) -> Any:
        x = x + self.attention(self.norm1(x))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self, vocabulary: int = 256, width: int = 84, heads: int = 4, length: int = 32) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.places = nn.Embedding(length, width)
        self.block1 = Block(width, heads)
        self.block2 = Block(width, heads)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, text: Any, following: Any) -> Any:
        x = self.tokens(text) + self.places(torch.arange(len(text)))
        x = self.block2(self.block1(x))
        return F.cross_entropy(self.head(self.norm(x)), following)


def models() -> dict[str, tuple[nn.Module, tuple[Any, ...]]]:
    """Each model with its inputs, by its name; the same on every call."""
    torch.manual_seed(0)
    text = torch.randint(0, 256, (33,))
    return {
        "perceptron": (Perceptron(), (torch.tensor([[1.0, -0.5]]), torch.tensor([1]))),
        "residual": (Residual(), (torch.randn(1, 2, 4, 4), torch.tensor([1]))),
        "gpt": (Gpt(), (text[:-1], text[1:])),
    }
