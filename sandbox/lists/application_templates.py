"""Application templates: Microsoft's gallery of apps, which is the same for all tenants.

https://learn.microsoft.com/graph/api/applicationtemplate-list
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.spec import GraphList, properties
from sandbox.tenant.makers.products import Product
from sandbox.tenant.makers.service_principals import template_id
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.lists.spec import Row
    from sandbox.tenant.makers.market import Market
    from sandbox.tenant.state import TenantState

#: The template of apps that are not in the gallery.
OUTSIDE_THE_GALLERY = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
_OTHERS = 400  # apps of the gallery that the company does not use


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    yield _template(Product("Custom", "", "", "saml", 0), OUTSIDE_THE_GALLERY, tenant)
    products = {product.domain: product for product in _products(tenant.market)}
    for product in products.values():
        yield _template(product, template_id(product.domain), tenant)


def _products(market: Market) -> Iterator[Product]:
    yield from (*market.products, *market.newcomers)
    for number in range(_OTHERS):
        yield Product(f"Gallery App {number}", f"gallery-app-{number}.example", "", "saml", 0)


def _template(product: Product, key: str, tenant: TenantState) -> Row:
    throw = Draw(b"template " + key.encode(), 0)
    site = f"https://{product.domain}" if product.domain else None
    is_deprecated = product.popularity == 0 and throw.below(12) == 0
    ends = tenant.options.starts.date() + timedelta(days=throw.below(400) - 100)
    total = 3 + throw.below(7)
    return {
        "id": key,
        "categories": [product.category] if product.category else [],
        "configurationUris": [],
        "deprecationDate": ends.isoformat() if is_deprecated else None,
        "description": f"{product.name} for companies" if product.domain else None,
        "displayName": product.name,
        "endpoints": [product.domain] if product.domain else [],
        "homePageUrl": site,
        "informationalUrls": {"singleSignOnDocumentationUrl": None, "appSignUpUrl": site},
        "isEntraIntegrated": throw.below(3) > 0,
        "logoUrl": f"https://logos.gallery.example/{key}.png",
        "publisher": f"{product.name} Inc." if product.domain else None,
        "riskFactors": {"general": {"founded": 1990 + throw.below(30)}, "security": None, "compliance": None},
        "riskScore": {"total": total, "security": total, "compliance": total, "legal": total, "provider": total},
        "supportedProvisioningTypes": ["sync"] if throw.below(4) == 0 else [],
        "supportedSingleSignOnModes": ["saml", "password"] if product.sso == "saml" else ["oidc"],
        "supportedClaimConfiguration": None,
    }


def _without_risks(tenant: TenantState) -> Iterator[Row]:
    """The rows of a tenant without a licence for Internet Access: their risk is not known."""
    unknown = {"riskFactors": None, "riskScore": None, "riskStatus": "notLicensed"}
    for row in tenant.lists["applicationTemplates"].values():
        yield {**row, **unknown}


APPLICATION_TEMPLATES = GraphList(
    path="applicationTemplates",
    entity="applicationTemplate",
    scopes=None,
    properties=properties(
        """
        id categories configurationUris deprecationDate description displayName endpoints homePageUrl
        informationalUrls isEntraIntegrated logoUrl publisher supportedClaimConfiguration supportedProvisioningTypes
        supportedSingleSignOnModes
        """,
        on_request="riskFactors riskScore",
    ),
    licensed=frozenset({"riskFactors", "riskScore"}),
    first_rows=_first_rows,
    expected={"application_templates": _without_risks},
    preferred_page_max=(2_800, 200),
)
