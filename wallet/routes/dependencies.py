"""What routes ask for: the services, a database session, the visitor's page and the worker's vault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from wallet import logins
from wallet.accounts import Attempt
from wallet.database import transaction
from wallet.routes.page import Page
from wallet.services import Services
from wallet.settings import WalletSettings
from wallet.vault import Vault


class NotLoggedInError(Exception):
    """This page belongs to a worker, and nobody is logged in. `way_in` leads there and back."""

    def __init__(self, way_in: str) -> None:
        """Keep where to send the browser."""
        super().__init__(way_in)
        self.way_in = way_in


def get_services(request: Request) -> Services:
    """The services of this app."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]


def get_session(services: ServicesDep) -> Iterator[Session]:
    """A session that is committed before the answer leaves, or rolled back on an error."""
    with transaction(services.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]


def get_page(request: Request, services: ServicesDep) -> Page:
    """The visitor's page."""
    return Page(request, services)


PageDep = Annotated[Page, Depends(get_page)]


def get_visitor_vault(request: Request, session: SessionDep, services: ServicesDep) -> Vault | None:
    """The vault of whoever is logged in, or None."""
    cookie = request.cookies.get(cookie_name(services.settings))
    if cookie is None:
        return None
    vault = logins.resume(session, cookie, now=services.clock(), limits=services.limits)
    # That the login was used is settled here: what follows may wait for other machines.
    session.commit()
    return vault


VisitorVaultDep = Annotated[Vault | None, Depends(get_visitor_vault)]


def get_vault(request: Request, vault: VisitorVaultDep) -> Vault:
    """The vault of the worker who is logged in.

    Raises:
        NotLoggedInError: nobody is.
    """
    if vault is None:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = {"naar": here} if request.method == "GET" and here != "/" else {}
        raise NotLoggedInError(f"/welkom?{urlencode(back)}" if back else "/welkom")
    return vault


VaultDep = Annotated[Vault, Depends(get_vault)]


def cookie_name(settings: WalletSettings) -> str:
    """The login cookie's name: cookies ignore ports, so each app has its own; `__Host-` pins it on https."""
    return "__Host-kluscv-wallet" if settings.secure else "kluscv-wallet"


def set_login(response: Response, cookie: str, settings: WalletSettings) -> None:
    """Give the browser its login; it ends with the browser's session or the server's, whichever is first."""
    response.set_cookie(
        cookie_name(settings), cookie, path="/", secure=settings.secure, httponly=True, samesite="lax"
    )


def clear_login(response: Response, settings: WalletSettings) -> None:
    """Take the login out of the browser."""
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.secure, httponly=True, samesite="lax"
    )


def attempt(request: Request, account_name: str, services: Services) -> Attempt:
    """Describe a try to get in."""
    address = request.client.host if request.client is not None else "unknown"
    return Attempt(account_name, address, services.clock())
