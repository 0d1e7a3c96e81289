"""The address without a page: employees."""

import streamlit as st

st.switch_page("views/employees.py")
