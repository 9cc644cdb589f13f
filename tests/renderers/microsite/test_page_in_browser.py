"""A real browser, axe-core and the W3C checker judge the page."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import zxingcpp

from engine.contracts import FillContext, Scope
from engine.model.communication import Text, Tone
from renderers.microsite import MicrositeChannel
from tests.engine.compose.cases import PlainTexts, make_campaign
from tests.renderers.builders import fact, make_bill, make_communication, make_help
from tests.renderers.collected import collected
from tests.renderers.fake_templates import LOGO, FakeTemplates
from tests.renderers.microsite.film import film

TOOLS = Path(__file__).resolve().parents[3] / ".tools" / "node_modules"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

VARIANTS = {
    "usual": make_communication(),
    "credit": make_communication(
        payment=None,
        tone=Tone.GOOD_NEWS,
        bill=make_bill(is_credit=True, is_payable=False, amount_label=Text("Credit"), due_line=None),
    ),
    "vulnerable": make_communication(tone=Tone.HELP, help=make_help(comes_first=True)),
    "bare": make_communication(
        change=None, usage=(), tips=(), help=None, bill=make_bill(stack=None, groups=(), supply_points=())
    ),
    "seven digits": make_communication(bill=make_bill(amount_due=fact("bill.amount_due", "1 234 567,89 €"))),
    **dict(collected(make_campaign(), PlainTexts())),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("pages")
    templates = FakeTemplates(root / "set")
    (templates.root / "brand" / "logo-dark.svg").write_text(LOGO)
    channel = MicrositeChannel()
    made: dict[str, Path] = {}
    for name, communication in VARIANTS.items():
        folder = root / name.replace(" ", "-")
        folder.mkdir()
        siblings = film() if name == "usual" else {}
        compiled = channel.compile(templates, "en", channel.classify(communication), Scope())
        for artifact in (*channel.fill(compiled, communication, FillContext(siblings)).artifacts, *siblings.values()):
            (folder / artifact.name).write_bytes(artifact.data)
        made[name] = folder / "index.html"
    return made


def opened(browser: Any, page: Path, **options: Any) -> tuple[Any, list[str]]:
    tab = browser.new_page(**options)
    faults: list[str] = []
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("request", lambda request: faults.append(request.url) if request.url.startswith("http") else None)
    tab.goto(page.as_uri())
    return tab, faults


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(360, 740), (1240, 900)])
def test_axe_finds_no_violation_of_wcag(
    browser: Any, pages: dict[str, Path], name: str, scheme: str, size: tuple[int, int]
) -> None:
    axe = TOOLS / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed: make setup-dev")
    context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    tab = context.new_page()
    tab.goto(pages[name].as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    tab.add_script_tag(path=str(axe))
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = tab.evaluate("(rules) => axe.run({runOnly: rules}).then((r) => r.violations)", rules)
    context.close()
    assert [(v["id"], [n["html"][:150] + n["failureSummary"] for n in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_is_refused_fetched_or_wider_than_a_phone(browser: Any, pages: dict[str, Path], name: str) -> None:
    tab, faults = opened(browser, pages[name], viewport={"width": 320, "height": 640})
    width = tab.evaluate("document.documentElement.scrollWidth")
    tab.close()
    assert faults == []
    assert width <= 320


@pytest.mark.parametrize("name", ["usual", "help first", "seven digits"])
def test_amount_and_pay_button_are_in_sight_on_a_phone_without_scrolling(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    tab, _ = opened(browser, pages[name], viewport={"width": 360, "height": 640})
    for part in (".hero .amount", ".hero .due", ".hero .pay"):
        box = tab.locator(part).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 640, part
    tab.close()


def test_the_button_stays_in_reach_when_the_page_is_scrolled(browser: Any, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["usual"], viewport={"width": 360, "height": 640})
    bar = tab.locator(".pay-bar")
    bar.wait_for(state="hidden")
    tab.evaluate("window.scrollTo(0, 1500)")
    bar.wait_for(state="visible")
    box = bar.bounding_box()
    tab.close()
    assert box["y"] + box["height"] == pytest.approx(640, abs=1)


def test_the_page_reads_whole_with_scripts_off(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    tab = context.new_page()
    tab.goto(pages["usual"].as_uri())
    assert tab.get_by_text("€ 129.45").first.is_visible()
    for title in ("What it is made of", "Ways to pay", "Good to know"):
        assert tab.get_by_role("heading", name=title).is_visible(), title
    assert tab.locator("video[controls]").is_visible()
    assert tab.locator(".pay-bar .pay").is_visible()
    context.close()


def test_the_film_plays_to_its_end_from_a_folder(browser: Any, pages: dict[str, Path]) -> None:
    tab, faults = opened(browser, pages["usual"], viewport={"width": 1000, "height": 800})
    tab.locator(".play").click()
    ended = "() => new Promise((done) => document.querySelector('video').addEventListener('ended', () => done(true)))"
    assert tab.evaluate(ended)
    cues = tab.evaluate("[...document.querySelector('video').textTracks[0].cues].map((cue) => cue.text)")
    tab.close()
    assert (cues[0], cues[3]) == ("Hello Maria.", "Your bill is <129>, by 24 November.")
    assert faults == []


def test_the_code_on_the_screen_is_the_payment_code(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    from PIL import Image

    tab, _ = opened(browser, pages["usual"], viewport={"width": 1000, "height": 800})
    tab.locator(".scan .qr").screenshot(path=tmp_path / "qr.png")
    tab.close()
    (found,) = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
    payment = VARIANTS["usual"].payment
    assert payment is not None
    assert found.bytes == payment.qr.payload


def test_print_shows_the_bill_and_leaves_out_the_buttons(browser: Any, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["usual"], viewport={"width": 1000, "height": 800})
    tab.emulate_media(media="print")
    hidden = [part for part in (".pay-bar", ".film", ".answers") if not tab.locator(part).first.is_visible()]
    shown = tab.locator(".hero .amount").is_visible()
    tab.close()
    assert hidden == [".pay-bar", ".film", ".answers"]
    assert shown


def test_the_w3c_checker_finds_no_error(pages: dict[str, Path]) -> None:
    checker = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not checker.is_file() or shutil.which("java") is None:
        pytest.skip("vnu-jar or java is not installed: make setup-dev")
    command = ["java", "-jar", str(checker), "--format", "json", *map(str, pages.values())]
    done = subprocess.run(command, capture_output=True, text=True)
    messages = json.loads(done.stderr or done.stdout)["messages"]
    assert [(m["message"], m.get("extract")) for m in messages if m["type"] == "error"] == []
