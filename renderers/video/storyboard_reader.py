"""The words of a storyboard file, and how its attributes are read: each error names scene and element."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from lxml import etree

from engine.errors import RenderError, nearest
from engine.model.communication import ChartGeometry, QrCode
from renderers.video.storyboard import Slot, TextStyle

T = TypeVar("T")
SHOWN_IN: Final = ("film", "mail", "both")

COLOURS: Final = (
    "on", "soft", "ink", "paper", "white", "primary", "accent", "positive", "caution", "muted", "hairline", "wash",
    "energy", "network", "taxes", "fixed", "one_off", "adjustment",
)  # fmt: skip
_SHOWN: Final = ("when", "unless")
_PLACED: Final = (
    *_SHOWN, "slot", "align", "valign", "enter", "seconds", "wait_s", "with", "ease", "emphasis", "at_s", "in", "id",
)  # fmt: skip
ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "storyboard": ("poster",),
    "style": ("name", "size", "floor", "weight", "lines", "leading", "colour", "fit", "figures", "fill", "tall_size"),
    "slot": ("name", "wide", "tall", "square"),
    "scene": (*_SHOWN, "id", "title", "ground", "min_s", "seconds", "narration", "in"),
    "flow": (*_SHOWN, "slot", "gap", "valign", "in"),
    "text": (*_PLACED, "style"),
    "counter": (*_PLACED, "style"),
    "button": (*_PLACED, "style", "fill"),
    "chart": (*_PLACED, "ref", "label", "axis", "tall"),
    "list": (*_PLACED, "label", "amount", "columns", "tall_columns"),
    "row": (*_SHOWN, "swatch", "amount"),
    "qr": _PLACED,
    "image": (*_PLACED, "src", "height", "tint", "alt"),
    "icon": (*_PLACED, "name", "height", "tint", "alt"),
    "panel": (*_PLACED, "fill", "radius"),
    "clip": (
        *(*_SHOWN, "id", "slot", "align", "valign", "src", "start_s", "seconds", "wait_s", "fit", "zoom", "dim"),
        *("fade_in_s", "fade_out_s", "radius", "alt"),
    ),
}
CHILDREN: Final[Mapping[str, tuple[str, ...]]] = {
    "storyboard": ("style", "slot", "scene"),
    "scene": ("flow", "text", "counter", "button", "chart", "list", "qr", "image", "icon", "panel", "clip"),
    "flow": ("text", "counter", "button", "image", "icon"),
    "list": ("row",),
}


@dataclass(frozen=True, slots=True)
class Sources:
    """What a storyboard may refer to: charts by id, the payment's QR symbol, and the campaign's rules by id.

    `rules` says of each rule whether it spoke for this customer.
    """

    charts: Mapping[str, ChartGeometry]
    qr: QrCode | None = None
    rules: Mapping[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Reader:
    """The state of one reading: where we are, and the names met so far."""

    name: str
    sources: Sources
    styles: dict[str, TextStyle] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    place: str = ""

    def error(self, code: str, fact: str, hint: str = "") -> RenderError:
        """Return an error at the place of the reading."""
        return RenderError(code, fact, place=f"{self.name} {self.place}".strip(), hint=hint)

    def check(self, node: etree._Element) -> None:
        """Raise `RenderError` (R402) for an attribute or a child that `node` can't have."""
        tag = str(node.tag)
        known = ATTRIBUTES[tag]
        for attribute in map(str, node.attrib):
            if attribute not in known:
                raise self.error("R402", f"`{tag}` has no attribute `{attribute}`", _meant(attribute, known))
        for child in node:
            if str(child.tag) not in CHILDREN.get(tag, ()):
                hint = _meant(str(child.tag), CHILDREN.get(tag, ()))
                raise self.error("R402", f"`{child.tag}` can't stand in `{tag}`", hint)

    def need(self, node: etree._Element, attribute: str) -> str:
        """Return an attribute that must be there. Raises `RenderError` (R403)."""
        value = node.get(attribute)
        if not value:
            raise self.error("R403", f"`{node.tag}` needs the attribute `{attribute}`")
        return value

    def number(self, node: etree._Element, attribute: str, default: float, low: float, high: float) -> float:
        """Return a number from `low` to `high`, or the default. Raises `RenderError` (R403)."""
        raw = node.get(attribute)
        if raw is None:
            return default
        try:
            value = float(raw)
        except ValueError:
            raise self.error("R403", f"`{attribute}` is not a number") from None
        if not low <= value <= high:
            raise self.error("R403", f"`{attribute}` must be from {low:g} to {high:g}")
        return value

    def choice(self, node: etree._Element, attribute: str, default: str, known: Collection[str]) -> str:
        """Return one of the known words, or the default. Raises `RenderError` (R403)."""
        value = node.get(attribute)
        if value is None or value == default:
            return default
        if value not in known:
            raise self.error("R403", f"`{attribute}` can't be `{value}`", _meant(value, known))
        return value

    def named(self, what: str, name: str, known: Mapping[str, T]) -> T:
        """Return what bears a name. Raises `RenderError` (R404)."""
        if name not in known:
            raise self.error("R404", f"there is no {what} `{name}`", _meant(name, known))
        return known[name]

    def style(self, node: etree._Element, attribute: str) -> TextStyle:
        """Return the style that an attribute names. Raises `RenderError` (R403, R404)."""
        return self.named("style", self.need(node, attribute), self.styles)

    def is_shown(self, node: etree._Element) -> bool:
        """Return whether all rules of `when` spoke, and none of `unless`. Raises `RenderError` (R404)."""
        wanted = [self.named("rule", name, self.sources.rules) for name in node.get("when", "").split()]
        barred = [self.named("rule", name, self.sources.rules) for name in node.get("unless", "").split()]
        return all(wanted) and not any(barred)


def _meant(word: str, known: Iterable[str]) -> str:
    close = nearest(word, known)
    return f"did you mean `{close}`?" if close else f"known: {', '.join(known)}"
