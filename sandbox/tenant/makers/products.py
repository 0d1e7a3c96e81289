"""The software the company uses: who makes it, how people sign in to it, which departments do.

Microsoft's own application ids are public and the same in every tenant:
https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in.
All other ids are made up.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Sso = Literal["oidc", "saml"]


class Product(NamedTuple):
    """A third-party product.

    `popularity` is 0 without a sign-in for a long time, 100 where nearly all of its departments do each day.
    `departments` empty means all.
    """

    name: str
    domain: str
    category: str
    sso: Sso
    popularity: int
    departments: tuple[str, ...] = ()


class FirstParty(NamedTuple):
    """An app of Microsoft's own; `resource` is the id of the app that its sign-ins are for."""

    name: str
    app_id: str
    popularity: int
    resource: str
    departments: tuple[str, ...] = ()
    installed: bool = True  # False: it appears in the log without a service principal in the tenant


_TECH = ("Engineering", "IT", "Product & Design")
_SELL = ("Sales", "Marketing", "Customer Success")
_DESIGN = ("Product & Design", "Marketing")
_MONEY = ("Finance", "Executive", "Legal")

PRODUCTS = (
    Product("Slack", "slack.com", "messaging", "saml", 90),
    Product("Zoom", "zoom.us", "meetings", "saml", 60),
    Product("Workday", "workday.com", "hr", "saml", 45),
    Product("ServiceNow", "servicenow.com", "it service", "saml", 30),
    Product("Salesforce", "salesforce.com", "crm", "saml", 85, _SELL),
    Product("HubSpot", "hubspot.com", "crm", "oidc", 25, ("Marketing", "Sales")),
    Product("Zendesk", "zendesk.com", "support", "saml", 80, ("Customer Success",)),
    Product("Intercom", "intercom.com", "support", "saml", 20, ("Customer Success", "Product & Design")),
    Product("Freshdesk", "freshworks.com", "support", "oidc", 0, ("Customer Success",)),
    Product("Gong", "gong.io", "sales", "saml", 40, ("Sales",)),
    Product("Outreach", "outreach.io", "sales", "saml", 30, ("Sales",)),
    Product("Calendly", "calendly.com", "scheduling", "oidc", 25, ("Sales", "People")),
    Product("Figma", "figma.com", "design", "saml", 70, (*_TECH, "Marketing")),
    Product("Miro", "miro.com", "whiteboard", "saml", 40),
    Product("Mural", "mural.co", "whiteboard", "saml", 8, _DESIGN),
    Product("Lucid", "lucid.co", "whiteboard", "saml", 12, (*_TECH, "Operations")),
    Product("Canva", "canva.com", "design", "oidc", 35, _SELL),
    Product("Adobe Creative Cloud", "adobe.com", "design", "saml", 45, _DESIGN),
    Product("InVision", "invisionapp.com", "design", "saml", 0, _DESIGN),
    Product("Asana", "asana.com", "work management", "saml", 30, ("Marketing", "Operations", "People")),
    Product("monday.com", "monday.com", "work management", "oidc", 15, ("Operations", "Sales")),
    Product("Trello", "trello.com", "work management", "oidc", 6),
    Product("Smartsheet", "smartsheet.com", "work management", "saml", 10, ("Operations", "Finance")),
    Product("Wrike", "wrike.com", "work management", "saml", 0, ("Marketing",)),
    Product("Notion", "notion.so", "knowledge", "oidc", 35, (*_TECH, "Marketing", "People")),
    Product("Atlassian Cloud", "atlassian.com", "development", "saml", 88, (*_TECH, "Customer Success")),
    Product("GitHub Enterprise Cloud", "github.com", "development", "saml", 85, ("Engineering", "IT")),
    Product("GitLab", "gitlab.com", "development", "saml", 6, ("Engineering",)),
    Product("CircleCI", "circleci.com", "development", "oidc", 0, ("Engineering",)),
    Product("Sentry", "sentry.io", "monitoring", "saml", 40, ("Engineering",)),
    Product("Datadog", "datadoghq.com", "monitoring", "saml", 45, ("Engineering", "IT")),
    Product("New Relic", "newrelic.com", "monitoring", "saml", 0, ("Engineering",)),
    Product("PagerDuty", "pagerduty.com", "monitoring", "saml", 30, ("Engineering", "IT")),
    Product("Postman", "postman.com", "development", "oidc", 30, ("Engineering",)),
    Product("LaunchDarkly", "launchdarkly.com", "development", "saml", 15, ("Engineering", "Product & Design")),
    Product("Snowflake", "snowflake.com", "analytics", "saml", 25, ("Engineering", "Finance")),
    Product("Databricks", "databricks.com", "analytics", "saml", 15, ("Engineering",)),
    Product("Tableau Cloud", "tableau.com", "analytics", "saml", 20, ("Finance", "Sales", "Operations")),
    Product("Looker", "looker.com", "analytics", "saml", 10, ("Marketing", "Product & Design")),
    Product("Amplitude", "amplitude.com", "analytics", "oidc", 15, ("Product & Design", "Marketing")),
    Product("Amazon Web Services", "aws.amazon.com", "cloud", "saml", 50, ("Engineering", "IT")),
    Product("Google Cloud", "cloud.google.com", "cloud", "saml", 8, ("Engineering",)),
    Product("Cloudflare", "cloudflare.com", "cloud", "saml", 12, ("IT", "Engineering")),
    Product("Dropbox Business", "dropbox.com", "files", "saml", 10),
    Product("Box", "box.com", "files", "saml", 20, ("Legal", "Finance", "Sales")),
    Product("WeTransfer", "wetransfer.com", "files", "oidc", 4, _DESIGN),
    Product("DocuSign", "docusign.com", "signatures", "saml", 30, ("Sales", "Legal", "People", "Finance")),
    Product("Adobe Acrobat Sign", "adobesign.com", "signatures", "oidc", 3, ("Legal", "Sales")),
    Product("Ironclad", "ironcladapp.com", "contracts", "saml", 20, ("Legal",)),
    Product("SAP Concur", "concur.com", "expenses", "saml", 25),
    Product("Expensify", "expensify.com", "expenses", "saml", 0, ("Sales",)),
    Product("NetSuite", "netsuite.com", "finance", "saml", 60, _MONEY),
    Product("Coupa", "coupahost.com", "procurement", "saml", 25, ("Finance", "Operations")),
    Product("Xero", "xero.com", "finance", "oidc", 0, ("Finance",)),
    Product("Greenhouse", "greenhouse.io", "recruiting", "saml", 50, ("People",)),
    Product("BambooHR", "bamboohr.com", "hr", "saml", 0, ("People",)),
    Product("Culture Amp", "cultureamp.com", "hr", "saml", 12),
    Product("LinkedIn Learning", "linkedin.com", "learning", "saml", 10),
    Product("Udemy Business", "udemy.com", "learning", "saml", 6),
    Product("KnowBe4", "knowbe4.com", "security training", "saml", 5),
    Product("1Password", "1password.com", "passwords", "oidc", 40, _TECH),
    Product("LastPass Enterprise", "lastpass.com", "passwords", "saml", 0),
    Product("Okta Workforce", "okta.com", "identity", "saml", 0, ("IT",)),
    Product("Jamf Pro", "jamf.com", "devices", "saml", 15, ("IT",)),
    Product("CrowdStrike Falcon", "crowdstrike.com", "security", "saml", 15, ("IT",)),
    Product("Mailchimp", "mailchimp.com", "marketing", "oidc", 20, ("Marketing",)),
    Product("Hootsuite", "hootsuite.com", "marketing", "saml", 15, ("Marketing",)),
    Product("SurveyMonkey", "surveymonkey.com", "surveys", "oidc", 6, ("Marketing", "People")),
    Product("Typeform", "typeform.com", "surveys", "oidc", 8, ("Marketing", "Product & Design")),
    Product("Airtable", "airtable.com", "databases", "oidc", 14, ("Marketing", "Operations")),
    Product("Zapier", "zapier.com", "automation", "oidc", 8, ("Marketing", "Operations", "IT")),
    Product("Grammarly", "grammarly.com", "writing", "oidc", 12),
    Product("Loom", "loom.com", "video", "oidc", 15, (*_TECH, *_SELL)),
    Product("Webex", "webex.com", "meetings", "saml", 2),
    Product("ChatGPT", "openai.com", "ai assistant", "oidc", 45),
    Product("Claude", "claude.ai", "ai assistant", "oidc", 25, _TECH),
    Product("DeepL", "deepl.com", "translation", "oidc", 15),
    Product("Otter.ai", "otter.ai", "transcription", "oidc", 5, _SELL),
)

