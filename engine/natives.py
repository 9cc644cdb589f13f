"""Native kernels: Cython beside the Python that does the same, for what takes most of a document's time.

    kernel = native(__name__, "qr_kernel")          # engine/payment/qr_kernel.pyx; None where it was not built
    masked = _masked if kernel is None else kernel.masked

A kernel gives the same as its Python, bit for bit (tests hold them together), in a fraction of its time. They are
built when the package is installed, where there are a C compiler and Python's headers. What is built bears the
mark of its source: one of another text is never used.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SETTING: Final = "BILLCAST_NATIVE"  # 0: Python does all, as on a machine without a compiler
_NO: Final = frozenset(("0", "false", "no", "off", "n", "f"))  # as pydantic reads them
FOLDERS: Final = ("engine", "renderers")
# No contraction: floats are rounded as Python rounds them.
_FLAGS: Final = ("-O2", "-fPIC", "-shared", "-ffp-contract=off", "-fno-strict-aliasing")
_SUFFIX: Final = sysconfig.get_config_var("EXT_SUFFIX") or ".so"
_DIRECTIVES: Final = {"language_level": "3", "boundscheck": "False", "wraparound": "False", "cdivision": "True"}


def native(module: str, kernel: str) -> ModuleType | None:
    """Return the kernel beside the module of this name; None where it is not built or not wanted."""
    source = Path(sys.modules[module].__file__ or "").with_name(f"{kernel}.pyx")
    built = library(source)
    if not are_wanted() or not built.exists():
        return None
    name = f"{module.rpartition('.')[0]}.{kernel}"
    spec = spec_from_file_location(name, built, loader=ExtensionFileLoader(name, str(built)))
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def are_wanted() -> bool:
    """Whether the setting lets kernels be used; it is read before all others are."""
    return os.environ.get(SETTING, "").strip().lower() not in _NO


def library(source: Path) -> Path:
    """Return where the kernel of a source is, or would be, for this Python."""
    told = source.read_bytes() + repr((_FLAGS, _DIRECTIVES)).encode()
    return source.with_name(f"{source.stem}.{hashlib.blake2b(told, digest_size=8).hexdigest()}{_SUFFIX}")


def sources(root: Path = ROOT) -> list[Path]:
    """Return the sources of all kernels."""
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.pyx"))


def missing(root: Path = ROOT) -> list[str]:
    """Return the names of the kernels that are not built."""
    return [source.stem for source in sources(root) if not library(source).exists()]


def compiler() -> str | None:
    """Return the C compiler of this machine, `CC` before what is found; None if there is none."""
    return os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def has_headers() -> bool:
    """Whether Python's headers are there (Debian: python3-dev)."""
    return (Path(sysconfig.get_path("include")) / "Python.h").exists()


def build(program: str, wanted: Sequence[Path]) -> list[Path]:
    """Build the kernels of these sources, and remove what was built of older texts. Needs Cython.

    Raises `OSError`, and `subprocess.CalledProcessError` with what Cython or the compiler says.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        return list(threads.map(lambda source: _build(program, source), wanted))


def _build(program: str, source: Path) -> Path:
    target = library(source)
    for old in source.parent.glob(f"{source.stem}.*{_SUFFIX}"):
        if old != target:
            old.unlink()
    if target.exists():
        return target
    directives = [part for name, value in _DIRECTIVES.items() for part in ("-X", f"{name}={value}")]
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / f"{source.stem}.c"
        made = Path(folder) / target.name
        translate = [sys.executable, "-m", "cython", *directives, "-o", str(written), str(source)]
        compile_ = [program, *_FLAGS, f"-I{sysconfig.get_path('include')}", "-o", str(made), str(written), "-lm"]
        for command in (translate, compile_):
            subprocess.run(command, check=True, capture_output=True, text=True)
        part = target.with_suffix(f".{os.getpid()}")
        shutil.copyfile(made, part)
    part.replace(target)
    return target


def main() -> None:
    """Build all kernels that are not built."""
    program = compiler()
    if not program:
        raise SystemExit("there is no C compiler: install gcc, or name one in CC")
    try:
        built = build(program, sources())
    except subprocess.CalledProcessError as error:
        raise SystemExit(str(error.stderr or error)) from error
    sys.stdout.write("".join(f"{path.relative_to(ROOT)}\n" for path in built))


if __name__ == "__main__":
    main()
