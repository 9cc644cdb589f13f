"""What the end-to-end tests share: the starter set, opened once, and a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.templating import TemplateSet
from tests.e2e.reading import CAMPAIGN


@pytest.fixture(scope="session")
def starter() -> TemplateSet:
    return TemplateSet(CAMPAIGN)


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which spoken phrases are kept for the whole session."""
    return tmp_path_factory.mktemp("speech")
