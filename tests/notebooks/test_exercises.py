"""Every exercise can be solved: with these answers the notebook says so, and with wrong ones it does not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sim.course.notebooks import KERNEL, Notebook, notebooks
from tests.jupyter import surroundings

NOT_YET = "Not solved yet"
SOLVED = "Solved."
DRAWS = re.compile(r"\.plot\.\w+\(")
SECONDS = 300
"""A cell may take so long; on a slow machine the whole notebook takes less."""

ANSWERS: dict[str, list[tuple[str, str]]] = {
    "00_start_here": [
        ("# Your second push goes here.", 'push(codecommit, "src/hours.md", "# Always open\\n")'),
    ],
    "01_from_push_to_pipeline": [
        (
            '"detail": {"event": ["referenceUpdated"]},',
            '"detail": {"event": ["referenceUpdated"], "referenceName": ["main"]},',
        ),
        (
            '# state = pipeline.get_pipeline_state(name="web")\n# token = …',
            'state = pipeline.get_pipeline_state(name="web")\n'
            'token = state["stageStates"][2]["actionStates"][0]["latestExecution"]["token"]',
        ),
        (
            '# pipeline.put_approval_result(**question, result={"status": …, "summary": …}, token=token)',
            'pipeline.put_approval_result(**question, result={"status": "Rejected", "summary": "No"}, token=token)',
        ),
        ("# events.put_rule(", "events.put_rule("),
        ('"detail": {…}', '"detail": {"state": ["STARTED"]}'),
        ("# events.put_targets(", "events.put_targets("),
    ],
    "02_what_a_build_does": [
        (
            '      - echo "published"\n',
            '      - \'if [ "$CODEBUILD_BUILD_SUCCEEDING" = "1" ]; then echo "published"; fi\'\n',
        ),
        ("PORTS: [80, 443]", 'PORTS: "80,443"'),
        ("- echo checking: style", "- 'echo \"checking: style\"'"),
        ("- exit 3", "- exit 0"),
    ],
    "03_codedeploy_in_place": [
        (
            "my_appspec = APPSPEC\n",
            'my_appspec = APPSPEC.replace("hooks:", "  - source: settings.ini\\n    destination: /etc/web\\nhooks:")\n',
        ),
        (
            'my_files = {"site/index.html": "<h1>Version 2</h1>\\n"}',
            'my_files = {"site/index.html": "<h1>Version 2</h1>\\n", "settings.ini": "colour = teal\\n"}',
        ),
        ('my_minimum = {"type": "HOST_COUNT", "value": 8}', 'my_minimum = {"type": "HOST_COUNT", "value": 6}'),
    ],
    "04_failures_and_rollbacks": [
        ('release.inject("20m", stop)', 'release.inject("940s", stop)'),
        ("choice = None  #", "choice = old  #"),
        (
            'my_rollback = {"enabled": False, "events": []}',
            'my_rollback = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"]}',
        ),
    ],
    "06_the_pipeline_and_its_executions": [
        ('mine.run(until="10s")', 'mine.run(until="2m")'),
        ('# waiting.inject("1d2h"', 'waiting.inject("1d2h"'),
        ('"stage": …, "action": …', '"stage": "Release", "action": "Approve"'),
        (
            '"a newer one took its place while it waited": "?"',
            '"a newer one took its place while it waited": "Superseded"',
        ),
        ('"its approval was refused": "?"', '"its approval was refused": "Failed"'),
        ('"somebody stopped it": "?"', '"somebody stopped it": "Stopped"'),
        ('"the pipeline was changed under it": "?"', '"the pipeline was changed under it": "Cancelled"'),
        ('"its only build failed": "?"', '"its only build failed": "Failed"'),
        ('"it was retried, and all went well": "?"', '"it was retried, and all went well": "Succeeded"'),
    ],
    "12_bring_your_own_files": [
        (
            '  variables:\n    DB_PASSWORD: "hunter2-hunter2"\n    TARGET: $HOME/out\n',
            "  secrets-manager:\n    DB_PASSWORD: prod/db:password\n",
        ),
        (
            "  instal:\n    commands:\n",
            "  install:\n    runtime-versions: {nodejs: 20}\n    commands:\n      - export TARGET=$HOME/out\n",
        ),
        (
            "      - echo result: good\n      - npm run build\n",
            "      - 'echo \"result: good\"'\n      - npm run build\n    on-failure: ABORT\n",
        ),
        ("  files: public/**/*\n", "  files: [public/**/*]\n"),
        ("os: Linux", "os: linux"),
        ("  BeforeInstal:", "  BeforeInstall:"),
        ("  Install:\n    - location: scripts/copy.sh", "  AfterInstall:\n    - location: scripts/copy.sh"),
        ("timeout: 2m", "timeout: 120"),
        ('{\n  "source": "aws.codepipeline"', '{\n  "source": ["aws.codepipeline"]'),
        ('"state": ["Failed"]', '"state": ["FAILED"]'),
        ('"Effect": "allow"', '"Effect": "Allow"'),
        ('my_rule = "{command: npm test, takes: 20s}"', 'my_rule = "{command: npm test, fails: true}"'),
    ],
    "13_mock_exam": [
        ('"events": ["DEPLOYMENT_STOP_ON_ALARM"]}', '"events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]}'),
    ],
    "11_what_if_lab": [
        ("my_minimum = 9\n", "my_minimum = 7\n"),
        ("answer = 120 ", "answer = 10 "),
        (
            "    return 0\n",
            '    return sum(target.status == "Failed" for target in run.record.of_kind("target"))\n',
        ),
    ],
}
"""Notebook -> (what stands in a cell of an exercise, what a learner might write there)."""

GUARDED = [
    (
        "  instal:\n    commands:\n      - npm ci\n",
        "  install:\n    runtime-versions: {nodejs: 20}\n    commands:\n"
        '      - export TARGET=\\"$HOME/out\\" && npm ci\n',
    ),
    (
        "      - echo result: good\n      - npm run build\n",
        "      - 'echo \"result: good\"'\n      - |\n        npm run build\n",
    ),
    (
        "      - aws s3 sync public s3://my-site\nartifacts:\n  files: public/**/*\n",
        "      - '[ \"$CODEBUILD_BUILD_SUCCEEDING\" = 1 ] && aws s3 sync public s3://my-site'\n"
        'artifacts:\n  base-directory: public\n  files: ["**/*"]\n',
    ),
]
"""Another way of mending the buildspec of notebook 12: as the hints of the checks say, too."""
ALSO_RIGHT = {
    "04_failures_and_rollbacks": [
        *(one for one in ANSWERS["04_failures_and_rollbacks"] if "choice" not in one[0]),
        ("# push(", "push("),
    ],
    "12_bring_your_own_files": [
        *(
            one
            for one in ANSWERS["12_bring_your_own_files"]
            if not {"instal:", "result:", "files:"} & {*one[0].split()}
        ),
        *GUARDED,
    ],
}

MENDED_BUILDSPEC = 'my_buildspec = """\\\nversion: 0.2\nphases: {build: {commands: [make]}}\n"""\nunused = """\\\n'
"""No finding is left in it, as nearly all that the build did was taken out."""
MENDED_POLICY = '"Effect": "Allow", "Action": "codecommit:GitPush"'
WRONG: dict[str, list[list[tuple[str, str]]]] = {
    "00_start_here": [
        [
            (
                "# Your second push goes here.",
                'cloud.client("codepipeline").start_pipeline_execution(name="web")',
            )
        ],
    ],
    "01_from_push_to_pipeline": [
        [
            ('"detail": {"event": ["referenceUpdated"]},', '"detail": {"referenceName": ["main"]},'),
            ('json.dumps({**pattern, "detail": {…}}))', "json.dumps(pattern))"),
            ("# events.put_rule(", "events.put_rule("),
            ("# events.put_targets(", "events.put_targets("),
        ],
        [
            (
                '"detail": {"event": ["referenceUpdated"]},',
                '"detail": {"event": ["referenceUpdated"], "referenceName": [{"prefix": "main"}]},',
            ),
            ('"detail": {…}', '"detail": {"state": ["STARTED", "FAILED"]}'),
            ("# events.put_rule(", "events.put_rule("),
            ("# events.put_targets(", "events.put_targets("),
        ],
    ],
    "02_what_a_build_does": [
        [('      - echo "published"\n', '      - echo "nothing"\n'), ("- exit 3", "- exit 0")],
        [('      - echo "published"\n', "      - 'true'\n"), ("PORTS: [80, 443]", 'PORTS: "80,443"')],
        [
            (
                '      - "false"\n  post_build:\n    commands:\n      - echo "published"\n',
                '      - "true"\n  post_build:\n    commands:\n      - "false"\n',
            ),
            ("- echo checking: style", "- 'echo \"checking: style\"'"),
        ],
    ],
    "06_the_pipeline_and_its_executions": [
        [
            ('# waiting.inject("1d2h"', 'waiting.inject("0s"'),
            ('"stage": …, "action": …', '"stage": "Release", "action": "Approve"'),
        ],
    ],
    "12_bring_your_own_files": [
        [
            ('my_buildspec = """\\\n', MENDED_BUILDSPEC),
            ('my_appspec = """\\\n', 'my_appspec = ""\nunused = """\\\n'),
            ('my_pattern = """', 'my_pattern = ""\nunused = """'),
            ('my_policy = """', 'my_policy = ""\nunused = """'),
        ],
        [
            ("  BeforeInstal:\n    - location: scripts/prepare.sh\n  Install:\n    - location: scripts/copy.sh\n", ""),
            ("os: Linux", "os: linux"),
            ("timeout: 2m", "timeout: 120"),
            ('{\n  "source": "aws.codepipeline"', '{\n  "source": ["aws.s3"]'),
            ('"state": ["Failed"]', '"state": ["FAILED"]'),
            ('"Effect": "allow", "Action": "codecommit:GitPush"', MENDED_POLICY),
        ],
        [
            ("  BeforeInstal:", "  BeforeInstall:"),
            ("  Install:\n    - location: scripts/copy.sh", "  AfterInstall:\n    - location: scripts/copy.sh"),
            ("os: Linux", "os: linux"),
            ("timeout: 2m", "timeout: 1200"),
            ('{\n  "source": "aws.codepipeline"', '{\n  "source": ["aws.codepipeline"]'),
            ('"state": ["Failed"]', '"state": ["SUCCEEDED"]'),
            ('"Effect": "allow", "Action": "codecommit:GitPush"', MENDED_POLICY),
        ],
        [
            ('{\n  "source": "aws.codepipeline"', '{\n  "source": ["aws.codepipeline"]'),
            ('"state": ["Failed"]', '"state": ["FAILED"]'),
            ('"Effect": "allow"', '"Effect": "Deny"'),
            ('my_rule = "{command: npm test, takes: 20s}"', 'my_rule = "{command: npm ci, fails: true}"'),
            (
                '  variables:\n    DB_PASSWORD: "hunter2-hunter2"\n    TARGET: $HOME/out\n',
                "  secrets-manager:\n    DB_PASSWORD: prod/db:password\n",
            ),
            (
                "  instal:\n    commands:\n      - npm ci\n",
                "  install:\n    runtime-versions: {nodejs: 20}\n    commands:\n"
                "      - export TARGET=$HOME/out\n      # npm ci\n",
            ),
            (
                "      - echo result: good\n      - npm run build\n",
                "      - 'echo \"result: good\"'\n      - npm run build\n    on-failure: ABORT\n",
            ),
            ("  files: public/**/*\n", "  files: [public/**/*]\n"),
            ("os: Linux", "os: linux"),
            ("  BeforeInstal:", "  AfterInstall:"),
            ("  Install:\n    - location: scripts/copy.sh", "  BeforeInstall:\n    - location: scripts/copy.sh"),
            ("timeout: 2m", "timeout: 120"),
        ],
    ],
    "11_what_if_lab": [
        [
            ("my_minimum = 9\n", "my_minimum = 5\n"),
            ("answer = 120 ", "answer = 5 "),
            ("    return 0\n", "    return 0.5\n"),
        ],
    ],
    "13_mock_exam": [
        [('"events": ["DEPLOYMENT_STOP_ON_ALARM"]}', '"events": ["DEPLOYMENT_FAILURE"]}')],
        [
            (
                '"events": ["DEPLOYMENT_STOP_ON_ALARM"]}',
                '"events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]}',
            )
        ],
    ],
}
"""Notebook -> tries whose answers look right from afar; several exercises in one try, to save runs."""


