"""The player on large graphs and on narrow pages: still readable, still quick."""

import pytest

from viz.player import play

from .graphs import Network, chain, worked_example


def test_a_large_graph_is_collapsed_at_first_and_a_step_repaints_quickly(still):
    shown = still(play(chain(5_000)))
    assert shown.page.locator(".node").count() < 300
    for frame in (100, 5_000, 9_000):
        shown.scrub(frame)
        spent = shown.run(
            """() => { const start = performance.now(); document.getElementById('step').click();
            document.getElementById('canvas').getBoundingClientRect();
            return performance.now() - start; }"""
        )
        assert spent < 1_000  # the measured figure, about 5 ms, is in tests/benchmarks/player.py
    shown.screenshot("large")


def test_a_network_too_large_to_read_is_open_only_around_the_step(still):
    shown = still(play(Network(2, 8, 8, 1), [1.0, -2.0], [0.5]))
    shown.press("1")  # a step is a number, for which its neuron is opened
    assert shown.page.locator("#detail").input_value() == "auto"
    first = shown.page.locator(".node").count()
    assert first < 25
    for frame in (40, 120, 300):
        shown.scrub(frame)
        node = shown.run("frame => player.trace.frame(frame).node", frame)
        assert shown.page.locator(f'[data-node="{node}"]').count() == 1
        assert shown.page.locator(".node").count() < 80
    shown.screenshot("around-the-step")
    shown.press("Home")
    assert shown.page.locator(".node").count() == first


def test_a_step_inside_a_group_that_the_reader_closed_leaves_it_closed(still):
    shown = still(play(Network(2, 2, 1), [1.0, -2.0], [0.5]))
    shown.page.locator(".close", has_text="neurons[0]").first.focus()
    shown.press("Enter", "End")
    assert shown.page.locator(".node.closed").count() == 1


@pytest.mark.parametrize(("width", "height"), [(600, 560), (380, 700)])
def test_on_a_narrow_page_nothing_is_cut_off(still, width, height):
    shown = still(play(worked_example()), viewport={"width": width, "height": height})
    assert shown.run("document.documentElement.scrollWidth") == width
    for frame in (0, 5, 10, 19, 28):
        shown.scrub(frame)
        box = "const box = document.querySelector('.arithmetic');"
        assert shown.run(f"() => {{ {box} return box.scrollHeight - box.clientHeight; }}") <= 0
    assert shown.run("document.getElementById('canvas').clientHeight") > 200
    shown.screenshot(f"narrow-{width}")


@pytest.mark.parametrize("width", [920, 620])
def test_the_tools_stay_in_one_line_in_the_frame_of_a_notebook(still, width):
    player = play(Network(2, 8, 8, 1), [1.0, -2.0], [0.5])
    shown = still(player, viewport={"width": width, "height": 560})
    tools = [shown.page.locator(f"#{id}").bounding_box() for id in ("search", "size", "fit")]
    middles = [box["y"] + box["height"] / 2 for box in tools]
    assert max(middles) - min(middles) < 3


def test_a_touch_opens_the_card_and_steps(still):
    shown = still(
        play(worked_example()),
        viewport={"width": 380, "height": 700},
        has_touch=True,
        is_mobile=True,
    )
    shown.page.tap("#step")
    assert shown.frame == 1
    shown.page.tap('[data-node="0"] .body')
    assert "x0" in shown.text("card")


def test_what_is_drawn_over_several_pictures_is_all_there_and_in_order(still):
    shown = still(play(Network(2, 30, 1), [1.0, -2.0], [0.5]))
    shown.page.select_option("#detail", label="every operation")
    shown.drawn()
    boxes, lines, order = shown.run(
        """() => { const { plan, wires, items } = player.view;
        const closed = [...plan.boxes.keys()].filter(item => !item.open);
        const stand = [...document.querySelectorAll('.nodes > *')];
        return [[closed.length, stand.length], [plan.wires.length, wires.length],
            closed.every((item, k) => items.get(item).element === stand[k])]; }"""
    )
    assert boxes[0] == boxes[1] > 200
    assert lines[0] == lines[1] > 200
    assert order
