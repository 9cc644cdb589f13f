"""The channel `message`: four texts of one communication, each checked for what it must say."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from engine.contracts import Compiled, FillContext, Filled, LayoutClass, Scope, Templates
from engine.errors import ProofError, RenderError
from engine.model.artifact import EMAIL_PREVIEW, Artifact
from engine.model.communication import Communication

SMS_CHARACTERS = 160  # without the link; a longer text is sent, and paid for, in parts (3GPP TS 23.040)


@dataclass(frozen=True, slots=True)
class _Form:
    """One of the texts: its file, and whether it shows the amount and leads to the payment."""

    name: str
    media_type: str
    is_full: bool

    @property
    def template(self) -> str:
        return f"message/{self.name}.j2"


FORMS = (
    _Form("email.html", "text/html; charset=utf-8", is_full=True),
    _Form("email.txt", "text/plain; charset=utf-8", is_full=True),
    _Form("sms.txt", "text/plain; charset=utf-8", is_full=False),
    _Form("push.txt", "text/plain; charset=utf-8", is_full=False),
)


class MessageChannel:
    """Makes email.html, email.txt, sms.txt and push.txt (title, body, link: a line each)."""

    name = "message"

    def classify(self, communication: Communication) -> LayoutClass:
        """Return the one class there is: text flows."""
        del communication
        return LayoutClass(self.name, "text")

    def compile(self, templates: Templates, locale: str, layout_class: LayoutClass, scope: Scope) -> Compiled:
        """Return the template set; its environment keeps compiled templates."""
        del scope
        return Compiled(layout_class, locale, templates)

    def fill(self, compiled: Compiled, communication: Communication, context: FillContext) -> Filled:
        """Return the four texts. Raises `RenderError` (R301), `ProofError` (R302) or `TemplateError`."""
        del context
        templates: Templates = compiled.payload
        campaign = templates.campaign
        page_url = campaign.publication.page_url(communication.cycle, communication.token)
        preview_url = ""
        if campaign.has_email_preview:
            preview_url = campaign.publication.file_url(communication.cycle, communication.token, EMAIL_PREVIEW)
        artifacts = tuple(_make(form, templates, communication, page_url, preview_url) for form in FORMS)
        return Filled(artifacts, path="reference")


def _make(form: _Form, templates: Templates, communication: Communication, page_url: str, preview_url: str) -> Artifact:
    template = _template(form, templates, communication)
    rendered = templates.render(template, communication, page_url=page_url, preview_url=preview_url)
    is_html = form.name.endswith(".html")
    text = rendered.text.lstrip() if is_html else _tidy(html.unescape(rendered.text))  # all templates escape
    if form.name == "sms.txt" and len(text.replace(page_url, "").strip()) > SMS_CHARACTERS:
        raise RenderError("R301", f"the short message is longer than {SMS_CHARACTERS} characters without its link",
                          place=template, hint="shorten message.short in the texts")  # fmt: skip
    _check(form, template, communication, html.unescape(text) if is_html else text, page_url)
    return Artifact(MessageChannel.name, form.name, form.media_type, text.encode(), rendered.shown)


def _template(form: _Form, templates: Templates, communication: Communication) -> str:
    """Return the form of the variant that the decision's stage names, where the set has it, else the usual one."""
    outreach = communication.decision.outreach
    if outreach is not None and outreach.template:
        own = f"message/{outreach.template}/{form.name}.j2"
        if (templates.root / own).is_file():
            return own
    return form.template


def _check(form: _Form, template: str, communication: Communication, text: str, page_url: str) -> None:
    """Raise R302 unless the text leads to the page and, where it is a full one, says what is to be paid."""
    wanted = {"page_url": page_url}
    if form.is_full:
        wanted["bill.amount_due"] = communication.bill.amount_due.text
        wanted["bill.number"] = communication.bill.number.text
        if communication.payment:
            wanted["payment.url"] = communication.payment.url
    for what, value in wanted.items():
        if value not in text:
            raise ProofError("R302", "the text does not show it", place=f"{template} {what}",
                              hint=f"print {{{{ {what} }}}}")  # fmt: skip


def _tidy(text: str) -> str:
    """Return plain text without spaces at line ends, at most one empty line in a row, one newline at the end."""
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
