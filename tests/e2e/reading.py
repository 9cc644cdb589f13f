"""Reads what was made as a customer's software does: PDF text, page text, amounts and dates in English."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pypdfium2
from lxml import html

from engine.model.customer import Customer
from engine.payment.keyring import Keyring

ROOT = Path(__file__).resolve().parents[2]
CAMPAIGN = ROOT / "templates" / "bill-explainer"
SAMPLES = ROOT / "samples" / "customers.jsonl"
FIXTURES = Path(os.environ.get("BILLCAST_FIXTURES", ROOT.parent / "shared" / "fixtures"))
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
NOW_TEXT = "2026-11-06T08:00:00Z"
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # 32 bytes: 0 to 31
KEYS = Keyring.from_base64(KEY)
FAST = ("pdf", "microsite", "message")
_MONEY = re.compile(r"(?:€|[A-Z]{3}\s)\s?(-?[\d,]+\.\d{2})")
_DAY = re.compile(
    r"\b(\d{1,2}) (January|February|March|April|May|June|July|August|September|October|November|December) (\d{4})\b"
)


@cache
def samples() -> dict[str, Customer]:
    """Return the sample customers by key."""
    lines = SAMPLES.read_text(encoding="utf-8").splitlines()
    customers = [Customer.model_validate(json.loads(line, parse_float=Decimal)) for line in lines]
    return {customer.key: customer for customer in customers}


def pdf_text(data: bytes) -> str:
    """Return the text of all pages, as a reader's search finds it."""
    document = pypdfium2.PdfDocument(data)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return "\n".join(page.replace("\r\n", "\n") for page in pages)


def page_text(data: bytes) -> str:
    """Return the visible text of a page, a line for each block that has text of its own."""
    body = html.document_fromstring(data.decode("utf-8")).find("body")
    for node in body.xpath("//script|//style|//template"):
        node.drop_tree()
    return "\n".join(line for text in body.itertext() if (line := " ".join(text.split())))


def amounts(text: str) -> set[Decimal]:
    """Return every amount with a currency in `text`."""
    return {Decimal(found.replace(",", "")) for found in _MONEY.findall(text.replace("\u00a0", " "))}


def days(text: str) -> set[date]:
    """Return every English date in `text`."""
    plain = " ".join(text.split())
    return {datetime.strptime(" ".join(found), "%d %B %Y").replace(tzinfo=UTC).date() for found in _DAY.findall(plain)}


def bare(text: str) -> str:
    """Return `text` without white space, for what a layout may break anywhere."""
    return "".join(text.split())
