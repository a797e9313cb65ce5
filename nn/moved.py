"""Moved: old module paths and names, registered so that pickles of earlier versions load."""

import sys
from importlib import import_module

# Modules `nn.<file>` of 0.1.0 that are `nn.<room>.<file>` now; `old>new` if the file was renamed.
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
MOVED_FILES = {  # files of a room that have moved or been renamed since
    "nn.data.cells": "nn.data.reading.cells",
    "nn.layers.layer": "nn.layers.dense",
    "nn.modules.history": "nn.callbacks.history",
    "nn.modules.ours": "nn.modules.internals",
}
MOVED_NAMES = {  # names that have moved to another module or been renamed
    "nn.basics.names._by_name": "nn.basics.names._call_by_name",
    "nn.initializers._drawn": "nn.initializers.distributions._drawn",
    "nn.initializers.keras._drawn": "nn.initializers.distributions._drawn",
    "nn.metrics.LOSSES": "nn.metrics.named.LOSSES",
    "nn.metrics.Loss": "nn.metrics.named.Loss",
    "nn.metrics._by_loss": "nn.metrics.of_losses.by_loss",
    "nn.layers.symbol.Made": "nn.layers.symbol.LayerOutput",
    "nn.metrics._turned": "nn.metrics.named._swapped",
    "nn.metrics.named._turned": "nn.metrics.named._swapped",
    "nn.metrics.look_up": "nn.metrics.named.look_up",
    "nn.modules.ours.Kept": "nn.modules.internals.Internals",
    "nn.saving.Saved": "nn.modules.module.Module",
    "nn.shapes.Rows": "nn.basics.vector.Rows",
    "nn.tables.Data": "nn.data.tables.Data",
    "nn.tables.drawn": "nn.tables.trials.random_settings",
    "nn.tables.told": "nn.tables.trials.settings_text",
    "nn.tables.trials.drawn": "nn.tables.trials.random_settings",
    "nn.tables.trials.told": "nn.tables.trials.settings_text",
}


def register_old_names() -> None:
    """Make each old module and name importable: an alias of the new one."""
    for room, files in ROOMS.items():
        for file in files.split():
            old, _, new = file.partition(">")
            sys.modules[f"nn.{old}"] = import_module(f"nn.{room}.{new or old}")
    for old, new in MOVED_FILES.items():
        sys.modules[old] = import_module(new)
    for old, new in MOVED_NAMES.items():
        (old_module, _, old_name), (module, _, name) = old.rpartition("."), new.rpartition(".")
        setattr(sys.modules[old_module], old_name, getattr(sys.modules[module], name))
