"""One person."""

import streamlit as st

from pages import frame

view = frame.view()
st.title(str(st.query_params.get("id")))
