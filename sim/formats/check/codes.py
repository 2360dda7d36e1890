"""Every code of a finding: how bad it is, what it means, and where that is written down.

The code in a reader is the last three figures; the letters before them say which kind of file: `BS` buildspec, `AP`
AppSpec, `PL` pipeline, `CF` template, `EP` event pattern, `IAM` policy, `SC` scenario, `YAML` any of them. Below 200 an
error: AWS refuses the file, or a build or deployment with it fails. From 200 a warning: AWS takes the file, and it
does not do what it seems to.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.problems import Severity

BUILDSPEC = "docs/behaviour/codebuild.md"
APPSPEC = "docs/behaviour/codedeploy.md"
PIPELINE = "docs/behaviour/codepipeline.md"
GLUE = "docs/behaviour/codecommit-and-glue.md"
TEMPLATES = "CloudFormation User Guide, template anatomy and intrinsic functions"
POLICIES = "IAM User Guide, grammar of the JSON policy language; IAM's answers MalformedPolicyDocument"
SCENARIO = "docs/scenario.md"
YAML = "libyaml, whose words CodeBuild answers with: docs/behaviour/codebuild.md §1.10"


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    severity: Severity
    title: str
    explanation: str
    source: str


def codes_of(prefix: str, source: str, rows: str) -> list[Code]:
    """`NNN title: explanation [§ of the source]`, one a line."""
    found = []
    for row in rows.strip().splitlines():
        number, _, rest = row.strip().partition(" ")
        title, _, explanation = rest.partition(": ")
        explanation, _, section = explanation.partition(" [")
        severity: Severity = "error" if int(number) < 200 else "warning"
        where = f"{source} {section.rstrip(']')}" if section else source
        found.append(Code(prefix + number, severity, title, explanation, where))
    return found


_ANY = """
101 not YAML: The text breaks YAML's rules; the message is the parser's own, as AWS answers it.
102 empty: There is nothing in the file, or only comments.
103 a key twice: A mapping has the same key two times, and one of the values would be lost.
104 too deep or too much: The file nests deeper, or holds more values, than any real one; aliases count in full.
105 too large: No file of these kinds may be so large at AWS.
106 a key that is no text: A key must be text; unquoted `{{name}}` and `[[ … ]]` are read as mappings and lists.
107 a merge of no mapping: `<<` takes the keys of a mapping over, and what stands there is none.
110 not JSON: The name ends in .json, and JSON's rules are stricter than YAML's.
111 not text: The file holds a NUL byte.
112 cannot be read: The operating system does not give the file, or it is a pipe.
113 not UTF-8: The bytes are UTF-16 or in some other encoding.
120 an alias inside itself: An alias stands for something that it is a part of.
121 half a character: An escape such as \\ud83d needs its second half.
201 a key twice, the last counts: AWS's parser takes the last value and says nothing of the others.
202 a tag without meaning: Short forms such as !Ref are CloudFormation's; here nobody replaces them.
203 not everything is shown: A file with very many findings shows the first of them only.
"""

_BUILDSPECS = """
001 the wrong kind of value: A mapping, list or text is due, and something else stands there. [§1.3]
101 no known version: `version: 0.2`, or 0.1, must be there. [§1.3]
102 a value that is no text: Variables, files and names must be text. [§1.4]
103 no phases: A build needs `phases`; only a batch does without. [§1.3]
104 an empty phase: A phase that is there must have something in it. [§1.6]
105 a phase without commands: pre_build, build and post_build need `commands` or `steps`. [§1.6]
106 no known on-failure: ABORT, CONTINUE, RETRY, RETRY-count up to 100, RETRY-regex or RETRY-count-regex. [§2.4]
107 runtime-versions without a runtime: The section needs at least one entry. [§1.6]
108 a command that is no text: Mostly an unquoted colon that turned the command into a mapping. [§1.6]
109 artifacts without files: `files` is due, but beside secondary artifacts. [§1.8]
110 a cache without paths: `paths` is due in the section. [§1.9]
111 too many fallback keys: A cache may have five. [§1.9]
112 no known cache action: restore or save; without it both. [§1.9]
113 a report without files: `files` is due in every report group. [§1.7]
114 no known report format: The format of test or coverage reports is one of a list. [§1.7]
115 too many report groups: A project may have five. [§1.7]
116 a secret that cannot be found: The reference is secret-id:json-key:version-stage:version-id. [§1.4]
117 a parameter without a name: The value under parameter-store is the name of a parameter. [§1.4]
120 not one kind of batch: One of build-list, build-graph, build-matrix and build-fanout, with builds in it. [§11.1]
121 a batch task without identifier: Every task of a list or graph needs one. [§11.1]
122 an identifier twice: Identifiers must be unique. [§11.1]
123 a task that waits for nobody: depend-on must name identifiers of the same graph. [§11.1]
124 tasks that wait for each other: A graph must have a beginning. [§11.1]
125 compute-type and fleet: One excludes the other. [§11.1]
126 a matrix in the wrong shape: static and dynamic hold what the grammar names, dynamic in lists. [§11.1]
127 a fan-out without parallelism: How many builds share the tests must be said. [§11.1]
128 not an identifier: Letters, digits and underscores, at most 127; DOWNLOAD_SOURCE is CodeBuild's own. [§11.1]
201 a key without meaning: What CodeBuild does with an unknown key is not documented; nothing comes of it. [§1.10]
202 an unknown phase: Phases are install, pre_build, build and post_build, inside `phases`; no other runs. [§1.6]
203 something empty: A list without entries, an entry without text or a section without content does nothing. [§1.10]
204 one text where a list is due: It counts as a list of one; several lines become one command. [§1.10]
205 no runtime chosen: A program runs in whatever version the image has by default. [§1.6]
206 a variable without value: It becomes the empty text. [§1.4]
207 a secret in the open: Plain variables stand in the repository, the console and the logs. [§1.4]
208 a variable inside a value: Values under env: variables are taken literally. [§1.4]
209 a reserved name: Names that begin with CODEBUILD_ are CodeBuild's own. [§1.4]
210 an export of nothing: Nothing sets the variable, or it can never be exported. [§1.4]
211 state that is lost: In version 0.1 every command has a shell of its own. [§1.2]
212 publishing after a failed build: post_build runs whether or not build failed, and what it calls is called. [§2.2]
213 an undocumented shell: bash, /bin/sh, powershell.exe and cmd.exe are documented. [§1.4]
214 not the default name: CodeBuild looks for buildspec.yml. [§1.1]
215 fallback keys without a key: They are ignored. [§1.9]
216 an unknown runtime: CodeBuild's images have a list of runtimes; docker is one of older images only. [§1.10]
217 half a command: Each entry of commands must be whole; an `if` or a loop ends in the entry it begins in. [§1.6]
218 a quote that is not closed: The shell finds no end of the command. [§1.6]
219 no known environment: CodeBuild has no such compute type, environment type or image. [§4.1, §4.2]
220 not of this version: 0.1 has environment_variables, plaintext, artifacts.type; 0.2 env, variables, batch. [§1.2]
221 no such version of a runtime: None of the images has it, in the list of the User Guide's as of 2026. [§1.6]
222 runtimes that exclude each other: Android on CodeBuild's images needs Java 8. [§1.6]
223 an entry inside another: A line with - that stands deeper than the entry above it is a piece of that text. [§1.3]
224 a negation that is lost: YAML takes a ! in front of an entry for a tag; the command stands in quotes. [§1.3]
225 a base directory twice: The paths of files start in base-directory already. [§1.8]
226 no variable of CodeBuild's: CodeBuild sets one of a like name, and none of this. [§3.1]
227 several commands in one line: Below `>` all lines become one; below `|` each stays one. [§1.3]
301 artifacts that nothing makes: No command makes the file, and it is not in the repository. [§1.8]
302 a buildspec that is not there: A batch task names a file that is not in the folder. [§11.1]
303 a file by another ending: A command takes a file whose name is there with another ending only. [§1.6]
304 bash on an image without: The image's sh is dash, and the command needs bash. [§1.4]
305 a report that lies elsewhere: A command writes the group's file into another folder than base-directory. [§1.7]
"""

_APPSPECS = """
001 the wrong kind of value: A mapping, list or text is due, and something else stands there. [§4.2]
003 an unknown event: The name is no lifecycle event of deployments to instances. [§4.2]
101 not version 0.0: There is no other, and for servers it stands without quotes. [§4.2]
102 no os: linux or windows must be named. [§4.2]
103 a value that is not known: The value must be one of a list. [§4.2]
104 a file without source: Every entry of files has a source. [§4.2]
105 a file without destination: Every entry of files has a destination. [§4.2]
106 permissions on windows: The section is for linux. [§4.2]
107 permissions without object: Every entry names the object it is for. [§4.2]
108 not a mode: One to four octal digits. [§4.2]
109 an event without scripts: DownloadBundle, Install and traffic events are not for scripts. [§2.1]
110 a script without location: Every script names its file. [§4.2]
111 not a timeout: A whole number of seconds above 0. [§4.2]
112 not a type: file and directory, in a list. [§4.2]
113 a context without type: An SELinux context needs its type. [§4.2]
114 not an access control entry: such as user:alice:rw; base entries belong into mode. [§4.2]
115 not an SELinux range: Sensitivities and categories, such as s0-s1:c0.c1023. [§4.2]
120 not one resource: A Lambda or ECS AppSpec deploys exactly one. [§4.6]
121 no known resource type: AWS::Lambda::Function or AWS::ECS::Service. [§4.6]
122 a property that is missing: The property is required. [§4.6, §4.7]
123 an unknown event: The name is no lifecycle event of deployments to Lambda or ECS. [§4.6, §4.7]
124 a hook that names no function: The value of a hook is the name or ARN of one Lambda function. [§4.6]
125 not a function version: Versions are positive whole numbers. [§4.6]
126 half a network: Subnets, SecurityGroups and AssignPublicIp: all three, or none. [§4.7]
127 not a capacity provider strategy: One provider may set Base, and not all weights are 0. [§4.7]
201 a key without meaning: The agent ignores it. [§4.2]
202 an event outside hooks: It is indented wrongly, and its scripts never run. [§4.2]
203 a mode that YAML changes: Without quotes, a number with a leading zero is read as octal. [§4.2]
204 no current version: The reference asks for it; a template of AWS's calls it optional. [§4.6]
207 not the agent's name: Hooks look for appspec.yml. [§4.1]
209 a file copied twice: Install fails on the second. [§4.3]
211 permissions on something else: Only what this deployment copied is touched. [§4.5]
213 an empty section: It can fail the deployment. [§4.1]
214 a user on windows: runas is for linux. [§4.2]
215 an event too long: The timeouts of its scripts together pass 3,600 seconds. [§3.4]
216 a timeout with a unit: The agent reads the number at its beginning, as seconds. [§4.2]
217 not a task definition's ARN: The value of TaskDefinition is an ARN. [§4.7]
218 a destination with the file's name: A destination is a folder, and the file keeps its own name. [§4.3]
301 a script that is not there: No such file is in the bundle's folder. [§4.2]
302 a source that is not there: Install fails. [§4.3]
303 what Install cannot do: A path twice, or permissions that do not fit what is copied. [§4.3, §4.5]
304 a task definition that stays: CodeDeployToECS fills in <TASK_DEFINITION>, and nothing else. [§4.7]
305 a container that is not there: The task definition has none of that name. [§4.7]
306 not in the artifacts: The build whose artifacts are deployed does not put it into them. [§4.1, §4.3]
307 a script with line ends of Windows: Linux finds no program for it, or other words in it. [§3.4]
308 a script without #!: A plain shell runs it, whatever it is written in. [§3.4]
309 a function that is not there: The template beside it makes a function of a like name. [§4.6]
310 an alias that is not there: The template beside it makes other aliases of the function. [§4.6]
"""

_PIPELINES = """
001 not a declaration: A pipeline is a mapping. [§2]
101 too few stages: There must be two. [§3, 1]
102 too many stages: At most 50. [§3, 2]
103 no source first: The first stage holds source actions only. [§3, 3]
104 a source later on: Source actions belong into the first stage. [§3, 4]
106 a stage name twice: Names of stages are unique. [§3, 6]
107 an action name twice: Names of actions are unique in their stage. [§3, 7]
108 an artifact made twice: Output artifacts are unique in the pipeline. [§3, 8]
109 an artifact from nowhere: An input must be the output of an action that comes before. [§3, 9]
110 no such action, or another number of artifacts: No such action type, or it takes more or fewer artifacts. [§3, 10]
111 the wrong configuration: A required key is missing, or a key is unknown. [§3, 11]
113 a namespace that is taken: Namespaces are unique and not reserved. [§3, 13]
114 not one artifact store: artifactStore or artifactStores, one of them. [§3, 14]
115 no store in a Region: Each Region of an action needs one. [§3, 15]
116 an action that cannot go abroad: Source, third-party and custom actions stay in the Region. [§3, 16]
117 no primary source: A CodeBuild action with several inputs names one. [§3, 17]
119 not for V1: The feature needs pipelineType V2. [§3, 19]
120 a variable from nowhere: An action that comes before must have that namespace. [§3, 20]
121 the wrong shape: A length, pattern, type or choice of the API is broken. [§3, 21]
122 a retry with conditions: onFailure may have one of them. [§3, 22]
123 an entry that cannot be skipped: SKIP needs rules of LambdaInvoke or VariableCheck. [§3, 23]
124 no rollback in parallel: PARALLEL mode has none. [§3, 24]
125 a configuration value that is wrong: The provider refuses it when the action runs. [§4.2]
126 a trigger in the wrong shape: Filters hold what the grammar names. [§20.1]
127 a result that a condition cannot have: An entry fails or is skipped; a success fails or is rolled back. [§2.3]
128 no rollback of sources: The stage with the sources cannot be rolled back. [§12]
129 not a rule of a condition: The provider is not there, or its configuration is another. [§12.1]
130 a variable declared twice: Names of the pipeline's variables are unique. [§2.1]
131 a variable that nothing sets: The action that uses it fails when it starts. [§19]
132 a clone that only CodeBuild reads: CODEBUILD_CLONE_REF is a reference, and no zip file. [§4.2]
133 no such Region: A slip in the name of one, or of a form that none has. [§2]
201 metadata: GetPipeline adds it, and UpdatePipeline does not take it. [§2]
202 a source that polls: Left out, PollForSourceChanges is true. [§20]
203 an artifact that nobody reads: Made and stored, and used by no action. [§18]
204 a silent approval: Without NotificationArn nobody hears of it. [§17]
205 a secret in the open: Configurations show in the console and in GetPipeline. [§4.2]
206 a secret that is not there: An update would store the asterisks, and takes no empty value. [§4.2]
207 the old GitHub source: It uses a personal token; connections replace it. [§4.2]
208 a trigger without DetectChanges "false": With filters, the source action must say so. [§20.1]
209 a timeout that is not for this action: timeoutInMinutes is for manual approvals only. [§2.4]
210 a key that this action does not read: Such as commands of an action that is no Commands action. [§2.4]
211 two ways to start: A source that polls beside an EventBridge rule starts the pipeline twice for a change. [§20]
212 no reference to a variable: A reference is #{namespace.key}; anything else stays as it is written. [§19]
213 a filter that nothing matches: Branches and tags are named without refs/heads/ and refs/tags/. [§20.1]
214 a pipeline that nothing starts: PollForSourceChanges is "false", and the template has no rule. [§20]
215 a Region that is not known here: The list is of 2026, and there may be new ones. [§2]
301 an output that no build makes: Of several outputs, each is a secondary artifact of its buildspec, by name. [§4.2]
302 a variable that no build exports: exported-variables of the buildspec lacks it, and who uses it fails. [§19]
303 an image that goes nowhere: The task definition lacks the placeholder that is to be filled in. [§4.2]
"""

_TEMPLATES = """
001 the wrong kind of value: A mapping, list or text is due, and something else stands there.
002 an output without Value: Each output has one.
003 an unknown section: A template has no such key at its top.
101 no resources: At least one member of Resources must be defined.
102 a parameter without Type: Each parameter has one.
103 a resource without Type: Each resource has one.
104 more than a template may hold: 500 resources, 200 parameters, mappings or outputs.
105 no known format version: 2010-09-09 is the only one.
106 not a logical id: Letters and digits only.
110 a parameter that is not there: In a run, the template has no parameter of that name.
111 a parameter without a value: In a run, it needs one, or a Default.
112 a value that is not allowed: A Default, or the value in a run, must be one of AllowedValues.
113 a value that does not match: A Default, or the value in a run, must match AllowedPattern as a whole.
114 not a number: A parameter of type Number takes numbers.
115 out of limits: MinLength, MaxLength, MinValue and MaxValue hold for a Default, and for the value in a run.
116 a value in a store: In a run, there is no Parameter Store to take it from.
117 no known parameter type: Such as String, Number or CommaDelimitedList.
118 not a regular expression: AllowedPattern is none.
119 not a plain value: A Default is text or a number; in a run, lists are taken too.
120 a macro: In a run, a template must be transformed first.
130 a condition that is not there: The name must stand under Conditions.
131 conditions in a circle: One needs the other.
132 not a condition: Fn::And, Fn::Or, Fn::Not, Fn::Equals or Condition.
133 not so many values: Fn::Equals compares two; Fn::Not takes one, the others two to ten.
134 a condition on a resource: Conditions are settled before there are any.
140 resources in a circle: CloudFormation cannot tell which to make first.
141 a DependsOn that is not there: It must name a resource of this template.
142 a reference to nothing: No resource or parameter has that name.
143 not an if: Fn::If takes the name of a condition and two values.
144 not an attribute: Fn::GetAtt takes a resource and an attribute.
145 not a substitution: Fn::Sub takes text, or text and a mapping.
146 a function that is not evaluated: In a run, give the value itself.
147 no such function: The name is not one of CloudFormation's.
148 not a reference: Ref takes a name.
149 no such attribute: The resource has no attribute of that name.
150 not so many values: The function takes a list of another length.
151 nothing to join or split: Fn::Join takes a text and a list, Fn::Split two texts.
152 not an index: Fn::Select counts from 0, up to one less than the list has entries.
153 not a look-up: Fn::FindInMap takes a map and two keys.
154 not in the mapping: The map, or the key in it, is not there.
155 a reference to what is left out: In a run, the resource has a condition that does not hold.
156 a function that is not alone: Every Fn::X object must have one entry.
157 a test outside Conditions: Resources use Fn::If.
158 a function that needs a transform: Write Transform AWS::LanguageExtensions.
160 a buildspec as a mapping: BuildSpec must be text.
161 half a pipeline project: Source and artifacts are both CODEPIPELINE, or neither.
162 out of range: Such as a TimeoutInMinutes that is not 5 to 2160, or a FLEET_PERCENT that is not 0 to 99.
163 a rule without a pattern: An event pattern or a schedule must be there.
164 not a schedule: rate(…) or cron(…) with six fields.
165 a value that is not known: The API has a list of values for the property.
166 no such deployment configuration: Names that begin with CodeDeployDefault. are CodeDeploy's own.
167 a role's name where its ARN is due: Ref gives the name of a role, Fn::GetAtt its ARN.
168 an ARN where a name is due: Fn::GetAtt gives the ARN of a role or bucket, Ref its name.
169 a property that is missing: The reference of the type, or of what stands inside it, calls it required.
170 no such resource type: A slip in the name of one, or of CodeBuild, CodeCommit, CodeDeploy, CodePipeline none.
171 a function without a value: Fn::Base64, Fn::ImportValue and Fn::Transform take one, and no list.
172 no such property: A slip in the name of one, or one that belongs to another level.
173 a name that depends on resources: Exports and imports are known before anything is made.
174 no such policy: A DeletionPolicy is Delete, Retain, RetainExceptOnCreate or Snapshot; not all resources have all.
175 not a name or an ARN: The characters, or the parts of the ARN, are others.
176 not an endpoint: Each protocol of a subscription has endpoints of its own kind.
177 a schedule on another bus: Only the default bus has schedules.
178 what a target is not given: One of Input (JSON), InputPath and InputTransformer; paths begin with $.
179 a target that cannot be: Its Arn is no ARN, or not that of a pipeline, project or function.
180 another compute platform: Server, Lambda and ECS have deployment configurations, types and needs of their own.
203 a macro: What it makes of the template is not known here, so names are not checked.
204 a key beside Type: CloudFormation has no use for it.
205 an undocumented parameter type: CommaDelimitedList is the list of texts that the reference names.
206 a name that nothing replaces: ${Name} stands for a value inside Fn::Sub only; judged of texts of one line.
207 a Ref that is not alone: Beside other keys it is no function, and its name stays as it is.
302 docker without privilege: The build finds no Docker daemon.
305 a secret in the open: Everybody who sees the project, or the template, sees it.
308 a target without a role: Pipelines, builds, state machines, streams and tasks need one.
309 a role that trusts somebody else: The service cannot take it on; a rule's target is EventBridge's.
310 a role without the permission: The action, build or target fails when it runs.
311 a buildspec that is not there: The project names a file that is not in the folder.
312 a nested template that is not there: TemplateURL names a file that is not in the folder.
313 a name where an ARN is due: Ref gives the name of a pipeline or project.
314 a name that nearly is one: The template makes a resource of a name that differs by a slip, or with this logical id.
315 a compute type of another environment: BUILD_LAMBDA types and Lambda environments go with each other only.
316 no such image: CodeBuild's own Linux images have a list of versions, here as of 2026.
317 not on Lambda compute: It has no privileged mode, cache, badge, time limits of one's own, VPC or file systems.
318 a retry that does not work: RETRY is for CodeBuild's own images on EC2 compute, on demand.
319 a secondary artifact that the project has not: Each identifier must be one of its SecondaryArtifacts.
320 a property or attribute that is not known here: The list is of 2026, and types get new ones.
321 a reference to something else: It gives the name of another type of resource, an id or an ARN; a name is due.
322 a call that is not sent: Rules hear of calls that only read in one state alone.
323 days by number: EventBridge counts from Sunday as 1, crontab from Monday.
324 a placeholder that nothing fills: InputPathsMap has no such key; marks of HTML are left alone.
325 a path that finds nothing: No event that the rule waits for has such a field, and the text stays empty.
326 a property of another compute platform: Instances are Server's, services ECS's; traffic shifts on Lambda and ECS.
327 an old spelling: AWS takes it still, and no document names it.
"""

_PATTERNS = """
001 not a pattern: A pattern is an object. [§13.2]
101 a value that is no list: Leaves of a pattern are arrays. [§13.2]
102 an empty list: Nothing could match. [§13.2]
103 an empty object: Nothing is asked. [§13.2]
104 not an operator: The operator is unknown, or takes something else. [§13.2]
105 not alternatives: $or takes two or more objects. [§13.2]
106 a list in a list: Values stand in one list. [§13.2]
107 not valid as a whole: Too many combinations, or an operator as a field inside $or. [§13.2]
108 too long: At most 4,096 characters. [§13.2]
201 longer than the quota: An account may use 2,048 characters. [§13.2]
202 a field that no event has: Nothing can match. [§13.1]
203 an event that is never sent: The source has no such detail type. [§10, §13]
204 a value that never is: Events spell states in capital letters, CodeCommit's as referenceUpdated. [§10, §13, §17]
205 a source that nobody is: Services send as aws.codepipeline; without aws. a source is an application's own. [§13.1]
206 a field that the event's detail has not: Nothing can match. [§10, §13]
207 a ref where a name is due: referenceName is main; referenceFullName is refs/heads/main. [§10]
208 a number for a text, or a text for a number: An account is text, and 5 does not match "5". [§13.1, §13.2]
209 a text that such a field never has: Accounts have 12 digits, names no stars, resources are ARNs. [§13.1]
210 an operator as a field: Outside a list, prefix and its like are names of fields, and no event has them. [§13.2]
211 a star that is a plain character: In prefix, suffix and equals-ignore-case; only wildcard knows stars. [§13.2]
212 a list that lets everything pass: One value is enough, and each anything-but lets the others' pass. [§13.2]
"""

_POLICIES = """
001 the wrong kind of value: A mapping, list or text is due, and something else stands there.
101 no known version: 2012-10-17, or the old 2008-10-17.
103 an unknown element: Names are case-sensitive.
104 no statement: A policy has at least one.
105 no effect: Allow or Deny, spelled so.
106 no action: Action or NotAction must be there.
107 one and its opposite: Action with NotAction, or Principal with NotPrincipal.
108 no resource: Resource or NotResource must be there, but in a policy of an ECR repository.
109 a resource and its opposite: Resource with NotResource.
110 a principal in an identity policy: Whom it is attached to is the principal.
111 a resource in a trust policy: It is about its own role.
112 no principal: Trust and resource policies name one.
113 an action without a service: Such as codebuild:StartBuild.
114 not an action: One colon, and before it a service.
115 not an ARN: A resource is an ARN or *; those of IAM and of buckets have no Region.
116 no such operator: Conditions compare with one of a list.
118 not a date: Dates are ISO 8601 or seconds.
119 a statement ID twice: They are unique in a policy.
120 not a statement ID: Letters and digits.
121 not a principal: AWS, Service, Federated or CanonicalUser, with what belongs to it.
123 not an action of a trust policy: AssumeRole and what goes with it.
201 the old version: In what a role or user may do: variables are not replaced, and managed policies do not take it.
202 a comparison that never holds: The value is not what the operator compares, or what the key never is.
203 everything allowed: Whoever has the policy is an administrator.
204 every role passed on: Whoever may pass every role may do what any role may.
205 a variable that stays: Version 2008-10-17 does not replace it.
206 no such action: Of services other than the developer tools, slips and operations without an action are told.
207 a resource of the wrong kind: Its ARN is of another service or type than the action, or no ARN that it has.
208 not an account: Accounts have 12 digits.
209 no such condition key: Of the global keys and those of a few services, slips are told; others are not judged.
210 a placeholder: NAME and BUCKET stand in the hints of these checks for names that only you know.
211 an Allow that a Deny takes back: A Deny without a condition that fits all of it always wins.
212 the wrong transport: aws:SecureTransport is true for HTTPS; a Deny of true lets HTTP pass.
213 too many statements: No policy of IAM is so long; the first 500 are looked at.
214 another way to take on a role: SAML and OIDC providers have actions of their own; all others AssumeRole.
301 a stage or an action that is not there: The pipeline of that name, in the same folder, has no such one.
"""

_SCENARIOS = """
001 the wrong kind of value: A mapping, list, text, number or duration is due, and something else stands there.
002 something is missing: The key is needed there.
003 an unknown key: Scenarios have no such key there.
010 not a distribution: A duration, or one of exponential, lognormal, uniform, triangular, normal, empirical.
011 not so many durations, or in no order: The distribution needs others.
020 no such folder: Paths start at the scenario's own folder.
021 a symbolic link: A repository holds files.
022 too large: A folder may hold 100 MB and 10,000 files.
023 no such template: Paths start at the scenario's own folder.
024 not a time: start is a date and a time.
025 nothing to enforce: The only thing that can be enforced is iam.
026 not a group: application/group.
027 a simulated resource in a template: Types that begin with Sim:: stand in scenarios only.
028 a file that cannot be read: The operating system does not give it.
029 not a quota: A whole number above 0.
030 not one action: A step does one thing.
031 no time: A step happens at a time, or every so often.
032 no end: What repeats must end.
033 a field that is missing: The step needs it.
034 not a verdict: Approved or Rejected.
035 not a state: Of an instance: stopped, terminated or running. Of an alarm: OK, ALARM or INSUFFICIENT_DATA.
036 a branch and a tag: A push is of one of them.
037 no time between: What repeats takes time.
038 not a folder of files: A git directory is no bundle.
039 not a way to push: https-git-credentials, ssh or git-remote-codecommit.
040 not one subject: A rule speaks of one thing.
041 not a regular expression: It is searched in the command.
042 no such hook or phase: The name is not one of them.
043 not a failure: true, a probability, or attempts.
044 not a count: Counts begin at 1.
045 nothing named: An empty list fits nothing.
046 not a probability: From 0 to 1.
047 nothing set: A rule must set something.
048 two names for one: on is the old spelling of instances.
049 not an exit code: Of a failure, from 1 to 255.
050 not JMESPath: Each line of expect is an expression.
051 not a need: vpc or internet.
052 no time between polls: An agent polls at intervals.
053 an unknown parameter: The template has no parameter of that name.
054 not a choice: Where sources conflict, one of the readings that the simulator knows.
055 a name without which nothing runs: The template makes no such repository or deployment group.
056 not a version: A version of an agent is numbers with dots between them, such as 1.8.1.
057 no such file to take away: `files` of an upload takes away what its folder holds.
090 not in this version: IAM policies are kept, and not enforced.
091 not in this version: The step needs a service that is not simulated.
092 not in this version: The rule speaks of something that is not simulated.
093 not in this version: The resource is not simulated.
303 a name that is nowhere: The template makes nothing of that name.
304 somebody whom nobody tells: No subscription of the template is theirs.
305 a name that no result has: An expectation of it fails, or says nothing; docs/result.md lists the names.
306 a value that never is: Statuses are AWS's own, with their capital letters.
"""


CODES: dict[str, Code] = {
    code.code: code
    for code in [
        *codes_of("YAML", YAML, _ANY),
        *codes_of("BS", BUILDSPEC, _BUILDSPECS),
        *codes_of("AP", APPSPEC, _APPSPECS),
        *codes_of("PL", PIPELINE, _PIPELINES),
        *codes_of("CF", TEMPLATES, _TEMPLATES),
        *codes_of("EP", GLUE, _PATTERNS),
        *codes_of("IAM", POLICIES, _POLICIES),
        *codes_of("SC", SCENARIO, _SCENARIOS),
    ]
}


KINDS = {
    "YAML": ("Any file", YAML),
    "BS": ("Buildspecs", BUILDSPEC),
    "AP": ("AppSpecs", APPSPEC),
    "PL": ("Pipelines", PIPELINE),
    "CF": ("CloudFormation templates", TEMPLATES),
    "EP": ("Event patterns", GLUE),
    "IAM": ("IAM policies", POLICIES),
    "SC": ("Scenarios", SCENARIO),
}
"""What the letters of a code stand for, and where what they say is written down."""

_NOT_CHECKED = {
    "BS": (
        "whether the shell and `run-as` fit the platform: the image is the project's (§1.3, §1.4)",
        "whether parameters and secrets are there, and names outside `/CodeBuild/` with a generated role (§1.4)",
        "`git-credential-helper` in webhook builds of public repositories (§1.4)",
        "the project's HTTP_PROXY, HTTPS_PROXY and NO_PROXY that `proxy` needs (§1.5)",
        "conflicts of runtimes other than Android and Java, and which image has which version (§1.6)",
        "RETRY on Lambda compute, fleets and images of one's own, but for inline buildspecs (§2.4)",
        "names and ARNs of report groups, and groups that the project has already (§1.7)",
        "`name` without semantic versioning, `enable-symlinks` without ZIP, `s3-prefix` without BUILD_ID (§1.8)",
        "identifiers of secondary artifacts against the project's, but for inline buildspecs (§1.8)",
        "files that collide under `discard-paths` (§1.8)",
        "expressions in the cache's `key`, and paths of a local cache that are no directories (§1.9)",
        "the restrictions of the project's batch configuration: compute types, fleets, number of builds (§11.2)",
        "`steps` of a phase, which the reference does not describe",
    ),
}
"""What the reference says of a kind of file and no code stands for, by the letters of its codes."""

_INTRODUCTION = """\
# `codesuite check`

