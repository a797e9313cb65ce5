"""Code pasted from PyTorch, Keras or scikit-learn runs: their names, order, defaults, numbers."""

import numpy as np
import pytest

import nn
from autograd_core import Value, gradcheck

# PyTorch 2.13.0, float64: module -> value and derivative at -1 and at 0.7.
TORCH = [
    (nn.GELU(approximate="tanh"), (-0.15880800939172324, -0.08296408384578252),
     (0.5305701347051167, 0.976357218656104)),
    (nn.GELU(approximate="none"), (-0.15865525393145702, -0.08331547058768635),
     (0.5306254434438489, 0.9766141011336599)),
    (nn.Softplus(beta=2.0, threshold=20.0), (0.06346400552148625, 0.11920292202211755),
     (0.8102087049592255, 0.8021838885585817)),
    (nn.LogSigmoid(), (-1.3132616875182228, 0.7310585786300049),
     (-0.4031860488854579, 0.33181222783183395)),
    (nn.LeakyReLU(0.2, inplace=False), (-0.2, 0.2), (0.7, 1.0)),
]  # fmt: skip


@pytest.mark.parametrize(("module", "below", "above"), TORCH, ids=lambda c: str(c)[:24])
def test_an_activation_with_options_has_pytorchs_numbers(module, below, above):
    for at, (value, slope) in ((-1.0, below), (0.7, above)):
        x = Value(at)
        y = module(x)
        y.backward()
        assert (y.data, x.grad) == pytest.approx((value, slope), rel=1e-14)  # a few roundings


@pytest.mark.parametrize("name", ["ReLU", "SELU", "SiLU", "Mish", "ELU", "LeakyReLU"])
def test_inplace_is_accepted_and_changes_no_number(name):
    x = Value(-0.5)
    assert getattr(nn, name)(inplace=True)(x).data == getattr(nn, name)()(x).data
    assert x.data == -0.5


def test_gelu_refuses_another_approximation_when_it_is_made():
    with pytest.raises(ValueError, match="'none' or 'tanh', got 'erf'"):
        nn.GELU(approximate="erf")


def test_a_sharp_softplus_wants_a_positive_beta():
    with pytest.raises(ValueError, match="beta above 0, got 0"):
        nn.Softplus(beta=0)


def test_activation_functions_take_their_rows_options():
    assert nn.leaky_relu(-1.0, negative_slope=0.2) == -0.2
    assert nn.elu([-1.0], alpha=2.0) == [nn.ELU(2.0)(-1.0).data]
    assert nn.gelu(Value(1.0), approximate="tanh").data == nn.GELU("tanh")(1.0).data
    with pytest.raises(TypeError, match="slope"):
        nn.leaky_relu(-1.0, slope=0.2)


def test_a_model_with_optioned_activations_comes_back_from_its_file(tmp_path):
    model = nn.Sequential(
        nn.Linear(2, 3, rng=0), nn.GELU("tanh"), nn.Softplus(2.0), nn.LeakyReLU(0.3)
    )
    model.save(tmp_path / "m.npz")
    x = [[0.5, -1.0]]
    assert (nn.load(tmp_path / "m.npz").predict(x) == model.predict(x)).all()


def test_gelu_by_tanh_trains_with_the_same_numbers_on_both_backends():
    x, y = np.eye(3), np.array([0.0, 1.0, 2.0])
    ends = []
    for backend in ("numpy", "graph"):
        model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.GELU("tanh"), nn.Linear(4, 1, rng=1))
        model.compile(nn.SGD(lr=0.1), "mse", backend=backend)
        ends.append(model.fit(x, y, epochs=3, verbose=0, shuffle=False).history["loss"])
    assert ends[0] == pytest.approx(ends[1], rel=1e-12)  # rounding of sums
    assert gradcheck(lambda a: a.gelu("tanh"), 0.3).ok


def test_summary_prints_its_table_once_and_returns_it_for_a_file(capsys):
    text = nn.MLP(2, [16, 16, 1]).summary()
    assert capsys.readouterr().out == f"{text}\n"
    assert "total 337 parameters" in text
    assert repr(text) == ""  # the last line of a notebook cell shows nothing more


