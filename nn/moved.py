"""Moved: where things are that pickles of earlier versions name by a module that is no more."""

import sys
from importlib import import_module

# The modules of 0.1.0 that are files of a room now; `old>new` where the name is another.
ROOMS = {
    "basics": "shapes arguments names randomness text_table>text",
    "modules": "tree state module drops>statistics",
    "initializers": "distributions",
    "losses": "loss entropy keras_losses>keras",
    "metrics": "class_numbers two_class_metrics>two_classes",
    "optimizers": "optimizer optimizer_options>options adam>torch rprop>torch clipping",
    "schedules": "schedule cosine plateau",
    "callbacks": "callback history monitors",
    "layers": "neuron layer>dense dropout activation_layers>activations activation_options>options",
    "backends": "backend backend_graph>graph backend_numpy>numpy program trial survey predictor "
    "diagnostics",
    "training": "loop>trainer tally best_epoch progress model_setup",
    "estimators": "estimator>conventions estimator_checks>checks",
    "interop": "torch_losses class_losses absent",
}
DEEPER = {  # files of a room that are in another now
    "nn.data.cells": "nn.data.reading.cells",
    "nn.layers.layer": "nn.layers.dense",
    "nn.modules.history": "nn.callbacks.history",
}
# What was a public module's own, and is in a file of its room now.
OWN = {
    "nn.initializers._drawn": "nn.initializers.distributions._drawn",
    "nn.initializers.keras._drawn": "nn.initializers.distributions._drawn",
    "nn.metrics.LOSSES": "nn.metrics.named.LOSSES",
    "nn.metrics.Loss": "nn.metrics.named.Loss",
    "nn.metrics._by_loss": "nn.metrics.of_losses.by_loss",
    "nn.metrics._turned": "nn.metrics.named._turned",
    "nn.metrics.look_up": "nn.metrics.named.look_up",
    "nn.saving.Saved": "nn.modules.module.Module",
    "nn.shapes.Rows": "nn.basics.vector.Rows",
    "nn.tables.Data": "nn.data.tables.Data",
}


def stand_in() -> None:
    """Let a pickle find each old module: the new one is there under the old name too."""
    for room, files in ROOMS.items():
        for file in files.split():
            before, _, now = file.partition(">")
            sys.modules[f"nn.{before}"] = import_module(f"nn.{room}.{now or before}")
    for path, now in DEEPER.items():
        sys.modules[path] = import_module(now)
    for path, now in OWN.items():
        (before, _, name), (module, _, known) = path.rpartition("."), now.rpartition(".")
        setattr(sys.modules[before], name, getattr(sys.modules[module], known))
