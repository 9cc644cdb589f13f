"""From a model's raw logit to a probability that can be taken at its word: none, sigmoid (Platt), isotonic."""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from math import exp, log

from pydantic import Field

from engine.model.campaign import Options

_LEAST = 1e-12  # a probability is never 0 or 1: its logit must be finite


class CalibratorKind(StrEnum):
    """The shape of a calibrator, the simplest first."""

    NONE = "none"
    SIGMOID = "sigmoid"
    ISOTONIC = "isotonic"


class Calibrator(Options):
    """Maps a raw logit to a probability; never falls where the logit rises."""

    kind: CalibratorKind = Field(CalibratorKind.NONE, description="Its shape.")
    slope: float = Field(1.0, ge=0, description="Of a sigmoid: what the logit is multiplied by.")
    offset: float = Field(0.0, description="Of a sigmoid: what is added to it.")
    logits: tuple[float, ...] = Field((), description="Of an isotonic one: its corners, rising.")
    shares: tuple[float, ...] = Field((), description="Its probability at each corner; straight lines between.")
    floor: float = Field(_LEAST, gt=0, lt=0.5, description="No probability is nearer to 0 or 1 than this.")

    def probability(self, raw: float) -> float:
        """Return the probability for a raw logit."""
        if self.kind is CalibratorKind.ISOTONIC:
            share = _between(self.logits, self.shares, raw)
        else:
            share = sigmoid(self.slope * raw + self.offset)
        return min(max(share, self.floor), 1.0 - self.floor)


def sigmoid(logit: float) -> float:
    """Return the probability of a logit, without overflow."""
    if logit >= 0:
        return 1.0 / (1.0 + exp(-logit))
    risen = exp(logit)
    return risen / (1.0 + risen)


def logit_of(probability: float) -> float:
    """Return the logit of a probability between 0 and 1, both left out."""
    return log(probability / (1.0 - probability))


def _between(places: tuple[float, ...], heights: tuple[float, ...], at: float) -> float:
    """Return the height at a place on straight lines between corners; beyond the ends, that of the end."""
    right = bisect_right(places, at)
    if right == 0:
        return heights[0]
    if right == len(places):
        return heights[-1]
    left = right - 1
    part = (at - places[left]) / (places[right] - places[left])
    return heights[left] + part * (heights[right] - heights[left])