def test_summary_prints_with_print_fn(capsys):
    lines = []
    nn.MLP(2, [1]).summary(print_fn=lines.append)
    assert "total 3 parameters" in lines[0]
    assert capsys.readouterr().out == ""


def test_names_given_to_model_and_layers_are_in_the_summary_and_found_again(tmp_path):
    model = nn.Sequential(
        [
            nn.Input(shape=(3,), name="features"),
            nn.Dense(2, activation="relu", name="hidden"),
            nn.Dropout(0.5, name="drop"),
            nn.Activation("tanh", name="squash"),
        ],
        name="small",
    )
    model.save(tmp_path / "m.npz")
    for here in (model, nn.load(tmp_path / "m.npz")):
        assert here.summary().startswith('model "small"')
        assert [here.get_layer(n).name for n in ("features", "hidden", "drop", "squash")] == [
            "features", "hidden", "drop", "squash"
        ]  # fmt: skip


def test_a_dict_of_modules_names_them_as_in_pytorch():
    model = nn.Sequential({"fc1": nn.Linear(2, 3), "act": nn.ReLU(), "fc2": nn.Linear(3, 1)})
    assert model.get_layer("fc2") is model[2]
    assert (model[2].in_features, model[2].out_features) == (3, 1)


def test_load_state_dict_says_what_did_not_match():
    model = nn.Linear(2, 1, rng=0)
    state = model.state_dict()
    assert str(model.load_state_dict(state)) == "<All keys matched successfully>"
    state["neurons[0].other"] = state.pop("neurons[0].b")
    state["neurons[0].w"] = [7.0, 8.0]
    with pytest.raises(ValueError, match=r"neurons\[0\].b is missing"):
        model.load_state_dict(state)
    keys = model.load_state_dict(state, strict=False)
    assert keys.missing_keys == ["neurons[0].b"]
    assert keys.unexpected_keys == ["neurons[0].other"]
    assert [w.data for w in model.neurons[0].w] == [7.0, 8.0]


def test_a_shape_that_does_not_fit_is_an_error_also_when_not_strict():
    model = nn.Linear(2, 1)
    with pytest.raises(ValueError, match="wanted"):
        model.load_state_dict({"neurons[0].w": [1.0]}, strict=False)


def test_a_training_loop_pasted_from_pytorch_lowers_the_loss():
    x, y = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [1.0, 0.0, 2.0]
    model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.Tanh(), nn.Linear(4, 1, rng=1))
    criterion, losses = nn.MSELoss(), []
    model.train()
    for _ in range(100):
        model.zero_grad(set_to_none=True)
        loss = criterion(model(x), y)
        loss.backward()
        losses.append(loss.data)
        for p in model.parameters():
            p.data -= 0.1 * p.grad
    assert losses[-1] < 0.1 * losses[0]


# scikit-learn: data.


@pytest.mark.parametrize(
    ("sizes", "rows"),  # scikit-learn 1.9.1: train_test_split(range(10), **sizes)
    [
        ({"train_size": 0.5}, (5, 5)),
        ({"train_size": 0.75}, (7, 3)),
        ({"test_size": 0.25}, (7, 3)),
        ({"train_size": 3, "test_size": 2}, (3, 2)),
        ({"train_size": 0.55, "test_size": 0.25}, (5, 3)),
        ({}, (7, 3)),
    ],
)
def test_sizes_of_a_split_are_scikit_learns(sizes, rows):
    train, test = nn.data.train_test_split(range(10), random_state=0, **sizes)
    assert (len(train), len(test)) == rows
    assert len({*train, *test}) == sum(rows)


def test_an_unshuffled_split_takes_the_rows_in_order_as_scikit_learn_does():
    train, test = nn.data.train_test_split(range(10), train_size=3, test_size=2, shuffle=False)
    assert (train.tolist(), test.tolist()) == ([0, 1, 2], [3, 4])


