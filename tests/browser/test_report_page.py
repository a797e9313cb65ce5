"""The page of a training in a real browser: it fits, it is read by pointer and key, it is safe."""

import json

import pytest

from nn import __main__
from nn.reports import Report

BAD = '"><img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'
NAMES = [f"{BAD}{kind}" for kind in ("size", "colour")]


def trained(folder, table, *more):
    """Train and return the report with its pictures."""
    assert __main__.main(["train", str(table), "-o", str(folder / "r"), *more]) == 0
    return folder / "r" / "index.html"


class Saved:
    """What `visit` opens."""

    def __init__(self, path):
        self.path = path

    def save(self, path):
        return self.path


@pytest.fixture(scope="module")
def iris(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("iris"), "iris", "--epochs", "30")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A table whose names, cells and classes are scripts."""
    folder = tmp_path_factory.mktemp("hostile")
    quoted = [cell.replace('"', '""') for cell in (*NAMES, f"{BAD}kind")]
    rows = [f'{i % 7},"{quoted[0]}{"ab"[i % 2]}","{quoted[2]}{"xy"[i % 2]}"' for i in range(60)]
    head = ",".join(f'"{name}"' for name in quoted)
    (folder / "t.csv").write_text("\n".join([head, *rows]) + "\n")
    return trained(folder, folder / "t.csv", "--epochs", "3", "--hidden", "3")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 380])
def test_it_fits_without_scrolling_sideways(visit, iris, width, scheme):
    page = visit(Saved(iris), viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.run("document.documentElement.scrollWidth") <= width
    page.screenshot(f"report-{width}-{scheme}")


def test_a_chart_says_its_numbers_under_the_pointer_and_by_key(visit, iris):
    page = visit(Saved(iris))
    page.page.locator("figure.chart svg").first.hover()
    said = page.run("document.querySelector('.said').textContent")
    assert said.startswith("epoch ")
    assert "validation" in said
    page.run("document.querySelector('figure.chart').focus()")
    page.press("ArrowRight")
    assert page.run("document.querySelector('.said').textContent") != ""
    page.run("document.querySelector('figure.chart').blur()")
    assert page.run("document.querySelector('.said').textContent") == ""


def test_the_best_epoch_is_marked_and_axes_have_names(visit, iris):
    page = visit(Saved(iris))
    text = page.run("document.querySelector('figure.chart svg').textContent")
    assert "kept" in text
    assert text.count("epoch") >= 2
    assert "loss" in text


def test_both_passes_play_inside_the_page(visit, iris):
    page = visit(Saved(iris))
    page.page.locator("summary").click()
    page.page.frame_locator("iframe").first.locator("#slider").wait_for(state="attached")
    frame = page.page.frames[1]
    frame.evaluate("document.getElementById('slider').focus()")
    before = frame.evaluate("+document.getElementById('slider').value")
    page.press("ArrowRight")
    assert frame.evaluate("+document.getElementById('slider').value") != before


def test_nothing_of_a_table_runs_as_a_script(visit, hostile):
    page = visit(Saved(hostile))
    page.page.locator("summary").click()
    page.page.frame_locator("iframe").first.locator("#slider").wait_for(state="attached")
    assert all(frame.evaluate("window.hurt === undefined") for frame in page.page.frames)
    assert page.run("document.querySelectorAll('img:not([src^=data])').length") == 0
    assert "onerror" in page.run("document.body.textContent")  # it is shown as text


def test_facts_from_elsewhere_do_not_run_either(visit, hostile):
    facts = json.loads(hostile.with_name("report.json").read_text())

    def spoiled(part):
        if isinstance(part, dict):
            return {key: spoiled(value) for key, value in part.items()}
        if isinstance(part, list):
            return [spoiled(value) for value in part]
        return f"{BAD}{part}" if isinstance(part, str) and part != "loss" else part

    page = visit(Report(spoiled(facts)))
    assert page.run("window.hurt === undefined")


def test_it_is_whole_where_no_script_runs(chromium, iris):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(iris.as_uri())
    assert page.locator("figure.chart polyline").count() >= 2
    assert "Run it again" in page.locator("body").inner_text()
    context.close()
