"""Application templates: apps in Microsoft's gallery, with publisher, categories and logo."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import AppRisks, FullStream
from tap_entra.streams.types import JsonArray

_SCORES = "From 0, high risk, to 10, low risk"


class ApplicationTemplates(FullStream):
    """The gallery, which is the same for all tenants; read once a week.

    Risks are read for the apps that are in use here, and only tenants with a licence for Internet Access have them.

    https://learn.microsoft.com/graph/api/applicationtemplate-list
    """

    name = "application_templates"
    path = "/applicationTemplates"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    has_object_ids = True
    supports_select = False  # with any option, a page has 200 rows at most
    page_size = None
    page_rows = 2_800
    every_days = 7
    details = AppRisks
    schema = th.PropertiesList(
        th.Property(
            "id",
            th.StringType,
            required=True,
            description="Id of the template, a GUID; applicationTemplateId of apps refers to it",
        ),
        th.Property("categories", JsonArray, description="Categories in the gallery; strings"),
        th.Property(
            "deprecationDate", th.DateType, description="Day on which it leaves, or left, the gallery; null for most"
        ),
        th.Property("description", th.StringType, description="What it does"),
        th.Property("displayName", th.StringType, description="The app's name in the gallery"),
        th.Property("endpoints", JsonArray, description="Domains of the app; strings"),
        th.Property("homePageUrl", th.StringType, description="Its home page"),
        th.Property(
            "isEntraIntegrated",
            th.BooleanType,
            description="True if it works with single sign-on or provisioning of Entra ID",
        ),
        th.Property("logoUrl", th.StringType, description="Its logo, on Microsoft's servers"),
        th.Property("publisher", th.StringType, description="The company behind it"),
        th.Property(
            "riskFactors",
            th.ObjectType(
                th.Property("compliance", th.ObjectType(), description="Standards that it meets"),
                th.Property("general", th.ObjectType(), description="The company, its place and its data"),
                th.Property("legal", th.ObjectType(), description="Its terms, e.g. on the GDPR"),
                th.Property("security", th.ObjectType(), description="How it protects data and sign-ins"),
            ),
            description="What riskScore is made of; null if not known, riskStatus says why",
        ),
        th.Property(
            "riskScore",
            th.ObjectType(
                th.Property("compliance", th.NumberType, description=_SCORES),
                th.Property("legal", th.NumberType, description=_SCORES),
                th.Property("provider", th.NumberType, description=_SCORES),
                th.Property("security", th.NumberType, description=_SCORES),
                th.Property("total", th.NumberType, description=_SCORES),
            ),
            description=(
                "Microsoft's judgement of the app, from 0, high risk, to 10, low risk. Null if not known; riskStatus "
                "says why"
            ),
        ),
        th.Property(
            "riskStatus",
            th.StringType,
            description=(
                "rated, notRated (Microsoft has no score), notLicensed (this tenant gets none), notAsked (no app here "
                "was made from it) or unknown (no usable answer)"
            ),
        ),
        th.Property("supportedProvisioningTypes", JsonArray, description="Ways of provisioning it supports; strings"),
        th.Property(
            "supportedSingleSignOnModes",
            JsonArray,
            description="Ways of single sign-on it supports: saml, oidc, password, notSupported; strings",
        ),
    ).to_dict()
