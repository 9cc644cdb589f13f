"""Shim for a checkout: `python cli.py …` is `billcast …`."""

from engine.program import main

if __name__ == "__main__":
    main()
