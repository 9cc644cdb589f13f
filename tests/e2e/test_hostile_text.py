"""Hostile strings come out as the text that they are, in every channel, and nothing else happens."""

from __future__ import annotations

import html as html_entities
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import html

from engine.api import RenderResult, render_one
from engine.compose import compose
from engine.compose.facts import harmless
from engine.ingest import Read, read
from engine.model.artifact import OutcomeStatus
from engine.model.campaign import Narration
from engine.model.communication import Communication
from engine.model.customer import Customer
from engine.templating import TemplateSet
from renderers.pdf.guard import link_targets, normalised
from renderers.video.captions import captions_vtt, cues, transcript
from renderers.video.channel import storyboard_of
from renderers.video.narration import speak_all
from renderers.video.timeline import lay_timeline
from tests.e2e.hostile import BLNS, hostile_strings
from tests.e2e.reading import FAST, KEYS, NOW, bare, pdf_text

STRINGS = hostile_strings()
EACH = 60  # strings on one bill
CHUNKS = [STRINGS[start : start + EACH] for start in range(0, len(STRINGS), EACH)]
# what no page of ours has, but for its empty icon
INTRUDERS = (
    'iframe, object, embed, form, base, link:not([rel="icon"][href="data:,"]), audio'  # the page has an empty icon
)
OWN_HOSTS = ("https://northlight.example", "https://my.northlight.example", "https://pay.northlight.example",
             "https://bills.northlight.example", "mailto:", "tel:", "#", "bill.pdf")  # fmt: skip
# What Inter draws one sign for each character, left to right, so that a reader finds it as it was written.
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u024f\u0391-\u03a9\u03b1-\u03c9\u0410-\u044f]+")


def record(key: str, name: str, texts: list[str]) -> dict[str, Any]:
    """Return a customer whose every free text is hostile; `texts` are the labels of the bill."""
    fourth = [texts[place % len(texts)] for place in range(4)]
    return {
        "key": key,
        "name": {"given": name, "family": fourth[0][:90], "salutation": fourth[1]},
        "address": {"lines": fourth[:3], "postal_code": fourth[3][:20], "city": fourth[2], "region": fourth[1]},
        "email": fourth[0],
        "phone": fourth[1],
        "supply_points": [{"code": "IT001E12345678", "meter": fourth[2], "tariff": fourth[3]}],
        "consumption": [{
            "supply_point": "IT001E12345678", "commodity": "electricity", "unit": "kWh", "quantity": "90",
            "readings": [{
                "meter": fourth[0], "register_name": fourth[1], "unit": "kWh", "previous": "10", "latest": "100",
                "period": {"start": "2026-10-01", "end": "2026-10-31"}, "quantity": "90",
            }],
        }],
        "bills": [{
            "number": "B-1", "issued_on": "2026-11-03", "due_on": "2026-11-24", "currency": "EUR",
            "period": {"start": "2026-10-01", "end": "2026-10-31"}, "note": fourth[3],
            "lines": [{"category": "energy", "label": text, "amount": "1.00"} for text in texts],
            "taxes": [{"label": fourth[2], "rate_percent": "10", "amount": "1.00"}],
            "allowances": [{"label": fourth[0], "amount": "-1.00"}],
            "total": f"{len(texts)}.00", "amount_payable": f"{len(texts)}.00",
            "payee": {"name": fourth[3], "account": "IT60X0542811101000000123456", "reference": fourth[1][:30]},
        }],
        "interactions": [{"kind": "called", "at": "2026-11-01T10:00:00Z", "note": fourth[2]}],
        "attributes": {"note": fourth[0], "segment": fourth[1]},
    }  # fmt: skip


@pytest.fixture(scope="module")
def made(starter: TemplateSet, tmp_path_factory: pytest.TempPathFactory) -> list[RenderResult]:
    """The customers of all chunks, read from JSON Lines and rendered in the channels that are read."""
    source = tmp_path_factory.mktemp("hostile") / "customers.jsonl"
    lines = [json.dumps(record(f"H-{place}", chunk[0], chunk)) for place, chunk in enumerate(CHUNKS)]
    source.write_text("\n".join(lines), encoding="utf-8")
    items = list(read([source]))
    assert len(items) == len(CHUNKS)
    results = []
    for item in items:
        if isinstance(item, Read):
            results.append(render_one(item.customer, starter, keys=KEYS, now=NOW, channels=FAST))
        else:
            assert item.problem.code.startswith("I")
            assert item.problem.hint
    return results


def done(results: list[RenderResult]) -> list[tuple[RenderResult, Communication, dict[str, bytes]]]:
    found = []
    for result in results:
        problem = result.outcome.problem
        if result.outcome.status is not OutcomeStatus.DONE:
            assert result.outcome.status is OutcomeStatus.QUARANTINED, problem
            assert problem is not None
            assert problem.code
            assert problem.hint
            continue
        assert result.communication is not None
        found.append((result, result.communication, {a.name: a.data for a in result.artifacts}))
    assert found
    return found


def said_to(starter: TemplateSet, given: str) -> Communication:
    said = compose(Customer.model_validate(record("H", given, ["Energy"])), starter.campaign, starter.texts("en"),
                   NOW, KEYS)  # fmt: skip
    assert isinstance(said, Communication)
    return said


