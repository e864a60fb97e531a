"""The six invented organisations: what they are, what work they have, and who works there."""

from __future__ import annotations

from datetime import date

from issuer.organisations import OrganisationKind
from issuer.samples.plan import Plan, SampleOrganisation, Stretch, Work
from standard.model import NameCheck

TODAY = date(2026, 11, 22)
"""The day of every sample export."""

FATIMA = "Fatima el Amrani"

ONE_GIG = "Ai Li"
"""The worker with a single gig, at Klusdag."""

EVERY_TRADE = "Iwan Wijngaarde"
"""The worker who did every kind of work of Vakhulp."""

_HOMES = ("gezin", "alleenwonende", "ouder echtpaar", "studentenhuis")
_HORECA = ("restaurant", "hotel", "cateraar", "strandpaviljoen")
_NEIGHBOURS = ("particulier", "buurthuis", "vereniging", "klein bedrijf", "school")

KLUSDAG = Plan(
    organisation=SampleOrganisation(
        "klusdag",
        "Klusdag B.V.",
        OrganisationKind.PLATFORM,
        "mailto:bewijs@klusdag.example",
        "klusdag",
        "klusdag.csv",
        NameCheck.BANK,
    ),
    work=(
        Work("Afwas & spoelkeuken", "keuken", (240, 480), (10, 18), _HORECA),
        Work("Keukenhulp", "keuken", (240, 480), (9, 17), _HORECA),
        Work("Bediening", "bediening", (240, 480), (11, 18), _HORECA),
        Work("Barwerk", "bediening", (300, 480), (17, 20), ("café", "poppodium", "hotel")),
        Work("Zelfstandig koken", "keuken", (360, 540), (10, 15), _HORECA),
        Work("Magazijn & orderpicken", "magazijn", (360, 510), (6, 14), ("groothandel", "webwinkel")),
        Work("Inpakwerk", "magazijn", (360, 510), (7, 13), ("bloemenveiling", "webwinkel")),
        Work("Op- en afbouw evenementen", "opbouw", (360, 600), (7, 12), ("festival", "beursorganisatie")),
        Work("Garderobe", "ontvangst", (240, 420), (17, 20), ("theater", "poppodium")),
        Work("Ontvangst & gastvrijheid", "ontvangst", (240, 480), (8, 16), ("congrescentrum", "museum")),
    ),
    workers=(
        "Agnieszka Wójcik",
        "Tomasz Kowalczyk",
        "Ayşe Yıldırım",
        "Emre Çelik",
        "أحمد الحسن",
        "Shanti Ramdin",
        "Winston Pinas",
        "Sjoerd Hoekstra",
        "Jildou Dijkstra",
        "Jan-Willem van 't Hof",
        "Samira Benali",
        "Kwame Mensah",
        "Sanne Bakker",
        "Nguyễn Thị Lan",
        "Gabriel Ferreira da Silva",
        "Lotte Willems",
        "Daan Peters",
        "Oleksandra Kovalenko",
        "Maximiliaan Alexander van der Heijden-Oudekerk",
    ),
    gigs_each=(8, 70),
    rated=0.86,
    reviewed=0.48,
    languages=("nl",) * 9 + ("en",),
    fatima_key="M-20417",
    fatima=(
        Stretch("Afwas & spoelkeuken", 142, date(2021, 3, 12), date(2026, 11, 18)),
        Stretch("Bediening", 86, date(2022, 5, 6), date(2026, 11, 15)),
    ),
)

HELDER_THUIS = Plan(
    organisation=SampleOrganisation(
        "helder-thuis",
        "Helder Thuis",
        OrganisationKind.PLATFORM,
        "mailto:hulp@helderthuis.example",
        "helder-thuis",
        "helder-thuis.csv",
        NameCheck.BANK,
    ),
    work=(
        Work("Wekelijkse schoonmaak", "schoonmaak", (120, 240), (8, 15), _HOMES),
        Work("Grote schoonmaak", "schoonmaak", (240, 480), (8, 11), _HOMES),
        Work("Schoonmaak na verhuizing", "schoonmaak", (240, 480), (8, 12), _HOMES),
        Work("Kantoor aan huis", "schoonmaak", (90, 180), (16, 19), ("klein bedrijf", "praktijk")),
        Work("Ramen wassen", "ramen", (60, 150), (9, 15), _HOMES),
        Work("Strijken", "strijken", (60, 180), (9, 16), _HOMES),
        Work("Huishouden en boodschappen", "schoonmaak", (90, 210), (9, 15), _HOMES),
    ),
    workers=(
        "Malgorzata Zielinska",
        "Gulsen Ozturk",
        "Rowena Kanhai",
        "Froukje Wiersma",
        "Marloes de Bruijn",
        "Youssef Aït Taleb",
        "Chloé Dubois",
        "José Ignacio Fernández-Ruiz",
        "Maria de Lourdes Gonçalves",
        "Thandiwe Nkosi",
        "Eline Hendriks",
        "Leila Mansour",
    ),
    gigs_each=(15, 85),
    rated=0.82,
    reviewed=0.5,
    languages=("nl",) * 8 + ("en", "fy"),
    fatima_key="H0388",
    fatima=(Stretch("Wekelijkse schoonmaak", 118, date(2022, 2, 8), date(2026, 11, 17)),),
)

