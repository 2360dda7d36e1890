# %% [markdown]
# # 01 From a push to a pipeline
#
# A push to a repository starts a pipeline, and some minutes later a website has changed. In this notebook you follow it
# step by step and see which service hands over to which. You need about 40 minutes.
#
# **You will be able to**
#
# - say what a repository, an event, a rule, a pipeline, a stage, an action and an artifact are;
# - find the reason why a pipeline started, and which revision it works on;
# - give and refuse an approval;
# - decide between a repository trigger, an EventBridge rule and a notification rule;
# - name the ways to connect to CodeCommit, and who may use which.
#
# Some words first:
#
# - A **repository** keeps the files of a project and every change that was ever made to them. **Git** is the program that
#   does it. A **commit** is one change; a **branch**, such as `main`, is a name for the newest commit of a line of work.
#   To **push** is to send commits from your computer to the repository.
# - An **event** is a short message: "this has happened". **Amazon EventBridge** receives events of AWS services. A
#   **rule** says which events to look for (its *pattern*) and to whom to pass them on (its *targets*).
# - A **pipeline** takes a change through **stages** (Source, Build, Deploy, …). Each stage has **actions**. One run of the
#   pipeline is an **execution**.
# - **Amazon SNS** sends messages, for example mails. A **topic** is an address that messages are sent to; who wants them
#   **subscribes**.
#
# What happens stands folded under each **Predict**: say what you expect, run the cells, then click *After the run*.

# %% [markdown]
# ## What is there before the first push
#
# `library` is the website of a small library: everything is there, and nobody has done anything yet. It was made by a
# CloudFormation template, which you could give to AWS as it is.

# %%
import json

import pandas as pd

from sim import Cloud

pd.set_option("display.max_colwidth", None)  # show messages in full
cloud = Cloud()
cloud.load("library", parameters={"WithApproval": "true"})

stack = cloud.client("cloudformation").describe_stack_resources(StackName="codesuite")
pd.DataFrame(stack["StackResources"])[["LogicalResourceId", "ResourceType"]]

# %% [markdown]
# Find these in the table: the repository; the bucket for artifacts; the build project; the deployment group; the pipeline;
# the rule `PushToMain`, which starts the pipeline; the rules `Succeeded` and `Failed`, which send mails. The roles say
# what each service may do.
#
# ### Services in one sentence each
#
# | The course text | Today |
# |---|---|
# | "AWS CodePipeline: automating our pipeline from code to ElasticBeanstalk" | Not quite: Elastic Beanstalk is one of many places to deploy to, beside CodeDeploy, CloudFormation, ECS, S3 and others. |
# | "AWS CodeBuild: building and testing our code" | Holds. |
# | "AWS CodeDeploy: deploying the code to EC2 fleets (not Beanstalk)" | Not quite: to EC2 and on-premises machines, to Lambda functions and to ECS services. Not to Elastic Beanstalk: that is right. |

# %% [markdown]
# ## A repository and its commits
#
# You change a page of the website. On AWS you would use `git push`; `PutFile` does the same with one call.

# %%
codecommit = cloud.client("codecommit")
before = codecommit.get_branch(repositoryName="web", branchName="main")["branch"]["commitId"]

pushed = codecommit.put_file(
    repositoryName="web",
    branchName="main",
    filePath="src/hours.md",
    fileContent=b"# Opening hours\n\n- Monday to Saturday: 9:00 to 18:00\n",
    parentCommitId=before,
    commitMessage="Open on Saturdays",
    name="alice",
    email="alice@example.com",
)
after = pushed["commitId"]
print("before", before)
print("after ", after)

# %% [markdown]
# A commit is known by its id. It names its parent, the commit before it: so the whole history is kept. Compare any two:

# %%
differences = codecommit.get_differences(
    repositoryName="web", beforeCommitSpecifier=before, afterCommitSpecifier=after
)["differences"]
[(change["changeType"], change["afterBlob"]["path"]) for change in differences]

