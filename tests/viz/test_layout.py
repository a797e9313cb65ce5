"""The built-in layout: facts about where things are."""

import itertools
import random

import pytest

from viz.layout import layered_layout

SIZE = (20.0, 10.0)
DIAMOND = [(0, 1), (0, 2), (1, 3), (2, 3)]


def overlaps(layout, sizes, gap=0.0):
    pairs = itertools.combinations(zip(layout.centers, sizes), 2)
    return [
        (a, b)
        for ((ax, ay), (aw, ah)), ((bx, by), (bw, bh)) in pairs
        for a, b in [((ax, ay), (bx, by))]
        if abs(ax - bx) < (aw + bw) / 2 + gap - 1e-9 and abs(ay - by) < (ah + bh) / 2 - 1e-9
    ]


def random_graph(count, seed):
    rng = random.Random(seed)
    sizes = [(rng.uniform(10, 90), rng.uniform(10, 30)) for _ in range(count)]
    edges = [(rng.randrange(head), head) for head in range(1, count) for _ in range(2)]
    return sizes, edges


def test_edges_point_to_the_right():
    centers = layered_layout([SIZE] * 4, DIAMOND).centers
    assert all(centers[tail][0] < centers[head][0] for tail, head in DIAMOND)


@pytest.mark.parametrize(
    ("rankdir", "axis", "sign"), [("LR", 0, 1), ("RL", 0, -1), ("TB", 1, 1), ("BT", 1, -1)]
)
def test_rankdir_is_the_direction_of_every_edge(rankdir, axis, sign):
    sizes, edges = random_graph(40, seed=1)
    centers = layered_layout(sizes, edges, rankdir).centers
    assert all(sign * (centers[b][axis] - centers[a][axis]) > 0 for a, b in edges)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_no_two_boxes_overlap(seed, rankdir):
    sizes, edges = random_graph(60, seed)
    assert overlaps(layered_layout(sizes, edges, rankdir), sizes) == []


def test_everything_is_inside_the_picture():
    sizes, edges = random_graph(60, seed=2)
    layout = layered_layout(sizes, edges)
    for (x, y), (width, height) in zip(layout.centers, sizes):
        assert width / 2 - 1e-9 <= x <= layout.width - width / 2 + 1e-9
        assert height / 2 - 1e-9 <= y <= layout.height - height / 2 + 1e-9


def test_a_route_runs_from_border_to_border():
    layout = layered_layout([SIZE] * 2, [(0, 1)])
    (x0, y0), (x1, y1) = layout.centers
    assert layout.routes == [[(x0 + 10.0, y0), (x1 - 10.0, y1)]]


def test_a_long_edge_passes_every_rank_in_between():
    layout = layered_layout([SIZE] * 4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    assert len(layout.routes[3]) == 4


def test_a_long_edge_does_not_run_through_the_boxes_it_passes():
    layout = layered_layout([SIZE] * 4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    for node, (_, y) in zip((1, 2), layout.routes[3][1:-1]):
        assert abs(layout.centers[node][1] - y) > 5.0


def test_a_leaf_is_drawn_next_to_its_first_use():
    # 0 -> 1 -> 2 -> 3, and the leaf 4 is used by 3 alone
    centers = layered_layout([SIZE] * 5, [(0, 1), (1, 2), (2, 3), (4, 3)]).centers
    assert centers[4][0] == centers[2][0]


def test_two_edges_that_need_not_cross_do_not():
    # 0 -> 3 and 1 -> 2, drawn in the order given, would cross
    centers = layered_layout([SIZE] * 4, [(0, 3), (1, 2)]).centers
    assert (centers[0][1] < centers[1][1]) == (centers[3][1] < centers[2][1])


def test_a_cycle_is_laid_out_as_well():
    layout = layered_layout([SIZE] * 3, [(0, 1), (1, 2), (2, 0), (1, 1)])
    assert overlaps(layout, [SIZE] * 3) == []
    assert len(layout.routes) == 4


def test_no_nodes_give_an_empty_picture():
    assert layered_layout([], []).centers == []


def test_equal_graphs_are_laid_out_equally():
    sizes, edges = random_graph(60, seed=3)
    assert layered_layout(sizes, edges) == layered_layout(sizes, edges)


def test_a_chain_of_100_000_nodes_is_laid_out():
    count = 100_000
    layout = layered_layout([SIZE] * count, [(i, i + 1) for i in range(count - 1)])
    assert layout.height == pytest.approx(10.0)


def test_a_hub_used_along_a_long_chain_does_not_cost_its_square():
    count = 5_000
    edges = [(i, i + 1) for i in range(1, count - 1)] + [(0, i) for i in range(1, count)]
    layout = layered_layout([SIZE] * count, edges)
    assert sum(map(len, layout.routes)) < 30 * count


def test_only_the_layers_that_a_label_stands_between_are_farther_apart():
    sizes, edges = [(20.0, 10.0)] * 3, [(0, 1), (1, 2)]
    centers = layered_layout(sizes, edges, rank_gap=30.0, label_gaps=[90.0, 0.0]).centers
    assert [x for x, _ in centers] == [10.0, 120.0, 170.0]
