"""What a template set costs for each customer, channel by channel and scene by scene: `billcast check --input`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contracts import CostReport, Metered, SceneCost
from engine.errors import RenderError
from engine.model.communication import Communication
from engine.payment.keyring import Keyring

if TYPE_CHECKING:
    from engine.templating import TemplateSet

LOOKED_AT = 60  # records, of which those of the commonest locale are metered
_KEY = bytes(32)  # what is metered is thrown away: its links need no secret


def meter(folder: Path, inputs: Sequence[Path], customers: int, now: datetime) -> Iterator[CostReport]:
    """Yield what each channel that can be metered costs, by rendition. Raises `BillcastError`."""
    from engine.registry import load_channel
    from engine.templating import TemplateSet

    templates = TemplateSet(folder)
    channels = [load_channel(name) for name in templates.campaign.channels]
    metered = [channel for channel in channels if isinstance(channel, Metered)]
    if not metered:
        return
    said = _said(templates, inputs, customers, now)
    for channel in metered:
        for rendition in templates.campaign.video.renditions:
            yield channel.meter(templates, said, rendition)


def _said(templates: TemplateSet, inputs: Sequence[Path], customers: int, now: datetime) -> Sequence[Communication]:
    """Return what is said to the first customers of the commonest locale."""
    from engine.api import render_one
    from engine.ingest import Read, read

    keys, by_locale = Keyring.from_secret(_KEY), dict[str, list[Communication]]()
    for item in islice(read(inputs), LOOKED_AT):
        if isinstance(item, Read):
            told = render_one(item.customer, templates, keys=keys, now=now, channels=()).communication
            if told is not None:
                by_locale.setdefault(told.locale, []).append(told)
    said = max(by_locale.values(), key=len, default=[])
    if len(said) < 2:
        raise RenderError("R460", "the cost can't be told: fewer than two customers of a locale can be composed",
                          place=", ".join(map(str, inputs)), hint="give more customers")  # fmt: skip
    return said[:customers]


def lines_of(report: CostReport) -> Iterator[str]:
    """Yield a report as a table."""
    yield (
        f"{report.name}: {report.ms:.0f} ms of a core and {report.kb:.0f} kB a customer,"
        f" from {report.customers} customers in `{report.locale}`"
    )
    yield f"  {'scene':<14}{'for':<10}{'band':>10}{'frames':>8}{'ms':>8}{'kB':>8}"
    for cost in report.scenes:
        yield _line(cost, report.height_px)
    yield f"  {'words, voice':<14}{'':<10}{'':>10}{'':>8}{report.rest_ms:>8.1f}"
    if report.proofs:
        yield f"  {report.proofs} proofs of how they are made: {report.proofs_ms:.0f} ms, once a machine"


def _line(cost: SceneCost, height_px: int) -> str:
    whose = "everybody" if cost.is_shared else "each"
    band = f"{cost.band_px}/{height_px}" if cost.band_px else "-"
    line = f"  {cost.scene:<14}{whose:<10}{band:>10}{cost.frames or '-':>8}{cost.ms:>8.1f}{cost.kb:>8.1f}"
    return f"{line}  {cost.note}".rstrip()
