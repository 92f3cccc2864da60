"""Every fault of a site is named by its place in the file, with the cure, all at once."""

import tomllib

import pytest
from pydantic import BaseModel

from app.settings import ConfigurationError
from app.sites import Choice, Item, Limits, Plan, Site, parse_sites

ORIGINS = 'origins = ["https://www.acme.example"]\n'
PLAN = 'pid = 1\nbilling_cycle = "monthly"\npayment_method = "stripe"\n'


def faults(text: str, origins: str = ORIGINS) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as refused:
        parse_sites(tomllib.loads(f"[sites.acme]\n{origins}{text}"))
    return refused.value.faults


def cure(model: type[BaseModel], field: str) -> str:
    return f"{model.model_fields[field].description}."


BAD_ORIGINS = [
    ("[]", "origins", "at least 1 item"),
    ('"https://www.acme.example"', "origins", "is not a list"),
    ("[3]", "origins.0", "is not a text"),
    ('["https://www.acme.example", "https://www.acme.example/signup"]', "origins.1", "more than scheme and host"),
    ('["http://www.acme.example"]', "origins.0", "plain http over a public network"),
    ('["https://*.example"]', "origins.0", "covers a whole top-level domain"),
    ('["www.acme.example"]', "origins.0", "is not an origin"),
    ('["*"]', "origins.0", "is not an origin"),
]


@pytest.mark.parametrize(("origins", "place", "wrong"), BAD_ORIGINS, ids=[origins for origins, _, _ in BAD_ORIGINS])
def test_a_bad_origin(origins: str, place: str, wrong: str) -> None:
    (told,) = faults("", f"origins = {origins}\n")
    assert told.startswith(f"sites.acme.{place}: ")
    assert wrong in told
    assert told.endswith(cure(Site, "origins"))


