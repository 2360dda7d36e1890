"""What a build leaves: docs/behaviour/codebuild.md §1.8, §6."""

from __future__ import annotations

import re
from hashlib import md5, sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.formats.buildspec import Artifacts, select_artifacts
from sim.services.codebuild.workspace import Workspace, stand_in
from tests.services.codebuild.workshop import Workshop, commands, context, phases

ZIP = {"type": "S3", "location": "store", "name": "app.zip", "packaging": "ZIP"}
TREE = {"out-a/one.txt": b"1", "out-b/two.txt": b"2", "out-b/deep/three.txt": b"3"}


def built(section: str, files: dict[str, bytes], *entries: str, rules: str = "", **project: Any) -> Workshop:
    """A workshop in which one build of these files has run, its artifacts going to `app.zip`."""
    shop = Workshop(rules, **{"artifacts": ZIP, **project})
    text = commands(build=list(entries or ["make"])) + f"artifacts: {section}\n"
    shop.run({"buildspec.yml": text.encode(), **files})
    return shop


def latest(shop: Workshop) -> dict[str, Any]:
    return shop.build(shop.call("ListBuilds")["ids"][0])


@pytest.mark.parametrize(
    ("artifacts", "expected"),
    [
        ("{base-directory: out-b, files: ['*/three.txt']}", ["deep/three.txt"]),
        ("{base-directory: 'out*', files: ['**/*'], discard-paths: yes}", ["one.txt", "three.txt", "two.txt"]),
        ("{base-directory: out-b, files: ['**/*']}", ["deep/three.txt", "two.txt"]),
        ("{files: ['out-b/*']}", ["out-b/two.txt"]),
        ("{files: [out-b/deep/three.txt], discard-paths: yes}", ["three.txt"]),
        ("{base-directory: out-b, files: ['**/*'], exclude-paths: ['deep/*']}", ["two.txt"]),
        ("{base-directory: ./out-a/, files: [one.txt]}", ["one.txt"]),
        ("{base-directory: $CODEBUILD_SRC_DIR/out-a, files: ['**/*']}", ["one.txt"]),
    ],
)
def test_which_files_are_stored(artifacts: str, expected: list[str]) -> None:
    assert sorted(built(artifacts, TREE).archive("app.zip")) == expected


def test_paths_start_where_the_build_started_whatever_cd_says() -> None:
    shop = built("{files: [out-a/one.txt]}", TREE, "cd out-b")
    assert list(shop.archive("app.zip")) == ["out-a/one.txt"]


def test_the_base_directory_may_be_a_secondary_source() -> None:
    second = {"type": "S3", "location": "store/lib.zip", "sourceIdentifier": "lib"}
    shop = Workshop(artifacts=ZIP, secondarySources=[second])
    shop.source({"lib/a.txt": b"a"}, "lib.zip")
    text = commands(build=["make"]) + "artifacts: {base-directory: $CODEBUILD_SRC_DIR_lib/lib, files: ['**/*']}"
    shop.run(text)
    assert shop.archive("app.zip") == {"a.txt": b"a"}


# What is there: produced, written, assumed


def test_without_a_rule_what_the_buildspec_names_is_assumed_and_said() -> None:
    shop = built("{files: [app.jar, 'dist/**/*', out-a/one.txt]}", TREE)
    assert sorted(shop.archive("app.zip")) == ["app.jar", "dist/placeholder", "out-a/one.txt"]
    assert shop.assumed == [
        "app.jar is taken to be made by the commands of shop",
        "dist/placeholder is taken to be made by the commands of shop",
    ]


def test_nothing_is_assumed_that_the_source_holds() -> None:
    shop = built("{files: ['**/*']}", TREE)
    assert shop.assumed == []


def test_a_directory_is_no_file_and_is_not_assumed_to_be_one() -> None:
    shop = built("{files: [out-a, out-b/two.txt]}", TREE)
    assert list(shop.archive("app.zip")) == ["out-b/two.txt"]
    assert shop.assumed == []


def test_a_base_directory_that_is_not_there_is_assumed_with_one_file() -> None:
    shop = built("{base-directory: 'dist*', files: ['**/*.js']}", TREE)
    assert list(shop.archive("app.zip")) == ["placeholder.js"]


def test_what_is_assumed_is_told_once_for_all_builds() -> None:
    shop = built("{files: [app.jar]}", {})
    shop.run()
    assert len(shop.assumed) == 1


