"""A real Chromium for the tests of the pages: skipped without one, but never in CI."""

import os
import shutil
from pathlib import Path

import pytest

SCREENSHOTS = Path(__file__).parent / "screenshots"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def missing(what):
    if os.environ.get("CI"):
        pytest.fail(f"CI must run the browser tests, but there is no {what}")
    pytest.skip(f"no {what}; install it to run the browser tests")


@pytest.fixture(scope="session")
def chromium():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright (pip install 'autograd-core[test]')")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing("chromium on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


class Visit:
    """A page that is open, with everything that went wrong in it or left it."""

    def __init__(self, page):
        self.page, self.errors, self.requests = page, [], []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text))
        page.on("request", lambda request: self.requests.append(request.url))

    def text(self, id):
        return self.page.evaluate("id => document.getElementById(id).textContent", id)

    def run(self, script, argument=None):
        return self.page.evaluate(script, argument)

    def drawn(self):
        """Wait until all of a large graph is there: it is drawn in several pictures."""
        self.until(lambda: not self.run("window.player?.view.waiting.length"))

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.drawn()

    def scrub(self, frame):
        self.run(
            "frame => { const slider = document.getElementById('slider'); slider.value = frame;"
            "slider.dispatchEvent(new Event('input')); }",
            frame,
        )
        self.drawn()

    @property
    def frame(self):
        return int(self.run("document.getElementById('slider').value"))

    def until(self, condition, seconds=10):
        """Wait in Python: the page's policy forbids what Playwright's own waiting evaluates."""
        for _ in range(seconds * 50):
            if condition():
                return
            self.page.wait_for_timeout(20)
        pytest.fail(f"the page did not get there in {seconds} s; it shows {self.text('line')!r}")

    def screenshot(self, name):
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.wait_for_timeout(350)  # until the camera has come to rest
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def visit(chromium, tmp_path):
    """Open a player; at the end nothing may have failed, and nothing asked of the network."""
    visits = []

    def open_(player, **options):
        options.setdefault("viewport", {"width": 1280, "height": 760})
        context = chromium.new_context(**options)
        made = Visit(context.new_page())
        visits.append((made, context))
        path = player.save(tmp_path / f"player{len(visits)}.html")
        made.page.goto(path.as_uri())
        made.drawn()
        return made

    yield open_
    for made, context in visits:
        context.close()
        assert made.errors == []
        assert [url for url in made.requests if not url.startswith("file:")] == []


@pytest.fixture
def still(visit):
    """Open a player that does not animate, so that a frame is complete at once."""
    return lambda player, **options: visit(player, reduced_motion="reduce", **options)
