"""Command line: what `python -m nn` does with a table.

In: arguments; `nn.__main__` brings the functions that draw.
Out: a report to look at, a saved model, answers as a table, runs side by side.
Read first: cli.py; commands.py is for saved models, options.py for what may be typed, runs.py says
where things are written.
"""

from nn.command_line.runs import FILES, Pictures

__all__ = ["FILES", "Pictures"]