def test_assumed_files_differ_with_the_source() -> None:
    shop = Workshop()
    bodies = []
    for version in ("aaa", "bbb"):
        shop.start_from_pipeline(commands(build=["make"]) + "artifacts: {files: [app.jar]}", sourceVersion=version)
        shop.world.run()
        bodies.append(shop.archive("shop/Built/xyz.zip")["app.jar"])
    assert bodies[0] != bodies[1]


def test_with_a_rule_what_is_not_produced_is_not_there() -> None:
    rules = "{command: make, produces: {'dist/**/*.js': ~, dist/index.html: <h1>hi</h1>}}"
    shop = built("{files: ['dist/**/*', app.jar]}", {}, rules=rules)
    archive = shop.archive("app.zip")
    assert sorted(archive) == ["dist/index.html", "dist/placeholder.js"]
    assert archive["dist/index.html"] == b"<h1>hi</h1>"
    assert shop.assumed == []
    assert "Skipping invalid file path app.jar" in shop.told(latest(shop)["id"])


def test_no_match_fails_the_upload_and_the_build() -> None:
    shop = built("{files: [app.jar]}", {}, rules="{command: make, produces: [dist/x.js]}")
    build = latest(shop)
    assert phases(build)["UPLOAD_ARTIFACTS"] == "FAILED"
    assert context(build, "UPLOAD_ARTIFACTS") == ("CLIENT_ERROR", "no matching artifact paths found")
    assert phases(build)["FINALIZING"] == "SUCCEEDED"
    assert build["buildStatus"] == "FAILED"
    assert shop.keys("app") == []


def test_a_command_that_fails_produces_nothing_and_nothing_is_assumed() -> None:
    shop = built("{files: [app.jar]}", {}, rules="{command: make, fails: true, produces: [app.jar]}")
    assert context(latest(shop), "UPLOAD_ARTIFACTS")[1] == "no matching artifact paths found"
    shop = built("{files: [app.jar]}", {}, rules="{command: make, fails: true}")
    assert context(latest(shop), "UPLOAD_ARTIFACTS")[1] == "no matching artifact paths found"


def test_what_a_failed_command_would_have_produced_is_not_assumed_even_in_a_build_that_goes_on() -> None:
    shop = built("{files: [app.jar]}", {}, "make || true", rules="{command: make, fails: true, produces: [app.jar]}")
    assert phases(latest(shop))["BUILD"] == "SUCCEEDED"
    assert context(latest(shop), "UPLOAD_ARTIFACTS")[1] == "no matching artifact paths found"


def test_a_failed_build_stores_what_is_there() -> None:
    shop = built("{files: ['out-a/*']}", TREE, rules="{command: make, fails: true}")
    build = latest(shop)
    assert build["buildStatus"] == "FAILED"
    assert phases(build)["UPLOAD_ARTIFACTS"] == "SUCCEEDED"
    assert list(shop.archive("app.zip")) == ["out-a/one.txt"]


def test_a_redirection_makes_a_file() -> None:
    shop = built("{files: [version.txt]}", {}, "echo v1 > version.txt")
    assert shop.archive("app.zip") == {"version.txt": b"v1\n"}
    assert shop.assumed == []


# Where they go (§6.2)


@pytest.mark.parametrize(
    ("setting", "section", "keys"),
    [
        ({"name": "app.zip", "packaging": "ZIP"}, "", ["app.zip"]),
        ({"path": "rel", "name": "app.zip", "packaging": "ZIP"}, "", ["rel/app.zip"]),
        (
            {"path": "rel", "namespaceType": "BUILD_ID", "name": "app.zip", "packaging": "ZIP"},
            "",
            ["rel/<build>/app.zip"],
        ),
        ({"path": "rel", "namespaceType": "BUILD_ID", "name": "/"}, "", ["rel/<build>/one.txt"]),
        ({"name": "/"}, "", ["one.txt"]),
        ({}, "", ["shop/one.txt"]),
        ({"name": "app", "packaging": "ZIP"}, "", ["app"]),
        (
            {"namespaceType": "BUILD_ID", "name": "app", "packaging": "ZIP"},
            ", s3-prefix: p",
            ["p/<build>/app.zip"],
        ),
        ({"name": "app.zip", "packaging": "ZIP"}, ", s3-prefix: p", ["app.zip"]),
        ({"namespaceType": "BUILD_ID", "name": "app"}, ", s3-prefix: p", ["p/<build>/app/one.txt"]),
        ({"name": "app.zip", "packaging": "ZIP"}, ", name: own.zip", ["app.zip"]),
        (
            {"name": "app.zip", "packaging": "ZIP", "overrideArtifactName": True},
            ", name: rel/app-$CODEBUILD_BUILD_NUMBER-$(echo x).zip",
            ["rel/app-1-x.zip"],
        ),
    ],
)
def test_where_an_artifact_goes(setting: dict[str, Any], section: str, keys: list[str]) -> None:
    shop = built(
        f"{{base-directory: out-a, files: ['**/*']{section}}}",
        TREE,
        artifacts={"type": "S3", "location": "store", **setting},
    )
    uuid = latest(shop)["id"].partition(":")[2]
    found = [key.replace(uuid, "<build>") for key in shop.keys() if key != "source.zip"]
    assert found == keys
    location = latest(shop)["artifacts"]["location"].removeprefix("arn:aws:s3:::store/").replace(uuid, "<build>")
    assert keys[0].startswith(location) or location == "arn:aws:s3:::store"


