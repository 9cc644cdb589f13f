"""What a bill must show by law, and what is missing of it.

Source: Directive (EU) 2019/944, Annex I (electricity); gas alike by Directive (EU) 2024/1788.
"""

from __future__ import annotations

from engine.compose.case import Case
from engine.compose.kept import kept
from engine.contracts import Texts
from engine.model.campaign import Campaign
from engine.model.communication import LegalRow, Text
from engine.model.consumption import Commodity

ITEMS = (
    "complaints", "dispute_body", "contact_point", "comparison_tool", "switching", "energy_sources", "company",
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
    missing = [name for name in ITEMS if getattr(case.campaign.legal, name) is None]
    if not any(point.commodity in _ENERGY for point in case.customer.supply_points):
        return tuple(name for name in missing if name in ("complaints", "company"))
    given = {
        "due_on": case.bill.due_on is not None or case.outstanding <= 0,
        "supply_point": bool(case.customer.supply_points),
        "tariff": all(point.tariff for point in case.customer.supply_points),
        "contract_end": all(point.contract_end for point in case.customer.supply_points),
        "meter_reading": any(consumption.readings for consumption in case.customer.consumption),
        "use_in_period": any(usage.quantity is not None for usage in case.usages),
        "use_year_before": any(usage.year_before is not None for usage in case.usages),
    }
    return (*missing, *(name for name, is_given in given.items() if not is_given))


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
