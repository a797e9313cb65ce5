"""What part of a graph is seen: large enough to read in every frame, and no line behind a node."""

import pytest

from autograd_core import Value
from autograd_core.functional import total
from viz.player import play

from .graphs import Network, chain

SEEN = """node => {
    const box = document.querySelector(`[data-node="${node}"]`).getBoundingClientRect();
    const canvas = document.getElementById('canvas').getBoundingClientRect();
    return box.left >= canvas.left && box.right <= canvas.right
        && box.top >= canvas.top && box.bottom <= canvas.bottom;
}"""


HIDDEN = """() => player.view.wires.filter(({ a, b, line }) => {
    const others = [...player.view.plan.boxes].filter(([item]) => item !== a && item !== b);
    const nodes = others.map(([item, box]) => item.open ? null : box).filter(Boolean);
    const length = line.getTotalLength();
    return Array.from({ length: 101 }, (_, k) => line.getPointAtLength(length * k / 100))
        .some(p => nodes.some(n => p.x > n.x && p.x < n.x + n.w && p.y > n.y && p.y < n.y + n.h));
}).map(({ a, b }) => [a, b].map(node => player.trace.label(node)))"""


@pytest.fixture
def sum_of_200(still):
    return still(play(total([Value(k / 100.0, f"x{k}") for k in range(200)])))


def test_titles_are_read_in_the_first_picture_of_a_wide_sum(sum_of_200):
    assert sum_of_200.run("player.view.camera.k") >= 0.2


def test_many_addends_stand_in_columns_and_are_seen_all_at_once(sum_of_200):
    sum_of_200.press("f")
    assert sum_of_200.run("player.view.camera.k") > 0.25  # 0.03 if they stood in one column
    assert all(sum_of_200.run(f"[...Array(201).keys()].map({SEEN})"))
    assert sum_of_200.run(HIDDEN) == []
    sum_of_200.screenshot("columns")


DRAWN = """() => {
    const { view } = player, { left, top, right, bottom } = canvas.getBoundingClientRect();
    const nodes = [...view.items.values()].map(({ element, away }) => {
        const box = element.getBoundingClientRect();
        const inside = box.right > left && box.left < right && box.bottom > top && box.top < bottom;
        const body = getComputedStyle(element.querySelector('.body'));
        return [inside, !away && body.visibility === 'visible'];
    });
    const lost = nodes.filter(([inside, drawn]) => inside && !drawn).length;
    return [lost, nodes.filter(([, drawn]) => drawn).length, nodes.length];
}"""


@pytest.mark.parametrize("key", ["ArrowRight", "End", "f"])
def test_what_is_in_the_picture_is_drawn_and_what_is_far_from_it_is_not(still, key):
    shown = still(play(chain(600)))
    shown.page.select_option("#detail", label="every operation")
    shown.press(key)
    lost, drawn, nodes = shown.run(DRAWN)
    assert lost == 0
    assert 0 < drawn < nodes / 4 or key == "f"


def test_a_key_that_leads_to_a_node_out_of_the_picture_brings_it_in(still):
    shown = still(play(chain(600)))
    shown.page.select_option("#detail", label="every operation")
    shown.press("ArrowRight")
    away = shown.page.locator(".node.away").last
    node = int(away.get_attribute("data-node"))
    shown.press("Tab")  # the last move was by key
    away.focus()
    assert shown.run(SEEN, node)


def test_leaves_of_different_uses_do_not_share_columns(still):
    left, right = ([Value(k / 10.0, f"{name}{k}") for k in range(15)] for name in "ab")
    shown = still(play(total(left) * total(right)))
    box = "label => player.view.plan.boxes.get(player.trace.graph.label.indexOf(label))"
    rows = [{shown.run(box, f"{name}{k}")["y"] for k in range(15)} for name in "ab"]
    assert [len(ys) for ys in rows] == [5, 5]
    assert max(rows[0]) < min(rows[1]) or max(rows[1]) < min(rows[0])


def test_a_group_that_is_opened_stays_where_it_was_clicked(still):
    shown = still(play(Network(64, 24, 1), [0.1] * 64, [0.5]))
    shown.page.select_option("#detail", label="neurons")
    shown.run("() => { player.view.zoom(1 / player.view.camera.k); }")
    group = '[data-group="layers[0].neurons[5]"]'
    box = shown.page.locator(group).bounding_box()
    shown.run(f"() => player.view.move(500 - {box['x']}, 300 - {box['y']})")
    shown.page.locator(group).focus()
    shown.press("Enter")
    assert shown.run("player.view.camera.k") == 1.0
    frame = shown.page.locator(".cluster:not(.outer) .frame").bounding_box()
    assert frame["x"] < 500 + box["width"] / 2 < frame["x"] + frame["width"]
    assert frame["y"] + frame["height"] / 2 == pytest.approx(300 + box["height"] / 2, abs=8)


@pytest.mark.parametrize(("frame", "node"), [(1, 200), (3, 0), (202, 199)])
def test_the_node_that_gets_a_number_is_read_where_its_neighbours_are_far(still, frame, node):
    player = play(total([Value(k / 100.0, f"x{k}") for k in range(200)]))
    shown = still(player, viewport={"width": 480, "height": 760})
    shown.scrub(frame)
    assert shown.run(SEEN, node)
    assert shown.run("player.view.camera.k") >= 0.8


@pytest.mark.parametrize("frame", [1, 3, 202])
def test_a_sum_and_its_addend_are_both_seen_on_a_wide_page(sum_of_200, frame):
    sum_of_200.scrub(frame)
    operand = sum_of_200.run("frame => player.trace.frame(frame).node", frame)
    assert sum_of_200.run(SEEN, operand)
    assert sum_of_200.run("player.view.camera.k") >= 0.42  # LEGIBLE


def test_the_wheel_and_the_hand_stop_a_glide(visit):
    shown = visit(play(total([Value(k / 100.0, f"x{k}") for k in range(200)])))
    shown.run("() => { player.time.go(1); player.time.go(202); player.view.zoom(2, 0, 0); }")
    after = shown.run("({...player.view.camera})")
    shown.page.wait_for_timeout(350)
    assert shown.run("player.view.camera") == after
    shown.run("() => { player.time.go(3); player.view.move(5, 7); }")
    after = shown.run("({...player.view.camera})")
    shown.page.wait_for_timeout(350)
    assert shown.run("player.view.camera") == after


def test_an_input_of_an_open_neuron_does_not_run_behind_the_weight(still):
    shown = still(play(Network(3, 2, 1), [1.0, -2.0, 0.5], [0.5]))
    shown.page.select_option("#detail", label="every operation")
    assert shown.run(HIDDEN) == []