# %%
commit = codecommit.get_commit(repositoryName="web", commitId=after)["commit"]
{key: commit[key] for key in ["message", "parents", "author"]}

# %% [markdown]
# **Predict.** Bob also started from the commit `before` and saves his change now. What happens?

# %%
try:
    codecommit.put_file(
        repositoryName="web",
        branchName="main",
        filePath="src/index.md",
        fileContent=b"# The library by the harbour\n",
        parentCommitId=before,
        name="bob",
    )
except codecommit.exceptions.ParentCommitIdOutdatedException as error:
    print(error)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Nobody overwrites the work of somebody else by accident: Bob has to start from the newest commit.
#
# </details>
#
# And the default branch cannot be deleted:

# %%
try:
    codecommit.delete_branch(repositoryName="web", branchName="main")
except codecommit.exceptions.DefaultBranchCannotBeDeletedException as error:
    print(error)

# %% [markdown]
# ### What the course says about version control and CodeCommit
#
# | The course text | Today |
# |---|---|
# | "Version control is the ability to understand the various changes that happened to the code over time (and possibly roll back)." | Holds. |
# | "All these are enabled by using a version control system such as Git, git lives on a central online repository" | Not quite: Git is distributed. Every copy (*clone*) holds the whole history and works without a server. A central repository is a habit for sharing, not where Git lives. |
# | "Collaborate with other developers" | Holds. |
# | "Make sure the code is backed-up somewhere" | Holds. But a repository that is deleted is gone on the server; only clones remain. |
# | "Make sure it’s fully viewable and auditable" | Holds. The author in a commit is what the client says; who really pushed is what CloudTrail says. |
# | "Git repositories can be expensive. The industry includes: GitHub: free public repositories, paid private ones, BitBucket" | Dated: private repositories at GitHub are free by now (since January 2019; this date is not confirmed by a source here). Teams pay for further features. |
# | "AWS CodeCommit: private Git repositories" | Holds. No setting makes a repository public. |
# | "No size limit on repositories (scale seamlessly)" | Holds for the repository, not for its parts: a file by console or API 6 MB, a Git blob 2 GB. |
# | "Fully managed, highly available" | Holds. |
# | "Code only in AWS Cloud account => increased security and compliance" | Not quite: the server side stays at AWS, but every clone and every build is a full copy elsewhere. The place alone is no compliance. |
# | "Secure (encrypted, access control, etc…)" | Holds. |
# | "Integrated with Jenkins / CodeBuild / other CI tools" | Holds. A push does not start a build by itself: an event rule, a trigger or a pipeline does. |
#
# **The service itself:** CodeCommit was closed on 25 July 2024 to accounts that had no repository, and has been open to
# new customers again since November 2025 (that it is open again is documented; the month is recalled only). In this
# simulator it is open to everybody.

# %%
try:
    codecommit.put_file(
        repositoryName="web",
        branchName="main",
        filePath="video.mp4",
        fileContent=b"0" * (6 * 2**20 + 1),  # one byte more than 6 MB
        parentCommitId=after,
    )
except codecommit.exceptions.ClientError as error:
    print(str(error)[:160], "…")

# %% [markdown]
# ## How to connect, and who may
#
# **Authentication** asks: who are you? **Authorization** asks: may you do this? **IAM** is the service for both. An **IAM
# user** has long-lived credentials; a **role** is taken on for some hours and gives temporary ones. **Federated** means:
# your company's own login lets you take on a role.
#
# | way to connect | who can use it | credential | temporary? | other accounts? |
# |---|---|---|---|---|
# | HTTPS with Git credentials | IAM user | user name and password made in IAM, at most 2 sets | no | no |
# | SSH | IAM user | a public key uploaded in IAM, up to 5 | no | no |
# | HTTPS with the AWS CLI's credential helper | any identity with AWS credentials | signed requests | yes | yes |
# | `git-remote-codecommit` (`codecommit://…`) | the same; recommended for roles and federation | signed requests | yes | yes |
# | console, API, AWS CLI | anybody with the permission | signed requests | yes | yes |
#
# A repository tells its addresses. **Predict** which protocols you will see.

