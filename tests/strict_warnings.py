"""How Python warns in the processes that tests start."""

#: For the variable PYTHONWARNINGS: warnings are errors, but for the SDK's notice that a Python nears its end of life.
STRICT_WARNINGS = "error,ignore:Python 3.:FutureWarning"
