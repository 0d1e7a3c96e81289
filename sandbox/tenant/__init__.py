"""An invented tenant of Microsoft Entra, made from a seed: its directory, its logs, and days that pass in it."""
