"""The starter set's templates in the real environment, with a campaign made by hand.

Renderer tests stay free of campaign.toml this way, and may replace single templates or options.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from engine.model.campaign import Brand, Campaign, PaymentOptions, Publication, Supplier
from engine.resources import resource_dir
from engine.templating.template_set import TemplateSet

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#0B5E66"/></svg>'
HOSTS = ("pay.northlight.example", "disputes.northlight.example", "compare.northlight.example")


def make_campaign(**changes: Any) -> Campaign:
    """Return Northlight Energy's campaign in English, with options replaced."""
    options: dict[str, Any] = {
        "name": "Bill explainer",
        "cycle": "2026-10",
        "brand": Brand(name="Northlight Energy"),
        "supplier": Supplier(
            legal_name="Northlight Energy S.p.A.",
            address="Via Roma 1, 20121 Milano",
            phone="800 000 111",
            email="help@northlight.example",
            website="https://northlight.example",
            help_url="https://northlight.example/help",
        ),
        "payment": PaymentOptions(base_url="https://pay.northlight.example/p", allowed_hosts=HOSTS),
        "publication": Publication(base_url="https://bills.northlight.example"),
    }
    return Campaign(**{**options, **changes})


class FakeTemplates(TemplateSet):
    """A copy of the starter set under `root`. `overrides` replaces templates by name, `changes` options."""

    def __init__(self, root: Path, overrides: dict[str, str] | None = None, **changes: Any) -> None:
        shutil.copytree(resource_dir("templates") / "bill-explainer", root, dirs_exist_ok=True)
        for name, text in (overrides or {}).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        super().__init__(root, make_campaign(**changes))

    @property
    def campaign(self) -> Any:
        return self._campaign

    @campaign.setter
    def campaign(self, campaign: Any) -> None:
        self._campaign = campaign
