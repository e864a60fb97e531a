"""What routes ask for: the service, a transaction, the operator, a page in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from issuer import audit, organisations
from issuer.access import operators, roles, sessions
from issuer.access.entrance import Visitor
from issuer.access.roles import Permission
from issuer.access.sessions import Login
from issuer.audit import Action
from issuer.errors import ConfirmationNeededError, ForeignRequestError, SetUpNeededError
from issuer.service import Service
from issuer.store import access as access_store
from issuer.tables import Operator, Organisation
from templates.environment import environment
from templates.web import LOCALE_COOKIE, choose_locale

OfferId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$")]
LOCALE_COOKIE_SECONDS = 365 * 24 * 3600


def service(request: Request) -> Service:
    """The running issuer."""
    running: Service = request.app.state.service
    return running


async def running_service(request: Request) -> Service:
    """The same for routes; `async` saves each of them a thread."""
    return service(request)


ServiceDep = Annotated[Service, Depends(running_service)]


def reading(service: ServiceDep) -> Iterator[Session]:
    """A transaction that changes nothing."""
    with service.database.reading() as session:
        yield session


def writing(service: ServiceDep) -> Iterator[Session]:
    """A transaction that is committed before the answer leaves."""
    with service.database.writing() as session:
        yield session


ReadDep = Annotated[Session, Depends(reading, scope="function")]
WriteDep = Annotated[Session, Depends(writing, scope="function")]


def session_cookie(service: Service) -> str:
    """The name of the cookie; cookies ignore ports, so each application names its own."""
    return "__Host-kluscv-issuer" if service.settings.secure_cookies else "kluscv-issuer"


def session_token(request: Request, service: ServiceDep) -> str | None:
    """What the browser shows as proof of a login."""
    return request.cookies.get(session_cookie(service))


TokenDep = Annotated[str | None, Depends(session_token)]


def visitor(request: Request) -> Visitor:
    """Where the request comes from."""
    address = request.client.host if request.client else ""
    return Visitor(address, request.headers.get("user-agent", ""))


VisitorDep = Annotated[Visitor, Depends(visitor)]


def login(service: ServiceDep, token: TokenDep) -> Login:
    """Who came in, also when they still have to choose how to log in; raises `NotLoggedInError`."""
    now = service.clock()
    with service.database.reading() as session:
        found = sessions.current(session, token, now=now, rules=service.session_rules)
        session.expunge(found.operator)
    if found.needs_touch(now):
        with service.database.writing() as session:
            access_store.touch_session(session, found.session_id, now)
    return found


LoginDep = Annotated[Login, Depends(login)]


def operator(request: Request, service: ServiceDep, login: LoginDep) -> Operator:
    """Who is logged in; raises `NotLoggedInError` or `SetUpNeededError`.

    What the role may do is kept with the request, for the menu of the page that answers it; and whether
    some forms will ask who it is first, so that this can be done before anything is typed.
    """
    if not login.is_set_up:
        raise SetUpNeededError("the operator has not chosen how to log in")
    request.state.permissions = roles.permissions(login.operator)
    request.state.must_confirm = must_confirm(service, login)
    return login.operator


OperatorDep = Annotated[Operator, Depends(operator)]


def confirmed(request: Request, service: ServiceDep, login: LoginDep) -> None:
    """Let a form through only shortly after its sender showed a passkey, or password and code."""
    if must_confirm(service, login):
        raise ConfirmationNeededError(page_above(request.url.path))


CONFIRMED = Depends(confirmed)


def must_confirm(service: Service, login: Login) -> bool:
    """Tell whether an operator has to show once more who it is, before what nobody else may do."""
    is_recent = service.clock() - login.confirmed_at < service.session_rules.confirmation
    # Who comes in by a link, for the first time or in a demonstration, has nothing to confirm with.
    has_other_way = login.is_set_up and not service.settings.link_log_in
    return not is_recent and has_other_way


def page_above(path: str) -> str:
    """The page that a form stands on: /account, or a page of the dashboard."""
    parts = path.split("/")
    return "/".join(parts[:4]) if path.startswith("/beheer/") else "/account"


def public_organisation(service: ServiceDep, slug: str) -> Organisation:
    """The organisation in the address."""
    with service.database.reading() as session:
        found = organisations.by_slug(session, slug)
        session.expunge(found)
        return found


def managed_organisation(service: ServiceDep, operator: OperatorDep, slug: str) -> Organisation:
    """The organisation in the address, when it is the operator's."""
    with service.database.reading() as session:
        found = operators.organisation(session, operator, slug)
        session.expunge(found)
        return found