FAULTS = [
    ('success_url = "https://evil.example/"', "success_url", "is not on one of the site's origins"),
    ('success_url = "/welcome"', "success_url", "is not on one of the site's origins"),
    ('error_url = "https://www.acme.example.evil.example/"', "error_url", "is not on one of the site's origins"),
    ('error_url = "javascript:alert(1)"', "error_url", "is not on one of the site's origins"),
    ('attribution = "note"', "attribution", "is neither of the words"),
    ("attribution = { utm_source = 0 }", "attribution", "is neither of the words"),
    ("attribution = { utm_source = true }", "attribution", "is neither of the words"),
    ("attribution = { utm_sauce = 7 }", "attribution", "does not know 'utm_sauce'"),
    (
        "custom_fields = { a = 7 }\nattribution = { gclid = 7 }",
        "attribution",
        "one of the numbers in custom_fields for 'gclid'",
    ),
    ('login_url = "/login"', "login_url", "is not the address of a page"),
    ('login_url = "javascript:alert(1)"', "login_url", "is not the address of a page"),
    ('login_url = "https://a@billing.example/"', "login_url", "is not the address of a page"),
    ('login_url = "https://*.acme.example/"', "login_url", "is not the address of a page"),
    ('login_url = "https://billing.example\\\\@evil.example/"', "login_url", "is not the address of a page"),
    ('login_url = "http://billing.example.com/login"', "login_url", "uses plain http over a public network"),
    ("error_url = 3", "error_url", "is not a text"),
    ('name = "<b>Acme</b>"', "name", "is not right"),
    (f'name = "{"A" * 81}"', "name", "at most 80 characters"),
    ('logo_url = "/logo.svg"', "logo_url", "is not the address of a page"),
    ('logo_url = "data:image/png;base64,AA"', "logo_url", "is not the address of a page"),
    ('logo_url = "http://cdn.example.com/logo.svg"', "logo_url", "uses plain http over a public network"),
    ('logo_url = "https://cdn.example.com;script-src/logo.svg"', "logo_url", "a host that no browser would send"),
    ('accent = "red"', "accent", "is not right. Write a colour"),
    ('accent = "#0b6"', "accent", "is not right. Write a colour"),
    ('accent = "#0b6358;}"', "accent", "is not right. Write a colour"),
    ('terms_url = "/terms"', "terms_url", "is not the address of a page"),
    ('hosted_form = "maybe"', "hosted_form", "is not right. Write true"),
    ("reply_within = 61", "reply_within", "less than or equal to 60"),
    ("reply_within = -1", "reply_within", "greater than or equal to 0"),
    ("reply_within = nan", "reply_within", "is not right"),
    ('reply_within = "soon"', "reply_within", "is not a number"),
    ('existing_customer = "ask"', "existing_customer", 'is not right. Write "tell" or'),
    ("screening = { hold = 11 }", "screening", "hold (11) is above refuse (10), so it would never happen"),
    ("screening = { refuse = 2 }", "screening", "challenge (3) is above refuse (2)"),
    ("screening = 3", "screening", "is not a table"),
    ("retention_days = 0", "retention_days", "greater than 0"),
    ("retention_days = 3651", "retention_days", "less than or equal to 3650"),
    ("custom_fields = { email = 3 }", "custom_fields", "gives another meaning to 'email'"),
    ('custom_fields = { "First Name" = 3 }', "custom_fields", "gives another meaning to 'First Name'"),
    ("custom_fields = { Heard-From = 3, heard_from = 4 }", "custom_fields", "apart 'Heard-From', 'heard_from'"),
    ("custom_fields = { _heard = 3 }", "custom_fields", "steers the gateway with '_heard'"),
    ('fields = { "_mail" = "email" }', "fields", "steers the gateway with '_mail'"),
    ('custom_fields = { heard = "x" }', "custom_fields.heard", "is not a whole number"),
    ("currencies = { EUR = 0 }", "currencies.EUR", "greater than 0"),
    ('required = ["compny", "nosuch", "terms"]', "required", "does not know 'compny', 'nosuch'"),
    ('required = "company"', "required", "is not a list"),
    ('optional = ["email"]', "optional", "does not know 'email'"),
    ('optional = ["company"]', "optional", "does not know 'company'"),
    ('defaults = { contry = "US" }', "defaults", "does not know 'contry'"),
    ("defaults = { country = 1 }", "defaults.country", "is not a text"),
    ('fields = { "Work Email" = "mail" }', "fields", "does not know 'mail'"),
    ('skip_validation = "maybe"', "skip_validation", "is not right. Write true"),
    ('limits = "5/hour"', "limits", "is not a table"),
    ("plans = 3", "plans", "is not a table"),
    ("plans = { starter = 3 }", "plans.starter", "is not a table"),
    ('defaults = { terms = "on" }', "defaults", "answers in the visitor's place 'terms'"),
    ('challenge = "on"', "challenge", "is not right"),
    ('challenge_provider = "captcha"', "challenge_provider", "is not right"),
    ('challenge_site_key = "a b"', "challenge_site_key", "is not right"),
    ('challenge_action = "sign up"', "challenge_action", "is not right"),
    ("challenge_min_score = 2", "challenge_min_score", "less than or equal to 1"),
    ('challenge_secret_env = "0x4AAAA"', "challenge_secret_env", "is not the name of a variable"),
    ('challenge_secret_env = "WHMCS_API_SECRET"', "challenge_secret_env", "a variable of the gateway's own"),
    ('challenge_secret_env = "GATEWAY_KEY"', "challenge_secret_env", "a variable of the gateway's own"),
    ('challenge_provider = "hcaptcha"\nchallenge_secret_env = "H"', "challenge_site_key", "is needed for hcaptcha"),
    ('challenge_provider = "turnstile"\nchallenge_site_key = "0x"', "challenge_secret_env", "needed for turnstile"),
]


@pytest.mark.parametrize(("text", "place", "wrong"), FAULTS, ids=[text for text, _, _ in FAULTS])
def test_a_fault_of_a_site(text: str, place: str, wrong: str) -> None:
    (told,) = faults(text)
    assert told.startswith(f"sites.acme.{place}: ")
    assert wrong in told
    assert told.endswith(cure(Site, place.partition(".")[0]))


