"""Messages lead to the page: a run that makes the one without the other says so."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import render_one
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import ROOT, sample_customers

LOST = "the messages lead to a page that this run does not make"
NO_PICTURE = "the e-mail shows a picture of the video that this run does not make"


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


@pytest.mark.parametrize(("channels", "is_lost"), [(["message"], True), (["message", "video"], False)])
def test_an_e_mail_without_its_picture_of_the_video_is_warned_of(
    channels: list[str], is_lost: bool, tmp_path: Path
) -> None:
    root = tmp_path / "set"
    shutil.copytree(ROOT / "templates" / "bill-explainer", root)
    options = root / "campaign.toml"
    text = options.read_text("utf-8").replace('voice = "espeak"', 'voice = "silent"')
    options.write_text(text.replace("[video]\n", "[video]\nemail_preview = true\n"), "utf-8")
    made = render_one(
        sample_customers()[0],
        root,
        keys=Keyring.from_secret(bytes(32)),
        now=datetime(2026, 11, 6, 8, tzinfo=UTC),
        channels=channels,
    )
    files = {artifact.name: artifact for artifact in made.artifacts}
    assert b"/preview.gif" in files["email.html"].data
    assert (NO_PICTURE in made.outcome.warnings) is is_lost
    assert ("preview.gif" in files) is not is_lost
