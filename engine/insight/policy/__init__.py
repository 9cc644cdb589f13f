"""policy.toml at work: read, compiled once, asked for each customer, and checked for what it must not do."""

from engine.insight.policy.reader import load_policy as load_policy
