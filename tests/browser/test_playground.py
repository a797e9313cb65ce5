"""The playground, in Chromium: Python's numbers, and every button does what it says."""

import numpy as np
import pytest

import nn
from nn import __main__
from viz.player import playground

X, Y = nn.data.make_moons(60, noise=0.1, random_state=0)
STEPS = 50
LIGHT, DARK = "rgb(246, 247, 249)", "rgb(16, 21, 28)"  # --page of style.css
RUN = """([name, batch, steps]) => {
    const { learner } = playground;
    learner.split(1);
    learner.batch = batch;
    learner.reset(0);
    learner.choose(name);
    const orders = [];
    for (let i = 0; i < steps; i++) { learner.step(); orders.push([...learner.order]); }
    return [[...learner.parameters], orders];
}"""


def model(optimizer="adam", loss="mse", sizes=(6, 1), activation="tanh"):
    made = nn.MLP(2, [*sizes], activation=activation, rng=0)
    made.compile(loss=loss, optimizer=optimizer)
    return made


@pytest.fixture
def moons(still):
    return still(playground(model(), X, Y))


@pytest.mark.parametrize("name", list(nn.optimizers.NAMES))
def test_50_steps_of_each_optimizer_give_pythons_numbers(moons, name):
    optimizer = nn.optimizers.NAMES[name]()
    trained = model(optimizer)
    trained.fit(X, Y, epochs=STEPS, batch_size=None, shuffle=False, verbose=0)
    found, _ = moons.run(RUN, [type(optimizer).__name__, 0, STEPS])
    before = [p.data for p in model().parameters()]
    assert np.abs(np.subtract(found, before)).max() > 1e-5
    want = [p.data for p in trained.parameters()]
    np.testing.assert_allclose(found, want, rtol=1e-9, atol=1e-12)  # sums in another order


def test_batches_in_the_order_of_the_page_with_weight_decay_and_momentum(still):
    optimizer = nn.optim.SGD(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)
    shown = still(playground(model(optimizer), X, Y))
    found, orders = shown.run(RUN, ["SGD", 8, 16])  # two epochs of 8 batches, the last one of 4
    trained = model(nn.optim.SGD(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01))
    for order in (orders[0], orders[8]):
        trained.fit(X[order], Y[order], epochs=1, batch_size=8, shuffle=False, verbose=0)
    assert orders[0] != orders[8]
    want = [p.data for p in trained.parameters()]
    np.testing.assert_allclose(found, want, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("loss", "outputs", "targets"),
    [("binary_crossentropy", 1, Y), ("cross_entropy", 2, Y), ("hinge", 1, 2 * Y - 1)],
)
def test_the_models_own_loss_and_classes(still, loss, outputs, targets):
    made = nn.Sequential(nn.Dense(5, activation="gelu", input_dim=2, rng=0))
    made.add(nn.Dense(outputs, activation="sigmoid" if loss.startswith("bin") else None, rng=1))
    made.compile(loss=loss, optimizer="sgd", metrics=["accuracy"])
    shown = still(playground(made, X, targets))
    scores = shown.run(
        "() => { const l = playground.learner; l.split(1); return l.scores(l.train); }"
    )
    value, accuracy = made.evaluate(X, targets)
    assert scores["loss"] == pytest.approx(value, rel=1e-9)
    assert scores["accuracy"] == accuracy


def test_the_buttons_and_keys_train_and_start_again(moons):
    start = moons.text("line")
    moons.page.click("#step")
    assert moons.text("stats") == "step 1"
    moons.page.select_option("#batch", "8")
    moons.run("document.activeElement.blur()")
    moons.press("e")
    assert moons.text("stats") == "step 7"  # 45 rows in batches of 8
    moons.press(" ")
    moons.until(lambda: moons.run("playground.learner.steps") > 50)
    moons.press(" ")
    assert moons.page.get_attribute("#play", "aria-label") == "Play"
    moons.press("Home")
    assert moons.text("line") == start
    moons.page.fill("#seed", "3")
    moons.page.click("#start")
    assert moons.text("line") != start
    other = moons.text("line")
    moons.page.click("#step")
    moons.page.click("#start")
    assert moons.text("line") == other


def test_training_learns_what_it_is_given(moons):
    moons.page.fill("#rate", "0.03")
    moons.run(
        "() => { for (let i = 0; i < 1500; i++) playground.learner.step(); playground.show(); }"
    )
    assert moons.run("playground.learner.scores(playground.learner.train).accuracy") > 0.95
    moons.screenshot("playground")


