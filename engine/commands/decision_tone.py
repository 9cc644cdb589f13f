"""The tone that a message is going to have: the policy's, else what compose will choose for the bill."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from engine.batch.record_path import locale_of
from engine.compose.case import Case
from engine.compose.tone import tone_of
from engine.model.customer import Customer
from engine.model.outreach import Action, Outreach
from engine.payment.keyring import Keyring
from engine.templating.template_set import TemplateSet

_NO_SECRET = Keyring.from_secret(bytes(32))  # nothing is signed here


class Tones:
    """Tells the tone of decided messages; opens the template set of `folder` once."""

    def __init__(self, folder: Path) -> None:
        self._templates = TemplateSet(folder)

    def told(self, outreach: Outreach, customer: Customer, now: datetime) -> Outreach:
        """Return the decision with the tone of its message: as compose says it, which softens but never hardens."""
        bill = customer.subject_bill
        if outreach.action is not Action.SEND or bill is None:
            return outreach
        campaign = self._templates.campaign
        texts = self._templates.texts(locale_of(customer, campaign))
        case = Case.of(customer, bill, campaign, texts, now, _NO_SECRET, is_said=False, outreach=outreach)
        return replace(outreach, tone=tone_of(case)[0])
