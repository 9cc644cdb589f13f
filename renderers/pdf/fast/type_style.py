"""The style of a run of text, as the fill knows it, from a style that WeasyPrint computed."""

from __future__ import annotations

from typing import Any

from weasyprint.css import InitialStyle
from weasyprint.text.fonts import font_features

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import FontChoice, TypeStyle, Unfillable

_UNITS = 1024
_MAX_CHANNEL = 1.0
# Their initial values are those of borders that are drawn.
_NO_BORDERS = dict.fromkeys(
    (*(f"border_{side}_width" for side in ("top", "right", "bottom", "left")), "outline_width"), 0
)


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
    if style["word_break"] != "normal":
        raise Unfillable("words may break at any letter")
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
        _choice(style),
    )
    if found not in fonts.styles:
        fonts.styles[found] = PlainStyle.of(found, style.font_config)
    return found


def meet(style: TypeStyle, fonts: FontSet, font_config: Any) -> str:
    """Make a style known to `fonts` that was read elsewhere; return the digest of the font file it gets here.

    "" where that font has another name than the style says. Raises `Unfillable` where none is found.
    """
    plain = fonts.styles.get(style) or PlainStyle.of(style, font_config)
    face = fonts.face(plain)
    if face.name != style.font:
        return ""
    fonts.styles.setdefault(style, plain)
    return face.digest


class PlainStyle(InitialStyle):  # type: ignore[misc]  # WeasyPrint ships no types
    """What Pango and the line breaker take as a computed style, made of a `TypeStyle` and of nothing else."""

    @classmethod
    def of(cls, style: TypeStyle, font_config: Any) -> PlainStyle:
        """Return the style of a run of text, with the fonts of `font_config`."""
        made = cls(font_config)
        choice = style.choice
        made.update(_NO_BORDERS)
        made.update({
            "font_family": choice.families, "font_style": choice.style, "font_weight": choice.weight,
            "font_stretch": choice.stretch, "font_variation_settings": choice.variations or "normal",
            "font_size": style.size, "font_kerning": "auto", "font_feature_settings": style.features or "normal",
            "letter_spacing": style.letter_spacing or "normal", "lang": style.language or None,
        })  # fmt: skip
        return made

    def copy(self) -> PlainStyle:
        """Return a copy with the same fonts."""
        made = PlainStyle(self.font_config)
        made.update(self)
        return made


def _choice(style: Any) -> FontChoice:
    variations = style["font_variation_settings"]
    return FontChoice(
        tuple(map(str, style["font_family"])), str(style["font_style"]), int(style["font_weight"]),
        str(style["font_stretch"]), () if variations == "normal" else tuple(variations),
    )  # fmt: skip


def _colour(colour: Any) -> tuple[float, float, float]:
    if colour.alpha != 1:
        raise Unfillable("text is transparent")
    if colour.space not in ("srgb", "hsl", "hwb"):
        raise Unfillable("a colour is not sRGB")
    red, green, blue = (min(max(float(value), 0.0), _MAX_CHANNEL) for value in colour.to("srgb").coordinates)
    return red, green, blue
