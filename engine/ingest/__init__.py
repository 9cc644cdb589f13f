"""Records in: JSON Lines, Parquet, a CSV set, EN 16931 invoices. Streaming, in constant memory."""

from engine.ingest.item import IngestItem, IngestOptions, Read, SetAside
from engine.ingest.reader import read

__all__ = ["IngestItem", "IngestOptions", "Read", "SetAside", "read"]
