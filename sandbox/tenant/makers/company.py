"""The invented company: what it is called, where its offices are, which departments it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random


class Office(NamedTuple):
    """Where people work. Phone numbers and IP addresses come from ranges set aside for fiction and documentation."""

    city: str
    state: str | None
    country: str
    code: str
    timezone: str
    street: str
    postal_code: str
    language: str
    phone: str | None  # with places for two digits
    ip: str  # with a place for its last number
    latitude: float
    longitude: float
    cultures: tuple[str, ...]  # the more often named, the more of its people
    share: int


class Department(NamedTuple):
    """A department: its head's title, the others' titles from the highest level down, its share of the people."""

    name: str
    head: str
    titles: tuple[str, ...]
    share: int
    cost_center: str


class Company(NamedTuple):
    """A company and its domains. All domains end in .example, which no company can own."""

    name: str
    domain: str
    initial_domain: str
    other_domains: tuple[str, ...]
    unverified_domain: str


OFFICES = (
    Office(
        "Berlin", "Berlin", "Germany", "DE", "Europe/Berlin", "Lindenufer 12", "10117", "de-DE", "+49 30 23125 1{:02}",
        "198.51.100.{}", 52.52, 13.405, ("german", "german", "german", "turkish", "polish", "arabic"), 30,
    ),
    Office(
        "London", "England", "United Kingdom", "GB", "Europe/London", "7 Tallow Yard", "EC2A 9ZZ", "en-GB",
        "+44 20 7946 01{:02}", "192.0.2.{}", 51.507, -0.128, ("english", "english", "indian", "nigerian", "polish"), 18,
    ),
    Office(
        "Seattle", "Washington", "United States", "US", "America/Los_Angeles", "400 Alder Landing", "98101", "en-US",
        "+1 206 555 01{:02}", "203.0.113.{}", 47.606, -122.332,
        ("american", "american", "spanish", "vietnamese", "chinese"), 17,
    ),
    Office(
        "Bengaluru", "Karnataka", "India", "IN", "Asia/Kolkata", "21 Jacaranda Road", "560001", "en-IN", None,
        "2001:db8:91::{:x}", 12.972, 77.595, ("indian",), 12,
    ),
    Office(
        "Paris", "Île-de-France", "France", "FR", "Europe/Paris", "3 rue des Verriers", "75011", "fr-FR",
        "+33 1 99 00 12 {:02}", "192.0.2.{}", 48.857, 2.352, ("french", "french", "french", "arabic"), 8,
    ),
    Office(
        "Stockholm", None, "Sweden", "SE", "Europe/Stockholm", "Bryggargränd 5", "111 21", "sv-SE",
        "+46 8 465 004 {:02}",
        "2001:db8:46::{:x}", 59.329, 18.069, ("swedish", "swedish", "arabic"), 6,
    ),
    Office(
        "São Paulo", "São Paulo", "Brazil", "BR", "America/Sao_Paulo", "Rua das Jabuticabas 88", "01310-100",
        "pt-BR", None,
        "198.51.100.{}", -23.55, -46.633, ("brazilian", "brazilian", "japanese"), 4,
    ),
    Office(
        "Tokyo", "Tokyo", "Japan", "JP", "Asia/Tokyo", "2-4-1 Sakuragaoka", "150-0031", "ja-JP", None,
        "2001:db8:81::{:x}", 35.676, 139.65, ("japanese",), 3,
    ),
    Office(
        "Jakarta", None, "Indonesia", "ID", "Asia/Jakarta", "Jalan Kenanga 17", "12190", "id-ID", None,
        "203.0.113.{}", -6.2, 106.845, ("indonesian", "indonesian", "chinese"), 2,
    ),
)  # fmt: skip

MANAGEMENT = Department("Executive", "Chief Executive Officer", ("Executive Assistant",), 1, "CC-1000")

DEPARTMENTS = (
    Department(
        "Engineering", "Chief Technology Officer",
        ("Engineering Director", "Engineering Manager", "Senior Software Engineer", "Software Engineer"), 26, "CC-2000",
    ),
    Department(
        "Sales", "Chief Revenue Officer",
        ("Regional Sales Director", "Sales Manager", "Senior Account Executive", "Account Executive"), 18, "CC-3000",
    ),
    Department(
        "Customer Success", "VP Customer Success",
        ("Customer Success Director", "Support Team Lead", "Customer Success Manager", "Support Specialist"),
        14, "CC-3500",
    ),
    Department(
        "Operations", "Chief Operating Officer",
        ("Operations Director", "Plant Manager", "Logistics Coordinator", "Operations Specialist"), 14, "CC-4000",
    ),
    Department(
        "Marketing", "Chief Marketing Officer",
        ("Marketing Director", "Campaign Manager", "Content Strategist", "Marketing Specialist"), 9, "CC-5000",
    ),
    Department(
        "Finance", "Chief Financial Officer",
        ("Finance Director", "Controller", "Senior Accountant", "Accounts Payable Clerk"), 6, "CC-6000",
    ),
    Department(
        "People", "Chief People Officer",
        ("People Director", "HR Business Partner", "Recruiter", "HR Administrator"), 4, "CC-7000",
    ),
    Department(
        "IT", "Chief Information Officer",
        ("IT Director", "IT Service Manager", "Systems Engineer", "IT Support Technician"), 5, "CC-8000",
    ),
    Department(
        "Product & Design", "Chief Product Officer",
        ("Product Director", "Group Product Manager", "Product Manager", "Product Designer"), 3, "CC-2500",
    ),
    Department("Legal", "General Counsel", ("Legal Director", "Senior Counsel", "Counsel", "Paralegal"), 1, "CC-9000"),
)  # fmt: skip

PARTNERS = (  # who the guests work for
    "fabrikam.example", "alpenbau.example", "northwind-traders.example", "cabinet-lumiere.example",
    "wingtip-toys.example",
    "adatum.example", "studio-kawase.example", "tailspin.example",
)  # fmt: skip

_COMPANIES = (
    ("Nordlicht Instruments", "nordlicht"), ("Brightwater Robotics", "brightwater"), ("Halvorsen Optics", "halvorsen"),
    ("Larkspur Logistics", "larkspur"), ("Verdant Works", "verdant"), ("Copperleaf Analytics", "copperleaf"),
)  # fmt: skip


def found_company(rng: Random) -> Company:
    """Choose what the company is called."""
    name, word = rng.choice(_COMPANIES)
    return Company(
        name=name,
        domain=f"{word}.example",
        initial_domain=f"{word}.onmicrosoft.example",
        other_domains=(f"{word}-labs.example", f"eu.{word}.example"),
        unverified_domain=f"{word}-shop.example",
    )
