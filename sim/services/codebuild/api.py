"""CodeBuild's operations."""

from __future__ import annotations

from gzip import compress
from typing import Any

from simpy import Event

from sim.core import naming
from sim.core.calls import Answer, Call, Service, copied
from sim.core.clock import MINUTE
from sim.core.problems import ServiceError
from sim.services.codebuild import events, images, projects, sources, views
from sim.services.codebuild import resources as r
from sim.services.codebuild.process import BuildRun
from sim.services.codebuild.queues import Queue
from sim.services.codebuild.resources import Build, Status
from sim.services.kinds import Kind, Shelf, declares

events.register()

CONCURRENT_BUILDS = 20
"""Builds of one environment and compute type that an account runs at once (docs/behaviour/codebuild.md §19)."""
QUOTA = "codebuild.concurrent-builds"
TOKEN_LIFE = 5 * MINUTE
"""How long an idempotency token counts (docs/behaviour/codebuild.md §14)."""

PROJECT = Kind(
    noun="projects",
    key="name",
    missing=("ResourceNotFoundException", "Project cannot be found: {name}"),
    exists=("ResourceAlreadyExistsException", "Project already exists: {name}"),
    wrap="project",
    create="CreateProject",
    update="UpdateProject",
    delete="DeleteProject",
    get_many=("BatchGetProjects", "names", "projects", "projectsNotFound"),
    quiet_delete=True,
)