def test_what_may_be_the_secret_itself_is_not_repeated() -> None:
    assert "0x4AAAA" not in "".join(faults('challenge_secret_env = "0x4AAAA"'))


BAD_LIMITS = [
    ('ip = "often"', "ip"),
    ('email = ""', "email"),
    ('site = "5/minute nonsense"', "site"),
    ('ip = "5/minute; nonsense"', "ip"),
    ('ip = "-5/minute"', "ip"),
    ('ip = "0/minute"', "ip"),
    ('ip = "5/0 minutes"', "ip"),
]


@pytest.mark.parametrize(("text", "name"), BAD_LIMITS, ids=[text for text, _ in BAD_LIMITS])
def test_a_bad_limit(text: str, name: str) -> None:
    (told,) = faults(f"limits = {{ {text} }}")
    assert told.startswith(f"sites.acme.limits.{name}: ")
    assert "is not a rate" in told
    assert told.endswith(cure(Limits, name))


BAD_PLANS = [
    (PLAN.replace("pid = 1\n", ""), "pid", "is missing"),
    (PLAN.replace("1", "0"), "pid", "greater than 0"),
    (PLAN.replace("1", '"one"'), "pid", "is not a whole number"),
    (PLAN.replace("monthly", "yearly"), "billing_cycle", "is not right. Write free, onetime"),
    (PLAN.replace("stripe", "Credit card!"), "payment_method", "is not right. Give the module"),
    (PLAN + f'promo_code = "{"X" * 65}"\n', "promo_code", "at most 64 characters"),
    (PLAN + "quantity = 0\n", "quantity", "greater than 0"),
    (PLAN + 'hostname = "{email}.example"\n', "hostname", "no host name"),
    (PLAN + 'nameservers = ["ns1.example"]\n', "nameservers.0", "is not right. List the prefixes"),
    (PLAN + 'nameservers = ["ns1", "ns2", "ns3"]\n', "nameservers", "has more than 2 items"),
    (PLAN + "domain_actions = []\n", "domain_actions", "needs at least 1 item"),
    (PLAN + 'required = ["colour"]\n', "required", "does not know 'colour'"),
    (PLAN + "custom_fields = { _x = 1 }\n", "custom_fields._x", "is not right. Map your form"),
    (PLAN + "choices = { m = { option = 1 } }\n", "choices.m", "needs either values or most"),
    (PLAN + 'choices = { m = { option = 1, most = 3, default = "4" } }\n', "choices.m", "would not take as an answer"),
    (PLAN + "choices = { m = { option = 1, least = 4, most = 3 } }\n", "choices.m", "a least above its most"),
    (PLAN + "choices = { m = { option = 1, most = 3 }, n = { option = 1, most = 3 } }\n", "choices", "1 twice"),
    (PLAN + "config_options = { 1 = 2 }\nchoices = { m = { option = 1, most = 3 } }\n", "choices", "1 twice"),
]


@pytest.mark.parametrize(("plan", "name", "wrong"), BAD_PLANS, ids=[f"{name} {wrong}" for _, name, wrong in BAD_PLANS])
def test_a_bad_plan(plan: str, name: str, wrong: str) -> None:
    (told,) = faults(f"[sites.acme.plans.starter]\n{plan}")
    assert told.startswith(f"sites.acme.plans.starter.{name}: ")
    assert wrong in told
    assert told.endswith(cure(Plan, name.partition(".")[0]))


@pytest.mark.parametrize(
    ("text", "place", "meant"),
    [
        ('sucess_url = "https://www.acme.example/"', "sucess_url", "sites.acme.success_url"),
        ("screening = { hodl = 3 }", "screening.hodl", "sites.acme.screening.hold"),
        ('limits = { emial = "3/hour" }', "limits.emial", "sites.acme.limits.email"),
        (
            f"[sites.acme.plans.starter]\n{PLAN}promocode = 'X'",
            "plans.starter.promocode",
            "sites.acme.plans.starter.promo_code",
        ),
    ],
    ids=["site", "screening", "limits", "plan"],
)
def test_a_key_that_nothing_reads(text: str, place: str, meant: str) -> None:
    assert faults(text) == (f"sites.acme.{place}: nothing reads this key. Did you mean {meant}?",)


