"""What passed with the sample customers besides bills and money, by key: messages, promises, disputes, tasks.

Nothing of it changes what anybody owes. A dealing with its own record in a roster is added to, never replaced.
"""

from __future__ import annotations

from typing import Any

from billing import Row

# key -> since when a customer, and how the bills are usually paid
_SINCE = {
    "NL-0001": ("2018-05-02", "transfer"), "NL-0002": ("2021-02-15", "slip"), "NL-0003": ("2016-09-01", "card"),
    "NL-0004": ("2020-07-20", "transfer"), "NL-0005": ("2011-01-10", "transfer"), "NL-0006": ("2009-03-05", "transfer"),
    "NL-0007": ("2022-06-01", "card"), "NL-0008": ("2014-11-11", "slip"), "NL-0009": ("2003-04-01", "slip"),
    "NL-0010": ("2019-10-01", "transfer"), "NL-0011": ("2023-01-16", "card"), "NL-0012": ("2021-08-09", "card"),
    "NL-0013": ("2020-02-03", "cash"), "NL-0014": ("2012-12-01", "transfer"), "NL-0015": ("2024-03-18", "cash"),
    "NL-0016": ("2017-10-02", "transfer"), "NL-0017": ("2025-02-28", "card"), "NL-0018": ("2019-06-06", "transfer"),
    "NL-0019": ("1999-05-17", "slip"), "NL-0020": ("2015-08-24", "cash"), "NL-0021": ("2013-04-22", "transfer"),
    "NL-0022": ("2026-10-01", "wallet"), "NL-0023": ("2018-01-29", "transfer"), "NL-0024": ("2021-05-03", "card"),
    "NL-0025": ("2016-02-08", "transfer"), "NL-0026": ("2022-09-19", "transfer"), "NL-0027": ("1998-07-01", "slip"),
    "NL-0028": ("2010-10-04", "transfer"), "NL-0029": ("2024-11-25", "card"), "NL-0030": ("2020-03-30", "transfer"),
    "NL-0031": ("2023-07-10", "transfer"), "NL-0032": ("2025-04-14", "wallet"),
}  # fmt: skip


def _message(at: str, channel: str, bill: str, *answers: str, stage: str = "") -> list[Row]:
    """Return a message that was sent, and what came of it: kind and time each, as in `seen 2026-10-03T18:20:00Z`."""
    about: Row = {"channel": channel, "bill_number": bill}
    if stage:
        about["stage"] = stage
    about["reference"] = f"{bill}/{stage or 'bill'}"
    rows: list[Row] = [{"kind": "sent", "at": at, **about}]
    for answer in answers:
        kind, when = answer.split()
        rows.append({"kind": kind, "at": when, **about})
    return rows


