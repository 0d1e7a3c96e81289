"""Who we are: the sign-in to Microsoft Entra ID, and the access token that comes of it."""

from tap_entra.auth.errors import ConfigError, SignInError
from tap_entra.auth.settings import CLOUDS, FLOWS, Settings
from tap_entra.auth.sign_in import SignIn

__all__ = ["CLOUDS", "FLOWS", "ConfigError", "Settings", "SignIn", "SignInError"]
