"""What one PDF costs: plain WeasyPrint, Typst, our fill, and our fill with a seal, in turn in one run.

All make the same two-page document of 12 to 20 charge lines with charts and QR code, tagged, PDF/A-3a
and PDF/UA-1, of another customer each time, from its JSON text: reading it and making the QR symbol
count. CPU time of the process (all threads), so that neighbours on the machine matter less. A round
makes a few documents by each method; the median of the rounds is told. What is made once (templates,
fonts, layout classes met while warming up) doesn't count, a class met later does.

    python benchmarks/bench_pdf.py [--rounds 9] [--fills 60] [--warm 1500] [--keep DIR]

The last line is JSON: milliseconds a document, the ratios of the peers to ours, the peak memory of a
process that does nothing but fill, and the bytes of a file.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pypdfium2
from pdf_documents import documents
from pdf_methods import Method, OurMethod, sealed_campaign, typst_method, weasyprint_method

from engine.batch.garbage import set_up_collector

PLAIN, TYPST = 1, 3  # documents a round; of ours `--fills`
NAMES = ("weasyprint", "typst", "fill", "sealed")


@dataclass(slots=True)
class Measured:
    """What the rounds gave: milliseconds a document by round, bytes and the last file by method."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, method: Method, texts: list[str]) -> list[bytes]:
        """Make the documents, note what each cost, and check that they are of two pages."""
        started = time.process_time()
        made = [method(text) for text in texts]
        self.milliseconds[name].append((time.process_time() - started) * 1000 / len(texts))
        for data in made:
            self.sizes[name].append(len(data))
            if len(page_texts(data)) != 2:
                raise SystemExit(f"{name} made a document that is not of two pages")
        self.last[name] = made[-1]
        return made

    def median(self, name: str) -> float:
        """Return the milliseconds of a document."""
        return statistics.median(self.milliseconds[name])


def page_texts(data: bytes) -> list[str]:
    """Return the text of each page, without white space."""
    document = pypdfium2.PdfDocument(data)
    found = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return found


def measure(methods: dict[str, Method], rounds: int, fills: int, warm: int) -> Measured:
    """Warm up, then make documents in rounds, each method after the other, no document twice by one method."""
    fresh, measured = documents(), Measured()
    early = list(islice(fresh, warm))
    for name, count in zip(NAMES, (2, 5, warm, warm), strict=True):
        for text in early[:count]:
            methods[name](text)
    texts = list(islice(fresh, rounds * fills))
    ours = {name: method for name, method in methods.items() if isinstance(method, OurMethod)}
    before = {name: method.paths.copy() for name, method in ours.items()}
    gc.collect()
    set_up_collector(("pdf",))  # as a worker of PDFs does when it is warm; it holds for all methods
    for number in range(rounds):
        mine = texts[number * fills : (number + 1) * fills]
        plain = measured.add("weasyprint", methods["weasyprint"], mine[:PLAIN])
        measured.add("typst", methods["typst"], mine[:TYPST])
        filled = measured.add("fill", methods["fill"], mine)
        measured.add("sealed", methods["sealed"], mine)
        if [page_texts(data) for data in plain] != [page_texts(data) for data in filled[:PLAIN]]:
            raise SystemExit("our document reads differently from WeasyPrint's")
    for name, method in ours.items():
        method.paths.subtract(before[name])
    return measured


def path_of(method: OurMethod) -> str:
    """Return the path of all timed documents. Ends the run where the fast one was left for some of them."""
    taken = {path: count for path, count in method.paths.items() if count}
    if any(path == "fast" for path in taken) and len(taken) > 1:
        raise SystemExit(f"not all documents took the fast path: {taken}")
    return next(iter(taken)).partition(":")[0]


def fill_only(path: Path) -> None:
    """Fill every document of a file and print this process's peak memory in MB (the worker's own part)."""
    method = OurMethod()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            method(line)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    print(json.dumps({"peak_mb": peak_kb / 1024, "paths": dict(method.paths)}))


def peak_mb(folder: Path, count: int) -> float:
    """Return the peak memory of a process that only fills `count` documents."""
    path = folder / "documents.jsonl"
    path.write_text("".join(text + "\n" for text in islice(documents(), count)), encoding="utf-8")
    command = [sys.executable, __file__, "--worker", str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(json.loads(told.splitlines()[-1])["peak_mb"])


def figures_of(measured: Measured, peak: float, path: str) -> dict[str, float | str]:
    """Return the figures of the last line."""
    plain, typst, fill, sealed = (measured.median(name) for name in NAMES)
    size = {name: statistics.mean(measured.sizes[name]) for name in NAMES}
    return {
        "benchmark": "pdf",
        "weasyprint_ms": round(plain, 3),
        "typst_ms": round(typst, 3),
        "fill_ms": round(fill, 4),
        "sealed_ms": round(sealed, 4),
        "peak_mb": round(peak, 1),
        "bytes": round(size["fill"]),
        "path": path,
        "fill_to_weasyprint": round(plain / fill, 1),
        "fill_to_typst": round(typst / fill, 1),
        "sealed_to_weasyprint": round(plain / sealed, 1),
        "sealed_to_typst": round(typst / sealed, 1),
        "sealed_per_s": round(1000 / sealed, 1),
        "fill_mean_ms": round(statistics.mean(measured.milliseconds["fill"]), 4),
        "weasyprint_bytes": round(size["weasyprint"]),
        "typst_bytes": round(size["typst"]),
        "bytes_to_weasyprint": round(size["fill"] / size["weasyprint"], 3),
    }


def main() -> None:
    """Print the table, then the JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--fills", type=int, default=60, help="documents of ours a round")
    options.add_argument("--warm", type=int, default=1500, help="documents of ours before the first round")
    options.add_argument("--peak", type=int, default=1000, help="documents of the process whose memory is told")
    options.add_argument("--keep", type=Path, help="folder to leave the last PDF of each method in")
    options.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.worker:
        fill_only(given.worker)
        return
    with tempfile.TemporaryDirectory() as folder:
        ours, sealed = OurMethod(), OurMethod(sealed_campaign(Path(folder)))
        methods: dict[str, Method] = {
            "weasyprint": weasyprint_method(), "typst": typst_method(), "fill": ours, "sealed": sealed
        }  # fmt: skip
        measured = measure(methods, given.rounds, given.fills, given.warm)
        path = path_of(ours)
        if path_of(sealed) != path:
            raise SystemExit("sealed and unsealed documents took different paths")
        count = given.peak if path == "fast" else given.fills
        figures = figures_of(measured, peak_mb(Path(folder), count), path)
    for name in NAMES:
        times, size = measured.milliseconds[name], statistics.mean(measured.sizes[name])
        print(f"{name:11} {measured.median(name):9.3f} ms  ({min(times):.3f} to {max(times):.3f})  {size:9,.0f} bytes")
    print(f"ours goes by the {path} path; peak memory of a filling process {figures['peak_mb']} MB")
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        for name, data in measured.last.items():
            (given.keep / f"{name}.pdf").write_bytes(data)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
