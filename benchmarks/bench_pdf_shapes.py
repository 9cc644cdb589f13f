"""How often the fast PDF fill makes its parts: what customers share, section by section and not.

Customers of `samples/make_cycle.py` are filled one after another, all locales, by the fillers that one worker
would have. Counted are the documents whose shape (all that decides how the template runs) was not met before,
and what was made for them.

    python benchmarks/bench_pdf_shapes.py [--count 3000] [--seed 3] [--messy]

The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

import make_cycle

from engine.compose import Suppressed, compose
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet
from renderers.pdf.fast import setting
from renderers.pdf.fast.fill import Filler
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.reference import Reference
from renderers.pdf.workshop import Workshop

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
# methods of a filler that make something to be kept, and what it is called here
MAKERS = {"_section": "sections", "_shape": "documents"}


class Counting:
    """The fillers of a template set, with counts of what they make."""

    def __init__(self) -> None:
        self.templates = TemplateSet(ROOT / "templates" / "bill-explainer")
        self.keys = Keyring.from_secret(bytes(range(32)))
        self.made: Counter[str] = Counter()
        self.shapes: set[Any] = set()
        self.reasons: Counter[str] = Counter()
        self.fillers: dict[str, Filler] = {}
        self.workshop = Workshop(self.templates.root)  # what locales share, as in a worker
        store = self.workshop.parts
        store.put = self._counted(store.put, "parts")  # type: ignore[method-assign]
        setting.plan_section = self._counted(setting.plan_section, "plans")

    def filler(self, locale: str) -> Filler:
        """Return the filler of a locale."""
        if locale not in self.fillers:
            found = self.fillers[locale] = Filler(
                self.templates, locale, Reference(self.templates, workshop=self.workshop)
            )
            for name, thing in MAKERS.items():
                setattr(found, name, self._counted(getattr(found, name), thing))
        return self.fillers[locale]

    def _counted(self, make: Callable[..., Any], thing: str) -> Callable[..., Any]:
        def counting(*args: Any) -> Any:
            self.made[thing] += 1
            return make(*args)

        return counting

    def add(self, row: dict[str, Any]) -> None:
        """Fill one customer's bill."""
        customer = Customer.model_validate(row)
        locale = customer.locale if customer.locale in self.templates.campaign.locales else "en"
        said = compose(customer, self.templates.campaign, self.templates.texts(locale), NOW, self.keys)
        if isinstance(said, Suppressed):
            self.made["silent"] += 1
            return
        filler = self.filler(locale)
        signatures, _ = filler._flattener.by_root(said)  # noqa: SLF001 - what is counted is private
        self.shapes.add((locale, tuple(signatures)))
        self.made["bills"] += 1
        try:
            filler.fill(said, NOW.isoformat())
        except Unfillable as reason:
            self.reasons[str(reason)] += 1

    def told(self) -> dict[str, Any]:
        """Return all counts."""
        specimens = [filler._specimens for filler in self.fillers.values()]  # noqa: SLF001
        known = [one for one in specimens if one is not None]
        return {
            "benchmark": "pdf_shapes",
            "bills": self.made["bills"],
            "silent": self.made["silent"],
            "locales": len(self.fillers),
            "shapes": len(self.shapes),
            "sections_made": self.made["sections"],
            "plans_made": self.made["plans"],
            "parts_and_rows": self.made["parts"],
            "laid_out_by_weasyprint": sum(one.laid_out for one in known),
            "fallbacks": dict(self.reasons),
        }


def main() -> None:
    """Fill and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=3000, help="how many customers")
    parser.add_argument("--seed", type=int, default=3, help="which customers")
    parser.add_argument("--messy", action="store_true", help="very long names, rare glyphs, 1 to 40 charge lines")
    asked = parser.parse_args()
    counting = Counting()
    for row in islice(make_cycle.customers(asked.seed, messy=asked.messy), asked.count):
        counting.add(row)
    told = counting.told()
    for name, count in told.items():
        print(f"{name:24} {count}")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