_MORE: dict[str, dict[str, list[Row]]] = {
    # Reads her mail in the evening, pays within days.
    "NL-0001": {"interactions": [
        *_message("2025-11-04T07:30:00Z", "email", "2025-10-003955", "seen 2025-11-04T18:05:00Z",
                  "clicked 2025-11-04T18:06:00Z"),
        *_message("2026-09-28T07:30:00Z", "email", "2026-09-004102", "seen 2026-09-28T17:41:00Z",
                  "clicked 2026-09-28T17:43:00Z"),
    ]},
    # Answers texts, not e-mail.
    "NL-0003": {"interactions": [
        *_message("2025-11-03T08:00:00Z", "email", "2025-10-002713"),
        *_message("2026-10-03T10:00:00Z", "sms", "2026-09-003713", "seen 2026-10-03T10:09:00Z",
                  "clicked 2026-10-03T10:10:00Z"),
    ]},
    "NL-0007": {"interactions": _message("2026-10-28T08:00:00Z", "email", "2026-09-004717", "seen 2026-10-28T19:30:00Z",
                                         stage="friendly")},
    # Cared for: the case was looked at by a person.
    "NL-0009": {"tasks": [
        {"kind": "review_hardship", "id": "T-0009-1", "owner": "hardship", "state": "done",
         "opened_at": "2026-01-12T09:00:00Z", "due_on": "2026-01-19", "done_at": "2026-01-16T14:20:00Z"},
    ]},
    # Cannot pay at once, and says so.
    "NL-0013": {
        "interactions": [
            *_message("2026-10-20T08:00:00Z", "email", "2026-09-004723", "seen 2026-10-20T16:10:00Z",
                      "clicked 2026-10-20T16:12:00Z", stage="friendly"),
            {"kind": "instalments", "at": "2026-10-20T16:15:00Z", "channel": "email", "bill_number": "2026-09-004723"},
        ],
        "tasks": [
            {"kind": "approve_plan", "id": "T-0013-1", "owner": "collection", "opened_at": "2026-10-20T16:15:00Z",
             "due_on": "2026-11-04", "bill_number": "2026-09-004723"},
        ],
    },
    # Three instalments of what the newest bill carries over; the first is due on 15 November.
    "NL-0014": {
        "promises": [
            {"made_on": "2026-09-14", "due_on": due, "amount": amount, "bill_number": "2026-10-004724",
             "plan": "P-0014", "channel": "phone"}
            for due, amount in (("2026-11-15", "105.00"), ("2026-12-15", "105.00"), ("2027-01-15", "100.45"))
        ],
        "documents": [
            {"kind": "plan_agreement", "at": "2026-09-15T09:00:00Z", "channel": "post", "reference": "P-0014",
             "bill_number": "2026-10-004724"},
        ],
    },
    # Promised twice, paid neither time.
    "NL-0015": {
        "interactions": [
            *_message("2026-09-29T08:00:00Z", "sms", "2026-08-002725", stage="friendly"),
            *_message("2026-10-09T08:00:00Z", "sms", "2026-08-002725", "seen 2026-10-09T08:31:00Z", stage="first"),
        ],
        "promises": [
            {"made_on": "2026-09-30", "due_on": "2026-10-08", "bill_number": "2026-08-002725", "kept": False,
             "channel": "phone"},
            {"made_on": "2026-10-10", "due_on": "2026-10-18", "bill_number": "2026-08-002725", "kept": False,
             "channel": "phone"},
        ],
        "documents": [{"kind": "reminder", "at": "2026-10-20T08:00:00Z", "channel": "post",
                       "reference": "R-2026-10-004725", "bill_number": "2026-08-002725"}],
    },
    # Wants no texts; the app is fine.
    "NL-0017": {"interactions": [
        *_message("2026-06-03T08:00:00Z", "sms", "2026-09-003727", "seen 2026-06-03T08:05:00Z"),
        {"kind": "opted_out", "at": "2026-06-03T08:06:00Z", "channel": "sms"},
        *_message("2026-10-03T16:00:00Z", "push", "2026-09-003727", "seen 2026-10-03T16:02:00Z"),
    ]},
    "NL-0019": {"tasks": [
        {"kind": "review_hardship", "id": "T-0019-1", "owner": "hardship", "opened_at": "2026-10-29T09:00:00Z",
         "due_on": "2026-11-12"},
    ]},
    # Looks at nothing, answers nothing.
    "NL-0020": {"documents": [
        {"kind": "reminder", "at": "2026-10-01T08:00:00Z", "channel": "post", "bill_number": "2026-06-004730"},
    ]},
    # The e-mail address is dead.
    "NL-0021": {"interactions": [
        {"kind": "sent", "at": "2026-10-03T08:00:00Z", "channel": "email", "bill_number": "2026-09-003731"},
        {"kind": "bounced", "at": "2026-10-03T08:01:00Z", "channel": "email", "bill_number": "2026-09-003731"},
    ]},
    "NL-0024": {"interactions": [
        *_message("2026-09-28T08:00:00Z", "email", "2026-08-002734", "seen 2026-10-05T20:10:00Z",
                  "clicked 2026-10-05T20:11:00Z", stage="friendly"),
        *_message("2026-10-08T08:00:00Z", "email", "2026-08-002734", "seen 2026-10-08T20:40:00Z", stage="first"),
    ]},
    "NL-0025": {
        "disputes": [{"bill_number": "2026-10-004735", "opened_on": "2026-11-04",
                      "note": "Says that the meter was exchanged in October."}],
        "tasks": [{"kind": "check_dispute", "id": "T-0025-1", "owner": "metering", "opened_at": "2026-11-04T11:10:00Z",
                   "due_on": "2026-11-18", "bill_number": "2026-10-004735"}],
    },
    # Two instalments agreed, the first not paid.
    "NL-0026": {
        "interactions": _message("2026-09-29T08:00:00Z", "email", "2026-08-004736", "seen 2026-09-29T12:20:00Z",
                                 "instalments 2026-09-29T12:24:00Z", stage="friendly"),
        "promises": [
            {"made_on": "2026-09-30", "due_on": due, "amount": "31.73", "bill_number": "2026-08-004736",
             "plan": "P-0026", "channel": "email", **state}
            for due, state in (("2026-10-15", {"kept": False}), ("2026-11-15", {}))
        ],
    },
    "NL-0027": {"documents": [
        {"kind": "letter", "at": "2026-10-19T10:00:00Z", "direction": "received", "channel": "post"},
    ]},
    # Asked to be called.
    "NL-0031": {
        "interactions": [{"kind": "call_back", "at": "2026-11-05T15:30:00Z", "channel": "email",
                          "bill_number": "2026-10-004741"}],
        "tasks": [{"kind": "call_back", "id": "T-0031-1", "owner": "service", "opened_at": "2026-11-05T15:30:00Z",
                   "due_on": "2026-11-09", "bill_number": "2026-10-004741"}],
    },
}  # fmt: skip


def with_dealings(row: Row) -> Row:
    """Return the sample customer with what passed with them, in order of time."""
    opened_on, method = _SINCE[row["key"]]
    more: dict[str, Any] = {"opened_on": opened_on, "payment_method": method}
    for name, rows in _MORE.get(row["key"], {}).items():
        more[name] = [*row.get(name, ()), *rows]
    if "interactions" in more:
        more["interactions"].sort(key=lambda contact: contact["at"])
    return {**row, **more}
