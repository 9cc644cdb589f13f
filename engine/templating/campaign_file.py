"""Reading campaign.toml: one flat table of keys, then [brand], [supplier], [payment] and so on."""

from __future__ import annotations

import re
import tomllib
import typing
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.errors import CampaignError, nearest
from engine.model.campaign import Campaign

FILE_NAME = "campaign.toml"


def load_campaign(folder: Path | str) -> Campaign:
    """Return the campaign of `folder`, checked, with every file that it names in place.

    Decimal numbers are read exactly. Raises `CampaignError` (C101-C105) with file, line and key.
    """
    root = Path(folder)
    path = root / FILE_NAME
    try:
        source = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CampaignError(
            "C101",
            f"can't be read: {error.strerror if isinstance(error, OSError) else 'it is not UTF-8'}",
            place=str(path),
            hint="give a folder that holds campaign.toml; `billcast init DIR` makes one",
        ) from error
    try:
        raw = tomllib.loads(source, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise CampaignError("C102", str(error), place=str(path), hint="see https://toml.io for the syntax") from error
    try:
        campaign = Campaign.model_validate(raw)
    except ValidationError as error:
        raise _campaign_error(error, path, source) from error
    _check_files(campaign, root, path, source)
    return campaign


def _campaign_error(error: ValidationError, path: Path, source: str) -> CampaignError:
    """Return the first fault as a `CampaignError`; unknown keys go first, since they cause missing ones."""
    faults = sorted(error.errors(include_url=False), key=lambda fault: fault["type"] != "extra_forbidden")
    fault = faults[0]
    loc = fault["loc"]
    place = _place(path, source, loc)
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    if fault["type"] == "extra_forbidden":
        known = _known_keys(loc[:-1])
        close = nearest(str(loc[-1]), known)
        hint = f"did you mean `{close}`?" if close else f"known here: {', '.join(known)}"
        return CampaignError("C103", f"the key `{loc[-1]}` is not known{more}", place=place, hint=hint)
    if fault["type"] == "missing":
        fact, hint = f"the key `{key_path(loc)}` is missing{more}", "add it; docs/campaign.md says what it means"
    else:
        message = fault["msg"].removeprefix("Value error, ")
        close = _nearest_value(fault)
        fact = f"`{key_path(loc)}`: {message}{more}"
        hint = f"did you mean `{close}`?" if close else "docs/campaign.md says which values it takes"
    return CampaignError("C104", fact, place=place, hint=hint)


def _nearest_value(fault: ErrorDetails) -> str:
    """Return the allowed word closest to the one given; empty where any word goes, or none is close."""
    if fault["type"] not in ("literal_error", "enum"):
        return ""
    allowed = re.findall(r"'([^']*)'", str(fault.get("ctx", {}).get("expected", "")))
    return nearest(str(fault["input"]), allowed)


def key_path(loc: tuple[int | str, ...]) -> str:
    """Return a key path as in brand.fonts.text or rules[2].say."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "the file"


def _place(path: Path, source: str, loc: tuple[int | str, ...]) -> str:
    line = line_of(source, loc)
    table = key_path(loc[:-1]) if len(loc) > 1 else ""
    return f"{path}:{line}" + (f" [{table}]" if table else "") if line else f"{path} [{key_path(loc)}]"


def line_of(source: str, loc: tuple[int | str, ...]) -> int:
    """Return the line where the key `loc` is set in TOML `source`, else of its table, else 0."""
    names = [part for part in loc if isinstance(part, str)]
    wanted = next((part for part in loc if isinstance(part, int)), None)
    here: list[str] = []
    seen: dict[str, int] = {}
    best, depth = 0, 0
    for number, line in enumerate(source.splitlines(), start=1):
        header = re.match(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?", line)
        if header:
            here = header[2].split(".")
            if header[1] == "[[":
                seen[header[2]] = seen.get(header[2], -1) + 1
        elif not (key := re.match(r"\s*([\w.\-]+)\s*=", line)):
            continue
        spot = here if header else [*here, *key[1].split(".")]  # type: ignore[index]  # key matched above
        if wanted is not None and seen.get(names[0], -1) != wanted and spot[:1] == names[:1]:
            continue
        if spot == names[: len(spot)] and len(spot) > depth:
            best, depth = number, len(spot)
    return best


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the table at `loc` takes."""
    table: type[BaseModel] = Campaign
    for part in loc:
        if isinstance(part, str) and (inner := _table_of(table.model_fields[part].annotation)):
            table = inner
    return list(table.model_fields)


def _table_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in typing.get_args(annotation) if (found := _table_of(part))), None)


def _check_files(campaign: Campaign, root: Path, path: Path, source: str) -> None:
    fonts = [(("brand", "fonts", "files"), name) for name in campaign.brand.fonts.files]
    named: list[tuple[tuple[str, ...], str | None]] = [
        (("brand", "logo"), campaign.brand.logo),
        (("brand", "logo_dark"), campaign.brand.logo_dark),
        *fonts,
        (("video", "music"), campaign.video.music),
        (("evidence", "trust"), campaign.evidence.trust),
    ]
    for loc, name in named:
        if name is None:
            continue
        place = _place(path, source, loc)
        target = (root / name).resolve()
        if not target.is_relative_to(root.resolve()):
            raise CampaignError("C105", f"`{name}` lies outside of the campaign folder", place=place,
                                hint="copy the file into the campaign folder")  # fmt: skip
        if not target.is_file():
            raise CampaignError("C105", f"the file `{name}` is not there", place=place,
                                hint="add the file, or mend its name; names are relative to campaign.toml")  # fmt: skip
