"""A site's accent colour, made fit to be read: which text goes on it, and how it looks as text on our own grounds."""

BLACK, WHITE = "#000000", "#ffffff"
READABLE = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum
_STEPS = 20


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (#rrggbb), from 1 to 21.

    https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """Black or white, whichever is easier to read on ``colour``; one of them always has enough contrast."""
    return max(BLACK, WHITE, key=lambda text: contrast(text, colour))


def readable_on(ground: str, colour: str) -> str:
    """``colour``, mixed with black or white until it can be read as text on ``ground``, and no further."""
    end = text_on(ground)
    mixed = (_mixed(colour, end, step / _STEPS) for step in range(_STEPS + 1))
    return next(shade for shade in mixed if contrast(shade, ground) >= READABLE)


def _luminance(colour: str) -> float:
    # https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _parts(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])
