"""Time and size of the player: building the page, its size, and its steps in Chromium.

Run with `python tests/benchmarks/player.py`. The peer of the build is the backward pass of the
same graph in the same run; the bounds in seconds are those of the player's specification.
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import nn
from autograd_core import Value
from viz.player import Player, play

BOUNDS = {200: 0.3, 2_000: 1.5, 10_000: 5.0}  # nodes: seconds to build
FRAME = 50.0  # milliseconds in which a step has to be on the screen
SIZES = {"number": 25, "neuron": 15, "layer": 7}  # how large a step is, and how many of them
WATCH = """() => {
    window.waits = [];
    const note = list => waits.push(...list.getEntries().filter(e => e.name === 'keydown'));
    new PerformanceObserver(note).observe({ type: 'event', durationThreshold: 16 });
}"""
START = """([size, share]) => {
    const { stops, time, trace } = player, choice = document.getElementById('size');
    choice.value = size;
    choice.dispatchEvent(new Event('change'));
    time.jump(stops.near(Math.round(share * trace.last)));
    waits.length = 0;
}"""


def graph(nodes: int) -> Value:
    """Return a graph of about that many nodes whose numbers neither vanish nor explode."""
    made = [Value(0.3, "x")]
    count = 1
    while count < nodes:
        other = made[max(0, len(made) - 8)]
        if len(made) % 3:
            made.append(made[-1] * 0.9 + other * 0.05)
            count += 5
        else:
            made.append((made[-1] + other).tanh())
            count += 2
    return made[-1]


def seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def digits() -> Player:
    """Return the player of a network that reads a picture of 8 x 8."""
    rng = random.Random(0)
    picture = [rng.random() for _ in range(64)]
    return play(nn.MLP(64, [32, 10], rng=0), picture, [1.0] + [0.0] * 9, image=(8, 8))


def build_times() -> Player:
    """Print what building a page takes, and return the largest one."""
    empty = len(play(Value(1.0)).html.encode())
    print(f"page without a graph: {empty:,} bytes")
    for nodes, bound in BOUNDS.items():
        root = graph(nodes)
        spent = statistics.median([seconds(lambda root=root: play(root)) for _ in range(5)])
        peer = statistics.median([seconds(root.backward) for _ in range(5)])
        player = play(root)
        print(
            f"{len(player.trace.nodes):6,} nodes: built in {spent:.3f} s (bound {bound} s, "
            f"{spent / peer:.0f} x one backward pass), {len(player.html) / 1e3:,.0f} kB"
        )
    return player


def step_times(players: dict[str, Player]) -> None:
    """Print how long after a key a step is on the screen, by Chromium's Event Timing."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        print("no chromium on PATH: the steps are not timed")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, player in players.items():
            page = browser.new_page(viewport={"width": 1280, "height": 760})
            page.goto(player.save(Path(folder) / "player.html").as_uri())
            page.evaluate(WATCH)
            waits: list[float] = []
            for size, steps in SIZES.items():
                for share in (0.0, 0.3, 0.55):
                    page.evaluate(START, [size, share])
                    page.wait_for_timeout(500)  # until that is drawn
                    for key in ["ArrowRight"] * steps + ["ArrowLeft"] * steps:
                        page.keyboard.press(key)
                        page.wait_for_timeout(300)
                    found = page.evaluate("waits.map(e => e.duration)")
                    waits += found + [8.0] * (2 * steps - len(found))  # below 16 none is reported
            late = sum(wait > FRAME for wait in waits)
            print(
                f"{name}, {len(player.trace.nodes):,} nodes: {len(waits)} steps, on the screen "
                f"after {statistics.median(waits):.0f} ms (median), {max(waits):.0f} (largest); "
                f"{late} over {FRAME:.0f}"
            )
            page.close()
        browser.close()


if __name__ == "__main__":
    step_times({"digits": digits(), "chain": build_times()})
