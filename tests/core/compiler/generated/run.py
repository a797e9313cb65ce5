"""Run generated programs: prints each seed whose compiled numbers differ from eager ones.

    python -m tests.core.compiler.generated.run FIRST LAST SECONDS
    python -m tests.core.compiler.generated.run --one SEED

`large` marks programs whose numbers overflow or exceed 1e10, where the difference may be rounding.
"""

import sys
import time
import traceback
from collections import Counter

from .build import program_of
from .compare import Checker, verdict


def run(first, last, seconds):
    """Print the failures among the seeds from `first` to `last` - 1; return how many were wrong."""
    begin, counts, seed = time.perf_counter(), Counter(), first
    for seed in range(first, last):
        program = program_of(seed)
        found = verdict(program)
        counts[found.split()[0]] += 1
        if found != "ok":
            print(seed, program.check, found, flush=True)
        if time.perf_counter() - begin > seconds:
            break
    took = time.perf_counter() - begin
    print(dict(counts), f"seeds {first} to {seed}, {took:.0f} s")
    return sum(n for name, n in counts.items() if name not in ("ok", "large"))


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        program = program_of(int(sys.argv[2]))
        print(program)
        try:
            Checker(program).run()
            print("ok")
        except Exception:
            traceback.print_exc()
    else:
        first, last, seconds = sys.argv[1:]
        sys.exit(bool(run(int(first), int(last), float(seconds))))
