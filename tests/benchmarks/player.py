"""Time and size of the player: building the page, its size, and one step in Chromium.

Run with `python tests/benchmarks/player.py`. The peer of the build is the backward pass of the
same graph in the same run; the bounds in seconds are those of the player's specification.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from autograd_core import Value
from viz.player import Player, play

BOUNDS = {200: 0.3, 2_000: 1.5, 10_000: 5.0}  # nodes: seconds to build
FRAME = 100.0  # milliseconds in which a step has to be on the screen
STEP = """async share => {
    const { trace, time } = player, spent = [];
    time.jump(Math.round(share * trace.last));
    const painted = () => new Promise(done =>
        requestAnimationFrame(() => requestAnimationFrame(done)));
    await painted();
    for (let i = 0; i < 15; i++) {
        const start = performance.now();
        time.jump(time.frame + 1);
        document.getElementById('canvas').getBoundingClientRect();
        const script = performance.now() - start;
        await painted();
        spent.push([script, performance.now() - start]);
    }
    return spent;
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


def step_times(player: Player) -> None:
    """Print how long one step takes in Chromium until it is on the screen."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        print("no chromium on PATH: the steps are not timed")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(reduced_motion="reduce", viewport={"width": 1280, "height": 760})
        page.goto(player.save(Path(folder) / "player.html").as_uri())
        boxes = page.locator(".node").count()
        for share in (0.1, 0.3, 0.6, 0.9):
            spent = page.evaluate(STEP, share)
            script, screen = (statistics.median(column) for column in zip(*spent, strict=True))
            print(
                f"a step at {share:.0%} of {len(player.trace.nodes):,} nodes, {boxes} boxes: "
                f"script {script:.1f} ms, on the screen two frames later, after {screen:.0f} ms "
                f"(bound {FRAME:.0f} ms)"
            )
        browser.close()


if __name__ == "__main__":
    step_times(build_times())
