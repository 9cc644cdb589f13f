"""Risk of late payment and of switching: learned from histories, scored in plain Python, explained in words.

Learning needs the extra `insight` (scikit-learn); scoring needs neither it nor numpy.
"""

from __future__ import annotations

from engine.insight.risk.scorer import Explained, Scorer, load_scorer

__all__ = ["Explained", "Scorer", "load_scorer"]
