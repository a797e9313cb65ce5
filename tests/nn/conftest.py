"""What several of these tests start from."""

import pytest


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "my.csv"
    rows = [f"{i / 10},{(i * 7) % 5},{'yes' if i > 12 else 'no'}" for i in range(24)]
    path.write_text("\n".join(["a,b,outcome", *rows]))
    return path