NEWCOMERS = (  # products that appear while days pass
    Product("Linear", "linear.app", "work management", "oidc", 30, _TECH),
    Product("Perplexity", "perplexity.ai", "ai assistant", "oidc", 10),
    Product("Retool", "retool.com", "development", "saml", 12, ("Engineering",)),
    Product("Deel", "deel.com", "hr", "saml", 10, ("People",)),
    Product("Read AI", "read.ai", "transcription", "oidc", 8, _SELL),
    Product("Ramp", "ramp.com", "expenses", "saml", 15, ("Finance",)),
    Product("Vanta", "vanta.com", "compliance", "saml", 10, ("IT",)),
    Product("Gamma", "gamma.app", "presentations", "oidc", 6, _SELL),
)

GRAPH = "00000003-0000-0000-c000-000000000000"
AZURE_AD = "00000002-0000-0000-c000-000000000000"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
TEAMS_SERVICES = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
AZURE_MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"

FIRST_PARTY = (
    FirstParty("Microsoft Graph", GRAPH, 0, GRAPH),
    FirstParty("Windows Azure Active Directory", AZURE_AD, 0, AZURE_AD),
    FirstParty("Office 365 Exchange Online", EXCHANGE, 10, EXCHANGE),
    FirstParty("Office 365 SharePoint Online", SHAREPOINT, 35, SHAREPOINT),
    FirstParty("Microsoft Teams Services", TEAMS_SERVICES, 0, TEAMS_SERVICES),
    FirstParty("Windows Azure Service Management API", AZURE_MANAGEMENT, 0, AZURE_MANAGEMENT),
    FirstParty("Azure Key Vault", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093", 0, AZURE_AD),
    FirstParty("Office 365 Management APIs", "c5393580-f805-4401-95e8-94b7a6ef2fc2", 0, AZURE_AD),
    FirstParty("Skype for Business Online", "00000004-0000-0ff1-ce00-000000000000", 0, AZURE_AD),
    FirstParty("OfficeHome", "4765445b-32c6-49b0-83e6-1d93765276ca", 95, GRAPH),
    FirstParty("Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264", 80, TEAMS_SERVICES),
    FirstParty("Microsoft Teams Web Client", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346", 40, TEAMS_SERVICES),
    FirstParty("One Outlook Web", "9199bf20-a13f-4107-85dc-02114787ef48", 60, EXCHANGE),
    FirstParty("Microsoft Office", "d3590ed6-52b3-4102-aeff-aad2292ab01c", 70, EXCHANGE),
    FirstParty("OneDrive SyncEngine", "ab9b8c07-8f02-4f72-87fa-80105867a763", 30, SHAREPOINT),
    FirstParty(
        "Power BI Service", "00000009-0000-0000-c000-000000000000", 12, GRAPH, ("Finance", "Sales", "Operations")
    ),
    FirstParty("Azure Portal", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", 45, AZURE_MANAGEMENT, ("IT", "Engineering")),
    FirstParty("Graph Explorer", "de8bc8b5-d9f9-48b1-a8ad-b748da725064", 4, GRAPH, ("IT",)),
    FirstParty("My Apps", "2793995e-0a7d-40d7-bd35-6968ba142197", 15, GRAPH),
    FirstParty("My Profile", "8c59ead7-d703-4a27-9e55-c96a0054c8d2", 6, GRAPH),
    FirstParty(
        "Microsoft Authentication Broker", "29d9ed98-a469-4536-ade2-f981bc1d605e", 25, AZURE_AD, (), installed=False
    ),
    FirstParty(
        "Microsoft Azure CLI",
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        20,
        AZURE_MANAGEMENT,
        ("Engineering", "IT"),
        installed=False,
    ),
    FirstParty("Windows Sign In", "38aa3b87-a06d-4817-b275-7a316988d93b", 50, AZURE_AD, (), installed=False),
)

INTERNAL = (  # the company's own: name, category, popularity, departments
    ("Intranet", "intranet", 55, ()),
    ("Time Tracker", "hr", 40, ()),
    ("Quote Builder", "sales", 35, ("Sales",)),
    ("Warehouse Board", "operations", 50, ("Operations",)),
    ("Release Console", "development", 40, ("Engineering",)),
    ("Holiday Planner (old)", "hr", 0, ()),
    ("Data Lake Loader", "analytics", 0, ("Engineering",)),
    ("Badge Printer", "operations", 3, ("People", "IT")),
)
