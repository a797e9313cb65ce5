"""Record what Keras 3.15.1 makes of the small trainings, in keras_trainings_3_15_1.json.

KERAS_BACKEND=jax JAX_ENABLE_X64=1 python -m tests.nn.record_keras_trainings
"""

import json
from pathlib import Path

import keras

from tests.nn.small_trainings import CASES, trained

assert keras.version() == "3.15.1"
keras.config.set_floatx("float64")


def rounded(numbers):
    """Return numbers with the digits that Keras has: some of it is in 32 bits."""
    if isinstance(numbers, dict):
        return {name: rounded(item) for name, item in numbers.items()}
    return [*map(rounded, numbers)] if isinstance(numbers, list) else float(f"{numbers:.9g}")


if __name__ == "__main__":
    found = []
    for case in range(CASES):
        keras.utils.clear_session()
        found.append(rounded(trained(keras, case)))
    path = Path(__file__).parent / "keras_trainings_3_15_1.json"
    path.write_text("[\n" + ",\n".join(map(json.dumps, found)) + "\n]\n")
