"""The script that Streamlit runs for each page."""

import streamlit as st

from pages import frame

frame.run(
    [
        # The page at "/" has no other address. So it only leads to a page whose address people can send to each other.
        st.Page("views/start.py", url_path="start", default=True, visibility="hidden"),
        st.Page("views/employees.py", title="Employees", icon=":material/groups:", url_path="employees"),
        st.Page("views/applications.py", title="Applications", icon=":material/apps:", url_path="applications"),
        st.Page("views/insights.py", title="Insights", icon=":material/lightbulb:", url_path="insights"),
        st.Page("views/status.py", title="Status", icon=":material/sync:", url_path="status"),
        st.Page("views/person.py", title="Person", url_path="person", visibility="hidden"),
        st.Page("views/app.py", title="App", url_path="app", visibility="hidden"),
        st.Page("views/findings.py", title="Findings", url_path="findings", visibility="hidden"),
        st.Page("views/news.py", title="Since last week", url_path="news", visibility="hidden"),
        st.Page("views/resolved.py", title="Resolved", url_path="resolved", visibility="hidden"),
        st.Page("views/finding.py", title="Finding", url_path="finding", visibility="hidden"),
    ]
)
