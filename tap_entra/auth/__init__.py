"""The sign-in to Microsoft Entra ID, and the access token that it gives."""

from tap_entra.auth.connect import (
    Connection,
    DeviceCode,
    check_that_a_person_can,
    connect_by_device_code,
    connect_in_browser,
)
from tap_entra.auth.consent import admin_consent_url, more_than_reading
from tap_entra.auth.disconnect import disconnect
from tap_entra.auth.errors import ConfigError, SignInError
from tap_entra.auth.settings import CLOUDS, FLOWS, Settings
from tap_entra.auth.sign_in import SignIn
from tap_entra.auth.status import Status, read_status

__all__ = [
    "CLOUDS",
    "FLOWS",
    "ConfigError",
    "Connection",
    "DeviceCode",
    "Settings",
    "SignIn",
    "SignInError",
    "Status",
    "admin_consent_url",
    "check_that_a_person_can",
    "connect_by_device_code",
    "connect_in_browser",
    "disconnect",
    "more_than_reading",
    "read_status",
]