# %%
repository = codecommit.get_repository(repositoryName="web")["repositoryMetadata"]
{key: repository[key] for key in ["cloneUrlHttp", "cloneUrlSsh", "kmsKeyId"]}

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Only `https://` and `ssh://`: both are encrypted on the way. There is no `http://` and no access without credentials.
# The repository is also encrypted at rest (on the disks), with the KMS key that `kmsKeyId` names.
#
# </details>
#
# | The course text | Today |
# |---|---|
# | "SSH Keys: AWS Users can configure SSH keys in their IAM Console" | Holds, for IAM users only. A role cannot have an SSH key. |
# | "HTTPS: Done through the AWS CLI Authentication helper or Generating HTTPS credentials" | Holds; `git-remote-codecommit` is a third way. |
# | "MFA (multi factor authentication) can be enabled for extra safety" | Not quite: Git never asks for a code. MFA works for the console and for temporary credentials made with a code. Static Git credentials and SSH keys carry no MFA, so a policy that demands MFA shuts them out (the last part is inferred). |
# | "IAM Policies manage user / roles rights to repositories" | Holds. `codecommit:GitPull` and `codecommit:GitPush` are the permissions for Git itself; denying `DeleteBranch` does not stop a `git push`. |
# | "Repositories are automatically encrypted at rest using KMS" | Holds. Today a key of your own can be chosen as well. |
# | "Encrypted in transit (can only use HTTPS or SSH – both secure)" | Holds. |
# | "Cross Account access: Do not share your SSH keys. Do not share your AWS credentials. Use IAM Role in your AWS Account and use AWS STS (with AssumeRole API)" | Holds. Two people on one key cannot be told apart afterwards. |
# | Question: "CodeCommit doesn’t support the following authentication" – "HTTP public access" | Holds. |
# | Question: "give a colleague that has an IAM User in another AWS Account access" – "IAM role in your account … STS" | Holds. The colleague also needs the permission for `sts:AssumeRole` in the own account. |
#
# ### A role for a colleague in another account
#
# **AWS STS** gives temporary credentials. Account A owns the repository and makes a role which trusts account B. Somebody
# in B takes the role on (`AssumeRole`) and gets credentials that end by themselves. (Whether the colleague may take the role
# on is not judged in this version of the simulator: it shows the calls. On AWS both sides must allow it.)

# %%
trust = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}
iam = cloud.client("iam")
role = iam.create_role(RoleName="reads-web", AssumeRolePolicyDocument=json.dumps(trust))["Role"]

colleague = cloud.account("222222222222")
session = colleague.client("sts").assume_role(
    RoleArn=role["Arn"], RoleSessionName="bob", DurationSeconds=3600
)
session["AssumedRoleUser"]["Arn"], session["Credentials"]["Expiration"].isoformat()

# %% [markdown]
# ### GitHub and CodeCommit
#
# | The course text | Today |
# |---|---|
# | "Security: GitHub: GitHub Users. CodeCommit: AWS IAM users & roles" | Holds. Federated identities come in through a role. |
# | "Hosted: GitHub: hosted by GitHub" | Holds. |
# | "GitHub Enterprise: self hosted on your servers" | Dated: the product for your own servers is GitHub Enterprise **Server**; GitHub Enterprise **Cloud** is hosted by GitHub. |
# | "CodeCommit: managed & hosted by AWS" | Holds. |
# | "UI: GitHub UI is fully featured. CodeCommit UI is minimal" | Judgements, not facts. CodeCommit has pull requests, approval rules and comments; it has no issues, wiki or actions. |

