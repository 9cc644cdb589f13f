"""A policy as a whole: the tables of policy.toml."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from engine.model.base import ShortText
from engine.model.campaign import Options
from engine.model.policy.brakes import Brakes
from engine.model.policy.contact import ContactTerms
from engine.model.policy.debt import DebtTerms
from engine.model.policy.experiment import Experiment
from engine.model.policy.profiles import ProfileTerms
from engine.model.policy.scores import Scores
from engine.model.policy.stages import OfferRule, Stage
from engine.model.policy.tasks import TaskTerms


class Policy(Options):
    """How a utility collects: who gets what, when, through which channel and in which tone."""

    version: ShortText = Field(description="Version of the policy; kept with every decision.")
    debt: DebtTerms = Field(DebtTerms(), description="The statement.")
    contact: ContactTerms = Field(ContactTerms(), description="Channel and time.")
    profiles: ProfileTerms = Field(ProfileTerms(), description="Groups.")
    experiment: Experiment = Field(Experiment(), description="Control group and variants.")
    tasks: TaskTerms = Field(TaskTerms(), description="What people do.")
    scores: Scores = Field(Scores(), description="Models.")
    brakes: Brakes = Field(Brakes(), description="What holds outreach back.")
    offers: tuple[OfferRule, ...] = Field((), description="What may be offered.")
    stages: tuple[Stage, ...] = Field(min_length=1, description="Who is met how; the first that fits decides.")

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        for what, ids in (("stages", [stage.id for stage in self.stages]), ("offers", [one.id for one in self.offers])):
            if doubled := sorted({name for name in ids if ids.count(name) > 1}):
                raise ValueError(f"two {what} bear the id `{doubled[0]}`")
        return self
