"""What is watched is counted only where the campaign counts and the viewer agreed, and says nothing of the bill."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.renderers.builders import make_communication
from tests.renderers.microsite.tabs import settled, watch_and_press

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BOTH = pytest.mark.parametrize("page", ["player.html", "index.html"])


@BOTH
def test_views_are_counted_once_the_viewer_agreed(tab: Any, clean: Any, page: str) -> None:
    t = tab("counted", page)
    t.page.get_by_role("button", name="Yes, count").click()
    watch_and_press(t)
    events = settled(t, clean, 11)
    assert sorted(events) == sorted([
        "viewed film", "chapter hello", "quartile 25", "chapter made_of", "quartile 50", "chapter why",
        "chapter pay", "quartile 75", "quartile 100", "clicked pay", "paid-intent",
    ])  # fmt: skip
    assert t.faults == []


def test_what_is_counted_holds_nothing_of_the_customer(tab: Any, clean: Any) -> None:
    said = make_communication()
    for _ in range(2):
        t = tab("counted")
        t.page.get_by_role("button", name="Yes, count").click()
        watch_and_press(t)
        settled(t, clean, 1)
    assert {frozenset(one) for one in clean.counted} == {
        frozenset({"campaign", "visit", "event", "scene", "ms", "value"})
    }
    assert {one["campaign"] for one in clean.counted} == {"2026-10"}
    assert len({one["visit"] for one in clean.counted}) == 2
    assert all(0 <= one["ms"] <= 6000 for one in clean.counted)
    sent = json.dumps(clean.counted) + json.dumps(clean.headers)
    for private in (said.token, said.customer.full_name.text, "Maria", said.bill.number.text, "129.45", "player.html"):
        assert private not in sent
    assert not any("referer" in headers or "cookie" in headers for headers in clean.headers)


@pytest.mark.parametrize("answer", [None, "No, don't count"])
def test_without_agreement_nothing_is_sent(tab: Any, clean: Any, answer: str | None) -> None:
    t = tab("counted")
    if answer:
        t.page.get_by_role("button", name=answer).click()
    watch_and_press(t)
    assert settled(t, clean, 1) == []


def test_a_choice_is_kept_and_can_be_taken_back(tab: Any, clean: Any) -> None:
    t = tab("counted")
    t.page.get_by_role("button", name="Yes, count").click()
    t.page.reload()
    assert not t.page.get_by_role("button", name="Yes, count").is_visible()
    t.page.get_by_role("button", name="Change", exact=True).click()
    t.page.get_by_role("button", name="No, don't count").click()
    assert t.page.get_by_text("Nothing is counted.").is_visible()
    watch_and_press(t)
    assert settled(t, clean, 1) == []
    t.page.reload()
    assert t.page.get_by_text("Nothing is counted.").is_visible()


@pytest.mark.parametrize(
    "signal",
    [
        "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })",
        "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })",
    ],
)
def test_whoever_asked_not_to_be_tracked_is_not_asked_again(tab: Any, clean: Any, signal: str) -> None:
    init = f"{signal}; try {{ localStorage.setItem('billcast.count', 'yes'); }} catch {{}}"
    t = tab("counted", init=init)
    assert t.page.locator(".consent").is_hidden()
    watch_and_press(t)
    assert settled(t, clean, 1) == []


def test_a_campaign_without_an_address_asks_nothing_and_sends_nothing(tab: Any, clean: Any) -> None:
    t = tab("usual", init="try { localStorage.setItem('billcast.count', 'yes'); } catch {}")
    assert t.page.locator(".consent").count() == 0
    watch_and_press(t)
    assert settled(t, clean, 1) == []


def test_a_film_seen_in_stills_is_counted_as_such(tab: Any, clean: Any) -> None:
    t = tab("gone")
    t.page.get_by_role("button", name="Yes, count").click()
    t.do("start")
    assert settled(t, clean, 2)[:2] == ["viewed stills", "chapter hello"]
