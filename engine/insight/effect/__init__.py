"""Does outreach work? Random arms, outcomes by intention to treat, effects with their intervals."""

from engine.insight.effect.assignment import arm_of as arm_of
