"""One record a customer, joined by key from billing, CRM, marketing and collection sources."""

from engine.ingest.merge.declaration import Merging, Source, load_merging, merging_of
from engine.ingest.merge.joining import Claim, Joined, Taken
from engine.ingest.merge.merging import Merged, Rejected, Tally, merge

__all__ = [
    "Claim",
    "Joined",
    "Merged",
    "Merging",
    "Rejected",
    "Source",
    "Taken",
    "Tally",
    "load_merging",
    "merge",
    "merging_of",
]
