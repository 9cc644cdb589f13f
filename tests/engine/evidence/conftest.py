from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.time_authority import Authority, running


@pytest.fixture
def authority() -> Iterator[Authority]:
    """An honest time-stamp authority; change it in the test."""
    with running(Authority()) as one:
        yield one
