"""Pay-now links, bank codes and the keys that sign them. Pure."""
