"""Playground: steps and pictures a second in headless Chromium, and an epoch of digits.

Run with `python tests/benchmarks/playground.py`; the issue wants 3,000 steps beside 30 pictures,
0.3 s and 150 kB. It needs Chromium and scikit-learn's digits.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from sklearn.datasets import load_digits

import nn
import viz

PLAYED = """async seconds => {
    const { learner } = playground, begin = performance.now(), before = learner.steps;
    learner.split(1);
    let pictures = 0;
    const { putImageData } = CanvasRenderingContext2D.prototype;  // two in each picture
    CanvasRenderingContext2D.prototype.putImageData = function (...given) {
        pictures += 0.5;
        putImageData.apply(this, given);
    };
    document.getElementById('play').click();
    await new Promise(done => setTimeout(done, 1000 * seconds));
    document.getElementById('play').click();
    const spent = (performance.now() - begin) / 1000;
    CanvasRenderingContext2D.prototype.putImageData = putImageData;
    return [(learner.steps - before) / spent, pictures / spent];
}"""
EPOCH = """batch => {
    const { learner } = playground, times = [];
    learner.split(1);
    learner.batch = batch;
    for (let i = 0; i < 7; i++) {
        const begin = performance.now();
        while (!learner.step());
        times.push(performance.now() - begin);
    }
    return times.sort((a, b) => a - b)[3] / 1000;
}"""


def main() -> None:
    """Print the numbers."""
    moons = nn.MLP(2, [16, 16, 1], rng=0)
    moons.compile("adam", "mse")
    page = viz.playground(moons, *nn.data.make_moons(200))
    digits = nn.MLP(64, [32, 10], rng=0)
    digits.compile("adam", "cross_entropy")
    table = load_digits()
    path = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1280, "height": 760})
        shown.goto(page.save(Path(folder) / "moons.html").as_uri())
        shown.evaluate(PLAYED, 1)
        steps, pictures = shown.evaluate(PLAYED, 4)
        print(f"moons: {steps:,.0f} steps and {pictures:.0f} pictures a second")
        print(f"moons: {len(page.html.encode()):,} bytes")
        other = viz.playground(digits, table.data / 16, table.target)
        shown.goto(other.save(Path(folder) / "digits.html").as_uri())
        for batch in (32, 128):
            print(f"digits, batch {batch}: an epoch in {shown.evaluate(EPOCH, batch):.3f} s")
        browser.close()


if __name__ == "__main__":
    main()
