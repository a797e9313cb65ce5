"""Networks: workloads that are one step of training."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from compiler_work import Work, compiled_for

from autograd_core.functional import dot, log_softmax


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

    compiled = compiled_for(loss)
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

    compiled = compiled_for(loss, batch=[None] * (2 * count) + [0, 0])
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
