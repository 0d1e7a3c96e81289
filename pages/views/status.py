"""Status: whether the data is up to date, list by list."""

import streamlit as st

from pages import frame, health
from pages.warehouse import Sort  # noqa: F401

view = frame.view()
found = health.of(view.streams)
st.title("Status", anchor=False)
st.header(found.state, anchor=False)
st.text(found.sentence)
