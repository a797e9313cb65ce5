"""The card of a node, in Chromium: its numbers, the chain rule as a sum, and what if."""

import pytest

from autograd_core import Value
from viz.player import play
from viz.steps import trace

from .graphs import worked_example


def test_the_card_sums_the_chain_rule_over_all_consumers(still):
    shown = still(play(worked_example()))
    shown.page.locator('[data-node="0"]').focus()
    shown.press("Enter")
    card = shown.text("card")
    assert "dy/dx0 = dy/dv10 * dv10/dx0 + dy/dv2 * dv2/dx0" in card
    assert "= -1 * -1 + 2 * 1" in card
    assert "= 1 + 2" in card
    assert "= 3" in card
    assert "agrees with the finite difference 3" in card
    shown.screenshot("card")
    shown.press("Escape")
    assert shown.page.locator("#card").is_hidden()


def test_hovering_shows_the_card_and_leaving_hides_it(still):
    shown = still(play(worked_example()))
    shown.page.locator('[data-node="16"] .body').hover()
    assert "v8 + v15" in shown.text("card")
    shown.page.mouse.move(640, 80)
    shown.page.locator("#card").wait_for(state="hidden")


@pytest.mark.parametrize(
    ("p", "verdict"), [(0.001, "agrees with the finite difference -1000"), (-1.0, "differs")]
)
def test_the_check_of_a_slope_takes_a_step_that_suits_the_number(still, p, verdict):
    shown = still(play(-Value(p, "p").log()))
    shown.press("End")
    assert shown.page.locator(".mark.checked").count() == (p > 0)
    shown.page.locator('[data-node="0"]').focus()
    shown.press("Enter")
    assert verdict in shown.text("card")


def test_what_if_gives_pythons_numbers(still):
    def graph(x):
        a, b = Value(x, "a"), Value(-0.7, "b")
        return (a * b).tanh() + a.gelu() * b.exp() + (a / b).sigmoid() + a**3

    shown = still(play(graph(0.4)))
    shown.page.locator('[data-node="0"]').focus()
    shown.press("Enter")
    shown.page.fill(".what-if-number", "1.25")
    root = graph(1.25)
    taken = trace(root)
    data = shown.run("Array.from(player.trace.data)")
    adjoints = shown.run("Array.from(player.trace.adjoint)")
    assert data == pytest.approx([node.data for node in taken.nodes], rel=1e-12, abs=1e-12)
    assert adjoints == pytest.approx([node.adjoint for node in taken.nodes], rel=1e-12, abs=1e-12)
    shown.page.click(".reset")
    before = trace(graph(0.4))
    assert shown.run("Array.from(player.trace.adjoint)") == [node.adjoint for node in before.nodes]


def test_the_what_if_slider_repaints_while_it_moves(still):
    shown = still(play(worked_example()))
    shown.press("End")
    shown.page.locator('[data-node="0"]').focus()
    shown.press("Enter")
    shown.run(
        """() => { const slider = document.querySelector('.what-if'); slider.focus();
        slider.value = 4; slider.dispatchEvent(new Event('input', { bubbles: true })); }"""
    )
    value = '[data-node="16"] .value'
    assert shown.page.locator(value).first.text_content() == "15"  # 2 * (4 + 3) - (-4 + 3)
    assert shown.run("document.activeElement.className") == "what-if"


@pytest.mark.parametrize("written", ["nan", "inf", "1e+308", "-1e-320"])
def test_the_card_of_any_number_can_be_opened(still, written):
    shown = still(play(Value(float(written), "x") * 2.0))
    shown.press("End")
    shown.page.locator('[data-node="0"]').focus()
    shown.press("Enter")
    assert shown.page.locator("#card dd").first.text_content() == written


def test_the_keyboard_enters_the_card_and_returns_to_its_node(still):
    shown = still(play(worked_example()))
    active = "() => document.activeElement.id || document.activeElement.dataset.node"
    shown.page.locator('[data-node="3"]').focus()
    shown.press("Enter")
    assert shown.run(active) == "card"
    shown.press("ArrowRight")  # the card is written anew
    assert shown.run(active) == "card"
    shown.press("Escape")
    assert shown.run(active) == "3"


def test_a_card_that_is_only_passing_follows_the_steps(still):
    shown = still(play(worked_example()))
    shown.page.locator('[data-node="16"] .body').hover()
    assert shown.page.locator("#card .gradient").text_content() == "\u2014"
    shown.press("End")
    assert shown.page.locator("#card .gradient").text_content() == "1"


def test_a_leaf_that_is_not_a_number_has_a_card(still):
    shown = still(play(Value(float("nan"), "x") * 2.0))
    shown.run("document.querySelector('[data-node=\"0\"]').focus()")
    shown.press("Enter")
    assert "What if it were different?" in shown.text("card")
    shown.page.fill(".what-if-number", "3")
    assert "= 6" in shown.text("card")
