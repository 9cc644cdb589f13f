"""The one strict Jinja environment, template sets, texts, and the linter."""

from __future__ import annotations

from engine.templating.campaign_file import load_campaign
from engine.templating.template_set import TemplateSet
from engine.templating.texts import Catalog

__all__ = ["Catalog", "TemplateSet", "load_campaign"]