# %% [markdown]
# ## From the push to an execution
#
# Your commit from above has already set something in motion, but the clock stands still: it is still second 0. Who starts
# the pipeline? Look at the rule.

# %%
events = cloud.client("events")
rule = events.describe_rule(Name="web-push-to-main")
print(json.dumps(json.loads(rule["EventPattern"]), indent=2))
print("target:", events.list_targets_by_rule(Rule="web-push-to-main")["Targets"][0]["Arn"])

# %% [markdown]
# **Predict** what will have happened after one minute: has the build started? Then let one minute pass.

# %%
cloud.run(until="1m")
cloud.tables.executions[["status", "started", "trigger"]]

# %%
moves = cloud.result(events=True)["events"]


def what(detail):
    """The word that says what has happened; each service puts it under another name."""
    names = ["event", "state", "build-status", "completed-phase"]
    return next((detail[name] for name in reversed(names) if name in detail), "")


rows = [
    (event["time"][11:19], event["source"], event["detail-type"], what(event["detail"]))
    for event in moves
]
pd.DataFrame(rows, columns=["time", "source", "detail-type", "what"])

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The build has started, at second 7.
#
# Read the table from the top: CodeCommit says *reference updated* (the branch `main` points to a new commit). The rule
# matches, and its target, the pipeline, starts. `CloudWatchEvent` in the table of executions is the trigger type's name
# in the API; it still carries the old name of EventBridge.
#
# </details>
#
# ### Exercise: which pushes match?
#
# `TestEventPattern` holds a pattern against an event without waiting for one. Change `my_pattern` so that it matches a
# push to the branch `main`, but neither a push to another branch nor a `main` that is deleted.

# %%
push_to_main = next(event for event in moves if event["source"] == "aws.codecommit")


def changed(**detail):
    """The same event with something else in its detail."""
    return {**push_to_main, "detail": {**push_to_main["detail"], **detail}}


others = {
    "a push to colours": changed(referenceName="colours"),
    "a push to main-menu": changed(referenceName="main-menu"),
    "main is deleted": changed(event="referenceDeleted"),
}

my_pattern = {
    "source": ["aws.codecommit"],
    "detail": {"event": ["referenceUpdated"]},
}


def matches(event):
    answer = events.test_event_pattern(
        EventPattern=json.dumps(my_pattern), Event=json.dumps(event)
    )
    return answer["Result"]


too_many = [name for name, event in others.items() if matches(event)]
if matches(push_to_main) and not too_many:
    print("Solved.")
else:
    print("Not solved yet: a push to main", matches(push_to_main), "· also matched:", too_many)
    print(
        "Hint: an event of a push has detail.referenceName. Values in a pattern are always lists."
    )

# %% [markdown]
# ## Triggers, rules and notification rules
#
# Three ways to hear of a change in a repository:
#
# | | repository trigger | EventBridge rule | notification rule |
# |---|---|---|---|
# | hears of | changes of branches and tags only | everything: also pull requests and comments | a list of events, also of builds, deployments and pipelines |
# | sends to | SNS topic or Lambda function | many kinds of targets | SNS topic or a chat client |
#
# **AWS Lambda** runs a function of yours when it is called, without a server of yours.
#
# Try a trigger: a mail when a branch is deleted, and one for each push to `main`. **Predict** how many mails `security`
# gets for these four: a new branch, a push to the new branch, its deletion, a push to `main`.

# %%
sns = cloud.client("sns")
topic = sns.create_topic(Name="changes")["TopicArn"]
sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.com")
cloud.run(for_="10s")  # time to confirm the subscription: SNS asks first

codecommit.put_repository_triggers(
    repositoryName="web",
    triggers=[
        {
            "name": "deleted",
            "destinationArn": topic,
            "branches": [],
            "events": ["deleteReference"],
        },
        {
            "name": "main",
            "destinationArn": topic,
            "branches": ["main"],
            "events": ["updateReference"],
        },
    ],
)

