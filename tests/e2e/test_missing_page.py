"""Messages lead to the page: a run that makes the one without the other says so."""

from datetime import UTC, datetime

import pytest

from engine import render_one
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import ROOT, sample_customers

LOST = "the messages lead to a page that this run does not make"


@pytest.mark.parametrize(("channels", "is_lost"), [(["message"], True), (["message", "microsite"], False)])
def test_messages_without_their_page_are_warned_of(channels: list[str], is_lost: bool) -> None:
    made = render_one(
        sample_customers()[0],
        ROOT / "templates" / "bill-explainer",
        keys=Keyring.from_secret(bytes(32)),
        now=datetime(2026, 11, 6, 8, tzinfo=UTC),
        channels=channels,
    )
    assert (LOST in made.outcome.warnings) is is_lost
