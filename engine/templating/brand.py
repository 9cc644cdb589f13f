"""The brand as templates see it: colours, sizes and families that are safe in CSS and attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

from markupsafe import Markup

from engine.errors import CampaignError
from engine.model.campaign import Brand, Fonts
from engine.model.communication import Text
from engine.templating.palette import Palette, dark, light

_FAMILY = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,60}")


@dataclass(frozen=True, slots=True)
class BrandColours:
    """One palette as tokens."""

    ink: Markup
    paper: Markup
    ground: Markup
    primary: Markup
    on_primary: Markup
    accent: Markup
    on_accent: Markup
    positive: Markup
    caution: Markup
    muted: Markup
    muted_ink: Markup
    rule: Markup
    outline: Markup
    tint: Markup
    bar: Markup
    categories: dict[str, Markup]


@dataclass(frozen=True, slots=True)
class BrandTokens(BrandColours):
    """What `brand` is in a template: the light palette, `brand.dark`, and the rest of the look."""

    name: Text
    dark: BrandColours
    radius_px: Markup
    font_text: Markup
    font_figures: Markup


def brand_tokens(brand: Brand) -> BrandTokens:
    """Return the tokens of `brand`. Raises `CampaignError` (C104) for a family that CSS can't name."""
    return BrandTokens(
        **_colours(light(brand)),
        name=Text(brand.name),
        dark=BrandColours(**_colours(dark(brand))),
        radius_px=Markup(brand.radius_px),  # noqa: S704  (an integer)
        font_text=_families(brand.fonts.text, brand.fonts),
        font_figures=_families(brand.fonts.figures, brand.fonts),
    )


def _colours(palette: Palette) -> dict[str, Any]:
    tokens: dict[str, Any] = {}
    for field in fields(palette):
        value = getattr(palette, field.name)
        is_table = isinstance(value, dict)
        tokens[field.name] = {k: Markup(v) for k, v in value.items()} if is_table else Markup(value)  # noqa: S704
    return tokens


def _families(first: str, fonts: Fonts) -> Markup:
    names = list(dict.fromkeys((first, *fonts.fallback)))
    for name in names:
        if not _FAMILY.fullmatch(name):
            raise CampaignError("C104", "a font family has letters, digits, blanks and - _ only",
                                place="campaign.toml [brand.fonts]", hint="write the family's plain name")  # fmt: skip
    # Single quotes only where a word starts with a digit: the list also stands inside style="...".
    quoted = (f"'{name}'" if re.search(r"\b\d", name) else name for name in names)
    return Markup(", ".join(quoted))  # noqa: S704  (matched above)
