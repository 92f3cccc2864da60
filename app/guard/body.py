"""Request bodies, never more of them than a form needs, and not for longer than a form takes."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from app.errors import MalformedBody, TooLarge, TooSlow

_WITHIN = 20.0  # seconds: 64 KiB take that long at 26 kbit/s


async def read_capped(request: Request, most: int, within: float = _WITHIN) -> bytes:
    """The whole body, of at most ``most`` bytes, if it comes ``within`` so many seconds.

    Raises TooLarge, before reading where the sender says its length; TooSlow; MalformedBody when the sender leaves.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:12]) > most:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(within):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise TooLarge
    except ClientDisconnect:
        raise MalformedBody from None
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)
