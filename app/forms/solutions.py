"""Where the solution of a challenge comes in a form, by who set the challenge."""

MAX_SOLUTION_BYTES = 8 * 1024  # some tokens are longer than anything that a person writes

# Ours first, then the names that a provider's script uses and does not let a page change. Turnstile's own
# (cf-turnstile-response) is not among them: on Webflow it is Webflow's token, which only Webflow can verify.
SOLUTIONS = {
    "altcha": ("_altcha", "altcha"),
    "turnstile": ("_turnstile",),
    "hcaptcha": ("_hcaptcha", "h-captcha-response"),
    "recaptcha": ("_recaptcha", "g-recaptcha-response"),
}
SOLUTION_FIELDS = frozenset(name for names in SOLUTIONS.values() for name in names)
