"""What is known and what is said: frozen types, no input or output, no clock."""
