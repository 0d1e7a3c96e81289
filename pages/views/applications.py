"""Applications: which apps there are, who uses them, and what they may do."""

import streamlit as st

from pages import apps, frame, list_view

view = frame.view()
st.title("Applications", anchor=False)
st.text(f"Use rests on {view.evidence}.")
list_view.show(view, apps.LISTING)
