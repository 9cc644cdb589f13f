"""The e-invoice that travels with a communication, where the campaign asks for one."""

from __future__ import annotations

from engine.compose.case import Case
from engine.einvoice.attachment import invoice_file
from engine.einvoice.refusal import RefusedError
from engine.errors import ModelError
from engine.model.attached import AttachedFile


def attachments(case: Case) -> tuple[tuple[AttachedFile, ...], tuple[str, ...]]:
    """Return the files to attach, and warnings.

    Where the bill is no invoice (R130) or lacks what EN 16931 asks for (R131 to R133), nothing is
    attached and a warning says why: the bill itself can be read and paid. Raises `ModelError` (R134)
    where its figures contradict each other: such a bill must not be sent at all.
    """
    if case.campaign.pdf.einvoice is None:
        return (), ()
    bill = case.bill
    try:
        return (invoice_file(bill, case.customer, case.campaign, _notes(case)),), ()
    except RefusedError as refused:
        problem = refused.problem
        if problem.code == "R134":
            raise ModelError(problem.code, problem.fact, place=problem.place, hint=problem.hint) from refused
        return (), (f"no e-invoice, {problem.code} {problem.place}: {problem.fact}",)


def _notes(case: Case) -> tuple[str, ...]:
    """Return what the pages say of the amount and the invoice's own figures can't: debts of earlier bills."""
    bill = case.bill
    if bill.balance_forward <= 0:
        return ()
    label = case.book.texts.get("From earlier bills")
    return (f"{label}: {case.book.formats.money(bill.balance_forward, bill.currency)}",)
