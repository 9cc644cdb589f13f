"""What a bill must show by law, and what is missing of it.

Source: Directive (EU) 2019/944, Annex I (electricity); gas alike by Directive (EU) 2024/1788.
"""

from __future__ import annotations

from itertools import compress
from operator import not_

from engine.compose.case import Case
from engine.compose.kept import kept
from engine.contracts import Texts
from engine.model.campaign import Campaign
from engine.model.communication import LegalRow, Text
from engine.model.consumption import Commodity

ITEMS = (
    "complaints", "dispute_body", "contact_point", "comparison_tool", "switching", "energy_sources", "company",
)  # fmt: skip
_OF_RECORD = (
    "due_on", "supply_point", "tariff", "contract_end", "meter_reading", "use_in_period", "use_year_before",
)  # fmt: skip
_ENERGY = (Commodity.ELECTRICITY, Commodity.GAS)


@kept
def legal_rows(campaign: Campaign, texts: Texts) -> tuple[LegalRow, ...]:
    """Return the items that the campaign gives, in the order of `ITEMS`."""
    rows = []
    for name in ITEMS:
        item = getattr(campaign.legal, name)
        if item is not None:
            rows.append(LegalRow(name, _label(texts, name), texts.get(item.text), item.url or ""))
    return tuple(rows)


def missing_legal(case: Case) -> tuple[str, ...]:
    """Return the required items that neither the campaign nor the record gives."""
    missing, points, usages = _not_given(case.campaign, case.book.texts), case.customer.supply_points, case.usages
    # Lists in place of generators: few of each, and a generator takes longer than what it yields.
    if not any([point.commodity in _ENERGY for point in points]):  # noqa: C419
        return tuple([name for name in missing if name in ("complaints", "company")])
    given = (
        case.bill.due_on is not None or case.outstanding <= 0,
        bool(points),
        all([point.tariff for point in points]),  # noqa: C419
        all([point.contract_end for point in points]),  # noqa: C419
        any([consumption.readings for consumption in case.customer.consumption]),  # noqa: C419
        any([usage.quantity is not None for usage in usages]),  # noqa: C419
        any([usage.year_before is not None for usage in usages]),  # noqa: C419
    )
    return missing if all(given) else (*missing, *compress(_OF_RECORD, map(not_, given)))


@kept
def _not_given(campaign: Campaign, texts: Texts) -> tuple[str, ...]:
    """Return the items that the campaign does not give."""
    del texts
    return tuple([name for name in ITEMS if getattr(campaign.legal, name) is None])


def _label(texts: Texts, name: str) -> Text:
    return {
        "complaints": texts.get("Complaints"),
        "dispute_body": texts.get("Disputes"),
        "contact_point": texts.get("Single contact point"),
        "comparison_tool": texts.get("Compare offers"),
        "switching": texts.get("Switching supplier"),
        "energy_sources": texts.get("Energy sources"),
        "company": texts.get("Company"),
    }[name]
