"""Channels: each compiles once and fills many, behind the seam of `engine.contracts`."""
