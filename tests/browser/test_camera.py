"""What part of a graph is seen: large enough to read in every frame, and no line behind a node."""

import pytest

from autograd_core import Value
from autograd_core.functional import total
from viz.player import play

from .graphs import Network

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
    sum_of_200.press("f")
    assert sum_of_200.run("player.view.camera.k") < 0.1  # the whole of it


@pytest.mark.parametrize(("frame", "node"), [(1, 200), (3, 0), (202, 199)])
def test_the_node_that_gets_a_number_is_read_where_its_neighbours_are_far(sum_of_200, frame, node):
    sum_of_200.scrub(frame)
    assert sum_of_200.run(SEEN, node)
    assert sum_of_200.run("player.view.camera.k") >= 0.8


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
