"""docs/video.md states the bounds of the audit as the code has them."""

from __future__ import annotations

from pathlib import Path

from engine.batch.verdict import share_of
from renderers.video.likeness import CELL, CHROMA_BLOCK, COLOUR, LIKE_PAINTED, LIKE_REFERENCE, STEP, TILE, WORST_TILE
from renderers.video.proof_sound import LATE_S, LOUDNESS, LOUDNESS_WITHIN

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "video.md").read_text(encoding="utf-8").split())


def test_the_bounds_of_the_audit_stand_there():
    assert f"`--audit N`, {share_of('video').artifacts} by default" in PAGE
    assert f"SSIM of luma {LIKE_REFERENCE} at least" in PAGE
    assert f"{WORST_TILE} in each {TILE * STEP}x{TILE * STEP} pixels" in PAGE
    assert f"each {STEP}x{STEP} pixels within {CELL:.0f} steps of brightness" in PAGE
    assert f"each {2 * CHROMA_BLOCK}x{2 * CHROMA_BLOCK} within {COLOUR:.0f} of colour" in PAGE
    assert f"SSIM {LIKE_PAINTED} at least" in PAGE
    assert f"within {LATE_S * 1000:.0f} ms, {LOUDNESS:.0f} LUFS within {LOUDNESS_WITHIN:.0f}" in PAGE
