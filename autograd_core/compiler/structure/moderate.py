"""Moderate: which constant factors may be multiplied in elsewhere; sums.py has the other rules."""

_MODERATE = 2.0**64


def moderate(factor: float) -> bool:
    """Say whether a factor may be moved without a result that overflows or vanishes.

    >>> moderate(-3.0), moderate(1e-30), moderate(float("nan"))
    (True, False, False)
    """
    return 1.0 / _MODERATE <= abs(factor) <= _MODERATE
