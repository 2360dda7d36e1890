"""Which namespace is meant by a reference to one that is not there."""

from __future__ import annotations

from sim.formats.namespaces import Setter, Use, hint

SOURCE = Setter("Get", "CodeCommit", (0, 1), "SourceVariables", ("CommitId", "BranchName"))
BUILD = Setter("Make", "CodeBuild", (1, 1), "BuildVariables", None)
TEST = Setter("Try", "CodeBuild", (1, 1), "TestVariables", None)


def told(reference: str, *setters: Setter, start: tuple[int, int] = (2, 1)) -> str:
    namespace, _, name = reference.partition(".")
    return hint(Use(namespace, name, start), setters)


def test_a_variable_that_no_source_has_is_of_the_only_build() -> None:
    assert told("BuildOutput.APP_VERSION", SOURCE, BUILD) == "did you mean #{BuildVariables.APP_VERSION}?"
    assert told("Release.APP_VERSION", SOURCE, BUILD) == "did you mean #{BuildVariables.APP_VERSION}?"


def test_of_several_builds_it_is_the_one_that_shares_a_word() -> None:
    assert told("BuildOutput.TAG", SOURCE, BUILD, TEST) == "did you mean #{BuildVariables.TAG}?"
    assert told("Release.TAG", SOURCE, BUILD, TEST) == (
        "give the action that sets it `namespace: Release`; or write one that is there: "
        "SourceVariables, BuildVariables, TestVariables"
    )


def test_a_variable_of_sources_is_the_sources() -> None:
    assert told("Commit.CommitId", SOURCE, BUILD) == "did you mean #{SourceVariables.CommitId}?"


def test_a_source_without_namespace_gets_one() -> None:
    bare = Setter("Get", "CodeCommit", (0, 1), "", ("CommitId",))
    assert told("SourceVariables.CommitId", bare, BUILD) == (
        "add `namespace: SourceVariables` to the action Get, which sets CommitId"
    )


def test_a_name_that_an_artifact_has_is_no_namespace() -> None:
    bare = Setter("Get", "CodeCommit", (0, 1), "", ("CommitId",))
    assert hint(Use("Src", "CommitId", (1, 1), artifact=True), [bare]) == (
        "add `namespace: SrcVariables` to the action Get, which sets CommitId, and write #{SrcVariables.CommitId}: "
        "an artifact is called Src"
    )


def test_what_is_set_later_is_used_later() -> None:
    assert told("BuildVariables.TAG", SOURCE, BUILD, start=(1, 1)) == (
        "give this action a runOrder above 1, which is that of the action Make"
    )
    assert told("BuildVariables.TAG", SOURCE, BUILD, start=(0, 2)) == (
        "use it in a later stage than that of the action Make, which sets it"
    )


def test_without_any_namespace_the_one_is_made() -> None:
    assert told("Build.TAG", Setter("Make", "CodeBuild", (1, 1), "", None)) == (
        "add `namespace: Build` to the action Make, the only build before it"
    )
    assert told("Build.TAG") == "give the action that sets it `namespace: Build`"
