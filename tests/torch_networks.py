"""Networks and losses as engineers write them for their own work: parts of well-known models, and tricks."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrizations
from torch_models import random


class EncoderLayer(nn.Module):
    def __init__(self, **how):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(4, 2, 6, dropout=0.0, batch_first=True, **how)

    def forward(self, x, padded):
        causal = nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=x.dtype)
        return self.layer(x, src_mask=causal, src_key_padding_mask=padded).pow(2).mean()


class DecoderLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerDecoderLayer(4, 2, 6, dropout=0.0, batch_first=True)

    def forward(self, x, memory):
        causal = nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=x.dtype)
        return self.layer(x, memory, tgt_mask=causal, tgt_is_causal=True).abs().mean()


class CrossAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, kdim=3, vdim=3, batch_first=True)

    def forward(self, q, kv):
        mixed, weights = self.attention(q, kv, kv, average_attn_weights=True)
        return mixed.pow(2).mean() + weights[:, 0].max()


class DeepLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 2, num_layers=2, bidirectional=True, batch_first=True)

    def forward(self, x):
        states, (h, c) = self.lstm(x)
        return states[:, -1].sum() + h[-2:].transpose(0, 1).flatten(1).pow(2).mean() + c.mean()


class DeepGRU(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 2, num_layers=2)
        self.register_buffer("start", torch.zeros(2, 1, 2))

    def forward(self, x):
        states, last = self.gru(x, self.start)
        return (states * states.detach().mean()).sum() + last[-1].norm()


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(4, 5), nn.ELU(), nn.Linear(5, 4))
        self.decoder = nn.Sequential(nn.Linear(2, 5), nn.GELU(), nn.Linear(5, 4), nn.Sigmoid())

    def forward(self, x, noise):
        mu, logvar = self.encoder(x).chunk(2, dim=-1)
        z = mu + torch.exp(0.5 * logvar) * noise
        target = x.sigmoid()
        reconstruction = F.binary_cross_entropy(self.decoder(z), target.detach(), reduction="sum") / x.size(0)
        divergence = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1).mean()
        return reconstruction + 0.1 * divergence


class DistributionVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(3, 4)

    def forward(self, x):
        mu, scale = self.head(x).chunk(2, -1)
        q = torch.distributions.Normal(mu, F.softplus(scale))
        p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
        return torch.distributions.kl_divergence(q, p).sum() - q.log_prob(mu * 0.5 + 1).mean()


class UNet(nn.Module):
    def __init__(self, up):
        super().__init__()
        self.down = nn.Conv2d(1, 2, 3, padding=1)
        self.deep = nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect")
        self.up = up
        self.out = nn.Conv2d(4, 1, 1)

    def forward(self, x, mask):
        skip = F.leaky_relu(self.down(x), 0.1)
        deep = F.silu(self.deep(F.max_pool2d(skip, 2)))
        logits = self.out(torch.cat([skip, self.up(deep)], dim=1))
        chance = torch.sigmoid(logits)
        dice = 1 - (2 * (chance * mask).sum() + 1) / (chance.sum() + mask.sum() + 1)
        return dice + F.binary_cross_entropy_with_logits(logits, mask, pos_weight=torch.tensor(2.0))


class BasicBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.conv2 = nn.Conv2d(2, 2, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(2)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(nn.Conv2d(1, 2, 1, stride=2, bias=False), nn.BatchNorm2d(2))
        self.fc = nn.Linear(2, 3)

    def forward(self, x, target):
        identity = self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        out = torch.flatten(F.adaptive_avg_pool2d(self.relu(out), 1), 1)
        return F.cross_entropy(self.fc(out), target, label_smoothing=0.1)


class MBConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.expand = nn.Sequential(nn.Conv2d(2, 4, 1, bias=False), nn.BatchNorm2d(4), nn.SiLU())
        self.depthwise = nn.Sequential(
            nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False), nn.BatchNorm2d(4), nn.SiLU()
        )
        self.squeeze = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 1, 1), nn.SiLU(), nn.Conv2d(1, 4, 1), nn.Hardsigmoid()
        )
        self.project = nn.Sequential(nn.Conv2d(4, 2, 1, bias=False), nn.BatchNorm2d(2))

    def forward(self, x):
        deep = self.depthwise(self.expand(x))
        return (x + self.project(deep * self.squeeze(deep))).square().mean()


class Patches(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Conv2d(1, 3, 2, stride=2)
        self.cls = nn.Parameter(torch.randn(1, 1, 3))
        self.position = nn.Parameter(torch.randn(1, 5, 3))
        self.norm = nn.LayerNorm(3, eps=1e-6)

    def forward(self, x):
        patches = self.project(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.cls.expand(x.shape[0], -1, -1), patches], dim=1) + self.position
        return self.norm(tokens)[:, 0].pow(2).sum()


class PatchesByUnfold(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(4, 3)

    def forward(self, x):
        windows = F.unfold(x, kernel_size=2, stride=2).transpose(1, 2)
        again = x.unfold(2, 2, 2).unfold(3, 2, 2).reshape(x.shape[0], -1, 4)
        return (self.project(windows) * self.project(again)).mean()


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


def rotated(x):
    """Pairs of halves turned by angles that grow with the place."""
    half = x.shape[-1] // 2
    angles = torch.outer(
        torch.arange(x.shape[-2], dtype=x.dtype), 1 / 100 ** (torch.arange(half, dtype=x.dtype) / half)
    )
    cos, sin = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)
    turned = torch.cat((-x[..., half:], x[..., :half]), dim=-1)
    return x * cos + turned * sin


class LlamaBlock(nn.Module):
    """Grouped queries, rotary positions, a causal mask of −∞ and SwiGLU, each behind an RMSNorm."""

    def __init__(self, width=4, heads=2):
        super().__init__()
        self.heads = heads
        self.before, self.after = RMSNorm(width), nn.RMSNorm(width, eps=1e-6)
        self.q = nn.Linear(width, width, bias=False)
        self.kv = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.gate, self.up = nn.Linear(width, 6, bias=False), nn.Linear(width, 6, bias=False)
        self.down = nn.Linear(6, width, bias=False)

    def forward(self, x):
        b, t, c = x.shape
        h = self.before(x)
        q = rotated(self.q(h).view(b, t, self.heads, -1).transpose(1, 2))
        k, v = self.kv(h).view(b, t, 1, 2, c // self.heads).transpose(1, 3)[:, :, 0].unbind(1)
        k, v = (part[:, None].repeat_interleave(self.heads, dim=1) for part in (rotated(k), v))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        scores = scores.masked_fill(torch.ones(t, t, dtype=torch.bool).triu(1), float("-inf"))
        x = x + self.out((F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(b, t, c))
        h = self.after(x)
        return (x + self.down(F.silu(self.gate(h)) * self.up(h))).pow(2).mean()


class RotaryByComplex(nn.Module):
    """Rotary positions as LLaMA's own code has them: pairs as complex numbers."""

    def forward(self, x):
        pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
        angles = torch.arange(x.shape[-2], dtype=x.dtype)[:, None] * torch.tensor([1.0, 0.1], dtype=x.dtype)
        turned = torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten(-2)
        return (turned * x.flip(-2)).pow(2).sum()