OPPASPUNT = Plan(
    organisation=SampleOrganisation(
        "oppaspunt",
        "Oppaspunt",
        OrganisationKind.PLATFORM,
        "mailto:support@oppaspunt.example",
        "oppaspunt",
        "oppaspunt.csv",
        NameCheck.IDENTITY_DOCUMENT,
    ),
    work=(
        Work("Oppassen", "oppas", (150, 360), (17, 20), ("gezin", "eenoudergezin")),
        Work("Oppassen bij een baby", "oppas", (120, 300), (9, 19), ("gezin", "eenoudergezin")),
        Work("Naschoolse opvang aan huis", "oppas", (150, 240), (14, 16), ("gezin", "eenoudergezin")),
        Work("Hond of kat verzorgen", "dieren", (30, 120), (8, 18), ("gezin", "alleenwonende")),
        Work("Huiswerkbegeleiding", "huiswerk", (60, 120), (15, 18), ("gezin",)),
    ),
    workers=(
        "ليلى منصور",
        "Małgorzata Zielińska",
        "Gülşen Öztürk",
        "Tjitske van der Ploeg",
        "Noor van Dijk",
        "Samira Benali",
        "Sharona Ramautar",
        "Fleur Janssen",
        "Ruben Mulder",
        "Amal Haddad",
        "Zuzanna Lewandowska",
        "Merve Aydın",
    ),
    gigs_each=(6, 55),
    rated=0.9,
    reviewed=0.55,
    languages=("nl",) * 4 + ("en", "en", "pl", "tr", "ar"),
    fatima_key="s_7f31c0",
    fatima=(Stretch("Oppassen", 64, date(2022, 9, 3), date(2026, 10, 31)),),
)

VELDKRACHT = Plan(
    organisation=SampleOrganisation(
        "veldkracht",
        "Veldkracht Techniek",
        OrganisationKind.PLATFORM,
        "mailto:werk@veldkracht.example",
        "veldkracht",
        "veldkracht.json",
        NameCheck.IDENTITY_DOCUMENT,
    ),
    work=(
        Work("Zonnepanelen leggen", "zon", (420, 960), (7, 8), ("woningcorporatie", "particulier")),
        Work("Slimme meters plaatsen", "techniek", (180, 480), (8, 12), ("netbeheerder",)),
        Work("Glasvezel aansluiten", "techniek", (240, 480), (8, 12), ("telecombedrijf",)),
        Work("Elektra in woningen", "techniek", (240, 960), (7, 9), ("woningcorporatie", "aannemer")),
        Work("Hovenierswerk", "tuin", (420, 1440), (7, 8), ("particulier", "gemeente")),
        Work("Tuinonderhoud", "tuin", (120, 420), (8, 12), ("particulier", "gemeente")),
        Work("Oogsthulp", "oogst", (420, 540), (6, 7), ("fruitteler",)),
    ),
    workers=(
        "Paweł Dąbrowski",
        "Mehmet Şahin",
        "يوسف بن علي",
        "Wytze Postma",
        "Bram Smits",
        "Abebe Tadesse",
        "Radjen Bihari",
        "Kees Vermeulen",
        "Noortje van den Heuvel",
    ),
    gigs_each=(10, 36),
    rated=0.88,
    reviewed=0.75,
    languages=("nl",) * 9 + ("en",),
    fatima_key="vk-1140",
    fatima=(Stretch("Zonnepanelen leggen", 24, date(2025, 4, 14), date(2026, 9, 25)),),
)

