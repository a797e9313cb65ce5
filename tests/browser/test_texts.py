"""What is written on the page of a graph: numbers, names, and what a screen reader says."""

import pytest

from autograd_core import Value
from viz.player import play

from .graphs import Network, worked_example

CONTRASTS = """() => {
    const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const luminance = colour => {
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...brush.getImageData(0, 0, 1, 1).data].map(
            c => c > 10.3 ? ((c / 255 + 0.055) / 1.055) ** 2.4 : c / 255 / 12.92);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const of = element => luminance(getComputedStyle(element).fill) + 0.05;
    return [...document.querySelectorAll('.cell')].flatMap(cell => {
        const texts = [cell.nextElementSibling, cell.nextElementSibling.nextElementSibling];
        return texts.map(of).map(ink => Math.max(ink / of(cell), of(cell) / ink));
    });
}"""


@pytest.mark.parametrize(
    ("value", "box"),
    [
        (9999.97, "10000"),
        (99999.7, "100000"),
        (-123456.0, "−1.2e5"),
        (0.09999, "0.1"),
        (-0.0, "0"),
        (-1e-300, "−1e−300"),
    ],
)
def test_a_number_that_is_rounded_up_to_a_power_of_ten_is_still_written_out(still, value, box):
    shown = still(play(Value(value, "x")))
    assert shown.page.locator(".value").first.text_content() == box


@pytest.mark.parametrize("value", [123456.0, -999999.0, 1234567.0, 99999.5])
def test_the_arithmetic_writes_large_numbers_as_python_does(still, value):
    player = play(Value(value, "x") * 1.0)
    shown = still(player)
    shown.scrub(1)
    assert shown.text("line") == player.trace.text(player.trace.forward[0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_and_captions_are_read_on_every_colour(still, scheme):
    x = Value(3.0, "x")
    shown = still(play(x * -1.0 - x * x * Value(float("inf"), "y")), color_scheme=scheme)
    shown.run("document.body.append(Object.assign(document.createElement('style'), "
              "{ textContent: '* { transition: none !important }' }))")  # fmt: skip
    shown.press("End")
    assert min(shown.run(CONTRASTS)) > 4.5  # WCAG 2.2, 1.4.3


def test_a_long_name_is_shortened_in_formulas_and_whole_on_the_card(still):
    label = "the temperature outside, measured in the shade \U0001f31e\U0001f31e"
    shown = still(play(Value(2.0, label) * 3.0))
    shown.press("End", "ArrowLeft")
    assert "dv2/d(the temperatur\u2026in the shade \U0001f31e\U0001f31e)" in shown.text("line")
    shown.page.locator('[data-node="0"]').focus()
    shown.press("Enter")
    assert shown.page.locator("#card h2").text_content() == label


@pytest.mark.parametrize("start", ["", "i", "l", "m", "W"])
def test_a_shortened_title_has_no_half_letters(still, start):
    shown = still(play(Value(1.0, start + "\U0001f030" * 40)))
    title = shown.page.locator(".title").text_content()
    assert set(title) == {*start, "\U0001f030", "\u2026"}


def test_every_line_is_seen_in_the_frame_of_a_notebook(still):
    player = play(Network(2, 2, 1), [1.0, -2.0], [0.5])
    shown = still(player, viewport={"width": 700, "height": 560})
    box = "const box = document.querySelector('.arithmetic');"
    for frame in range(int(shown.run("player.trace.last")) + 1):
        shown.scrub(frame)
        assert shown.run(f"() => {{ {box} return box.scrollHeight - box.clientHeight; }}") <= 0


def test_every_node_can_be_reached_and_says_what_it_is(still):
    shown = still(play(worked_example()))
    shown.press("End")
    names = shown.run(
        """[...document.querySelectorAll('.node')]
        .map(node => [node.tabIndex, node.querySelector('title').textContent])"""
    )
    assert [0, "x0, data 2, gradient 3, its gradient agrees with a finite difference"] in names
    assert all(index == 0 and name for index, name in names)
    assert shown.page.get_attribute("#line", "aria-live") == "polite"


def test_a_run_is_not_read_out_step_by_step_but_its_end_is(still):
    shown = still(play(worked_example()))
    live = "document.getElementById('line').getAttribute('aria-live')"
    assert shown.page.locator("output:visible").count() == 1
    shown.run(
        """() => { window.said = [];
        const line = document.getElementById('line');
        new MutationObserver(() => window.said.push(line.getAttribute('aria-live')))
            .observe(line, { childList: true }); }"""
    )
    shown.page.select_option("#speed", "40")
    shown.run("document.activeElement.blur()")
    shown.press(" ")
    shown.until(lambda: shown.frame == 28)
    assert shown.run("window.said") == ["off"] * 27 + ["polite"]
    shown.page.locator("#slider").focus()
    shown.press("ArrowLeft")
    assert shown.run(live) == "off"  # the slider says it itself


def test_on_paper_there_are_colours_but_no_buttons(still):
    shown = still(play(worked_example()), color_scheme="dark")
    shown.page.emulate_media(media="print", color_scheme="dark")
    assert not shown.page.locator("#play, #search").first.is_visible()
    assert shown.page.locator("#line").is_visible()
    assert shown.run("getComputedStyle(document.body).printColorAdjust") == "exact"
    assert shown.run("getComputedStyle(document.body).backgroundColor") == "rgb(246, 247, 249)"
