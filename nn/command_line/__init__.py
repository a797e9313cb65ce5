"""Command line: the commands of `python -m nn`.

In: arguments; functions that draw, which `nn.__main__` passes in.
Out: a report, a saved model, predictions as a table, a comparison of runs.
Read first: cli.py, with the command train; commands.py has those for saved models, options.py the
parser of arguments, runs.py and folder.py write the results.
"""

from nn.command_line.runs import FILES, Pictures

__all__ = ["FILES", "Pictures"]
