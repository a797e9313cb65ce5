"""Options: the parser of the command line `python -m nn`."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TypeVar

from nn import activations
from nn.data import RULES
from nn.optimizers import NAMES as OPTIMIZERS
from nn.schedules import NAMES as SCHEDULES
from nn.tables import BUILT_IN, Settings

T = TypeVar("T", int, float)


class Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message and end with status 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}\n")


def parser() -> Parser:
    """Return the parser of the command line."""
    top = Parser(prog="python -m nn", description="Train and use networks of scalar Values.")
    made = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    tables = f"a file, - for standard input, or one of {', '.join(BUILT_IN)}"
    default = Settings()

    train = made.add_parser("train", help="train on a table and write a report")
    option = train.add_argument
    option("table", metavar="TABLE", help=tables)
    option("--target", metavar="COLUMN", help="the column to predict (default: the last)")
    option("--drop", nargs="+", default=[], metavar="COLUMN", help="columns to leave out, as an id")
    option("--keep", nargs="+", default=[], metavar="COLUMN",
           help="columns to take even if they look like an id")  # fmt: skip
    option("--categories", nargs="+", default=[], metavar="COLUMN",
           help="columns of categories, even if they are numbers")  # fmt: skip
    option("--missing", choices=RULES, metavar="RULE",
           help=f"what becomes of missing cells: {', '.join(RULES)} (default: mean)")  # fmt: skip
    option("--header", type=_yes_or_no, metavar="yes|no",
           help="whether the first line holds names (default: look)")  # fmt: skip
    option("--decimal", choices=(".", ","), metavar="MARK",
           help="the decimal mark of numbers that may be read both ways, as 1.250: . or , "
           "(default: look)")  # fmt: skip
    option("--regression", action="store_const", const=True, help="predict a number, not a class")
    option("--classes", action="store_const", const=False, dest="regression",
           help="predict a class, even if there are very many")  # fmt: skip
    option("--hidden", nargs="*", type=_positive, default=[*default.hidden], metavar="N",
           help="units of each hidden layer (default: 16 16)")  # fmt: skip
    option("--activation", default=default.activation, choices=sorted(activations.NAMES),
           metavar="NAME",
           help="activation of the hidden layers (default: relu)")  # fmt: skip
    option("--epochs", type=_positive, default=default.epochs, metavar="N",
           help=f"at most so many (default: {default.epochs})")  # fmt: skip
    option("--patience", type=_positive, default=default.patience, metavar="N",
           help="stop when the validation loss has not got better for so many epochs, and keep the "
           f"best epoch's weights (default: {default.patience})")  # fmt: skip
    option("--no-early-stopping", action="store_const", const=None, dest="patience",
           help="train all epochs and keep the last weights")  # fmt: skip
    option("--batch-size", type=_positive, metavar="N",
           help="default: 16 to 256, by the size of the table")  # fmt: skip
    option("--learning-rate", type=_above_zero, default=default.learning_rate, metavar="R",
           help=f"default: {default.learning_rate}")  # fmt: skip
    option("--optimizer", default=default.optimizer, choices=sorted(OPTIMIZERS),
           metavar="NAME", help=f"one of {', '.join(sorted(OPTIMIZERS))} (default: "
           f"{default.optimizer})")  # fmt: skip
    option("--weight-decay", type=_from_zero, metavar="R",
           help="what weights lose in each step, times the rate (default: 0.6 with adamw, less on "
           "tables of more than 600 rows)")  # fmt: skip
    option("--dropout", type=_share_or_zero, default=0.0, metavar="SHARE",
           help="share of each hidden layer that is dropped in training (default: 0)")  # fmt: skip
    option("--schedule", choices=sorted(SCHEDULES), default="", metavar="NAME",
           help=f"how the rate changes: {', '.join(sorted(SCHEDULES))}")  # fmt: skip
    option("--folds", type=_from_two, metavar="K",
           help="also cross-validate over K parts of the table")  # fmt: skip
    option("--search", type=_positive, metavar="N",
           help="try N settings of rate, width, decay and dropout, and take the best by validation "
           "loss; a search that was interrupted goes on where it was")  # fmt: skip
    option("--processes", type=_positive, metavar="N",
           help="for --folds and --search (default: one for each processor)")  # fmt: skip
    option("--seed", type=_whole, default=0, metavar="N", help="default: 0")
    option("--test-size", type=_share, default=0.25, metavar="SHARE",
           help="share of the rows kept for the test (default: 0.25)")  # fmt: skip
    option("--validation-size", type=_share_or_zero, default=0.2, metavar="SHARE",
           help="share of the other rows that say when to stop (default: 0.2)")  # fmt: skip
    option("--playground", action="store_true",
           help="also write playground.html, a page in which the network trains")  # fmt: skip
    option("--chunks", action="store_true",
           help="read the table some rows at a time and keep it on disk while training, for one "
           "that is larger than memory")  # fmt: skip
    option("--name", type=_name, metavar="NAME",
           help="what the run is called (default: as the table)")  # fmt: skip
    option("-o", "--out", type=Path, metavar="DIR",
           help="folder for the report (default: a new one, runs/NAME-DATE, and report/, which is "
           "the latest)")  # fmt: skip

    side = made.add_parser("compare", help="put runs side by side")
    side.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folders, as runs/*")
    side.add_argument("-o", "--out", type=Path, default=Path("compare.html"), metavar="HTML",
                      help="where to write the page (default: compare.html)")  # fmt: skip

    for name, purpose in (
        ("evaluate", "print a saved model's scores on a table"),
        ("predict", "write a saved model's predictions for a table"),
        ("info", "print what a model file holds"),
    ):
        command = made.add_parser(name, help=purpose)
        command.add_argument("model", type=Path, metavar="MODEL", help="a model.npz")
        if name != "info":
            command.add_argument("table", metavar="TABLE", help=tables)
            command.add_argument("--seed", type=_whole, default=0, metavar="N",
                                 help="for generated tables (default: 0)")  # fmt: skip
        if name == "evaluate":
            command.add_argument("--target", metavar="COLUMN",
                                 help="the true column (default: as trained)")  # fmt: skip
            command.add_argument("--json", action="store_true", help="print all figures as JSON")
        if name == "predict":
            command.add_argument("--id", nargs="+", default=[], metavar="COLUMN",
                                 help="write these columns, which name the rows, and the answers "
                                 "alone")  # fmt: skip
            command.add_argument("--only", nargs="*", metavar="COLUMN",
                                 help="of the table's columns write these alone")  # fmt: skip
            command.add_argument("-o", "--out", type=Path, metavar="CSV",
                                 help="where to write (default: to the terminal)")  # fmt: skip
    return top


def _number(kind: Callable[[str], T], fits: Callable[[T], bool], what: str) -> Callable[[str], T]:
    """Return a function that converts text to a number; argparse shows its errors."""

    def number(text: str) -> T:
        with suppress(ValueError):
            if fits(made := kind(text)):
                return made
        raise argparse.ArgumentTypeError(f"wants {what}, got {text!r}")

    return number


_whole = _number(int, lambda n: n >= 0, "a whole number of at least 0")
_positive = _number(int, lambda n: n >= 1, "a whole number of at least 1")
_from_two = _number(int, lambda n: n >= 2, "a whole number of at least 2")
_above_zero = _number(float, lambda n: 0.0 < n < math.inf, "a number above 0")
_from_zero = _number(float, lambda n: 0.0 <= n < math.inf, "a number of at least 0")
_share = _number(float, lambda n: 0.0 < n < 1.0, "a share above 0 and below 1")
_share_or_zero = _number(float, lambda n: 0.0 <= n < 1.0, "a share from 0 to below 1")


def _yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise argparse.ArgumentTypeError(f"wants yes or no, got {text!r}")
    return text == "yes"


def _name(text: str) -> str:
    if not re.fullmatch(r"\w[\w.-]{0,60}", text):
        raise argparse.ArgumentTypeError(f"wants letters, digits, - and _, got {text!r}")
    return text
