"""The film in a real browser: pressed, heard again, read along, on every screen, and without its video."""

from __future__ import annotations

from typing import Any

import pytest

from tests.renderers.builders import make_communication
from tests.renderers.microsite.film import SPOTS
from tests.renderers.microsite.tabs import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BOTH = pytest.mark.parametrize("page", ["player.html", "index.html"])


# ---------------------------------------------------------------- playing


@BOTH
def test_the_film_plays_to_its_end_with_captions_chapters_and_words_that_follow(tab: Any, page: str) -> None:
    t = tab("usual", page)
    t.page.evaluate("""() => {
      window.seen = { captions: new Set(), chapters: [], said: new Set() };
      const see = () => {
        seen.captions.add(document.querySelector(".caption").textContent);
        seen.said.add(document.querySelector("[role=status]").textContent);
        const now = document.querySelector(".chapters .is-now")?.dataset.scene;
        if (now && seen.chapters.at(-1) !== now) seen.chapters.push(now);
        requestAnimationFrame(see);
      };
      see();
    }""")
    t.do("start")
    t.until("document.querySelector('video').ended")
    seen = t.page.evaluate(
        "({ captions: [...seen.captions], chapters: seen.chapters, said: [...seen.said].filter(Boolean) })"
    )
    assert seen["chapters"] == ["hello", "made_of", "why", "pay"]
    assert {"Hello Maria.", "Energy is half of it.", "Your bill is <129>, by 24 November."} <= set(seen["captions"])
    assert seen["said"] == [
        "Chapter 1: Hello", "Chapter 2: What it is made of", "Chapter 3: Why & how it changed", "Chapter 4: Pay now",
    ]  # fmt: skip
    assert t.faults == []
    assert t.page.locator("[data-do=start]").is_visible()


def test_a_chapter_and_a_line_lead_to_their_moment(tab: Any) -> None:
    t = tab("usual")
    t.page.get_by_role("button", name="Why & how it changed").click()
    t.until_chapter("why")
    t.page.get_by_text("Hello Maria.").first.click()
    t.until_chapter("hello")
    assert t.is_playing()


def test_the_position_is_told_in_words(tab: Any) -> None:
    t = tab("usual")
    slider = t.page.get_by_role("slider", name="Position in the video")
    slider.fill("3.4")
    t.until("document.querySelector('[data-do=seek]').getAttribute('aria-valuetext').startsWith('0:03')")
    assert slider.get_attribute("aria-valuetext") == "0:03 / 0:06, Why & how it changed"


# ---------------------------------------------------------------- pressing the picture


@BOTH
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_the_pay_button_of_the_picture_is_a_link_that_lies_on_it(tab: Any, page: str, viewport: Any) -> None:
    t = tab("usual", page, viewport=viewport)
    t.do("start")
    assert t.page.locator(".spot.is-pay").count() == 0
    t.page.locator("[data-do=seek]").fill("5")
    spot = t.page.locator(".spot.is-pay")
    spot.wait_for(state="visible")
    t.do("play")
    picture, box = t.page.locator("[data-picture]").bounding_box(), spot.bounding_box()
    _, _, (left, top, width, height), _ = SPOTS["pay"][0]
    assert box["x"] - picture["x"] == pytest.approx(picture["width"] * left / 100, abs=1)
    assert box["y"] - picture["y"] == pytest.approx(picture["height"] * top / 100, abs=1)
    assert box["width"] == pytest.approx(picture["width"] * width / 100, abs=1)
    assert box["height"] == pytest.approx(picture["height"] * height / 100, abs=1)
    assert picture["width"] / picture["height"] == pytest.approx(16 / 9, abs=0.01)
    payment = make_communication().payment
    assert payment is not None
    assert spot.get_attribute("href") == payment.url
    assert t.page.get_by_role("link", name=f"{payment.button} {payment.amount.text}").first.is_visible()
    assert t.page.locator("a.spot[href^='tel:']").is_visible()
    t.page.locator("[data-do=seek]").fill("1")
    spot.wait_for(state="detached")


def test_what_cannot_be_paid_has_no_pay_button_over_the_picture(tab: Any) -> None:
    t = tab("credit")
    t.page.locator("[data-do=seek]").fill("5")
    t.page.locator("a.spot[href^='tel:']").wait_for(state="visible")
    assert t.page.locator(".spot.is-pay, .spot.is-code").count() == 0


