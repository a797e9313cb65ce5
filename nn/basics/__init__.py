"""Basics: helpers that every room uses: shapes, checks of arguments, names, randomness.

In: what users pass: numbers, rows, names and seeds.
Out: the same, checked, or an error that says what was wanted.
Read first: shapes.py, with the types of a sample, a batch and an output. structure.py, imported
directly rather than from here, is for models with several inputs or outputs.
"""

from autograd_core.table import Floats
from nn.basics.arguments import (
    columns,
    file_name,
    flag,
    floats,
    function,
    in_range,
    is_text,
    number,
    numeric,
    string,
    whole,
)
from nn.basics.names import (
    UNSUPPORTED_ARGUMENTS,
    CheckedConstructor,
    Config,
    Path,
    as_binary_function,
    check_arguments,
    look_up,
    reject_unsupported,
    rejects_unsupported,
    resolve,
    targets_first,
)
from nn.basics.parameters import Parameters, budget, matrix, spend_budget
from nn.basics.randomness import GLOBAL, NumpySource, Seed, Source, generator, source
from nn.basics.shapes import (
    Batch,
    Inputs,
    Mask,
    Metric,
    Number,
    Output,
    Predicted,
    Sample,
    Symbolic,
    Tables,
    is_batch,
    is_number,
    one_hot_rows,
    sample,
    symbol_in,
    values,
)
from nn.basics.text import Printed, figure, listed, text_table
from nn.basics.vector import Rows, as_row, as_vector, one_or_list

__all__ = [
    "GLOBAL", "UNSUPPORTED_ARGUMENTS", "Batch", "CheckedConstructor", "Config", "Floats", "Inputs",
    "Mask", "Metric", "Number", "NumpySource", "Output", "Parameters", "Path", "Predicted",
    "Printed", "Rows", "Sample", "Seed", "Source", "Symbolic", "Tables", "as_binary_function",
    "as_row", "as_vector", "budget", "check_arguments", "columns", "figure", "file_name", "flag",
    "floats", "function", "generator", "in_range", "is_batch", "is_number", "is_text", "listed",
    "look_up", "matrix", "number", "numeric", "one_hot_rows", "one_or_list", "reject_unsupported",
    "rejects_unsupported", "resolve", "sample", "source", "spend_budget", "string", "symbol_in",
    "targets_first", "text_table", "values", "whole",
]  # fmt: skip
