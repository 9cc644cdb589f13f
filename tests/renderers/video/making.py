"""Run as a program: makes the videos of some customers in an order of choice and prints the hashes of what was made.

python -m tests.renderers.video.making SET CACHE|- LEVEL 2,0,1
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from engine.contracts import FillContext, Scope
from engine.model.communication import Communication
from renderers.video import VideoChannel
from tests.renderers.builders import fact, make_bill, make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import SHORT

AMOUNTS = ("€ 129.45", "€ 8.20", "€ 1,842.07", "€ 129.45")


def said_to(number: int) -> Communication:
    """Return what is said to a customer; the last one owes what the first one does."""
    plain = make_communication()
    script = tuple(phrase for phrase in plain.script if phrase.scene in ("amount", "pay"))
    return make_communication(script=script, bill=make_bill(amount_due=fact("bill.amount_due", AMOUNTS[number])))


def main() -> None:
    """Make them and print {customer: {artifact: sha256}}."""
    root, cache, level, order = sys.argv[1:]
    templates = FakeTemplates(
        Path(root), {"video/storyboard.xml.j2": SHORT}, video={"level": level, "narration": {"voice": "espeak"}}
    )
    channel, hashes = VideoChannel(), {}
    for number in map(int, order.split(",")):
        said = said_to(number)
        scope = Scope(rendition="1280x720", cache_dir=None if cache == "-" else Path(cache))
        compiled = channel.compile(templates, "en", channel.classify(said), scope)
        made = channel.fill(compiled, said, FillContext())
        assert made.path == "fast", made.reason
        hashes[number] = {artifact.name: artifact.sha256 for artifact in made.artifacts}
    sys.stdout.write(json.dumps(hashes, sort_keys=True))


if __name__ == "__main__":
    main()
