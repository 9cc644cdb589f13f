"""Builds the native parts where there is a C compiler; without one Python and numpy do the same, slower."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class NativeHook(BuildHookInterface[Any]):
    """Compiles `renderers/video/fast/differences.c` and the kernels (`*.pyx`) beside them, into a wheel too."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build them. That there is no compiler is no error, that it fails is a warning."""
        sys.path.insert(0, self.root)
        from engine.natives import compiler

        program = compiler()
        if self.target_name != "wheel" or not program:
            return
        built = [*self._differences(program), *self._kernels(program)]
        if not built:
            return
        build_data["artifacts"] += [str(path.relative_to(self.root)) for path in built]
        if version != "editable":
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            python = f"cp{sys.version_info.major}{sys.version_info.minor}"
            build_data["pure_python"], build_data["tag"] = False, f"{python}-{python}-{platform}"

    def _differences(self, program: str) -> list[Path]:
        """Build the native part of videos."""
        from renderers.video.fast.library import LIBRARY, build

        try:
            build(program)
        except (OSError, subprocess.CalledProcessError) as error:
            self._warn("videos are made without their native part", error)
            return []
        return [LIBRARY]

    def _kernels(self, program: str) -> list[Path]:
        """Build the kernels."""
        from engine.natives import build, has_headers, sources

        if not has_headers():
            self.app.display_warning("PDFs are made without native kernels: Python's headers (python3-dev) are missing")
            return []
        try:
            return build(program, sources(Path(self.root)))
        except (OSError, subprocess.CalledProcessError) as error:
            self._warn("PDFs are made without native kernels", error)
            return []

    def _warn(self, what: str, error: Exception) -> None:
        self.app.display_warning(f"{what}: {getattr(error, 'stderr', '') or error}")
