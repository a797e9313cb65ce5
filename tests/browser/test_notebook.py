"""The HTML of a notebook's cell: trusted, untrusted, and after nbconvert."""

import json
import re
import subprocess
import sys

import pytest

import viz
from autograd_core import Value


def neuron():
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.5, label="b")
    out = (w * x + b).tanh()
    out.label = "o"
    return out


@pytest.fixture
def cell(chromium, tmp_path):
    """Open the HTML of a cell as a page, and fail if anything in it failed."""
    context = chromium.new_context(viewport={"width": 900, "height": 700})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))

    def show(html):
        path = tmp_path / "cell.html"
        path.write_text(f"<!DOCTYPE html><meta charset='utf-8'><body>{html}</body>")
        page.goto(path.as_uri())
        return page

    yield show
    context.close()
    assert errors == []


def test_a_trusted_cell_plays_in_its_frame_and_covers_the_picture(cell):
    page = cell(viz.trace(neuron())._repr_mimebundle_()["text/html"])
    frame = page.frame_locator("iframe")
    frame.get_by_role("slider").wait_for()
    picture, player = (page.locator(tag).bounding_box() for tag in ("img", "iframe"))
    assert player["y"] <= picture["y"]
    assert player["y"] + player["height"] >= picture["y"] + picture["height"]
    assert player["width"] >= picture["width"]


def test_the_frame_cannot_reach_the_notebook(cell):
    page = cell(viz.trace(neuron())._repr_mimebundle_()["text/html"])
    assert page.evaluate("document.querySelector('iframe').contentDocument") is None


def test_an_untrusted_cell_shows_the_picture(cell):
    html = viz.trace(neuron())._repr_mimebundle_()["text/html"]
    page = cell(re.sub(r"<iframe.*?</iframe>", "", html, flags=re.DOTALL))
    assert page.evaluate("document.querySelector('img').naturalWidth") > 300


def converted(shown, tmp_path):
    """Return the HTML that nbconvert makes of one cell that shows a bundle."""
    pytest.importorskip("nbconvert")
    nbformat = pytest.importorskip("nbformat")
    output = nbformat.v4.new_output("execute_result", data=shown, execution_count=1)
    code = nbformat.v4.new_code_cell("o", outputs=[output], execution_count=1)
    notebook = tmp_path / "notebook.ipynb"
    notebook.write_text(json.dumps(nbformat.v4.new_notebook(cells=[code])))
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "basic"]
    subprocess.run([*command, str(notebook)], check=True, capture_output=True)
    return (tmp_path / "notebook.html").read_text()


def test_a_notebook_converted_to_html_plays_offline(cell, tmp_path):
    shown = viz.trace(neuron())._repr_mimebundle_()
    page = cell(converted(shown, tmp_path))
    page.frame_locator("iframe").get_by_role("slider").wait_for()


def test_a_picture_wider_than_its_cell_is_shown_whole(cell, tmp_path):
    x = Value(1.0, label="x")
    for _ in range(20):
        x = x.tanh()
    shown = viz.draw_dot(x)._repr_mimebundle_()
    page = cell(converted(shown, tmp_path))
    picture = page.locator("img")
    assert picture.evaluate("image => image.naturalWidth") > 3000
    assert page.evaluate("document.body.scrollWidth") <= 900  # the window
    assert 5 < picture.bounding_box()["height"] < 40  # shrunk in both directions


@pytest.mark.parametrize(
    ("notebook", "dark"),
    [
        ('<body data-jp-theme-light="false">', True),
        ('<body data-jp-theme-light="true">', False),
        ('<body data-vscode-theme-kind="vscode-dark">', True),
        ('<html theme="dark"><body>', True),
    ],
)
def test_the_page_takes_the_theme_of_its_notebook(chromium, tmp_path, notebook, dark):
    shown = viz.trace(neuron())._repr_mimebundle_()["text/html"]
    context = chromium.new_context(color_scheme="null")  # the system's, not a pretended one
    page = context.new_page()
    path = tmp_path / "themed.html"
    path.write_text(f"<!DOCTYPE html>{notebook}{shown}</body>")
    page.goto(path.as_uri())
    body = page.frame_locator("iframe").locator("body")
    colour = body.evaluate("body => getComputedStyle(body).backgroundColor")
    context.close()
    assert (sum(map(int, colour[4:-1].split(","))) < 150) == dark
