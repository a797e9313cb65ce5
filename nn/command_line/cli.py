"""Command line: `python -m nn train iris` and its options; drawing functions come as arguments."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from nn import activations, optimizers
from nn.command_line import commands
from nn.command_line.report import Pictures
from nn.command_line.tasks import BUILT_IN, UserError
from nn.data import RULES, TableError


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message and end with status 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}\n")


def parser() -> Parser:
    """Return the parser of the command line."""
    top = Parser(prog="python -m nn", description="Train and use networks of scalar Values.")
    made = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    tables = f"a CSV file, or one of {', '.join(BUILT_IN)}"

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
    option("--regression", action="store_const", const=True, help="predict a number, not a class")
    option("--classes", action="store_const", const=False, dest="regression",
           help="predict a class, even if there are very many")  # fmt: skip
    option("--hidden", nargs="*", type=_positive, default=[16, 16], metavar="N",
           help="units of each hidden layer (default: 16 16)")  # fmt: skip
    option("--activation", default="relu", choices=sorted(activations.NAMES), metavar="NAME",
           help="activation of the hidden layers (default: relu)")  # fmt: skip
    option("--epochs", type=_positive, default=60, metavar="N", help="default: 60")
    option("--batch-size", type=_positive, default=16, metavar="N", help="default: 16")
    option("--learning-rate", type=_above_zero, default=0.01, metavar="R", help="default: 0.01")
    option("--optimizer", default="adam", choices=sorted(optimizers.NAMES), metavar="NAME",
           help=f"one of {', '.join(sorted(optimizers.NAMES))} (default: adam)")  # fmt: skip
    option("--seed", type=_whole, default=0, metavar="N", help="default: 0")
    option("--test-size", type=_share, default=0.25, metavar="SHARE",
           help="share of the rows kept for the test (default: 0.25)")  # fmt: skip
    option("-o", "--out", type=Path, default=Path("report"), metavar="DIR",
           help="folder for the report (default: report)")  # fmt: skip

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
        if name == "predict":
            command.add_argument("--only", nargs="*", metavar="COLUMN",
                                 help="of the table's columns write these alone")  # fmt: skip
            command.add_argument("-o", "--out", type=Path, metavar="CSV",
                                 help="where to write (default: to the terminal)")  # fmt: skip
    return top


def _number(
    text: str, kind: Callable[[str], float], fits: Callable[[float], bool], what: str
) -> float:
    try:
        number = kind(text)
    except ValueError:
        number = float("nan")
    if not fits(number):
        raise argparse.ArgumentTypeError(f"wants {what}, got {text!r}")
    return number


def _yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise argparse.ArgumentTypeError(f"wants yes or no, got {text!r}")
    return text == "yes"


def _positive(text: str) -> int:
    return int(_number(text, int, lambda n: n >= 1, "a whole number of at least 1"))


def _whole(text: str) -> int:
    return int(_number(text, int, lambda n: n >= 0, "a whole number of at least 0"))


def _above_zero(text: str) -> float:
    return _number(text, float, lambda n: 0.0 < n < float("inf"), "a number above 0")


def _share(text: str) -> float:
    return _number(text, float, lambda n: 0.0 < n < 1.0, "a share above 0 and below 1")


def run(arguments: Sequence[str] | None, pictures: Pictures) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: As typed; None takes those of the process.
        pictures: What draws a graph and a history.
    """
    options = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _say
            _call(options, pictures)
        sys.stdout.flush()
    except BrokenPipeError:  # somebody has read enough: python -m nn predict ... | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("python -m nn: interrupted", file=sys.stderr)
        return 130
    except (UserError, TableError, OSError, ValueError) as error:
        print(f"python -m nn: {_one_line(error)}", file=sys.stderr)
        return 2
    return 0


def _call(options: argparse.Namespace, pictures: Pictures) -> None:
    match options.command:
        case "train":
            commands.train(options, pictures)
        case "evaluate":
            commands.evaluate(options)
        case "predict":
            commands.predict(options)
        case "info":
            commands.info(options)


def _say(message: Warning | str, *where: object, **more: object) -> None:
    """Show a warning as one line, without the place in the code."""
    print(f"\npython -m nn: {' '.join(str(message).split())}", file=sys.stderr)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())
