"""A sink in this process's memory, for previews, library calls and tests."""

from __future__ import annotations

from typing import ClassVar

from engine.errors import StorageError
from engine.model.artifact import Artifact, StoredObject
from engine.storage.address import SinkAddress
from engine.storage.object_path import checked_path


class MemorySink:
    """Keeps artifacts by path. `memory://name` gives the same sink to all who ask in one process."""

    _named: ClassVar[dict[str, MemorySink]] = {}

    def __init__(self) -> None:
        self.objects: dict[str, Artifact] = {}

    @classmethod
    def open(cls, address: SinkAddress) -> MemorySink:
        """Return the sink named by the address, made when it is new."""
        return cls._named.setdefault(address.rest, cls())

    def check(self) -> None:
        """Nothing can be wrong with memory."""

    def put(self, path: str, artifact: Artifact) -> StoredObject:
        """Keep the artifact under `path`. Raises `StorageError` (S102)."""
        self.objects[checked_path(path)] = artifact
        return StoredObject(artifact.channel, path, artifact.media_type, len(artifact.data), artifact.sha256)

    def get(self, path: str) -> bytes:
        """Return the bytes under `path`. Raises `StorageError` (S105)."""
        if path not in self.objects:
            raise StorageError("S105", "there is no such object in memory", place=path)
        return self.objects[path].data

    def url(self, path: str) -> str:
        """Return a name for the object; nothing can be fetched by it from outside."""
        return f"memory:///{path}"

    def holds(self, stored: StoredObject) -> bool:
        """True if the object is there with the same content."""
        found = self.objects.get(stored.path)
        return found is not None and found.sha256 == stored.sha256
