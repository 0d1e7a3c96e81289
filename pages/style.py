"""The style that Streamlit's theme cannot express. Constants only: no data ever becomes HTML."""

import streamlit as st

_CSS = """
<style>
/* The table's own download writes cells as they are: a cell that begins with "=" would run as a formula. */
[data-testid="stElementToolbar"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding-top: 4.5rem; padding-bottom: 3rem; max-width: 90rem; }
.st-key-company [data-testid="stText"] { color: inherit; opacity: .85; font-size: .95rem; }
[data-testid="stMain"] h1 { font-size: 2rem; padding: .5rem 0; }
[data-testid="stMain"] h2 { font-size: 1.3rem; padding: 1rem 0 .25rem; }
[data-testid="stMain"] h3 { font-size: 1.1rem; padding: 0; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; opacity: .92; }
[class*="st-key-fact_"] [data-testid="stCaptionContainer"] p { font-size: .82rem; }
[class*="st-key-number_"] [data-testid="stText"] { font-size: 2rem; font-weight: 600; line-height: 1.1; }
.st-key-week [data-testid="stPageLink"] a { padding-left: 0; margin-left: 0; }
[class*="st-key-card_"] h2 { padding: 0; font-size: 1.1rem; }
[data-testid="stMetricValue"] { font-size: 1.5rem; }
[data-testid="stMetric"] { padding: 0 !important; }
:focus-visible { outline: 3px solid #2563eb !important; outline-offset: 2px; }
</style>
"""


def apply() -> None:
    """Add the style to the page at hand."""
    st.html(_CSS)
