"""Colours derived from the brand, for light and for dark ground, and their contrast.

Contrast is WCAG 2.2's ratio of relative luminances (1 to 21). Colours are #RRGGBB.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.campaign import Brand

WHITE = "#FFFFFF"
TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
CATEGORY_NAMES = ("energy", "network", "taxes", "fixed", "one_off", "adjustment")


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour that a template may use on one ground."""

    ink: str
    paper: str
    ground: str  # cards, slips: the page's lightest (or, dark, its raised) ground
    primary: str
    on_primary: str
    accent: str
    on_accent: str
    positive: str
    caution: str
    muted: str  # marks without a role
    muted_ink: str  # quiet text
    rule: str  # hairlines; decoration
    outline: str  # outlined marks
    tint: str  # a breath of the primary
    bar: str  # plain bars
    categories: dict[str, str]


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(colour: str, other: str, share: float) -> str:
    """Return `colour` with a share (0 to 1) of `other` in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02X}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1. Source: WCAG 2.2, definition of relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def readable_on(ground: str, ink: str) -> str:
    """Return white or the brand's ink, whichever reads better on `ground`."""
    return WHITE if contrast(WHITE, ground) >= contrast(ink, ground) else ink


def light(brand: Brand) -> Palette:
    """Return the brand's colours on its paper."""
    return Palette(
        ink=brand.ink,
        paper=brand.paper,
        ground=WHITE,
        primary=brand.primary,
        on_primary=readable_on(brand.primary, brand.ink),
        accent=brand.accent,
        on_accent=readable_on(brand.accent, brand.ink),
        positive=brand.positive,
        caution=brand.caution,
        muted=mixed(brand.ink, brand.paper, 0.5),
        muted_ink=mixed(brand.ink, WHITE, 0.35),
        rule=mixed(brand.ink, brand.paper, 0.84),
        outline=mixed(brand.ink, WHITE, 0.45),
        tint=mixed(brand.primary, brand.paper, 0.9),
        bar=mixed(brand.primary, brand.categories.network, 0.25),
        categories=brand.categories.model_dump(),
    )


def dark(brand: Brand) -> Palette:
    """Return the brand's colours on dark ground: lifted towards white until they read.

    Hues stay; only lightness moves, so a category keeps its name in both modes.
    """
    paper = mixed(brand.ink, "#000000", 0.35)
    ground = mixed(paper, WHITE, 0.07)
    ink = mixed(brand.paper, brand.ink, 0.06)
    primary = lifted(brand.primary, ground, TEXT_CONTRAST)
    accent = lifted(brand.accent, ground, MARK_CONTRAST)
    categories = {name: lifted(value, ground, MARK_CONTRAST) for name, value in brand.categories.model_dump().items()}
    return Palette(
        ink=ink,
        paper=paper,
        ground=ground,
        primary=primary,
        on_primary=readable_on(primary, brand.ink),
        accent=accent,
        on_accent=readable_on(accent, brand.ink),
        positive=lifted(brand.positive, ground, TEXT_CONTRAST),
        caution=lifted(brand.caution, ground, TEXT_CONTRAST),
        muted=mixed(ink, ground, 0.5),
        muted_ink=mixed(ink, ground, 0.3),
        rule=mixed(ink, ground, 0.82),
        outline=mixed(ink, ground, 0.45),
        tint=mixed(ground, primary, 0.14),
        bar=lifted(mixed(brand.primary, brand.categories.network, 0.25), ground, MARK_CONTRAST),
        categories=categories,
    )


def lifted(colour: str, ground: str, ratio: float) -> str:
    """Return `colour` lightened in steps of 4 % until its contrast on `ground` is at least `ratio`."""
    for step in range(26):
        candidate = mixed(colour, WHITE, step * 0.04)
        if contrast(candidate, ground) >= ratio:
            return candidate
    return WHITE
