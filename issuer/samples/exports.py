"""Writes invented gigs down as each organisation would: its own columns, formats, scale and bad rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from issuer.samples.histories import SampleGig
from issuer.samples.open_platforms import open_platforms_json

Row = dict[str, str]

_REPEATED: Row = {}
"""The fault of a row that stands in the file twice."""

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_NAMES = ("M. de Boer", "Fam. Visser", "A. Jansen", "P. van Beek", "R. Autar", "J. Dekker", "S. Yılmaz")
_TEST_CITIZEN_NUMBER = "111222333"
"""The number that everybody uses for tests: it passes the eleven-test and is nobody's."""


def export(slug: str, gigs: Sequence[SampleGig], random: Random) -> bytes:
    """Write one organisation's export, with a few bad rows among the good ones."""
    return _WRITERS[slug](gigs, random)


def _klusdag(gigs: Sequence[SampleGig], random: Random) -> bytes:
    rows = [_klusdag_row(gig, random) for gig in gigs]
    faults: tuple[Row, ...] = (
        {"Datum": ""},
        {"Van": "17:00", "Tot": "17:30", "Pauze (min)": "45"},
        {"Functie": "Bediening terras"},
        {"Cijfer": "8"},
        {"Toelichting": f"Factuur graag naar ons, mijn nummer is {_TEST_CITIZEN_NUMBER}."},
        {"Status": "Onbekend"},
    )
    _spoil(rows, gigs, faults, "Klusnr", random)
    return b"\xef\xbb\xbf" + _csv(rows, ";").encode("utf-8")


def _klusdag_row(gig: SampleGig, random: Random) -> Row:
    pause = 30 if gig.minutes >= 330 else 0
    end = gig.start + timedelta(minutes=gig.minutes + pause)
    mark = "" if gig.stars is None else f"{max(gig.stars - random.choice((0, 0, 0, 0.5)), 1):.1f}"
    return {
        "Klusnr": f"K{gig.worker.key[2:]}-{gig.key}",
        "Medewerkernr": gig.worker.key,
        "Naam": gig.worker.name,
        "E-mail": gig.worker.email,
        "Functie": gig.work.category,
        "Datum": f"{gig.start:%d-%m-%Y}",
        "Van": f"{gig.start:%H:%M}",
        "Tot": f"{end:%H:%M}",
        "Pauze (min)": str(pause),
        "Klantnr": f"KL{1000 + gig.client}",
        "KvK klant": f"00{7919 * gig.client:06d}",
        "Soort klant": gig.client_kind,
        "Status": "Geannuleerd door klant" if gig.cancelled else "Gewerkt",
        "Cijfer": mark.replace(".0", "").replace(".", ","),
        "Toelichting": gig.review or "",
        "Taal": gig.language if gig.review else "",
        "Ingevuld door": random.choice(_NAMES) if gig.review else "",
    }


def _helder_thuis(gigs: Sequence[SampleGig], random: Random) -> bytes:
    rows = [_helder_thuis_row(gig, random) for gig in gigs]
    faults: tuple[Row, ...] = (
        {"Datum": "31-02-2025"},
        {"Uren": "26,5"},
        {"Uren": "-2"},
        {"Soort schoonmaak": "Wekelijkse schoonmaak (oud tarief)"},
        {"Reactie": "Heel fijn \udc81 gedaan"},
    )
    _spoil(rows, gigs, faults, "Boeking", random)
    return _csv(rows, ";").encode("windows-1252", "surrogateescape")


def _helder_thuis_row(gig: SampleGig, random: Random) -> Row:
    first, last = gig.worker.name.split(" ", 1)
    details = [
        str(min(5, max(1, gig.stars + random.choice((-1, 0, 0, 0, 1))))) if gig.stars else "" for _ in "12"
    ]
    said = (gig.review or "").encode("windows-1252", "ignore").decode("windows-1252").strip()
    return {
        "Boeking": f"{gig.worker.key}/{gig.key}",
        "Hulp-ID": gig.worker.key,
        "Voornaam": first,
        "Achternaam": last,
        "Mailadres": gig.worker.email,
        "Soort schoonmaak": gig.work.category,
        "Datum": f"{gig.start:%d-%m-%Y}",
        "Uren": f"{gig.minutes / 60:.2f}".replace(".", ","),
        "Huishouden": str(500 + gig.client),
        "Soort klant": gig.client_kind,
        "Stand": "afgezegd" if gig.cancelled else random.choice(("afgerond", "afgerond + betaald")),
        "Totaaloordeel": str(gig.stars or ""),
        "Netheid": details[0],
        "Stiptheid": details[1],
        "Reactie": said,
        "Taal": gig.language if said else "",
        "Bedrag": f"€ {gig.minutes * 0.31:.2f}".replace(".", ","),
    }


def _oppaspunt(gigs: Sequence[SampleGig], random: Random) -> bytes:
    rows = [_oppaspunt_row(gig, random) for gig in gigs]
    faults: tuple[Row, ...] = (
        {"date": ""},
        {"service": "Oppas (test)"},
        {"score": "11"},
        {"review": "Bel mij gerust.\nBSN 1112.22.333 staat op het formulier.", "review_lang": "nl"},
        {"until": "25:10"},
        _REPEATED,
    )
    _spoil(rows, gigs, faults, "booking_id", random)
    return _csv(rows, ",").encode("utf-8")


