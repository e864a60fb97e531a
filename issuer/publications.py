"""The documents that this service publishes for everyone."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Final

from issuer.errors import NotFoundError
from issuer.organisations import signers
from issuer.service import Service
from issuer.status import PublishedList, publish, published
from issuer.tables import Organisation
from standard.claims import VCT
from standard.jsonld.contexts import KLUSCV_V1, load
from standard.sd_jwt.type_metadata import bundled

SCHEMA_NAME: Final = re.compile(r"[a-z0-9-]+\.json")


def status_list(service: Service, organisation: Organisation, number: int) -> PublishedList:
    """Give a status list as signed bytes; it is signed anew only when it changed or grew old.

    Raises:
        NotFoundError: the organisation has no such list.
    """
    now, how = service.clock(), service.publishing(organisation.slug)
    with service.database.reading() as session:
        current = published(session, organisation, number, now=now, how=how)
    if current is not None:
        return current
    with service.database.writing() as session:
        keys = signers(session, service.keys, organisation)
        return publish(session, organisation, number, signers=keys, now=now, how=how)


def context() -> bytes:
    """The JSON-LD context, as it is bundled."""
    return json.dumps(load(KLUSCV_V1), ensure_ascii=False, indent=2).encode("utf-8")


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