codecommit.create_branch(repositoryName="web", branchName="colours", commitId=after)
codecommit.put_file(
    repositoryName="web",
    branchName="colours",
    filePath="src/style.css",
    fileContent=b"body { color: navy; }\n",
    parentCommitId=after,
)
codecommit.delete_branch(repositoryName="web", branchName="colours")
newest = codecommit.put_file(
    repositoryName="web",
    branchName="main",
    filePath="src/style.css",
    fileContent=b"body { color: teal; }\n",
    parentCommitId=after,
    commitMessage="Change the colours",
    name="alice",
)["commitId"]
cloud.run(for_="10s")

mails = cloud.tables.notifications
mails = mails[mails["endpoint"] == "security@example.com"]
for mail in mails.itertuples():
    print(f"{mail.at:>6} s  {mail.subject}")
    if mail.message.startswith("{"):
        record = json.loads(mail.message)["Records"][0]
        print("         ", record["eventTriggerName"], record["codecommit"]["references"][0])

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Three mails: SNS asks first whether the address wants them (without that confirmation nothing is ever sent), then one
# about the deleted branch, one about `main`. The new branch and the push to it were nobody's business.
#
# </details>
#
# | The course text | Today |
# |---|---|
# | "You can trigger notifications in CodeCommit using AWS SNS … or AWS Lambda or AWS CloudWatch Event Rules" | Dated name: CloudWatch Events is **Amazon EventBridge** now (same service, same API). Since November 2019 there are notification rules too. |
# | "Use cases for notifications SNS / AWS Lambda notifications: Deletion of branches" | Holds: you have just seen it. |
# | "Trigger for pushes that happens in master branch" | Holds. A trigger takes any branch names; today the first branch is mostly called `main`. |
# | "Notify external Build System" | Holds: an SNS topic can call an https address. |
# | "Trigger AWS Lambda function to perform codebase analysis (maybe credentials got committed in the code?)" | Holds. A rule on the branch does the same. |
# | "Use cases for CloudWatch Event Rules: Trigger for pull request updates (created / updated / deleted / commented)" | Dated name, and not quite: a pull request cannot be deleted. It is open, then closed, and never opened again. |
# | "Commit comment events" | Holds: rules hear of comments, triggers do not. |
# | "CloudWatch Event Rules goes into an SNS topic" | Dated name. The policy of the topic must let `events.amazonaws.com` publish. |
# | Question: "automatically trigger a code analysis at each commit" – "SNS/Lambda integration in CodeCommit" | Holds; a rule on `referenceUpdated` is today's usual choice. |
# | Question: "email alerts anytime pull requests are open or comments are added" – "AWS CloudWatch Events" | The answer is called Amazon EventBridge now; a notification rule is a second right answer. A trigger is still none. |

# %% [markdown]
# ## Stages, actions and artifacts
#
# Which stages does the pipeline have, and what do their actions take and make?

# %%
pipeline = cloud.client("codepipeline")
declaration = pipeline.get_pipeline(name="web")["pipeline"]
for stage in declaration["stages"]:
    for action in stage["actions"]:
        kind = action["actionTypeId"]
        inputs = [artifact["name"] for artifact in action["inputArtifacts"]]
        outputs = [artifact["name"] for artifact in action["outputArtifacts"]]
        provider = f"{kind['category']}/{kind['provider']}"
        print(
            f"{stage['name']:8} {action['name']:11} {provider:18} takes {inputs}, makes {outputs}"
        )

# %% [markdown]
# An **artifact** is a zip file that one action makes and a later action takes. It lies in a bucket of the pipeline, its
# *artifact store*.

# %%
cloud.run()
store = declaration["artifactStore"]["location"]
for item in cloud.client("s3").list_objects_v2(Bucket=store)["Contents"]:
    print(item["LastModified"].strftime("%H:%M:%S"), f"{item['Size']:>7} bytes ", item["Key"])

