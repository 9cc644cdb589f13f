"""What tests in a browser share: Chromium, a server on this machine, and pages with a film."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.contracts import FillContext, Scope
from engine.model.campaign import PlayerOptions
from engine.model.communication import Text, Tone
from renderers.microsite import MicrositeChannel
from tests.renderers.builders import make_bill, make_communication, make_help
from tests.renderers.fake_templates import LOGO, FakeTemplates
from tests.renderers.microsite.desk import Desk, open_desk
from tests.renderers.microsite.film import film
from tests.renderers.microsite.tabs import DESKTOP, Tab

CREDIT = {"is_credit": True, "is_payable": False, "amount_label": Text("Credit"), "due_line": None}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(scope="module")
def site(desk: Any) -> Any:
    """The desk with pages: usual, credit, counted, tall (two renditions), gone (no video), broken (not a video)."""
    said = make_communication(help=make_help())
    credit = make_communication(payment=None, tone=Tone.GOOD_NEWS, bill=make_bill(**CREDIT))
    counts = {"events_url": desk.url("counts")}
    pages: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
        "usual": (said, film(), {}),
        "credit": (credit, film(), {}),
        "counted": (said, film(), counts),
        "tall": (said, film("1280x720", "1080x1920"), {}),
        "gone": (said, film(), counts),
        "broken": (said, film(), {}),
    }
    for name, (communication, siblings, player) in pages.items():
        templates = FakeTemplates(desk.root / f"set-{name}", player=PlayerOptions.model_validate(player))
        (templates.root / "brand" / "logo-dark.svg").write_text(LOGO)
        channel = MicrositeChannel()
        compiled = channel.compile(templates, "en", channel.classify(communication), Scope())
        folder = desk.root / name
        folder.mkdir()
        made = channel.fill(compiled, communication, FillContext(siblings)).artifacts
        for artifact in (*made, *siblings.values()):
            (folder / artifact.name).write_bytes(artifact.data)
    (desk.root / "gone" / "video-1280x720.mp4").unlink()
    (desk.root / "broken" / "video-1280x720.mp4").write_bytes(b"no film " * 500)
    return desk


@pytest.fixture
def tab(browser: Any, site: Any) -> Iterator[Callable[..., Tab]]:
    """Opens a page of the site: `tab("usual", page="player.html", viewport=PHONE)`."""
    contexts: list[Any] = []

    def open_(name: str, page: str = "player.html", init: str = "", **options: Any) -> Tab:
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        if init:
            context.add_init_script(init)
        tab = Tab(context.new_page())
        tab.page.goto(site.url(f"{name}/{page}"))
        return tab

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def clean(site: Any) -> Any:
    site.counted.clear()
    site.headers.clear()
    return site
