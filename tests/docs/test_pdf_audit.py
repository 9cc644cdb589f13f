"""docs/pdf.md states the bounds of the audit as the code has them."""

from __future__ import annotations

from pathlib import Path

from engine.batch.audit_sample import CLASSES_MOST
from engine.batch.verdict import DOCUMENTS
from renderers.pdf.compare import DPI, MOST_STRAY, STRAY_LEVEL

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "pdf.md").read_text(encoding="utf-8").split())


def test_the_bounds_of_the_audit_stand_there():
    assert f"grey at {DPI} dpi: at most {MOST_STRAY} of a page's pixels may be further than {STRAY_LEVEL} " in PAGE
    assert f"`--audit N` ({DOCUMENTS} by default, 0: none)" in PAGE
    assert f"{CLASSES_MOST} classes at most" in PAGE
    assert f"{DOCUMENTS + CLASSES_MOST} documents at most" in PAGE
