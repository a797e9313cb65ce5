"""The page of a training, in Chromium: every chart shows the epoch of the slider."""

import math

import pytest

from autograd_core import Value
from viz.player import Recorder, play

from .graphs import Network

SAMPLES = [[math.cos(k), math.sin(k) * (1 + k % 3)] for k in range(24)]
CLASSES = [int(x[0] > 0) for x in SAMPLES]


class Trained(Network):
    """A network that learns by plain gradient descent."""

    def __call__(self, x):
        return super().__call__([Value(number) for number in x])[0]

    def parameters(self):
        return [p for layer in self.layers for weights, bias in layer for p in (*weights, bias)]

    def epoch(self):
        for parameter in self.parameters():
            parameter.grad = 0.0
        wanted = [2.0 * kind - 1.0 for kind in CLASSES]
        total = sum(((self(x) - t) ** 2 for x, t in zip(SAMPLES, wanted)), Value(0.0))
        total.backward()
        for parameter in self.parameters():
            parameter.data -= 0.01 * parameter.grad
        right = sum((self(x).data > 0.0) == (t > 0.0) for x, t in zip(SAMPLES, wanted))
        return {"loss": total.data / len(SAMPLES), "accuracy": right / len(SAMPLES)}


@pytest.fixture(scope="module")
def recorder():
    made, model = Recorder(SAMPLES, CLASSES, resolution=12), Trained(2, 6, 1)
    made.set_model(model)
    for epoch in range(30):
        made.on_epoch_end(epoch, model.epoch())
    made.on_train_end()
    return made


def titles(shown):
    return shown.run("[...document.querySelectorAll('.panel h2')].map(h => h.textContent)")


def test_it_opens_at_the_last_epoch_with_all_its_charts(visit, recorder):
    shown = visit(play(recorder, title="Two classes"))
    expected = ["Loss", "accuracy", "Decision boundary", "Weights", "Network", "Gradients"]
    assert titles(shown) == expected
    assert shown.text("phase") == "Epoch 30"
    assert shown.page.locator(".sample").count() == len(SAMPLES)
    assert shown.page.locator(".weight").count() == 2 * 6 + 6
    shown.screenshot("training-light")


def test_every_epoch_shows_its_own_numbers_and_another_picture(visit, recorder):
    shown = visit(play(recorder))
    pictures = set()
    for index, frame in enumerate(recorder.frames):
        shown.scrub(index)
        assert shown.text("line").startswith(f"loss {frame.logs['loss']:.6g} ")
        pictures.add(shown.run("document.getElementById('panels').innerHTML"))
    assert len(pictures) == len(recorder.frames)


def test_the_keys_move_through_the_epochs(visit, recorder):
    shown = visit(play(recorder))
    for key, frame in [("Home", 0), ("ArrowRight", 1), ("ArrowLeft", 0), ("End", 29)]:
        shown.press(key)
        assert shown.frame == frame


def test_it_plays_to_the_last_epoch(visit, recorder):
    shown = visit(play(recorder))
    shown.page.select_option("#speed", "4")
    shown.run("document.activeElement.blur()")
    shown.press(" ")
    shown.until(lambda: shown.page.get_attribute("#play", "aria-label") == "Pause")
    shown.until(lambda: shown.page.get_attribute("#play", "aria-label") == "Play", seconds=20)
    assert shown.frame == 29


def test_the_width_of_a_line_follows_its_weight(visit, recorder):
    shown = visit(play(recorder))
    widths = shown.run(
        "[...document.querySelectorAll('.weight')].map(line => parseFloat(line.style.strokeWidth))"
    )
    layers = recorder.frames[-1].layers
    weights = [abs(w) for layer in layers for row in layer.weights for w in row]
    order = sorted(range(len(weights)), key=weights.__getitem__)
    assert sorted(range(len(widths)), key=widths.__getitem__) == order


def test_the_dark_theme_paints_the_boundary_anew(visit, recorder):
    shown = visit(play(recorder), color_scheme="dark")
    href = "document.querySelector('image').getAttribute('href')"
    dark = shown.run(href)
    shown.screenshot("training-dark")
    shown.page.click("#theme")
    assert shown.run(href) != dark


def test_a_history_shows_its_curves_alone(visit):
    curves = {"loss": [1.0, 0.1, 0.001], "val_loss": [1.1, 0.2, 0.01], "accuracy": [0.1, 0.5, 0.9]}
    shown = visit(play(curves))
    assert titles(shown) == ["Loss", "accuracy"]
    shown.press("Home")
    assert shown.text("line") == "loss 1   val_loss 1.1   accuracy 0.1"
    shown.screenshot("curves")


def test_numbers_that_are_not_finite_leave_a_gap(visit):
    shown = visit(play({"loss": [1.0, float("nan"), float("inf"), 0.5]}))
    shown.scrub(1)
    assert shown.text("line") == "loss nan"
    assert "NaN" not in shown.run("document.querySelector('.series path').getAttribute('d')")


def test_a_single_epoch_can_be_shown(visit):
    shown = visit(play({"loss": [0.5]}))
    assert shown.text("line") == "loss 0.5"


def test_a_name_with_markup_is_text(visit):
    shown = visit(play({"<img src=x onerror=alert(1)>": [0.5, 0.4]}))
    assert shown.page.locator("img").count() == 0
    assert "<img" in shown.text("line")


def test_epochs_are_counted_from_one(visit, recorder):
    shown = visit(play(recorder))
    assert shown.text("stats") == "30 / 30"
    shown.press("Home")
    assert shown.text("stats") == "1 / 30"


def test_on_paper_every_chart_is_whole(visit, recorder):
    shown = visit(play(recorder))
    shown.page.emulate_media(media="print")
    assert shown.page.locator("#play").is_hidden()
    bar = "document.querySelector('rect.bar')"
    assert shown.run(f"getComputedStyle({bar}).display") != "none"
    panels = "const box = document.querySelector('.panels');"
    assert shown.run(f"() => {{ {panels} return box.scrollHeight - box.clientHeight; }}") <= 0


@pytest.mark.parametrize("losses", [[1e20, 1e20], [1e16, 1e16 + 2.0], [-1e308, 1e308]])
def test_losses_without_round_numbers_between_them_do_not_hang_the_page(visit, losses):
    shown = visit(play({"loss": losses}))
    assert shown.text("line") == f"loss {losses[-1]:.6g}"
    assert shown.page.locator(".grid").count() < 10


def test_a_wide_network_and_many_epochs_can_be_shown(visit):
    made, model = Recorder(frames=150), Trained(2, 500, 1)  # 225,000 weights in all
    made.set_model(model)
    for epoch in range(150):
        made.on_epoch_end(epoch, {"loss": 1.0})
    assert visit(play(made)).page.locator(".weight").count() == 1500


def test_more_than_four_curves_are_told_apart(visit):
    shown = visit(play({f"metric {k}": [0.1 * k, 0.2 * k] for k in range(6)}))
    looks = shown.run(
        """[...document.querySelectorAll('.series path')].map(line => {
        const style = getComputedStyle(line); return style.stroke + style.strokeDasharray; })"""
    )
    assert len(set(looks)) == 6


def test_only_epochs_that_there_were_stand_on_the_axis(visit):
    shown = visit(play({"loss": [0.5]}))
    ticks = shown.run("[...document.querySelectorAll('.tick')].map(t => t.textContent)")
    assert ticks[-1] == "1"
    assert "2" not in ticks


def test_a_loss_that_is_never_finite_says_so(visit):
    shown = visit(play({"loss": [float("nan"), float("inf")]}))
    assert "no finite number" in shown.text("panels")