def test_only_archives_have_checksums() -> None:
    shop = built("{files: ['out-a/*']}", TREE)
    stored = latest(shop)["artifacts"]
    body = shop.stored("app.zip")
    assert stored["sha256sum"] == sha256(body).hexdigest()
    assert stored["md5sum"] == md5(body, usedforsecurity=False).hexdigest()
    folder = built("{files: ['out-a/*']}", TREE, artifacts={"type": "S3", "location": "store"})
    assert set(latest(folder)["artifacts"]) == {"location", "encryptionDisabled"}


def test_objects_say_which_build_made_them() -> None:
    shop = built("{files: ['out-a/*']}", TREE)
    head = shop.call("HeadObject", "s3", Bucket="store", Key="app.zip")
    assert head["Metadata"] == {"codebuild-buildarn": latest(shop)["arn"]}


def test_a_bucket_that_is_not_there_or_far_away() -> None:
    gone = built("{files: ['out-a/*']}", TREE, artifacts=ZIP | {"location": "gone"})
    assert context(latest(gone), "UPLOAD_ARTIFACTS")[1].startswith("Failed to upload artifacts: NoSuchBucket")
    far = Workshop(artifacts=ZIP | {"location": "far"})
    far.call("CreateBucket", "s3", Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    build = far.run({"buildspec.yml": (commands(build=["make"]) + "artifacts: {files: [x]}").encode(), "x": b""})
    assert context(build, "UPLOAD_ARTIFACTS") == ("CLIENT_ERROR", "Failed to upload artifacts: Invalid arn")


def test_without_artifacts_nothing_is_stored_even_if_the_buildspec_names_some() -> None:
    shop = built("{files: ['out-a/*']}", TREE, artifacts={"type": "NO_ARTIFACTS"})
    assert latest(shop)["buildStatus"] == "SUCCEEDED"
    assert shop.keys() == ["source.zip"]
    assert shop.assumed == []


def test_a_buildspec_without_artifacts_cannot_fill_the_projects() -> None:
    shop = Workshop(artifacts=ZIP)
    assert context(shop.run(commands(build=["make"])), "UPLOAD_ARTIFACTS")[0] == "CLIENT_ERROR"


# Several outputs


SECOND = {"type": "S3", "location": "store", "name": "two", "packaging": "ZIP", "artifactIdentifier": "two"}


def test_secondary_artifacts_go_where_the_project_says() -> None:
    sections = "{files: ['out-a/*'], secondary-artifacts: {two: {base-directory: out-b, files: ['**/*']}}}"
    shop = built(sections, TREE, secondaryArtifacts=[SECOND])
    assert list(shop.archive("app.zip")) == ["out-a/one.txt"]
    assert sorted(shop.archive("two")) == ["deep/three.txt", "two.txt"]
    build = latest(shop)
    assert [one["artifactIdentifier"] for one in build["secondaryArtifacts"]] == ["two"]
    assert build["artifacts"]["location"].endswith("/app.zip")
    assert len(shop.entity(build["id"]).artifacts) == 2


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ("{files: ['out-a/*'], secondary-artifacts: {three: {files: ['**/*']}}}", "no secondary artifact three"),
        ("{files: ['out-a/*']}", "no secondary artifact two"),
    ],
)
def test_secondary_artifacts_must_agree(sections: str, message: str) -> None:
    build = latest(built(sections, TREE, secondaryArtifacts=[SECOND]))
    assert re.search(message, context(build, "UPLOAD_ARTIFACTS")[1])


