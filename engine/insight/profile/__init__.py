"""The five groups of customers: who they are to the utility, by stated rules, with reasons and a confidence."""

from __future__ import annotations

from engine.insight.profile.groups import profile_of as profile_of