@declares(PROJECT)
class CodeBuild(Service):
    """CodeBuild in one account and Region."""

    name = "codebuild"
    projects: Shelf

    def prepare(self) -> None:
        self.builds: dict[str, Build] = {}
        self.queues: dict[tuple[str, str], Queue] = {}
        self._active: dict[str, int] = {}
        self._attempts: dict[str, int] = {}
        self._generations: dict[str, int] = {}
        self._tokens: dict[str, tuple[int, dict[str, Any], str]] = {}
        self._assumed: dict[tuple[str, str], None] = {}

    # Shared by the rooms of this service

    def ask(self, build: Build, service: str, operation: str, parameters: dict[str, Any], region: str = "") -> Answer:
        """A call of a build itself, as its service role. Raises ServiceError."""
        return self.world.call(Call(build.role, self.account, region or self.region, service, operation, parameters))

    def is_far(self, build: Build, bucket: str) -> bool:
        """Whether a bucket lies in another Region. Raises ServiceError."""
        answer = self.ask(build, "s3", "GetBucketLocation", {"Bucket": bucket})
        return (answer["LocationConstraint"] or "us-east-1") != self.region

    def attempt(self, work: str) -> int:
        """The how-manieth time this piece of work is begun, from 1."""
        self._attempts[work] = number = self._attempts.get(work, 0) + 1
        return number

    def assume(self, text: str, hint: str) -> None:
        """Tell, once, of something that was taken to be so."""
        if (text, hint) not in self._assumed:
            self._assumed[text, hint] = None
            self.world.journal.record("assumed", {"text": text, "hint": hint})

    def cache_generation(self, project: str) -> int:
        return self._generations.get(project, 0)

    def queue_of(self, build: Build) -> Queue:
        key = build.environment_type, build.compute_type
        found = self.queues.get(key)
        if found is None:
            found = self.queues[key] = Queue(self.world, self._account_limit())
        return found

    def queue_up(self, build: Build) -> Event | None:
        """None when the build may run at once; else an event that fires when its turn comes."""
        return self.queue_of(build).enter(build)

    def ended(self, build: Build, retries: int) -> None:
        """A build came to its end. `retries`: how often on-failure lets it be started again; 0 for never."""
        if build.status is not Status.STOPPED:  # StopBuild has let the next one run already
            self._leave(build)
        self._keep_log(build)
        limit = retries or (0 if build.from_pipeline else build.settings.get("autoRetryLimit", 0))
        if build.status is Status.FAILED and build.retry_number < limit:
            self._retry(build, limit)

    def _retry(self, build: Build, limit: int) -> None:
        """As RetryBuild, called with the service role (docs/behaviour/codebuild.md §14)."""
        # No limit can refuse it: it takes the place of the build that has just ended.
        again = self._start(copied(build.settings), build.role.partition("assumed-role/")[2], build)
        build.next_retry = again.arn
        self.world.note(build, "retried", r.RETRIED(next=again.name, number=again.retry_number, limit=limit))

    def _leave(self, build: Build) -> None:
        """It no longer counts; one that waits may run."""
        self.queue_of(build).leave(build)
        self._active[build.project] -= 1

    def _keep_log(self, build: Build) -> None:
        """The log in S3, where that is on."""
        _, location = views.places(build)
        if location is None:
            return
        bucket, _, key = location.partition("/")
        text = "".join(f"{row['message']}\n" for row in views.log(build))
        parameters = {"Bucket": bucket, "Key": key, "Body": compress(text.encode(), mtime=0)}
        try:
            self.ask(build, "s3", "PutObject", parameters)
        except ServiceError as error:
            build.say(self.world.now, f"Unable to upload the log to S3: {error.message}")

    # Projects

    def _account_limit(self) -> int:
        return self.world.quotas.get(QUOTA, CONCURRENT_BUILDS)

    def complete_projects(self, members: dict[str, Any]) -> dict[str, Any]:
        key = naming.arn("kms", self.region, self.account, "alias/aws/s3")
        found = projects.completed(members, key)
        projects.check(found, self._account_limit())
        found["arn"] = naming.arn("codebuild", self.region, self.account, f"project/{found['name']}")
        found.setdefault("created", self.world.date)
        found["lastModified"] = self.world.date
        return found

    def ListProjects(self, call: Call) -> Answer:
        members = {"NAME": "name", "CREATED_TIME": "created", "LAST_MODIFIED_TIME": "lastModified"}
        by = members[call.parameters.get("sortBy", "NAME")]
        rows = sorted(self.projects.members.values(), key=lambda one: one[by])
        names = [one["name"] for one in rows]
        return {"projects": names[::-1] if call.parameters.get("sortOrder") == "DESCENDING" else names}

    def InvalidateProjectCache(self, call: Call) -> Answer:
        name = self.projects.get(call.parameters["projectName"])["name"]
        self._generations[name] = self.cache_generation(name) + 1
        return {}

    def ListCuratedEnvironmentImages(self, call: Call) -> Answer:
        return {"platforms": images.curated()}

    # Builds

    def StartBuild(self, call: Call) -> Answer:
        project = self.projects.get(call.parameters["projectName"])
        known = self._known(call)
        if known is not None:
            return {"build": views.build(known)}
        settings = projects.for_build(project, call.parameters)
        build = self._start(settings, initiator(call))
        self._remember(call, build)
        return {"build": views.build(build)}

    def RetryBuild(self, call: Call) -> Answer:
        """A new build, of another id and number, with the settings of the one before."""
        known = self._known(call)
        if known is not None:
            return {"build": views.build(known)}
        if "id" not in call.parameters:
            raise ServiceError("InvalidInputException", "a build id is required")
        build = self._start(copied(self._build(call.parameters["id"]).settings), initiator(call))
        self._remember(call, build)
        return {"build": views.build(build)}

    def _known(self, call: Call) -> Build | None:
        """The build that this idempotency token started already. Raises ServiceError for other parameters."""
        found = self._tokens.get(call.parameters.get("idempotencyToken", ""))
        if found is None or self.world.now - found[0] > TOKEN_LIFE:
            return None
        if found[1] != call.parameters:
            raise projects.refuse("the idempotency token was used with other parameters")
        return self.builds.get(found[2])

    def _remember(self, call: Call, build: Build) -> None:
        token = call.parameters.get("idempotencyToken")
        if token:
            self._tokens[token] = (self.world.now, copied(call.parameters), build.name)

    def _start(self, settings: dict[str, Any], by: str, retry_of: Build | None = None) -> Build:
        world, name = self.world, settings["name"]
        id = f"{name}:{world.uuid('build', self.account, self.region, name)}"
        arn = naming.arn("codebuild", self.region, self.account, f"build/{id}")
        build = Build(id, arn=arn, account=self.account, region=self.region, settings=settings, started=world.now)
        build.calendar = world.start
        self._admit(build)
        build.number = world.count(f"build\x1f{self.account}\x1f{self.region}\x1f{name}")
        build.initiator = by
        build.role = naming.assumed_role(settings["serviceRole"], f"AWSCodeBuild-{build.uuid}")
        if retry_of is not None:
            build.retry_number = retry_of.retry_number + 1
            build.previous_retry = retry_of.arn
        build.environment.update(self._built_in(build))
        world.register(build)
        self.builds[id] = build
        run = BuildRun(self, build)
        run.submit()
        build.process = world.process(run.run())
        return build

    def _admit(self, build: Build) -> None:
        """Raises ServiceError AccountLimitExceededException (docs/behaviour/codebuild.md §4.6)."""
        active = self._active.get(build.project, 0)
        limit = build.settings.get("concurrentBuildLimit")
        if limit is not None and active >= limit:
            raise ServiceError(
                "AccountLimitExceededException",
                f"Build failed to start: {build.project} runs {active} builds already and its concurrent build limit"
                f" is {limit}",
            )
        self.queue_of(build).admit()
        self._active[build.project] = active + 1

    def _built_in(self, build: Build) -> dict[str, str]:
        """Variables that every build has (docs/behaviour/codebuild.md §3.1)."""
        settings = build.settings
        source = settings["source"]
        found = {
            "HOME": "/root",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "CODEBUILD_BUILD_ARN": build.arn,
            "CODEBUILD_BUILD_ID": build.name,
            "CODEBUILD_BUILD_IMAGE": settings["environment"]["image"],
            "CODEBUILD_BUILD_NUMBER": str(build.number),
            "CODEBUILD_BUILD_SUCCEEDING": "1",
            "CODEBUILD_INITIATOR": build.initiator,
            "CODEBUILD_KMS_KEY_ID": settings["encryptionKey"],
            "CODEBUILD_PROJECT_ARN": naming.arn("codebuild", self.region, self.account, f"project/{build.project}"),
            "CODEBUILD_SOURCE_REPO_URL": sources.url_of(source),
            "CODEBUILD_START_TIME": str(round(self.world.date.timestamp() * 1000)),
        }
        stream, _ = views.places(build)
        if stream is not None:
            found["CODEBUILD_LOG_PATH"] = stream.split("\t")[1]
        if settings.get("sourceVersion"):
            found["CODEBUILD_SOURCE_VERSION"] = settings["sourceVersion"]
        versions = {one["sourceIdentifier"]: one["sourceVersion"] for one in settings["secondarySourceVersions"]}
        for one in settings["secondarySources"]:
            name = one["sourceIdentifier"]
            found[f"CODEBUILD_SOURCE_REPO_URL_{name}"] = sources.url_of(one)
            if name in versions:
                found[f"CODEBUILD_SOURCE_VERSION_{name}"] = versions[name]
        return found

    def StopBuild(self, call: Call) -> Answer:
        """The running phase and the build are STOPPED at once, and no other phase runs.

        Source: docs/behaviour/codebuild.md §2.2.
        """
        build = self._build(call.parameters["id"])
        if not build.complete:
            self._stop(build, initiator(call))
        return {"build": views.build(build)}

    def _stop(self, build: Build, by: str) -> None:
        phase = build.phase
        phase.ended = self.world.now
        self.world.move(phase, Status.STOPPED, r.PHASE_STOPPED(by=by))
        completed = r.Phase("COMPLETED", build, self.world.now)
        self.world.register(completed)
        build.phases.append(completed)
        self.world.move(build, Status.STOPPED, r.BUILD_STOPPED(by=by, phase=phase.name))
        assert build.process is not None
        self.world.interrupt(build.process, "stopped")
        self._leave(build)

    def _build(self, id: str) -> Build:
        found = self.builds.get(_id(id))
        if found is None:
            raise ServiceError("ResourceNotFoundException", f"Build {id} could not be found")
        return found

    def BatchGetBuilds(self, call: Call) -> Answer:
        ids = call.parameters["ids"]
        found = [views.build(self.builds[_id(id)]) for id in ids if _id(id) in self.builds]
        return {"builds": found, "buildsNotFound": [id for id in ids if _id(id) not in self.builds]}

    def BatchDeleteBuilds(self, call: Call) -> Answer:
        deleted, kept = [], []
        for id in call.parameters["ids"]:
            build = self.builds.get(_id(id))
            if build is None:
                kept.append({"id": id, "statusCode": "BUILD_NOT_FOUND"})
            elif not build.complete:
                kept.append({"id": id, "statusCode": "BUILD_IN_PROGRESS"})
            else:
                del self.builds[build.name]
                deleted.append(build.arn)
        return {"buildsDeleted": deleted, "buildsNotDeleted": kept}

    def ListBuilds(self, call: Call) -> Answer:
        return {"ids": _sorted(list(self.builds), call)}

    def ListBuildsForProject(self, call: Call) -> Answer:
        name = call.parameters["projectName"]
        found = [build.name for build in self.builds.values() if build.project == name]
        if not found:
            self.projects.get(name)
        return {"ids": _sorted(found, call)}

    def log(self, build_id: str) -> list[dict[str, Any]]:
        """[{"timestamp" in ms since the start, "message"}] of a build; nothing where logs are off."""
        build = self._build(build_id)
        return [] if views.places(build) == (None, None) else views.log(build)


def _id(id: str) -> str:
    """A build's id, which may be given as an ARN."""
    return id.partition(":build/")[2] if id.startswith("arn:") else id


def _sorted(ids: list[str], call: Call) -> list[str]:
    """The latest first, unless the call wants them the other way round."""
    return ids if call.parameters.get("sortOrder") == "ASCENDING" else ids[::-1]


def initiator(call: Call) -> str:
    """Who started a build, as CODEBUILD_INITIATOR says it (docs/behaviour/codebuild.md §3.1)."""
    resource = call.principal.rsplit(":", 1)[-1]
    if call.via == "codepipeline.amazonaws.com":
        return f"codepipeline/{resource.rsplit('/', 1)[-1]}"
    if resource.startswith("assumed-role/"):
        return resource.removeprefix("assumed-role/")
    return resource.rsplit("/", 1)[-1]
