"""Tasks as to-dos of a calendar. Source: RFC 5545, sections 3.1 (lines), 3.3.11 (text), 3.6.2 (VTODO).

What a calendar program shows is the kind and the customer's key; the reason and the bill's number stand in the
description. A task that is exported again has the same UID, so that it is renewed and not doubled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from engine.model.outreach import Task, TaskKind

_MOST_OCTETS = 75  # of a line without its end
_BREAK = "\r\n"
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # a text may hold no control character but tab and line break
_STATES = {"open": "NEEDS-ACTION", "done": "COMPLETED", "cancelled": "CANCELLED"}
_TITLES = {
    TaskKind.CALL_BACK: "Call back",
    TaskKind.CHECK_DISPUTE: "Check dispute",
    TaskKind.REVIEW_HARDSHIP: "Review hardship",
    TaskKind.APPROVE_PLAN: "Approve plan",
    TaskKind.CHECK_CONTACT: "Check contact",
}


def calendar_lines(tasks: Iterable[Task], now: datetime, host: str) -> Iterator[str]:
    """Yield the lines of one iCalendar object, each with its end. `now` is aware and becomes the time stamp."""
    yield from map(_line, ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Billcast//Tasks//EN", "CALSCALE:GREGORIAN"))
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for task in tasks:
        yield from map(_line, _todo(task, stamp, host))
    yield _line("END:VCALENDAR")


def _todo(task: Task, stamp: str, host: str) -> Iterator[str]:
    about = f"Bill {task.bill_number}\n" if task.bill_number else ""
    yield "BEGIN:VTODO"
    yield f"UID:{_text(task.id)}@{_text(host)}"
    yield f"DTSTAMP:{stamp}"
    yield f"DUE;VALUE=DATE:{task.due_on:%Y%m%d}"
    yield f"SUMMARY:{_text(f'{_TITLES[task.kind]}: {task.key}')}"
    yield f"DESCRIPTION:{_text(f'{about}{task.reason}')}"
    yield f"CATEGORIES:{_text(task.kind.value)},{_text(task.owner)}"
    yield f"PRIORITY:{task.urgency}"  # 1 the highest, 9 the lowest, as the policy's urgency
    yield f"STATUS:{_STATES[task.state]}"
    yield "END:VTODO"


def _text(value: str) -> str:
    """Return a value of the type TEXT."""
    return _CONTROL.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).translate(_ESCAPED)


def _line(content: str) -> str:
    """Return a content line with its end, folded so that no line is longer than 75 octets, between characters."""
    if len(content.encode()) <= _MOST_OCTETS:
        return content + _BREAK
    folded: list[str] = []
    room = _MOST_OCTETS
    for character in content:
        size = len(character.encode())
        if size > room:
            folded.append(f"{_BREAK} ")
            room = _MOST_OCTETS - 1  # the blank that begins a folded line counts
        folded.append(character)
        room -= size
    return "".join(folded) + _BREAK
