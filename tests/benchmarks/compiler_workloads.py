"""Workloads of the compiler's benchmark: each in scalars, and by hand in NumPy with `out=`.

A workload is a function that returns a `Work`: what the compiler gets, and the step that somebody
who knows NumPy would write by hand, with buffers of its own and no temporaries.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_core import compile, grad
from autograd_core.compiler import Compiled
from autograd_core.functional import dot, erfc, exp, log, log_softmax, sqrt
from autograd_core.kinds import ARRAY


@dataclass
class Work:
    """One workload.

    Attributes:
        name: What it is.
        target: The ratio to hand-written code that is good enough.
        compiled: The compiled function, not called yet.
        step: One step with it.
        peer: The same step by hand.
        numbers: Both results, for comparison: what `step` and `peer` return.
    """

    name: str
    target: float
    compiled: Compiled
    step: Callable[[], Any]
    peer: Callable[[], Any]


def moons() -> Work:
    """Full-batch gradient step of MLP(2, [16, 16, 1]): hinge loss and L2, node by node."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 2))
    y = np.where(rng.random(100) < 0.5, -1.0, 1.0)
    start = rng.uniform(-1.0, 1.0, size=337)
    samples, labels = x.tolist(), y.tolist()

    def neuron(weights: Any, inputs: Any, bias: Any) -> Any:
        return sum((w * a for w, a in zip(weights, inputs)), bias)

    def layers(parameters: Any) -> list[list[tuple[Any, Any]]]:
        found, position = [], 0
        for n_in, n_out in ((2, 16), (16, 16), (16, 1)):
            neurons = []
            for _ in range(n_out):
                neurons.append(
                    (parameters[position : position + n_in], parameters[position + n_in])
                )
                position += n_in + 1
            found.append(neurons)
        return found

    def loss(parameters: Any) -> Any:
        first, second, third = layers(list(parameters))
        losses = []
        for sample, label in zip(samples, labels):
            h1 = [neuron(w, sample, b).relu() for w, b in first]
            h2 = [neuron(w, h1, b).relu() for w, b in second]
            score = neuron(third[0][0], h2, third[0][1])
            losses.append((1.0 + -label * score).relu())
        data_loss = sum(losses) * (1.0 / len(losses))
        return data_loss + 1e-4 * sum(p * p for p in parameters)

    compiled = compile(loss)
    ours = start.copy()

    def step() -> Any:
        value, gradient = compiled.value_and_grad(ours)
        gradient *= 0.01
        np.subtract(ours, gradient, out=ours)
        return value

    def split(flat: Any) -> list[Any]:
        found, position = [], 0
        for n_in, n_out in ((2, 16), (16, 16), (16, 1)):
            block = flat[position : position + n_out * (n_in + 1)].reshape(n_out, n_in + 1)
            found += [block[:, :-1].copy(), block[:, -1].copy()]
            position += block.size
        return found

    w1, b1, w2, b2, w3, b3 = weights = split(start)
    w1t, w2t, w3t = w1.T, w2.T, w3.T
    h1, h2, s = np.empty((100, 16)), np.empty((100, 16)), np.empty((100, 1))
    d1, d2, ds, column = np.empty((100, 16)), np.empty((100, 16)), np.empty((100, 1)), y[:, None]
    m1, m2, ms = (np.empty(a.shape, dtype=bool) for a in (h1, h2, s))
    gradients = [np.empty_like(w) for w in weights]
    g1, e1, g2, e2, g3, e3 = gradients
    scratch = [np.empty_like(w) for w in weights]
    d1t, d2t, dst = d1.T, d2.T, ds.T

    def peer() -> Any:
        np.matmul(x, w1t, out=h1)
        np.add(h1, b1, out=h1)
        np.greater(h1, 0.0, out=m1)
        np.maximum(h1, 0.0, out=h1)
        np.matmul(h1, w2t, out=h2)
        np.add(h2, b2, out=h2)
        np.greater(h2, 0.0, out=m2)
        np.maximum(h2, 0.0, out=h2)
        np.matmul(h2, w3t, out=s)
        np.add(s, b3, out=s)
        np.multiply(s, column, out=s)
        np.subtract(1.0, s, out=s)
        np.greater(s, 0.0, out=ms)
        np.maximum(s, 0.0, out=s)
        value = s.sum() * 0.01
        for w in weights:
            value += 1e-4 * np.vdot(w, w)
        np.multiply(column, ms, out=ds)
        np.multiply(ds, -0.01, out=ds)
        np.matmul(dst, h2, out=g3)
        np.add.reduce(ds, axis=0, out=e3)
        np.matmul(ds, w3, out=d2)
        np.multiply(d2, m2, out=d2)
        np.matmul(d2t, h1, out=g2)
        np.add.reduce(d2, axis=0, out=e2)
        np.matmul(d2, w2, out=d1)
        np.multiply(d1, m1, out=d1)
        np.matmul(d1t, x, out=g1)
        np.add.reduce(d1, axis=0, out=e1)
        for w, g, t in zip(weights, gradients, scratch):
            np.multiply(w, 2e-4, out=t)
            np.add(g, t, out=g)
            np.multiply(g, 0.01, out=g)
            np.subtract(w, g, out=w)
        return float(value)

    return Work("moons, full batch, 66,000 nodes", 1.25, compiled, step, peer)


