"""Proof of what was made and when: hash trees, time stamps, evidence records, seals read back."""
