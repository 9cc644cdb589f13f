"""docs/campaign.md, made from the fields of the campaign."""

from __future__ import annotations

from engine.model.campaign import Campaign
from engine.templating.option_doc import reference

_HEAD = """# campaign.toml

One folder is a campaign: `campaign.toml`, `brand/`, `texts/` and the templates. The first keys of the file
stand alone; then a table follows for each theme. An unknown key is refused with the nearest known one.
Made from the code by `python -m engine.templating.campaign_doc`; a test holds the two together.

"""


def campaign_reference() -> str:
    """Return the reference page, in Markdown."""
    return reference(_HEAD, Campaign)


if __name__ == "__main__":
    print(campaign_reference(), end="")  # noqa: T201
