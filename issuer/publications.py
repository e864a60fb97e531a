"""The documents that this service publishes for everyone."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import resources
from typing import Final

from issuer.errors import NotFoundError
from issuer.life.status_lists import PublishedList, publish, published
from issuer.organisations import signers
from issuer.service import Service
from issuer.store.copies import lists_to_sign
from issuer.store.organisations import organisation_by_id
from issuer.tables import Organisation
from standard.claims import VCT
from standard.sd_jwt.type_metadata import bundled

SCHEMA_NAME: Final = re.compile(r"[a-z0-9-]+\.json")


def status_list(service: Service, organisation: Organisation, number: int) -> PublishedList:
    """Give a status list as signed bytes; it is signed anew only when it changed or grew old.

    However many ask at once, one of them signs; the others get the last bytes meanwhile, or wait when
    there are none.

    Raises:
        NotFoundError: the organisation has no such list.
    """
    now, how = service.clock(), service.publishing(organisation.slug)
    with service.database.reading() as session:
        current = published(session, organisation, number, now=now, how=how)
    if current is not None and current.is_current:
        return current
    with service.turns.turn((organisation.slug, number), wait=current is None) as is_mine:
        if current is not None and not is_mine:
            return current
        with service.database.writing() as session:
            keys = signers(session, service.keys, organisation)
            return publish(session, organisation, number, signers=keys, now=now, how=how)


def sign_outdated(service: Service) -> int:
    """Sign every list that changed, grew old or was never signed; count them."""
    before = service.clock() - timedelta(hours=service.settings.status_restamp_hours)
    with service.database.reading() as session:
        due = [
            (organisation_by_id(session, organisation_id), number)
            for organisation_id, number in lists_to_sign(session, before)
        ]
        session.expunge_all()
    for organisation, number in due:
        status_list(service, organisation, number)
    return len(due)


def context() -> bytes:
    """The JSON-LD context, byte for byte as it is bundled: credentials may give a digest of it."""
    return (resources.files("standard") / "contexts" / "v1.jsonld").read_bytes()


def schema(name: str) -> bytes:
    """A JSON Schema by its file name; raises `NotFoundError` when there is none."""
    file = resources.files("standard") / "schemas" / name
    if not SCHEMA_NAME.fullmatch(name) or not file.is_file():
        raise NotFoundError("no such schema")
    return file.read_bytes()


def type_metadata(name: str) -> bytes:
    """The type metadata of an SD-JWT VC, as it is bundled; raises `NotFoundError` when there is none."""
    for vct in VCT.values():
        if vct.rpartition("/")[2] == name:
            return bundled(vct)
    raise NotFoundError("no such type")