@pytest.mark.parametrize("name", ["moons", "circles", "spirals", "xor", "blobs"])
def test_other_tables_can_be_chosen(moons, name):
    moons.page.select_option("#data", name)
    assert moons.page.locator(".dot").count() == 200
    moons.run("() => { for (let i = 0; i < 5; i++) playground.learner.step(); playground.show(); }")
    assert "loss" in moons.text("line")


NUMBERS = """() => { const { data, adjoint, graph: { label, op } } = player.trace, leaves = {};
    label.forEach((name, i) => { if (op[i] < 0) leaves[name] = [data[i], adjoint[i]]; });
    return { loss: data.at(-1), leaves }; }"""


def opened(shown):
    """The player inside of the playground, when it is there."""
    shown.page.wait_for_selector("#frame iframe", state="attached")
    shown.until(lambda: len(shown.page.frames) > 1)
    frame = shown.page.frames[-1]
    shown.until(lambda: frame.evaluate("!!window.player && !player.view.waiting.length"))
    return frame


def test_a_sample_and_a_neuron_show_their_numbers(moons):
    moons.page.locator(".dot").nth(5).dispatch_event("click")
    assert "row" in moons.text("about")
    made = model()
    answer = float(made.predict(X[5:6]).item())
    shown = moons.page.locator("#about dd").all_text_contents()
    assert any(text.replace("\u2212", "-") == f"{answer:.4g}" for text in shown)
    opened(moons)
    moons.page.click("#sample button")
    moons.page.locator(".net button").nth(2).focus()
    moons.press("Enter")
    assert "layers[0].neurons[2]" in moons.text("about")
    assert "dead for" in moons.text("about")


@pytest.mark.parametrize(
    ("loss", "sizes", "targets"), [("mse", (6, 1), Y), ("cross_entropy", (5, 3), np.arange(60) % 3)]
)
def test_a_sample_opens_the_player_with_the_weights_of_that_moment(still, loss, sizes, targets):
    made = model(loss=loss, sizes=sizes)
    shown = still(playground(made, X, targets))
    shown.run("() => { for (let i = 0; i < 37; i++) playground.learner.step(); }")
    shown.page.locator(".dot").nth(7).dispatch_event("click")
    found = opened(shown).evaluate(NUMBERS)
    weights, gradient, loss = shown.run(
        """() => { const { learner } = playground, gradient = new Float64Array(learner.size);
        learner.compute([7], gradient);
        return [[...learner.parameters], [...gradient], learner.given.out[1]]; }"""
    )
    assert found["loss"] == pytest.approx(loss, rel=1e-12)
    paths = [parameter.label for parameter in made.parameters()]
    assert [found["leaves"][path][0] for path in paths] == weights
    slopes = [found["leaves"][path][1] for path in paths]
    np.testing.assert_allclose(slopes, gradient, rtol=1e-9, atol=1e-15)  # sums in another order
    for parameter, weight in zip(made.parameters(), weights, strict=True):
        parameter.data = weight
    own = made.loss_of()(made(X[7].tolist()), targets[7])  # eager, the very same numbers
    own.backward()
    assert found["loss"] == pytest.approx(own.data, rel=1e-12)
    want = [parameter.grad for parameter in made.parameters()]
    np.testing.assert_allclose(slopes, want, rtol=1e-9, atol=1e-15)
    assert opened(shown).locator("#title").text_content() == "Row 7 at step 37"


def test_the_player_on_a_sample_pauses_the_training_steps_and_closes(still):
    shown = still(playground(model(), X, Y))
    shown.press(" ")
    shown.until(lambda: shown.run("playground.learner.steps") > 5)
    shown.page.locator(".dot").nth(3).dispatch_event("click")
    frame = opened(shown)
    assert not shown.run("playground.state.playing")
    shown.until(lambda: shown.run("document.activeElement.tagName") == "IFRAME")
    shown.page.keyboard.press("End")
    assert frame.evaluate("player.time.frame === player.trace.last")
    frame.evaluate("player.trace.set(0, 5)")
    frame.evaluate("player.trace.reset()")
    assert frame.evaluate("player.trace.data.at(-1) === player.trace.given.at(-1)")
    shown.screenshot("playground-player")
    shown.page.click("#sample button")
    assert not shown.page.locator("#frame").is_visible()
    shown.page.locator("#about button").click()  # the same by key, from the row's numbers
    shown.until(lambda: shown.page.locator("#frame").is_visible())  # once it is unpacked


