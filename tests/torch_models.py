"""Models and functions as people write them, each with its inputs by name."""

import math

import torch
import torch.nn.functional as F
from torch import nn


def random(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed + sum(shape))
    return torch.randn(*shape, generator=generator).round(decimals=2)


def square(x, y):
    return (x + y) ** 2


def neuron(x, w, b, t):
    z = torch.dot(w, x) + b
    return F.binary_cross_entropy(torch.sigmoid(z), t)


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


class MLP(nn.Module):
    def __init__(self, i=2, h=3, o=2):
        super().__init__()
        self.fc1 = nn.Linear(i, h)
        self.fc2 = nn.Linear(h, o)

    def forward(self, x, target):
        return F.cross_entropy(self.fc2(F.relu(self.fc1(x))), target)


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(8, 3)

    def forward(self, x, target):
        h = self.pool(F.relu(self.conv(x)))
        return F.cross_entropy(self.fc(h.flatten(1)), target)


class ConvNetBN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Conv2d(4, 4, 3, padding=1, groups=2),
            nn.BatchNorm2d(4),
            nn.SiLU(),
            nn.AdaptiveAvgPool2d(1),
        )
        self.head = nn.Linear(4, 3)

    def forward(self, x, target):
        return F.cross_entropy(self.head(torch.flatten(self.features(x), 1)), target)


class LSTMCellLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(2, 3)

    def forward(self, x, h, c):
        h, c = self.cell(x, (h, c))
        return h.sum() + c.sum()


class GRUCellLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(2, 3)

    def forward(self, x, h):
        return (self.cell(x, h) ** 2).mean()


class LSTMSeq(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 3, batch_first=True)
        self.out = nn.Linear(3, 1)

    def forward(self, x, y):
        h, _ = self.lstm(x)
        return F.mse_loss(self.out(h[:, -1]), y)


class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln = nn.LayerNorm(4)
        self.bn = nn.BatchNorm1d(4)

    def forward(self, x):
        return (self.bn(self.ln(x)) ** 3).mean()


class Head(nn.Module):
    def __init__(self, d=4, k=3):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(d, k, bias=False) for _ in range(3))
        self.register_buffer("mask", torch.tril(torch.ones(8, 8)).bool())

    def forward(self, x):
        q, k, v = self.query(x), self.key(x), self.value(x)
        w = (q @ k.transpose(-2, -1)) / math.sqrt(k.shape[-1])
        w = w.masked_fill(~self.mask[: x.shape[-2], : x.shape[-2]], float("-inf")).softmax(-1)
        return w @ v


class HeadLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = Head()

    def forward(self, x):
        return (self.head(x) ** 2).sum()


