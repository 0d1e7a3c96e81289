"""The apps of the tenant as the sign-in log knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sandbox.tenant.makers.products import AZURE_AD, FIRST_PARTY, GRAPH, INTERNAL, FirstParty, Product
from sandbox.tenant.rng import guid, named_guid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

AppKind = Literal["microsoft", "third_party", "gallery", "internal"]

_FIRST_PARTY_NAMES = {app.app_id: app.name for app in FIRST_PARTY}


class App(NamedTuple):
    """An app that people sign in to.

    Attributes:
        kind: "gallery" is a third party's product that signs in by SAML: its service principal belongs to the tenant.
        principal_id: The object id of its service principal; None where the tenant has none.
        resource_id: The app id of what its sign-ins are for.
        popularity: 0 without use for months.
        departments: Which departments use it; empty means all.
        product: The third party's product, if it is one.
    """

    name: str
    app_id: str
    principal_id: str | None
    kind: AppKind
    resource_name: str
    resource_id: str
    popularity: int
    departments: tuple[str, ...]
    category: str
    product: Product | None


def all_apps(rng: Random, products: Iterable[Product]) -> list[App]:
    """Every app of a new tenant that uses these products of third parties."""
    internal = [
        App(name, guid(rng), guid(rng), "internal", "Microsoft Graph", GRAPH, popularity, departments, category, None)
        for name, category, popularity, departments in INTERNAL
    ]
    return [*(_first_party_app(rng, app) for app in FIRST_PARTY), *(product_app(rng, p) for p in products), *internal]


def product_app(rng: Random, product: Product) -> App:
    """A third party's product as it is set up in this tenant.

    By OIDC it is one app for all customers, with the same id everywhere; by SAML each customer has an app of its own.
    """
    if product.sso == "saml":
        app_id = guid(rng)
        kind: AppKind = "gallery"
        resource = (product.name, app_id)
    else:
        app_id = named_guid(f"app {product.domain}")
        kind = "third_party"
        resource = (
            ("Microsoft Graph", GRAPH) if product.popularity % 2 else ("Windows Azure Active Directory", AZURE_AD)
        )
    return App(
        product.name,
        app_id,
        guid(rng),
        kind,
        *resource,
        product.popularity,
        product.departments,
        product.category,
        product,
    )


def _first_party_app(rng: Random, app: FirstParty) -> App:
    principal_id = guid(rng) if app.installed else None
    resource_name = _FIRST_PARTY_NAMES[app.resource]
    return App(
        app.name,
        app.app_id,
        principal_id,
        "microsoft",
        resource_name,
        app.resource,
        app.popularity,
        app.departments,
        "microsoft",
        None,
    )
