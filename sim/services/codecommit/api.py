"""CodeCommit's operations: repositories, branches, commits, files, triggers and tags."""

from __future__ import annotations

from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service, copied
from sim.core.problems import ServiceError
from sim.services import bundles
from sim.services.codecommit import commits, differences, events, process, triggers
from sim.services.codecommit import resources as r
from sim.services.codecommit.git import EXECUTABLE, HEADS, NOTHING, SUBMODULE, TAGS, Author, Git, is_id
from sim.services.codecommit.resources import Change, Repository

events.register()

PRINCIPAL = "codecommit.amazonaws.com"
BATCH = 100
"""Names or commits in one batch call."""
MAX_MESSAGE = 256 * 1024


class CodeCommit(Service):
    """CodeCommit in one account and Region."""

    name = "codecommit"

    def prepare(self) -> None:
        self.repositories: dict[str, Repository] = {}

    def repository(self, call: Call, member: str = "repositoryName") -> Repository:
        """The repository that a call names. Raises AWS's error when it names none, or one that is not there."""
        return self._named(call.parameters.get(member))

    def _named(self, name: Any) -> Repository:
        found = self.repositories.get(r.check_repository_name(name))
        if found is None:
            raise ServiceError("RepositoryDoesNotExistException", f"{name} does not exist")
        return found

    # Repositories

    def CreateRepository(self, call: Call) -> Answer:
        name = r.check_repository_name(call.parameters.get("repositoryName"))
        if name in self.repositories:
            raise ServiceError("RepositoryNameExistsException", f"Repository named {name} already exists")
        if len(self.repositories) >= r.MAX_REPOSITORIES:
            raise ServiceError("RepositoryLimitExceededException", f"An account has at most {r.MAX_REPOSITORIES}")
        key = call.parameters.get("kmsKeyId") or self._aws_key()
        now = self.world.date
        id = self.world.uuid("repository", self.account, self.region, name)
        repository = Repository(name, id, self.account, self.region, now, now, key)
        repository.description = _description(call)
        repository.tags = _tags(call.parameters.get("tags") or {})
        self.repositories[name] = repository
        return {"repositoryMetadata": repository.metadata()}

    def _aws_key(self) -> str:
        """The ARN of the key `aws/codecommit`, which CodeCommit uses when it is given none."""
        id = naming.uuid(self.world.seed, "aws/codecommit", self.account, self.region)
        return naming.arn("kms", self.region, self.account, f"key/{id}")

    def GetRepository(self, call: Call) -> Answer:
        return {"repositoryMetadata": self.repository(call).metadata()}

    def BatchGetRepositories(self, call: Call) -> Answer:
        names = call.parameters.get("repositoryNames")
        if names is None:
            raise ServiceError("RepositoryNamesRequiredException", "A list of repository names is required")
        if len(names) > BATCH:
            raise ServiceError("MaximumRepositoryNamesExceededException", f"At most {BATCH} names in one call")
        wanted = list(dict.fromkeys(map(r.check_repository_name, names)))
        code = "RepositoryDoesNotExistException"
        return {
            "repositories": [self.repositories[name].metadata() for name in wanted if name in self.repositories],
            "repositoriesNotFound": [name for name in wanted if name not in self.repositories],
            "errors": [
                {"repositoryName": name, "errorCode": code, "errorMessage": f"{name} does not exist"}
                for name in wanted
                if name not in self.repositories
            ],
        }

    def ListRepositories(self, call: Call) -> Answer:
        sort, order = call.parameters.get("sortBy", "repositoryName"), call.parameters.get("order", "ascending")
        if sort not in ("repositoryName", "lastModifiedDate"):
            raise ServiceError("InvalidSortByException", f"{sort} is not repositoryName or lastModifiedDate")
        if order not in ("ascending", "descending"):
            raise ServiceError("InvalidOrderException", f"{order} is not ascending or descending")
        found = sorted(self.repositories.values(), key=lambda one: one.name)
        if sort == "lastModifiedDate":
            found.sort(key=lambda one: one.modified)
        if order == "descending":
            found.reverse()
        return {"repositories": [{"repositoryName": one.name, "repositoryId": one.id} for one in found]}

    def DeleteRepository(self, call: Call) -> Answer:
        name = r.check_repository_name(call.parameters.get("repositoryName"))
        repository = self.repositories.pop(name, None)
        return {"repositoryId": repository.id} if repository else {}

    def UpdateRepositoryName(self, call: Call) -> Answer:
        new = r.check_repository_name(call.parameters.get("newName"))
        repository = self.repository(call, "oldName")
        if new != repository.name and new in self.repositories:
            raise ServiceError("RepositoryNameExistsException", f"Repository named {new} already exists")
        del self.repositories[repository.name]
        repository.name = new
        self.repositories[new] = repository
        self._touch(repository)
        return {}

    def UpdateRepositoryDescription(self, call: Call) -> Answer:
        repository = self.repository(call)
        repository.description = _description(call)
        self._touch(repository)
        return {}

    def UpdateRepositoryEncryptionKey(self, call: Call) -> Answer:
        repository = self.repository(call)
        original, repository.kms_key = repository.kms_key, call.parameters["kmsKeyId"]
        self._touch(repository)
        return {"repositoryId": repository.id, "kmsKeyId": repository.kms_key, "originalKmsKeyId": original}

    def _touch(self, repository: Repository) -> None:
        repository.modified = self.world.date

    # Branches

    def CreateBranch(self, call: Call) -> Answer:
        repository = self.repository(call)
        name = r.check_branch_name(call.parameters.get("branchName"))
        commit = self._commit_id(repository, call.parameters.get("commitId"), "CommitDoesNotExistException")
        if repository.tip(name) is not None:
            raise ServiceError("BranchNameExistsException", f"Branch {name} already exists")
        self._move_references(repository, {HEADS + name: commit}, call.principal)
        return {}

    def _branch(self, repository: Repository, call: Call, member: str = "branchName") -> tuple[str, str]:
        name = r.check_branch_name(call.parameters.get(member))
        tip = repository.tip(name)
        if tip is None:
            raise ServiceError("BranchDoesNotExistException", f"Branch {name} does not exist")
        return name, tip

    def GetBranch(self, call: Call) -> Answer:
        # The model marks neither name as required; the service asks for both.
        name, tip = self._branch(self.repository(call), call)
        return {"branch": {"branchName": name, "commitId": tip}}

    def ListBranches(self, call: Call) -> Answer:
        return {"branches": list(self.repository(call).git.branches())}

    def DeleteBranch(self, call: Call) -> Answer:
        repository = self.repository(call)
        name = r.check_branch_name(call.parameters.get("branchName"))
        if name == repository.default_branch:
            raise _default_branch(name)
        tip = repository.tip(name)
        if tip is None:
            return {}
        self._move_references(repository, {HEADS + name: None}, call.principal)
        return {"deletedBranch": {"branchName": name, "commitId": tip}}

    def UpdateDefaultBranch(self, call: Call) -> Answer:
        repository = self.repository(call)
        name, _ = self._branch(repository, call, "defaultBranchName")
        repository.default_branch = name
        self._touch(repository)
        return {}

    # References

    def _move_references(self, repository: Repository, wanted: dict[str, str | None], principal: str) -> None:
        """Set references (None deletes one) at once, and let others hear of it a while later."""
        changes = []
        references = repository.git.references
        for name, new in wanted.items():
            old = references.get(name)
            if old == new:
                continue
            if new is None:
                del references[name]
            else:
                references[name] = new
            changes.append(Change(repository, name, old, new, principal))
        if not changes:
            return
        if repository.default_branch is None:
            pushed = (change.short_name for change in changes if change.type == "branch" and change.new is not None)
            repository.default_branch = next(pushed, None)
        self._touch(repository)
        if self.world.silent:
            return
        for change in changes:
            self.world.register(change)
        self.world.process(process.announce(self, repository, changes))

    # Commits

    def _resolved(self, repository: Repository, specifier: Any, member: str = "commit specifier") -> str:
        """The commit of a specifier; HEAD's without one. Raises CommitDoesNotExist."""
        commit = repository.git.resolve(str(specifier or "HEAD"), repository.default_branch)
        if commit is None:
            raise ServiceError("CommitDoesNotExistException", f"Could not resolve the {member} {specifier or 'HEAD'}")
        return commit

    def _commit_id(self, repository: Repository, id: Any, missing: str) -> str:
        """A full commit id that is there. Raises CommitIdRequired, InvalidCommitId or the `missing` error."""
        if not id:
            raise ServiceError("CommitIdRequiredException", "A commit ID is required")
        if not is_id(str(id)):
            raise ServiceError("InvalidCommitIdException", f"{id} is not a full commit ID")
        if not repository.git.is_commit(id):
            raise ServiceError(missing, f"The commit {id} does not exist")
        return str(id)

    def GetCommit(self, call: Call) -> Answer:
        repository = self.repository(call)
        commit = self._commit_id(repository, call.parameters.get("commitId"), "CommitIdDoesNotExistException")
        return {"commit": _described(repository.git, commit)}

    def BatchGetCommits(self, call: Call) -> Answer:
        repository = self.repository(call)
        ids = call.parameters.get("commitIds")
        if not ids:
            raise ServiceError("CommitIdsListRequiredException", "A list of commit IDs is required")
        if len(ids) > BATCH:
            raise ServiceError("CommitIdsLimitExceededException", f"At most {BATCH} commits in one call")
        found, errors = [], []
        for id in ids:
            try:
                commit = self._commit_id(repository, id, "CommitDoesNotExistException")
            except ServiceError as error:
                errors.append({"commitId": id, "errorCode": error.code, "errorMessage": error.message})
            else:
                found.append(_described(repository.git, commit))
        return {"commits": found, "errors": errors}

    def CreateCommit(self, call: Call) -> Answer:
        repository = self.repository(call)
        branch, parent = self._parent(repository, call)
        edit = commits.commit_edit(repository.git, repository.git.files(parent), call.parameters)
        if not edit.changed:
            raise ServiceError("NoChangeException", "The commit would change nothing")
        author = _author(call, "authorName")
        commit = self._commit(repository, call, branch, parent, edit, author, "Changed by CreateCommit")
        return commit | {"filesAdded": edit.added(), "filesUpdated": edit.updated(), "filesDeleted": edit.deleted()}

    def PutFile(self, call: Call) -> Answer:
        repository = self.repository(call)
        branch, parent = self._parent(repository, call)
        path = r.check_path(call.parameters.get("filePath"))
        content = call.parameters.get("fileContent")
        if content is None:
            raise ServiceError("FileContentRequiredException", "The content of the file is required")
        edit = commits.Edit(repository.git, repository.git.files(parent))
        edit.put(path, commits.content_of(content), commits.mode_of(call.parameters.get("fileMode")))
        edit.settle()
        if not edit.changed:
            raise ServiceError("SameFileContentException", f"The file {path} has this very content already")
        message = f"{'Edited' if path in edit.base else 'Added'} {path}"
        commit = self._commit(repository, call, branch, parent, edit, _author(call, "name"), message)
        return commit | {"blobId": edit.files[path].blob}

    def DeleteFile(self, call: Call) -> Answer:
        repository = self.repository(call)
        branch, parent = self._parent(repository, call)
        path = r.check_path(call.parameters.get("filePath"))
        edit = commits.Edit(repository.git, repository.git.files(parent))
        edit.delete(path)
        if call.parameters.get("keepEmptyFolders"):
            edit.keep_folders()
        commit = self._commit(repository, call, branch, parent, edit, _author(call, "name"), f"Deleted {path}")
        return commit | {"blobId": edit.base[path].blob, "filePath": path}

    def _parent(self, repository: Repository, call: Call) -> tuple[str, str | None]:
        """(branch, its tip) to commit on top of; no tip in an empty repository."""
        branch, given = r.check_branch_name(call.parameters.get("branchName")), call.parameters.get("parentCommitId")
        if TAGS + branch in repository.git.references:
            raise ServiceError("BranchNameIsTagNameException", f"{branch} is the name of a tag")
        tip = repository.tip(branch)
        if tip is None and repository.default_branch is not None:
            raise ServiceError("BranchDoesNotExistException", f"Branch {branch} does not exist")
        if tip is not None and not given:
            raise ServiceError("ParentCommitIdRequiredException", "The ID of the parent commit is required")
        if given and not is_id(given):
            raise ServiceError("InvalidParentCommitIdException", f"{given} is not a full commit ID")
        if given and not repository.git.is_commit(given):
            raise ServiceError("ParentCommitDoesNotExistException", f"The commit {given} does not exist")
        if given and given != tip:
            raise ServiceError(
                "ParentCommitIdOutdatedException", f"The tip of {branch} is {tip} by now: commit on top of that"
            )
        return branch, tip

    def _commit(
        self,
        repository: Repository,
        call: Call,
        branch: str,
        parent: str | None,
        edit: commits.Edit,
        author: Author,
        default_message: str,
    ) -> Answer:
        message = call.parameters.get("commitMessage") or default_message
        if len(message.encode()) > MAX_MESSAGE:
            raise ServiceError("CommitMessageLengthExceededException", "A commit message has at most 256 KB")
        git = repository.git
        commit = git.write_commit(edit.files, [parent] if parent else [], author, self.world.date, message)
        self._move_references(repository, {HEADS + branch: commit}, call.principal)
        return {"commitId": commit, "treeId": git.tree_id(commit)}

    # Looking at files

    def GetFile(self, call: Call) -> Answer:
        repository = self.repository(call)
        commit = self._resolved(repository, call.parameters.get("commitSpecifier"))
        path = r.check_path(call.parameters.get("filePath"))
        file = repository.git.files(commit).get(path)
        if file is None or file.mode == SUBMODULE:
            raise ServiceError("FileDoesNotExistException", f"The file {path} does not exist in commit {commit}")
        content = self._content(repository, file.blob, "FileTooLargeException")
        return {
            "commitId": commit,
            "blobId": file.blob,
            "filePath": path,
            "fileMode": commits.MODE_NAMES.get(file.mode, "NORMAL"),
            "fileSize": len(content),
            "fileContent": content,
        }

    def _content(self, repository: Repository, blob: str, too_large: str) -> bytes:
        content = repository.git.blob(blob)
        assert content is not None, f"the tree names a blob that is not there: {blob}"
        if len(content) > r.MAX_FILE:
            raise ServiceError(too_large, f"The file has {len(content)} bytes; the API gives at most {r.MAX_FILE}")
        return content

    def _blob(self, repository: Repository, id: Any) -> bytes:
        if not id:
            raise ServiceError("BlobIdRequiredException", "A blob ID is required")
        if not is_id(str(id)):
            raise ServiceError("InvalidBlobIdException", f"{id} is not a blob ID")
        if repository.git.blob(id) is None:
            raise ServiceError("BlobIdDoesNotExistException", f"The blob {id} does not exist")
        return self._content(repository, id, "FileTooLargeException")

    def GetBlob(self, call: Call) -> Answer:
        return {"content": self._blob(self.repository(call), call.parameters.get("blobId"))}

    def GetFolder(self, call: Call) -> Answer:
        repository = self.repository(call)
        commit = self._resolved(repository, call.parameters.get("commitSpecifier"))
        given = call.parameters.get("folderPath")
        if not given:
            raise ServiceError("PathRequiredException", "A folder path is required")
        path = "" if given.strip("/") in ("", ".") else r.check_path(given)
        return differences.folder(repository.git, commit, path)

    def GetDifferences(self, call: Call) -> Answer:
        repository = self.repository(call)
        if not call.parameters.get("afterCommitSpecifier"):
            raise ServiceError("CommitRequiredException", "afterCommitSpecifier is required")
        after = self._resolved(repository, call.parameters["afterCommitSpecifier"])
        specifier = call.parameters.get("beforeCommitSpecifier")
        before = self._resolved(repository, specifier) if specifier else None
        git = repository.git
        paths = [call.parameters.get(name) for name in ("beforePath", "afterPath")]
        return {"differences": differences.between(git.files(before), git.files(after), *paths)}

    def GetBlobDifferences(self, call: Call) -> Answer:
        repository = self.repository(call)
        before_id = call.parameters.get("beforeBlobId")
        before = self._blob(repository, before_id) if before_id else b""
        after = self._blob(repository, call.parameters.get("afterBlobId"))
        context = call.parameters.get("contextLines", 3)
        if not 0 <= context <= 20:
            raise ServiceError("ValidationException", f"contextLines is {context}; it is from 0 to 20")
        return differences.lines(before, after, context, bool(call.parameters.get("ignoreWhitespace")))

    def ListFileCommitHistory(self, call: Call) -> Answer:
        repository = self.repository(call)
        commit = self._resolved(repository, call.parameters.get("commitSpecifier"))
        path = r.check_path(call.parameters.get("filePath"))
        versions = differences.versions(repository.git, commit, path)
        return {"revisionDag": [{"commit": _described(repository.git, id), **rest} for id, rest in versions]}

    # Triggers

    def PutRepositoryTriggers(self, call: Call) -> Answer:
        repository = self.repository(call)
        repository.triggers = triggers.checked(self, call.parameters.get("triggers"))
        repository.configuration_id = self.world.uuid("triggers", repository.id)
        return {"configurationId": repository.configuration_id}

    def GetRepositoryTriggers(self, call: Call) -> Answer:
        repository = self.repository(call)
        answer: Answer = {"triggers": copied(repository.triggers)}
        return answer | ({"configurationId": repository.configuration_id} if repository.configuration_id else {})

    def TestRepositoryTriggers(self, call: Call) -> Answer:
        repository = self.repository(call)
        done, failed = [], []
        for trigger in triggers.checked(self, call.parameters.get("triggers")):
            error = triggers.send(self, repository, trigger, triggers.sample(repository), call.principal)
            if error is None:
                done.append(trigger["name"])
            else:
                failed.append({"trigger": trigger["name"], "failureMessage": error})
        return {"successfulExecutions": done, "failedExecutions": failed}

    # Tags

    def _tagged(self, call: Call) -> Repository:
        arn = call.parameters.get("resourceArn")
        if not arn:
            raise ServiceError("ResourceArnRequiredException", "The ARN of a repository is required")
        start = naming.arn("codecommit", self.region, self.account, "")
        if not arn.startswith(start):
            raise ServiceError("InvalidResourceArnException", f"{arn} is not the ARN of a repository here")
        found = self.repositories.get(arn.removeprefix(start))
        if found is None:
            raise ServiceError("RepositoryDoesNotExistException", f"{arn.removeprefix(start)} does not exist")
        return found

    def TagResource(self, call: Call) -> Answer:
        repository = self._tagged(call)
        repository.tags = _tags(repository.tags | call.parameters["tags"])
        return {}

    def UntagResource(self, call: Call) -> Answer:
        repository = self._tagged(call)
        for key in call.parameters["tagKeys"]:
            repository.tags.pop(key, None)
        return {}

    def ListTagsForResource(self, call: Call) -> Answer:
        return {"tags": dict(self._tagged(call).tags)}

    # Git itself: permissions without an API on AWS, operations here

    def GitPush(self, call: Call) -> Answer:
        """Move references to commits that are there already: {repositoryName, references: [{ref, commit}]}.

        The commit of 40 zeros deletes a reference. All or nothing. Raises ServiceError.
        """
        repository = self.repository(call)
        wanted = call.parameters["references"]
        if len(wanted) > r.MAX_PUSH:
            # Git's own message, as the client shows it (docs/behaviour/codecommit-and-glue.md §11)
            raise ServiceError("TooManyReferences", f"Too many reference update commands: at most {r.MAX_PUSH}")
        moves: dict[str, str | None] = {}
        for one in wanted:
            moves[one["ref"]] = self._pushed(repository, one["ref"], one["commit"])
        self._move_references(repository, moves, call.principal)
        return {}

    def _pushed(self, repository: Repository, ref: str, commit: str) -> str | None:
        name = ref.removeprefix(HEADS).removeprefix(TAGS)
        if name == ref or not r.valid_reference_name(name):
            raise ServiceError("InvalidBranchNameException", f"{ref} is not the name of a branch or tag")
        if commit == NOTHING:
            if ref == f"{HEADS}{repository.default_branch}":
                raise _default_branch(name)
            return None
        if repository.git.peeled(commit) is None:
            raise ServiceError("CommitDoesNotExistException", f"The commit {commit} does not exist")
        return commit

    def GitPull(self, call: Call) -> Answer:
        """What a clone has: {repositoryName, sourceVersion?: branch, tag or commit} -> {commitId, files, executables}.

        `files` is {path: content}, `executables` lists the paths of those that may be run.
        """
        repository = self.repository(call)
        commit = self._resolved(repository, call.parameters.get("sourceVersion"), "source version")
        files = repository.git.files(commit)
        return {
            "commitId": commit,
            "files": self._contents(repository, commit),
            "executables": [path for path, file in files.items() if file.mode == EXECUTABLE],
        }

    def _contents(self, repository: Repository, commit: str) -> dict[str, bytes]:
        git = repository.git
        contents = {path: git.blob(file.blob) for path, file in git.files(commit).items() if file.mode != SUBMODULE}
        return {path: content for path, content in contents.items() if content is not None}

    def UploadArchive(self, call: Call) -> Answer:
        """Zip the files of a commit into S3, as the caller.

        {repositoryName, commitId, s3Bucket, s3Key} -> {eTag, versionId?}
        """
        repository = self.repository(call)
        commit = self._resolved(repository, call.parameters["commitId"])
        parameters = {
            "Bucket": call.parameters["s3Bucket"],
            "Key": call.parameters["s3Key"],
            "Body": bundles.pack(self._contents(repository, commit)),
        }
        put = self.world.call(Call(call.principal, call.account, call.region, "s3", "PutObject", parameters, PRINCIPAL))
        answer: Answer = {"eTag": str(put["ETag"]).strip('"')}
        return answer | ({"versionId": put["VersionId"]} if "VersionId" in put else {})

    def push(
        self,
        repository: str,
        branch: str,
        files: dict[str, bytes | None],
        *,
        author: str,
        message: str,
        principal: str,
        tag: str | None = None,
    ) -> str:
        """Commit on top of a branch and push, as one person with a clone does; gives the commit id.

        `files` is {path: content, or None for a file that goes}; no files make an empty commit. With `tag` the branch
        stays where it is: the tag is pushed, to a new commit if there are files, else to the branch's tip. Raises
        ServiceError.
        """
        there = self._named(repository)
        tip = there.tip(r.check_branch_name(branch))
        if tip is None:
            # A new branch starts where the default branch is, as after `git switch -c`.
            tip = there.tip(there.default_branch) if there.default_branch else None
        git = there.git
        if tag is not None and not files and tip is not None:
            commit = tip
        else:
            edit = commits.push_edit(git, git.files(tip), files)
            parents = [tip] if tip else []
            # `git commit` ends every message with a line break.
            text = message.rstrip("\n") + "\n"
            commit = git.write_commit(edit.files, parents, person(author), self.world.date, text)
        reference = HEADS + branch if tag is None else TAGS + tag
        parameters = {"repositoryName": repository, "references": [{"ref": reference, "commit": commit}]}
        self.world.call(Call(principal, self.account, self.region, self.name, "GitPush", parameters))
        return commit

    def begin(self, name: str, git: Git, branch: str | None) -> None:
        """Give an empty repository its content, before anything happens: no event, no trigger."""
        repository = self.repositories[name]
        repository.git = git
        repository.default_branch = branch