class CausalSelfAttention(nn.Module):  # as in nanoGPT
    def __init__(self, d, h):
        super().__init__()
        self.c_attn = nn.Linear(d, 3 * d)
        self.c_proj = nn.Linear(d, d)
        self.h = h
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        batch, length, width = x.size()
        q, k, v = self.c_attn(x).split(width, dim=2)
        q, k, v = (t.view(batch, length, self.h, width // self.h).transpose(1, 2) for t in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.drop(self.c_proj(y.transpose(1, 2).contiguous().view(batch, length, width)))


class GPTMLP(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.c_fc = nn.Linear(d, 4 * d)
        self.gelu = nn.GELU()
        self.c_proj = nn.Linear(4 * d, d)

    def forward(self, x):
        return self.c_proj(self.gelu(self.c_fc(x)))


class Block(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.ln_1 = nn.LayerNorm(d)
        self.attn = CausalSelfAttention(d, h)
        self.ln_2 = nn.LayerNorm(d)
        self.mlp = GPTMLP(d)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    def __init__(self, vocab=7, d=4, h=2, length=4, layers=1):
        super().__init__()
        self.wte = nn.Embedding(vocab, d)
        self.wpe = nn.Embedding(length, d)
        self.blocks = nn.ModuleList(Block(d, h) for _ in range(layers))
        self.ln_f = nn.LayerNorm(d)
        self.lm_head = nn.Linear(d, vocab, bias=False)
        self.lm_head.weight = self.wte.weight

    def forward(self, idx, targets):
        pos = torch.arange(idx.shape[1])
        x = self.wte(idx) + self.wpe(pos)
        for b in self.blocks:
            x = b(x)
        logits = self.lm_head(self.ln_f(x))
        return F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1))


class EmbBag(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(5, 3)
        self.fc = nn.Linear(3, 2)

    def forward(self, idx, which):
        z = self.fc(self.emb(idx).mean(1))
        return -z.log_softmax(-1).gather(1, which).mean()


class DropoutNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Tanh(), nn.Linear(4, 1))

    def forward(self, x):
        return self.net(x).sum()


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(4, 4)
        self.dec = nn.Linear(2, 4)

    def forward(self, x, eps):
        mu, logvar = self.enc(x).chunk(2, -1)
        z = mu + torch.exp(0.5 * logvar) * eps
        recon = F.binary_cross_entropy_with_logits(self.dec(z), x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return recon + kl


def softmax_nll(scores, target):
    return F.nll_loss(F.log_softmax(scores, dim=1), target)


class PINN(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(1, 3)
        self.l2 = nn.Linear(3, 1)

    def u(self, x):
        return self.l2(torch.tanh(self.l1(x)))

    def forward(self, x):
        x = x.detach().requires_grad_(True)
        u = self.u(x)
        (du,) = torch.autograd.grad(u.sum(), x, create_graph=True)
        (d2u,) = torch.autograd.grad(du.sum(), x, create_graph=True)
        return ((d2u + torch.sin(x)) ** 2).mean()


class Residual(nn.Module):  # ResNet basic block, in-place relu
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 2, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.conv2 = nn.Conv2d(2, 2, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(2)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out += x
        return self.relu(out).mean()


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x):
        return x + self.down(F.gelu(self.up(self.norm(x))))


class Tower(nn.Module):
    """A stack of equal blocks, between a layer that comes in and one that goes out."""

    def __init__(self, width=2, layers=3):
        super().__init__()
        self.stem = nn.Linear(3, width, bias=False)
        self.blocks = nn.ModuleList(Layer(width) for _ in range(layers))
        self.head = nn.Linear(width, 2)

    def forward(self, x, target):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return F.cross_entropy(self.head(x), target)


def inplace(x):
    y = x * 2
    y[0] = x[1] * x[0]
    y.mul_(3)
    y += x
    return y.sum()


def branch(x):
    return (x * 2 if x.sum() > 0 else x * 3).sum()


def loop(x):
    n = 0
    while x.norm() < 10 and n < 8:
        x = x * 1.5
        n += 1
    return x.sum()


def orders_and_places(x, w, y):
    ordered = torch.sort(x, dim=1, descending=True)[0]
    top, _ = torch.topk(y, 2, dim=-1)
    form = torch.nn.functional.bilinear(x, y, w)
    angle = torch.nn.functional.cosine_similarity(x, y, dim=1)
    same = torch.einsum("ni,kij,nj->nk", x, w, y)
    added = x.scatter_add(1, torch.tensor([[0, 0], [2, 1]]), top)
    put = x.index_put((torch.tensor([0, 1]), torch.tensor([2, 0])), angle)
    return (ordered * x).sum() + (form * same).sum() + (added**2).sum() + (put**3).sum()


def einsum_fn(a, b):
    return torch.einsum("ij,jk->ik", a, b).logsumexp(1).sum()


def hessian_vec(x):
    return torch.linalg.norm(x) + torch.cumsum(x, 0).clamp(min=-1, max=2).sum() + torch.var(x)


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x**2


class WrongSwish(torch.autograd.Function):
    """The slope of a sigmoid is forgotten."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * torch.sigmoid(x) * (1 + x)


class WrongProduct(torch.autograd.Function):
    """What goes to the second matrix is the transpose of what should."""

    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x @ w

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return g @ w.t(), g.t() @ x


class WithoutSecond(torch.autograd.Function):
    """Nothing goes back to the second factor."""

    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(y)
        return x * y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * y, None


class WrongSeries(torch.autograd.Function):
    """A function without a row, with a slope that is none of its own."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.special.erfcx(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x


class WrongCube(Cube):
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 2 * x**2


def erfinv_fn(x, w):
    return (torch.special.i0(x) * torch.erfinv(w)).sum()


def models():
    """Each model with its inputs, by a name; all made anew, from the same seed."""
    torch.manual_seed(0)
    tensor = torch.tensor
    return {
        "square": (square, {"x": tensor(3.0), "y": tensor(4.0)}),
        "neuron": (
            neuron,
            {"x": tensor([1.0, -2.0]), "w": tensor([0.5, 0.25]), "b": tensor(0.1), "t": tensor(1.0)},
        ),
        "rosenbrock": (rosenbrock, {"x": tensor(-1.2), "y": tensor(1.0)}),
        "mlp": (MLP(), {"x": random(2, 2), "target": tensor([1, 0])}),
        "cnn": (CNN(), {"x": random(1, 1, 4, 4), "target": tensor([2])}),
        "convolutions": (ConvNetBN().eval(), {"x": random(1, 3, 4, 4), "target": tensor([1])}),
        "lstm_cell": (LSTMCellLoss(), {"x": random(1, 2), "h": random(1, 3), "c": random(1, 3, seed=5)}),
        "gru_cell": (GRUCellLoss(), {"x": random(1, 2), "h": random(1, 3)}),
        "lstm": (LSTMSeq(), {"x": random(1, 3, 2), "y": random(1, 1)}),
        "norms": (Norms().eval(), {"x": random(3, 4)}),
        "norms_in_training": (Norms().train(), {"x": random(3, 4)}),
        "attention": (HeadLoss(), {"x": random(3, 4)}),
        "gpt": (GPT().eval(), {"idx": tensor([[1, 5, 2, 0]]), "targets": tensor([[5, 2, 0, 3]])}),
        "gpt_of_two_layers": (
            GPT(11, 8, 2, 6, 2).eval(),
            {"idx": tensor([[1, 5, 2, 0, 9, 4]]), "targets": tensor([[5, 2, 0, 9, 4, 7]])},
        ),
        "embedding": (EmbBag(), {"idx": tensor([[1, 2], [0, 4]]), "which": tensor([[1], [0]])}),
        "dropout": (DropoutNet().eval(), {"x": random(2, 3)}),
        "dropout_in_training": (DropoutNet().train(), {"x": random(2, 3)}),
        "vae": (VAE(), {"x": torch.sigmoid(random(1, 4)).round(decimals=2), "eps": random(1, 2)}),
        "softmax_nll": (
            softmax_nll,
            {"scores": tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]), "target": tensor([1, 0])},
        ),
        "pinn": (PINN(), {"x": tensor([[0.2], [0.7]])}),
        "residual": (Residual().eval(), {"x": random(1, 2, 3, 3)}),
        "tower": (Tower(), {"x": random(1, 3), "target": tensor([1])}),
        "in_place": (inplace, {"x": tensor([1.0, 2.0, 3.0])}),
        "branch": (branch, {"x": tensor([1.0, 2.0])}),
        "loop": (loop, {"x": tensor([1.0, 2.0])}),
        "orders_and_places": (
            orders_and_places,
            {"x": random(2, 3), "w": random(2, 3, 3), "y": random(2, 3)},
        ),
        "einsum": (einsum_fn, {"a": random(2, 3), "b": random(3, 2)}),
        "norm_cumsum_clamp_var": (hessian_vec, {"x": tensor([0.3, -1.2, 2.5])}),
        "without_rows": (erfinv_fn, {"x": tensor([0.3, 1.2]), "w": tensor([0.1, -0.5])}),
    }
