"""What fit leaves behind: modes after errors, rates when layers are freed, frozen models."""

import math

import pytest

import nn

X = [[0.3, -0.4], [1.2, 0.5], [-0.7, 0.9], [0.1, 0.1]]
Y = [1.0, 0.0, 1.0, 0.0]


def model(**options):
    made = nn.Sequential(
        nn.Dense(3, "tanh", input_dim=2, rng=1), nn.Dropout(0.2), nn.Dense(1, rng=2)
    )
    made.compile(nn.SGD(0.1), "mse", **options)
    return made


class Failing(nn.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        raise RuntimeError("out of paper")


def test_a_model_is_in_inference_mode_after_an_error_in_a_callback():
    made = model()
    with pytest.raises(RuntimeError, match="out of paper"):
        made.fit(X, Y, verbose=0, callbacks=[Failing()])
    assert not any(module.training for module in made.modules())


def test_a_model_is_in_inference_mode_after_one_batch():
    made = model()
    made.train_on_batch(X, Y)
    assert not any(module.training for module in made.modules())


def test_a_layer_that_is_freed_while_a_schedule_runs_moves_at_the_schedule_s_rate():
    made, rates = model(schedule=lambda epoch: 0.5**epoch), []
    first = made.layers[0]
    first.trainable = False

    class Free(nn.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            first.trainable = epoch > 0

        def on_epoch_end(self, epoch, logs=None):
            rates.append(self.model.optimizer.lr)

    before = first.get_weights()[0]
    made.fit(X, Y, epochs=3, verbose=0, callbacks=[Free()])
    assert rates == [0.1, 0.05, 0.025]
    assert (first.get_weights()[0] != before).any()


def test_a_model_that_is_frozen_as_a_whole_is_evaluated_but_not_trained():
    made = model()
    wanted = made.evaluate(X, Y)
    made.optimizer.lr = 0.025
    made.trainable = False
    assert made.evaluate(X, Y) == wanted
    for train in (made.fit, made.train_on_batch):
        with pytest.raises(ValueError, match="nothing to train: Sequential has no parameters, or"):
            train(X, Y)
    made.trainable = True
    made.fit(X, Y, verbose=0)
    assert made.optimizer.lr == 0.025


def test_a_model_without_parameters_is_evaluated():
    made = nn.Sequential(nn.Softplus())
    made.compile(loss="mae")
    assert made.evaluate([[0.0]], [0.0]) == pytest.approx(math.log(2.0))


def test_the_plateau_of_fit_lowers_the_rate_of_every_group_by_the_factor():
    made = model()
    first, _, last = made.layers
    groups = [{"params": first, "lr": 1e-3}, {"params": last, "lr": 1e-4}]
    made.compile(nn.SGD(groups), "mse")
    plateau = nn.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=1e6)
    made.fit(X, Y, epochs=3, verbose=0, callbacks=[plateau])
    assert [group["lr"] for group in made.optimizer.param_groups] == [2.5e-4, 2.5e-5]


def test_a_callback_whose_evaluation_fails_may_free_a_layer_all_the_same():
    made = model()
    first = made.layers[0]
    first.trainable = False
    before = first.get_weights()[0]

    def free(epoch, logs):
        with pytest.raises(ValueError, match="1 target"):
            made.evaluate(X, [[1.0, 2.0]] * 4)
        first.trainable = True

    made.fit(X, Y, epochs=2, verbose=0, callbacks=free)
    assert (first.get_weights()[0] != before).any()


class Surgery(nn.callbacks.Callback):
    """Frees the first layer after the first epoch, and spoils what has been learnt."""

    def __init__(self, *, add=False):
        self.add, self.states = add, []

    def on_epoch_end(self, epoch, logs=None):
        self.states.append(self.model.state_dict())
        self.model.trainable = True
        for parameter in self.model.parameters():
            parameter.data += 5.0
        if self.add:
            self.model.add(nn.Dense(1, kernel_initializer="ones"))  # a weight near 0 would do well


@pytest.mark.parametrize("add", [False, True])
@pytest.mark.parametrize("backend", ["numpy", "graph"])
def test_the_best_weights_are_those_of_the_best_epoch_in_frozen_layers_too(backend, add):
    made, surgery = model(backend=backend), Surgery(add=add)
    made.layers[0].trainable = False
    history = made.fit(X, Y, epochs=3, verbose=0, seed=0, callbacks=surgery)
    assert history.best_epoch == 0
    best, wanted = history.best_state, surgery.states[0]
    assert best.keys() == wanted.keys()
    assert all((best[name] == wanted[name]).all() for name in wanted)


def test_an_epoch_after_one_whose_loss_is_no_number_can_be_the_best():
    made = model()
    made.layers[0].neurons[0].b.data = math.nan

    def mend(epoch, logs):
        for parameter in made.parameters():
            parameter.data = 0.1

    with pytest.warns(nn.TrainingWarning, match="the loss is nan in epoch 1"):
        history = made.fit(X, Y, epochs=2, verbose=0, callbacks=mend)
    assert history.best_epoch == 1
    assert history.best_state.keys() == made.state_dict().keys()


@pytest.mark.parametrize("make", [
    lambda params: nn.Adam(params, lr=0.1, weight_decay=0.1),
    lambda params: nn.SGD(params, lr=0.1, momentum=0.9, clip_norm=0.5),
    lambda params: nn.RMSprop([{"params": params[:5]}, {"params": params[5:], "lr": 0.1}]),
])  # fmt: skip
def test_a_frozen_layer_stays_even_if_the_optimizer_was_given_its_parameters(make):
    found = []
    for backend in ("numpy", "graph"):
        made = nn.MLP(2, [3, 1], activation="tanh", rng=0)
        made.compile(make(made.parameters()), "mse", backend=backend)
        made.fit(X, Y, epochs=2, verbose=0, seed=0)  # now there is momentum
        first = made.layers[0]
        first.neurons[1].requires_grad_(False)
        before = first.get_weights()[0]
        made.fit(X, Y, epochs=3, verbose=0, seed=0)
        moved = (first.get_weights()[0] != before).all(axis=0)
        assert moved.tolist() == [True, False, True]
        found.append([p.data for p in made.parameters()])
    assert found[0] == pytest.approx(found[1], rel=1e-9)  # sums in another order
