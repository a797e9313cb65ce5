"""Public paths stay, what an earlier version pickled or saved is read; what an import costs."""

import importlib
import importlib.util
import inspect
import json
import pickle
import subprocess
import sys
import typing
from pathlib import Path

import numpy as np
import pytest

import nn

from .record_earlier import HERE, X, Y

PATHS = json.loads((HERE / "paths.json").read_text())


@pytest.fixture(scope="module")
def pickled():
    return pickle.loads((HERE / "objects.pickle").read_bytes())


@pytest.mark.parametrize("room", PATHS)
def test_every_public_path_is_there(room):
    module = eval(room, {"nn": nn})
    missing = {name for name in PATHS[room] if not hasattr(module, name)}
    assert missing <= {"np"}  # which a file imports for itself


@pytest.mark.parametrize("room", [room for room in PATHS if room != "nn.optim.lr_scheduler"])
def test_a_public_path_is_a_real_file(room):  # so that editors and type checkers find it
    spec = importlib.util.find_spec(room)
    assert spec is not None
    assert Path(spec.origin).with_suffix("").parts[-2:] in (
        tuple(room.split(".")),
        (room.rpartition(".")[2], "__init__"),
    )


def test_classes_and_functions_pickled_by_name_are_found():
    found = pickle.loads((HERE / "names.pickle").read_bytes())
    assert len(found) > 200
    assert nn.Module in found
    assert nn.optimizers.Optimizer in found


def test_names_of_tables_that_were_renamed_stay_importable():
    from nn.tables import Settings, drawn, told

    first, second = drawn(Settings(), 2)
    assert first != second
    assert told(first) == nn.tables.settings_text(first)
    assert first.suited(100) == first.resolved(100)
    assert pickle.loads(b"cnn.tables.trials\ndrawn\n.") is drawn


def test_a_pickled_model_finds_what_calls_its_loss_by_keywords():
    # what the pickle of such a model of an earlier version names
    call = pickle.loads(b"cnn.basics.names\n_by_name\n.")
    assert call(lambda *, y_true, y_pred: y_pred - y_true, ["y_true", "y_pred"], 1.0, 3.0) == 2.0


def test_a_pickled_model_predicts_and_goes_on_training(pickled):
    model = pickled["trained"]
    np.testing.assert_array_equal(model.predict(X), pickled["predictions"])
    assert model.metrics_names == ["loss", "accuracy", "mse", "f1"]
    before = pickled["history"]["loss"][-1]
    model.fit(X, Y, epochs=1, verbose=0, seed=0)
    assert model.optimizer.lr == pytest.approx(0.01)  # cosine began anew, with 1
    assert model.fit(X, Y, epochs=20, verbose=0, seed=1)["loss"][-1] < before


def test_a_pickled_history_has_its_best_weights(pickled):
    model, history = pickled["trained"], pickled["history"]
    assert history.best_epoch == 1
    model.load_state_dict(history.best_state)


def test_a_pickled_model_on_the_graph_goes_on(pickled):
    assert len(pickled["on graph"].fit(X, Y, epochs=2, verbose=0)) == 2


def test_pickled_parts_are_those_of_today(pickled):
    for optimizer in pickled["optimizers"]:
        model = nn.MLP(2, [1], rng=0)
        model.compile(optimizer, "mse", schedule=pickled["schedules"][0])
        model.fit(X, Y, verbose=0)
    assert [part.name for part in pickled["optimizers"]][:4] == ["sgd", "rmsprop", "adam", "adamw"]
    assert all(vars(nn.optim)[type(part).__name__] is type(part) for part in pickled["optimizers"])
    kept = pickle.loads(pickle.dumps(nn.optimizers.SGD()))
    assert type(kept) is nn.optimizers.SGD
    then = [repr(loss) for loss in pickled["losses"][:-2]]
    now = [repr(loss) for loss in nn.losses.NAMES.values()]
    assert [loss for loss in now if loss in then] == then  # others may have come
    assert pickled["activations"][0] is nn.activations.linear
    assert all(part in vars(nn.activations).values() for part in pickled["activations"])
    assert pickled["scaler"].transform(X) == pytest.approx(nn.data.standardize(X))
    assert pickled["perceptron"].predict(X).shape == (4,)
    assert nn.logic.truth_table(pickled["gate"], 2) == nn.logic.truth_table(nn.logic.xor_gate(), 2)
    assert pickled["unbuilt"]([1.0, 2.0])[0].data != 0.0
    draw = pickled["initializers"][-1]
    assert nn.initializers.get(draw)(2, 3, nn.initializers.GLOBAL) == pytest.approx(
        nn.initializers.get(nn.initializers.HeNormal(seed=1))(2, 3, nn.initializers.GLOBAL)
    )


def test_saved_models_load():
    model = nn.load(HERE / "trained.npz")
    assert [type(layer) for layer in model.layers] == [nn.Dense, nn.Dropout, nn.Dense]
    assert nn.load(HERE / "mlp.npz").get_weights()[0] == pytest.approx(
        nn.MLP(2, [3, 1], rng=0).get_weights()[0]
    )
    assert nn.logic.truth_table(nn.load(HERE / "gate.npz"), 2)[3] == ((1, 1), 0)


def test_importing_nn_leaves_the_progress_bar_to_whoever_shows_one():
    code = "import sys, nn; sys.exit('tqdm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_who_has_the_extras_and_does_not_ask_for_them_imports_none():
    extras = "jax sklearn dask onnx torch keras h5py pandas matplotlib llvmlite scipy joblib"
    code = f"""if True:
        import sys, nn, viz, autograd_core.testing, nn.reports, nn.command_line
        model = nn.MLP(2, [3, 1], rng=0)
        model.compile("adam", "mse")
        model.fit([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0], epochs=2, verbose=0)
        viz.play(model, [0.0, 1.0], 0.0)
        sys.exit(", ".join(name for name in {extras.split()} if name in sys.modules))"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).stderr.strip() == b""


# of matplotlib and hypothesis, which nothing imports before they are used; fields of a dataclass
UNKNOWN = {"Figure", "Axes", "SearchStrategy", "MLPClassifier.__init__", "MLPRegressor.__init__"}


def unknown_type(item):
    """The name that the types of a signature have and its file has not; "" if there is none."""
    try:
        typing.get_type_hints(item)
    except NameError as error:
        return error.name
    return ""


@pytest.mark.parametrize(
    "room",
    ["nn", "nn.layers", "nn.losses", "nn.metrics", "nn.optimizers", "nn.optim", "nn.callbacks",
     "nn.schedules", "nn.initializers", "nn.regularizers", "nn.constraints", "nn.data",
     "autograd_core", "viz"],
)  # fmt: skip
def test_the_types_of_public_signatures_are_known_while_it_runs(room):
    module = importlib.import_module(room)
    for public in [getattr(module, name) for name in module.__all__]:
        asked = [public] if inspect.isclass(public) or inspect.isfunction(public) else []
        if inspect.isclass(public):
            methods = [method for method in vars(public).values() if inspect.isfunction(method)]
            asked += [m for m in methods if m.__name__ == "__init__" or m.__name__[0] != "_"]
        for item in asked:
            assert {unknown_type(item), item.__qualname__} & {"", *UNKNOWN}, item