def test_escape_inside_the_player_closes_its_card_and_then_the_dialog(still):
    shown = still(playground(model(), X, Y))
    shown.page.locator(".dot").nth(3).dispatch_event("click")
    opened(shown)
    shown.page.click("#sample button")
    shown.run("document.getElementById('frame').replaceChildren()")
    shown.page.locator("#about button").focus()
    shown.page.keyboard.press("Enter")
    frame = opened(shown)
    shown.until(lambda: shown.run("document.activeElement.tagName") == "IFRAME")
    frame.locator("[data-node]").first.focus()
    shown.page.keyboard.press("Enter")
    shown.page.keyboard.press("?")
    for closes in ("dialog[open]", "#card:not([hidden])"):
        shown.page.keyboard.press("Escape")
        assert not frame.locator(closes).count()
        assert shown.page.locator("#frame").is_visible()
    shown.page.keyboard.press("Escape")
    shown.until(lambda: not shown.page.locator("#frame").is_visible())
    assert shown.run("document.activeElement.textContent") == "Play both passes"


def test_a_graph_too_large_for_the_page_says_how_it_is_played(still):
    made = nn.MLP(200, [50, 1], rng=0)
    made.compile(loss="mse")
    shown = still(playground(made, np.zeros((3, 200)), [0.0, 1.0, 0.0]))
    shown.page.fill("#row", "1")
    assert "viz.play(model, x[row], y[row])" in shown.text("about")
    assert shown.page.locator("#about button").count() == 0


def test_a_run_that_breaks_says_where_and_can_start_again(moons):
    moons.page.select_option("#optimizer", "SGD")
    moons.page.fill("#rate", "1e200")
    moons.run("() => { for (let i = 0; i < 5; i++) document.getElementById('step').click(); }")
    assert moons.text("phase") == "Stopped"
    assert "layers[" in moons.text("line") or "not finite" in moons.text("line")
    moons.screenshot("playground-broken")
    moons.page.fill("#rate", "0.1")
    moons.page.click("#start")
    assert moons.text("phase") == "Epoch 0"


def test_a_neuron_that_is_chosen_leaves_the_pictures_as_they_are(moons):
    picture = "document.querySelector('.net canvas').toDataURL()"
    before = moons.run(picture)
    moons.run(
        "playground.choose({ path: 'layers[0].neurons[1]' })"
    )  # its numbers make the page longer
    moons.page.set_viewport_size({"width": 1281, "height": 760})
    moons.page.set_viewport_size({"width": 1280, "height": 760})
    moons.page.wait_for_timeout(200)
    assert moons.run(picture) == before


def test_three_classes_have_three_colours(still):
    made = model(loss="cross_entropy", sizes=(6, 3))
    shown = still(playground(made, X, np.arange(60) % 3))
    fills = "[...document.querySelectorAll('.dot')].map(dot => getComputedStyle(dot).fill)"
    first, second, third, *others = shown.run(fills)
    assert len({first, second, third}) == 3
    assert others[:3] == [first, second, third]
    assert shown.page.locator(".plane + .legend .key").all_text_contents() == [
        "class 0",
        "class 1",
        "class 2",
    ]


def test_what_units_give_is_as_long_as_what_they_were_given(moons):
    lengths = """() => { const { learner } = playground, { outputs } = learner.look;
        const given = rows => learner.units(new Float64Array(2 * rows), rows);
        return [3000, 1600].map(rows => given(rows).length / outputs); }"""
    assert moons.run(lengths) == [3000, 1600]


def test_gradients_are_seen_before_the_first_step_and_after_a_new_start(moons):
    first = moons.run("[...playground.learner.gradient]")
    assert sum(x != 0.0 for x in first) > 10
    moons.page.click("#step")
    moons.page.click("#step")
    moons.page.click("#start")
    assert moons.run("[...playground.learner.gradient]") == first


def test_an_infinite_loss_ends_the_run(moons):
    moons.press(" ")
    moons.run("() => { playground.learner.targets.fill(Infinity); }")
    moons.until(lambda: moons.text("phase") == "Stopped")
    assert moons.page.get_attribute("#play", "aria-label") == "Play"


def test_frozen_parameters_stay(still):
    made = model()
    made.layers[0].trainable = False
    made.compile(loss="mse", optimizer="adam")
    found, _ = still(playground(made, X, Y)).run(RUN, ["Adam", 0, 3])
    before = [p.data for p in made.parameters()]
    count = len(made.layers[0].parameters())
    assert found[:count] == before[:count]
    assert found[count:] != before[count:]


