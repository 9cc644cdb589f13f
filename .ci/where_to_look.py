"""Say, after a demo, which files to open."""

from __future__ import annotations

import sys
from pathlib import Path


def main(out: Path) -> None:
    """Print the files of each customer's folder below `out`."""
    folders = sorted(page.parent for page in out.glob("*/*/index.html"))
    print(f"\n{len(folders)} customers' pages lie in {out.resolve()}. Open in a browser:")
    for folder in folders:
        names = ", ".join(sorted(path.name for path in folder.iterdir() if path.name != "index.html"))
        print(f"  {folder / 'index.html'}\n    beside it: {names}")
    paper = sorted(letter for letter in out.glob("*/*/bill.pdf") if not letter.with_name("index.html").exists())
    for letter in paper:
        print(f"  {letter}\n    on paper alone: a formal notice")
    print(f"The run's report, manifest and links: {out / '.billcast'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
