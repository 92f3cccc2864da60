"""The doctor: whether everything that a sign-up needs is there and fits together."""

from app.doctor.examining import examine

__all__ = ["examine"]
