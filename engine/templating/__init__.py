"""The one strict Jinja environment, template sets, texts, and the linter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.templating.campaign_file import load_campaign

if TYPE_CHECKING:
    from engine.templating.template_set import TemplateSet
    from engine.templating.texts import Catalog

__all__ = ["Catalog", "TemplateSet", "load_campaign"]


def __getattr__(name: str) -> object:
    """Load template sets when they are first asked for: who reads a campaign needs no Jinja."""
    if name == "TemplateSet":
        from engine.templating.template_set import TemplateSet

        return TemplateSet
    if name == "Catalog":
        from engine.templating.texts import Catalog

        return Catalog
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