# %% [markdown]
# **Predict.** What does CodePipeline say to a pipeline with a single stage? And to one whose first stage also deploys?

# %%
too_short = {**declaration, "name": "short", "stages": declaration["stages"][:1]}
source, *others = declaration["stages"]
mixed_source = {"name": "Source", "actions": source["actions"] + others[-1]["actions"]}
mixed = {**declaration, "name": "mixed", "stages": [mixed_source, *others[:-1]]}

for attempt in [too_short, mixed]:
    try:
        pipeline.create_pipeline(pipeline=attempt)
    except pipeline.exceptions.InvalidStructureException as error:
        print(error)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Both are refused: a pipeline has 2 to 50 stages, and the first one holds source actions only.
#
# </details>
#
# | The course text | Today |
# |---|---|
# | "Made of stages" | Holds. How many, and what stands in the first one, you have just seen. |
# | "Each stage can have sequential actions and / or parallel actions" | Holds: the `runOrder` of the actions decides. Notebook 06 shows it. |
# | "Stages examples: Build / Test / Deploy / Load Test / etc…" | Holds: names are free. |
# | "Manual approval can be defined at any stage" | Not quite: at any stage but the first. |
# | "Each pipeline stage can create ”artifacts”. Artifacts are passed stored in Amazon S3 and passed on to the next stage" | Not quite: **actions** make and take artifacts, not stages; any later action may take them, also in the same stage. They are zipped, encrypted with KMS and kept in S3. |

# %% [markdown]
# ## The revision of an execution
#
# A **revision** is the version of the source that an execution works on: here the id of a commit. **Predict**: is it the
# commit that raised the event, or the newest commit of the branch when the source action runs?

# %%
for summary in pipeline.list_pipeline_executions(pipelineName="web")[
    "pipelineExecutionSummaries"
]:
    revision = summary["sourceRevisions"][0]
    print(summary["status"], "·", revision["revisionId"][:8], revision["revisionSummary"])
print("newest commit of main:", newest[:8])

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Documented: a CodeCommit source action takes the **newest** commit of the branch at the moment it runs. Here each
# execution found another one, because your second push to `main` (the one with the triggers) came after the first source
# action.
#
# </details>

# %% [markdown]
# ## An approval
#
# Both executions are still in progress, and nothing moves. Ask the pipeline what it waits for.

# %%
state = pipeline.get_pipeline_state(name="web")
for stage in state["stageStates"]:
    for action in stage["actionStates"]:
        latest = action.get("latestExecution", {"status": "never run"})
        print(f"{stage['stageName']}/{action['actionName']}: {latest['status']}")
approval = state["stageStates"][2]["actionStates"][0]["latestExecution"]

# %% [markdown]
# The stage `Release` asks a person. The person got a mail with a link, and the API has a **token**: it names this very
# question, so that nobody answers yesterday's question today. **Predict** what happens with a wrong token.

# %%
answer = {"status": "Approved", "summary": "Looks right on a phone as well"}
question = {"pipelineName": "web", "stageName": "Release", "actionName": "Approve"}
try:
    pipeline.put_approval_result(
        **question, result=answer, token="00000000-0000-0000-0000-000000000000"
    )
except pipeline.exceptions.InvalidApprovalTokenException as error:
    print(error)

pipeline.put_approval_result(**question, result=answer, token=approval["token"])
cloud.run()
cloud.tables.actions[["stage", "action", "status", "started", "ended"]]

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# The wrong token was refused, and nothing came of it. With the right one, the first execution has gone through `Deploy`,
# and the second has come to `Release` meanwhile and waits there in its turn. A stage holds one execution at a time.
# Notebook 06 is about that.
#
# </details>
#
# ### Exercise: refuse the second
#
# Refuse the second execution (`Rejected`) with a reason of yours. You need the new token. Then run the check.

