"""What the gateway is measured against: the relay that most people would write. It stores nothing and checks little."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import httpx2
from fastapi import FastAPI, Form, Request
from pydantic import BaseModel


class SignUp(BaseModel):
    """The fields that WHMCS demands."""

    first_name: str
    last_name: str
    email: str
    phone: str
    address1: str
    city: str
    state: str
    postcode: str
    country: str


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One HTTP client for all requests."""
    async with httpx2.AsyncClient() as http:
        app.state.http = http
        yield


async def sign_up(request: Request, form: Annotated[SignUp, Form()]) -> dict[str, object]:
    """Send the form on to WHMCS and say what it answered."""
    http: httpx2.AsyncClient = request.app.state.http
    reply = await http.post(os.environ["RELAY_WHMCS_URL"], data=_params(form))
    result = reply.json()
    return {"ok": result.get("result") == "success", "client_id": result.get("clientid")}


async def healthz() -> dict[str, bool]:
    """The process answers."""
    return {"ok": True}


def create_app() -> FastAPI:
    """The relay as an ASGI application; RELAY_WHMCS_URL says where WHMCS is."""
    app = FastAPI(lifespan=lifespan)
    app.add_api_route("/signup", sign_up, methods=["POST"], status_code=201)
    app.add_api_route("/healthz", healthz)
    return app


def _params(form: SignUp) -> dict[str, str]:
    return {
        "identifier": "bench",
        "secret": "bench",
        "action": "AddClient",
        "responsetype": "json",
        "firstname": form.first_name,
        "lastname": form.last_name,
        "email": form.email,
        "password2": secrets.token_urlsafe(16),
        "address1": form.address1,
        "city": form.city,
        "state": form.state,
        "postcode": form.postcode,
        "country": form.country,
        "phonenumber": form.phone,
    }
