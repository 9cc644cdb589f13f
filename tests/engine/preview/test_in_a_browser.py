"""The whole preview in a real browser: the command, the starter set, a save that breaks it and one that mends it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.resources import resource_dir

CHROMIUM = Path("/usr/bin/chromium")
PROJECT = Path(__file__).resolve().parents[3]
UP_TO_DATE = re.compile("^Up to date$")
PATIENCE_MS = 90_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("preview") / "set"
    shutil.copytree(resource_dir("templates") / "bill-explainer", copy)
    campaign = copy / "campaign.toml"
    brief = re.sub(r"(?m)^frames_per_second = .*$", "frames_per_second = 10", campaign.read_text())
    campaign.write_text(re.sub(r"(?m)^voice = .*$", 'voice = "silent"', brief))
    return copy


@pytest.fixture(scope="module")
def command(templates: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BILLCAST_")}
    command = [
        sys.executable, "-c", "from engine.commands import main; main()", "preview",
        str(PROJECT / "samples" / "customers.jsonl"), "--campaign", str(templates), "--customer", "NL-0001",
        "--port", "0", "--now", "2026-11-06T08:00:00Z",
    ]  # fmt: skip
    running = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield running
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=30)
    assert "Maria" not in output, "nothing personal is printed"
    assert "Traceback" not in output


@pytest.fixture(scope="module")
def address(command: subprocess.Popen[str]) -> str:
    assert command.stdout is not None
    said = ""
    for line in command.stdout:
        said += line
        if found := re.search(r"preview at (http://127\.0\.0\.1:\d+/[\w-]{32}/)", line):
            return found[1]
    raise AssertionError(said)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        yield player.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )


@pytest.fixture
def page(browser, address):
    """The preview of Maria, all made; nothing may be asked of another machine, nothing may be wrong in the console."""
    page = browser.new_page(viewport={"width": 1500, "height": 1000})
    asked, faults = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.set_default_timeout(PATIENCE_MS)
    is_up_to_date(page)
    yield page
    page.close()
    assert {url.split("/")[2] for url in asked if not url.startswith(("data:", "blob:"))} == {address.split("/")[2]}
    assert faults == []


def is_up_to_date(page):
    from playwright.sync_api import expect

    expect(page.locator("#state-text")).to_have_text(UP_TO_DATE, timeout=PATIENCE_MS)


def phone(page):
    return page.frame_locator("iframe[title^='The page on a phone']")


def test_one_customer_is_seen_in_all_channels_with_the_facts(page):
    from playwright.sync_api import expect

    expect(page.locator(".scenes figure")).to_have_count(8)
    expect(page.get_by_role("heading", name="Your October bill, Maria")).to_be_visible()
    expect(phone(page).get_by_text("Pay now").first).to_be_visible()
    assert page.locator("iframe[title^='The page on a desktop']").evaluate("frame => frame.offsetWidth") == 1240
    assert page.locator("iframe[title^='The page on a phone']").evaluate("frame => frame.offsetWidth") == 390
    expect(page.locator(".pages img")).to_have_count(2)
    amount = page.locator("#facts tr", has_text="bill.amount_due")
    expect(amount).to_contain_text("129.45")
    expect(amount.get_by_role("img", name=re.compile(": shown"))).to_have_count(4)


def test_customer_language_and_channel_are_switched_by_keyboard(page):
    from playwright.sync_api import expect

    page.locator("#customer").focus()
    page.keyboard.type("NL-0002")
    page.keyboard.press("Enter")
    expect(page.locator(".chip", has_text="it")).to_be_visible()
    is_up_to_date(page)
    page.locator("#locale").select_option("en")
    expect(page.locator(".chip", has_text=re.compile("^en$"))).to_be_visible()
    is_up_to_date(page)
    page.locator("#tab-all").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-video")).to_be_focused()
    expect(page.locator("section[data-channel=video]")).to_be_visible()
    expect(page.locator("section[data-channel=pdf]")).to_be_hidden()


def test_the_whole_video_is_made_when_asked_for_and_plays_in_the_page_too(page):
    from playwright.sync_api import expect

    page.locator("#tab-video").click()
    page.locator("#make-video").click()
    film = page.locator("#film video")
    expect(film).to_be_visible(timeout=240_000)
    expect(film).to_have_js_property("videoWidth", 1280, timeout=PATIENCE_MS)
    page.locator("#tab-microsite").click()
    player = phone(page).locator("video")
    expect(player).to_have_count(1)
    phone(page).locator("button").first.click()
    expect(player).to_have_js_property("paused", False, timeout=PATIENCE_MS)
    expect(player).to_have_js_property("videoWidth", 1280, timeout=PATIENCE_MS)


def test_a_customer_to_whom_nothing_is_sent_shows_why(page):
    from playwright.sync_api import expect

    page.locator("#customer").fill("NL-0027")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing is sent to this customer")).to_be_visible()
    expect(page.locator("#stage li").first).not_to_be_empty()


def test_a_broken_template_shows_its_line_and_comes_back_when_mended(page, templates):
    from playwright.sync_api import expect

    path = templates / "microsite" / "page.html.j2"
    good = path.read_text()
    lines = good.splitlines()
    wrong = next(number for number, line in enumerate(lines) if "<main" in line)
    lines[wrong] += "{{ bill.amuont_due }}"
    try:
        path.write_text("\n".join(lines) + "\n")
        alert = page.get_by_role("alert")
        expect(alert.locator(".place")).to_have_text(f"microsite/page.html.j2:{wrong + 1}", timeout=PATIENCE_MS)
        expect(alert.locator(".code")).to_have_text("T103")
        expect(alert.locator(".it")).to_contain_text("bill.amuont_due")
        expect(page.locator(".pages img")).to_have_count(2)  # the PDF stands
    finally:
        path.write_text(good)
    expect(page.get_by_role("alert")).to_have_count(0, timeout=PATIENCE_MS)
    expect(phone(page).get_by_text("Pay now").first).to_be_visible()
    is_up_to_date(page)


def test_a_broken_campaign_file_shows_its_line_and_comes_back_when_mended(page, templates):
    from playwright.sync_api import expect

    path = templates / "campaign.toml"
    good = path.read_text()
    line = good.splitlines().index(next(line for line in good.splitlines() if line.startswith("cycle"))) + 1
    try:
        path.write_text(good.replace("\ncycle", "\ncycel", 1))
        alert = page.get_by_role("alert")
        expect(alert.locator(".code")).to_have_text("C103", timeout=PATIENCE_MS)
        expect(alert.locator(".place")).to_have_text(f"campaign.toml:{line}")
        expect(alert).to_contain_text("did you mean `cycle`?")
    finally:
        path.write_text(good)
    expect(page.get_by_role("alert")).to_have_count(0, timeout=PATIENCE_MS)
    is_up_to_date(page)
