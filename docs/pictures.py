"""Pictures: makes the images of README in docs/images, the same ones every time.

Run with `python docs/pictures.py`; it needs Chromium and the extra `test`.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

import nn
import viz
from autograd_core import Value
from nn.data import make_moons
from viz.drawing import animated_svg

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 1080, "height": 600}
TALL = {"width": 1120, "height": 750}
WIDE = {"width": 1180, "height": 700}
LARGEST = 200_000  # bytes
MOVES = 10  # pictures of the moving one
TRAIN = """steps => {
    for (let i = 0; i < steps; i++) {
        playground.learner.step();
        if (i % 5 === 4) playground.show();
    }
}"""


def neuron() -> Value:
    """Return tanh(w1 * x1 + w2 * x2 + b), the neuron of micrograd's lecture."""
    numbers = {"w1": -3.0, "x1": 2.0, "w2": 1.0, "x2": 0.0, "b": 6.8813735870195432}
    v = {label: Value(number, label) for label, number in numbers.items()}
    o = (v["w1"] * v["x1"] + v["w2"] * v["x2"] + v["b"]).tanh()
    o.label = "o"
    o.backward()
    return o


def first_example() -> Value:
    """Return the y of the first lines of README; small enough to be read at the width of a page."""
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.5, label="b")
    y = (w * x + b).tanh()
    y.label = "y"
    y.backward()
    return y


def training() -> viz.Recorder:
    """Return the record of a training on two moons."""
    x, y = make_moons(100, noise=0.1, seed=1)
    model = nn.MLP(2, [8, 8, 1], activation="tanh", rng=4)
    model.compile("adam", "binary_crossentropy_from_logits", ["accuracy"])
    model.optimizer.learning_rate = 0.03
    recorder = viz.Recorder(x, y)
    model.fit(x, y, epochs=40, batch_size=10, callbacks=[recorder], verbose=0, seed=0)
    return recorder


def playground() -> viz.Player:
    """Return a page in which a network trains on two moons."""
    model = nn.MLP(2, [8, 8, 1], activation="tanh", rng=4)
    model.compile(nn.Adam(lr=0.01), "mse")
    return viz.playground(model, *make_moons(200, noise=0.15, seed=1), title="Two moons")


@contextmanager
def chromium() -> Iterator[Page]:
    """Open a page that does not animate."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit('pictures.py needs playwright: pip install ".[test]"')
    path = shutil.which("chromium") or sys.exit("pictures.py needs chromium on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser.new_page(reduced_motion="reduce", color_scheme="light")
        browser.close()


def shoot(page: Page, player: viz.Player, name: str, script: str, size: ViewportSize) -> None:
    """Save what a player shows after a script has run in it."""
    page.set_viewport_size(size)
    with tempfile.TemporaryDirectory() as folder:
        page.goto(player.save(Path(folder) / "player.html").as_uri())
        page.evaluate(script)
        page.wait_for_timeout(1500)  # until nothing moves
        page.screenshot(path=IMAGES / name)


def film(page: Page, player: viz.Player, name: str, size: ViewportSize) -> None:
    """Save a moving picture of a playground that trains."""
    page.set_viewport_size(size)
    pictures = []
    with tempfile.TemporaryDirectory() as folder:
        page.goto(player.save(Path(folder) / "player.html").as_uri())
        for move in range(MOVES):
            page.evaluate(TRAIN, 0 if move == 0 else 10 + 8 * move)
            shot = Image.open(io.BytesIO(page.locator("#panels").screenshot()))
            small = (640, round(640 * shot.height / shot.width))
            pictures.append(shot.convert("RGB").resize(small))
    palette = pictures[-1].quantize(48)
    first, *others = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures]
    times = [*[300] * (MOVES - 1), 2500]  # milliseconds
    first.save(IMAGES / name, save_all=True, append_images=others, duration=times, loop=0)


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    before_last = "() => player.time.jump(player.trace.last - 1)"
    whole = """() => {
        document.getElementById("detail").value = 2;
        document.getElementById("detail").dispatchEvent(new Event("change"));
        player.time.jump(player.trace.last);
        document.getElementById("fit").click();
    }"""
    with chromium() as page:
        shoot(page, viz.play(neuron()), "player.png", before_last, SIZE)
        network = viz.play(nn.MLP(2, [4, 4, 1], activation="tanh", rng=2), [1.0, -2.0], [1.0])
        shoot(page, network, "player-network.png", whole, SIZE)
        shoot(page, viz.play(training(), title="Two moons"), "training.png", "() => 0", TALL)
        film(page, playground(), "playground.gif", WIDE)
    for name, theme in (("passes", "light"), ("passes-dark", "dark")):
        moving = animated_svg(viz.trace(first_example()), theme)
        (IMAGES / f"{name}.svg").write_text(moving, encoding="utf-8")
    viz.save(viz.draw_network(nn.MLP(3, [4, 2], rng=7)), IMAGES / "network.svg")
    for path in sorted(IMAGES.iterdir()):
        size = path.stat().st_size
        print(f"{path.name}: {size:,} bytes")
        if size > LARGEST:
            sys.exit(f"{path} is larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main()
