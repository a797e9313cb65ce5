"""Keras's schedules of the rate by steps, against keras 3.15.1, and in every way of training."""

import numpy as np
import pytest

import nn
from nn.optimizers import schedules

AT = (0, 7, 13, 45)


@pytest.mark.parametrize(
    ("name", "arguments", "options", "wanted"),
    [
        ("ExponentialDecay", (0.05, 10, 0.96), {}, [0.05, 0.04859145, 0.04741575, 0.0416093]),
        ("ExponentialDecay", (0.05, 10, 0.96, True), {}, [0.05, 0.05, 0.048, 0.04246732]),
        ("InverseTimeDecay", (0.05, 10, 0.96), {}, [0.05, 0.02990431, 0.02224199, 0.0093985]),
        ("InverseTimeDecay", (0.05, 10, 0.96, True), {}, [0.05, 0.05, 0.0255102, 0.01033058]),
        ("PiecewiseConstantDecay", ([10, 20], [1.0, 0.5, 0.1]), {}, [1.0, 1.0, 0.5, 0.1]),
        ("PolynomialDecay", (0.05, 10, 0.001), {}, [0.05, 0.0157, 0.001, 0.001]),
        ("PolynomialDecay", (0.05, 10, 0.001, 0.5), {}, [0.05, 0.02783841, 0.001, 0.001]),
        ("PolynomialDecay", (0.05, 10, 0.001, 2.0, True), {}, [0.05, 0.00541, 0.0070025, 0.00149]),
        ("CosineDecay", (0.05, 20), {"alpha": 0.1}, [0.05, 0.03771479, 0.01728522, 0.005]),
        ("CosineDecay", (0.01, 20), {"alpha": 0.1, "warmup_target": 0.5, "warmup_steps": 7},
         [0.01, 0.5, 0.40725169, 0.05]),
        ("CosineDecay", (0.01, 20), {"warmup_steps": 7}, [0.01, 0.00726995, 0.00273005, 0.0]),
        ("CosineDecayRestarts", (0.05, 10), {}, [0.05, 0.01030537, 0.04727516, 0.03456708]),
        ("CosineDecayRestarts", (0.05, 10), {"t_mul": 1.0, "m_mul": 0.5, "alpha": 0.1},
         [0.05, 0.01427483, 0.02286259, 0.00640625]),
        ("CosineDecayRestarts", (0.05, 10), {"t_mul": 1.5, "m_mul": 0.8},
         [0.05, 0.01030537, 0.03618034, 0.00096492]),
    ],
)  # fmt: skip
def test_a_schedule_has_kerass_rates(name, arguments, options, wanted):
    schedule = getattr(schedules, name)(*arguments, **options)
    assert [schedule(step) for step in AT] == pytest.approx(
        wanted, abs=2e-8
    )  # rounded to eight places


def halves(**named):
    return nn.optimizers.SGD(schedules.ExponentialDecay(0.5, 1, 0.5), **named)


@pytest.mark.parametrize("backend", ["numpy", "graph", "native"])
def test_fit_goes_by_the_schedule_in_steps(backend):
    # test_fit_lr_correctness of Keras's learning_rate_schedule_test.py, in 64 bits but the rate
    layer = nn.Dense(2, kernel_initializer="ones", bias_initializer="ones", input_dim=2)
    model = nn.Sequential([layer])
    rates = schedules.ExponentialDecay(0.05, decay_steps=1, decay_rate=0.9)
    model.compile(nn.optimizers.Adam(rates), "mse", backend=backend)
    x = np.arange(32.0).reshape(16, 2)
    history = model.fit(x, x, epochs=3, batch_size=4, shuffle=False, verbose=0)
    assert history["loss"] == pytest.approx(
        [230.79374504089355, 128.30188643932343, 79.33516278862953], rel=1e-7
    )
    assert model.optimizer.iterations == 12
    assert model.optimizer.learning_rate == pytest.approx(0.05 * 0.9**12)


def test_epochs_of_one_batch_and_single_batches_go_by_it_too():
    models = [nn.MLP(1, [1], rng=0) for _ in range(2)]
    for model in models:
        model.compile(halves(), "mse")
    models[0].fit([[1.0], [2.0]], [1.0, 0.0], epochs=200, batch_size=2, shuffle=False, verbose=0)
    for _ in range(200):
        models[1].train_on_batch([[1.0], [2.0]], [1.0, 0.0])
    first, second = ([w.tolist() for w in model.get_weights()] for model in models)
    assert np.ravel(first[0]) == pytest.approx(np.ravel(second[0]), rel=1e-12)


def test_a_model_with_a_schedule_is_saved_and_goes_on(tmp_path):
    model = nn.MLP(1, [1], rng=0)
    model.compile(nn.optimizers.Adam(schedules.PiecewiseConstantDecay([2], [0.1, 0.01])), "mse")
    model.fit([[1.0]], [3.0], epochs=3, verbose=0)
    model.save(tmp_path / "model.npz")
    again = nn.load(tmp_path / "model.npz")
    for one in (model, again):
        one.fit([[1.0]], [3.0], epochs=2, verbose=0)
    assert again.predict([[1.0]]) == pytest.approx(model.predict([[1.0]]), rel=1e-12)
    assert (again.optimizer.learning_rate, again.optimizer.iterations) == (0.01, 5)


class Own(schedules.LearningRateSchedule):
    def __call__(self, step):
        return -1.0 if step else 0.1


def test_nobody_else_sets_the_rate_and_no_rate_is_negative():
    optimizer = halves()
    w = nn.Value(1.0)
    optimizer.bind([w])
    for set_rate in (
        lambda: setattr(optimizer, "learning_rate", 0.1),
        lambda: nn.schedules.StepLR(optimizer, 10),
        lambda: nn.schedules.ReduceLROnPlateau(optimizer),
    ):
        with pytest.raises(
            TypeError, match="cannot set the rate of this SGD, which is set by Expon"
        ):
            set_rate()
    model = nn.MLP(1, [1], rng=0)
    model.compile(halves(), "mse")
    plateau = nn.callbacks.ReduceLROnPlateau(monitor="loss")
    with pytest.raises(TypeError, match="ReduceLROnPlateau cannot set the rate"):
        model.fit([[1.0]], [1.0], epochs=2, callbacks=[plateau], verbose=0)
    own = nn.optimizers.SGD([w], learning_rate=Own())
    w.grad = 1.0
    own.step()
    with pytest.raises(ValueError, match="SGD's lr must be at least 0"):
        own.step()
    with pytest.raises(ValueError, match="one value more than boundaries"):
        schedules.PiecewiseConstantDecay([1, 2], [0.1])
