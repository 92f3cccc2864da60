"""Says that a text is for visitors, so that it gets into the catalogues."""


def mark(text: str) -> str:
    """``text`` itself: it is translated only when somebody reads it, in whatever language that is.

    https://docs.python.org/3/library/gettext.html#deferred-translations
    """
    return text


def mark_many(one: str, many: str) -> tuple[str, str]:
    """A text with a number in it: for one, and for any other."""
    return one, many
