"""A policy as a whole: the tables of policy.toml."""

from __future__ import annotations

from pydantic import Field

from engine.model.base import ShortText
from engine.model.campaign import Options
from engine.model.policy.contact import ContactTerms
from engine.model.policy.debt import DebtTerms
from engine.model.policy.experiment import Experiment
from engine.model.policy.profiles import ProfileTerms
from engine.model.policy.tasks import TaskTerms


class Policy(Options):
    """How a utility collects: who gets what, when, through which channel and in which tone."""

    version: ShortText = Field(description="Version of the policy; kept with every decision.")
    debt: DebtTerms = Field(DebtTerms(), description="The statement.")
    contact: ContactTerms = Field(ContactTerms(), description="Channel and time.")
    profiles: ProfileTerms = Field(ProfileTerms(), description="Groups.")
    experiment: Experiment = Field(Experiment(), description="Control group and variants.")
    tasks: TaskTerms = Field(TaskTerms(), description="What people do.")