def test_a_split_that_leaves_rows_out_keeps_the_shares_of_the_classes():
    y = [0] * 30 + [1] * 10
    parts = nn.data.train_test_split(y, train_size=16, test_size=8, stratify=y, random_state=0)
    assert [part.sum() for part in parts] == [4, 2]


def test_a_split_larger_than_the_table_is_an_error():
    with pytest.raises(ValueError, match="want 11 rows, there are 10; leave one of them out"):
        nn.data.train_test_split(range(10), train_size=8, test_size=3)


def test_stratify_without_shuffle_is_an_error():
    with pytest.raises(ValueError, match="leave shuffle=False out"):
        nn.data.train_test_split(range(4), stratify=[0, 1, 0, 1], shuffle=False)


@pytest.mark.parametrize("make", [nn.data.make_moons, nn.data.make_circles])
def test_unshuffled_points_come_class_by_class(make):
    x, y = make(n_samples=(2, 3), shuffle=False, noise=None)
    assert y.tolist() == [0, 0, 1, 1, 1]
    assert x[0].tolist() == [1.0, 0.0]  # as scikit-learn's, for both


def test_loaders_give_x_and_y_or_a_table_with_scikit_learns_names():
    x, y = nn.data.load_iris(return_X_y=True)
    table = nn.data.load_iris()
    assert isinstance(x, np.ndarray)
    assert (table.data == x).all()
    assert (table["target"] == y).all()
    assert {"data", "target", "feature_names", "target_names"} <= set(table.keys())
    assert nn.data.load_pima(return_X_y=True)[0].shape == (768, 8)
    with pytest.raises(ValueError, match="leave it out"):
        nn.data.load_iris(as_frame=True)
    with pytest.raises(ValueError, match="no part of a table named 'frame'"):
        table["frame"]


def test_standard_scaler_goes_to_mean_0_and_back():
    x = nn.data.load_iris().x
    scaler = nn.data.StandardScaler()
    with pytest.raises(ValueError, match="not fitted yet"):
        scaler.transform(x)
    scaled = scaler.fit_transform(x)
    assert (scaled == nn.data.standardize(x)).all()
    assert scaler.inverse_transform(scaled) == pytest.approx(x, rel=1e-12)  # there and back


def test_one_hot_takes_num_classes():
    assert nn.data.one_hot([0, 1], num_classes=3).shape == (2, 3)


# Keras: initializers.


@pytest.mark.parametrize(
    ("kind", "name"),
    [("GlorotUniform", "glorot_uniform"), ("HeNormal", "he_normal"), ("Zeros", "zeros"),
     ("LecunUniform", "lecun_uniform"), ("RandomUniform", "random_uniform"), ("Ones", "ones"),
     ("RandomNormal", "random_normal"), ("TruncatedNormal", "truncated_normal")],
)  # fmt: skip
def test_an_initializer_is_the_same_by_class_by_object_and_by_name(kind, name):
    thing = getattr(nn.initializers, kind)
    drawn = [
        nn.Dense(4, input_dim=3, kernel_initializer=init, rng=7).get_weights()[0]
        for init in (thing, thing(), name, kind)
    ]
    assert all((weights == drawn[0]).all() for weights in drawn)


def test_an_initializer_with_a_seed_gives_every_layer_the_same_weights_but_not_every_neuron():
    init = nn.initializers.HeNormal(seed=3)
    first, second = (nn.Layer(5, 4, init=init).get_weights()[0] for _ in range(2))
    assert (first == second).all()
    assert len(np.unique(first)) == 20


def test_options_of_initializers_are_keras_ones():
    low = nn.initializers.RandomUniform(minval=2.0, maxval=3.0, seed=0)
    assert (nn.Dense(9, input_dim=9, kernel_initializer=low).get_weights()[0] >= 2.0).all()
    fives = nn.Dense(2, input_dim=1, bias_initializer=nn.initializers.Constant(value=5.0))
    assert fives.get_weights()[1].tolist() == [5.0, 5.0]
    near = nn.initializers.TruncatedNormal(mean=1.0, stddev=0.1, seed=0)
    weights = nn.Dense(40, input_dim=40, kernel_initializer=near).get_weights()[0]
    assert np.abs(weights - 1.0).max() < 0.2
    # the standard deviation of a normal distribution cut off at 2: 0.8796 (as Keras corrects by)
    assert weights.std() == pytest.approx(0.08796, rel=0.05)  # 1,600 draws: 2% is one deviation


