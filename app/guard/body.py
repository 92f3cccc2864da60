"""Request bodies, never more of them than a form needs."""

from starlette.requests import ClientDisconnect, Request

from app.errors import MalformedBody, TooLarge


async def read_capped(request: Request, most: int) -> bytes:
    """The whole body, of at most ``most`` bytes. Raises TooLarge, before reading where the sender says its length."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:12]) > most:
        raise TooLarge
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise TooLarge
    except ClientDisconnect:
        raise MalformedBody from None
    return bytes(body)