def shape(markup: bytes | str) -> list[str]:
    """Return the elements of a page with the names of their attributes, and nothing of its text."""
    text = markup.decode("utf-8") if isinstance(markup, bytes) else markup
    return [
        f"{node.tag}{sorted(node.keys())}"
        for node in html.document_fromstring(text).iter()
        if node.tag is not html.etree.Comment
    ]


@dataclass(frozen=True)
class Seen:
    """What a browser made of a page: its text, and all that a page of ours must not do."""

    text: str
    title: str
    address: str
    links: tuple[str, ...]
    intruders: int
    happened: list[str]


def visit(browser: Any, page: Path) -> Seen:
    """Open a page as a reader does, and note whatever happens besides showing it."""
    happened: list[str] = []
    context = browser.new_context()
    tab = context.new_page()
    tab.on("dialog", lambda dialog: (happened.append(f"dialog {dialog.message}"), dialog.dismiss()))
    tab.on("request", lambda request: happened.append(request.url))
    tab.on("pageerror", lambda error: happened.append(str(error)))
    tab.on("console", lambda message: happened.append(message.text) if message.type == "error" else None)
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    tab.mouse.move(200, 200)
    tab.wait_for_timeout(50)
    seen = Seen(
        text=bare(tab.evaluate("document.body.textContent")),
        title=tab.title(),
        address=tab.url,
        links=tuple(tab.evaluate("[...document.links].map((link) => link.getAttribute('href'))")),
        intruders=tab.evaluate(f"document.querySelectorAll(`{INTRUDERS}`).length"),
        happened=[one for one in happened if one != page.as_uri() and not one.startswith("data:")],
    )
    context.close()
    return seen


def test_the_public_list_is_used() -> None:
    if not BLNS.is_file():
        pytest.skip("the big list of naughty strings is not here: set BILLCAST_FIXTURES")
    assert len(STRINGS) > 500


@pytest.mark.slow
def test_every_customer_is_done_or_set_aside_with_a_reason(made: list[RenderResult]) -> None:
    assert len(done(made)) >= len(CHUNKS) - 1


@pytest.mark.slow
def test_names_stand_as_text_in_e_mail_storyboard_captions_and_transcript(starter: TemplateSet) -> None:
    voice = Narration(voice="silent")
    plain_board, _ = storyboard_of(starter, said_to(starter, "Ada"))
    page = {"page_url": "https://bills.northlight.example/x/index.html", "preview_url": ""}
    plain_mail = shape(starter.render("message/email.html.j2", said_to(starter, "Ada"), **page).text)
    for given in STRINGS:
        said = said_to(starter, given)
        name = said.customer.first_name.text
        assert bare(name) == bare(harmless(given.strip())), given
        mail = starter.render("message/email.html.j2", said, **page).text
        assert shape(mail) == plain_mail, given
        assert bare(said.greeting.text) in bare(html.document_fromstring(mail).text_content()), given
        plain = html_entities.unescape(starter.render("message/email.txt.j2", said, **page).text)
        assert plain.splitlines()[0] == f"{said.greeting.text},", given
        board, _ = storyboard_of(starter, said)
        assert [scene.id for scene in board.scenes] == [scene.id for scene in plain_board.scenes], given
        assert [len(s.elements) for s in board.scenes] == [len(s.elements) for s in plain_board.scenes], given
        hello = " ".join(str(getattr(element, "text", "")) for element in board.scenes[0].elements)
        assert bare(said.greeting.text) in bare(hello), given
        timeline = lay_timeline(board, said.script, speak_all(said.script, "en", voice), 25)
        assert bare(said.greeting.text) in bare(transcript(timeline)), given
        vtt = captions_vtt(cues(timeline.spoken))
        assert vtt.count("-->") == vtt.count("\n\n"), given
        assert "<" not in vtt, given
        captions = [line for cue in vtt.split("\n\n")[1:] for line in cue.splitlines()[2:]]
        assert bare(said.greeting.text) in bare(html_entities.unescape(" ".join(captions))), given


@pytest.mark.slow
def test_labels_names_and_addresses_stand_as_text_in_the_pdf(made: list[RenderResult]) -> None:
    compared = 0
    for result, said, files in done(made):
        text = normalised(pdf_text(files["bill.pdf"]))
        for fact in (*(row.label for row in said.bill.rows), *said.customer.address):
            if _PLAIN.fullmatch(fact.text):
                assert normalised(fact.text) in text, (result.outcome.key, fact.text)
                compared += 1
        document = pypdfium2.PdfDocument(files["bill.pdf"])
        assert pypdfium2.raw.FPDFDoc_GetJavaScriptActionCount(document) == 0
        for page in document:
            assert all(target.startswith(OWN_HOSTS) for target in link_targets(document, page))
        document.close()
    assert compared > 60


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("name", ["index.html", "email.html"])
def test_a_browser_shows_text_and_does_nothing_else(
    browser: Any, made: list[RenderResult], tmp_path: Path, name: str
) -> None:
    for result, said, files in done(made):
        page = tmp_path / f"{result.outcome.key}.html"
        page.write_bytes(files[name])
        seen = visit(browser, page)
        assert seen.happened == []
        assert (seen.intruders, seen.address) == (0, page.as_uri())
        assert seen.title != "owned"
        assert all(link.startswith(OWN_HOSTS) for link in seen.links), seen.links
        facts = [said.customer.first_name]
        if name == "index.html":
            facts += [row.label for row in said.bill.rows]
        for fact in facts:
            assert bare(fact.text) in seen.text, (result.outcome.key, fact.text)
