"""What Install cannot do: the entries that do not agree, with their lines, and a mend that holds."""

from pathlib import Path

import pytest

from sim.core.problems import Problem
from sim.formats.check import check_paths

HEAD = "version: 0.0\nos: linux\nfiles:\n"
WHOLE = HEAD + "  - source: app\n    destination: /opt/web/app\npermissions:\n"
APP = ("app/main.py", "app/run.sh", "app/lib/one.py")


def told(folder: Path, text: str, files: tuple[str, ...] = APP) -> list[Problem]:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    (folder / "appspec.yml").write_text(text)
    return [one for one in check_paths([folder]).problems if one.code == "AP303"]


def test_folders_of_one_entry_and_all_of_another(tmp_path: Path) -> None:
    # given: an entry for folders, and one that is meant for files and does not say so
    text = WHOLE + (
        "  - object: /opt/web\n    mode: 755\n    type:\n      - directory\n  - object: /opt/web\n    mode: 644\n"
    )
    # when
    (problem,) = told(tmp_path, text)
    # then
    assert problem.line == 11
    assert "permissions setting for (/opt/web/app/lib) is specified more than once" in problem.message
    assert problem.hint == "lines 7 and 11 both cover it: add `type: [file]` to the one on line 11"
    # and the mend holds
    assert not told(tmp_path, f"{text}    type: [file]\n")


def test_the_first_entry_may_be_the_one_without_a_type(tmp_path: Path) -> None:
    text = WHOLE + "  - object: /opt/web\n    mode: 755\n  - object: /opt/web\n    mode: 644\n    type: [file]\n"
    (problem,) = told(tmp_path, text)
    assert (problem.line, problem.hint) == (
        9,
        "lines 7 and 9 both cover it: add `type: [directory]` to the one on line 7",
    )
    assert not told(tmp_path, text.replace("mode: 755\n", "mode: 755\n    type: [directory]\n"))


def test_a_file_that_lies_in_a_folder_of_another_entry(tmp_path: Path) -> None:
    text = WHOLE + "  - object: /opt/web/app\n    mode: 644\n  - object: /opt/web/app/run.sh\n    mode: 755\n"
    (problem,) = told(tmp_path, text)
    assert (problem.line, problem.hint) == (
        9,
        "lines 7 and 9 both cover it: write `except: [run.sh]` in the one on line 7",
    )
    assert not told(tmp_path, text.replace("mode: 644\n", "mode: 644\n    except: [run.sh]\n"))


def test_an_exception_is_added_to_those_that_are_there(tmp_path: Path) -> None:
    text = WHOLE + "  - object: /opt/web/app\n    except: [lib]\n    type: [file]\n  - object: /opt/web/app/run.sh\n"
    (problem,) = told(tmp_path, text)
    assert problem.hint.endswith("write `except: [lib, run.sh]` in the one on line 7")


def test_a_folder_inside_another_cannot_be_excepted(tmp_path: Path) -> None:
    # given: except spares what lies in the folder itself, and nothing below (docs/behaviour/codedeploy.md §4.5)
    text = WHOLE + "  - object: /opt/web/app\n    mode: 644\n  - object: /opt/web/app/lib\n    mode: 600\n"
    (problem,) = told(tmp_path, text)
    assert problem.line == 9
    assert "in place of line 7's, write entries for what lies beside /opt/web/app/lib" in problem.hint
    assert "or take line 9's out" in problem.hint


def test_two_entries_for_the_same_become_one(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, WHOLE + "  - object: /opt/web\n    mode: 644\n  - object: /opt/web\n    owner: web\n")
    assert "lines 7 and 9 both cover it, and nothing else: put what both set into one entry" in problem.hint


@pytest.mark.parametrize(
    ("entry", "line", "hint"),
    [
        ("object: /opt/web/app/run.sh\n    pattern: '*.sh'\n", 8, "take `pattern` out: the object is one file"),
        ("object: /opt/web/app/run.sh\n    except: [a]\n", 8, "take `except` out: the object is one file"),
        ("object: /opt/web/app\n    acls: [d:u:web:rw]\n", 8, "take what begins with `d:` out"),
    ],
)
def test_one_entry_that_does_not_fit_its_object(tmp_path: Path, entry: str, line: int, hint: str) -> None:
    (problem,) = told(tmp_path, f"{WHOLE}  - {entry}")
    assert problem.line == line
    assert problem.hint.startswith(hint)


def test_a_file_that_a_folder_brings_already(tmp_path: Path) -> None:
    text = HEAD + "  - source: app\n    destination: /srv\n  - source: app/run.sh\n    destination: /srv\n"
    (problem,) = told(tmp_path, text)
    assert problem.line == 6
    assert problem.hint == "take the entry on line 6 out: the one on line 4 copies all of it to the same place"


def test_the_file_may_stand_before_the_folder(tmp_path: Path) -> None:
    text = HEAD + "  - source: app/run.sh\n    destination: /srv\n  - source: app\n    destination: /srv\n"
    (problem,) = told(tmp_path, text)
    assert problem.line == 6
    assert problem.hint == "take the entry on line 4 out: the one on line 6 copies all of it to the same place"


def test_two_files_of_one_name(tmp_path: Path) -> None:
    # given, before them, an entry whose files the build makes
    text = HEAD + (
        "  - source: dist\n    destination: /srv/dist\n  - source: a/web.conf\n    destination: /etc\n"
        "  - source: b/web.conf\n    destination: /etc\n"
    )
    (problem,) = told(tmp_path, text, ("a/web.conf", "b/web.conf"))
    assert problem.line == 8
    assert problem.hint.startswith("the entries on lines 6 and 8 both put something at /etc/web.conf: write another")


def test_a_file_where_another_entry_needs_a_folder(tmp_path: Path) -> None:
    text = HEAD + "  - source: a/web\n    destination: /srv\n  - source: b\n    destination: /srv/web\n"
    (problem,) = told(tmp_path, text, ("a/web", "b/one"))
    assert problem.line == 6
    assert "lines 4 and 6 both put something at /srv/web" in problem.hint
    (problem,) = told(
        tmp_path,
        text.replace("a/web", "b")
        .replace("- source: b\n    destination: /srv/web", "- source: a/web\n    destination: /srv")
        .replace("destination: /srv\n  ", "destination: /srv/web\n  ", 1),
    )
    assert "both put something at /srv/web" in problem.hint
