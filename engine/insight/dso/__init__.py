"""Days sales outstanding: how long money stays out, by month and group, and what drives it."""
