"""Billcast: one typed record per customer becomes a bill video, a microsite, a PDF and messages.

The names below load what they need when they are first used: importing `engine` alone loads no
renderer, no object storage client, nothing heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.api import RenderResult, RunReport, load_campaign, render_one, resume_cycle, run_cycle
    from engine.model.campaign import Campaign
    from engine.model.customer import Customer

__all__ = [
    "Campaign",
    "Customer",
    "RenderResult",
    "RunReport",
    "load_campaign",
    "render_one",
    "resume_cycle",
    "run_cycle",
]

_WHERE = {
    "Campaign": "engine.model.campaign",
    "Customer": "engine.model.customer",
    "RenderResult": "engine.api",
    "RunReport": "engine.api",
    "load_campaign": "engine.api",
    "render_one": "engine.api",
    "resume_cycle": "engine.api",
    "run_cycle": "engine.api",
}


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in _WHERE:
        raise AttributeError(f"module 'engine' has no attribute '{name}'")
    import importlib

    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
