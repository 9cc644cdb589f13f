"""From a customer to a communication. Pure."""

from engine.compose.compose import OF_MAIL, Suppressed, compose

__all__ = ["OF_MAIL", "Suppressed", "compose"]
