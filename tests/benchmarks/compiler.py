"""How fast compiled programs are beside the same step written by hand.

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/compiler.py [workload ...]

Each line is one workload: the graph's nodes, the time to compile it, the median time of a step and
of the hand-written one, measured in turns, and their ratio with the spread of its quartiles.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from compiler_workloads import WORKLOADS, Work

ROUNDS = 15
SECONDS = 0.02  # that one measurement lasts at least


def timed(step: Callable[[], Any], repeats: int) -> float:
    """Return seconds per call."""
    begin = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - begin) / repeats


def measure(work: Work) -> tuple[float, float, list[float]]:
    """Return median seconds of the step and of its peer, and the sorted ratios."""
    repeats = [max(1, int(SECONDS / timed(step, 1))) for step in (work.step, work.peer)]
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(timed(work.step, repeats[0]))
        theirs.append(timed(work.peer, repeats[1]))
    ratios = sorted(a / b for a, b in zip(ours, theirs))
    return statistics.median(ours), statistics.median(theirs), ratios


def flat(result: Any) -> np.ndarray[Any, Any]:
    """Return all numbers of a result in one array."""
    if isinstance(result, (tuple, list)):
        return np.concatenate([flat(item) for item in result])
    return np.ravel(np.asarray(result, dtype=float))


def main(names: list[str]) -> None:
    """Print the table."""
    print(f"{'workload':50} {'nodes':>8} {'compile':>8} {'ours':>10} {'by hand':>10}   ratio"
          f" (quartiles)   target   difference")  # fmt: skip
    for workload in WORKLOADS:
        if names and workload.__name__ not in names:
            continue
        work = workload()
        ours, theirs = work.step(), work.peer()
        apart = np.abs(flat(ours) - flat(theirs)).max() / np.abs(flat(theirs)).max()
        report = work.compiled.report.splitlines()
        nodes = report[0].split()[0]
        seconds = float(report[-1].split()[2])
        for _ in range(3):
            work.step(), work.peer()
        mine, peer, ratios = measure(work)
        low, high = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
        print(f"{work.name:50} {nodes:>8} {seconds:7.2f}s {mine * 1e6:8.1f}us {peer * 1e6:8.1f}us"
              f"  {statistics.median(ratios):6.2f} ({low:.2f}-{high:.2f})"
              f"   {work.target:6.2f}   {apart:.0e}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
