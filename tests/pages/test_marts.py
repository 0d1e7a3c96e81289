"""The pages read what the views have, and know what each column rests on as dbt knows it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from pages.marts import MARTS
from tests.environments import ROOT

if TYPE_CHECKING:
    from pages.mart import Mart

ENTRA = ROOT / "transform" / "entra"
#: Columns that other lists fill in part, too: null is not known, and what is there is shown.
IN_PART = {"category", "home_page_url", "logo_url", "product", "publisher", "publisher_domain"}


@pytest.mark.parametrize(("name", "mart"), MARTS.items(), ids=MARTS)
def test_the_views_have_each_column(name: str, mart: Mart) -> None:
    described = (ENTRA / "models" / "marts" / f"entra__{name}.yml").read_text(encoding="utf-8")

    assert mart.columns.keys() <= set(re.findall(r"^  - name: (\w+)$", described, re.MULTILINE))


def test_a_column_is_known_only_with_all_of_its_streams() -> None:
    macro = (ENTRA / "macros" / "known.sql").read_text(encoding="utf-8")
    found = re.search(r"return\((\{.*?\})\) \}\}", macro, re.DOTALL)
    assert found
    figures = ast.literal_eval(found[1])

    compared = 0
    for needs in figures.values():
        for figure in needs["figures"]:
            name, _, column = figure.partition(".")
            mart = MARTS.get(name)
            if mart and column in mart.columns.keys() - IN_PART:
                compared += 1
                assert {*needs["streams"]} <= {*mart.rests_on, *mart.streams.get(column, ())}, figure
    assert compared > 20
