"""The film's own page, and what the pages are told of the film."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.contracts import FillContext, Scope
from engine.errors import ProofError
from engine.model.artifact import Artifact
from engine.model.campaign import PlayerOptions
from engine.model.communication import Communication
from renderers.microsite import MicrositeChannel
from renderers.microsite.player import player_of
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import LOGO, FakeTemplates, make_campaign
from tests.renderers.microsite.film import CHAPTERS, film

COUNTS = "https://counts.northlight.example/v1"


@pytest.fixture
def pages(tmp_path: Path) -> Any:
    """Makes the pages of a communication by name."""

    def make(
        communication: Communication | None = None,
        siblings: dict[str, Artifact] | None = None,
        overrides: dict[str, str] | None = None,
        **player: object,
    ) -> dict[str, str]:
        templates = FakeTemplates(tmp_path / "set", overrides, player=PlayerOptions.model_validate(player))
        (templates.root / "brand" / "logo-dark.svg").write_text(LOGO)
        said, channel = communication or make_communication(), MicrositeChannel()
        compiled = channel.compile(templates, "en", channel.classify(said), Scope())
        filled = channel.fill(compiled, said, FillContext(film() if siblings is None else siblings))
        return {artifact.name: artifact.data.decode() for artifact in filled.artifacts}

    return make


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_a_film_has_a_page_of_its_own_that_the_bill_leads_to_and_back(pages: Any) -> None:
    made = pages()
    assert list(made) == ["index.html", "player.html"]
    assert 'href="player.html"' in made["index.html"]
    assert 'href="index.html"' in made["player.html"]


def test_without_a_video_there_is_none(pages: Any) -> None:
    assert list(pages(siblings={})) == ["index.html"]


def test_the_campaign_may_do_without_it(pages: Any) -> None:
    made = pages(page=False)
    assert list(made) == ["index.html"]
    assert "player.html" not in made["index.html"]


def test_the_page_is_as_private_as_the_bills(pages: Any) -> None:
    page = pages()["player.html"]
    assert 'content="noindex, nofollow, noarchive"' in page
    assert 'content="no-referrer"' in page
    assert "default-src 'none'" in page
    assert " style=" not in page
    assert not re.search(r"\son[a-z]+=", page)


def test_both_pages_share_style_and_script(pages: Any) -> None:
    made = pages()
    index, player = (re.findall(r"'sha256-[^']+'", page) for page in made.values())
    assert index == player
    assert len(set(index)) == 2


def test_the_page_is_small_and_its_poster_lies_beside_it(pages: Any) -> None:
    page = pages()["player.html"]
    assert 'poster="poster.jpg"' in page
    assert "data:image/jpeg" not in page
    assert len(page) < 80_000


def test_a_player_template_that_hides_the_bills_number_is_refused_by_its_name(pages: Any) -> None:
    from engine.resources import resource_dir

    source = (resource_dir("templates") / "bill-explainer" / "microsite" / "player.html.j2").read_text()
    assert "{{ bill.number }}" in source
    with pytest.raises(ProofError, match=r"R201 microsite/player\.html\.j2"):
        pages(overrides={"microsite/player.html.j2": source.replace("{{ bill.number }}", "")})


def test_the_script_is_told_chapters_and_spots(pages: Any) -> None:
    for page in pages().values():
        told = data_of(page)
        assert [(one["id"], one["title"], one["start"]) for one in told["scenes"]] == [
            ("hello", "Hello", 0), ("made_of", "What it is made of", 1.5), ("why", "Why & how it changed", 3),
            ("pay", "Pay now", 4.5),
        ]  # fmt: skip
        assert ["pay", "pay", "", [10, 50, 30, 12], 4.7] in told["spots"]["1280x720"]


def test_words_of_the_film_can_not_end_the_scripts_data(pages: Any) -> None:
    made = film()
    hostile = CHAPTERS.replace("Pay now", "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;\u2028").encode()
    made["chapters.en.vtt"] = Artifact("video", "chapters.en.vtt", "text/vtt", hostile)
    for page in pages(siblings=made).values():
        assert "<img src=x" not in page
        assert data_of(page)["scenes"][3]["title"].startswith("</script>")


def test_what_is_said_stands_in_its_chapter() -> None:
    player = player_of(film(), "en", make_campaign())
    assert player is not None
    assert [[cue.text.text for cue in chapter.cues] for chapter in player.chapters] == [
        ["Hello Maria."], ["Energy is half of it."], ["What changed? Eight more days."],
        ["Your bill is <129>, by 24 November."],
    ]  # fmt: skip
    assert [chapter.clock.text for chapter in player.chapters] == ["0:00", "0:01", "0:03", "0:04"]
    assert player.seconds == 6


def test_what_is_only_shown_is_said_to_those_who_do_not_see_it(pages: Any) -> None:
    for page in pages().values():
        assert page.count('<p class="unseen">On screen:') == 1
        assert '<p class="unseen">On screen: September 112, &lt;October&gt; 129.</p></li>' in page


def test_an_upright_phone_gets_the_video_made_for_it_and_all_else_the_wide_one(pages: Any) -> None:
    made = film("1280x720", "1080x1920", "1080x1080")
    page = pages(siblings=made)["player.html"]
    sources = re.findall(r'<source src="([^"]+)" type="video/mp4"(?: media="([^"]+)")?', page)
    upright = "(orientation: portrait) and (max-width: 40rem)"
    assert sources == [("video-1080x1920.mp4", upright), ("video-1080x1080.mp4", upright), ("video-1280x720.mp4", "")]
    assert 'class="film has-tall has-square has-wide"' in page
    assert set(data_of(page)["spots"]) == {"1280x720", "1080x1920", "1080x1080"}


def test_the_only_video_is_for_every_screen(pages: Any) -> None:
    page = pages(siblings=film("1080x1920"))["player.html"]
    assert '<source src="video-1080x1920.mp4" type="video/mp4" data-rendition' in page


def test_a_poster_of_a_videos_own_shape_is_named(pages: Any) -> None:
    made = film("1280x720", "1080x1920")
    made["poster-1080x1920.jpg"] = Artifact("video", "poster-1080x1920.jpg", "image/jpeg", b"x")
    assert 'data-shape="tall" data-poster="poster-1080x1920.jpg">' in pages(siblings=made)["player.html"]


def test_a_video_channel_that_tells_no_scenes_still_gets_a_player(pages: Any) -> None:
    made = film()
    del made["scenes-1280x720.json"]
    told = data_of(pages(siblings=made)["player.html"])
    assert len(told["scenes"]) == 4
    assert told["spots"] == {"1280x720": []}


def test_nothing_can_be_sent_or_asked_unless_the_campaign_counts(pages: Any) -> None:
    for page in pages().values():
        assert "connect-src" not in page
        assert '<div class="consent"' not in page
        assert "data-counts=" not in page


def test_a_campaign_that_counts_asks_and_opens_that_one_address(pages: Any) -> None:
    for page in pages(events_url=COUNTS).values():
        policy = re.search(r'Security-Policy" content="([^"]*)"', page)
        assert policy
        assert f"connect-src {COUNTS};" in policy[1]
        assert page.count("data-consent") == 2  # the question, and the script that looks for it
        assert f'data-counts="{COUNTS}" data-campaign="2026-10"' in page


def test_what_is_counted_bears_the_campaigns_own_name(pages: Any) -> None:
    made = pages(events_url=COUNTS, events_name="winter-letters")
    assert 'data-campaign="winter-letters"' in made["player.html"]


def test_a_page_without_film_opens_no_address(pages: Any) -> None:
    assert "connect-src" not in pages(siblings={}, events_url=COUNTS)["index.html"]


@pytest.mark.parametrize(
    "address",
    [
        "http://counts.example/v1",
        "https://a.example/v1; script-src *",
        "https://a.example/?x=1",
        "https://a b",
        "ftp://a",
    ],
)
def test_an_address_that_could_loosen_the_policy_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        PlayerOptions(events_url=address)


def test_the_same_communication_gives_the_same_pages(pages: Any) -> None:
    assert pages(events_url=COUNTS) == pages(events_url=COUNTS)
