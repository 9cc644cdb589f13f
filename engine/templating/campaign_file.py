"""Reading campaign.toml: one flat table of keys, then [brand], [supplier], [payment] and so on."""

from __future__ import annotations

from pathlib import Path

from engine.errors import BillcastError, CampaignError
from engine.model.campaign import Campaign
from engine.templating.option_file import OptionFile, place_of

FILE_NAME = "campaign.toml"
_KIND = OptionFile(
    name=FILE_NAME,
    table=Campaign,
    error=CampaignError,
    unreadable="C101",
    syntax="C102",
    unknown="C103",
    wrong="C104",
    page="docs/campaign.md",
    absent="give a folder that holds campaign.toml; `billcast init DIR` makes one",
)


def load_campaign(folder: Path | str) -> Campaign:
    """Return the campaign of `folder`, checked, with every file that it names in place.

    Decimal numbers are read exactly. Raises `CampaignError` (C101-C105) with file, line and key.
    """
    root = Path(folder)
    path = root / FILE_NAME
    campaign, source = _KIND.load(path)
    _check_files(campaign, root, path, source)
    return campaign


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
        if name is not None:
            check_file(name, root, place_of(path, source, loc))


def check_file(name: str, root: Path, place: str, *, error: type[BillcastError] = CampaignError,
               code: str = "C105") -> None:  # fmt: skip
    """Raise the error if `name` is not a file inside `root`."""
    target = (root / name).resolve()
    if not target.is_relative_to(root.resolve()):
        raise error(code, f"`{name}` lies outside of the campaign folder", place=place,
                    hint="copy the file into the campaign folder")  # fmt: skip
    if not target.is_file():
        raise error(code, f"the file `{name}` is not there", place=place,
                    hint="add the file, or mend its name; names are relative to the campaign folder")  # fmt: skip
