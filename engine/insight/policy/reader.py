"""Reading policy.toml, which lies beside campaign.toml; a set without it decides nothing."""

from __future__ import annotations

from pathlib import Path

from engine.errors import InsightError, nearest
from engine.insight.debt.limitation import law_fault
from engine.insight.features.context import context_features
from engine.insight.features.protected import refuse_protected
from engine.insight.policy.judging import judged
from engine.model.policy.whole import Policy
from engine.templating.campaign_file import check_file
from engine.templating.option_file import OptionFile, place_of

FILE_NAME = "policy.toml"
_KIND = OptionFile(
    name=FILE_NAME,
    table=Policy,
    error=InsightError,
    unreadable="D140",
    syntax="D141",
    unknown="D142",
    wrong="D143",
    page="docs/policy.md",
    absent="is it readable, and UTF-8?",
)


def load_policy(folder: Path | str) -> Policy | None:
    """Return the policy of the template set in `folder`, checked; None where it has none.

    Decimal numbers are read exactly. Raises `InsightError` (D100, D140-D145) with file, line and key,
    (D148) where a score would decide a formal notice, and (D130, D131) where a protected attribute decides anything.
    """
    root = Path(folder)
    read = read_policy(root)
    if read is None:
        return None
    policy, source = read
    for code, loc, fact, hint in judged(policy):
        raise InsightError(code, fact, place=place_of(root / FILE_NAME, source, loc), hint=hint)
    return policy


def read_policy(root: Path) -> tuple[Policy, str] | None:
    """Return the policy and the text of its file; None where there is none. Raises as `load_policy`, but (D148)."""
    path = root / FILE_NAME
    if not path.exists():
        return None
    policy, source = _KIND.load(path)
    for name, file in policy.scores:
        if file is not None:
            check_file(file, root, place_of(path, source, ("scores", name)), error=InsightError, code="D144")
    if policy.profiles.segments is not None:
        place = place_of(path, source, ("profiles", "segments"))
        check_file(policy.profiles.segments, root, place, error=InsightError, code="D144")
    if policy.profiles.context:  # protected attributes are no features (D130, D131)
        place = place_of(path, source, ("profiles", "context"))
        context_features(policy.profiles.context, policy.profiles.protected, place)
    if (fault := law_fault(policy.debt)) is not None:
        fact, hint = fault
        raise InsightError("D100", fact, place=place_of(path, source, ("debt", "law")), hint=hint)
    _check_offers(policy, path, source)
    _check_attributes(policy, path, source)
    return policy, source


def _check_attributes(policy: Policy, path: Path, source: str) -> None:
    """Raise `InsightError` (D130, D131) for a condition that asks for a protected attribute."""
    whens = [(("offers", place), rule.when) for place, rule in enumerate(policy.offers)]
    whens += [(("stages", place), stage.when) for place, stage in enumerate(policy.stages)]
    for loc, when in whens:
        if when.attribute:
            place = place_of(path, source, (*loc, "when", "attribute"))
            refuse_protected(when.attribute, policy.profiles.protected, place=place)


def _check_offers(policy: Policy, path: Path, source: str) -> None:
    """Raise `InsightError` (D145) for a stage that calls an offer which is not there."""
    known = [rule.id for rule in policy.offers]
    for number, stage in enumerate(policy.stages):
        for name in stage.offers:
            if name not in known:
                close = nearest(name, known)
                raise InsightError("D145", f"stage {stage.id}: there is no offer `{name}`",
                                   place=place_of(path, source, ("stages", number, "offers")),
                                   hint=f"did you mean `{close}`?" if close else "add it as [[offers]]")  # fmt: skip
