"""The fields of a sign-up: those that WHMCS demands, all that it takes, and what tells where a visitor came from."""

# https://developers.whmcs.com/api-reference/addclient/
WHMCS_DEMANDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "address1",
    "city",
    "state",
    "postcode",
    "country",
)
FIELD_NAMES = (
    *WHMCS_DEMANDS,
    "company",
    "address2",
    "tax_id",
    "currency",
    "language",
    "marketing_opt_in",
    "terms",
    "plan",
    "domain",
    "domain_action",
    "domain_years",
    "epp_code",
    "promo_code",
    "payment_method",
)
# What analytics call them; then the click ids of Google, Meta, Microsoft and TikTok.
# https://support.google.com/analytics/answer/10917952
ATTRIBUTION = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "gclid",
    "gbraid",
    "wbraid",
    "fbclid",
    "msclkid",
    "ttclid",
    "referrer",
    "landing",
)
