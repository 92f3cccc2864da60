"""As much of HTTP/1.1 as both ends of a measurement need."""

_LENGTH = b"content-length:"


def message_size(received: bytes) -> int:
    """Bytes of the first request or reply in ``received``; 0 while it is not complete."""
    head, found, body = received.partition(b"\r\n\r\n")
    if not found:
        return 0
    lines = head.lower().split(b"\r\n")
    length = next((int(line.removeprefix(_LENGTH)) for line in lines if line.startswith(_LENGTH)), 0)
    return len(head) + len(found) + length if len(body) >= length else 0