def test_a_spot_shows_when_its_element_has_come_in(tab: Any) -> None:
    t = tab("usual")
    t.page.locator("[data-do=seek]").fill("4.6")
    t.page.locator(".spot.is-code").wait_for(state="visible")
    assert t.page.locator(".spot.is-pay").is_hidden()


@BOTH
def test_a_press_on_a_chart_stops_the_film_and_opens_its_figures(tab: Any, page: str) -> None:
    t = tab("usual", page)
    change = make_communication().change
    assert change is not None
    assert SPOTS["why"][0][1] == change.chart.id
    t.do("start")
    t.page.locator("[data-do=seek]").fill("3.5")
    t.page.get_by_role("button", name="Show the figures").click()
    details = t.page.locator(f"details[data-figures='{change.chart.id}']")
    assert details.evaluate("(node) => node.open")
    assert details.locator("summary").evaluate("(node) => node === document.activeElement")
    assert not t.is_playing()


@BOTH
def test_a_charge_is_explained_again_from_its_row_and_then_the_film_stops(tab: Any, page: str) -> None:
    t = tab("usual", page)
    t.page.get_by_role("button", name="Network: Hear it explained").click()
    ring = t.page.locator(".spot.is-told")
    ring.wait_for(state="visible")
    assert (t.chapter(), ring.get_attribute("data-ref")) == ("made_of", "network")
    t.until_chapter("why")
    t.until("!document.querySelector('.film').classList.contains('is-playing')")
    assert 4.0 < t.at() < 4.5
    assert ring.count() == 0


def test_a_charge_of_the_picture_is_explained_too(tab: Any) -> None:
    t = tab("usual")
    t.page.locator("[data-do=seek]").fill("2.2")
    t.page.locator(".spot.is-charge[data-ref=energy]").click()
    t.page.locator(".spot.is-told[data-ref=energy]").wait_for(state="visible")
    assert t.at() < 2.2


# ---------------------------------------------------------------- keys, captions, sound


def test_the_keys_work_while_the_film_has_the_focus_and_nowhere_else(tab: Any) -> None:
    t = tab("usual")
    press = t.page.keyboard.press
    for key in ("3", "c", " "):
        press(key)
    assert (t.at(), t.is_playing()) == (0, False)
    t.page.locator("[data-do=seek]").focus()
    press("3")
    t.until_chapter("why")
    press(" ")
    t.until("!document.querySelector('.film').classList.contains('is-playing')")
    press("Shift+ArrowLeft")
    t.until_chapter("made_of")
    press("k")
    press("ArrowRight")
    t.until_chapter("pay")
    press("ArrowLeft")
    t.until_chapter("hello")
    press("c")
    assert t.page.locator("[data-do=captions]").get_attribute("aria-pressed") == "false"
    press("m")
    assert t.page.locator("[data-do=sound]").get_attribute("aria-pressed") == "false"
    assert t.page.evaluate("document.querySelector('video').muted")


def test_full_screen_keeps_picture_captions_and_controls_together(tab: Any) -> None:
    t = tab("usual")
    t.page.locator("[data-do=seek]").focus()
    t.page.keyboard.press("f")
    t.until("document.fullscreenElement?.matches('.stage')")
    assert t.page.locator("[data-controls]").is_visible()
    t.page.keyboard.press("f")
    t.until("!document.fullscreenElement")


def test_the_help_names_every_key_and_closes(tab: Any) -> None:
    t = tab("usual")
    t.do("keys")
    help_ = t.page.get_by_role("dialog", name="Keys")
    assert help_.is_visible()
    keys = help_.locator("kbd").all_text_contents()
    assert keys == ["Space", "←", "→", "⇧", "←", "→", "1", "9", "C", "M", "F", "?"]
    t.page.keyboard.press("Escape")
    assert help_.is_hidden()
    t.page.keyboard.press("?")
    assert help_.is_visible()


def test_captions_can_be_put_off_and_stay_off(tab: Any) -> None:
    t = tab("usual")
    t.do("captions")
    assert t.page.locator(".caption").is_hidden()
    t.page.reload()
    assert t.page.locator(".caption").is_hidden()
    assert t.page.locator("[data-do=captions]").get_attribute("aria-pressed") == "false"


