"""Sinks: where artifacts go. A folder, the memory of this process, or object storage."""

from engine.storage.address import SinkAddress, open_sink

__all__ = ["SinkAddress", "open_sink"]
