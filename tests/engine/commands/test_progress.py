"""How far a run is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from engine.batch.progress import Progress
from engine.commands.progress import BarDisplay, PlainDisplay, busiest, display_for, duration, pace, tally
from engine.model.artifact import Outcome, OutcomeStatus


def progress(**more) -> Progress:
    made = Progress(total=100, **more)
    made.started_s -= 10  # ten seconds ago
    return made


def done(count: int, made: Progress) -> Progress:
    for number in range(count):
        made.add(Outcome(f"C-{number}", OutcomeStatus.DONE, step_seconds=(("compose", 0.01), ("fill", 0.04))))
    return made


def test_rate_and_time_left_follow_what_was_made():
    made = done(20, progress())
    assert made.per_second == pytest.approx(2, rel=0.05)
    assert made.seconds_left == pytest.approx(40, rel=0.05)
    assert pace(made).startswith("2.0/s, 40 s left")


def test_what_was_recorded_before_or_is_unchanged_does_not_count_as_speed():
    made = progress(known=50)
    for _ in range(30):
        made.add(Outcome("C", OutcomeStatus.DONE), is_reused=True)
    assert made.settled == 80
    assert made.per_second == 0
    assert made.seconds_left is None
    assert "30 unchanged, 50 recorded before" in tally(made)


def test_without_a_total_no_time_left_is_claimed():
    made = done(20, progress())
    made.total = None
    assert "left" not in pace(made)


def test_the_steps_are_shown_with_their_share():
    made = done(4, progress())
    assert tally(made).endswith("compose 20 % fill 80 %")
    assert busiest(made) == "fill"
    assert busiest(progress()) == "ingest"


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (7500, "2 h 5 min")])
def test_a_duration_is_told_in_its_two_largest_units(seconds, text):
    assert duration(seconds) == text


def test_a_file_gets_plain_lines_without_control_codes():
    out = io.StringIO()
    show = display_for(Console(file=out))
    assert isinstance(show, PlainDisplay)
    with show:
        show(done(20, progress()))
    assert out.getvalue().startswith("20/100 customers, 2.0/s, 40 s left, 20 done")
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("terminal", [False, True])
def test_notes_are_told_once_and_at_the_start(terminal):
    out = io.StringIO()
    made = progress()
    made.notes = ("new key made in [out]/.billcast/key",)
    with display_for(Console(file=out, force_terminal=terminal, width=160)) as show:
        show(made)
        assert "new key made in [out]" in out.getvalue()
        show(made)
    assert out.getvalue().count("new key made") == 1


def test_plain_lines_come_at_their_pace():
    out = io.StringIO()
    with PlainDisplay(Console(file=out), every_s=3600) as show:
        for _ in range(100):
            show(progress())
    assert out.getvalue().count("\n") == 1


def test_a_terminal_gets_a_bar_with_rate_and_time_left():
    out = io.StringIO()
    show = display_for(Console(file=out, force_terminal=True, width=160))
    assert isinstance(show, BarDisplay)
    with show:
        show(done(20, progress()))
    assert "20/100" in out.getvalue()
    assert "2.0/s, 40 s left" in out.getvalue()


def test_an_audit_is_shown_after_the_customers_with_how_far_it_is():
    out = io.StringIO()
    made = done(100, progress())
    with PlainDisplay(Console(file=out), every_s=0) as show:
        made.to_audit, made.audited, made.audit_s = 60, 0, 1.0
        show(made)
        made.audited, made.audit_s = 60, 30.0
        show(made)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("100/100 customers")
    assert lines[1] == "audit: 0/60 documents compared, 1 s"
    assert lines[-1] == "audit: 60/60 documents compared, 30 s"


def test_an_audit_alone_tells_of_no_customers():
    out = io.StringIO()
    with PlainDisplay(Console(file=out)) as show:
        show(Progress(audited=2, to_audit=3, audit_s=1.0))
    assert out.getvalue() == "audit: 2/3 documents compared, 1 s\n"


def test_a_bar_turns_to_the_audit():
    out = io.StringIO()
    made = done(100, progress())
    with BarDisplay(Console(file=out, force_terminal=True, width=200)) as show:
        show(made)
        made.to_audit, made.audited = 60, 7
        show(made)
    assert "audit" in out.getvalue()
    assert "7/60" in out.getvalue()
