"""The style of a run of text, as the fill knows it, from a style that WeasyPrint computed."""

from __future__ import annotations

from typing import Any

from weasyprint.text.fonts import font_features

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import TypeStyle, Unfillable

_UNITS = 1024
_MAX_CHANNEL = 1.0


def type_style(style: Any, fonts: FontSet) -> TypeStyle:
    """Return the `TypeStyle` of a computed style, known to `fonts`. Raises `Unfillable` for what isn't filled."""
    if style["text_transform"] != "none":
        raise Unfillable("text is transformed")
    if style["direction"] != "ltr":
        raise Unfillable("text runs from right to left")
    if style["word_spacing"] not in (0, "normal"):
        raise Unfillable("words are spaced")
    if style["hyphens"] == "auto":
        raise Unfillable("words are hyphenated")
    if style["font_language_override"] != "normal":
        raise Unfillable("the language of the font is overridden")
    size = int(style["font_size"] * _UNITS) / _UNITS
    if not size:
        raise Unfillable("text has no size")
    spacing = style["letter_spacing"]
    features = font_features(
        style["font_kerning"], style["font_variant_ligatures"], style["font_variant_position"],
        style["font_variant_caps"], style["font_variant_numeric"], style["font_variant_alternates"],
        style["font_variant_east_asian"], style["font_feature_settings"],
    )  # fmt: skip
    found = TypeStyle(
        fonts.face(style).name,
        size,
        0.0 if spacing == "normal" else float(spacing),
        _colour(style["color"]),
        tuple(sorted((str(tag), int(value)) for tag, value in features.items())),
        str(style["lang"] or ""),
    )
    fonts.styles.setdefault(found, style)
    return found


def _colour(colour: Any) -> tuple[float, float, float]:
    if colour.alpha != 1:
        raise Unfillable("text is transparent")
    if colour.space not in ("srgb", "hsl", "hwb"):
        raise Unfillable("a colour is not sRGB")
    red, green, blue = (min(max(float(value), 0.0), _MAX_CHANNEL) for value in colour.to("srgb").coordinates)
    return red, green, blue
