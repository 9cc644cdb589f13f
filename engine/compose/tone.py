"""How it is said: by stage, by the customer's state, by what the bill brings."""

from __future__ import annotations

from engine.compose.case import Case
from engine.model.bill import DunningStage
from engine.model.communication import Tone

_BY_STAGE = {
    DunningStage.FRIENDLY: Tone.EASY,
    DunningStage.FIRST: Tone.EASY,
    DunningStage.SECOND: Tone.FIRM,
    DunningStage.FINAL: Tone.FORMAL,
}
_HELP_FIRST = (Tone.HELP, Tone.FIRM, Tone.FORMAL)
_PRESSING = (Tone.FIRM, Tone.FORMAL)


def tone_of(case: Case) -> tuple[Tone, str]:
    """Return the tone and why it was chosen: the policy's, where it names one and no brake stands against it."""
    wanted = case.outreach.tone if case.outreach else None
    own, reason = _own_tone(case)
    if case.outreach is None or not case.is_payable:
        return own, reason
    if wanted is None:
        return _held_back(own, reason, case)
    if own is Tone.HELP and wanted is not Tone.HELP:
        return own, f"{reason}, so not {wanted}"
    if wanted in _PRESSING and not case.is_urgent:
        return Tone.HELP, f"tone help: nothing may press, so not {wanted}"
    return wanted, f"tone {wanted}: stage {case.outreach.stage} of policy {case.outreach.policy}"


def _held_back(own: Tone, reason: str, case: Case) -> tuple[Tone, str]:
    """Return the bill's own tone where the policy names none: it presses no more than the decision lets it."""
    if own in _PRESSING and not case.is_urgent:
        return Tone.HELP, f"tone help: nothing may press, so not {own}"
    if own is Tone.FORMAL and case.outreach is not None and not case.outreach.is_formal:
        return Tone.FIRM, f"tone firm: no stage of the policy makes it a formal notice, so not {own}"
    return own, reason


def _own_tone(case: Case) -> tuple[Tone, str]:
    if case.is_credit:
        return Tone.GOOD_NEWS, "tone good_news: the customer gets money back"
    if case.is_vulnerable:
        return Tone.HELP, "tone help: the customer is flagged as vulnerable"
    if case.keeps_plan:
        return Tone.HELP, "tone help: a payment plan is kept"
    if not case.is_payable:
        return Tone.FRIENDLY, "tone friendly: nothing is asked for"
    stage = case.bill.dunning_stage
    if stage in _BY_STAGE:
        return _BY_STAGE[stage], f"tone {_BY_STAGE[stage]}: dunning stage {stage}"
    if case.is_overdue:
        return Tone.EASY, "tone easy: the due date has passed, no dunning yet"
    if case.is_partly_overdue:
        return Tone.EASY, "tone easy: another bill of the request is overdue"
    return Tone.FRIENDLY, "tone friendly: before the due date"


def help_comes_first(tone: Tone, case: Case, *, is_ruled: bool) -> bool:
    """True if help stands before the amount's urgency: by tone, or overdue and by a rule that shows it."""
    return case.outstanding > 0 and (tone in _HELP_FIRST or (is_ruled and case.is_overdue))
