"""What a check raises; ``Reading`` turns it into a ``FieldError`` for the visitor."""


class Fault(ValueError):
    """One answer cannot be taken. ``limit`` is in characters and belongs to the code ``too_long``."""

    def __init__(self, code: str, *, limit: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit
