"""docs/policy.md, made from the fields of the policy."""

from __future__ import annotations

from engine.model.policy.whole import Policy
from engine.templating.option_doc import reference

_HEAD = """# policy.toml

How a utility collects: who gets what, when, through which channel and in which tone. The file lies beside
`campaign.toml`; a template set without it decides nothing. [credit.md](credit.md) explains the starter policy.
`billcast check DIR` finds what is wrong in it, and `billcast decide` shows what it does.
An unknown key is refused with the nearest known one.
Made from the code by `python -m engine.templating.policy_doc`; a test holds the two together.

"""


def policy_reference() -> str:
    """Return the reference page, in Markdown."""
    return reference(_HEAD, Policy)


if __name__ == "__main__":
    print(policy_reference(), end="")  # noqa: T201
