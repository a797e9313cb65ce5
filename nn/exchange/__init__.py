"""Exchange: ways out and in: models of PyTorch and Keras, files of ONNX and safetensors.

In: a model of this package, or one of theirs.
Out: the other one, with equal weights and equal numbers; what cannot be carried over is named.
Read first: parts.py, what a model is on the way; each format is one table of its own names.
"""

from nn.exchange.keras_files import from_keras
from nn.exchange.onnx_graphs import to_onnx
from nn.exchange.safetensors import load_safetensors, save_safetensors
from nn.exchange.torch_modules import from_torch, to_torch

__all__ = [
    "from_keras", "from_torch", "load_safetensors", "save_safetensors", "to_onnx", "to_torch",
]  # fmt: skip