def _oppaspunt_row(gig: SampleGig, random: Random) -> Row:
    end = gig.start + timedelta(minutes=gig.minutes)
    said = (gig.review or "").replace(". ", ".\r\n", 1)
    return {
        "booking_id": f"{gig.worker.key[2:]}{gig.key}",
        "sitter_id": gig.worker.key,
        "sitter_name": gig.worker.name,
        "sitter_email": gig.worker.email,
        "service": gig.work.category,
        "date": f"{gig.start:%Y-%m-%d}",
        "from": f"{gig.start:%H:%M}",
        "until": f"{end:%H:%M}",
        "family_id": f"f{2000 + gig.client}",
        "family_type": gig.client_kind,
        "state": "cancelled_by_family" if gig.cancelled else "completed",
        "score": str(2 * gig.stars - random.choice((0, 0, 1))) if gig.stars else "",
        "review": said,
        "review_lang": gig.language if said else "",
        "reviewer": random.choice(_NAMES) if said else "",
    }


def _snelgebracht(gigs: Sequence[SampleGig], random: Random) -> bytes:
    rows = [_snelgebracht_row(gig, random) for gig in gigs]
    faults: tuple[Row, ...] = (
        {"request_timestamp_utc": "\\N"},
        {"dropoff_timestamp_utc": "2020-01-01T12:00:00.000Z"},
        {"product_type_name": "Pendelrit"},
        {"five_star_rating": "0"},
        _REPEATED,
    )
    _spoil(rows, gigs, faults, None, random)
    return _csv(rows, ";").encode("utf-8")


def _snelgebracht_row(gig: SampleGig, random: Random) -> Row:
    first, last = gig.worker.name.split(" ", 1)
    begin = gig.start + timedelta(seconds=random.randrange(120, 400))
    end = gig.start + timedelta(minutes=gig.minutes, seconds=random.randrange(60))
    worked = not gig.cancelled
    seconds = int((end - begin).total_seconds())
    return {
        "driver_uuid": gig.worker.key,
        "driver_first_name": first,
        "driver_last_name": last,
        "city_id": "17",
        "currency_code": "EUR",
        "timezone": "Europe/Amsterdam",
        "flow": "delivery",
        "product_type_name": gig.work.category,
        "request_timestamp_local": f"{gig.start:%Y-%m-%dT%H:%M:%S}",
        "request_timestamp_utc": _utc(gig.start),
        "begintrip_timestamp_utc": _utc(begin) if worked else "\\N",
        "dropoff_timestamp_utc": _utc(end) if worked else "\\N",
        "request_to_begin_duration_seconds": str(int((begin - gig.start).total_seconds())),
        "trip_distance_miles": f"{seconds / 330:.2f}" if worked else "\\N",
        "trip_duration_seconds": str(seconds) if worked else "\\N",
        "status": "completed" if worked else random.choice(("rider_canceled", "driver_canceled")),
        "is_completed": "true" if worked else "false",
        "original_fare_local": f"{2.9 + seconds / 400:.2f}" if worked else "0",
        "five_star_rating": str(gig.stars or "\\N"),
    }


def _utc(local: datetime) -> str:
    return f"{local.replace(tzinfo=_AMSTERDAM).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _vakhulp(gigs: Sequence[SampleGig], random: Random) -> bytes:
    rows = [_vakhulp_row(gig) for gig in gigs]
    faults: tuple[Row, ...] = (
        {"Uitgevoerd op": ""},
        {"Tijd": "24:30"},
        {"Dienst": "Diversen"},
        {"Waardering": "drie duimen"},
        {"Aanbeveling": "Tot volgend jaar! 111 222 333", "Taal": "nl"},
    )
    _spoil(rows, gigs, faults, "Opdracht", random)
    return _csv(rows, ";").encode("utf-8")


def _vakhulp_row(gig: SampleGig) -> Row:
    thumb = {None: "", 2: "duim omlaag"}.get(gig.stars, "duim omhoog")
    return {
        "Opdracht": f"{gig.worker.key}-{gig.key}",
        "Lidnummer": gig.worker.key,
        "Lid": gig.worker.name,
        "Telefoon": gig.worker.phone,
        "Dienst": gig.work.category,
        "Opdrachtgever": f"OG-{300 + gig.client}",
        "Soort opdrachtgever": gig.client_kind,
        "Uitgevoerd op": f"{gig.start:%d/%m/%Y}",
        "Tijd": f"{gig.minutes // 60}:{gig.minutes % 60:02d}",
        "Status": "ingetrokken" if gig.cancelled else "afgerond",
        "Waardering": thumb,
        "Aanbeveling": gig.review or "",
        "Taal": gig.language if gig.review else "",
    }


def _spoil(
    rows: list[Row], gigs: Sequence[SampleGig], faults: Sequence[Row], key: str | None, random: Random
) -> None:
    """Add one bad row per fault: a copy of a good row under a key of its own, or a mere repetition."""
    worked = [row for row, gig in zip(rows, gigs, strict=True) if not gig.cancelled]
    for number, fault in enumerate(faults, start=1):
        bad = {**random.choice(worked), **fault}
        if fault is _REPEATED:
            rows.append(bad)
            continue
        if key is not None:
            bad[key] = f"{bad[key]}-{number}"
        rows.insert(random.randrange(len(rows)), bad)


def _csv(rows: Sequence[Row], delimiter: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


_WRITERS: Mapping[str, Callable[[Sequence[SampleGig], Random], bytes]] = {
    "klusdag": _klusdag,
    "helder-thuis": _helder_thuis,
    "oppaspunt": _oppaspunt,
    "veldkracht": open_platforms_json,
    "snelgebracht": _snelgebracht,
    "vakhulp": _vakhulp,
}
