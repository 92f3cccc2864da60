"""Text for others to read: WHMCS puts it into its admin pages, into mails (which Smarty fills in) and into exports.

It escapes most of it most of the time. These rules hold whether it does or not.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.forms.faults import Fault


@dataclass(frozen=True, slots=True)
class Rule:
    """Text that matches ``found`` has the fault ``code``."""

    code: str
    found: re.Pattern[str]


def _rule(code: str, found: str) -> Rule:
    return Rule(code, re.compile(found, re.IGNORECASE))


_MARKUP = _rule("no_markup", r"[<>{}]")
# In longer answers "<3" and "a < b" may stand: a tag needs a letter, and Smarty's brace no space, right behind.
# https://smarty-php.github.io/smarty/stable/designers/language-basic-syntax/language-escaping/
_TAG = _rule("no_markup", r"<[a-z/!?]|\{\S")
_LINK = _rule("no_links", r"://|\bwww\.\w|\w\.[a-z]{2,}/\w")
_WHOLE_LINK = _rule("no_links", r"://|\bwww\.\w")  # in an address "Str.nr/5" is none
# What mail programs make a link of without being told; welcome mails that greet with it are an old trick.
_ADDRESS = _rule("no_links", r"@[^\s@]+\.\w|\w\.(?:com|net|org|info|biz|io|co|ru|cn|xyz|top|site|online|shop|club)\b")
# A lone hyphen is what people write who have nothing to write.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = _rule("invalid_start", r"^(?:[=+@]|-+\s*[^\s-])")
# Longer answers may begin with @name and +44; what could act calls a function or a program.
_ACTIVE_FORMULA = _rule("invalid_start", r"^(?:=|[+@-][\s\S]*(?:[a-z]\(|\|))")

_BRACKET = _rule("no_markup", r"[\[\]]")  # what the gateway itself notes about a client has them

NAME = (_MARKUP, _LINK, _ADDRESS, _FORMULA)
COMPANY = (_MARKUP, _LINK, _FORMULA)
LINE = (_MARKUP, _WHOLE_LINK, _FORMULA)
ANSWER = (_TAG, _ACTIVE_FORMULA)
SOURCE = (_MARKUP, _BRACKET, _FORMULA)


def prose(limit: int, rules: tuple[Rule, ...]) -> Callable[[str], str]:
    """A check that takes text of up to ``limit`` characters. Its faults: ``too_long``, and those of the rules."""
    return partial(_check, limit, rules)


def _check(limit: int, rules: tuple[Rule, ...], text: str) -> str:
    if len(text) > limit:
        raise Fault("too_long", limit=limit)
    # Wide and small forms of these signs become the plain ones in some places where the text is going.
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for rule in rules:
        if rule.found.search(plain):
            raise Fault(rule.code)
    return text
