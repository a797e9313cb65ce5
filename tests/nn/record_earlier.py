"""Record what this version pickles and saves, for later versions to load: `earlier/`.

`python tests/nn/record_earlier.py` was run once, at 0.1.0; a later version must load these files.
"""

import importlib
import json
import pickle
import pkgutil
import types
from pathlib import Path

import numpy as np

import nn

HERE = Path(__file__).parent / "earlier"
X = np.array([[0.0, 1.0], [1.0, 0.5], [0.5, -1.0], [-1.0, 0.25]])
Y = np.array([0, 1, 1, 0])
UNPICKLED = {
    f"nn.{name}" for name in ("cli", "commands", "files", "page", "report", "tasks", "training")
}
HELPERS = {"same_length"}  # shown only since its module had no __all__
ROOMS = "activations callbacks data functional initializers layers logic losses metrics models"
ROOMS += " optim optimizers schedules utils optim.lr_scheduler"


def rooms() -> dict[str, types.ModuleType]:
    """Return the modules that users import from, by their paths."""
    return {"nn": nn} | {f"nn.{room}": eval(f"nn.{room}", {"nn": nn}) for room in ROOMS.split()}


def public(module: types.ModuleType) -> dict[str, object]:
    """Return what a module shows: `__all__`, else what it defines."""
    own = {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and name not in HELPERS
        and getattr(thing, "__module__", "nn").startswith("nn")
    }
    return {name: own[name] for name in getattr(module, "__all__", own) if name in own}


def every_name() -> list[object]:
    """Return every class that a pickle may name, wherever it is, and every public function."""
    found: dict[int, object] = {}
    public_modules = {room.__name__ for room in rooms().values()}
    for path in pkgutil.walk_packages(nn.__path__, "nn."):
        if path.name != "nn.__main__":
            for thing in public(importlib.import_module(path.name)).values():
                named = isinstance(thing, type | nn.activations.Scalar)
                if isinstance(thing, types.FunctionType):
                    named = thing.__module__ in public_modules
                if named and thing.__module__ not in UNPICKLED:
                    found[id(thing)] = thing
    return list(found.values())


def compiled(*layers: nn.Module, **options: object) -> nn.Sequential:
    """Return a model that has been trained, with its trainer in it."""
    model = nn.Sequential(*layers)
    model.compile(**options)
    model.fit(X, Y, epochs=2, verbose=0, seed=0)
    return model


def objects() -> dict[str, object]:
    """Return things as users pickle them: models, optimizers, losses, schedules, estimators."""
    trained = compiled(
        nn.Dense(3, activation="tanh", input_dim=2, kernel_initializer="he_normal", rng=0),
        nn.Dropout(0.2, rng=1),
        nn.Dense(1, activation="sigmoid", rng=2),
        optimizer=nn.NAdam(lr=0.01),
        loss="binary_crossentropy",
        metrics=["accuracy", "mse", nn.metrics.F1Score(threshold=0.4)],
        schedule="cosine",
    )
    on_graph = compiled(
        nn.Linear(2, 2, rng=0), nn.PReLU(), nn.Linear(2, 2, rng=1), nn.LogSoftmax(),
        optimizer="rprop", loss=nn.NLLLoss(), backend="graph",
    )  # fmt: skip
    random = nn.initializers
    return {
        "trained": trained,
        "history": trained.history,
        "predictions": trained.predict(X),
        "on graph": on_graph,
        "unbuilt": nn.Dense(2, kernel_initializer=random.VarianceScaling(seed=3)),
        "initializers": [*map(random.get, random.NAMES), random.HeNormal(seed=1)],
        "optimizers": [nn.optimizers.get(name) for name in nn.optimizers.NAMES],
        "losses": [*nn.losses.NAMES.values(), nn.CrossEntropyLoss(), nn.BCEWithLogitsLoss()],
        "metrics": [nn.metrics.get(name) for name in nn.metrics.NAMES],
        "schedules": [nn.schedules.get(name) for name in ("step", "cosine", "exponential")],
        "callbacks": [nn.callbacks.EarlyStopping(), nn.callbacks.ReduceLROnPlateau()],
        "activations": list(nn.activations.NAMES.values()),
        "perceptron": nn.Perceptron(random_state=0).fit(X, Y),
        "gate": nn.logic.xor_gate(),
        "scaler": nn.data.StandardScaler().fit(X),
        "keys": nn.MLP(2, [1], rng=0).load_state_dict(nn.MLP(2, [1], rng=1).state_dict()),
    }


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    paths = {room: sorted(public(module)) for room, module in rooms().items()}
    (HERE / "paths.json").write_text(json.dumps(paths, indent=1) + "\n")
    (HERE / "names.pickle").write_bytes(pickle.dumps(every_name()))
    made = objects()
    (HERE / "objects.pickle").write_bytes(pickle.dumps(made))
    made["trained"].save(HERE / "trained.npz")
    nn.MLP(2, [3, 1], rng=0).save(HERE / "mlp.npz")
    nn.logic.xor_gate().save(HERE / "gate.npz")