def test_a_secondary_artifact_without_a_place_is_not_stored() -> None:
    shop = built("{files: ['out-a/*']}", TREE, secondaryArtifacts=[{"type": "NO_ARTIFACTS", "artifactIdentifier": "x"}])
    assert latest(shop)["buildStatus"] == "SUCCEEDED"


def test_a_pipeline_with_one_output_gets_the_top_section() -> None:
    shop = Workshop()
    id = shop.start_from_pipeline(
        {"buildspec.yml": (commands(build=["make"]) + "artifacts: {files: [a]}").encode(), "a": b"1"}
    )
    shop.world.run()
    assert shop.archive("shop/Built/xyz.zip") == {"a": b"1"}
    assert shop.build(id)["artifacts"]["location"] == "arn:aws:s3:::store/shop/Built/xyz.zip"


def test_a_pipeline_with_two_outputs_gets_secondary_artifacts_only() -> None:
    shop = Workshop(source={"type": "CODEPIPELINE"}, artifacts={"type": "CODEPIPELINE"})
    text = commands(build=["make"]) + (
        "artifacts: {files: [a], secondary-artifacts: {One: {files: [a]}, Two: {files: [b]}}}"
    )
    id = shop.start_from_pipeline(
        {"buildspec.yml": text.encode(), "a": b"1", "b": b"2"},
        artifactsOverride={"type": "CODEPIPELINE"},
        secondaryArtifactsOverride=[
            {"type": "CODEPIPELINE", "artifactIdentifier": name, "location": "store", "name": f"shop/{name}/x.zip"}
            for name in ("One", "Two")
        ],
    )
    shop.world.run()
    assert shop.build(id)["buildStatus"] == "SUCCEEDED"
    assert shop.archive("shop/One/x.zip") == {"a": b"1"}
    assert shop.archive("shop/Two/x.zip") == {"b": b"2"}


def test_a_pipeline_overrides_what_the_project_says_of_sources_and_artifacts() -> None:
    shop = Workshop(
        artifacts=ZIP,
        secondaryArtifacts=[SECOND],
        sourceVersion="some-version",
        secondarySources=[{"type": "S3", "location": "store/none.zip", "sourceIdentifier": "none"}],
    )
    id = shop.start_from_pipeline(commands(build=["make"]) + "artifacts: {files: [a]}", sourceVersion="abc")
    shop.world.run()
    assert shop.build(id)["buildStatus"] == "SUCCEEDED"
    assert shop.build(id)["sourceVersion"] == "abc"
    assert shop.build(id)["secondarySources"] == []
    assert shop.keys("app") == shop.keys("two") == []


def test_another_type_of_source_has_no_version_of_the_projects() -> None:
    shop = Workshop(sourceVersion="some-version")
    build = shop.run(sourceTypeOverride="NO_SOURCE", buildspecOverride=commands(build=["make"]))
    assert "sourceVersion" not in build


def test_a_pipeline_action_without_outputs_stores_nothing() -> None:
    shop = Workshop()
    id = shop.start_from_pipeline(commands(build=["make"]), artifactsOverride={"type": "CODEPIPELINE"})
    shop.world.run()
    assert shop.build(id)["buildStatus"] == "SUCCEEDED"
    assert shop.build(id)["artifacts"] == {"location": ""}


# Stand-ins

PART = st.sampled_from(["a", "dist", "*.js", "app-*", "*", "**", "?x", "b?"])


@given(st.lists(PART, min_size=1, max_size=4))
def test_a_stand_in_is_matched_by_its_pattern(parts: list[str]) -> None:
    pattern = "/".join(parts)
    path = stand_in(pattern)
    assert not re.search(r"[*?]", path)
    assert select_artifacts([path], Artifacts((pattern,))) == {path: path}


@given(
    st.lists(PART, min_size=1, max_size=3),
    st.one_of(st.none(), st.sampled_from(["dist", "out*", "a/b", "/codebuild/output/src1/src/dist"])),
)
def test_what_is_assumed_is_then_selected(parts: list[str], base: str | None) -> None:
    workspace = Workspace("/codebuild/output/src1/src")
    artifacts = Artifacts(("/".join(parts),), base_directory=base)
    workspace.assume(artifacts, "x")
    assert workspace.select(artifacts)
    assert workspace.assume(artifacts, "x") == []
