"""Singer tap for Microsoft Entra ID."""
