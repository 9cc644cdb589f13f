"""A model as a file: portable JSON, never a pickle, versioned, with a hash over all of it."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from engine.errors import InsightError
from engine.insight.risk.calibration import Calibrator
from engine.insight.risk.encoding import Encoding
from engine.insight.risk.terms import HistoryTerms
from engine.model.campaign import Options
from engine.model.policy.profiles import ContextTerm

SCHEMA: Literal["billcast-risk/1"] = "billcast-risk/1"


class Family(StrEnum):
    """What kind of model it is, the simplest first."""

    LOGISTIC = "logistic"
    BOOSTING = "boosting"


class Linear(Options):
    """A logistic regression: its logit is the intercept and a weight for each term."""

    intercept: float = Field(description="Logit of the average row.")
    weights: tuple[float, ...] = Field(description="One a term.")


class Tree(Options):
    """One tree as columns, a row a node, the root first. Left where the term's figure is at most the threshold."""

    terms: tuple[int, ...] = Field(description="Place of the term that a node asks for; -1: a leaf.")
    thresholds: tuple[float, ...] = Field(description="What it is compared with.")
    lefts: tuple[int, ...] = Field(description="The node where it is at most that.")
    rights: tuple[int, ...] = Field(description="The node where it is more.")
    values: tuple[float, ...] = Field(description="Logit at a leaf; at other nodes the mean of their leaves.")


class Forest(Options):
    """Boosted trees: their logit is the start and the value of one leaf a tree."""

    start: float = Field(description="Logit before the first tree.")
    trees: tuple[Tree, ...] = Field(description="The trees; rates of learning are in their values.")


class Measured(Options):
    """A measure with its interval."""

    value: float = Field(description="The figure.")
    low: float = Field(description="Lower end of the interval at 95 %.")
    high: float = Field(description="Upper end.")


class Measures(Options):
    """How good probabilities are: of a model, or of a naive rule."""

    rule: str = Field(description="Whose probabilities: model, base rate, past late share.")
    auc: Measured = Field(description="Share of pairs, one late and one not, that are put in the right order.")
    brier: Measured = Field(description="Mean square of probability less outcome; less is better.")
    calibration: Measured = Field(description="Expected calibration error over 10 equal bins of probability.")
    lift: Measured = Field(description="Late share among the tenth with the highest scores, over that of all.")


class Bin(Options):
    """One bar of the calibration chart."""

    low: float = Field(description="Lower end of the probabilities.")
    high: float = Field(description="Upper end.")
    rows: int = Field(description="Rows in it.")
    said: float = Field(description="Mean probability.")
    was: float = Field(description="Share that was late.")


class GroupTold(Options):
    """What was said of a protected group, and what came true: a fair score says of each group what comes true."""

    attribute: str = Field(description="The protected attribute.")
    value: str = Field(description="The group.")
    rows: int = Field(description="Rows tested.")
    said: float = Field(description="Mean probability.")
    was: float = Field(description="Share with the outcome.")


class Weight(Options):
    """How much an input moves scores."""

    name: str = Field(description="The input.")
    words: str = Field(description="In plain words.")
    part: float = Field(description="Mean of what it adds to or takes from the logit, without sign.")


class Tried(Options):
    """One setting that was tried within the training rows, and its Brier score there."""

    setting: str = Field(description="Family and settings.")
    brier: float = Field(description="Over rows that it had not seen; less is better.")
    is_picked: bool = Field(False, description="This one was taken.")


class Summary(Options):
    """What a model was learned from, how it was picked, and how good it was on rows it had not seen."""

    target: str = Field(description="What is foretold: late or churn.")
    meaning: str = Field(description="The label in words.")
    source: str = Field("", description="What it was learned from, in words.")
    rows: int = Field(description="Rows learned from.")
    positives: int = Field(description="Of them, those with the outcome.")
    units: int = Field(description="Customers that the rows are of.")
    left_out: dict[str, int] = Field(default_factory=dict, description="Rows left out, by reason.")
    since: str = Field("", description="Day of the first row.")
    until: str = Field("", description="Day of the last row.")
    as_of: str = Field("", description="Day on which outcomes were looked at.")
    seed: int = Field(description="Seed of folds, samples and trees.")
    order: str = Field(description="How rows were split: forward in time, or in equal shares.")
    setting: str = Field("", description="Family and settings taken.")
    tried: tuple[Tried, ...] = Field((), description="All that were tried.")
    measures: tuple[Measures, ...] = Field((), description="On rows not seen: the model, then the naive rules.")
    bins: tuple[Bin, ...] = Field((), description="The calibration chart, of the same rows.")
    groups: tuple[GroupTold, ...] = Field((), description="Of the same rows, by protected group.")
    weights: tuple[Weight, ...] = Field((), description="What moves scores, the most first.")
    tested: int = Field(0, description="Rows that the measures are of.")
    refused: tuple[str, ...] = Field((), description="Protected columns: for fairness reports, never learned from.")
    made_with: str = Field("", description="Versions of what learned it.")


