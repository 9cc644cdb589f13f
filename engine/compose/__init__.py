"""From a customer to a communication. Pure."""
