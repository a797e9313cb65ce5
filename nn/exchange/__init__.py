"""Exchange: converts models from and to PyTorch, Keras, ONNX and safetensors.

In: a model of this package, or one of theirs.
Out: the other one, with the same weights and outputs; or an error that names what has no
counterpart.
Read first: parts.py, the intermediate form; each format is a file with a table of its names.
"""

from nn.exchange.keras_files import from_keras
from nn.exchange.onnx_graphs import to_onnx
from nn.exchange.safetensors import load_safetensors, save_safetensors
from nn.exchange.torch_modules import from_torch, to_torch

__all__ = [
    "from_keras", "from_torch", "load_safetensors", "save_safetensors", "to_onnx", "to_torch",
]  # fmt: skip
