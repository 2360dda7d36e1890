"""What lies on an instance: rights, origins, what is kept. docs/behaviour/codedeploy.md §3.3, §3.5, §4.4, §4.5, §13."""

from __future__ import annotations

import io
import json
import stat
import tarfile
import zipfile
from typing import Any

import pytest

from sim.formats.install import FILE, FOLDER, InstallError, Rights, rights
from sim.services.bundles import pack
from tests.services.codedeploy.stage import APPSPEC, GROUP, Stage, bundle, hooks, statuses

ALL = "CodeDeployDefault.AllAtOnce"
PLAN = ["/srv/shop/index.html", "/srv/shop/run.sh", "/srv/shop/img/a.png", "/etc/shop/web.conf"]


def given(*entries: dict[str, Any]) -> dict[str, Rights]:
    """What differs from the usual rights."""
    found = rights(PLAN, entries)
    return {path: one for path, one in found.items() if one not in (FILE, FOLDER)}


# §4.5: permissions


def test_section_4_5_without_a_word_the_agents_user_owns_everything():
    found = rights(PLAN, [])
    assert found["/srv/shop/index.html"] == Rights("root", "root", "644")
    assert found["/srv/shop/img"] == Rights("root", "root", "755")
    assert set(found) == {*PLAN, "/srv", "/srv/shop", "/srv/shop/img", "/etc", "/etc/shop"}


@pytest.mark.parametrize(
    ("entry", "paths"),
    [
        ({"object": "/srv/shop", "type": ["file"]}, {PLAN[0], PLAN[1], PLAN[2]}),
        ({"object": "/srv/shop/", "type": ["directory"]}, {"/srv/shop/img"}),
        ({"object": "/srv/shop", "pattern": "**"}, {PLAN[0], PLAN[1], PLAN[2], "/srv/shop/img"}),
        ({"object": "/srv/shop", "pattern": "*.html"}, {PLAN[0]}),
        ({"object": "/srv/shop", "pattern": "*", "type": ["file"]}, {PLAN[0], PLAN[1]}),
        ({"object": "/srv/shop", "pattern": "*.png"}, set()),
        ({"object": "/srv/shop", "except": ["*.sh", "a.png"], "type": ["file"]}, {PLAN[0], PLAN[2]}),
        ({"object": "/srv/shop/run.sh"}, {PLAN[1]}),
        ({"object": "/srv/shop", "pattern": "???.sh"}, set()),
        ({"object": "/elsewhere"}, set()),
    ],
    ids=str,
)
def test_section_4_5_what_an_entry_speaks_of(entry, paths):
    assert set(given({"mode": "600", **entry})) == paths


@pytest.mark.parametrize(("mode", "kept"), [("7", "007"), ("55", "055"), ("644", "644"), ("4755", "4755")])
def test_short_modes_are_padded(mode, kept):
    assert rights(PLAN, [{"object": PLAN[1], "mode": mode}])[PLAN[1]].mode == kept


def test_owner_group_acls_and_context():
    entry = {"object": PLAN[0], "owner": "web", "group": "www", "acls": ["u:alice:rw"], "context": {"type": "t"}}
    assert given(entry) == {PLAN[0]: Rights("web", "www", "644", ("u:alice:rw",), {"type": "t"})}


@pytest.mark.parametrize(
    "entries",
    [
        [{"object": "/srv/shop", "mode": "600"}, {"object": PLAN[0], "mode": "644"}],
        [{"object": PLAN[0], "pattern": "*.html"}],
        [{"object": PLAN[0], "except": ["a"]}],
    ],
    ids=["twice", "a pattern for a file", "an exception for a file"],
)
def test_section_4_5_what_fails_install(entries):
    with pytest.raises(InstallError):
        rights(PLAN, entries)
    lines = "".join(f"  - {entry}\n" for entry in entries)
    files = {"site/index.html": "", "site/run.sh": ""}
    deployment = Stage(1).deploy(bundle(f"{APPSPEC}permissions:\n{lines}", **files))
    assert statuses(deployment.targets[0])[3] == "Failed"


