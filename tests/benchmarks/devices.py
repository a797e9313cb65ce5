"""Training and gradients in JAX beside steps that are written for JAX by hand.

    python tests/benchmarks/devices.py
    XLA_FLAGS=--xla_force_host_platform_device_count=4 python tests/benchmarks/devices.py sharded

Both sides get batches as NumPy arrays and float64, and take turns; a line is the median time of a
step, its ratio to the step by hand, and the seconds before the first one apart.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import nn
from autograd_core import compile
from autograd_core import functional as F
from nn.backends import Batches

jax.config.update("jax_enable_x64", True)
ROUNDS, STEPS = 9, 50
Step = Callable[[], Any]


def table(rows: int, inputs: int, classes: int = 10) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.uniform(size=(rows, inputs)), rng.integers(classes, size=rows)


def ours(sizes: list[int], rows: int, mesh: Mesh | None = None, times: int = 1) -> Step:
    """Return a step of a compiled model, or several in a call, as `fit` takes them."""
    x, y = table(rows, sizes[0])
    model = nn.MLP(sizes[0], sizes[1:], activation="tanh", output="softmax", rng=0)
    model.compile(nn.SGD(0.1), "sparse_categorical_crossentropy", backend="jax", mesh=mesh)
    model.fit(x[:rows], y, epochs=2, batch_size=rows, verbose=0, shuffle=False)
    loop: Any = nn.modules.internals(model).trainer
    backend, weights = loop.setup().backend, np.ones(rows) / rows
    backend.load()
    targets = loop.loss.prepare(y, sizes[-1])
    columns = [np.concatenate([column] * times) for column in (x, targets, weights)]
    return lambda: backend.steps(loop.optimizer, Batches(rows, *columns, True))


def by_hand(sizes: list[int], rows: int) -> Step:
    """Return the same step as someone writes it for JAX, its buffers donated."""
    x, y = table(rows, sizes[0])
    target = np.eye(sizes[-1])[y]
    rng = np.random.default_rng(1)
    held = [[(jnp.array(rng.normal(size=(a, b)) / a), jnp.zeros(b)) for a, b in
             pairwise(sizes)]]  # fmt: skip

    def loss(layers: Any, x: Any, t: Any) -> Any:
        for w, b in layers[:-1]:
            x = jnp.tanh(x @ w + b)
        w, b = layers[-1]
        return -(jax.nn.log_softmax(x @ w + b) * t).sum() / len(x)

    def train(layers: Any, x: Any, t: Any) -> Any:
        value, slopes = jax.value_and_grad(loss)(layers, x, t)
        return jax.tree.map(lambda p, g: p - 0.1 * g, layers, slopes), value

    jitted = jax.jit(train, donate_argnums=0)

    def step() -> Any:
        held[0], value = jitted(held[0], x, target)
        return value

    return step


def seconds(step: Step, steps: int) -> float:
    begin = time.perf_counter()
    for _ in range(steps):
        found = step()
    jax.block_until_ready(found)
    return (time.perf_counter() - begin) / steps


def compared(
    name: str, makers: dict[str, Callable[[], Step]], steps: int = STEPS, last: int = 1
) -> None:
    """Print a line for each; the first is what the others are compared with.

    A call of the last one is so many steps.
    """
    at_once = {peer: last if place == len(makers) - 1 else 1 for place, peer in enumerate(makers)}
    made, first = {}, {}
    for peer, maker in makers.items():
        begin = time.perf_counter()
        made[peer] = maker()
        jax.block_until_ready(made[peer]())
        first[peer] = time.perf_counter() - begin
    times: dict[str, list[float]] = {peer: [] for peer in made}
    for _ in range(ROUNDS):
        for peer, step in made.items():
            times[peer].append(seconds(step, max(1, steps // at_once[peer])) / at_once[peer])
    medians = {peer: statistics.median(found) for peer, found in times.items()}
    base = next(iter(medians.values()))
    for peer, median in medians.items():
        print(f"{name:24} {peer:28} {median * 1e6:10.1f} us {median / base:6.2f}"
              f"   first {first[peer]:.2f} s", flush=True)  # fmt: skip


def black_scholes(rows: Any) -> tuple[Step, Step]:
    """Return price and gradient by five inputs of each scenario, in the order of `rows`."""

    def price(s: Any, k: Any, t: Any, r: Any, v: Any) -> Any:
        width = v * F.sqrt(t)
        d = (F.log(s / k) + (r + 0.5 * v * v) * t) / width
        return s * F.erfc(-d * 0.5**0.5) * 0.5 - k * F.exp(-r * t) * F.erfc((width - d) * 0.5**0.5) * 0.5  # noqa: E501  # fmt: skip

    f = compile(price, batch=(0,) * 5)
    f(*[column[:2] for column in rows])
    function = jax.jit(f.to_jax(wrt=(0, 1, 2, 3, 4)))

    def hand(s: Any, k: Any, t: Any, r: Any, v: Any) -> Any:
        width = v * jnp.sqrt(t)
        d = (jnp.log(s / k) + (r + 0.5 * v * v) * t) / width
        erfc = jax.scipy.special.erfc
        return s * erfc(-d * 0.5**0.5) * 0.5 - k * jnp.exp(-r * t) * erfc((width - d) * 0.5**0.5) * 0.5  # noqa: E501  # fmt: skip

    many = jax.jit(jax.vmap(jax.value_and_grad(hand, (0, 1, 2, 3, 4))))
    return lambda: many(*rows), lambda: function(*rows)


def scenarios(count: int) -> list[Any]:
    rng = np.random.default_rng(0)
    ranges = ((80.0, 120.0), (80.0, 120.0), (0.2, 2.0), (0.0, 0.05), (0.1, 0.5))
    return [jnp.array(rng.uniform(low, high, count)) for low, high in ranges]


def main() -> None:
    """Measure one device, or what several share."""
    if sys.argv[1:] == ["sharded"]:
        one = Mesh(np.array(jax.devices()[:1]), ("rows",))
        sizes = [64, 32, 10]
        peers = {"one device": lambda: ours(sizes, 65_536, one),
                 f"{len(jax.devices())} devices": lambda: ours(sizes, 65_536)}  # fmt: skip
        compared("65,536 rows", peers, 3)
        rows = scenarios(1_000_000)
        whole = NamedSharding(Mesh(np.array(jax.devices()), ("rows",)), PartitionSpec("rows"))
        laid = [jax.device_put(column, whole) for column in rows]
        peers = {"one device": lambda: black_scholes(rows)[1],
                 f"{len(jax.devices())} devices": lambda: black_scholes(laid)[1]}  # fmt: skip
        compared("Black-Scholes, 1,000,000", peers, 1)
        return
    for name, sizes, rows in (("digits", [64, 32, 10], 32), ("MLP 784", [784, 128, 10], 128)):
        peers = {"by hand": lambda s=sizes, n=rows: by_hand(s, n),
                 "ours": lambda s=sizes, n=rows: ours(s, n)}  # fmt: skip
        if rows == 32:  # as `fit` takes them where the batches are small
            peers["ours, 8 in a call"] = lambda s=sizes, n=rows: ours(s, n, times=8)
        compared(name, peers, last=8 if rows == 32 else 1)
    hand, mine = black_scholes(scenarios(100_000))
    compared("Black-Scholes, 100,000", {"by hand": lambda: hand, "ours": lambda: mine}, 5)


if __name__ == "__main__":
    main()
