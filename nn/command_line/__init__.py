"""Command line: what `python -m nn` does with a table.

In: arguments; `nn.__main__` brings the functions that draw.
Out: a report to look at, a saved model, predictions as a table.
Read first: commands.py; cli.py holds the options, report.py the page.
"""

from nn.command_line.report import FILES, Pictures

__all__ = [
    "FILES",
    "Pictures",
]
