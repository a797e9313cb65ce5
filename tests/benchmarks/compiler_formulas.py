"""Formulas: workloads of one function, in many dimensions or on many samples."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from compiler_work import Work, compiled_for

from autograd_core import grad
from autograd_core.functional import erfc, exp, log, sqrt
from autograd_core.table import ARRAY


def rosenbrock() -> Work:
    """Value and gradient of Rosenbrock's function in 1000 dimensions."""
    x = np.random.default_rng(0).uniform(0.5, 1.5, size=1000)

    def function(x: Any) -> Any:
        return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x))

    compiled = compiled_for(function)
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
    compiled = compiled_for(_greeks, batch=[0] * 5)
    name = "Black-Scholes, five Greeks with gamma, 100,000"
    peer = _closed_form(scenarios, erfc_array, gamma=True)
    return Work(name, 1.0, compiled, lambda: compiled(*scenarios), peer)


def black_scholes_gradient(erfc_array: Callable[[Any], Any] = ARRAY.erfc) -> Work:
    """Price of 100,000 scenarios and its gradient by all five inputs."""
    scenarios = _scenarios(100_000)
    compiled = compiled_for(_price, batch=[0] * 5)
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
    compiled = compiled_for(_price)
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

    compiled = compiled_for(energy)
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

    compiled = compiled_for(function)
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
