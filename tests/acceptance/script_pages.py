"""A site that uses ``signup.js``: pages in plain HTML, and as Webflow writes them, on an origin of its own."""

import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.acceptance.processes import Process
from tests.unit.forms.visitors import ANSWERS

WEBFLOW = {
    "first_name": "First-Name",
    "last_name": "Last-Name",
    "email": "Email",
    "phone": "Phone-Number",
    "address1": "Street-Address",
    "city": "City",
    "state": "State",
    "postcode": "Zip",
    "country": "Country",
}


def plain(gateway: Process, *, site: str = "acme", attributes: str = "", more: str = "", **changes: str) -> str:
    """A form that a person would write."""
    fields = "".join(
        f'<p><label for="{name}">{name}</label> <input id="{name}" name="{name}" value="{escape(value)}"></p>'
        for name, value in (ANSWERS | changes).items()
    )
    action = f"{gateway.url}/v1/{site}/signup"
    form = f'<form data-signup {attributes} method="post" action="{action}">{fields}{more}<button>Send</button></form>'
    return _page(gateway, form)


def webflow(gateway: Process, **changes: str) -> str:
    """A form as Webflow exports it, with its two boxes, which its style sheet hides."""
    answers = {name: value for name, value in (ANSWERS | changes).items() if name in WEBFLOW}
    fields = "".join(
        f'<label for="{WEBFLOW[name]}">{WEBFLOW[name].replace("-", " ")}</label>'
        f'<input class="w-input" maxlength="256" name="{WEBFLOW[name]}" data-name="{WEBFLOW[name].replace("-", " ")}"'
        f' type="text" id="{WEBFLOW[name]}" value="{escape(value)}">'
        for name, value in answers.items()
    )
    return _page(
        gateway,
        "<style>.w-form-done, .w-form-fail { display: none }</style>"
        '<div class="w-form"><form id="email-form" name="email-form" data-name="Email Form" method="post" data-signup'
        f' action="{gateway.url}/v1/acme/signup">{fields}'
        '<input type="submit" data-wait="Please wait..." class="w-button" value="Submit"></form>'
        '<div class="w-form-done" tabindex="-1" role="region" aria-label="Email Form success">'
        "<div>Thank you!</div></div>"
        '<div class="w-form-fail" tabindex="-1" role="region" aria-label="Email Form failure">'
        "<div>Oops!</div></div>"
        "</div>",
    )


def _page(gateway: Process, body: str) -> str:
    head = '<meta charset="utf-8"><title>Sign up</title><link rel="icon" href="data:,">'
    script = f'<script src="{gateway.url}/signup.js" defer></script>'
    main = f"<main><h1>Sign up</h1>{body}</main>"
    return f'<!doctype html><html lang="en"><head>{head}{script}</head><body>{main}</body></html>'


class WebServer:
    """Serves one page, whatever the address. ``page`` and ``policy`` may change at any time."""

    def __init__(self) -> None:
        self.page = self.policy = ""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = server.page.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                if server.policy:
                    self.send_header("Content-Security-Policy", server.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing: what was asked for is no news."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