def test_a_key_like_no_other_is_not_taken_for_one_of_them() -> None:
    assert faults('colour = "red"') == ("sites.acme.colour: nothing reads this key. Remove it.",)


def test_an_empty_site_needs_origins() -> None:
    assert faults("", origins="") == (f"sites.acme.origins: is missing. {cure(Site, 'origins')}",)


def test_all_faults_of_all_sites_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_sites(
            {
                "sites": {
                    "one": {"origins": ["https://a.example"], "retention_days": 0, "required": ["x"]},
                    "two": {"plans": {"pro": {"pid": 1, "cost": 3}}},
                    "three": {"origins": ["https://a.example"]},
                },
                "extra": 1,
            }
        )
    assert [told.partition(":")[0] for told in refused.value.faults] == [
        "extra",
        "sites.one.retention_days",
        "sites.one.required",
        "sites.two.origins",
        "sites.two.plans.pro.billing_cycle",
        "sites.two.plans.pro.payment_method",
        "sites.two.plans.pro.cost",
    ]


@pytest.mark.parametrize("model", [Site, Plan, Limits])
def test_every_key_has_a_cure(model: type[Site | Plan | Limits]) -> None:
    told = {name for name, field in model.model_fields.items() if field.description}
    assert told == set(model.model_fields) - {"key"}


def test_names_of_custom_fields_count_as_known() -> None:
    text = 'custom_fields = { heard = 3 }\nrequired = ["heard"]\ndefaults = { heard = "web" }'
    site = parse_sites(tomllib.loads(f"[sites.acme]\n{ORIGINS}{text}"))["acme"]
    assert site.required == {"heard"}


@pytest.mark.parametrize(
    ("table", "key"),
    [("choices.m", 'option = "x"\nmost = 3'), ("choices.m", "optoin = 1\noption = 1\nmost = 3")],
)
def test_a_fault_deep_inside_names_its_own_table(table: str, key: str) -> None:
    (told,) = faults(f"[sites.acme.plans.starter]\n{PLAN}[sites.acme.plans.starter.{table}]\n{key}\n")
    assert told.startswith(f"sites.acme.plans.starter.{table}.opt")
    assert cure(Choice, "option") in told or f"Did you mean sites.acme.plans.starter.{table}.option?" in told


def test_a_fault_in_another_product_of_a_plan() -> None:
    (told,) = faults(f"[sites.acme.plans.starter]\n{PLAN}[[sites.acme.plans.starter.more]]\npid = 2\n")
    assert told == f"sites.acme.plans.starter.more.0.billing_cycle: is missing. {cure(Item, 'billing_cycle')}"


@pytest.mark.parametrize("name", ["email", "Promo-Code", "Note"])
def test_a_plan_gives_no_other_meaning_to_a_field(name: str) -> None:
    text = f"[sites.acme.custom_fields]\nNote = 3\n[sites.acme.plans.starter]\n{PLAN}custom_fields = {{ {name} = 9 }}\n"
    (told,) = faults(text)
    assert told.startswith(
        f"sites.acme.plans: has choices or custom_fields with the name of another field; rename '{name}'"
    )


@pytest.mark.parametrize("other", ["RAM", "r-am", "Ram_"])
def test_plans_have_no_two_fields_that_a_form_spells_alike(other: str) -> None:
    """The answer for one plan's would be taken for the other's: what was not chosen would be ordered."""
    choice = 'option = 1\nvalues = { "2 GB" = 1, "4 GB" = 2 }\ndefault = "2 GB"\n'
    plans = [
        f"[sites.acme.plans.{key}]\n{PLAN}[sites.acme.plans.{key}.choices.{name}]\n{choice}"
        for key, name in (("small", "ram"), ("large", other))
    ]
    (told,) = faults("".join(plans))
    assert told.startswith("sites.acme.plans: cannot tell apart ")
    same = "".join(plans).replace(other, "ram")
    assert parse_sites(tomllib.loads(f"[sites.acme]\n{ORIGINS}{same}"))
