"""Parts: a variable that is written in parts, as one expression: JAX's arrays are immutable."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd_core.compiler.arrays import Loops


@dataclass
class Parts:
    """The writes and additions to a variable that no line has made yet.

    Attributes:
        size: The number of elements of the variable.
        name: Its name.
    """

    size: int
    name: str
    _base: str = ""  # the expression it starts with, if any
    _written: dict[Loops, list[str]] = field(default_factory=dict)  # terms at these positions
    _added: list[tuple[Loops, str]] = field(default_factory=list)  # to be added there

    @property
    def pending(self) -> bool:
        """Whether there is something to make a line of."""
        return bool(self._base or self._written or self._added)

    def start(self, text: str) -> None:
        """Start with an expression for the whole variable."""
        self._base = text

    def write(self, loops: Loops, text: str) -> None:
        """Note a write at the positions of loops."""
        self._written[loops] = [text]

    def add(self, loops: Loops, text: str) -> None:
        """Note an addition at the positions of loops."""
        if loops in self._written:  # the same positions: added before they are put there
            self._written[loops].append(text)
        else:
            self._added.append((loops, text))

    def lines(self) -> list[str]:
        """Return the lines that make the variable, and forget what was noted."""
        pieces = [self._piece(start, stop, inside) for start, stop, inside in self._spans()]
        whole = pieces[0] if len(pieces) == 1 else f"jnp.concatenate([{', '.join(pieces)}], -1)"
        terms = [self._base or whole]
        terms += [_put(text, self.size, loops) for loops, text in self._added]
        if self._base:
            terms += [_put(_sum(t), self.size, loops) for loops, t in self._written.items()]
        self._base, self._written, self._added = "", {}, []
        return [
            f"{self.name} = {terms[0]}",
            *[f"{self.name} = {self.name} + {t}" for t in terms[1:]],
        ]

    def _spans(self) -> list[tuple[int, int, list[tuple[Loops, str]]]]:
        """Return `(start, stop, writes)` of disjoint ranges; writes that overlap share a range."""
        spans: list[tuple[int, int, list[tuple[Loops, str]]]] = []
        for loops, texts in sorted(self._written.items(), key=lambda item: item[0].bounds):
            first, last = loops.bounds
            if spans and first < spans[-1][1]:
                start, stop, inside = spans.pop()
                spans.append((start, max(stop, last + 1), [*inside, (loops, _sum(texts))]))
            else:
                spans.append((first, last + 1, [(loops, _sum(texts))]))
        return spans

    def _piece(self, start: int, stop: int, inside: list[tuple[Loops, str]]) -> str:
        """Return the expression for a range of the variable."""
        moved = [(Loops(loops.offset - start, *loops[1:]), text) for loops, text in inside]
        return " + ".join(_put(text, stop - start, loops) for loops, text in moved)


def _sum(texts: list[str]) -> str:
    return " + ".join(texts)


def _put(text: str, size: int, loops: Loops) -> str:
    strides = f"({', '.join(map(str, loops.strides))}{',' * (len(loops.strides) == 1)})"
    return f"h.put({text}, {size}, {loops.offset}, {strides})"