# Keras: callbacks and the workflow.


def fitted(**options):
    model = nn.Sequential([nn.Dense(1, input_dim=1, rng=0)])
    model.compile("sgd", "mse", metrics=["mae"])
    history = model.fit([[0.0], [1.0], [2.0]], [1.0, 2.0, 3.0], verbose=0, seed=0, **options)
    return model, history


def test_a_checkpoint_of_weights_alone_goes_back_into_a_model_that_code_makes(tmp_path):
    path = tmp_path / "w.npz"
    model, _ = fitted(
        epochs=2, callbacks=nn.callbacks.ModelCheckpoint(path, save_weights_only=True)
    )
    with pytest.raises(ValueError, match="weights alone"):
        nn.load(path)
    other = nn.Sequential([nn.Dense(1, input_dim=1, rng=1)])
    other.load_weights(path)
    assert (other.predict([[0.5]]) == model.predict([[0.5]])).all()


def test_a_checkpoint_waits_for_the_number_it_has_to_beat(tmp_path):
    for threshold, there in ((0.0, False), (1e9, True)):
        path = tmp_path / "best.npz"
        saved = nn.callbacks.ModelCheckpoint(
            path, monitor="loss", save_best_only=True, initial_value_threshold=threshold
        )
        fitted(callbacks=[saved])
        assert path.exists() == there


def test_a_checkpoint_between_epochs_is_refused():
    with pytest.raises(ValueError, match="save_freq='epoch', got 100"):
        nn.callbacks.ModelCheckpoint("m.npz", save_freq=100)


# scikit-learn: the perceptron.

BITS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_a_perceptron_takes_all_of_scikit_learns_options():
    options = {
        "penalty": None, "alpha": 0.0001, "l1_ratio": 0.15, "fit_intercept": True,
        "max_iter": 1000, "tol": 1e-3, "shuffle": True, "verbose": 0, "eta0": 1.0, "n_jobs": None,
        "random_state": 0, "early_stopping": False, "validation_fraction": 0.1,
        "n_iter_no_change": 5, "class_weight": None, "warm_start": False,
    }  # fmt: skip
    assert nn.Perceptron(**options).get_params() == options  # and in their order
    assert list(nn.Perceptron(**options).get_params()) == list(options)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"penalty": "l2"}, "weight_decay"),
        ({"early_stopping": True}, "must be False"),
        ({"class_weight": "even"}, "'balanced' or None, got 'even'"),
    ],
)
def test_options_that_a_perceptron_has_not_say_what_to_do(option, message):
    with pytest.raises(ValueError, match=message):
        nn.Perceptron(**option).fit(BITS, [0, 0, 0, 1])


def test_a_class_weight_multiplies_the_rate():
    one, weighted = (
        nn.Perceptron(shuffle=False, max_iter=1, class_weight=weight) for weight in (None, {1: 3.0})
    )
    with pytest.warns(nn.ConvergenceWarning):
        # in order: 0 is wrong (active at 0), then 1 after it, each once
        moves = [m.fit([[1.0], [2.0]], [0, 1]).intercept_[0] for m in (one, weighted)]
    assert moves == [-1.0 + 1.0, -1.0 + 3.0]


def test_balanced_classes_weigh_what_their_number_says():
    model = nn.Perceptron(shuffle=False, max_iter=1, class_weight="balanced")
    with pytest.warns(nn.ConvergenceWarning):
        model.fit([[1.0], [1.0], [1.0], [2.0]], [0, 0, 0, 1])
    assert model.intercept_[0] == -4 / 6 + 4 / 2


def test_a_verbose_perceptron_prints_each_epoch(capsys):
    model = nn.Perceptron(shuffle=False, verbose=1).fit(BITS, [0, 0, 0, 1])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == model.n_iter_
    assert lines[-1] == f"epoch {model.n_iter_}: 0 of 4 samples wrong"


