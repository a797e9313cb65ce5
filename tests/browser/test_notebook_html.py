"""A walkthrough as nbconvert's HTML: its players play without a kernel and without a network."""

import subprocess
import sys
from pathlib import Path

import pytest

from . import conftest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_the_chain_rule.ipynb"


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    try:
        import nbconvert  # noqa: F401 (asked for by name below, in a process of its own)
    except ImportError:
        conftest.missing("nbconvert")
    folder = tmp_path_factory.mktemp("html")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(folder)]
    done = subprocess.run([*command, str(NOTEBOOK)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    context = chromium.new_context(viewport={"width": 1100, "height": 900}, offline=True)
    page = context.new_page()
    page.goto((folder / f"{NOTEBOOK.stem}.html").as_uri(), wait_until="commit")
    page.locator("iframe").first.wait_for(state="attached")
    yield page
    context.close()


def player(page, index):
    frame = page.locator("iframe").nth(index)
    frame.scroll_into_view_if_needed()
    inside = frame.content_frame
    inside.get_by_role("slider").wait_for()
    return inside


def says(page, inside, text):
    for _ in range(200):
        if text in inside.locator("#line").inner_text():
            return
        page.wait_for_timeout(20)
    pytest.fail(f"wanted {text!r}, the player says {inside.locator('#line').inner_text()!r}")


def test_the_arithmetic_of_each_step_is_shown(page):
    inside = player(page, 0)
    inside.get_by_role("button", name="Step").click()
    says(page, inside, "e = a * b = 2 * 3 = 6")
    inside.get_by_role("button", name="Loss").click()
    says(page, inside, "dL/dL = 1")
    inside.get_by_role("button", name="End").click()
    says(page, inside, "dL/db += dL/de * de/db = -2 * 2 = -4")


def test_contributions_are_counted(page):
    inside = player(page, 1)
    inside.get_by_role("button", name="End").click()
    says(page, inside, "dc/da += dc/db * db/da")
    assert "contribution 2 of 2" in inside.locator("#why").inner_text()


def test_the_pictures_behind_the_players_are_there(page):
    sizes = page.evaluate(
        "[...document.querySelectorAll('img')].filter(i => i.alt).map(i => i.naturalWidth)"
    )
    assert sizes
    assert min(sizes) > 200
