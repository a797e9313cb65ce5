"""Accessibility: axe-core finds nothing in any page, and everything is reached by key.

axe-core comes with the package axe-playwright-python (extra `test`); without it only the walk by
key is tested.
"""

import pytest

import nn
from nn import __main__
from viz.player import Recorder, play, playground

from .graphs import Network, worked_example

X, Y = nn.data.make_moons(40, noise=0.1, random_state=0)


class Saved:
    """A page that is a file already."""

    def __init__(self, path):
        self.path = path

    def save(self, path):
        return self.path


def model():
    made = nn.MLP(2, [4, 1], activation="tanh", rng=0)
    made.compile(loss="mse", optimizer="adam")
    return made


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    assert __main__.main(["train", "moons", "--epochs", "5", "-o", str(folder / "r")]) == 0
    recorder = Recorder(X, Y)
    model().fit(X, Y, epochs=3, callbacks=[recorder], verbose=0, seed=0)
    return {
        "player": play(worked_example()),
        "network": play(Network(2, 4, 4, 1), [1.0, -2.0], 0.5),
        "training": play(recorder),
        "playground": playground(model(), X, Y),
        "report": Saved(folder / "r" / "index.html"),
    }


# What is done in a page before it is looked at: each state that a person sees.
STATES = [
    ("player", "start", []),
    ("player", "end", ["End"]),
    ("player", "card", ["End", "card"]),
    ("player", "keys", ["?"]),
    ("network", "layer", ["3", "ArrowRight"]),
    ("network", "backward", ["2", "End", "ArrowLeft"]),
    ("training", "end", []),
    ("training", "keys", ["?"]),
    ("playground", "start", []),
    ("playground", "neuron", ["ArrowRight", "neuron"]),
    ("playground", "player", ["ArrowRight", "row", "sample"]),
    ("playground", "keys", ["?"]),
    ("report", "start", []),
]
DO = {
    "card": "document.querySelector('[data-node]').dispatchEvent("
    "new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))",
    "row": "playground.choose({row: 3})",
    "sample": "document.querySelector('#about button').click()",
    "neuron": "document.querySelector('.net button').click()",
}


@pytest.mark.parametrize(("name", "state", "keys"), STATES, ids=[f"{n}-{s}" for n, s, _ in STATES])
def test_axe_finds_nothing_in_light_and_dark_wide_and_narrow(still, pages, name, state, keys):
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    shown = still(pages[name])
    for key in keys:
        if key in DO:
            shown.run(DO[key])
        else:
            shown.press(key)
    shown.run(axe)
    for width, scheme in [(1280, "light"), (1280, "dark"), (380, "light"), (380, "dark")]:
        shown.page.set_viewport_size({"width": width, "height": 760})
        shown.page.emulate_media(color_scheme=scheme)
        shown.screenshot(f"state-{name}-{state}-{scheme}-{width}")
        found = shown.run("async () => (await axe.run({iframes: false})).violations")
        said = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
        assert said == [], f"{width} px, {scheme}"


REACHED = """() => { const active = document.activeElement;
    return active === document.body ? null : active.id || active.dataset.node
        || active.dataset.group || active.textContent.slice(0, 30) || active.className; }"""
WANTED = """() => [...document.querySelectorAll(
    'button, select, input, summary, a[href], [tabindex="0"]')].filter(e => e.checkVisibility()
    && !e.disabled && e.tabIndex >= 0 && !e.closest('dialog:not([open])')).length"""


@pytest.mark.parametrize("name", ["player", "network", "training", "playground", "report"])
@pytest.mark.parametrize("width", [1280, 380])
def test_the_key_tab_goes_through_everything_and_out_again(still, pages, name, width):
    shown = still(pages[name], viewport={"width": width, "height": 760})
    wanted, seen = shown.run(WANTED), 0
    assert wanted >= 4
    for _ in range(wanted + 5):
        shown.press("Tab")
        if shown.run(REACHED) is None:
            break
        seen += 1
        outlined = shown.run(
            """() => { const { outlineStyle, outlineWidth }
                = getComputedStyle(document.activeElement);
            return outlineStyle !== 'none' && outlineWidth !== '0px'; }"""
        )
        assert outlined, f"nothing shows that {shown.run(REACHED)} has the focus"
    assert seen >= wanted
