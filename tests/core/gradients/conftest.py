"""What is here and no test: cases, which need the framework that they are of."""

collect_ignore_glob = ["*_cases.py"]
