"""Signing keys, CMS signed data and certificate chains: what seals and time stamps both rest on."""