def _network(sizes: tuple[int, ...], batch: int, name: str, target: float) -> Work:
    """One minibatch step: tanh layers, softmax cross-entropy, SGD."""
    rng = np.random.default_rng(0)
    start = []
    for n_in, n_out in pairwise(sizes):
        start += [rng.normal(size=(n_out, n_in)) / math.sqrt(n_in), np.zeros(n_out)]
    x = rng.uniform(size=(batch, sizes[0]))
    targets = np.eye(sizes[-1])[rng.integers(sizes[-1], size=batch)]
    count = len(sizes) - 1

    def loss(*arguments: Any) -> Any:
        *parameters, inputs, target = arguments
        for layer in range(count):
            w, b = parameters[2 * layer], parameters[2 * layer + 1]
            inputs = [dot(row, inputs) + bias for row, bias in zip(w, b)]
            if layer < count - 1:
                inputs = [a.tanh() for a in inputs]
        return -dot(target, log_softmax(inputs))

    compiled = compile(loss, batch=[None] * (2 * count) + [0, 0])
    ours = [p.copy() for p in start]
    wrt = tuple(range(2 * count))

    def step() -> Any:
        values, gradients = compiled.value_and_grad(*ours, x, targets, wrt=wrt)
        for p, g in zip(ours, gradients):
            g *= 0.1 / batch
            np.subtract(p, g, out=p)
        return values.sum() / batch

    theirs = [p.copy() for p in start]
    hidden = [np.empty((batch, n)) for n in sizes[1:]]
    adjoints = [np.empty((batch, n)) for n in sizes[1:]]
    gradients = [np.empty_like(p) for p in theirs]
    top, total, log_p = np.empty((batch, 1)), np.empty((batch, 1)), np.empty((batch, sizes[-1]))

    def peer() -> Any:
        inputs = x
        for layer in range(count):
            out = hidden[layer]
            np.matmul(inputs, theirs[2 * layer].T, out=out)
            np.add(out, theirs[2 * layer + 1], out=out)
            if layer < count - 1:
                np.tanh(out, out=out)
            inputs = out
        z, d = hidden[-1], adjoints[-1]
        np.maximum.reduce(z, axis=1, keepdims=True, out=top)
        np.subtract(z, top, out=z)
        np.exp(z, out=d)
        np.add.reduce(d, axis=1, keepdims=True, out=total)
        np.divide(d, total, out=d)
        np.log(total, out=total)
        np.subtract(z, total, out=log_p)
        value = -np.vdot(log_p, targets) / batch
        np.subtract(d, targets, out=d)
        np.multiply(d, 1.0 / batch, out=d)
        for layer in range(count - 1, -1, -1):
            d = adjoints[layer]
            inputs = hidden[layer - 1] if layer else x
            np.matmul(d.T, inputs, out=gradients[2 * layer])
            np.add.reduce(d, axis=0, out=gradients[2 * layer + 1])
            if layer:
                below = adjoints[layer - 1]
                np.matmul(d, theirs[2 * layer], out=below)
                np.multiply(inputs, inputs, out=inputs)
                np.subtract(1.0, inputs, out=inputs)
                np.multiply(below, inputs, out=below)
        for p, g in zip(theirs, gradients):
            np.multiply(g, 0.1, out=g)
            np.subtract(p, g, out=p)
        return float(value)

    return Work(name, target, compiled, step, peer)