class Watched:
    """A model as EarlyStopping sees it: its weights are the number of the epoch."""

    stop_training = False
    epoch = 0

    def state_dict(self):
        return {"w": self.epoch}

    def load_state_dict(self, state):
        self.epoch = state["w"]


LOSSES = [0.68, 0.05, 0.52, 0.71, 0.15, 0.9, 0.0]
STOPS = [  # Keras 3.15.1: options, numbers -> the epoch that stops, the epoch of the weights
    ({"patience": 1, "min_delta": 0.1, "baseline": 0.5}, LOSSES, 2, 2),
    ({"patience": 0, "min_delta": 0.1, "baseline": 0.5, "restore_best_weights": True},
     [0.98, 0.6, 0.16, 0.82, 0.95], 3, 2),
    ({"patience": 0, "mode": "max", "baseline": 0.5}, [0.12, 1.0, 0.2, 0.49], 2, 2),
    ({"patience": 1, "min_delta": 0.1, "baseline": 0.5, "start_from_epoch": 2, "mode": "min"},
     [0.27, 0.17, 0.74, 0.97, 0.55], 3, 3),
    ({"patience": 2, "restore_best_weights": True}, LOSSES, 3, 1),
]  # fmt: skip


@pytest.mark.parametrize(("options", "numbers", "last", "weights"), STOPS)
def test_early_stopping_stops_where_keras_does(options, numbers, last, weights):
    stop, model = nn.callbacks.EarlyStopping(monitor="val_loss", **options), Watched()
    stop.set_model(model)
    stop.on_train_begin()
    for model.epoch, number in enumerate(numbers):
        stop.on_epoch_end(model.epoch, {"val_loss": number})
        if model.stop_training:
            break
    assert model.epoch == last
    stop.on_train_end()
    assert model.epoch == weights


# Keras: fit, evaluate, predict with every argument.


def test_fit_evaluate_and_predict_take_keras_arguments(capsys):
    x, y = [[0.0], [1.0], [2.0]], [1.0, 2.0, 3.0]
    model, history = fitted(
        batch_size=None, epochs=2, callbacks=None, validation_split=0.0,
        validation_data=(x, y), shuffle=True, class_weight=None, sample_weight=None,
        initial_epoch=0, steps_per_epoch=None, validation_steps=None, validation_batch_size=2,
        validation_freq=1,
    )  # fmt: skip
    assert list(history.history) == ["loss", "mae", "val_loss", "val_mae"]
    scores = model.evaluate(
        x=x, y=y, batch_size=2, verbose="auto", sample_weight=None, steps=None, callbacks=None,
        return_dict=True,
    )  # fmt: skip
    assert capsys.readouterr().out.startswith(f"loss {scores['loss']:.4f}")
    assert model.predict(x=x, batch_size=2, verbose="auto", steps=None).shape == (3, 1)
    model.fit(x, y, verbose="auto")
    assert "epoch 1/1" in capsys.readouterr().err  # the bar


@pytest.mark.parametrize(
    ("option", "message"),
    [({"steps_per_epoch": 2}, "use train_on_batch"), ({"validation_freq": 2}, "every epoch")],
)
def test_an_epoch_that_is_not_the_whole_table_is_refused(option, message):
    with pytest.raises(ValueError, match=message):
        fitted(**option)


def test_a_step_takes_class_weights():
    weights = []
    for class_weight, sample_weight in (({0: 1.0, 1: 5.0}, None), (None, [1.0, 5.0])):
        model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=1, rng=0)])
        model.compile("sgd", "binary_crossentropy")
        model.train_on_batch([[1.0], [2.0]], [0, 1], sample_weight, class_weight)
        weights.append(model.get_weights()[0])
    assert weights[0] == weights[1]


def test_run_eagerly_trains_on_the_graph():
    model = nn.Sequential([nn.Dense(1, input_dim=1)])
    model.compile("sgd", "mse", run_eagerly=True)
    assert model._trainer.on_graph


