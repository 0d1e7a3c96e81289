"""What came and went since last week, one by one."""

import streamlit as st

from pages import frame, list_view, news

view = frame.view()
st.page_link("views/insights.py", label="Insights", icon=":material/arrow_back:")
st.title("Since last week", anchor=False)
st.text("What came and went. The variable new_days in dbt_project.yml says how many days count.")
list_view.show(view, news.LISTING)
for sentence in news.not_known(news.figures(view)):
    st.text(sentence)