class TopTwoExperts(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(3, 3, bias=False)
        self.experts = nn.ModuleList(nn.Linear(3, 3) for _ in range(3))

    def forward(self, x):
        weights, chosen = torch.topk(self.gate(x), 2, dim=-1)
        weights = F.softmax(weights, dim=-1)
        mixed = torch.zeros_like(x)
        for number, expert in enumerate(self.experts):
            rows, which = torch.where(chosen == number)
            if len(rows):
                mixed[rows] += weights[rows, which, None] * expert(x[rows])
        balance = F.softmax(self.gate(x), -1).mean(0) * F.one_hot(chosen[:, 0], 3).to(x.dtype).mean(0)
        return mixed.pow(2).mean() + 3 * balance.sum()


class DQN(nn.Module):
    """The values of a second network, which stands still, are the targets."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
        self.target = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).requires_grad_(False)

    def forward(self, state, action, reward, following, done):
        q = self.net(state).gather(1, action.unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            best = self.target(following).max(dim=1).values
            wanted = reward + 0.99 * (1 - done) * best
        return F.smooth_l1_loss(q, wanted)


def clip_loss(a, b, scale):
    """Pairs of pictures and texts, each against all others, both ways."""
    a, b = F.normalize(a, dim=-1), F.normalize(b, dim=-1)
    logits = scale.exp() * a @ b.t()
    labels = torch.arange(len(a))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2


def nt_xent(z):
    """Each row has its pair half the rows on; itself is left out by −∞."""
    n = len(z) // 2
    z = F.normalize(z, dim=1)
    similar = (z @ z.T / 0.5).masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    return F.cross_entropy(similar, (torch.arange(2 * n) + n) % (2 * n))


def focal(logits, target):
    log_p = F.log_softmax(logits, dim=-1).gather(1, target[:, None]).squeeze(1)
    return -((1 - log_p.exp()) ** 2 * log_p).mean()


def ctc(logits):
    return F.ctc_loss(
        logits.log_softmax(-1), torch.tensor([[1, 2]]), torch.tensor([4]), torch.tensor([2]), blank=0
    )


def triplet(anchor, near, far):
    ours = F.relu((anchor - near).norm(dim=1) - (anchor - far).norm(dim=1) + 1.0).mean()
    return (
        ours + F.triplet_margin_loss(anchor, near, far, margin=0.5) + nn.PairwiseDistance()(near, far).sum()
    )


class Heat(nn.Module):
    """A network that obeys u_t = u_xx: derivatives of the first and of the second order in the loss."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))

    def forward(self, points):
        u = self.net(points)
        (first,) = torch.autograd.grad(u.sum(), points, create_graph=True)
        (second,) = torch.autograd.grad(first[:, 0].sum(), points, create_graph=True)
        return (first[:, 1] - second[:, 0]).pow(2).mean() + u[0].pow(2).mean()


class Coupling(nn.Module):
    """A flow of RealNVP: half of the numbers scale and shift the other half."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 4))

    def forward(self, x):
        total = 0
        for _ in range(2):
            a, b = x[:, :2], x[:, 2:]
            log_scale, shift = self.net(a).chunk(2, dim=1)
            log_scale = torch.tanh(log_scale)
            x = torch.cat([b * log_scale.exp() + shift, a], dim=1)
            total = total + log_scale.sum(1)
        prior = -0.5 * (x**2 + math.log(2 * math.pi)).sum(1)
        return -(prior + total).mean()


class LoRA(nn.Module):
    def __init__(self):
        super().__init__()
        self.base = nn.Linear(3, 3).requires_grad_(False)
        self.a = nn.Parameter(torch.randn(2, 3) * 0.1)
        self.b = nn.Parameter(torch.randn(3, 2))
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return (self.base(x) + (self.drop(x) @ self.a.T @ self.b.T) * (16 / 2)).pow(2).mean()


class Normalised(nn.Module):
    """A layer with weight norm, and one with spectral norm in training, which moves its own vectors."""

    def __init__(self):
        super().__init__()
        self.one = parametrizations.weight_norm(nn.Conv1d(2, 2, 2))
        self.other = parametrizations.spectral_norm(nn.Linear(2, 2))

    def forward(self, x):
        return self.other(self.one(x).transpose(1, 2)).pow(2).mean()


class MessagePassing(nn.Module):
    """Two rounds over the edges of a graph: sums of messages by node, and means."""

    def __init__(self):
        super().__init__()
        self.message, self.update = nn.Linear(4, 2), nn.GRUCell(2, 2)

    def forward(self, x, edges):
        source, target = edges
        for _ in range(2):
            messages = torch.relu(self.message(torch.cat([x[source], x[target]], dim=-1)))
            summed = torch.zeros_like(x).index_add(0, target, messages)
            counts = torch.zeros(len(x), dtype=x.dtype).scatter_add_(0, target, torch.ones(len(target)).to(x))
            x = self.update(summed / counts.clamp(min=1)[:, None], x)
        return x.mean(0).pow(2).sum()


class GraphAttention(nn.Module):
    """Softmax over the edges that meet at a node, by the largest of each."""

    def __init__(self):
        super().__init__()
        self.w, self.a = nn.Linear(2, 2, bias=False), nn.Linear(4, 1)

    def forward(self, x, edges):
        source, target = edges
        h = self.w(x)
        e = F.leaky_relu(self.a(torch.cat([h[source], h[target]], -1)), 0.2).squeeze(-1)
        highest = torch.full((len(x),), -1e9, dtype=x.dtype).scatter_reduce(0, target, e, "amax")
        e = (e - highest.detach()[target]).exp()
        share = e / torch.zeros(len(x), dtype=x.dtype).scatter_add(0, target, e)[target]
        mixed = torch.zeros_like(h).index_add_(0, target, share[:, None] * h[source])
        return F.elu(mixed).pow(2).sum()


class Diffusion(nn.Module):
    """The noise of a step is guessed: time by sines, a scale and a shift for each channel."""

    def __init__(self):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(4, 4), nn.SiLU(), nn.Linear(4, 4))
        self.first, self.last = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 1, 3, padding=1)
        self.norm = nn.GroupNorm(1, 2)
        self.register_buffer("kept", torch.cumprod(1 - torch.linspace(1e-4, 0.02, 10), 0))

    def forward(self, x, noise, t):
        kept = self.kept.gather(0, t)[:, None, None, None]
        noisy = kept.sqrt() * x + (1 - kept).sqrt() * noise
        frequencies = torch.exp(-math.log(10000) * torch.arange(2, dtype=x.dtype) / 2)
        angles = t[:, None].to(x.dtype) * frequencies[None]
        scale, shift = self.time(torch.cat([angles.sin(), angles.cos()], -1).to(x.dtype)).chunk(2, 1)
        h = self.norm(self.first(noisy)) * (1 + scale[..., None, None]) + shift[..., None, None]
        return F.mse_loss(self.last(F.silu(h)), noise)


def quantile(prediction, target):
    levels = torch.tensor([0.1, 0.5, 0.9], dtype=prediction.dtype)
    error = target[:, None] - prediction
    return torch.max((levels - 1) * error, levels * error).sum(dim=1).mean()


def ppo(logits, old, action, advantage, value, returned):
    """The clipped loss of PPO, where the policy has not moved yet, has a little, and has too far."""
    policy = torch.distributions.Categorical(logits=logits)
    ratio = torch.exp(policy.log_prob(action) - old)
    surrogate = torch.min(ratio * advantage, torch.clamp(ratio, 0.8, 1.2) * advantage)
    return -surrogate.mean() + 0.5 * F.mse_loss(value, returned) - 0.01 * policy.entropy().mean()


def on_policy(logits, action, advantage):
    """The same at the first step, where every ratio is 1."""
    log_p = F.log_softmax(logits, -1)[torch.arange(len(action)), action]
    ratio = (log_p - log_p.detach()).exp()
    return -torch.min(ratio * advantage, ratio.clamp(1 - 0.2, 1 + 0.2) * advantage).mean()


def entropies(logits, teacher, labels):
    """Distillation: a softened divergence, and the loss of labels with weights."""
    soft = F.kl_div(F.log_softmax(logits / 2, -1), F.softmax(teacher / 2, -1), reduction="batchmean") * 4
    weights = torch.tensor([1.0, 2.0, 0.5], dtype=logits.dtype)
    return (
        soft + F.cross_entropy(logits, labels, weight=weights) + F.nll_loss(F.log_softmax(logits, 1), labels)
    )


def scattered(x, y):
    """Entries put elsewhere: in rows, by index and by mask."""
    first = x.scatter(1, torch.tensor([[2, 0], [1, 2]]), y)
    second = x.index_copy(0, torch.tensor([1]), y[:1] @ y @ x)
    third = x.masked_scatter(torch.tensor([[True, False, True], [False, True, False]]), y)
    return (first * second + third).pow(2).sum()


def taken(x):
    """Entries by two indices, medians, diagonals, windows, and the largest so far."""
    chosen = x[torch.tensor([0, 2]), torch.tensor([1, 3])].prod() + x[:, [0, 2]][[1], :].sum()
    middle = x.median() + x.median(dim=1).values.sum() + x.kthvalue(2, dim=0).values.sum()
    return chosen * middle + x.diagonal().prod() + x.unfold(1, 2, 1).pow(2).sum() + x.cummax(1)[0].sum()


def enlarged(x):
    near = F.interpolate(x, scale_factor=2, mode="nearest")
    smooth = F.interpolate(x, size=(3, 5), mode="bilinear", align_corners=True)
    return near.pow(2).mean() + smooth.pow(3).sum() + F.avg_pool2d(near, 3, 2, padding=1).sum()


def distances(x, y):
    far = torch.cdist(x, y)
    return far.min(dim=1).values.sum() + torch.exp(-far.pow(2)).mean() + torch.pdist(x).sum()


def of_elements(x):
    """Functions of one number that have no row of their own."""
    found = torch.sinh(x) + torch.cosh(x) + torch.asin(x / 9) * torch.log2(x**2 + 1) + torch.exp2(x)
    found = (
        found + torch.special.erfc(x / 9) + torch.log10(x**2 + 2) + F.softsign(x) + F.mish(x) + F.hardtanh(x)
    )
    return (found + torch.log1p(x**2) * torch.expm1(x) + F.logsigmoid(x) + F.selu(x) + F.tanhshrink(x)).sum()


def spectrum(x):
    return torch.fft.rfft(x).abs().pow(2).sum() + torch.linalg.norm(x)


def in_views(x, y):
    """Parts of tensors changed in place: a row of zeros, a column, all entries, and with nothing dropped."""
    rows = torch.zeros(2, 3, dtype=x.dtype)
    rows[0].add_(x[0])
    rows[1] += x[1] * 2
    rows[:, 1].mul_(y)
    turned = (x * 3).T
    turned[1:, 0].copy_(y)
    turned[0].fill_(0.5)
    flat = F.relu(F.dropout((x * 2).view(1, 2, 3).flatten(1), 0.5, training=False, inplace=True), True)
    return (rows.exp() * turned.T).sum() + flat.square().sum()


def grouped_attention(q, k, v):
    """Heads that share their keys and values, by every mask and scale."""
    half = F.scaled_dot_product_attention(q, k, v, enable_gqa=True, scale=0.5, is_causal=True)
    usual = F.scaled_dot_product_attention(q, k, v, enable_gqa=True, scale=q.shape[-1] ** -0.5)
    return (half * usual).sum()


def with_padding(x):
    return F.pad(F.pad(x, (1, 0, -1, 2)), (0, 1), value=1.5).square().sum()


def masked_exp(x):
    kept = torch.ones_like(x).tril() > 0
    return (x.masked_fill(~kept, -math.inf).exp() @ x.clamp(-0.5, math.inf)).sum()


def strided(x):
    y = x * 2
    return y.as_strided((2, 2), (1, 3)).prod() + y.repeat(2, 1, 2).square().sum()


def pooled(x):
    pooled = F.max_pool2d(x, 2, ceil_mode=True) + F.avg_pool2d(x, 2, ceil_mode=True)
    return pooled.prod()


def looked_up(table):
    words = torch.tensor([[2, 1, 2]])
    return F.embedding(words, table, padding_idx=0).prod(dim=1).sum()


def networks():
    """Each model with its inputs, by a name; all made anew, from the same seed."""
    torch.manual_seed(4)
    tensor = torch.tensor
    pictures, mask = random(1, 1, 4, 4), (random(1, 1, 4, 4, seed=1) > 0).float()
    padded = tensor([[False, False, True]])
    edges = tensor([[0, 1, 2, 0], [1, 2, 0, 2]])
    return {
        "encoder layer with masks": (
            EncoderLayer(activation="gelu"),
            {"x": random(1, 3, 4), "padded": padded},
        ),
        "encoder layer, norm first": (
            EncoderLayer(norm_first=True),
            {"x": random(1, 3, 4), "padded": padded},
        ),
        "decoder layer": (DecoderLayer(), {"x": random(1, 2, 4), "memory": random(1, 3, 4, seed=1)}),
        "cross attention": (CrossAttention(), {"q": random(1, 2, 4), "kv": random(1, 3, 3)}),
        "LSTM of two layers both ways": (DeepLSTM(), {"x": random(1, 3, 3)}),
        "GRU of two layers": (DeepGRU(), {"x": random(3, 1, 3)}),
        "VAE": (VAE(), {"x": random(2, 4), "noise": random(2, 2, seed=1)}),
        "VAE by distributions": (DistributionVAE(), {"x": random(2, 3)}),
        "U-Net, enlarged": (
            UNet(nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(3, 2, 1))),
            {"x": pictures, "mask": mask},
        ),
        "U-Net, transposed": (UNet(nn.ConvTranspose2d(3, 2, 2, stride=2)), {"x": pictures, "mask": mask}),
        "ResNet block": (BasicBlock(), {"x": random(2, 1, 4, 4), "target": tensor([0, 2])}),
        "MBConv": (MBConv(), {"x": random(2, 2, 3, 3)}),
        "ViT patches": (Patches(), {"x": pictures}),
        "patches by unfold": (PatchesByUnfold(), {"x": pictures}),
        "LLaMA block": (LlamaBlock(), {"x": random(1, 3, 4)}),
        "rotary by complex numbers": (RotaryByComplex(), {"x": random(1, 3, 4)}),
        "experts, the best two": (TopTwoExperts(), {"x": random(3, 3)}),
        "DQN": (
            DQN(),
            {
                "state": random(2, 3),
                "action": tensor([0, 1]),
                "reward": random(2),
                "following": random(2, 3, seed=1),
                "done": tensor([0.0, 1.0]),
            },
        ),
        "CLIP": (clip_loss, {"a": random(3, 2), "b": random(3, 2, seed=1), "scale": tensor(0.7)}),
        "NT-Xent": (nt_xent, {"z": random(4, 3)}),
        "focal": (focal, {"logits": random(3, 3), "target": tensor([0, 2, 1])}),
        "CTC": (ctc, {"logits": random(4, 1, 3)}),
        "triplet": (
            triplet,
            {"anchor": random(2, 3), "near": random(2, 3, seed=1), "far": random(2, 3, seed=2)},
        ),
        "heat equation": (Heat(), {"points": random(2, 2)}),
        "coupling flow": (Coupling(), {"x": random(2, 4)}),
        "LoRA": (LoRA().eval(), {"x": random(2, 3)}),
        "weight and spectral norm": (Normalised().train(), {"x": random(1, 2, 3)}),
        "message passing": (MessagePassing(), {"x": random(3, 2), "edges": edges}),
        "graph attention": (GraphAttention(), {"x": random(3, 2), "edges": edges}),
        "diffusion": (
            Diffusion(),
            {"x": random(2, 1, 3, 3), "noise": random(2, 1, 3, 3, seed=1), "t": tensor([1, 7])},
        ),
        "quantiles": (quantile, {"prediction": random(2, 3), "target": random(2, seed=1)}),
        "PPO": (
            ppo,
            {
                "logits": random(4, 3),
                "old": tensor([-1.1, -0.2, -2.5, -0.9]),
                "action": tensor([0, 1, 2, 0]),
                "advantage": tensor([1.0, -1.0, 0.5, -0.3]),
                "value": random(4),
                "returned": random(4, seed=1),
            },
        ),
        "PPO, first step": (
            on_policy,
            {"logits": random(2, 3), "action": tensor([0, 2]), "advantage": tensor([1.0, -1.5])},
        ),
        "distillation": (
            entropies,
            {"logits": random(2, 3), "teacher": random(2, 3, seed=1), "labels": tensor([2, 0])},
        ),
        "entries put": (scattered, {"x": random(2, 3), "y": random(2, 2, seed=1)}),
        "entries taken": (taken, {"x": random(3, 4)}),
        "enlarged pictures": (enlarged, {"x": random(1, 1, 2, 3)}),
        "distances": (distances, {"x": random(3, 2), "y": random(2, 2, seed=3)}),
        "elementary functions": (of_elements, {"x": random(4)}),
        "spectrum": (spectrum, {"x": random(4)}),
        "changed in views": (in_views, {"x": random(2, 3), "y": random(2, seed=1)}),
        "heads that share keys": (
            grouped_attention,
            {"q": random(1, 4, 3, 2), "k": random(1, 2, 3, 2, seed=1), "v": random(1, 2, 3, 2, seed=2)},
        ),
        "padded": (with_padding, {"x": random(3, 2)}),
        "masked before exp": (masked_exp, {"x": random(3, 3)}),
        "strided": (strided, {"x": random(3, 3)}),
        "pooled, ceilings that are floors": (pooled, {"x": random(1, 1, 4, 4)}),
        "looked up": (looked_up, {"table": random(3, 2)}),
    }
