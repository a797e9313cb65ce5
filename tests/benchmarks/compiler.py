"""How fast compiled programs are beside the same step written by hand and in other libraries.

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/compiler.py [native] [workload ...] [nodes]

One line for each workload: the graph's nodes, the time to compile it, the median time of a step and
of the hand-written one, measured in turns, and their ratio with the spread of its quartiles; then
how many times as long the same step takes in libraries that can be imported. `nodes` is the time to
compile a graph, by its size. `native` measures machine code in place of NumPy.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import resource  # the threads of BLAS are counted when NumPy is imported
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from compiler_formulas import (
    black_scholes,
    black_scholes_gradient,
    chain,
    lennard_jones,
    one_scenario,
    rosenbrock,
)
from compiler_networks import digits, large, moons
from compiler_peers import PEERS, importable
from compiler_work import BACKEND, Work

from autograd_core import compile

WORKLOADS = (
    moons, digits, large, rosenbrock, black_scholes_gradient, black_scholes, one_scenario,
    lennard_jones, chain,
)  # fmt: skip
ROUNDS = 15
SECONDS = 0.02  # that one measurement lasts at least


def timed(step: Callable[[], Any], repeats: int) -> float:
    """Return seconds per call."""
    begin = time.process_time()
    for _ in range(repeats):
        step()
    return (time.process_time() - begin) / repeats


def measure(
    step: Callable[[], Any], peer: Callable[[], Any], rounds: int
) -> tuple[float, float, list[float]]:
    """Return median seconds of the step and of its peer, and the sorted ratios."""
    repeats = [max(1, int(SECONDS / timed(each, 1))) for each in (step, peer)]
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(timed(step, repeats[0]))
        theirs.append(timed(peer, repeats[1]))
    ratios = sorted(a / b for a, b in zip(ours, theirs))
    return statistics.median(ours), statistics.median(theirs), ratios


def flat(result: Any) -> np.ndarray[Any, Any]:
    """Return all numbers of a result in one array."""
    if isinstance(result, (tuple, list)):
        return np.concatenate([flat(item) for item in result])
    return np.ravel(np.asarray(result, dtype=float))


def line(workload: Callable[[], Work]) -> str:
    """Return one line of the table."""
    work = workload()
    ours, theirs = work.step(), work.peer()
    apart = np.abs(flat(ours) - flat(theirs)).max() / np.abs(flat(theirs)).max()
    report = work.compiled.report.splitlines()
    nodes = report[0].split()[0]
    seconds = next(float(text.split()[2]) for text in report if text.startswith("compiled in"))
    for _ in range(3):
        work.step(), work.peer()
    mine, peer, ratios = measure(work.step, work.peer, ROUNDS)
    low, high = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
    others = []
    for name, module, make in PEERS.get(workload.__name__, ()):
        if importable(module):
            step = make()
            step()
            rounds = 1 if module == "micrograd" else 7  # a second for each step
            _, _, found = measure(work.step, step, rounds)
            others.append(f"{name} {1.0 / statistics.median(found):.1f}x")
    return (f"{work.name:50} {nodes:>8} {seconds:7.2f}s {mine * 1e6:8.1f}us {peer * 1e6:8.1f}us"
            f"  {statistics.median(ratios):6.2f} ({low:.2f}-{high:.2f})"
            f"   {work.target:6.2f}   {apart:.0e}   {', '.join(others)}")  # fmt: skip


def by_size() -> None:
    """Print the time to compile for each node, at three sizes of graph."""
    print(f"\n{'graph':50} {'nodes':>9} {'CPU s':>8} {'us/node':>8} {'peak memory so far':>20}")
    for kind in ("layers", "chain"):
        for nodes in (10_000, 100_000, 1_000_000):
            function, arguments = layered(nodes) if kind == "layers" else chained(nodes)
            seconds = []
            for _ in range(3 if nodes < 1_000_000 else 1):
                compiled = compile(function)
                begin = time.process_time()
                compiled.value_and_grad(*arguments)
                seconds.append(time.process_time() - begin)
            found = int(compiled.report.split()[0].replace(",", ""))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            print(f"{kind:50} {found:9,} {min(seconds):8.2f} {min(seconds) / found * 1e6:8.2f} "
                  f"{peak:17.2f} GB", flush=True)  # fmt: skip


def layered(nodes: int) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Return a layer on a batch, of about so many nodes, and arguments for it."""
    samples = nodes // (16 * 51)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(samples, 16)).tolist()

    def function(w: Any) -> Any:
        return sum(sum(a * b for a, b in zip(row, sample)).tanh() for sample in x for row in w)

    return function, (rng.normal(size=(16, 16)),)


def chained(nodes: int) -> tuple[Callable[..., Any], tuple[float, ...]]:
    """Return a chain of sines of about so many nodes, and arguments for it."""

    def function(x: Any, a: Any, b: Any) -> Any:
        for _ in range(nodes // 3):
            x = x.sin() * a + b
        return x

    return function, (0.1, 0.5, 0.2)


def main(names: list[str]) -> None:
    """Print the tables."""
    if "native" in names:
        BACKEND[0] = "native"
        names = [name for name in names if name != "native"]
    workloads = [w for w in WORKLOADS if not names or w.__name__ in names]
    if workloads:
        print(f"{'workload':50} {'nodes':>8} {'compile':>8} {'ours':>10} {'by hand':>10}   ratio"
              f" (quartiles)   target   difference   others, times ours")  # fmt: skip
    for workload in workloads:
        print(line(workload), flush=True)
    if not names or "nodes" in names:
        by_size()


if __name__ == "__main__":
    main(sys.argv[1:])