PublicOrganisation = Annotated[Organisation, Depends(public_organisation)]
ManagedOrganisation = Annotated[Organisation, Depends(managed_organisation)]


def allowed(permission: Permission) -> Any:
    """Let a route go on only for operators whose role holds a permission."""

    def check(operator: OperatorDep) -> None:
        roles.require(operator, permission)

    return Depends(check)


def audited(
    session: WriteDep, service: ServiceDep, operator: OperatorDep, organisation: ManagedOrganisation
) -> Callable[[Action, str], None]:
    """Note in the organisation's log what the operator did to which record, in the request's transaction."""

    def note(action: Action, subject: str) -> None:
        audit.record(
            session,
            organisation.id,
            actor=operator.actor,
            action=action,
            subject=subject,
            now=service.clock(),
        )

    return note


AuditDep = Annotated[Callable[[Action, str], None], Depends(audited)]


def same_origin(request: Request, service: ServiceDep) -> None:
    """Refuse forms that another site sends along with our cookie.

    A browser says where a form comes from in Sec-Fetch-Site, an older one in Origin; a program that
    says neither carries no cookie of anybody else.
    """
    if request.method in ("GET", "HEAD"):
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        allowed = origin is None or origin == service.settings.base_url
    if not allowed:
        raise ForeignRequestError("the form was sent from another site")


def locale(request: Request) -> str:
    """The language in which to answer."""
    return choose_locale(
        request.query_params.get("lang"),
        request.cookies.get(LOCALE_COOKIE),
        request.headers.get("accept-language"),
    )


def page(request: Request, template: str, *, status_code: int = 200, **values: Any) -> HTMLResponse:
    """Render a page in the reader's language, and remember a language that was just chosen."""
    chosen = locale(request)
    content = (
        environment(chosen)
        .get_template(f"issuer/{template}")
        .render(
            local=service(request).local,
            permissions=getattr(request.state, "permissions", frozenset()),
            must_confirm=getattr(request.state, "must_confirm", False),
            **values,
        )
    )
    answer = HTMLResponse(content, status_code=status_code)
    answer.headers["Vary"] = "Cookie, Accept-Language"
    if request.query_params.get("lang") == chosen:
        answer.set_cookie(LOCALE_COOKIE, chosen, max_age=LOCALE_COOKIE_SECONDS, samesite="lax")
    return answer


def remember(answer: Response, service: Service, token: str) -> None:
    """Give the browser the token of a session that has just begun."""
    answer.set_cookie(
        session_cookie(service), token, max_age=int(service.session_rules.lifetime.total_seconds()),
        path="/", httponly=True, samesite="lax", secure=service.settings.secure_cookies,
    )  # fmt: skip


def forget(answer: Response, service: Service) -> None:
    """Take the token back from the browser."""
    answer.delete_cookie(session_cookie(service), secure=service.settings.secure_cookies, httponly=True)


async def raw_body(request: Request) -> bytes:
    """What was sent, as it is; its size is bounded around every request."""
    return await request.body()


BodyDep = Annotated[bytes, Depends(raw_body)]


def see(address: str) -> RedirectResponse:
    """Send the browser on after a form, so that reloading does not send it twice."""
    return RedirectResponse(address, status_code=303)
