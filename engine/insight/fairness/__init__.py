"""Are all met alike? Outcomes by declared protected group, although no group is a feature."""

from __future__ import annotations

from engine.insight.fairness.report import FairnessReport as FairnessReport
from engine.insight.fairness.report import report_of as report_of
from engine.insight.fairness.tally import FairnessTally as FairnessTally
