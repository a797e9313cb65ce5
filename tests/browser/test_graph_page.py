"""The player of a graph, in Chromium: it shows what the trace says, frame by frame."""

import pytest

from autograd_core import Value
from viz.player import play

from .graphs import Network, chain, worked_example

PICTURE = """() => {
    const parts = [document.getElementById('canvas'), document.querySelector('footer')];
    const whole = parts.map(part => part.outerHTML).join('');
    return whole.replace(/class="([^"]*)"/g, (_, names) => names.split(' ').sort().join(' '));
}"""


def texts(taken):
    """What the arithmetic line shows in each frame after the first."""
    forward = [taken.text(step) for step in taken.forward]
    return [*forward, taken.turn(), *[taken.text(step) for step in taken.backward]]


def test_every_frame_of_a_2_2_1_network_shows_the_text_of_the_trace(still):
    player = play(Network(2, 2, 1), [1.0, -2.0], [0.5])
    shown = still(player)
    seen = []
    for frame in range(1, len(texts(player.trace)) + 1):
        shown.scrub(frame)
        seen.append(shown.text("line"))
    assert seen == texts(player.trace)


def test_stepping_back_restores_the_frame_before(still):
    shown = still(play(worked_example()))
    shown.press("f")  # the camera stands still
    pictures = []
    last = int(shown.run("document.getElementById('slider').max"))
    for frame in range(last + 1):
        shown.scrub(frame)
        pictures.append(shown.run(PICTURE))
    assert len(set(pictures)) == last + 1
    for frame in range(last - 1, -1, -1):
        shown.press("ArrowLeft")
        assert shown.run(PICTURE) == pictures[frame]


def test_a_jump_shows_the_same_picture_as_single_steps(still):
    shown = still(play(chain(120)))
    shown.press("1", "f")  # a step is a number
    shown.scrub(300)
    jumped = shown.run(PICTURE)
    shown.scrub(290)
    for _ in range(10):
        shown.press("ArrowRight")
    assert shown.run(PICTURE) == jumped


def test_gradient_cells_are_empty_until_their_step(still):
    shown = still(play(worked_example()))
    grads = """[...document.querySelectorAll('.node')].map(node => [node.dataset.node,
        node.querySelectorAll('.value')[1].textContent]).filter(([, text]) => text)"""
    shown.press("l")
    assert shown.run(grads) == [["16", "1"]]
    shown.press("ArrowRight")
    assert shown.run(grads) == [["8", "1"], ["16", "1"]] or len(shown.run(grads)) == 2
    shown.press("End")
    assert len(shown.run(grads)) == 17


def test_the_keys(still):
    player = play(worked_example())
    shown = still(player)
    turn, last = len(player.trace.forward) + 1, len(texts(player.trace))
    right, left = "ArrowRight", "ArrowLeft"
    keys = [right, right, left, "End", right, "Home", left, "l"]
    for key, frame in zip(keys, [1, 2, 1, last, last, 0, 0, turn], strict=True):
        shown.press(key)
        assert shown.frame == frame, key
    shown.press("/")
    assert shown.run("document.activeElement.id") == "search"
    shown.press("Escape")
    assert shown.run("document.activeElement.id") != "search"


def test_space_plays_to_the_end_and_pauses(still):
    shown = still(play(worked_example()))
    shown.page.select_option("#speed", "40")
    shown.page.evaluate("document.activeElement.blur()")
    shown.press(" ")
    assert shown.page.get_attribute("#play", "aria-label") == "Pause"
    shown.until(lambda: shown.frame == 28)
    assert shown.page.get_attribute("#play", "aria-label") == "Play"
    shown.press(" ", " ")
    assert shown.page.get_attribute("#play", "aria-label") == "Play"


def test_buttons_go_to_start_turn_and_end(still):
    shown = still(play(worked_example()))
    for button, frame in [("end", 28), ("turn", 10), ("back", 9), ("step", 10), ("start", 0)]:
        shown.page.click(f"#{button}")
        assert shown.frame == frame


def test_values_move_along_the_edges_while_it_plays(visit):
    shown = visit(play(worked_example()))
    shown.run(  # written down as they come: they do not stay
        """() => { window.seen = [];
        const read = () => [...document.querySelectorAll('.token text')].map(t => t.textContent);
        new MutationObserver(() => read().length && seen.push(read()))
          .observe(document.getElementById('canvas'), { childList: true, subtree: true }); }"""
    )
    shown.press(" ")
    shown.until(lambda: shown.run("seen.length"))
    assert shown.run("seen[0]") == ["2", "1"]
    shown.screenshot("playing")
    shown.press(" ")


@pytest.mark.parametrize("disturb", ["resize", "follow"])
def test_a_run_goes_on_when_the_page_changes_its_size(visit, disturb):
    shown = visit(play(worked_example()))
    shown.press(" ")
    shown.page.wait_for_selector(".token", state="attached")
    if disturb == "resize":
        shown.page.set_viewport_size({"width": 900, "height": 600})
    else:
        shown.run("() => { const b = document.getElementById('follow'); b.click(); b.click(); }")
    shown.until(lambda: shown.frame > 1)
    shown.press(" ")


