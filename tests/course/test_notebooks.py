"""A notebook kept as text becomes the .ipynb that a learner opens: the same every time, without outputs."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from sim.core.problems import ProblemsError, UsageError
from sim.course.notebooks import LONGEST_ID, Notebook, notebooks, read, root

TEXT = """# %% [markdown]
# # 03 In place
#
# Goals.
#
# ```sh
# # no heading
# ```

# %%
from sim import Cloud

# %matplotlib inline
Cloud().now

# %% [markdown]
# ## A failed instance: what now?

# %% tags=["raises-exception"]
1 / 0
"""
IN_PLACE = Notebook("03_in_place", TEXT)


def test_cells_come_out_as_they_are_written() -> None:
    made = nbformat.reads(IN_PLACE.ipynb(), as_version=4)
    assert [cell.cell_type for cell in made.cells] == ["markdown", "code", "markdown", "code"]
    assert "%matplotlib inline" in made.cells[1].source
    assert "# %matplotlib" not in made.cells[1].source
    assert made.cells[3].metadata.tags == ["raises-exception"]
    assert made.metadata.kernelspec.name == "python3"
    nbformat.validate(made)


def test_there_are_no_outputs_and_the_bytes_are_the_same_every_time() -> None:
    made = json.loads(IN_PLACE.ipynb())
    assert [cell["outputs"] for cell in made["cells"] if cell["cell_type"] == "code"] == [[], []]
    assert IN_PLACE.ipynb() == Notebook("03_in_place", TEXT).ipynb()
    assert [cell["id"] for cell in made["cells"]] == [
        "000-03-in-place",
        "001-03-in-place",
        "002-a-failed-instance-what-now",
        "003-a-failed-instance-what-now",
    ]


def test_headings_are_how_its_parts_are_spoken_of() -> None:
    assert IN_PLACE.title == "03 In place"
    assert IN_PLACE.anchors == ["03-in-place", "a-failed-instance-what-now"]
    assert Notebook("x", "# %%\n1\n").title == "x"


def test_a_long_heading_still_makes_a_valid_id() -> None:
    made = json.loads(Notebook("x", f"# %% [markdown]\n# # {'long ' * 40}\n").ipynb())
    assert len(made["cells"][0]["id"]) == LONGEST_ID


def test_only_text_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.py"):
        read(tmp_path / "03.ipynb")
    with pytest.raises(ProblemsError, match="cannot be read"):
        read(tmp_path / "03.py")


def test_the_course_comes_along_in_its_order() -> None:
    names = [notebook.name for notebook in notebooks()]
    assert names == sorted(names)
    assert names[0].startswith("00_")


@pytest.mark.parametrize("notebook", notebooks(), ids=lambda notebook: notebook.name)
def test_its_title_bears_its_number_and_no_two_headings_are_alike(notebook: Notebook) -> None:
    assert notebook.title.split()[0] == notebook.name[:2]
    assert len(set(notebook.anchors)) == len(notebook.anchors)


def test_git_holds_no_notebook_with_outputs() -> None:
    assert sorted(path.name for path in root().rglob("*.ipynb")) == []