def digits() -> Work:
    """One minibatch of MLP(64, [32, 10]), 32 samples."""
    return _network((64, 32, 10), 32, "digits MLP(64,[32,10]), 32 samples, one step", 1.5)


def large() -> Work:
    """One minibatch of MLP(784, [128, 64, 10]), 64 samples."""
    return _network((784, 128, 64, 10), 64, "MLP(784,[128,64,10]), 64 samples, one step", 1.5)


def rosenbrock() -> Work:
    """Value and gradient of Rosenbrock's function in 1000 dimensions."""
    x = np.random.default_rng(0).uniform(0.5, 1.5, size=1000)

    def function(x: Any) -> Any:
        return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x))

    compiled = compile(function)
    low, high = x[:-1], x[1:]
    u, v, g = np.empty(999), np.empty(999), np.empty(1000)

    def peer() -> Any:
        np.multiply(low, low, out=u)
        np.subtract(high, u, out=u)
        np.subtract(1.0, low, out=v)
        value = 100.0 * np.dot(u, u) + np.dot(v, v)
        g[0] = 0.0
        np.multiply(u, 200.0, out=g[1:])
        np.multiply(u, low, out=u)
        np.multiply(u, 400.0, out=u)
        np.subtract(g[:-1], u, out=g[:-1])
        np.multiply(v, 2.0, out=v)
        np.subtract(g[:-1], v, out=g[:-1])
        return float(value), g.copy()

    return Work(
        "Rosenbrock, 1000 dimensions", 2.0, compiled, lambda: compiled.value_and_grad(x), peer
    )


def _price(s: Any, k: Any, r: Any, sigma: Any, t: Any) -> Any:
    """Black and Scholes 1973, equation 13, on Values and floats."""
    spread = sigma * sqrt(t)
    d1 = (log(s / k) + (r + 0.5 * sigma * sigma) * t) / spread
    d2 = d1 - spread
    half = math.sqrt(0.5)
    return s * (0.5 * erfc(-half * d1)) - k * exp(-r * t) * (0.5 * erfc(-half * d2))


def _scenarios(count: int) -> list[Any]:
    rng = np.random.default_rng(0)
    lows, highs = (80.0, 90.0, 0.01, 0.1, 0.2), (120.0, 110.0, 0.05, 0.5, 2.0)
    return [rng.uniform(low, high, size=count) for low, high in zip(lows, highs)]


def _greeks(s: Any, k: Any, r: Any, sigma: Any, t: Any) -> Any:
    """Price, delta, gamma, vega, theta (by time to expiry) and rho: derivatives, not formulas."""
    price = _price(s, k, r, sigma, t)
    delta, rho, vega, theta = grad(_price, argnums=(0, 2, 3, 4))(s, k, r, sigma, t)
    gamma = grad(grad(_price))(s, k, r, sigma, t)
    return [price, delta, gamma, vega, theta, rho]