def test_reduced_motion_moves_nothing(still):
    shown = still(play(worked_example()))
    shown.run(
        """() => { window.moved = 0;
        new MutationObserver(() => { window.moved++; })
            .observe(document.querySelector('.tokens'), { childList: true }); }"""
    )
    shown.page.select_option("#speed", "10")
    shown.run("document.activeElement.blur()")
    shown.press(" ")
    shown.until(lambda: shown.frame > 3)
    shown.press(" ")
    assert shown.run("window.moved") == 0


def test_search_by_label_and_by_operation(still):
    shown = still(play(Network(2, 2, 1), [1.0, -2.0], [0.5]))
    shown.press("/")
    shown.page.keyboard.type("tanh")
    assert shown.text("found") == "2 found"
    assert shown.page.locator(".node.match").count() == 2
    shown.press("Enter")
    assert shown.text("found") == "1 of 2"
    assert "tanh" in shown.text("card")
    shown.page.fill("#search", "neurons[1].w[0]")
    assert shown.text("found") == "1 found"
    shown.screenshot("search")


def test_a_closed_neuron_is_one_box_and_opens_again(still):
    shown = still(play(Network(2, 2, 1), [1.0, -2.0], [0.5]))
    boxes = shown.page.locator(".node").count()
    shown.page.locator(".close", has_text="neurons[0]").first.focus()
    shown.press("Enter")
    closed = shown.page.locator(".node.closed")
    assert closed.count() == 1
    assert shown.page.locator(".node").count() < boxes
    shown.press("End")
    path = closed.get_attribute("data-group")
    grad = shown.run("path => player.trace.adjoint[player.trace.graph.label.indexOf(path)]", path)
    written = closed.locator(".value").nth(1).text_content().replace("\u2212", "-")
    assert float(written) == pytest.approx(grad, rel=0.06)  # two digits are shown
    closed.focus()
    shown.press("Enter")
    assert shown.page.locator(".node").count() == boxes


@pytest.mark.parametrize(("detail", "boxes"), [("neurons", 3), ("layers", 2), ("model", 1)])
def test_levels_of_detail(still, detail, boxes):
    shown = still(play(Network(2, 2, 1), [1.0, -2.0], [0.5]))
    shown.page.select_option("#detail", label=detail)
    assert shown.page.locator(".node.closed").count() == boxes
    shown.screenshot(f"detail-{detail}")


def test_every_leaf_is_checked_by_finite_differences_at_the_end(still):
    shown = still(play(worked_example()))
    assert shown.page.locator(".mark.checked").count() == 0
    shown.press("End")
    assert shown.page.locator(".mark.checked").count() == 8


def test_without_a_network_and_without_an_error_in_both_themes(still):
    for scheme in ("light", "dark"):
        shown = still(play(Network(2, 3, 1), [1.0, -2.0], [0.5]), color_scheme=scheme)
        dark = shown.run("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, dark[4:-1].split(","))) < 150) == (scheme == "dark")
        shown.press("l", "ArrowRight", "ArrowRight")
        shown.screenshot(f"network-{scheme}")
        shown.page.click("#theme")
        assert shown.run("getComputedStyle(document.body).backgroundColor") != dark


def test_a_label_with_markup_is_text(still):
    label = "<script>document.title = 'run'</script><img src=x onerror=alert(1)>"
    x = Value(2.0, label)
    y = x * x
    y.label = "</script><b>y"
    shown = still(play(y))
    shown.press("End")
    shown.page.locator('[data-node="0"]').focus()
    shown.press("Enter")
    assert shown.page.title() == "Backpropagation of </script><b>y"
    assert shown.page.locator("img, #canvas script, b").count() == 0
    assert label in shown.text("card")


def test_trouble_is_marked_and_can_be_jumped_to(still):
    x = Value(-1.0, "x")
    y = x.relu() * 3.0 + (x * 20.0).sigmoid() + x.log()
    shown = still(play(y))
    assert shown.page.locator("#trouble").is_visible()
    shown.page.click("#trouble")
    assert shown.text("line") == "v8 = log(x) = log(-1) = nan"
    shown.press("End")
    for mark in ("dead", "saturated", "not-finite"):
        assert shown.page.locator(f".mark.{mark}").count() >= 1
    shown.screenshot("trouble")


def test_a_healthy_graph_offers_no_jump_to_trouble(still):
    assert still(play(worked_example())).page.locator("#trouble").is_hidden()


def test_both_edges_of_a_square_are_drawn(still):
    x = Value(3.0, "x")
    shown = still(play(x * x))
    lines = shown.run("[...document.querySelectorAll('.edge')].map(e => e.getAttribute('d'))")
    assert len(lines) == len(set(lines)) == 2
    shown.press("End")
    shown.screenshot("square")


def test_a_single_leaf_can_be_played(still):
    shown = still(play(Value(2.0, "a")))
    assert shown.text("line") == "The leaf is given; nothing is left to be computed."
    shown.press("End")
    assert shown.text("line") == "da/da = 1"
