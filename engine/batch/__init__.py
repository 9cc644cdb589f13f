"""Plan, run, record and resume a cycle."""
