"""policy.toml: how a utility collects. One module a table, each option a field with its default and a sentence."""