# %%
# state = pipeline.get_pipeline_state(name="web")
# token = …
# pipeline.put_approval_result(**question, result={"status": …, "summary": …}, token=token)
cloud.run()
cloud.expect(
    'pipelines[0].executions[*].status == `["Succeeded", "Failed"]`',
    "length(deployments) == `1`",
    hint="the token is in state['stageStates'][2]['actionStates'][0]['latestExecution'], as above",
)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# state = pipeline.get_pipeline_state(name="web")
# token = state["stageStates"][2]["actionStates"][0]["latestExecution"]["token"]
# pipeline.put_approval_result(**question, result={"status": "Rejected", "summary": "Too dark"}, token=token)
# ```
#
# </details>

# %% [markdown]
# ## Mails about the pipeline
#
# Two rules of the template make mails out of events: one for `SUCCEEDED`, one for `FAILED`. Here are all mails so far.

# %%
cloud.tables.notifications[["at", "endpoint", "subject"]]

# %%
succeeded = events.describe_rule(Name="web-succeeded")
target = events.list_targets_by_rule(Rule="web-succeeded")["Targets"][0]
print(succeeded["EventPattern"])
print(json.dumps(target["InputTransformer"], indent=2))

# %% [markdown]
# The *input transformer* makes a readable sentence of the event. Without it, the mail holds the whole event as JSON.
#
# | The course text | Today |
# |---|---|
# | "CodePipeline state changes happen in AWS CloudWatch Events, which can in return create SNS notifications." | Dated name: Amazon EventBridge. Pipelines, stages and actions each have their events. |
# | "Ex: you can create events for failed pipelines" | Holds; to be exact: the events come by themselves, what you create is a rule that matches them. |
# | "Ex: you can create events for cancelled stages" | Not quite: a stage becomes `CANCELED` when the definition of the pipeline is changed under a running execution. A stop by hand gives `STOPPED`. |
# | Question: "Your manager wants to receive emails when your CodePipeline fails" – "AWS CloudWatch Event Rule" | The rule is made in Amazon EventBridge now; a notification rule is a second right answer. |

# %% [markdown]
# ### Exercise: a mail at every start
#
# Your manager wants a mail whenever an execution **starts**, and no other mail. Make a rule for the state `STARTED`, with
# the topic `web-news` as its target. The check pushes once more and looks for the mail; then it holds your rule's pattern
# against the other states.

# %%
news = next(
    one["TopicArn"]
    for one in sns.list_topics()["Topics"]
    if one["TopicArn"].endswith(":web-news")
)
pattern = {
    "source": ["aws.codepipeline"],
    "detail-type": ["CodePipeline Pipeline Execution State Change"],
}
# events.put_rule(Name="web-started", EventPattern=json.dumps({**pattern, "detail": {…}}))
# events.put_targets(Rule="web-started", Targets=[{"Id": "news", "Arn": news}])

already = len(cloud.tables.notifications)
tip = codecommit.get_branch(repositoryName="web", branchName="main")["branch"]["commitId"]
codecommit.create_commit(
    repositoryName="web",
    branchName="main",
    parentCommitId=tip,
    authorName="alice",
    putFiles=[{"filePath": "src/news.md", "fileContent": f"# News after {tip[:8]}\n".encode()}],
)
cloud.run(for_="30s")
started_mails = [
    text for text in cloud.tables.notifications["message"][already:] if '"STARTED"' in text
]
start = next(
    event
    for event in moves
    if event["detail-type"] == pattern["detail-type"][0] and event["detail"]["state"] == "STARTED"
)
matched = [
    state
    for rule in events.list_rules(NamePrefix="web-started")["Rules"]
    for state in ["STARTED", "SUCCEEDED", "FAILED", "STOPPING", "STOPPED", "SUPERSEDED"]
    if events.test_event_pattern(
        EventPattern=rule["EventPattern"],
        Event=json.dumps({**start, "detail": {**start["detail"], "state": state}}),
    )["Result"]
]
if len(started_mails) == 1 and matched == ["STARTED"]:
    print("Solved.")
