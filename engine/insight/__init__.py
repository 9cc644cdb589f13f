"""Credit management: what is owed, who the customer is to us, what to do next, and whether it works."""