def black_scholes(erfc_array: Callable[[Any], Any] = ARRAY.erfc) -> Work:
    """Price and five Greeks of 100,000 scenarios, gamma by a second derivative."""
    scenarios = _scenarios(100_000)
    compiled = compile(_greeks, batch=[0] * 5)
    name = "Black-Scholes, five Greeks with gamma, 100,000"
    peer = _closed_form(scenarios, erfc_array, gamma=True)
    return Work(name, 1.0, compiled, lambda: compiled(*scenarios), peer)


def black_scholes_gradient(erfc_array: Callable[[Any], Any] = ARRAY.erfc) -> Work:
    """Price of 100,000 scenarios and its gradient by all five inputs."""
    scenarios = _scenarios(100_000)
    compiled = compile(_price, batch=[0] * 5)
    name = "Black-Scholes, gradient by five inputs, 100,000"

    def step() -> Any:
        price, (delta, dual_delta, rho, vega, theta) = compiled.value_and_grad(
            *scenarios, wrt=(0, 1, 2, 3, 4)
        )
        return [price, delta, dual_delta, vega, theta, rho]

    return Work(name, 1.0, compiled, step, _closed_form(scenarios, erfc_array, gamma=False))


def _closed_form(
    scenarios: list[Any], erfc_array: Callable[[Any], Any], *, gamma: bool
) -> Callable[[], Any]:
    """Return the price, delta, gamma or the derivative by the strike, vega, theta and rho."""
    s, k, r, sigma, t = scenarios
    half, density = math.sqrt(0.5), 1.0 / math.sqrt(2.0 * math.pi)
    root, spread, d1, d2, discounted, phi = (np.empty(len(s)) for _ in range(6))

    def peer() -> Any:
        np.sqrt(t, out=root)
        np.multiply(sigma, root, out=spread)
        np.divide(s, k, out=d1)
        np.log(d1, out=d1)
        np.multiply(sigma, sigma, out=d2)
        np.multiply(d2, 0.5, out=d2)
        np.add(d2, r, out=d2)
        np.multiply(d2, t, out=d2)
        np.add(d1, d2, out=d1)
        np.divide(d1, spread, out=d1)
        np.subtract(d1, spread, out=d2)
        np.multiply(r, t, out=discounted)
        np.negative(discounted, out=discounted)
        np.exp(discounted, out=discounted)
        np.multiply(discounted, k, out=discounted)
        np.multiply(d1, d1, out=phi)
        np.multiply(phi, -0.5, out=phi)
        np.exp(phi, out=phi)
        np.multiply(phi, density, out=phi)
        np.multiply(d1, -half, out=d1)
        np.multiply(d2, -half, out=d2)
        # NumPy has no erfc: both sides use the engine's (SciPy's is another column of the table)
        delta, n2 = erfc_array(d1), erfc_array(d2)
        np.multiply(delta, 0.5, out=delta)
        np.multiply(n2, 0.5, out=n2)
        np.multiply(discounted, n2, out=discounted)
        if not gamma:
            np.divide(discounted, k, out=n2)
            np.negative(n2, out=n2)
        price = s * delta
        np.subtract(price, discounted, out=price)
        if gamma:
            np.multiply(s, spread, out=n2)
            np.divide(phi, n2, out=n2)
        np.multiply(phi, s, out=phi)
        vega = phi * root
        theta = phi * sigma
        np.divide(theta, root, out=theta)
        np.multiply(theta, 0.5, out=theta)
        np.multiply(r, discounted, out=d1)
        np.add(theta, d1, out=theta)
        rho = discounted * t
        return [price, delta, n2, vega, theta, rho]

    return peer


