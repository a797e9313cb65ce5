"""Other libraries' versions of the benchmark's workloads, for those that can be imported.

Each function returns the step to time. It does what the workload of its name does, in the way that
the library's own documentation recommends: one call for each step, compiled before the timing.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Step = Callable[[], Any]
MOONS = (2, 16, 16, 1)
DIGITS = (64, 32, 10)
LARGE = (784, 128, 64, 10)


def _weights(sizes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    found = []
    for n_in, n_out in pairwise(sizes):
        found += [rng.normal(size=(n_out, n_in)) / n_in**0.5, np.zeros(n_out)]
    return found


def _points() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(100, 2)), np.where(rng.random(100) < 0.5, -1.0, 1.0)


def jax_moons() -> Step:
    """One call of a jitted step."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, y = _points()

    def loss(weights: Any) -> Any:
        h = x
        for w, b in zip(weights[:-2:2], weights[1:-2:2]):
            h = jax.nn.relu(h @ w.T + b)
        scores = (h @ weights[-2].T + weights[-1])[:, 0]
        squares = sum((w * w).sum() for w in weights)
        return jnp.maximum(1.0 - y * scores, 0.0).mean() + 1e-4 * squares

    @jax.jit
    def update(weights: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(weights)
        return value, [w - 0.01 * g for w, g in zip(weights, gradient)]

    state = [jnp.asarray(w) for w in _weights(MOONS)]

    def step() -> float:
        nonlocal state
        value, state = update(state)
        return float(value)

    return step


def torch_moons() -> Step:
    """Eager PyTorch with torch.optim.SGD."""
    import torch

    x, y = (torch.tensor(a) for a in _points())
    weights = [torch.tensor(w, requires_grad=True) for w in _weights(MOONS)]
    optimizer = torch.optim.SGD(weights, lr=0.01)

    def step() -> float:
        optimizer.zero_grad()
        h = x
        for w, b in zip(weights[:-2:2], weights[1:-2:2]):
            h = torch.relu(h @ w.T + b)
        scores = (h @ weights[-2].T + weights[-1])[:, 0]
        squares = sum((w * w).sum() for w in weights)
        value = torch.relu(1.0 - y * scores).mean() + 1e-4 * squares
        value.backward()
        optimizer.step()
        return float(value.detach())

    return step


def micrograd_moons() -> Step:
    """The step of micrograd's own demo."""
    from micrograd.nn import MLP

    x, y = _points()
    samples, labels = x.tolist(), y.tolist()
    model = MLP(2, [16, 16, 1])

    def step() -> float:
        losses = [(1.0 + -label * model(s)).relu() for s, label in zip(samples, labels)]
        value = sum(losses) * (1.0 / len(losses))
        value = value + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        value.backward()
        for p in model.parameters():
            p.data -= 0.01 * p.grad
        return float(value.data)

    return step


def _torch_network(sizes: tuple[int, ...], batch: int) -> Step:
    import torch

    rng = np.random.default_rng(0)
    x = torch.tensor(rng.uniform(size=(batch, sizes[0])))
    targets = torch.tensor(rng.integers(sizes[-1], size=batch))
    weights = [torch.tensor(w, requires_grad=True) for w in _weights(sizes)]
    optimizer = torch.optim.SGD(weights, lr=0.1)

    def step() -> float:
        optimizer.zero_grad()
        h = x
        for w, b in zip(weights[:-2:2], weights[1:-2:2]):
            h = torch.tanh(torch.nn.functional.linear(h, w, b))
        scores = torch.nn.functional.linear(h, weights[-2], weights[-1])
        value = torch.nn.functional.cross_entropy(scores, targets)
        value.backward()
        optimizer.step()
        return float(value.detach())

    return step


def torch_digits() -> Step:
    """Eager PyTorch, one minibatch of 32."""
    return _torch_network(DIGITS, 32)


def torch_large() -> Step:
    """Eager PyTorch, one minibatch of 64."""
    return _torch_network(LARGE, 64)


def casadi_rosenbrock() -> Step:
    """Value and gradient in CasADi's virtual machine for SX graphs, into buffers."""
    import casadi

    x = casadi.SX.sym("x", 1000)
    low, high = x[:-1], x[1:]
    value = casadi.sum1(100.0 * (high - low**2) ** 2 + (1.0 - low) ** 2)
    outputs = [casadi.densify(value), casadi.densify(casadi.gradient(value, x))]
    function = casadi.Function("f", [x], outputs)
    buffer, call = function.buffer()
    point = np.random.default_rng(0).uniform(0.5, 1.5, size=1000)
    results = np.zeros(1), np.zeros(1000)
    buffer.set_arg(0, memoryview(point))
    for index, result in enumerate(results):
        buffer.set_res(index, memoryview(result))

    def step() -> Any:
        call()
        assert buffer is not None  # the call writes through it, so it has to live as long
        return float(results[0][0]), results[1].copy()

    return step


def scipy_black_scholes_gradient() -> Step:
    """The closed form by hand, with SciPy's erfc, written in C."""
    from compiler_formulas import black_scholes_gradient
    from scipy.special import erfc

    return black_scholes_gradient(erfc).peer


def scipy_black_scholes() -> Step:
    """The closed form by hand, with SciPy's erfc, written in C."""
    from compiler_formulas import black_scholes
    from scipy.special import erfc

    return black_scholes(erfc).peer


PEERS: dict[str, list[tuple[str, str, Callable[[], Step]]]] = {
    "moons": [
        ("jax.jit", "jax", jax_moons),
        ("PyTorch", "torch", torch_moons),
        ("micrograd", "micrograd", micrograd_moons),
    ],
    "digits": [("PyTorch", "torch", torch_digits)],
    "large": [("PyTorch", "torch", torch_large)],
    "rosenbrock": [("CasADi SX", "casadi", casadi_rosenbrock)],
    "black_scholes_gradient": [("SciPy's erfc", "scipy", scipy_black_scholes_gradient)],
    "black_scholes": [("SciPy's erfc", "scipy", scipy_black_scholes)],
}


def importable(module: str) -> bool:
    """Say whether a library is there."""
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True
