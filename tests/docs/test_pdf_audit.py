"""docs/pdf.md states the bounds of the audit as the code has them."""

from __future__ import annotations

from pathlib import Path

from engine.batch.verdict import share_of
from renderers.pdf.compare import DPI
from renderers.pdf.letters import LETTER_PT
from renderers.pdf.likeness import MOST_PALE, MOST_STRAY, PALE_LEVEL, SQUARE_PX, STRAY_LEVEL

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "pdf.md").read_text(encoding="utf-8").split())


def test_the_bounds_of_the_audit_stand_there():
    assert f"in colour at {DPI} dpi: at most {MOST_STRAY} of a page's pixels may be further than {STRAY_LEVEL} " in PAGE
    assert f"squares of {SQUARE_PX} pixels that hold nothing stronger: at most {MOST_PALE} of a page's" in PAGE
    assert f"may differ by {PALE_LEVEL} or more" in PAGE
    assert f"each edge within {LETTER_PT} pt" in PAGE
    share = share_of("pdf")
    assert f"`--audit N` ({share.artifacts} by default, 0: none)" in PAGE
    assert f"{share.classes} classes at most" in PAGE
    assert f"{share.artifacts + share.classes} documents at most" in PAGE
