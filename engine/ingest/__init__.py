"""Records in: JSON Lines, Parquet, a CSV set, EN 16931 invoices. Streaming, in constant memory."""

from engine.ingest.item import IngestItem, IngestOptions, Read, SetAside, Unread
from engine.ingest.jsonl import look_into
from engine.ingest.lookup import customer_of
from engine.ingest.reader import read, scan

__all__ = ["IngestItem", "IngestOptions", "Read", "SetAside", "Unread", "customer_of", "look_into", "read", "scan"]
