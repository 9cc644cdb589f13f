"""Rows and files become customers; bad records are set aside with place, fact and mend."""
