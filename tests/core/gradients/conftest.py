"""Keeps pytest from collecting the files of cases, which import PyTorch or JAX."""

collect_ignore_glob = ["*_cases.py"]
