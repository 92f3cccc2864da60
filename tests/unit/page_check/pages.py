"""Pages as people build them, and a site that takes them."""

from app.page_check import Checked, Document, check_page
from app.sites import Site
from tests.unit.forms.visitors import PLAN
from tests.unit.forms.visitors import site as visitors_site

GATEWAY = "https://signup.example.com"
PAGE_URL = "https://www.acme.example/signup"

PLAIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign up</title></head><body>
<form method="post" action="https://signup.example.com/v1/acme/signup">
<label>First name <input name="first_name" autocomplete="given-name" required></label>
<label>Last name <input name="last_name" autocomplete="family-name" required></label>
<label>Email <input name="email" type="email" autocomplete="section-a email webauthn" required></label>
<label for="phone">Phone</label> <input id="phone" name="phone" type="tel" autocomplete="tel" required>
<label>Street <input name="address1" autocomplete="address-line1" required></label>
<label>City <input name="city" autocomplete="address-level2" required></label>
<label>State <input name="state" autocomplete="address-level1" required></label>
<input name="postcode" aria-label="Postcode" autocomplete="postal-code" required>
<label>Country <select name="country" autocomplete="country"><option value="">Choose<option value="GB">United Kingdom
<option>France</option></select></label>
<label><input name="terms" type="checkbox" value="yes" required> I accept the terms</label>
<input type="hidden" name="plan" value="starter">
<div aria-hidden="true"><input name="_gotcha" tabindex="-1" autocomplete="off"></div>
<button>Create my account</button>
</form></body></html>
"""
# As Webflow exports a form whose action and method were set.
WEBFLOW = """<!DOCTYPE html><html data-wf-page="1"><head><meta charset="utf-8"></head><body><div class="w-form">
<form id="email-form" name="email-form" data-name="Email Form" method="post" class="form" aria-label="Email Form"
 action="https://signup.example.com/v1/acme/signup" data-wf-page-id="1" data-wf-element-id="2">
<label for="First-Name">First name</label><input class="w-input" autocomplete="given-name" maxlength="256"
 name="First-Name" data-name="First Name" placeholder="" type="text" id="First-Name" required="">
<label for="Last-Name">Last name</label><input class="w-input" autocomplete="family-name" maxlength="256"
 name="Last-Name" data-name="Last Name" type="text" id="Last-Name" required="">
<label for="Email-2">Email</label><input class="w-input" autocomplete="email" name="Email-2" type="email" id="Email-2">
<label for="tel">Phone</label><input class="w-input" autocomplete="tel" name="Phone-Number" type="tel" id="tel">
<label for="a">Street</label><input class="w-input" autocomplete="street-address" name="Street-Address" id="a">
<label for="b">City</label><input class="w-input" autocomplete="address-level2" name="City" id="b">
<label for="c">State</label><input class="w-input" autocomplete="address-level1" name="State" id="c">
<label for="d">ZIP</label><input class="w-input" autocomplete="postal-code" name="ZIP-Code" id="d">
<label for="e">Country</label><input class="w-input" autocomplete="country-name" name="Country" id="e">
<label class="w-checkbox"><div class="w-checkbox-input"></div><input type="checkbox" id="f" name="Terms"
 style="opacity:0;position:absolute;z-index:-1"><span class="w-form-label" for="f">I accept</span></label>
<input type="submit" data-wait="Please wait..." class="w-button" value="Submit"></form>
<div class="w-form-done"><div>Thank you!</div></div><div class="w-form-fail"><div>Oops!</div></div></div></body></html>
"""
# As React writes it: attributes without line breaks, empty values for switches, a template beside it.
NEXT = (
    PLAIN.replace("\n", "").replace(" required", ' required=""').replace("</body>", '<template><form action="">')
) + "</template></body></html>"
# As Astro writes it, with signup.js and a policy that allows it.
ASTRO = PLAIN.replace(
    "</head>",
    """<meta http-equiv="content-security-policy" content="default-src 'self'; script-src 'self'
 https://signup.example.com; connect-src https://signup.example.com; form-action 'self' https://signup.example.com">
<script src="https://signup.example.com/signup.1.js" integrity="sha384-x" crossorigin defer></script></head>""",
).replace("<form ", '<form data-astro-cid-x1 data-signup="" ')


def acme(**settings: object) -> Site:
    """A site that wants the terms accepted and sells one plan."""
    given = {"plans": {"starter": PLAN}, "required": ["terms"], "success_url": "https://www.acme.example/welcome"}
    return visitors_site(**(given | settings))


def checked(html: str, *, site: Site | None = None, gateway_url: str = GATEWAY, **document: object) -> Checked:
    """What is found on this page."""
    return check_page(Document(html, **document), {"acme": site or acme()}, gateway_url=gateway_url)  # type: ignore[arg-type]


def codes(html: str, **rest: object) -> list[str]:
    """The codes of what is found, without the praise."""
    return [one.code for one in checked(html, **rest).findings if one.code != "good_form"]  # type: ignore[arg-type]
