"""Invoices as XML files, one document a record. Memory: one document (`max_document_bytes`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.errors import Problem
from engine.ingest.accounts import join_by_account
from engine.ingest.cii import ROOT, record_of_cii
from engine.ingest.item import IngestItem, IngestOptions, Read, SetAside
from engine.ingest.record import take
from engine.ingest.source import files_of
from engine.ingest.ubl import record_of_ubl
from engine.ingest.xml import BadDocumentError, parse_document, root_name

# Where in the document a field of the model comes from, for the one who must mend it.
_ORIGIN = {
    "number": "cbc:ID (BT-1)", "issued_on": "cbc:IssueDate (BT-2)", "due_on": "cbc:DueDate (BT-9)",
    "currency": "cbc:DocumentCurrencyCode (BT-5)", "total": "cbc:TaxInclusiveAmount (BT-112)",
    "amount_payable": "cbc:PayableAmount (BT-115)", "prepaid": "cbc:PrepaidAmount (BT-113)",
    "rounding": "cbc:PayableRoundingAmount (BT-114)", "label": "cac:Item/cbc:Name (BT-153)",
    "quantity": "cbc:InvoicedQuantity (BT-129)", "unit_price": "cac:Price (BG-29)",
    "rate_percent": "cac:TaxCategory/cbc:Percent (BT-119)", "country": "cac:Country (BT-55)",
}  # fmt: skip

_SYNTAXES = {"Invoice": record_of_ubl, "CreditNote": record_of_ubl, ROOT: record_of_cii}


def read_documents(path: Path, options: IngestOptions) -> Iterator[IngestItem]:
    """Yield an item for the document at `path`, or for each .xml file below that folder, by name.

    With `group_documents` the documents of one account make one customer.
    """
    files = iter([path]) if path.is_file() else files_of(path, ".xml")
    if options.group_documents:
        yield from join_by_account(files, lambda file: _item(file, options), options)
        return
    for file in files:
        yield _item(file, options)


def _item(path: Path, options: IngestOptions) -> IngestItem:
    source = str(path)
    try:
        root = parse_document(path, options.max_document_bytes)
    except BadDocumentError as bad:
        return SetAside(source, None, bad.problem)
    except OSError as error:
        return SetAside(source, None, Problem("I101", f"the file can't be read: {error.strerror}", source))
    name = root_name(root)
    read_record = _SYNTAXES.get(name)
    if read_record is None:
        fact = f"the root element is {name[:40]}, Invoice or CreditNote of UBL 2.1 or {ROOT} of CII is expected"
        return SetAside(source, None, Problem("I115", fact, source, "convert it to one of them, or leave it out"))
    record, warnings = read_record(root, source, options)
    item = take(record, source, options)
    if isinstance(item, Read):
        return Read(item.source, item.customer, (*item.warnings, *warnings))
    return SetAside(item.source, item.key, _with_origin(item.problem), item.figures)


def _with_origin(problem: Problem) -> Problem:
    field = problem.place.rsplit("`", 2)[-2].rsplit(".", 1)[-1] if "`" in problem.place else ""
    origin = _ORIGIN.get(field)
    return Problem(problem.code, problem.fact, f"{problem.place} from {origin}", problem.hint) if origin else problem
