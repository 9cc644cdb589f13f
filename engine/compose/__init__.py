"""From a customer to a communication. Pure."""

from engine.compose.compose import Suppressed, compose

__all__ = ["Suppressed", "compose"]
