"""What a visitor may send: any body -> ``SignupForm``, or every fault at once."""

from app.forms.attribution import read_attribution, wanted
from app.forms.body import MAX_BODY_BYTES, MAX_FIELDS, MAX_NAME_BYTES, MAX_VALUE_BYTES, Fields, read_body
from app.forms.controls import Controls, answers_only, check_key, page_token, read_controls
from app.forms.countries import country_names
from app.forms.messages import faulty_texts, in_words, sentence
from app.forms.scripts import mixed_scripts
from app.forms.signup import SignupForm, demanded, faulty_defaults, read_signup
from app.forms.solutions import MAX_SOLUTION_BYTES, SOLUTIONS
from app.forms.spellings import fold, known_names

__all__ = [
    "MAX_BODY_BYTES",
    "MAX_FIELDS",
    "MAX_NAME_BYTES",
    "MAX_SOLUTION_BYTES",
    "MAX_VALUE_BYTES",
    "SOLUTIONS",
    "Controls",
    "Fields",
    "SignupForm",
    "answers_only",
    "check_key",
    "country_names",
    "demanded",
    "faulty_defaults",
    "faulty_texts",
    "fold",
    "in_words",
    "known_names",
    "mixed_scripts",
    "page_token",
    "read_attribution",
    "read_body",
    "read_controls",
    "read_signup",
    "sentence",
    "wanted",
]
