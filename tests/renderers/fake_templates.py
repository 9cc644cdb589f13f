"""A template set without campaign.toml and catalogues: the starter set's templates, the default brand.

It keeps the environment's promises that renderers rely on: strict, sandboxed, escaping, facts noted.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from engine.contracts import Rendered
from engine.model.campaign import Brand, Publication
from engine.model.communication import Communication, Fact, Text, TextBlock
from engine.resources import resource_dir
from engine.templating.svg import FILTERS

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#0B5E66"/></svg>'


def _mixed(colour: str, other: str, share: float) -> Markup:
    """Return `colour` with a share of `other` in it."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return Markup("#" + "".join(f"{round(a * (1 - share) + b * share):02X}" for a, b in pairs))


def brand_tokens(brand: Brand) -> SimpleNamespace:
    plain = ("ink", "paper", "primary", "accent", "positive", "caution")
    return SimpleNamespace(
        **{name: Markup(getattr(brand, name)) for name in plain},
        categories={name: Markup(colour) for name, colour in brand.categories.model_dump().items()},
        muted=_mixed(brand.ink, brand.paper, 0.6),
        muted_ink=_mixed(brand.ink, "#FFFFFF", 0.35),
        rule=_mixed(brand.ink, brand.paper, 0.84),
        outline=_mixed(brand.ink, "#FFFFFF", 0.6),
        tint=_mixed(brand.primary, brand.paper, 0.9),
        bar=_mixed(brand.primary, brand.categories.network, 0.25),
        ground=Markup("#FFFFFF"),
        on_accent=Markup("#FFFFFF"),
        radius_px=Markup(brand.radius_px),
        font_text=Markup("Inter, Noto Sans"),
    )


def said(message: str, **values: Fact) -> Text | TextBlock:
    """Return an untranslated message, with facts in its {places} where some are given."""
    if not values:
        return Text(message)
    parts = [values[part[1:-1]] if part[:1] == "{" else Text(part) for part in re.split(r"({\w+})", message)]
    return TextBlock("said", tuple(parts))


class FakeTemplates:
    """Implements `engine.contracts.Templates`. `overrides` replaces templates by name."""

    def __init__(self, root: Path, overrides: dict[str, str] | None = None) -> None:
        self.root = root
        (root / "brand").mkdir(parents=True, exist_ok=True)
        (root / "brand" / "logo.svg").write_text(LOGO)
        self.campaign: Any = SimpleNamespace(
            brand=Brand(name="Northlight Energy"),
            publication=Publication(base_url="https://bills.northlight.example"),
        )
        self._shown: list[str] = []
        folder = jinja2.FileSystemLoader(resource_dir("templates") / "bill-explainer")
        self._environment = ImmutableSandboxedEnvironment(
            loader=jinja2.ChoiceLoader([jinja2.DictLoader(overrides or {}), folder]),
            undefined=jinja2.StrictUndefined, autoescape=True, finalize=self._finalize,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters.update(FILTERS)
        self._environment.filters["url"] = self._environment.filters["token"] = lambda value: Markup(escape(str(value)))

    def texts(self, locale: str) -> Any:
        raise NotImplementedError(locale)

    def render(self, name: str, communication: Communication, **extra: object) -> Rendered:
        self._shown = []
        views = {field.name: getattr(communication, field.name) for field in dataclasses.fields(communication)}
        brand = brand_tokens(self.campaign.brand)
        template = self._environment.get_template(name)
        text = template.render(**views, brand=brand, campaign=self.campaign, _=said, **extra)
        return Rendered(text, tuple(dict.fromkeys(self._shown)))

    def _finalize(self, value: Any) -> Any:
        if isinstance(value, Fact):
            self._shown.append(value.id)
            return value.text
        if isinstance(value, TextBlock):
            self._shown.extend(part.id for part in value.parts if isinstance(part, Fact))
            return value.text
        if isinstance(value, (Text, Markup, jinja2.Undefined)):
            return value
        raise TypeError(f"a bare {type(value).__name__} in a template")
