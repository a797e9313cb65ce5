"""Stale: compare freshly executed notebooks with the committed ones, output by output.

    python tests/notebooks/stale.py COMMITTED_DIR EXECUTED_DIR

Text, streams and HTML must be the same, numbers to ten digits. Of an image only the kind counts,
since fonts and layout engines differ between machines. Of a page inside an iframe the numbers do
not count: a player of a long training shows weights in which the rounding of every step has added
up, and that differs between processors. Exit status 1 if anything is stale.
"""

from __future__ import annotations

import base64
import difflib
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")
DATA_URI = re.compile(r"data:(image/[\w.+-]+)[^\"')\s]*")
PAGE = re.compile(r"(?<=srcdoc=)(?:\"[^\"]*\"|'[^']*')")  # quotes inside it are written &quot;
PACKED = re.compile(r"H4sI[\w+/=]+")  # a page inside of that page; zlib's versions pack differently
SIGNED = re.compile(rf"-?{NUMBER.pattern}")
GAP = re.compile(r"(?<=\S) {2,}")  # of a table: as wide as its widest number is
DIGITS = 10  # of a number; the ones after that depend on the machine's exp and tanh
ROUNDING = 1e-9  # what is smaller is the error of such a number
LONGEST = 12  # lines of a difference that are shown
WIDEST = 160  # characters of a line; a player is one line of thousands

CURE = "run `python tests/notebooks/run.py` with the names of these notebooks, look, and commit"


def differences(committed: dict, executed: dict) -> Iterator[str]:
    """Yield a message for each cell whose output is not what is committed."""
    before, after = committed["cells"], executed["cells"]
    if len(before) != len(after):
        yield f"{len(before)} cells are committed, {len(after)} were executed"
        return
    for old, new in zip(before, after):
        where = old.get("id", "a cell without id")
        if joined(old["source"]) != joined(new["source"]):
            yield f"{where}: the source differs, so this is another notebook"
        elif old["cell_type"] == "code":
            lines = compared(list(shown(old)), list(shown(new)))
            if lines:
                yield f"{where}:\n" + "\n".join(f"    {line}" for line in lines)


def compared(old: list[str], new: list[str]) -> list[str]:
    """Return a short difference of two lists of lines; [] if they are the same."""
    if old == new:
        return []
    found = list(difflib.unified_diff(old, new, "committed", "executed", n=1, lineterm=""))
    short = [around(line, found) for line in found[:LONGEST]]
    return short + ([f"... {len(found) - LONGEST} more lines"] if len(found) > LONGEST else [])


def around(line: str, lines: list[str]) -> str:
    """Return a line, or of a long one the part that has changed."""
    if len(line) <= WIDEST:
        return line
    others = [other for other in lines if other[:1] in "+-" and other[:1] != line[:1]]
    closest = max(others, key=lambda other: common(line[1:], other[1:]), default="")
    start = max(0, common(line[1:], closest[1:]) - WIDEST // 2)
    return f"{line[0]}...{line[1 + start : start + WIDEST]}..."


def common(a: str, b: str) -> int:
    """Return how many characters two texts have in common at their start."""
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def shown(cell: dict) -> Iterator[str]:
    """Yield what a cell shows, normalised, as lines."""
    streams: dict[str, str] = {}
    for output in cell["outputs"]:
        if output["output_type"] == "stream":  # a kernel may send one text in several pieces
            streams[output["name"]] = streams.get(output["name"], "") + joined(output["text"])
    for name, text in sorted(streams.items()):
        yield from (f"{name}: {line}" for line in normal(text))
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            yield f"error: {output['ename']}: {output['evalue']}"
        for kind, content in sorted(output.get("data", {}).items()):
            if kind.startswith("image/"):
                yield f"{kind}: a picture"
            else:
                text = content if kind.endswith("json") else joined(content)
                text = text if isinstance(text, str) else json.dumps(text, sort_keys=True)
                yield from (f"{kind}: {line}" for line in normal(text))


def normal(text: str) -> list[str]:
    """Return text without what differs between machines, and without what was overwritten.

    >>> normal("10%\\r100%  \\n\\n")
    ['100%']
    >>> normal('<img src="data:image/png;base64,iVBO">')
    ['<img src="data:image/png">']
    >>> normal("0.3000000000000004, off by 4.4e-16")
    ['0.3, off by 0']
    >>> normal("x   5.1e-15  ok")
    ['x 0 ok']
    >>> normal("<b>2</b><iframe srcdoc='w = [-0.25, 3]'></iframe>")
    ["<b>2</b><iframe srcdoc='w = [#, #]'></iframe>"]
    >>> packed = base64.b64encode(gzip.compress(b"w = 3;")).decode()
    >>> normal(f"<iframe srcdoc='{packed}'></iframe>")
    ["<iframe srcdoc='w = #;'></iframe>"]
    """
    text = DATA_URI.sub(r"data:\1", ANSI.sub("", text.replace("\r\n", "\n")))
    text = PAGE.sub(lambda page: SIGNED.sub("#", PACKED.sub(unpacked, page[0])), text)
    text = GAP.sub(" ", NUMBER.sub(rounded, text))
    lines = [line.rsplit("\r", 1)[-1].rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def unpacked(page: re.Match[str]) -> str:
    """Return the text of a packed page, in the one line that it stood in."""
    return " ".join(gzip.decompress(base64.b64decode(page[0])).decode().split())


def rounded(number: re.Match[str]) -> str:
    """Return a number as far as all machines agree on it."""
    text = number[0]
    if "." not in text and "e" not in text:
        return text
    return f"{float(text):.{DIGITS}g}" if float(text) >= ROUNDING else "0"


def joined(text: str | list[str]) -> str:
    """Return a notebook's text, which may be stored as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def check(committed: Path, executed: Path) -> list[str]:
    """Return what is stale or missing in a folder of notebooks, one message each."""
    found: list[str] = []
    names = sorted(path.name for path in committed.glob("*.ipynb"))
    if not names:
        return [f"{committed} has no notebooks"]
    for name in names:
        fresh = executed / name
        if not fresh.exists():
            found.append(f"{name}: not executed, {executed} has no such file")
            continue
        old, new = (json.loads(path.read_text("utf-8")) for path in (committed / name, fresh))
        found += [f"{name}, {message}" for message in differences(old, new)]
    return found


def main(arguments: list[str]) -> int:
    """Print what is stale; return the exit status."""
    if len(arguments) != 2:
        print("usage: python tests/notebooks/stale.py COMMITTED_DIR EXECUTED_DIR", file=sys.stderr)
        return 2
    committed, executed = map(Path, arguments)
    stale = check(committed, executed)
    print("\n".join(stale) if stale else f"the outputs of {committed} are what its cells give")
    if stale:
        print(f"{len(stale)} outputs are stale; {CURE}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
