"""Builds the native part of videos where there is a C compiler; without one numpy does the same, slower."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class NativeHook(BuildHookInterface[Any]):
    """Compiles `renderers/video/fast/differences.c` beside its source, into a wheel as well."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the library. That there is no compiler is no error, that it fails is a warning."""
        sys.path.insert(0, self.root)
        from renderers.video.fast.library import LIBRARY, build, compiler

        program = compiler()
        if self.target_name != "wheel" or not program:
            return
        try:
            build(program)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "") or str(error)
            self.app.display_warning(f"videos are made without their native part: {said}")
            return
        build_data["artifacts"].append(str(LIBRARY.relative_to(self.root)))
        if version != "editable":
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"], build_data["tag"] = False, f"py3-none-{platform}"