def test_an_opened_player_has_the_theme_of_its_page_whoever_chose_that(still):
    shown = still(playground(model(), X, Y), color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    shown.page.locator(".dot").first.dispatch_event("click")
    frame = opened(shown)
    assert frame.evaluate(paper) == shown.run(paper) == LIGHT
    shown.page.emulate_media(color_scheme="dark")  # the system, while the player is open
    shown.until(lambda: frame.evaluate(paper) == DARK)
    assert shown.run(paper) == DARK
    shown.page.click("#sample button")
    shown.run("document.getElementById('frame').replaceChildren()")
    shown.page.click("#theme")  # the reader
    shown.page.locator(".dot").first.dispatch_event("click")
    assert opened(shown).evaluate(paper) == shown.run(paper) == LIGHT


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (380, "dark")])
def test_it_fits_its_page_in_both_themes(still, width, scheme):
    shown = still(
        playground(model(), X, Y), viewport={"width": width, "height": 760}, color_scheme=scheme
    )
    assert shown.run("document.documentElement.scrollWidth") == width
    shown.run(
        "() => { for (let i = 0; i < 200; i++) playground.learner.step(); playground.show(); }"
    )
    shown.screenshot(f"playground-{width}")


def test_the_page_of_moons_is_small():
    page = playground(model(sizes=(16, 16, 1), activation="relu"), *nn.data.make_moons(200)).html
    assert len(page.encode()) < 150_000


class Saved:
    """A page that is a file already."""

    def __init__(self, path):
        self.path = path

    def save(self, path):
        return self.path


@pytest.mark.parametrize("table", ["iris", "linear"])
def test_the_command_line_writes_one_and_the_report_leads_to_it(still, tmp_path, table):
    given = table
    if table == "linear":  # a number to predict
        given = tmp_path / "t.csv"
        rows = [f"{i / 10},{i % 5},{3 * i / 10 - i % 5 + 100}" for i in range(60)]
        given.write_text("\n".join(["a,b,y", *rows]))
    out = tmp_path / "r"
    arguments = ["train", str(given), "--hidden", "6", "--epochs", "2", "--playground"]
    arguments += ["--regression"] if table == "linear" else []
    assert __main__.main([*arguments, "-o", str(out)]) == 0
    shown = still(Saved(out / "index.html"))
    shown.page.click("a[href='playground.html']")
    shown.until(lambda: shown.run("!!window.playground"))
    first = shown.run("playground.learner.scores(playground.learner.train).loss")
    for _ in range(3):
        shown.press("e")
    assert shown.run("playground.learner.scores(playground.learner.train).loss") < first


class TestWhatCannotBe:
    def test_a_model_that_is_not_compiled(self):
        with pytest.raises(ValueError, match="compile this MLP first"):
            playground(nn.MLP(2, [1]), X, Y)

    def test_no_model(self):
        with pytest.raises(TypeError, match="prints itself"):
            playground(lambda x: x, X, Y)

    def test_nan_in_the_table(self):
        with pytest.raises(ValueError, match="finite"):
            playground(model(), [[0.0, float("nan")]], [1.0])

    def test_targets_outside_of_the_loss(self):
        with pytest.raises(ValueError, match="from 0 to 1"):
            playground(model(loss="binary_crossentropy"), X, Y + 1)

    def test_2000_inputs(self):
        wide = nn.MLP(2_000, [1], rng=0)
        wide.compile(loss="mse")
        with pytest.raises(ValueError, match="up to 1024 inputs, got 2000"):
            playground(wide, np.zeros((2, 2_000)), [0.0, 1.0])

    def test_a_model_that_decides_on_its_numbers(self):
        class Deciding(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Dense(1, input_dim=2, rng=0)

            def forward(self, x):
                y = self.layer(x)
                return y if y > -10.0 else y * 2.0  # all of the first rows go one way

        made = Deciding()
        made.compile(loss="mse")
        with pytest.raises(RuntimeError, match=r"no JavaScript for .*, which branches"):
            playground(made, X, Y)

    def test_dropout(self):
        made = nn.Sequential(nn.Dense(2, input_dim=2, rng=0), nn.Dropout(0.5), nn.Dense(1, rng=0))
        made.compile(loss="mse")
        with pytest.raises(ValueError, match="no Dropout"):
            playground(made, X, Y)

    def test_what_javascript_lacks(self):
        from autograd_core.functional import digamma

        made = nn.MLP(2, [1], activation=lambda x: digamma(x * x + 1.0), rng=0)
        made.layers[-1].neurons[0].activation = lambda x: digamma(x * x + 1.0)
        made.compile(loss="mse")
        with pytest.raises(RuntimeError, match="JavaScript has no"):
            playground(made, X, Y)