```sh
codesuite check .                                # all files of a repository that are of a kind known here
codesuite check ci/build.yml --as buildspec      # a file whose name and content do not say what it is
codesuite check . --select BS,AP --ignore BS205  # by codes, or by what codes begin with
codesuite check . --format github                # beside the lines of a pull request; also json, sarif
```

Each finding is `path:line:column: error CODE message`, and below it what to write instead. In a folder, files are
also held against each other. The command exits with 1 when there is an error, with 2 when it was asked something
impossible, and else with 0: warnings are no failure.

As a hook of pre-commit, name this project's repository in `.pre-commit-config.yaml` with `id: codesuite-check`.

The hook looks at the files that change, each by itself: hold a folder's files against each other in CI. Files of other
programs, and files that Jinja, Helm, ERB or Terraform fill in, pass without a word. But a .json or .yml file that is
named and that the system does not give, or that breaks JSON's or YAML's rules, is an error; the others are checked
beside it. Of a file that is too large or in another encoding, only what shows its kind is told.
pre-commit installs the whole project once, about 130 packages and 670 MB; the check alone needs PyYAML, Typer and
JMESPath, 30 MB. Where `codesuite` is installed already, a hook of your own starts without another copy:

```yaml
- repo: local
  hooks:
    - {id: codesuite-check, name: codesuite check, entry: codesuite check, language: system, types_or: [yaml, json]}
```

