"""A country as people write it -> its two letters. Only whole names count; nothing is guessed."""

import gettext
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

import pycountry

from app.forms.faults import Fault
from app.forms.spellings import fold

# What ISO 3166 does not call them, and people do.
_ALSO = {
    "AE": "UAE, Emirates",
    "AT": "Österreich",
    "BE": "België, Belgique",
    "BN": "Brunei",
    "BQ": "Bonaire, Caribbean Netherlands",
    "BR": "Brasil",
    "CC": "Cocos Islands, Keeling Islands",
    "CD": "DR Congo, DRC, Democratic Republic of Congo, Congo-Kinshasa",
    "CG": "Republic of Congo, Congo-Brazzaville",
    "CH": "Schweiz, Suisse, Svizzera",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "CZ": "Czech Republic",
    "DE": "Deutschland",
    "DK": "Danmark",
    "ES": "España",
    "FI": "Suomi",
    "FK": "Falkland Islands, Falklands",
    "FM": "Micronesia",
    "GB": "UK, Great Britain, Britain, England, Scotland, Wales, Northern Ireland, "
    "United Kingdom of Great Britain and Northern Ireland",
    "IE": "Republic of Ireland, Éire",
    "IT": "Italia",
    "KR": "Korea, Republic of Korea",
    "LA": "Laos",
    "MF": "Saint Martin",
    "MK": "Macedonia",
    "MM": "Burma",
    "MO": "Macau",
    "NL": "Holland, Nederland",
    "NO": "Norge",
    "PL": "Polska",
    "PS": "Palestine",
    "RU": "Russia",
    "SE": "Sverige",
    "SH": "Saint Helena",
    "ST": "Sao Tome",
    "SX": "Sint Maarten",
    "SY": "Syria",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey, Türkiye",
    "US": "United States of America, US of A, America",
    "VA": "Vatican, Vatican City, Holy See",
    "VG": "British Virgin Islands, BVI",
    "VI": "US Virgin Islands, United States Virgin Islands",
    "VN": "Vietnam",
}
_ARTICLE = re.compile(r"\bthe\b")
_SAINT = re.compile(r"\bst\.? ")


def check_country(text: str) -> str:
    """ISO 3166-1 alpha-2, from the code (two or three letters) or an English name. Raises Fault ``invalid_country``."""
    code = _table().get(_key(text))
    if code is None:
        raise Fault("invalid_country")
    return code


@cache
def country_names(language: str = "en") -> dict[str, str]:
    """The codes of all countries with their names in a language (its code), in the order of these."""
    say = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True).gettext
    names = {country.alpha_2: _everyday_name(country, say) for country in pycountry.countries}
    return dict(sorted(names.items(), key=lambda pair: _key(pair[1])))


def _everyday_name(country: pycountry.db.Country, say: Callable[[str], str]) -> str:
    english: str = getattr(country, "common_name", country.name)
    name = say(english)
    # Lists turn some names round, as in "Virgin Islands, British".
    return _ALSO.get(country.alpha_2, name).partition(",")[0] if name == english and "," in name else name


@cache
def _table() -> dict[str, str]:
    table = {_key(name): country.alpha_2 for country in pycountry.countries for name in _official(country)}
    return table | {_key(name): code for code, row in _ALSO.items() for name in row.split(",")}


def _official(country: pycountry.db.Country) -> Iterator[str]:
    for attribute in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
        name = getattr(country, attribute, None)
        if name:
            yield name


def _key(name: str) -> str:
    """A name without accents, punctuation and articles; "&" reads "and", and "St" reads "Saint"."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    words = plain.casefold().replace("&", " and ")
    return fold(_ARTICLE.sub("", _SAINT.sub("saint ", words)))