@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize("how", ["attribute", "argument"])
def test_a_layer_that_is_not_trainable_stays_as_it_is(built, how):
    frozen = nn.Dense(2, input_dim=1 if built else None, rng=0, trainable=how == "attribute")
    frozen.trainable = False
    model = nn.Sequential([frozen, nn.Dense(1, rng=1)])
    model.compile("sgd", "mse")
    model.predict([[1.0]])
    before = model.get_weights()
    model.fit([[1.0], [2.0]], [1.0, 5.0], verbose=0)
    moved = [bool((a != b).any()) for a, b in zip(before, model.get_weights(), strict=True)]
    assert moved == [False, False, True, True]
    model.trainable = True
    assert len(model.trainable_parameters()) == 7


# Names in the places where PyTorch and Keras have them.


def test_a_network_pasted_from_pytorch_with_functional_and_optim_learns_xor():
    import nn.functional as F
    import nn.optim as optim

    class Net(nn.Module):
        def __init__(self):
            super(Net, self).__init__()  # noqa: UP008  # as it is pasted
            self.fc1 = nn.Linear(2, 8, rng=0)
            self.fc2 = nn.Linear(8, 2, rng=1)

        def forward(self, x):
            return self.fc2(F.tanh(self.fc1(x)))

    x, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
    net = Net()
    optimizer = optim.Adam(net.parameters(), lr=0.1)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=50, gamma=0.5)
    for _ in range(60):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        scheduler.step()
    assert loss.item() < 0.1
    assert [nn.metrics.classes([[v.item() for v in net(row)]])[0] for row in x] == y


def test_functional_losses_take_pytorchs_arguments():
    F = nn.functional
    logits, labels = [[0.5, -1.0, 2.0], [1.0, 0.0, -0.5]], [2, 0]
    weights = [1.0, 2.0, 0.5]
    pairs = [
        (F.cross_entropy(logits, labels, weights, label_smoothing=0.1),
         nn.CrossEntropyLoss(weights, label_smoothing=0.1)(logits, labels)),
        (F.nll_loss(logits, labels, ignore_index=2), nn.NLLLoss(ignore_index=2)(logits, labels)),
        (F.mse_loss(input=[1.0], target=[3.0], reduction="sum"), Value(4.0)),
        (F.l1_loss([1.0], [3.0]), Value(2.0)),
        (F.huber_loss([1.0], [3.0], delta=1.0), Value(1.5)),
        (F.smooth_l1_loss([1.0], [3.0], beta=1.0), Value(1.5)),
        (F.binary_cross_entropy([0.5], [1.0]), nn.BCELoss()([0.5], [1.0])),
        (F.binary_cross_entropy_with_logits([0.5], [1.0], pos_weight=2.0),
         nn.BCEWithLogitsLoss(pos_weight=2.0)([0.5], [1.0])),
    ]  # fmt: skip
    assert [a.data for a, _ in pairs] == [b.data for _, b in pairs]


def test_keras_modules_hold_keras_names():
    from nn.layers import Activation, Dense, Dropout, Input, LeakyReLU, PReLU
    from nn.models import Sequential, load_model

    for thing in (Activation, Dense, Dropout, Input, LeakyReLU, PReLU, Sequential):
        assert thing is getattr(nn, thing.__name__)
    assert load_model is nn.load


@pytest.mark.parametrize(
    ("norm_type", "norm"), [(2.0, 5.0), (1.0, 7.0), (float("inf"), 4.0), (3.0, 91 ** (1 / 3))]
)
def test_gradients_are_clipped_by_any_norm(norm_type, norm):
    a, b = Value(0.0), Value(0.0)
    a.grad, b.grad = 3.0, -4.0
    assert nn.utils.clip_grad_norm_([a, b], 1.0, norm_type) == pytest.approx(norm, rel=1e-15)
    assert b.grad == pytest.approx(-4.0 / norm, rel=1e-6)  # PyTorch's guard of 1e-6 in the norm


