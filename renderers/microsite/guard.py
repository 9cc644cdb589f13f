"""Reads back what a page shows: every fact that the template printed, the link, and no outside address."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from engine.errors import ProofError
from engine.model.communication import Communication, Fact

_FETCHED = re.compile(
    r"""<(?:img|video|source|script|link|iframe|audio|object|embed)\b[^>]*?\s(?:src|href|poster)="([^"]*)\""""
)
_READ_OUT = re.compile(r'\s(?:aria-label|alt|title)="([^"]*)"')
_UNSEEN = re.compile(r"<!--.*?-->|<(script|style|template)\b.*?</\1\s*>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LOCAL = re.compile(r"^[A-Za-z0-9._-]+$")


def check_page(
    page: str, communication: Communication, facts: Mapping[str, Fact], shown: tuple[str, ...], place: str
) -> None:
    """Raise `ProofError` unless the page says what it must: R201 a fact is missing, R202 an outside address.

    `facts` are the communication's, by id; `place` is the page's template.
    """
    for address in _FETCHED.findall(page):
        if not (address.startswith("data:") or _LOCAL.match(html.unescape(address))):
            raise ProofError("R202", "the page would fetch something from elsewhere", place=place,
                              hint="pages are self-contained: use data: URIs")  # fmt: skip
    body = _UNSEEN.sub(" ", page.partition("<body")[2])  # what stands in a comment or script, nobody reads
    text = " ".join(html.unescape(_TAG.sub(" ", body)).split())
    wanted = {name: facts[name].text for name in shown if name in facts}
    wanted |= {"bill.amount_due": communication.bill.amount_due.text, "bill.number": communication.bill.number.text}
    if communication.bill.is_payable and communication.bill.due_on:
        wanted["bill.due_on"] = communication.bill.due_on.text
    read_out = " ".join(html.unescape(" ".join(_READ_OUT.findall(body))).split())
    values = {name: " ".join(value.split()) for name, value in wanted.items()}
    missing = [name for name, value in values.items() if value not in text and value not in read_out]
    if communication.payment and html.escape(communication.payment.url) not in page:
        missing.append("payment.url")
    if missing:
        raise ProofError("R201", f"the page does not show {', '.join(sorted(missing)[:5])}",
                          place=place, hint="show it in the template")  # fmt: skip