def test_a_type_of_folders_leaves_the_file_that_is_named_alone():
    assert given({"object": PLAN[0], "type": ["directory"], "mode": "600", "pattern": "*.x"}) == {}


# §4.3: what the archive says of modes and links


def zipped(*entries: tuple[str, str, int]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text, mode in entries:
            entry = zipfile.ZipInfo(path)
            entry.create_system = 3
            entry.external_attr = mode << 16
            archive.writestr(entry, text)
    return buffer.getvalue()


def tarred(*entries: tuple[str, str, int]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, text, mode in entries:
            entry = tarfile.TarInfo(path)
            entry.mode = mode & 0o7777
            if stat.S_ISLNK(mode):
                entry.type, entry.linkname = tarfile.SYMTYPE, text
                archive.addfile(entry)
            else:
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


@pytest.mark.parametrize(("kind", "pack"), [("zip", zipped), ("tar", tarred)])
def test_section_4_3_modes_are_preserved_and_links_made_again(kind, pack):
    # given an archive with an executable file and two links
    stage = Stage(1)
    body = pack(
        ("appspec.yml", APPSPEC + "hooks:\n  AfterInstall:\n    - location: go.sh\n", 0o100644),
        ("site/run.sh", "echo hi", 0o100755),
        ("site/latest", "run.sh", stat.S_IFLNK | 0o777),
        ("go.sh", "site/fails.sh", stat.S_IFLNK | 0o777),
        ("site/fails.sh", "exit 3", 0o100600),
    )
    stage.call("PutObject", "s3", Bucket="bundles", Key="v1", Body=body)
    location = {"bucket": "bundles", "key": "v1", "bundleType": kind}
    # when it is deployed
    deployment = stage.deploy(revision={"revisionType": "S3", "s3Location": location})
    # then they lie there as they were, and a script behind a link runs
    found = stage.details("web-1")
    assert {path: row["mode"] for path, row in found.items()} == {
        "/srv/shop/run.sh": "755",
        "/srv/shop/latest": "777",
        "/srv/shop/fails.sh": "600",
    }
    assert [row.get("link") for row in found.values()] == [None, "run.sh", None]
    assert deployment.targets[0].events[4].diagnostics["message"].endswith("failed with exit code 3")


def test_section_4_3_what_comes_from_no_unix_machine_gets_the_usual_mode():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in bundle().items():
            entry = zipfile.ZipInfo(path)
            entry.create_system = 0
            archive.writestr(entry, content)
    stage = Stage(1)
    stage.call("PutObject", "s3", Bucket="bundles", Key="v1", Body=buffer.getvalue())
    stage.deploy(revision={"revisionType": "S3", "s3Location": {"bucket": "bundles", "key": "v1", "bundleType": "zip"}})
    assert stage.details("web-1")["/srv/shop/index.html"]["mode"] == "644"


# §4.4: what lies in the way


def on_a_disk_with(path: str, destination: str, source: str = "site", behaviour: str = "DISALLOW"):
    stage = Stage(1)
    stage.codedeploy.disk(stage.id_of("web-1"))[path] = b"in the way"
    appspec = f"version: 0.0\nos: linux\nfiles: [{{source: {source}, destination: {destination}}}]\n"
    deployment = stage.deploy(bundle(appspec), fileExistsBehavior=behaviour)
    diagnostics = deployment.targets[0].events[3].diagnostics
    return diagnostics and diagnostics["message"], stage.files("web-1")


EXISTS = "The deployment failed because a specified file already exists at this location: "


@pytest.mark.parametrize("behaviour", ["DISALLOW", "OVERWRITE", "RETAIN"])
@pytest.mark.parametrize(
    ("path", "destination", "source", "says"),
    [
        ("/srv/shop", "/srv/shop", "site", f"{EXISTS}/srv/shop"),
        ("/srv", "/srv/shop", "site", "Not a directory - /srv"),
        ("/srv/shop", "/srv/shop", "site/index.html", "Not a directory - /srv/shop"),
    ],
)
def test_section_4_4_a_file_in_the_way_of_a_folder_fails_install(path, destination, source, says, behaviour):
    assert on_a_disk_with(path, destination, source, behaviour) == (says, {path: "in the way"})


def test_section_4_4_a_folder_in_the_way_of_a_file():
    place, there = "/srv/shop/index.html", "/srv/shop/index.html/other"
    assert on_a_disk_with(there, "/srv/shop") == (f"{EXISTS}{place}", {there: "in the way"})
    assert on_a_disk_with(there, "/srv/shop", behaviour="RETAIN") == (None, {there: "in the way"})
    landed = {there: "in the way", f"{place}/index.html": "<h1>hello</h1>"}
    assert on_a_disk_with(there, "/srv/shop", behaviour="OVERWRITE") == (None, landed), "as cp does"


def test_section_4_4_what_was_copied_before_the_obstacle_stays():
    stage = Stage(1)
    stage.codedeploy.disk(stage.id_of("web-1"))["/srv/b"] = b"in the way"
    appspec = (
        "version: 0.0\nos: linux\nfiles:\n"
        "  - {source: site, destination: /srv/a}\n  - {source: site, destination: /srv/b}\n"
    )
    deployment = stage.deploy(bundle(appspec))
    assert deployment.status == "Failed"
    assert set(stage.files("web-1")) == {"/srv/b", "/srv/a/index.html"}


@pytest.mark.parametrize("destination", ["/srv//x/./", "srv/../srv/x", "/srv/y/../x", "/../srv/x"])
def test_section_4_3_a_destination_is_a_path_from_the_root(destination):
    _, files = on_a_disk_with("/etc/motd", destination)
    assert set(files) == {"/etc/motd", "/srv/x/index.html"}


# Origins


def test_a_file_tells_its_owner_its_mode_and_its_revision():
    stage = Stage(1)
    stage.codedeploy.disk(stage.id_of("web-1"))["/etc/motd"] = b"hi"
    permissions = "permissions:\n  - object: /srv/shop\n    owner: web\n    mode: 640\n    type: [file]\n"
    deployment = stage.deploy(bundle(APPSPEC + permissions))
    found = stage.details("web-1")
    assert found["/srv/shop/index.html"] == {
        "text": "<h1>hello</h1>",
        "owner": "web",
        "group": "root",
        "mode": "640",
        "deploymentGroup": "shop/production",
        "revision": deployment.revision,
    }
    assert found["/etc/motd"] == {"text": "hi"}


def test_a_retained_file_is_of_no_revision():
    stage = Stage(1)
    stage.codedeploy.disk(stage.id_of("web-1"))["/srv/shop/index.html"] = b"by hand"
    stage.deploy(fileExistsBehavior="RETAIN")
    assert stage.details("web-1")["/srv/shop/index.html"] == {"text": "by hand"}


@pytest.mark.parametrize(("choice", "survives"), [("guide", False), ("agent", True)])
def test_section_18_what_becomes_of_a_retained_file_is_a_choice(choice, survives):
    stage = Stage(1, choices={"codedeploy.retained-files": choice})
    stage.codedeploy.disk(stage.id_of("web-1"))["/srv/shop/index.html"] = b"by hand"
    stage.deploy(fileExistsBehavior="RETAIN")
    stage.deploy(bundle(**{"site/other.html": ""}), "v3.zip")
    assert ("/srv/shop/index.html" in stage.files("web-1")) is survives


# §3.3: archives


def test_section_3_3_an_agent_keeps_five_archives_the_new_one_among_them():
    stage = Stage(1)
    ids = [stage.deploy(key=f"v{number}.zip").name for number in range(7)]
    assert stage.codedeploy.archives("shop", GROUP, stage.id_of("web-1")) == ids[2:]


def test_section_3_3_the_last_installed_revision_is_never_removed():
    fails = {"hook": "BeforeInstall", "deployment": list(range(2, 9)), "fails": True}
    stage = Stage(1, ALL, [fails])
    ids = [stage.deploy(key=f"v{number}.zip").name for number in range(7)]
    assert stage.codedeploy.archives("shop", GROUP, stage.id_of("web-1")) == [ids[0], *ids[3:]]
    assert stage.codedeploy.archives("shop", GROUP, "i-nowhere") == []


# §3.5: variables


def test_section_3_5_a_hook_script_knows_its_group():
    script = 'echo "$APPLICATION_NAME/$DEPLOYMENT_GROUP_NAME $LIFECYCLE_EVENT ${DEPLOYMENT_ID}"'
    stage = Stage(1)
    deployment = stage.deploy(hooks("AfterInstall", script=f"{script}\nexit 1"))
    log = deployment.targets[0].events[4].diagnostics["logTail"].splitlines()
    assert log[-1] == f"[stdout]shop/production AfterInstall {deployment.name}"


def test_section_3_5_the_version_is_told_where_the_bucket_keeps_versions():
    stage = Stage(1)
    stage.call("PutBucketVersioning", "s3", Bucket="bundles", VersioningConfiguration={"Status": "Enabled"})
    script = "echo $BUNDLE_VERSION $BUNDLE_ETAG $BUNDLE_COMMIT\nexit 1"
    put = stage.call("PutObject", "s3", Bucket="bundles", Key="v1.zip", Body=pack(hooks("AfterInstall", script=script)))
    location = {"bucket": "bundles", "key": "v1.zip", "bundleType": "zip", "version": put["VersionId"]}
    deployment = stage.deploy(revision={"revisionType": "S3", "s3Location": location})
    log = deployment.targets[0].events[4].diagnostics["logTail"]
    assert log.endswith(f"[stdout]{put['VersionId']} $BUNDLE_ETAG $BUNDLE_COMMIT")


def test_section_3_5_the_bundles_variables_are_the_new_bundles_even_for_an_old_script():
    stage = Stage(1)
    stage.deploy(hooks("ApplicationStop", script="echo $BUNDLE_KEY $BUNDLE_BUCKET\nexit 1"), "v1.zip")
    second = stage.deploy(bundle(), "v2.zip")
    assert second.targets[0].events[0].diagnostics["logTail"].endswith("[stdout]v2.zip bundles")


# §13: roles


TRUST = '{"Version": "2012-10-17", "Statement": []}'


def allowing(action: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


def with_role(inline: str = "", attached: str = "", known: bool = True) -> Stage:
    stage = Stage(2, ALL, [{"agent": "web-1", "role": "other"}])
    if known:
        stage.call("CreateRole", "iam", RoleName="other", AssumeRolePolicyDocument=TRUST)
    if inline:
        document = allowing(inline)
        stage.call("PutRolePolicy", "iam", RoleName="other", PolicyName="p", PolicyDocument=document)
    if attached:
        stage.call("AttachRolePolicy", "iam", RoleName="other", PolicyArn=attached)
    return stage


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ({"inline": "s3:Get*"}, "Succeeded"),
        ({"inline": "logs:*"}, "Failed"),
        ({}, "Failed"),
        ({"known": False}, "Failed"),
        ({"attached": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}, "Succeeded"),
        ({"attached": "arn:aws:iam::aws:policy/CloudWatchFullAccess"}, "Failed"),
    ],
    ids=str,
)
def test_section_13_a_role_that_may_not_read_s3_fails_the_download(role, status):
    deployment = with_role(**role).deploy()
    target = next(one for one in deployment.targets if one.name == "web-1")
    assert target.status == status
    if status == "Failed":
        assert statuses(target) == ["Succeeded", "Failed", *["Skipped"] * 5]
        assert target.events[1].diagnostics["errorCode"] == "UnknownError"


def test_a_policy_of_ones_own_counts_too():
    stage = with_role()
    document = allowing("s3:GetObject")
    arn = stage.call("CreatePolicy", "iam", PolicyName="mine", PolicyDocument=document)["Policy"]["Arn"]
    stage.call("AttachRolePolicy", "iam", RoleName="other", PolicyArn=arn)
    assert stage.deploy().overview()["Succeeded"] == 2
