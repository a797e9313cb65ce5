"""PyTorch's functions and modules: 20 with a planted fault each, 20 right ones."""

import torch
from case import Case
from torch import nn
from torch.nn import functional

torch.manual_seed(7)
DOUBLE = {"dtype": torch.float64}
A, B = torch.randn(3, 3, **DOUBLE), torch.randn(3, 3, **DOUBLE)
X, W, b = torch.randn(5, 3, **DOUBLE), torch.randn(3, 4, **DOUBLE), torch.randn(4, **DOUBLE)
x = torch.tensor([-1.3, -0.4, 0.7, 1.9, 0.2], **DOUBLE)
LARGE = torch.randn(50, 30, **DOUBLE)


def made(forward, backward, jvp=None):
    """Return an autograd.Function of these; backward takes the inputs, then the gradient."""

    class Made(torch.autograd.Function):
        @staticmethod
        def forward(*inputs):
            return forward(*inputs)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        @staticmethod
        def backward(ctx, gradient):
            return backward(*ctx.saved_tensors, gradient)

    if jvp is not None:
        Made.jvp = staticmethod(lambda ctx, *tangents: jvp(*ctx.saved_tensors, *tangents))
    return Made


def softmax_of(z):
    return torch.softmax(z, -1)


def centred_detached(x):
    return x - x.mean(dim=1, keepdim=True).detach()


def normalised(x):
    d = x - x.mean(dim=1, keepdim=True)
    return d / d.norm(dim=1, keepdim=True).detach()


def hooked(x):
    y = x * 1.0
    if y.requires_grad:
        y.register_hook(lambda g: g.clamp(-0.1, 0.1))
    return (y**3).sum()


def forgotten_column(w, g):
    found = g * (1.0 - torch.tanh(w) ** 2)
    found[:, 7] = 0.0
    return found


class Frozen(nn.Module):
    """A layer whose second weight is used through .data."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(3, 4).double(), nn.Linear(4, 2).double()

    def forward(self, x):
        return functional.linear(torch.tanh(self.first(x)), self.second.weight.data)


class Scaled(nn.Module):
    """A layer that scales the gradient of its weight."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 3, **DOUBLE))

    def forward(self, x):
        weight = 3.0 * self.weight - 2.0 * self.weight.detach()
        return x @ weight.T


def silu_backward(x, g):
    s = torch.sigmoid(x)
    return g * s


FAULTS = [
    Case("sign", made(torch.cos, lambda x, g: g * torch.sin(x)), (x,), "wrong sign"),
    Case("square, half", made(lambda x: x * x, lambda x, g: g * x), (x,), "half"),
    Case("mean as a sum", made(lambda x: x.mean(0), lambda x, g: g.expand_as(x)), (X,),
         "5 times too large"),
    Case("matrix product transposed",
         made(torch.matmul, lambda a, b, g: (g @ b, a.T @ g)), (A, B), "d_.*(transposed|wrong)"),
    Case("weight transposed", made(torch.matmul, lambda a, b, g: (b @ g.T, a.T @ g)), (A, B),
         "is transposed"),
    Case("bias by the wrong axis",
         made(lambda x, b: x + b, lambda x, b, g: (g, g.sum(1))), (A, B[0]), "d_x1 is"),
    Case("summed over an axis",
         made(torch.mul, lambda x, y, g: (g * y, (g * x).sum(0).expand_as(y))), (X, X + 1.0),
         "sum over axis 0"),
    Case("softmax, own entry only",
         made(softmax_of, lambda z, g: g * softmax_of(z) * (1.0 - softmax_of(z))), (x,),
         "misses the terms"),
    Case("mean detached", centred_detached, (X,), "misses the terms|along axis 1"),
    Case("norm detached", normalised, (X,), "missing|too much"),
    Case("relu without its mask", made(torch.relu, lambda x, g: g), (x,), "only where x0 < 0"),
    Case("clamp, wrong bound", made(lambda x: x.clamp(-1.0, 1.0), lambda x, g: g * (x < 1.0)),
         (x,), "index 0|below"),
    Case("silu, a term missing", made(functional.silu, silu_backward), (x,), "wrong|missing"),
    Case("gradient clipped by a hook", hooked, (x,), "not linear in the cotangent"),
    Case("jvp of the wrong sign",
         made(torch.sin, lambda x, g: g * torch.cos(x), lambda x, d: -d * torch.cos(x)), (x,),
         "tangent of y has the wrong sign"),
    Case("parameter through .data", Frozen(), (X,), "d_second.weight is zero"),
    Case("parameter scaled", Scaled(), (X,), "d_weight is 3 times"),
    Case("random", made(torch.sin, lambda x, g: g * torch.cos(x) * (1 + 1e-3 * torch.rand(1))),
         (x,), "not deterministic"),
    Case("float32, a factor",
         made(torch.tanh, lambda x, g: 1.01 * g * (1 - torch.tanh(x) ** 2)),
         (x.float(),), "1.01 times"),
    Case("one column of 1,500 entries", made(torch.tanh, forgotten_column), (LARGE,),
         "index 7.* of axis 1"),
]  # fmt: skip


def attention(q, k, v):
    return functional.scaled_dot_product_attention(q, k, v)


def classifier():
    return nn.Sequential(nn.Linear(3, 6), nn.LayerNorm(6), nn.GELU(), nn.Linear(6, 3)).double()


ZEROS = torch.tensor([0.0, -0.5, 0.0, 2.0], **DOUBLE)

RIGHT = [
    Case("matrix product", made(torch.matmul, lambda a, b, g: (g @ b.T, a.T @ g)), (A, B)),
    Case(
        "function with a jvp",
        made(torch.sin, lambda x, g: g * torch.cos(x), lambda x, d: d * torch.cos(x)),
        (x,),
    ),
    Case("linear", functional.linear, (X, W.T.contiguous(), b)),
    Case("classifier", classifier(), (X,)),
    Case("cross entropy, labels", functional.cross_entropy, (X, torch.tensor([0, 2, 1, 1, 0]))),
    Case("relu at its kink", torch.relu, (ZEROS,)),
    Case("abs at its kink", torch.abs, (ZEROS,)),
    Case(
        "network of relus at 0",
        lambda x: torch.relu(A @ x).sum() + torch.relu(B @ x - 0.0).sum(),
        (torch.zeros(3, **DOUBLE),),
    ),
    Case("amax of a tie", lambda x: torch.amax(x, 1), (torch.ones(2, 3, **DOUBLE),)),
    Case("batch normalisation", nn.BatchNorm1d(3).double(), (X,)),
    Case("convolution", nn.Conv2d(1, 2, 3).double(), (torch.randn(1, 1, 5, 5, **DOUBLE),)),
    Case("recurrent cell", nn.GRUCell(3, 2).double(), (X[:2], torch.zeros(2, 2, **DOUBLE))),
    Case("embedding", nn.Embedding(4, 3).double(), (torch.tensor([0, 2, 2]),)),
    Case("attention", attention, (X[None], X[None] + 0.1, X[None] - 0.1)),
    Case("logsumexp of thousands", lambda x: torch.logsumexp(x, 0), (1e3 * x,)),
    Case("solve", torch.linalg.solve, (A + 3.0 * torch.eye(3, **DOUBLE), A[0].clone())),
    Case("steps", lambda x: torch.floor(4.0 * x), (x,)),
    Case("float32 classifier", classifier().float(), (X.float(),)),
    Case("float32 softmax", softmax_of, (X.float(),)),
    Case("1,500 entries", lambda w: torch.tanh(w @ w.T), (LARGE,)),
]