# ---------------------------------------------------------------- screens and settings


def test_a_phone_held_upright_plays_the_tall_film_and_a_desktop_the_wide_one(tab: Any) -> None:
    for viewport, name, shape in ((PHONE, "video-1080x1920.mp4", 9 / 16), (DESKTOP, "video-1280x720.mp4", 16 / 9)):
        t = tab("tall", viewport=viewport)
        t.do("start")
        t.until("document.querySelector('video').currentTime > 0.2")
        assert t.page.evaluate("document.querySelector('video').currentSrc").endswith(name)
        box = t.page.locator("[data-picture]").bounding_box()
        assert box["width"] / box["height"] == pytest.approx(shape, abs=0.02)
        controls = t.page.locator("[data-controls]").bounding_box()
        assert controls["y"] + controls["height"] <= viewport["height"]


def test_a_phone_that_is_turned_before_the_start_gets_the_other_film(tab: Any) -> None:
    t = tab("tall", viewport=PHONE)
    t.page.set_viewport_size({"width": 740, "height": 360})
    t.until("document.querySelector('.film').dataset.shape === 'wide'")
    t.do("start")
    t.until("document.querySelector('video').currentSrc.endsWith('1280x720.mp4')")


def test_whoever_wants_less_motion_gets_none(tab: Any) -> None:
    t = tab("usual", reduced_motion="reduce")
    t.do("start")
    t.page.locator("[data-do=seek]").fill("5")
    t.page.locator(".spot.is-pay").wait_for(state="visible")
    assert t.page.evaluate("document.getAnimations().length") == 0


def test_a_page_that_is_printed_leaves_the_film_out(tab: Any) -> None:
    t = tab("usual")
    t.page.emulate_media(media="print")
    assert not t.page.locator(".film").is_visible()
    assert t.page.locator(".sum").is_visible()


def test_without_scripts_the_browser_plays_the_film_and_the_chapters_are_read(tab: Any) -> None:
    t = tab("usual", java_script_enabled=False)
    assert t.page.locator("video[controls]").is_visible()
    assert t.page.get_by_text("Energy is half of it.").is_visible()
    for part in ("[data-controls]", "[data-do=start]", ".caption", ".film-note", "#film-keys"):
        assert not t.page.locator(part).is_visible(), part


# ---------------------------------------------------------------- without the video


@BOTH
@pytest.mark.parametrize("name", ["gone", "broken"])
def test_without_its_video_the_film_goes_on_in_the_pages_own_pictures(tab: Any, name: str, page: str) -> None:
    t = tab(name, page)
    t.do("start")
    t.page.locator("[data-still]").wait_for(state="visible")
    assert t.page.locator("[data-note]").is_visible()
    t.until_chapter("why")
    assert t.page.locator("[data-still-title]").text_content() == "Why & how it changed"
    assert t.page.locator("[data-still] svg.chart-waterfall").is_visible()
    t.until_chapter("pay")
    assert t.page.locator(".caption").text_content() in ("", "Your bill is <129>, by 24 November.")
    pay = t.page.locator(".spot.is-pay")
    assert pay.is_visible()
    assert pay.locator(".spot-words").inner_text() == "Pay now"
    t.until("!document.querySelector('.film').classList.contains('is-playing')")
    assert t.at() == pytest.approx(6.0, abs=0.05)
    assert t.page.evaluate("[...document.querySelectorAll('[id]')].length === new Set("
                           "[...document.querySelectorAll('[id]')].map((n) => n.id)).size")  # fmt: skip


def test_a_replay_works_without_the_video(tab: Any) -> None:
    t = tab("gone")
    t.page.locator("[data-still]").wait_for(state="visible")
    t.page.get_by_role("button", name="Energy: Hear it explained").click()
    t.until_chapter("made_of")
    t.until_chapter("why")
    t.until("!document.querySelector('.film').classList.contains('is-playing')")
    assert t.at() < 4.6


def test_a_page_opened_from_a_folder_plays_too(tab: Any, site: Any) -> None:
    t = tab("usual")
    t.page.goto((site.root / "usual" / "player.html").as_uri())
    t.do("start")
    t.until("document.querySelector('video').currentTime > 0.3")
    assert t.page.locator("[data-still]").is_hidden()