else:
    print(f"Not solved yet: {len(started_mails)} mails; states that the rule matches: {matched}")
    print("Hint: values in a pattern are lists: 'state': ['STARTED']")

# %% [markdown]
# ## When it stops, and who did what
#
# | The course text | Today |
# |---|---|
# | "If CodePipeline fails a stage, your pipeline stops and you can get information in the console" | Not quite: the **execution** stops in that stage. Actions that already run beside the failed one go on to their end. Then the stage is free, and a newer execution may enter it. |
# | "If Pipeline can’t perform an action, make sure the “IAM Service Role” attached does have enough permissions (IAM Policy)" | Holds. |
# | "AWS CloudTrail can be used to audit AWS API calls" | Holds: 90 days without further settings; records come some minutes late. |
# | Question: "Which AWS Services allow you to track and audit API calls made to and from CodePipeline?" – "AWS CloudTrail" | Holds. |
# | Question: "CodePipeline hasn’t deployed code … even though you’ve pushed code" – "CodeBuild probably failed some test." | Holds as the likeliest reason. A waiting approval, a closed transition or a superseded execution look alike from outside: the states of the stages tell them apart. |
#
# **AWS CloudTrail** writes down who called which operation, and when. To *audit* means to look that up.

# %%
records = cloud.result(audit=True)["audit"]
starts = ["StartPipelineExecution", "StartBuild", "PutApprovalResult", "CreateDeployment"]
rows = [
    (
        record["eventTime"][11:19],
        record["eventName"],
        record["userIdentity"]["arn"].split(":")[-1],
    )
    for record in records
    if record["eventName"] in starts
]
pd.DataFrame(rows, columns=["time", "operation", "who"])

# %% [markdown]
# You are `user/student`. The others are **roles**: the rule starts the pipeline with the role `StartRole`, the pipeline
# starts builds and deployments with `PipelineRole`. That is why the permissions of these roles matter.

# %% [markdown]
# ## CodeStar, and one place to see everything
#
# | The course text | Today |
# |---|---|
# | "CodeStar is an integrated solution that regroups: GitHub, CodeCommit, CodeBuild, CodeDeploy, CloudFormation, CodePipeline, CloudWatch" | Dated: CodeStar projects were discontinued on 31 July 2024. What they had made goes on in its own services. |
# | "Helps quickly create “CICD-ready” projects for EC2, Lambda, Beanstalk" | Dated, as above. A CloudFormation or CDK template takes that place: the `library` of this notebook is one. |
# | "Ability to integrate with Cloud9 to obtain a web IDE (not all regions)" | Dated: Cloud9 is closed to new customers too (since July 2024; not confirmed by a source here). |
# | "One dashboard to view all your components" | Dated. Today one combines the consoles, CloudWatch dashboards, rules and notification rules. |
# | "Free service, pay only for the underlying usage of other services. Limited customization." | Was true while it lasted. |
# | Question: "a one-stop dashboard for all the CICD needs of one of your projects" – "CodeStar" | Dated: no service of today is the same answer. |
#
# CodeConnections (once "CodeStar Connections") and notification rules are still there.
#
# For this notebook, one board shows it all. It plays the scenario `approval-given`: the same pipeline, with Bob as the
# approver. Its last part, *Mails*, is what people have got by the moment that the clock shows.

# %%
from sim.widgets import Flight

flight = Flight("approval-given")
flight.board()

# %% [markdown]
# ## Quiz

# %%
from quizzes.widget import quiz

quiz(
    ids=[
        "course-02-secrets-scan",
        "course-03-pr-mail",
        "glue-credentials",
        "glue-trigger-events",
        "pipeline-artifact-place",
        "course-05-cross-account",
        "course-08-audit",
        "course-16-now",
    ]
)

# %% [markdown]
# ## What is next
#
# [02 What a build does](02_what_a_build_does.ipynb): what happens inside the stage `Build`.
