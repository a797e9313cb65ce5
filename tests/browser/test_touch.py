"""The canvas of the player under fingers and under the keyboard, in Chromium."""

import pytest

from autograd_core import Value
from viz.player import play

from .graphs import worked_example

CAMERA = "() => ({...player.view.camera})"


class Fingers:
    """Fingers on a page, by Chromium's own protocol: Playwright can only tap."""

    def __init__(self, shown):
        self.shown = shown
        self.session = shown.page.context.new_cdp_session(shown.page)

    def at(self, kind, *points):
        places = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        options = {"type": f"touch{kind}", "touchPoints": places}
        self.session.send("Input.dispatchTouchEvent", options)

    def camera(self):
        return self.shown.run(CAMERA)


@pytest.fixture
def fingers(still):
    shown = still(play(worked_example()), has_touch=True)
    shown.press("f")
    return Fingers(shown)


def test_two_fingers_moved_apart_enlarge_what_lies_between_them(fingers):
    top = fingers.shown.run("document.getElementById('canvas').getBoundingClientRect().top")
    before = fingers.camera()
    middle = (600 - before["x"]) / before["k"], (300 - top - before["y"]) / before["k"]
    fingers.at("Start", (550, 300), (650, 300))
    fingers.at("Move", (500, 300), (700, 300))
    fingers.at("End")
    after = fingers.camera()
    # measured from border to border of a pixel: the distance 1 px off at most
    assert after["k"] / before["k"] == pytest.approx(2.0, rel=0.02)
    seen = after["x"] + after["k"] * middle[0], after["y"] + after["k"] * middle[1] + top
    assert seen == pytest.approx((600, 300), abs=2.0)


def test_one_finger_moves_the_picture_and_a_pinch_before_it_leaves_no_trace(fingers):
    fingers.at("Start", (500, 300), (600, 300))
    fingers.at("Move", (490, 300), (610, 300))
    fingers.at("End")
    before = fingers.camera()
    fingers.at("Start", (400, 300))
    fingers.at("Move", (430, 320))
    fingers.at("End")
    after = fingers.camera()
    assert after["k"] == before["k"]
    moved = after["x"] - before["x"], after["y"] - before["y"]
    assert moved == pytest.approx((30, 20), abs=0.5)


def test_a_pinch_selects_no_node(fingers):
    box = fingers.shown.page.locator(".node").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers.at("Start", (x, y), (x + 80, y))
    fingers.at("End")
    assert fingers.shown.run("document.getElementById('card').hidden")


def test_a_node_that_the_keyboard_is_at_has_a_ring(still):
    shown = still(play(worked_example()))
    ring = "() => getComputedStyle(document.activeElement).outlineStyle"
    shown.run("document.getElementById('help').focus()")
    shown.press("Tab")
    assert shown.run("document.activeElement.dataset.node") is not None
    assert shown.run(ring) == "solid"


def test_one_leaf_is_one_leaf(still):
    assert still(play(Value(2.0).exp())).text("line").startswith("The leaf is given;")
    assert still(play(worked_example())).text("line").startswith("The 8 leaves are given;")


def test_a_finger_that_drags_a_node_opens_no_card(fingers):
    box = fingers.shown.page.locator(".node").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers.at("Start", (x, y))
    fingers.at("Move", (x + 40, y))
    assert fingers.shown.page.locator("#card").is_hidden()
    fingers.at("End")


def test_the_right_button_selects_no_node(still):
    shown = still(play(worked_example()))
    shown.page.locator('[data-node="16"] .body').click(button="right")
    assert shown.page.locator(".selected").count() == 0
