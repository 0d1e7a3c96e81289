"""The script that Streamlit runs for each page."""

import streamlit as st

from pages import frame

frame.run(
    [
        # The page at "/" has no other address: so it is none of those that people send to each other.
        st.Page("views/start.py", url_path="start", default=True, visibility="hidden"),
        st.Page("views/employees.py", title="Employees", icon=":material/groups:", url_path="employees"),
        st.Page("views/person.py", title="Person", url_path="person", visibility="hidden"),
    ]
)