An error is what AWS refuses, or what fails when it is used: its codes are below 200. A warning is what AWS takes
although it does not do what it seems to: its codes are from 200. Codes that say "in a run" come from `codesuite run`.

A file may have at most 1 MB, and must be UTF-8. Macros of templates are not carried out: what they make of a template
is not looked at. Nested templates are looked at as the files they are, imported values are taken as given. Properties
of resources are looked into only as far as these tables tell; cfn-lint knows them all.

The tables are made by `python -m sim.formats.check > docs/checks.md`, from the same place that the command has its
codes from.
"""


def markdown(others: dict[str, Code] | None = None, kinds: dict[str, tuple[str, str]] | None = None) -> str:
    """docs/checks.md: how the command is used, and the tables of all codes, also those of `others`."""
    lines = [_INTRODUCTION]
    known = CODES | (others or {})
    for prefix, (kind, source) in (KINDS | (kinds or {})).items():
        lines += [f"## {kind} ({prefix})", "", f"Source: {source}.", "", "| code | | what | why |", "|---|---|---|---|"]
        codes = (code for code in known.values() if code.code.rstrip("0123456789") == prefix)
        for code in sorted(codes, key=lambda code: code.code):
            section = code.source.removeprefix(source).strip()
            why = f"{code.explanation} ({section})" if section else code.explanation
            cells = (code.code, code.severity, code.title, why)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        if prefix in _NOT_CHECKED:
            lines += ["", "Not checked, as the file alone does not tell, or nobody has written down what happens:", ""]
            lines += [f"- {one}" for one in _NOT_CHECKED[prefix]]
        lines.append("")
    return "\n".join(lines)