@pytest.mark.parametrize("name", ["ModuleList", "Parameter", "Conv2d", "BatchNorm1d", "Flatten"])
def test_a_name_that_is_not_there_says_what_to_do(name):
    with pytest.raises(AttributeError, match=f"nn has no {name}: ") as caught:
        getattr(nn, name)
    assert len(str(caught.value)) > 40
    assert not hasattr(nn, "anything_else")


def test_all_modules_are_those_that_have_a_name():
    model = nn.Sequential(nn.MLP(2, [3, 1]), nn.PReLU())
    assert model.modules() == [module for _, module in model.named_modules()]


NUMBERS = [1.0, 0.9, 0.89, 0.91, 0.9, 0.88, 0.95, 0.95, 0.95, 0.95, 0.5, 0.5, 0.5, 0.5]
PLATEAUS = [  # PyTorch 2.13.0: the rate after each step, from 1
    ({"patience": 2, "factor": 0.5}, [1.0] * 8 + [0.5] * 5 + [0.25]),
    ({"patience": 1, "factor": 0.5, "cooldown": 2, "threshold": 0.1},
     [1.0] * 4 + [0.5] * 4 + [0.25] * 4 + [0.125] * 2),
    ({"mode": "max", "patience": 0, "factor": 0.1, "min_lr": 0.05, "threshold_mode": "abs",
      "threshold": 0.5}, [1.0, 0.1] + [0.05] * 12),
]  # fmt: skip


@pytest.mark.parametrize(("options", "rates"), PLATEAUS)
def test_a_plateau_lowers_the_rate_when_pytorch_does(options, rates):
    optimizer = nn.optim.SGD([Value(0.0)], lr=1.0)
    schedule = nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    seen = []
    for number in NUMBERS:
        schedule.step(Value(number))
        seen += schedule.get_last_lr()
    assert seen == rates


def test_a_plateau_goes_on_where_its_state_says():
    optimizer = nn.optim.SGD([Value(0.0)], lr=1.0)
    schedules = [nn.schedules.ReduceLROnPlateau(optimizer, patience=5) for _ in range(2)]
    for number in NUMBERS[:4]:
        schedules[0].step(number)
    schedules[1].load_state_dict(schedules[0].state_dict())
    assert (schedules[1].best, schedules[1].num_bad_epochs) == (0.89, 1)


def test_a_polynomial_schedule_has_pytorchs_rates():
    schedule = nn.schedules.PolynomialLR(total_iters=4, power=2.0)
    assert [schedule(epoch) for epoch in range(6)] == [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]


def test_metrics_go_by_scikit_learns_names():
    y, said = [0, 1, 1, 0], [0, 1, 0, 1]
    names = ("accuracy_score", "precision_score", "recall_score", "f1_score", "roc_auc_score")
    assert [getattr(nn.metrics, name)(y, said) for name in names] == [0.5] * 5
    assert nn.metrics.r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == 1.0


def test_saving_leaves_a_file_that_is_not_to_be_overwritten(tmp_path):
    path = tmp_path / "m.npz"
    model = nn.Linear(2, 1).to("cpu")
    model.save(path, overwrite=False)
    before = path.read_bytes()
    for save in (model.save, model.save_weights):
        with pytest.raises(FileExistsError, match="is there already"):
            save(path, overwrite=False)
    assert path.read_bytes() == before


def test_a_regularizer_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match="weight_decay instead"):
        nn.Dense(2, kernel_regularizer="l2")


def test_metrics_are_given_as_keras_objects_and_classes():
    model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=1, kernel_initializer="ones")])
    model.compile(
        "sgd",
        "binary_crossentropy",
        metrics=[
            nn.metrics.BinaryAccuracy(name="acc", threshold=0.9),
            nn.metrics.AUC,
            nn.metrics.Precision(),
            nn.metrics.Recall(),
        ],
    )
    scores = model.evaluate([[-1.0], [1.0], [3.0]], [0, 1, 1], return_dict=True)
    # sigmoid(1) = 0.73 is above 1/2 and below 0.9
    assert list(scores.values())[1:] == [2 / 3, 1.0, 1.0, 1.0]
    assert list(scores)[1:] == ["acc", "auc", "precision", "recall"]
