"""The way from a sign-up to its payment page: open once, for a few minutes, to the browser that signed up."""

from app.checkout.configured import faulty_checkout
from app.checkout.leading import Checkout
from app.checkout.tickets import LIFE, Browser

__all__ = ["LIFE", "Browser", "Checkout", "faulty_checkout"]