def one_scenario() -> Work:
    """Price and four Greeks of one scenario in plain floats, against the closed forms."""
    s, k, r, sigma, t = scenario = [100.0, 105.0, 0.03, 0.2, 1.5]
    compiled = compile(_price)
    half, density = math.sqrt(0.5), 1.0 / math.sqrt(2.0 * math.pi)

    def peer() -> Any:
        root = math.sqrt(t)
        spread = sigma * root
        d1 = (math.log(s / k) + (r + 0.5 * sigma * sigma) * t) / spread
        d2 = d1 - spread
        n1, n2 = 0.5 * math.erfc(-half * d1), 0.5 * math.erfc(-half * d2)
        discounted = k * math.exp(-r * t)
        phi = density * math.exp(-0.5 * d1 * d1)
        theta = 0.5 * s * phi * sigma / root + r * discounted * n2
        return s * n1 - discounted * n2, (n1, discounted * t * n2, s * phi * root, theta)

    return Work(
        "Black-Scholes and four Greeks, one scenario", 4.0, compiled,
        lambda: compiled.value_and_grad(*scenario, wrt=(0, 2, 3, 4)), peer,
    )  # fmt: skip


def lennard_jones() -> Work:
    """Energy and forces of 64 particles, 2016 pairs."""
    grid = np.array([[i, j, k] for i in range(4) for j in range(4) for k in range(4)], dtype=float)
    x = grid * 1.2 + np.random.default_rng(0).uniform(-0.1, 0.1, size=(64, 3))

    def energy(x: Any) -> Any:
        total = 0.0
        for i in range(64):
            for j in range(i + 1, 64):
                square = sum((a - b) ** 2 for a, b in zip(x[i], x[j]))
                inverse = 1.0 / (square * square * square)
                total = total + 4.0 * (inverse * inverse - inverse)
        return total

    compiled = compile(energy)
    first, second = np.triu_indices(64, 1)
    a, b = np.empty((2016, 3)), np.empty((2016, 3))
    squares, inverse, work = np.empty(2016), np.empty(2016), np.empty(2016)

    def peer() -> Any:
        np.take(x, first, axis=0, out=a, mode="clip")
        np.take(x, second, axis=0, out=b, mode="clip")
        np.subtract(a, b, out=a)
        np.multiply(a, a, out=b)
        np.add.reduce(b, axis=1, out=squares)
        np.multiply(squares, squares, out=inverse)
        np.multiply(inverse, squares, out=inverse)
        np.divide(1.0, inverse, out=inverse)
        value = 4.0 * (np.dot(inverse, inverse) - inverse.sum())
        np.multiply(inverse, inverse, out=work)
        np.multiply(work, 2.0, out=work)
        np.subtract(inverse, work, out=work)
        np.multiply(work, 24.0, out=work)
        np.divide(work, squares, out=work)
        np.multiply(a, work[:, None], out=a)
        forces = np.empty((64, 3))
        for axis in range(3):
            forces[:, axis] = np.bincount(first, a[:, axis], 64)
            forces[:, axis] -= np.bincount(second, a[:, axis], 64)
        return float(value), forces

    name = "Lennard-Jones, 64 particles, energy and forces"
    return Work(name, 1.5, compiled, lambda: compiled.value_and_grad(x), peer)


def chain() -> Work:
    """x = sin(x) * a + b, 100,000 times, against a loop over floats."""

    def function(x: Any, a: Any, b: Any) -> Any:
        for _ in range(100_000):
            x = x.sin() * a + b
        return x

    compiled = compile(function)
    sin, cos = math.sin, math.cos

    def peer() -> Any:
        x, a, b = 0.1, 0.5, 0.2
        xs, sines = [], []
        for _ in range(100_000):
            xs.append(x)
            s = sin(x)
            sines.append(s)
            x = s * a + b
        d, da, db = 1.0, 0.0, 0.0
        for before, s in zip(reversed(xs), reversed(sines)):
            db += d
            da += d * s
            d = d * a * cos(before)
        return x, (d, da, db)

    return Work(
        "chain of 100,000 sines", 1.5, compiled,
        lambda: compiled.value_and_grad(0.1, 0.5, 0.2, wrt=(0, 1, 2)), peer,
    )  # fmt: skip


WORKLOADS = (
    moons, digits, large, rosenbrock, black_scholes_gradient, black_scholes, one_scenario,
    lennard_jones, chain,
)  # fmt: skip