def notebook(name: str) -> Notebook:
    return next(one for one in notebooks() if one.name == name)


def answered(name: str, answers: list[tuple[str, str]]) -> Notebook:
    """The notebook as a learner leaves it. What is replaced stands there once."""
    text = notebook(name).text
    for found, written in answers:
        assert text.count(found) == 1, f"{name}: {found!r} stands there {text.count(found)} times"
        text = text.replace(found, written)
    return Notebook(name, text)


def drawn(document: Any) -> int:
    """How many of its cells draw a picture."""
    return sum(cell.cell_type == "code" and bool(DRAWS.search(cell.source)) for cell in document.cells)


def pictures(document: Any) -> int:
    """How many pictures an executed notebook shows."""
    outputs = (output for cell in document.cells for output in cell.get("outputs", []))
    return sum("image/png" in output.get("data", {}) for output in outputs)


def said(document: Any) -> str:
    """Everything that the cells of an executed notebook printed or show."""
    outputs = [output for cell in document.cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)


def run(one: Notebook, folder: Path) -> str:
    """What it says when it is run from the top in a fresh kernel in that folder."""
    import nbformat
    from nbclient import NotebookClient

    document: Any = nbformat.reads(one.ipynb(), as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(document, timeout=SECONDS, kernel_name=KERNEL["name"], resources=resources)
    client.execute(env=surroundings(folder))
    assert pictures(document) == drawn(document), "every picture is shown"
    return said(document)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_exercise_can_be_solved(name: str, tmp_path: Path) -> None:
    exercises = notebook(name).text.count(NOT_YET) + notebook(name).text.count(".expect(")
    text = run(answered(name, ANSWERS[name]), tmp_path)
    assert NOT_YET not in text
    assert text.count(SOLVED) == exercises


@pytest.mark.parametrize("name", ALSO_RIGHT)
def test_another_right_answer_is_taken_too(name: str, tmp_path: Path) -> None:
    exercises = notebook(name).text.count(NOT_YET) + notebook(name).text.count(".expect(")
    text = run(answered(name, ALSO_RIGHT[name]), tmp_path)
    assert NOT_YET not in text
    assert text.count(SOLVED) == exercises


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        pytest.param(name, one, id=f"{name}-{number}")
        for name, tries in WRONG.items()
        for number, one in enumerate(tries)
    ],
)
def test_a_wrong_answer_is_not_taken(name: str, answers: list[tuple[str, str]], tmp_path: Path) -> None:
    assert SOLVED not in run(answered(name, answers), tmp_path)
