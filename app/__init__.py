"""Signup Gateway for WHMCS: a website's sign-up form becomes a WHMCS client, exactly once."""

__version__ = "0.1.0"
