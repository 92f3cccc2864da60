"""The fields of a sign-up: those that WHMCS demands, and all that it takes."""

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
    "promo_code",
    "payment_method",
)
