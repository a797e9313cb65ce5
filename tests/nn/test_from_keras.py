"""Code pasted from Keras runs: its names, order, defaults and numbers."""

import gc

import pytest

import nn
from nn.modules import internals


def test_summary_prints_its_table_once_and_returns_it_for_a_file(capsys):
    text = nn.MLP(2, [16, 16, 1]).summary()
    assert capsys.readouterr().out == f"{text}\n"
    assert "total 337 parameters" in text
    assert repr(text) == ""  # the last line of a notebook cell shows nothing more


def test_a_summary_at_the_end_of_a_cell_is_shown_once():
    cell = pytest.importorskip("nbformat").v4.new_code_cell("import nn\nnn.MLP(2, [1]).summary()")
    notebook = pytest.importorskip("nbformat").v4.new_notebook(cells=[cell])
    pytest.importorskip("nbclient").NotebookClient(notebook).execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "stream"
    assert output.text.count("total 3 parameters") == 1


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


class Watched:
    """A model as EarlyStopping sees it: its weights are the number of the epoch."""

    stop_training = False
    epoch = 0

    def get_weights(self):
        return [self.epoch]

    def set_weights(self, weights):
        (self.epoch,) = weights


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


def test_an_epoch_that_is_not_the_whole_table_is_refused():
    with pytest.raises(ValueError, match="use train_on_batch"):
        fitted(steps_per_epoch=2)


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
    assert internals(model).trainer.on_graph


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


def test_keras_modules_hold_keras_names():
    from nn.layers import Activation, Dense, Dropout, Input, LeakyReLU, PReLU
    from nn.models import Sequential, load_model

    for thing in (Activation, Dense, Dropout, Input, LeakyReLU, PReLU, Sequential):
        assert thing is getattr(nn, thing.__name__)
    assert load_model is nn.load


def test_saving_leaves_a_file_that_is_not_to_be_overwritten(tmp_path):
    path = tmp_path / "m.npz"
    model = nn.Linear(2, 1).to("cpu")
    model.save(path, overwrite=False)
    before = path.read_bytes()
    for save in (model.save, model.save_weights):
        with pytest.raises(FileExistsError, match="is there already"):
            save(path, overwrite=False)
    assert path.read_bytes() == before


def test_a_checkpoint_s_path_that_asks_for_what_is_not_there_says_what_is(tmp_path):
    model = nn.MLP(2, [1])
    model.compile(loss="mse")
    keep = nn.callbacks.ModelCheckpoint(tmp_path / "{val_loss:.2f}.npz")
    with pytest.raises(ValueError, match=r"asks for 'val_loss'; .* are epoch, loss"):
        model.fit([[1.0, 2.0]], [1.0], verbose=0, callbacks=[keep])


def test_an_error_while_a_csv_is_written_leaves_its_lines_and_no_open_file(tmp_path):
    def fail(epoch, logs):
        if epoch == 1:
            raise RuntimeError("out of paper")

    model = nn.MLP(2, [1], rng=0)
    model.compile(loss="mse")
    logger = nn.callbacks.CSVLogger(tmp_path / "l.csv")
    with pytest.raises(RuntimeError, match="out of paper"):
        model.fit([[1.0, 2.0]], [1.0], epochs=3, verbose=0, callbacks=[logger, fail])
    lines = (tmp_path / "l.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch", "0", "1"]
    del logger, model
    gc.collect()  # a file left open is an error here: pytest turns its warning into one


def test_models_and_layers_have_kerass_shapes():
    model = nn.Sequential([nn.Dense(4, input_shape=(11,)), nn.Dense(1)])
    assert (model.input_shape, model.output_shape) == ((None, 11), (None, 1))
    assert model.layers[0].output_shape == (None, 4)
    with pytest.raises(AttributeError, match="has no shape yet"):
        _ = nn.Dense(3).input_shape
    entry = nn.Input((3,))
    ends = [nn.Dense(1)(entry), nn.Dense(2)(entry)]
    assert nn.Model(entry, ends).output_shape == [(None, 1), (None, 2)]
    assert nn.Model(entry, {"b": ends[1]}).output_shape == {"b": (None, 2)}
    assert nn.Model(entry, ends[0]).output_shape == (None, 1)


def test_build_takes_kerass_shape_by_its_name():
    model = nn.Sequential([nn.Dense(3), nn.BatchNormalization(), nn.Dense(1)])
    model.build(input_shape=(None, 8))
    assert model.count_params() == 43
    for layer in (nn.Dense(3), nn.BatchNormalization(), nn.Dropout(0.5)):
        layer.build(input_shape=(None, 2))
        assert layer.input_size() in (2, None)
    with pytest.raises(TypeError, match="Dense's number of inputs must be a whole number"):
        nn.Dense(3).build(2.5)


def test_a_visible_layer_may_drop_its_inputs(tmp_path):
    model = nn.Sequential([nn.Dropout(0.2, input_shape=(3,), rng=0), nn.Dense(2, rng=0)])
    assert (model.input_shape, model.count_params()) == ((None, 3), 8)
    model.save(tmp_path / "model.npz")
    assert nn.load(tmp_path / "model.npz").input_shape == (None, 3)


@pytest.mark.parametrize(
    ("name", "advice"),
    [("predict_classes", "argmax"), ("to_json", "save"), ("weights", "get_weights")],
)
def test_names_of_older_keras_say_what_to_use(name, advice):
    model = nn.MLP(2, [1])
    with pytest.raises(
        AttributeError, match=rf"'MLP' object has no attribute '{name}'; .*{advice}"
    ):
        getattr(model, name)
    assert not hasattr(model, "anything_else")

    class Faulty(nn.MLP):
        @property
        def broken(self):
            return self.layers.nothing

    with pytest.raises(AttributeError, match="'nothing'"):
        _ = Faulty(2, [1]).broken


def test_constraints_have_their_older_names():
    assert nn.constraints.maxnorm(3).max_value == nn.constraints.MaxNorm(3).max_value
