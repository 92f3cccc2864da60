"""The languages that visitors are spoken to in.

Texts are written in English where they belong, and marked; ``locale/`` holds a gettext catalogue of them for each other
language. ``make texts`` brings the catalogues up to the source.
"""

from app.languages.catalogues import CODES, ENGLISH, Language, load_languages
from app.languages.marking import mark, mark_many
from app.languages.wording import ANSWERS, FORM, SCRIPT, Wording

__all__ = [
    "ANSWERS",
    "CODES",
    "ENGLISH",
    "FORM",
    "SCRIPT",
    "Language",
    "Wording",
    "load_languages",
    "mark",
    "mark_many",
]