def person(name: str) -> Author:
    """Someone by a short name (`alice`), or by name and address (`Alice <alice@example.com>`)."""
    shown, bracket, address = name.partition("<")
    if bracket:
        return Author(shown.strip(), address.rstrip("> "))
    return Author(name, f"{name.replace(' ', '.').lower()}@example.com")


def _author(call: Call, member: str) -> Author:
    # Without a name the caller's ARN is author and committer, and the address is blank (DeleteFile in the API model).
    return Author(call.parameters.get(member) or call.principal, call.parameters.get("email") or "")


def _described(git: Git, id: str) -> dict[str, Any]:
    """AWS's Commit."""
    commit = git.commit(id)
    return {
        "commitId": id,
        "treeId": commit.tree.decode(),
        "parents": [parent.decode() for parent in commit.parents],
        "message": commit.message.decode("utf-8", "replace"),
        "author": _user(commit.author, commit.author_time, commit.author_timezone),
        "committer": _user(commit.committer, commit.commit_time, commit.commit_timezone),
        "additionalData": "",
    }


def _user(ident: bytes, time: int, timezone: int) -> dict[str, str]:
    name, _, email = ident.decode("utf-8", "replace").rpartition(" <")
    sign, minutes = "-" if timezone < 0 else "+", abs(timezone) // 60
    return {"name": name, "email": email.rstrip(">"), "date": f"{time} {sign}{minutes // 60:02d}{minutes % 60:02d}"}


def _description(call: Call) -> str | None:
    text = call.parameters.get("repositoryDescription")
    if text is not None and len(text) > r.MAX_DESCRIPTION:
        raise ServiceError(
            "InvalidRepositoryDescriptionException", f"A description has at most {r.MAX_DESCRIPTION} characters"
        )
    return text or None


def _tags(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > r.MAX_TAGS:
        raise ServiceError("TooManyTagsException", f"A repository has at most {r.MAX_TAGS} tags")
    for key in tags:
        if key.lower().startswith("aws:"):
            raise ServiceError("InvalidSystemTagUsageException", f"{key}: names that start with aws: are AWS's own")
    return dict(tags)


def _default_branch(name: str) -> ServiceError:
    return ServiceError("DefaultBranchCannotBeDeletedException", f"{name} is the default branch and cannot be deleted")