SNELGEBRACHT = Plan(
    organisation=SampleOrganisation(
        "snelgebracht",
        "Snelgebracht",
        OrganisationKind.PLATFORM,
        "mailto:privacy@snelgebracht.example",
        "snelgebracht",
        "snelgebracht.csv",
        NameCheck.NONE,
    ),
    work=(
        Work("Maaltijden op de fiets", "bezorging", (14, 41), (16, 21), ()),
        Work("Boodschappen op de fiets", "bezorging", (12, 35), (9, 20), ()),
        Work("Maaltijden op de scooter", "bezorging", (11, 34), (16, 22), ()),
        Work("Pakketten met de bus", "bezorging", (9, 28), (9, 17), ()),
    ),
    workers=(
        "Mohammed Bouzid",
        "Piotr Nowak",
        "Burak Kaya",
        "Hessel Bouma",
        "Rajesh Jaglal",
        "Daan Peters",
        "Selam Gebremariam",
        "Iris Kuipers",
        "Andrei Popescu",
        "محمد العلي",
    ),
    gigs_each=(40, 160),
    rated=0.5,
    reviewed=0.0,
    languages=("nl",),
    fatima_key="5b0c3f6e-8a41-4d0e-9c7b-2f1d6a90e417",
    fatima=(Stretch("Maaltijden op de fiets", 138, date(2021, 6, 4), date(2022, 10, 29)),),
)

VAKHULP = Plan(
    organisation=SampleOrganisation(
        "vakhulp",
        "Coöperatie Vakhulp U.A.",
        OrganisationKind.COOPERATIVE,
        "mailto:leden@vakhulp.example",
        "vakhulp",
        "vakhulp.csv",
        NameCheck.IDENTITY_DOCUMENT,
    ),
    work=tuple(
        Work(category, topic, (45, 480), (8, 15), _NEIGHBOURS)
        for topic, categories in {
            "koken": ("Koken voor groepen", "Hapjes en buffet"),
            "vertalen": ("Vertalen Arabisch-Nederlands", "Vertalen Pools-Nederlands"),
            "tolken": ("Tolken Arabisch", "Tolken Turks"),
            "schrijven": ("Teksten schrijven", "Folders en logo's"),
            "tuin": ("Heg en haag knippen", "Gras maaien", "Tuin aanleggen"),
            "schoonmaak": ("Schoonmaken na verbouwing",),
            "ramen": ("Ramen lappen",),
            "strijken": ("Strijkservice",),
            "dieren": ("Hond uitlaten",),
            "muren": ("Schilderwerk binnen", "Schilderwerk buiten", "Behangen", "Tegels zetten", "Stucwerk"),
            "hout": (
                "Timmerwerk",
                "Meubels in elkaar zetten",
                "Keuken plaatsen",
                "Deur in hang- en sluitwerk",
                "Schutting plaatsen",
            ),
            "water": ("Lekkage verhelpen", "Kraan of wc vervangen"),
            "stroom": ("Lampen ophangen", "Stopcontacten en schakelaars"),
            "sjouwen": ("Verhuizen met bus", "Sjouwen en tillen", "Afval naar de stort"),
            "stof": ("Kleding verstellen", "Gordijnen op maat"),
            "fiets": ("Fiets repareren",),
            "computer": ("Computer en wifi",),
            "kantoor": ("Gegevens invoeren", "Boekhouding", "Administratie"),
            "foto": ("Foto's van feest of bedrijf",),
            "kapper": ("Knippen aan huis",),
            "samen": ("Boodschappen doen", "Gezelschap en wandelen"),
            "algemeen": ("Kraam op de markt", "Enquêtes afnemen"),
        }.items()
        for category in categories
    ),
    workers=(
        EVERY_TRADE,
        "Grażyna Krawczyk",
        "Hatice Doğan",
        "Sietske Terpstra",
        "Noureddine Chakir",
        "Glenn Sranang",
        "نور الدين شاكر",
        "Marieke van Loon",
        "Joost Verhagen",
        "Ling Zhang",
        "Tesfaye Bekele",
    ),
    gigs_each=(6, 34),
    rated=0.85,
    reviewed=0.85,
    languages=("nl",) * 7 + ("en", "ar", "tr", "fy"),
    fatima_key="L-0093",
    fatima=(Stretch("Koken voor groepen", 28, date(2024, 5, 18), date(2026, 11, 14)),),
)

PLANS = (KLUSDAG, HELDER_THUIS, OPPASPUNT, VELDKRACHT, SNELGEBRACHT, VAKHULP)
