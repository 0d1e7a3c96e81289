"""Employees: who works here, with what."""

import streamlit as st

from pages import frame, list_view, people

view = frame.view()
st.title("Employees", anchor=False)
list_view.show(view, people.LISTING)
