"""Shim for a checkout: `python cli.py …` is `billcast …`."""

from engine.commands import main

if __name__ == "__main__":
    main()
