"""Findings that are not there any more, one by one."""

import streamlit as st

from pages import findings, frame, list_view

view = frame.view()
st.page_link("views/insights.py", label="Insights", icon=":material/arrow_back:")
st.title("Resolved", anchor=False)
st.text("What was found before and is not there any more. Findings that can no longer be judged are not listed.")
list_view.show(view, findings.RESOLVED)
