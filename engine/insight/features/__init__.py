"""What a customer's history says as of a moment, as numbers with names: the input of scores, profiles and segments."""

from __future__ import annotations

from engine.insight.features.feature import Feature as Feature
from engine.insight.features.made import ESSENTIAL as ESSENTIAL
from engine.insight.features.made import features_of as features_of
from engine.insight.features.registry import FEATURES as FEATURES
from engine.insight.features.registry import said as said
