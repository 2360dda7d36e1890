"""What a file of a folder is called, and what another file calls it: other endings, names that stand twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.check.small import check_paths
from tests.formats.check.test_codes import written


def told(folder: Path, **files: str) -> list[tuple[str, str]]:
    texts = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    problems = check_paths([written(folder, texts)]).problems
    return [(one.code, one.hint) for one in problems if one.code in ("AP218", "BS225", "BS303")]


def build(*commands: str) -> str:
    return "version: 0.2\nphases:\n  build:\n    commands:\n" + "".join(f"      - {one}\n" for one in commands)


@pytest.mark.parametrize(
    ("commands", "hints"),
    [
        (["cp appspec.yaml out/"], ["did you mean appspec.yml?"]),
        (["cp -r scripts appspec.yaml ci/a.yml out/"], ["did you mean appspec.yml?"]),
        (["mv ./x.json out && cp appspec.yaml out/"], ["did you mean appspec.yml?"]),
        (["cat appspec.yaml"], ["did you mean appspec.yml?"]),
        (["cp appspec.yml out/"], []),
        (["cp appspec.yml appspec.yaml"], []),
        (["make appspec.yaml", "cp appspec.yaml out/"], []),
        (["cd web", "cp appspec.yaml out/"], []),
        (["cp appspec.yaml out/ || true"], []),
        (["'[ -f appspec.yaml ] && cp appspec.yaml out/'"], []),
        (["cp $DIR/appspec.yaml out/"], []),
        (["cp other.yaml out/"], []),
    ],
)
def test_a_file_that_is_there_with_another_ending(commands: list[str], hints: list[str], tmp_path: Path) -> None:
    found = told(tmp_path, buildspec_dot_yml=build(*commands), appspec_dot_yml="version: 0.0\nos: linux\n")
    assert found == [("BS303", hint) for hint in hints]


def test_a_file_that_is_there_twice_is_taken_as_it_is_called(tmp_path: Path) -> None:
    spec = "version: 0.0\nos: linux\n"
    texts = {"buildspec_dot_yml": build("cp appspec.yaml out/"), "appspec_dot_yml": spec, "appspec_dot_yaml": spec}
    assert told(tmp_path, **texts) == []


BASED = build("make") + "artifacts: {base-directory: out, files: ['out/**/*']}\n"


def test_a_folder_in_one_of_its_own_name_is_meant(tmp_path: Path) -> None:
    assert told(tmp_path / "a", buildspec_dot_yml=BASED, out__x="") == [("BS225", "write `- '**/*'`, without out")]
    assert told(tmp_path / "b", buildspec_dot_yml=BASED, out__out__x="") == []


COPIES = "version: 0.0\nos: linux\nfiles: [{source: SOURCE, destination: DESTINATION}]\n"


@pytest.mark.parametrize(
    ("source", "destination", "hints"),
    [
        ("bin/app", "/usr/local/bin/app", ["write the folder alone: `destination: /usr/local/bin`"]),
        ("bin/app", "/app", ["write the folder alone: `destination: /`"]),
        ("bin/app.conf", "/etc/app.conf", ["write the folder alone: `destination: /etc`"]),
        ("bin/app", "/usr/local/bin", []),
        ("bin", "/usr/local/bin", []),
        ("site.com", "/var/www/site.com", []),
        ("bin/app", "/opt/other", []),
    ],
)
def test_a_destination_that_ends_with_the_files_name(
    source: str, destination: str, hints: list[str], tmp_path: Path
) -> None:
    text = COPIES.replace("SOURCE", source).replace("DESTINATION", destination)
    files = {"appspec_dot_yml": text, "bin__app": "", "bin__app_dot_conf": "", "site_dot_com__index_dot_html": ""}
    assert told(tmp_path, **files) == [("AP218", hint) for hint in hints]
