"""Segments for marketing: groups of like customers, found by clustering and told by what sets them apart."""

from __future__ import annotations

from engine.insight.segments.model import SegmentModel as SegmentModel
from engine.insight.segments.model import load_segments as load_segments
from engine.insight.segments.model import may_have_segment as may_have_segment
