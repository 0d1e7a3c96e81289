"""Who plays the planted apps and licences: well-known products, or invented ones."""

from __future__ import annotations

from typing import NamedTuple

from sandbox.tenant.makers.licences import Licence
from sandbox.tenant.rng import named_guid


class Role(NamedTuple):
    """A product's name and its domain."""

    name: str
    domain: str


class Cast(NamedTuple):
    """Apps and licences for the planted cases.

    Attributes:
        obscure: Whether all are invented, so that no public list says what they are for.
        seats: Has some who never come.
        forgotten, quiet, unlisted: Without use for long; the last is in no report.
        renewed, daemon, switched_off, fresh: Look unused, and are not, or do not count.
        pair: Two that do the same job, both in use; `category` is what that is called.
        half_pair: Two of another category, of which one is in use.
        ai: Tools of artificial intelligence: in use, in use since lately, and not in use.
        chats: Do a job that a Microsoft licence covers: for people who hold it, and for one who does not.
        grabby, writer, unverified: May do more than they should.
        verified, modest, grabby_but_off: May do things, but nothing to worry about.
        paid, full, free, suspended, company_wide: Licences.
    """

    obscure: bool
    seats: Role
    forgotten: Role
    quiet: Role
    unlisted: Role
    renewed: Role
    daemon: Role
    switched_off: Role
    fresh: Role
    pair: tuple[Role, Role]
    category: str
    half_pair: tuple[Role, Role]
    ai: tuple[Role, Role, Role]
    chats: tuple[Role, Role]
    grabby: Role
    writer: Role
    unverified: Role
    verified: Role
    modest: Role
    grabby_but_off: Role
    paid: Licence
    full: Licence
    free: Licence
    suspended: Licence
    company_wide: Licence


# Seeds know the free one even where they know nothing else: that a licence costs nothing has no other sign.
_FREE = Licence("FLOW_FREE", "f30db892-07e9-47e9-837c-80727f46fd3d", (), 0)

WELL_KNOWN = Cast(
    obscure=False,
    seats=Role("Basecamp", "basecamp.com"),
    forgotten=Role("Evernote Teams", "evernote.com"),
    quiet=Role("ClickUp", "clickup.com"),
    unlisted=Role("Pipedrive", "pipedrive.com"),
    renewed=Role("Todoist", "todoist.com"),
    daemon=Role("Nightly Ledger Sync", ""),
    switched_off=Role("Podio", "podio.com"),
    fresh=Role("Coda", "coda.io"),
    pair=(Role("Toggl Track", "toggl.com"), Role("Harvest", "getharvest.com")),
    category="time tracking",
    half_pair=(Role("Mentimeter", "mentimeter.com"), Role("Slido", "slido.com")),
    ai=(Role("Langdock", "langdock.com"), Role("Poe", "poe.com"), Role("Dust", "dust.tt")),
    chats=(Role("Pumble", "pumble.com"), Role("Whereby", "whereby.com")),
    grabby=Role("Backupify", "backupify.com"),
    writer=Role("Superhuman", "superhuman.com"),
    unverified=Role("Fireflies", "fireflies.ai"),
    verified=Role("Front", "frontapp.com"),
    modest=Role("Airmeet", "airmeet.com"),
    grabby_but_off=Role("Spanning Backup", "spanning.com"),
    paid=Licence("EMSPREMIUM", "b05e124f-c7cc-45a0-a6aa-8cf78c946968", (), 0),
    full=Licence("PBI_PREMIUM_PER_USER", "c1d032e0-5619-4761-9b5c-75b6831e1711", (), 0),
    free=_FREE,
    suspended=Licence("EXCHANGESTANDARD", "4b9405b0-7788-4568-add1-99614e613b69", (), 0),
    company_wide=Licence("CRMSTORAGE", "e612d426-6bc3-4181-9658-91aa906b0ac0", (), 0),
)


def _nobody(name: str) -> Role:
    return Role(name, f"{name.lower().replace(' ', '-')}.example")


def _unheard_of(part_number: str) -> Licence:
    return Licence(part_number, named_guid(f"licence {part_number}"), (), 0)


OBSCURE = Cast(
    obscure=True,
    seats=_nobody("Quorvex"),
    forgotten=_nobody("Brindlebox"),
    quiet=_nobody("Tavolino"),
    unlisted=_nobody("Hexapond"),
    renewed=_nobody("Murmuro"),
    daemon=Role("Zephyr Batch", ""),
    switched_off=_nobody("Oldenkraft"),
    fresh=_nobody("Pipistrel"),
    pair=(_nobody("Stundenglas"), _nobody("Chronofix")),
    category="",
    half_pair=(_nobody("Fragebogen"), _nobody("Klatschmohn")),
    ai=(_nobody("Denkfix"), _nobody("Gruebler"), _nobody("Orakulum")),
    chats=(_nobody("Plauderei"), _nobody("Sprechstunde")),
    grabby=_nobody("Vaultling"),
    writer=_nobody("Pennywrit"),
    unverified=_nobody("Lauscher"),
    verified=_nobody("Sortwell"),
    modest=_nobody("Quizzard"),
    grabby_but_off=_nobody("Keepsafely"),
    paid=_unheard_of("ZENTRIX_SUITE_A"),
    full=_unheard_of("ZENTRIX_BOARD_1"),
    free=_FREE,
    suspended=_unheard_of("ZENTRIX_MAIL_0"),
    company_wide=_unheard_of("ZENTRIX_ATTIC"),
)
