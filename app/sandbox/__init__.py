"""A stand-in WHMCS and a demo marketing site, for trying the gateway out and for its tests. Imports nothing of ours."""
