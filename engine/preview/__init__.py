"""A localhost page that shows one customer in all channels."""
