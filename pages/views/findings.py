"""All findings, one by one."""

import streamlit as st

from pages import findings, frame, list_view

view = frame.view()
st.page_link("views/insights.py", label="Insights", icon=":material/arrow_back:")
st.title("Findings", anchor=False)
list_view.show(view, findings.LISTING, findings.ON_ITS_OWN)