class Spread(Options):
    """How an input, or the score, was spread over the training rows: what drift is measured against."""

    name: str = Field(description="The input; `score` for the score.")
    cuts: tuple[float, ...] = Field((), description="Rising ends of bins of a number; the last bin is open.")
    levels: tuple[str, ...] = Field((), description="Codes of a category; the bin after them is of all others.")
    shares: tuple[float, ...] = Field(description="Share of rows a bin; the last is of those not known.")


class Model(Options):
    """A model as it is stored."""

    schema_: Literal["billcast-risk/1"] = Field(SCHEMA, alias="schema", description="Version of this layout.")
    name: str = Field(description="What it foretells: late or churn.")
    version: str = Field(description="Kept with every score.")
    family: Family = Field(description="What kind of model it is.")
    encoding: Encoding = Field(description="From features to figures.")
    linear: Linear | None = Field(None, description="Where it is a logistic regression.")
    forest: Forest | None = Field(None, description="Where it is boosted trees.")
    calibrator: Calibrator = Field(Calibrator(), description="From its logit to a probability.")
    summary: Summary = Field(description="What it was learned from.")
    spreads: tuple[Spread, ...] = Field((), description="Of inputs and score over the training rows.")
    history: HistoryTerms | None = Field(None, description="How its rows are made of customers; none: of a table.")

    @property
    def context(self) -> tuple[ContextTerm, ...]:
        """Attributes of customers that are inputs too."""
        return self.history.context if self.history else ()


def write_model(model: Model, path: Path) -> str:
    """Store the model; return the SHA-256 of its content. Raises `InsightError` (D111)."""
    content: dict[str, Any] = model.model_dump(mode="json", by_alias=True)
    digest = _digest(content)
    text = json.dumps({"sha256": digest} | content, ensure_ascii=False, indent=1, allow_nan=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InsightError("D111", f"can't be written: {error.strerror}", place=str(path)) from error
    return digest


def read_model(path: Path) -> Model:
    """Return a stored model. Raises `InsightError`: D110 can't be read or is no model, D112 was changed."""
    hint = "make one with `billcast insight train`"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InsightError("D110", f"can't be read: {error.strerror}", place=str(path), hint=hint) from error
    except ValueError as error:
        raise InsightError("D110", "is not JSON in UTF-8", place=str(path), hint=hint) from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise InsightError("D110", f"is not a model of layout {SCHEMA}", place=str(path), hint=hint)
    if content.pop("sha256", None) != _digest(content):
        raise InsightError("D112", "its content does not fit its sha256", place=str(path),
                           hint="take it from where it was made, or train it anew")  # fmt: skip
    try:
        model = Model.model_validate_json(json.dumps(content))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InsightError("D110", f"{first['msg']}", place=f"{path} field `{field}`", hint=hint) from error
    _check(model, path)
    return model


def _digest(content: dict[str, Any]) -> str:
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _check(model: Model, path: Path) -> None:
    """Raise `InsightError` (D110) unless the parts fit together: a wrong place would score in silence."""
    encoding, terms = model.encoding, len(model.encoding.terms)
    fits = len(encoding.bounds) == len(encoding.inputs)
    fits &= all(term.input < len(encoding.inputs) for term in encoding.terms)
    if model.family is Family.LOGISTIC:
        fits &= model.linear is not None and len(model.linear.weights) == terms
    else:
        fits &= model.forest is not None and all(_stands(tree, terms) for tree in model.forest.trees)
    corners = model.calibrator.logits
    fits &= len(corners) == len(model.calibrator.shares) and list(corners) == sorted(set(corners))
    if not fits:
        raise InsightError("D110", "its parts don't fit together", place=str(path), hint="train it anew")


def _stands(tree: Tree, terms: int) -> bool:
    """True if every node leads to a later one, or is a leaf: so that a walk ends."""
    size = len(tree.terms)
    if not size or not len(tree.thresholds) == len(tree.lefts) == len(tree.rights) == len(tree.values) == size:
        return False
    return all(
        term == -1 or (0 <= term < terms and node < tree.lefts[node] < size and node < tree.rights[node] < size)
        for node, term in enumerate(tree.terms)
    )
