"""What the video benchmark shows: its template set, and customers without end, no two alike.

The set is the starter set with the benchmark's own storyboard. Customers come from `samples/make_cycle.py`,
in English; their script is cut to what can be said in the benchmark's fixed lengths.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

import make_cycle

from engine.compose import Suppressed, compose
from engine.model.communication import Communication, Fact, Phrase, PhraseScope
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet

ROOT = Path(__file__).resolve().parents[1]
CAMPAIGN = ROOT / "templates" / "bill-explainer"
STORYBOARD = ROOT / "benchmarks" / "video" / "storyboard.xml.j2"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
SEED = 4
LENGTH_S = 30
MOST = 1000  # amounts above take longer to say
_LONGEST_NAME = 12  # characters that the scene `hello` has time to say
_SHARED = {
    "welcome": "Welcome to your bill.",
    "how": "This is what made your bill change.",
    "tip": "Wash at thirty degrees, and save.",
    "pay": "Scan the code to pay.",
    "close": "Thank you. We are here to help.",
}


def benchmark_set(folder: Path, level: str = "") -> Path:
    """Return a copy of the starter set with the benchmark's storyboard, made by one level of the video channel."""
    made = starter_set(folder, level)
    shutil.copyfile(STORYBOARD, made / "video" / "storyboard.xml.j2")
    options = made / "campaign.toml"
    text = options.read_text("utf-8")
    if "\nrate = 1.0" not in text:
        raise SystemExit("the starter set's voice has another rate than the benchmark's lengths were chosen for")
    options.write_text(text.replace("\nrate = 1.0", "\nrate = 1.2"), "utf-8")  # so that all phrases fit their scenes
    return made


def starter_set(folder: Path, level: str = "", renditions: tuple[str, ...] = ()) -> Path:
    """Return a copy of the starter set whose videos are made by `level` (empty: as the campaign says)."""
    copy = folder / "-".join(["set", level, *renditions])
    shutil.copytree(CAMPAIGN, copy, dirs_exist_ok=True)
    lines = []
    if level:
        lines.append(f'level = "{level}"')
    if renditions:
        lines.append("renditions = [" + ", ".join(f'"{one}"' for one in renditions) + "]")
    options = copy / "campaign.toml"
    kept = [
        line for line in options.read_text("utf-8").splitlines() if not (renditions and line.startswith("renditions"))
    ]
    place = kept.index("[video]") + 1
    options.write_text("\n".join([*kept[:place], *lines, *kept[place:]]) + "\n", "utf-8")
    return copy


def communications(first: int = 0, scripted: bool = True) -> Iterator[Communication]:
    """Yield communications without end, each of another customer: `first` tells one series from another.

    With `scripted` they say what the benchmark's storyboard has time for; else what the starter set says.
    """
    templates, keys, place = TemplateSet(CAMPAIGN), Keyring.from_secret(bytes(range(32))), first
    while True:
        place += 1
        row = make_cycle.customer(Random(f"{SEED}:{place}"), place)
        if row["locale"] != "en":
            continue
        said = compose(Customer.model_validate(row), templates.campaign, templates.texts("en"), NOW, keys)
        if isinstance(said, Suppressed) or not _is_usual(said):
            continue
        yield replace(said, script=_script(said)) if scripted else said


def _is_usual(said: Communication) -> bool:
    """True for a bill to be paid that has been compared with the one before."""
    return bool(
        said.payment
        and not said.payment.bills
        and said.change
        and said.bill.due_line
        and float(str(said.bill.amount_due.value)) < MOST
        and len(said.greeting.text) <= len("Hello ") + _LONGEST_NAME
    )


def _script(said: Communication) -> tuple[Phrase, ...]:
    """Return a short phrase a scene: the name and the amounts are the customer's, the rest is everybody's."""
    assert said.change
    amount = said.bill.amount_due
    change = next(part for part in said.change.short.parts if isinstance(part, Fact))
    personal = {
        "hello": (said.greeting.text + ".", said.greeting.text + "."),
        "amount": (f"{amount.text}.", f"{amount.spoken or amount.text}."),
        "why": (f"{change.text}.", f"{change.spoken or change.text}."),
    }
    phrases = []
    for scene in ("welcome", "hello", "amount", "how", "why", "tip", "pay", "close"):
        if scene in personal:
            phrases.append(Phrase(scene, *personal[scene], PhraseScope.PERSONAL))
        else:
            phrases.append(Phrase(scene, _SHARED[scene], _SHARED[scene], PhraseScope.SHARED))
    return tuple(phrases)
