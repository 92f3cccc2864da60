"""Letters that look alike: a hint that a name is made to be taken for another, and no proof."""

import re
import unicodedata

# The scripts whose letters are mistaken for each other; Japanese, say, mixes others in every sentence.
# https://www.unicode.org/reports/tr39/#Mixed_Script_Detection
_ALIKE = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "MATHEMATICAL"})
_WORD = re.compile(r"[^\W\d_]+")


def mixed_scripts(text: str) -> bool:
    """Whether one word has letters of two scripts that look alike, such as a Cyrillic "a" among Latin letters."""
    return not text.isascii() and any(len(_scripts(word) & _ALIKE) > 1 for word in _WORD.findall(text))


def _scripts(word: str) -> set[str]:
    """The script of each letter, which is the first word of its name in Unicode."""
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
