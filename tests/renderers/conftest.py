"""What renderer tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.renderers.fake_templates import FakeTemplates


@pytest.fixture
def templates(tmp_path: Path) -> FakeTemplates:
    return FakeTemplates(tmp_path / "set")
