"""The one strict Jinja environment, template sets, texts, and the linter."""
