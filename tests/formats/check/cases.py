"""For each code the smallest file that triggers it. A clean file of each kind triggers none."""

from __future__ import annotations

from textwrap import dedent

from tests.formats.check.pipelines import build, declaration, to_bucket, to_ecs


def _text(text: str) -> str:
    return dedent(text).lstrip("\n")


BUILD = "version: 0.2\nphases: {build: {commands: [make]}}\n"


def _buildspec(more: str) -> str:
    return BUILD + _text(more)


def _phase(more: str, phase: str = "build") -> str:
    """A buildspec whose phase holds these lines."""
    lines = "".join(f"    {line}\n" for line in _text(more).splitlines())
    return f"version: 0.2\nphases:\n  {phase}:\n{lines}"


def _appspec(more: str) -> str:
    return "version: 0.0\nos: linux\n" + _text(more)


def _lambda(properties: str, hooks: str = "") -> str:
    return f"version: 0.0\nResources:\n  - f: {{Type: AWS::Lambda::Function, Properties: {{{properties}}}}}\n{hooks}"


def _ecs(properties: str) -> str:
    return f"version: 0.0\nResources:\n  - s: {{Type: AWS::ECS::Service, Properties: {{{properties}}}}}\n"


FUNCTION = "Name: f, Alias: live, CurrentVersion: '1', TargetVersion: '2'"
TASK = "'arn:aws:ecs:us-east-1:123456789012:task-definition/web:3'"
SERVICE = f"TaskDefinition: {TASK}, LoadBalancerInfo: {{ContainerName: web, ContainerPort: 80}}"


def _template(resources: str, more: str = "") -> str:
    return "Resources:\n" + "".join(f"  {line}\n" for line in _text(resources).splitlines()) + _text(more)


TWO_STARTS = """Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: arn:aws:iam::123456789012:role/pipeline
      ArtifactStore: {Type: S3, Location: artifacts}
      Stages:
        - Name: Source
          Actions:
            - Name: Code
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration: {RepositoryName: web, BranchName: main, PollForSourceChanges: "true"}
              OutputArtifacts: [{Name: Src}]
        - Name: Build
          Actions:
            - Name: Make
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: web}
              InputArtifacts: [{Name: Src}]
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit], detail-type: [CodeCommit Repository State Change]}
      Targets:
        - Id: pipeline
          Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
          RoleArn: arn:aws:iam::123456789012:role/events
"""


def _value(value: str, more: str = "") -> str:
    """A template with a bucket whose name is written so."""
    return _template(f"B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {value}}}}}", more)


def _project(properties: str, more: str = "") -> str:
    return _template(f"P: {{Type: AWS::CodeBuild::Project, Properties: {{{properties}}}}}\n" + _text(more))


WHOLE = (
    "Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: 'aws/codebuild/standard:7.0'}, "
    "Source: {Type: NO_SOURCE, BuildSpec: ci/build.yml}, Artifacts: {Type: NO_ARTIFACTS}, "
)
"""All that a project needs, but for its role."""


READS = "ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], "


def _group(properties: str, more: str = "") -> str:
    return _template(f"G: {{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {{{properties}}}}}\n" + _text(more))


def _rule(properties: str) -> str:
    return _template(f"R: {{Type: AWS::Events::Rule, Properties: {{{properties}}}}}")


def _policy(statement: str, version: str = "2012-10-17") -> str:
    return f'{{"Version": "{version}", "Statement": [{{{statement}}}]}}'


ALLOW = '"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"'
TRUST = '"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"'


def action(
    name: str,
    type: str,
    configuration: str = "",
    inputs: str = "",
    outputs: str = "",
    more: str = "",
    owner: str = "AWS",
) -> str:
    category, provider = type.split("/")
    ins = ", ".join(f"{{name: {one}}}" for one in inputs.split())
    outs = ", ".join(f"{{name: {one}}}" for one in outputs.split())
    id = f"{{category: {category}, owner: {owner}, provider: {provider}, version: '1'}}"
    return (
        f"{{name: {name}, actionTypeId: {id}, configuration: {{{configuration}}}, "
        f"inputArtifacts: [{ins}], outputArtifacts: [{outs}]{', ' if more else ''}{more}}}"
    )


COMMIT = "RepositoryName: web, BranchName: main, PollForSourceChanges: 'false'"
SOURCE = action("Get", "Source/CodeCommit", COMMIT, "", "Src")
DEPLOY = action("Ship", "Deploy/CodeDeploy", "ApplicationName: a, DeploymentGroupName: g", "Src")
STORE = "artifactStore: {type: S3, location: my-bucket}\n"


def pipeline(*stages: str, more: str = STORE) -> str:
    """A declaration with these stages, each `Name: [actions]` or a whole mapping."""
    text = "name: p\nroleArn: arn:aws:iam::123456789012:role/p\n" + more + "stages:\n"
    for stage in stages:
        text += f"  - {stage}\n"
    return text


def stage(name: str, *actions: str, more: str = "") -> str:
    return f"{{name: {name}, actions: [{', '.join(actions)}]{', ' if more else ''}{more}}}"


FIRST = stage("Source", SOURCE)
LAST = stage("Deploy", DEPLOY)
V2 = STORE + "pipelineType: V2\n"
RETRY = "onFailure: {result: RETRY, conditions: [{result: FAIL, rules: []}]}"


def _rules_of(provider: str) -> str:
    return f"[{{name: r, ruleTypeId: {{category: Rule, owner: AWS, provider: {provider}, version: '1'}}}}]"


def _condition(section: str, result: str, provider: str = "LambdaInvoke") -> str:
    return f"{section}: {{conditions: [{{result: {result}, rules: {_rules_of(provider)}}}]}}"


SAM = """\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12}}
Resources:
  Function:
    Type: AWS::Serverless::Function
    IgnoreGlobals: ['*']
    Connectors: {Store: {Properties: {Destination: {Id: Bucket}, Permissions: [Read]}}}
    Properties:
      DeploymentPreference: {Type: Canary10Percent5Minutes, Alarms: [!Ref Alarm]}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {Dimensions: [{Name: FunctionName, Value: !Ref Function}]}
  Bucket: {Type: AWS::S3::Bucket}
"""

CLEAN: dict[str, tuple[str, str]] = {
    "buildspec": ("buildspec.yml", BUILD),
    "buildspec with secondary artifacts only": (
        "buildspec.yml",
        _buildspec("artifacts: {secondary-artifacts: {a: {files: ['**/*'], base-directory: cdk.out}}}"),
    ),
    "buildspec with steps": ("buildspec.yml", _phase("steps: [{run: make}]")),
    "appspec": ("appspec.yml", _appspec("files: [{source: /, destination: /srv/web}]\n")),
    "appspec for Lambda": ("appspec.yaml", _lambda(FUNCTION, "Hooks: [{BeforeAllowTraffic: check}]\n")),
    "appspec for ECS": ("appspec.yaml", _ecs(SERVICE)),
    "appspec in JSON": (
        "appspec.json",
        '{"version": "0.0", "Resources": [{"f": {"Type": "AWS::Lambda::Function", "Properties": {"Name": "f", '
        '"Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}}}]}',
    ),
    "appspec with access control entries": (
        "appspec.yml",
        _appspec(
            "files: [{source: /, destination: /srv}]\n"
            "permissions: [{object: /srv, acls: ['m::rwx', 'mask:7', 'bob:rwx', 'd:bob:r', 'd:u::rwx', 'd:g::rx', "
            "'d:o::r', 'd:m::rwx', 'u:alice:rw', 'default:group:staff:5']}]\n"
        ),
    ),
    "pipeline": ("pipeline.yml", pipeline(FIRST, LAST)),
    "template": ("template.yml", _value("!Sub '${AWS::StackName}-web'")),
    "template with a circle that no condition makes": (
        "template.yml",
        _template(
            "A: {Type: AWS::S3::Bucket, Properties: {BucketName: !If [Left, !Ref B, a]}}\n"
            "B: {Type: AWS::S3::Bucket, Properties: {BucketName: !If [Left, b, !Ref A]}}",
            "Parameters: {P: {Type: String}}\nConditions: {Left: !Equals [!Ref P, left]}\n",
        ),
    ),
    "template with Lambda functions of a macro": ("template.yml", SAM),
    "template for a deployment of blue and green": (
        "template.yml",
        _value("b", "Transform: AWS::CodeDeployBlueGreen\nHooks: {Shift: {Type: AWS::CodeDeploy::BlueGreen}}\n"),
    ),
    "eventpattern": ("pattern.json", '{"source": ["aws.codebuild"], "detail": {"build-status": ["FAILED"]}}'),
    "policy": ("policy.json", _policy(ALLOW)),
    "trust policy": ("trust.json", _policy(TRUST)),
    "policy of a repository": ("ecr.json", _policy(TRUST.replace("sts:AssumeRole", "ecr:BatchGetImage"))),
    "template with a repository": (
        "template.yml",
        _template(
            "R: {Type: AWS::ECR::Repository, Properties: {RepositoryPolicyText: {Version: 2012-10-17, Statement: "
            "[{Effect: Allow, Principal: '*', Action: 'ecr:BatchGetImage'}]}}}"
        ),
    ),
    "template with documents as text": (
        "template.yml",
        _template(
            'E: {Type: AWS::Events::Rule, Properties: {EventPattern: \'{"source": ["aws.codebuild"]}\'}}\n'
            f"P: {{Type: AWS::CodeBuild::Project, Properties: {{{WHOLE}ServiceRole: !GetAtt R.Arn}}}}\n"
            "R: {Type: AWS::IAM::Role, Properties: {" + READS + "AssumeRolePolicyDocument: "
            f"'{_policy(TRUST.replace('codebuild.', 'codebuild.us-east-1.'))}'}}}}"
        ),
    ),
    "template with a loop over conditions": (
        "template.yml",
        _value(
            "!If [IsDev, a, b]",
            "Transform: AWS::LanguageExtensions\nParameters: {S: {Type: String}}\n"
            "Conditions: {Fn::ForEach::Each: [N, [Dev, Prod], {'Is${N}': !Equals [!Ref S, !Ref N]}]}\n",
        ),
    ),
    "template with an output of another stack": (
        "template.yml",
        _value("{Fn::GetStackOutput: {StackName: net, OutputName: Bucket}}"),
    ),
    "policy for every action": ("policy.json", _policy('"Effect": "Deny", "Action": "*:*", "Resource": "*"')),
    "scenario": ("scenario.yml", "title: t\nResources: {B: {Type: AWS::S3::Bucket}}\ntimeline: []\n"),
}
"""What -> (name, text) of a file in which nothing is found."""

Case = tuple[str, str | bytes]

CASES: dict[str, Case] = {
    # Any kind
    "YAML101": ("buildspec.yml", "version: 0.2\nphases:\n\tbuild:\n"),
    "YAML102": ("buildspec.yml", "# nothing yet\n"),
    "YAML103": ("buildspec.yml", BUILD + "version: 0.2\n"),
    "YAML104": ("buildspec.yml", "version: 0.2\nphases: " + "[" * 200 + "]" * 200),
    "YAML105": ("buildspec.yml", BUILD + "#" * 1_100_000),
    "YAML106": ("appspec.yml", "version: 0.0\nos: linux\nfiles: {{name}}: x\n"),
    "YAML107": ("buildspec.yml", BUILD + "env: {<<: text}\n"),
    "YAML120": ("buildspec.yml", BUILD + "env: &a {variables: *a}\n"),
    "YAML121": ("event-pattern.json", '{"source": ["\\ud83d"]}'),
    "YAML110": ("event-pattern.json", '{"source": ["aws.codebuild"], "detail": {"a": ["b"]},}'),
    "YAML111": ("buildspec.yml", b"version: 0.2\nphases:\0\n" + b" " * 40),
    "YAML113": ("buildspec.yml", BUILD.encode("utf-16")),
    "YAML201": ("appspec.yml", _appspec("files: []\nfiles: []\n")),
    "YAML202": ("appspec.yml", _lambda(FUNCTION.replace("'1'", "!GetAtt f.Version"))),
    "YAML203": ("buildspec.yml", BUILD + "".join(f"key{n}: x\n" for n in range(300))),
    # Buildspecs
    "BS001": ("buildspec.yml", "version: 0.2\nphases: []\n"),
    "BS101": ("buildspec.yml", "version: 0.3\nphases: {build: {commands: [make]}}\n"),
    "BS102": ("buildspec.yml", _buildspec("env: {variables: {A: [1]}}")),
    "BS103": ("buildspec.yml", "version: 0.2\n"),
    "BS104": ("buildspec.yml", "version: 0.2\nphases:\n  pre_build:\n  build: {commands: [make]}\n"),
    "BS105": ("buildspec.yml", _phase("on-failure: ABORT")),
    "BS106": ("buildspec.yml", _phase("on-failure: STOP\ncommands: [make]")),
    "BS107": ("buildspec.yml", _phase("runtime-versions: {}", "install")),
    "BS108": ("buildspec.yml", _phase('commands:\n  - echo "result: good"\n')),
    "BS109": ("buildspec.yml", _buildspec("artifacts: {name: x}")),
    "BS110": ("buildspec.yml", _buildspec("cache: {key: x}")),
    "BS116": ("buildspec.yml", _buildspec("env: {secrets-manager: {A: 'secret:key:AWSCURRENT:11aa'}}")),
    "BS117": ("buildspec.yml", _buildspec("env: {parameter-store: {A: ''}}")),
    "BS113": ("buildspec.yml", _buildspec("reports: {unit: {file-format: JUNITXML}}")),
    "BS114": ("buildspec.yml", _buildspec("reports: {unit: {files: [a.xml], file-format: JUNIT}}")),
    "BS115": ("buildspec.yml", _buildspec(f"reports: {{{', '.join(f'r{n}: {{files: [a]}}' for n in range(6))}}}")),
    "BS111": ("buildspec.yml", _buildspec("cache: {paths: [a], key: k, fallback-keys: [a, b, c, d, e, f]}")),
    "BS112": ("buildspec.yml", _buildspec("cache: {paths: [a], action: keep}")),
    "BS120": ("buildspec.yml", _buildspec("batch: {fast-fail: true}")),
    "BS121": ("buildspec.yml", _buildspec("batch: {build-list: [{env: {image: x}}]}")),
    "BS122": ("buildspec.yml", _buildspec("batch: {build-list: [{identifier: a}, {identifier: a}]}")),
    "BS123": ("buildspec.yml", _buildspec("batch: {build-graph: [{identifier: a, depend-on: [b]}]}")),
    "BS124": (
        "buildspec.yml",
        _buildspec("batch: {build-graph: [{identifier: a, depend-on: [b]}, {identifier: b, depend-on: [a]}]}"),
    ),
    "BS125": (
        "buildspec.yml",
        _buildspec("batch: {build-list: [{identifier: a, env: {fleet: f, compute-type: BUILD_GENERAL1_SMALL}}]}"),
    ),
    "BS126": ("buildspec.yml", _buildspec("batch: {build-matrix: {dynamic: {buildspec: one.yml}}}")),
    "BS127": ("buildspec.yml", _buildspec("batch: {build-fanout: {ignore-failure: no}}")),
    "BS128": ("buildspec.yml", _buildspec("batch: {build-list: [{identifier: on-linux}]}")),
    "BS201": ("buildspec.yml", _buildspec("artefacts: {files: [a]}")),
    "BS202": ("buildspec.yml", _buildspec("post_build: {commands: [make]}")),
    "BS203": ("buildspec.yml", _phase("commands:\n  # - make")),
    "BS204": ("buildspec.yml", _phase("commands: make")),
    "BS205": ("buildspec.yml", _phase("commands: [npm ci]")),
    "BS206": ("buildspec.yml", _buildspec("env: {variables: {A: }}")),
    "BS207": ("buildspec.yml", _buildspec("env: {variables: {DB_PASSWORD: hunter22}}")),
    "BS208": ("buildspec.yml", _buildspec('env: {variables: {PATH: "$PATH:/opt/bin"}}')),
    "BS209": ("buildspec.yml", _buildspec("env: {variables: {CODEBUILD_SRC: x}}")),
    "BS210": ("buildspec.yml", _buildspec("env: {exported-variables: [TAG]}")),
    "BS211": ("buildspec.yml", "version: 0.1\nphases: {build: {commands: [cd src, make]}}\n"),
    "BS212": (
        "buildspec.yml",
        "version: 0.2\nphases: {build: {commands: [make]}, post_build: {commands: [docker push web]}}\n",
    ),
    "BS213": ("buildspec.yml", _buildspec("env: {shell: powershell}")),
    "BS214": ("buildspec.yaml", BUILD),
    "BS215": ("buildspec.yml", _buildspec("cache: {paths: [a], fallback-keys: [b]}")),
    "BS216": ("buildspec.yml", _phase("runtime-versions: {node: 20}\ncommands: [make]", "install")),
    "BS217": ("buildspec.yml", _phase("commands:\n  - if [ -f a ]; then\n  - make\n  - fi\n")),
    "BS218": ("buildspec.yml", _phase("commands:\n  - echo it's done\n")),
    "BS219": (
        "buildspec.yml",
        _buildspec("batch: {build-list: [{identifier: a, env: {compute-type: BUILD_GENERAL1_TINY}}]}"),
    ),
    "BS220": ("buildspec.yml", _buildspec("artifacts: {type: zip, files: [a]}")),
    "BS221": ("buildspec.yml", _phase("runtime-versions: {python: 3.99}\ncommands: [make]", "install")),
    "BS222": ("buildspec.yml", _phase("runtime-versions: {android: 29, java: corretto11}", "install")),
    "BS224": ("buildspec.yml", _phase("commands:\n  - ! grep -q x f")),
    "BS223": ("buildspec.yml", _phase("commands:\n  - make\n    - make test")),
    "BS225": ("buildspec.yml", _buildspec("artifacts: {base-directory: out, files: ['out/**/*']}")),
    "BS226": ("buildspec.yml", _phase("commands: [test $CODEBUILD_BUILD_SUCCEEDED = 1]")),
    "BS227": ("buildspec.yml", _phase("commands:\n  - >\n    export A=b\n    echo $A")),
    # AppSpecs
    "AP001": ("appspec.yml", _appspec("files: text")),
    "AP101": ("appspec.yml", "version: 0.1\nos: linux\n"),
    "AP102": ("appspec.yml", "version: 0.0\nfiles: []\n"),
    "AP103": ("appspec.yml", "version: 0.0\nos: macos\nfiles: []\n"),
    "AP104": ("appspec.yml", _appspec("files: [{destination: /srv}]")),
    "AP105": ("appspec.yml", _appspec("files: [{source: a}]")),
    "AP106": ("appspec.yml", "version: 0.0\nos: windows\npermissions: [{object: a}]\n"),
    "AP107": ("appspec.yml", _appspec("permissions: [{mode: 755}]")),
    "AP108": ("appspec.yml", _appspec("permissions: [{object: /, mode: u+x}]")),
    "AP109": ("appspec.yml", _appspec("hooks: {Install: [{location: a.sh}]}")),
    "AP110": ("appspec.yml", _appspec("hooks: {AfterInstall: [{timeout: 10}]}")),
    "AP111": ("appspec.yml", _appspec("hooks: {AfterInstall: [{location: a.sh, timeout: 0}]}")),
    "AP003": ("appspec.yml", _appspec("hooks: {AfterInstal: [{location: a.sh}]}")),
    "AP112": ("appspec.yml", _appspec("permissions: [{object: /, type: [files]}]")),
    "AP114": ("appspec.yml", _appspec("permissions: [{object: /, acls: ['u::rw']}]")),
    "AP115": ("appspec.yml", _appspec("permissions: [{object: /, context: {type: t, range: many}}]")),
    "AP113": ("appspec.yml", _appspec("permissions: [{object: /, context: {range: s0}}]")),
    "AP120": ("appspec.yml", "version: 0.0\nResources: []\n"),
    "AP121": ("appspec.yml", "version: 0.0\nResources: [{f: {Type: AWS::S3::Bucket}}]\n"),
    "AP122": ("appspec.yml", _lambda("Name: f, CurrentVersion: '1', TargetVersion: '2'")),
    "AP125": ("appspec.yml", _lambda(FUNCTION.replace("'2'", "latest"))),
    "AP126": (
        "appspec.yml",
        _ecs(SERVICE + ", NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [subnet-1]}}"),
    ),
    "AP127": (
        "appspec.yml",
        _ecs(SERVICE + ", CapacityProviderStrategy: [{CapacityProvider: a, Weight: 0}]"),
    ),
    "AP124": ("appspec.yml", _lambda(FUNCTION, "Hooks: [{BeforeAllowTraffic: [{location: a.sh}]}]\n")),
    "AP123": ("appspec.yml", _lambda(FUNCTION, "Hooks: [{AfterInstall: check}]\n")),
    "AP201": ("appspec.yml", _appspec("hooks: {AfterInstall: [{location: a.sh, arguments: x}]}")),
    "AP202": ("appspec.yml", _appspec("AfterInstall: [{location: a.sh}]")),
    "AP203": (
        "appspec.yml",
        _appspec("files: [{source: /, destination: /srv}]\npermissions: [{object: /srv, mode: 0644}]"),
    ),
    "AP204": ("appspec.yml", _lambda("Name: f, Alias: live, TargetVersion: '2'")),
    "AP207": ("appspec.yaml", _appspec("files: []")),
    "AP209": ("appspec.yml", _appspec("files: [{source: a, destination: /b}, {source: a, destination: /b/}]")),
    "AP211": ("appspec.yml", _appspec("files: [{source: /, destination: /srv}]\npermissions: [{object: /etc/web}]")),
    "AP213": ("appspec.yml", _appspec("hooks:\n")),
    "AP214": ("appspec.yml", "version: 0.0\nos: windows\nhooks: {AfterInstall: [{location: a.ps1, runas: x}]}\n"),
    "AP215": (
        "appspec.yml",
        _appspec(
            "hooks: {AfterInstall: [{location: a.sh, timeout: 3000}, {location: b.sh, timeout: 601}, {location: c.sh}]}"
        ),
    ),
    "AP216": ("appspec.yml", _appspec("hooks: {AfterInstall: [{location: a.sh, timeout: 30m}]}")),
    "AP217": ("appspec.yml", _ecs("TaskDefinition: web, LoadBalancerInfo: {ContainerName: web, ContainerPort: 80}")),
    "AP218": ("appspec.yml", _appspec("files: [{source: a.conf, destination: /etc/a.conf}]")),
    # Pipelines
    "PL001": ("pipeline.yml as pipeline", "pipeline: []\n"),
    "PL101": ("pipeline.yml", pipeline(FIRST)),
    "PL102": (
        "pipeline.yml",
        pipeline(FIRST, *(stage(f"S{n}", action("Wait", "Approval/Manual", "NotificationArn: t")) for n in range(50))),
    ),
    "PL103": ("pipeline.yml", pipeline(stage("Source", SOURCE, action("W", "Approval/Manual")), LAST)),
    "PL104": (
        "pipeline.yml",
        pipeline(FIRST, stage("D", DEPLOY, action("Again", "Source/CodeCommit", COMMIT, "", "Two"))),
    ),
    "PL106": ("pipeline.yml", pipeline(FIRST, LAST, LAST)),
    "PL107": ("pipeline.yml", pipeline(FIRST, stage("D", DEPLOY, DEPLOY))),
    "PL108": (
        "pipeline.yml",
        pipeline(stage("Source", SOURCE, action("Two", "Source/CodeCommit", COMMIT, "", "Src")), LAST),
    ),
    "PL109": ("pipeline.yml", pipeline(FIRST, stage("D", DEPLOY.replace("{name: Src}", "{name: Built}")))),
    "PL110": ("pipeline.yml", pipeline(FIRST, stage("D", action("Ship", "Deploy/Rocket", "", "Src")))),
    "PL111": ("pipeline.yml", pipeline(FIRST, stage("D", action("Ship", "Deploy/CodeDeploy", "", "Src")))),
    "PL113": (
        "pipeline.yml",
        pipeline(stage("Source", action("Get", "Source/CodeCommit", COMMIT, "", "Src", "namespace: variables")), LAST),
    ),
    "PL114": ("pipeline.yml", pipeline(FIRST, LAST, more="")),
    "PL115": (
        "pipeline.yml",
        pipeline(
            FIRST,
            stage("Deploy", DEPLOY.replace("name: Ship,", "name: Ship, region: eu-west-1,")),
            more="artifactStores: {us-east-1: {type: S3, location: my-bucket}}\n",
        ),
    ),
    "PL117": (
        "pipeline.yml",
        pipeline(
            stage("Source", SOURCE, action("Two", "Source/CodeCommit", COMMIT, "", "Other")),
            stage("Build", action("Make", "Build/CodeBuild", "ProjectName: p", "Src Other")),
        ),
    ),
    "PL119": ("pipeline.yml", pipeline(FIRST, LAST, more=STORE + "pipelineType: V1\nexecutionMode: QUEUED\n")),
    "PL120": (
        "pipeline.yml",
        pipeline(FIRST, stage("D", DEPLOY.replace("ApplicationName: a", "ApplicationName: '#{Build.APP}'"))),
    ),
    "PL121": ("pipeline.yml", pipeline(FIRST, LAST).replace("name: p\n", "name: p p\n")),
    "PL122": (
        "pipeline.yml",
        pipeline(FIRST, stage("Deploy", DEPLOY, more=RETRY.replace("[]", _rules_of("LambdaInvoke"))), more=V2),
    ),
    "PL123": (
        "pipeline.yml",
        pipeline(
            FIRST,
            stage(
                "Deploy",
                DEPLOY,
                more=f"beforeEntry: {{conditions: [{{result: SKIP, rules: {_rules_of('DeploymentWindow')}}}]}}",
            ),
            more=V2,
        ),
    ),
    "PL124": (
        "pipeline.yml",
        pipeline(
            FIRST, stage("Deploy", DEPLOY, more="onFailure: {result: ROLLBACK}"), more=V2 + "executionMode: PARALLEL\n"
        ),
    ),
    "PL125": (
        "pipeline.yml",
        pipeline(
            FIRST,
            stage("B", action("Make", "Build/CodeBuild", "ProjectName: p, EnvironmentVariables: 'A=1'", "Src")),
        ),
    ),
    "PL126": (
        "pipeline.yml",
        pipeline(
            FIRST,
            LAST,
            more=V2
            + "triggers: [{providerType: CodeStarSourceConnection, gitConfiguration: {sourceActionName: Get}}]\n",
        ),
    ),
    "PL201": (
        "pipeline.yml",
        "metadata: {}\npipeline:\n" + "".join(f"  {line}\n" for line in pipeline(FIRST, LAST).splitlines()),
    ),
    "PL202": ("pipeline.yml", pipeline(FIRST, LAST).replace(", PollForSourceChanges: 'false'", "")),
    "PL203": (
        "pipeline.yml",
        pipeline(FIRST, stage("B", action("Make", "Build/CodeBuild", "ProjectName: p", "Src", "Out")), LAST),
    ),
    "PL204": ("pipeline.yml", pipeline(FIRST, stage("A", action("Ask", "Approval/Manual")), LAST)),
    "PL205": (
        "pipeline.yml",
        pipeline(
            FIRST,
            stage(
                "B",
                action(
                    "Make",
                    "Build/CodeBuild",
                    """ProjectName: p, EnvironmentVariables: '[{"name": "API_TOKEN", "value": "abcd1234"}]'""",
                    "Src",
                ),
            ),
        ),
    ),
    "PL206": (
        "pipeline.yml",
        pipeline(
            stage(
                "Source",
                action(
                    "Get",
                    "Source/GitHub",
                    "Owner: o, Repo: r, Branch: b, OAuthToken: '****', PollForSourceChanges: 'false'",
                    "",
                    "Src",
                    owner="ThirdParty",
                ),
            ),
            LAST,
        ),
    ),
    "PL207": (
        "pipeline.yml",
        pipeline(
            stage(
                "Source",
                action(
                    "Get",
                    "Source/GitHub",
                    "Owner: o, Repo: r, Branch: b, OAuthToken: '{{resolve}}', PollForSourceChanges: 'false'",
                    "",
                    "Src",
                    owner="ThirdParty",
                ),
            ),
            LAST,
        ),
    ),
    "PL208": (
        "pipeline.yml",
        pipeline(
            stage(
                "Source",
                action(
                    "Get",
                    "Source/CodeStarSourceConnection",
                    "ConnectionArn: 'arn:aws:codeconnections:us-east-1:123456789012:connection/a', "
                    "FullRepositoryId: o/r, BranchName: main",
                    "",
                    "Src",
                ),
            ),
            LAST,
            more=V2
            + "triggers: [{providerType: CodeStarSourceConnection, gitConfiguration: "
            + "{sourceActionName: Get, push: [{branches: {includes: [main]}}]}}]\n",
        ),
    ),
    "PL209": (
        "pipeline.yml",
        pipeline(FIRST, stage("D", DEPLOY.replace("{name: Ship,", "{name: Ship, timeoutInMinutes: 10,"))),
    ),
    "PL127": ("pipeline.yml", pipeline(FIRST, stage("Deploy", DEPLOY, more=_condition("beforeEntry", "ROLLBACK")))),
    "PL128": (
        "pipeline.yml",
        pipeline(stage("Source", SOURCE, more="onFailure: {result: ROLLBACK}"), LAST, more=V2),
    ),
    "PL129": ("pipeline.yml", pipeline(FIRST, stage("Deploy", DEPLOY, more=_condition("onSuccess", "FAIL", "Alarm")))),
    "PL130": ("pipeline.yml", pipeline(FIRST, LAST, more=V2 + "variables: [{name: a}, {name: a}]\n")),
    "PL131": (
        "pipeline.yml",
        pipeline(FIRST, stage("D", DEPLOY.replace("ApplicationName: a", "ApplicationName: '#{codepipeline.Id}'"))),
    ),
    "PL132": (
        "pipeline.yml",
        pipeline(stage("Source", SOURCE.replace("main,", "main, OutputArtifactFormat: CODEBUILD_CLONE_REF,")), LAST),
    ),
    "PL133": (
        "pipeline.yml",
        pipeline(FIRST, stage("D", DEPLOY.replace("{name: Ship,", "{name: Ship, region: us-esat-1,"))),
    ),
    "PL214": ("template.yml", TWO_STARTS[: TWO_STARTS.index("  Rule:")].replace('"true"', '"false"')),
    "PL215": (
        "pipeline.yml",
        pipeline(FIRST, stage("D", DEPLOY.replace("{name: Ship,", "{name: Ship, region: us-east-9,"))),
    ),
    "PL210": (
        "pipeline.yml",
        pipeline(FIRST, stage("D", DEPLOY.replace("{name: Ship,", "{name: Ship, commands: [ls],"))),
    ),
    "PL211": ("template.yml", TWO_STARTS),
    "PL212": (
        "pipeline.yml",
        pipeline(
            FIRST,
            stage("D", DEPLOY.replace("ApplicationName: a", "ApplicationName: '#{App}'")),
            more=V2 + "variables: [{name: App, defaultValue: a}]\n",
        ),
    ),
    "PL213": (
        "pipeline.yml",
        pipeline(
            FIRST,
            LAST,
            more=V2
            + "triggers: [{providerType: CodeStarSourceConnection, gitConfiguration: {sourceActionName: Get, "
            + "push: [{branches: {includes: [refs/heads/main]}}]}}]\n",
        ),
    ),
    # Templates
    "CF105": ("template.yml", "AWSTemplateFormatVersion: 2010-9-9\n" + _value("b")),
    "CF165": ("template.yml", _project("Environment: {ComputeType: BUILD_GENERAL1_TINY}")),
    "CF327": ("template.yml", _project("Environment: {Type: linuxContainer}")),
    "CF166": ("template.yml", _group("DeploymentConfigName: CodeDeployDefault.OneAtTime")),
    "CF180": (
        "template.yml",
        _group(
            "ApplicationName: !Ref A, DeploymentConfigName: CodeDeployDefault.ECSAllAtOnce",
            "A: {Type: AWS::CodeDeploy::Application, Properties: {ComputePlatform: Lambda}}",
        ),
    ),
    "CF326": (
        "template.yml",
        _group(
            "ApplicationName: !Ref A, AutoScalingGroups: [web]",
            "A: {Type: AWS::CodeDeploy::Application, Properties: {ComputePlatform: Lambda}}",
        ),
    ),
    "CF167": ("template.yml", _group("ServiceRoleArn: !Ref R", "R: {Type: AWS::IAM::Role}")),
    "CF168": (
        "template.yml",
        _template(
            "I: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!GetAtt R.Arn]}}\nR: {Type: AWS::IAM::Role}"
        ),
    ),
    "CF169": ("template.yml", _rule("ScheduleExpression: rate(1 hour), Targets: [{Arn: a}]")),
    "CF313": (
        "template.yml",
        _project(
            "Name: p",
            "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 hour), "
            "Targets: [{Id: a, Arn: !Ref P, RoleArn: r}]}}\n",
        ),
    ),
    "CF206": ("template.yml", _value("'${AWS::StackName}-x'")),
    "CF205": ("template.yml", _value("b", "Parameters: {P: {Type: List<String>}}\n")),
    "CF001": ("template.yml", _template("B: {Type: AWS::S3::Bucket, Properties: text}")),
    "CF003": ("template.yml", _value("b", "Resource: {}\n")),
    "CF101": ("template.yml", "AWSTemplateFormatVersion: '2010-09-09'\n"),
    "CF102": ("template.yml", _value("b", "Parameters: {P: {Default: x}}\n")),
    "CF103": ("template.yml", _template("A: {Type: AWS::S3::Bucket}\nB: {Properties: {}}")),
    "CF117": ("template.yml", _value("b", "Parameters: {P: {Type: Text}}\n")),
    "CF106": ("template.yml", _template("my-bucket: {Type: AWS::S3::Bucket}")),
    "CF002": ("template.yml", _value("b", "Outputs: {O: {Description: x}}\n")),
    "CF104": ("template.yml", _template("".join(f"B{n}: {{Type: AWS::S3::Bucket}}\n" for n in range(501)))),
    "CF112": ("template.yml", _value("b", "Parameters: {P: {Type: String, Default: c, AllowedValues: [a, b]}}\n")),
    "CF130": ("template.yml", _value("!If [Prod, a, b]")),
    "CF131": ("template.yml", _value("b", "Conditions: {A: !Not [!Condition A]}\n")),
    "CF132": ("template.yml", _value("b", "Conditions: {A: yes}\n")),
    "CF133": ("template.yml", _value("b", "Conditions: {A: !Equals [a]}\n")),
    "CF134": ("template.yml", _value("b", "Conditions: {A: !Equals [!Ref B, b]}\n")),
    "CF140": (
        "template.yml",
        _template("A: {Type: AWS::S3::Bucket, DependsOn: B}\nB: {Type: AWS::S3::Bucket, DependsOn: A}"),
    ),
    "CF141": ("template.yml", _template("B: {Type: AWS::S3::Bucket, DependsOn: C}")),
    "CF142": ("template.yml", _value("!Ref Name")),
    "CF143": ("template.yml", _value("!If [Prod, a]")),
    "CF153": ("template.yml", _value("!FindInMap [M, a]")),
    "CF113": ("template.yml", _value("b", "Parameters: {P: {Type: String, Default: A1, AllowedPattern: '[a-z]+'}}\n")),
    "CF114": ("template.yml", _value("b", "Parameters: {P: {Type: Number, Default: many}}\n")),
    "CF115": ("template.yml", _value("b", "Parameters: {P: {Type: String, Default: abc, MinLength: 5}}\n")),
    "CF119": ("template.yml", _value("b", "Parameters: {P: {Type: CommaDelimitedList, Default: [a, b]}}\n")),
    "CF118": ("template.yml", _value("b", "Parameters: {P: {Type: String, AllowedPattern: '['}}\n")),
    "CF144": ("template.yml", _value("!GetAtt B")),
    "CF145": ("template.yml", _value("!Sub [a]")),
    "CF147": ("template.yml", _value("!Concat [a, b]")),
    "CF148": ("template.yml", _value("{Ref: [a]}")),
    "CF150": ("template.yml", _value("!Join [a]")),
    "CF151": ("template.yml", _value("!Join ['-', text]")),
    "CF152": ("template.yml", _value("!Select [first, [a]]")),
    "CF154": ("template.yml", _value("!FindInMap [M, a, b]")),
    "CF158": ("template.yml", _value("{Fn::Length: [a]}")),
    "CF156": ("template.yml", _value("{Fn::Sub: a, Other: b}")),
    "CF157": ("template.yml", _value("!Equals [a, b]")),
    "CF203": ("template.yml", _value("b", "Transform: AWS::Serverless-2016-10-31\n")),
    "CF204": ("template.yml", _template("B: {Type: AWS::S3::Bucket, Description: x}")),
    "CF160": ("template.yml", _project("Source: {Type: NO_SOURCE, BuildSpec: {version: 0.2}}")),
    "CF302": (
        "template.yml",
        _project(
            'Source: {BuildSpec: "version: 0.2\\nphases: {build: {commands: [docker build .]}}"}, '
            "Environment: {Image: x}"
        ),
    ),
    "CF161": ("template.yml", _project("Source: {Type: CODEPIPELINE}, Artifacts: {Type: S3}")),
    "CF162": ("template.yml", _project("TimeoutInMinutes: 3")),
    "CF170": ("template.yml", _template("P: {Type: AWS::CodeBuild::Projekt}")),
    "CF173": ("template.yml", _value("b", "Outputs: {O: {Value: a, Export: {Name: !Ref B}}}\n")),
    "CF174": ("template.yml", _template("B: {Type: AWS::S3::Bucket, DeletionPolicy: Keep}")),
    "CF207": ("template.yml", _value("{Ref: 'AWS::Region', Other: b}")),
    "CF175": ("template.yml", _template("R: {Type: AWS::IAM::Role, Properties: {RoleName: my role}}")),
    "CF176": (
        "template.yml",
        _template("T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: email, Endpoint: ops}]}}"),
    ),
    "CF321": (
        "template.yml",
        _group("ApplicationName: !Ref B", "B: {Type: AWS::S3::Bucket}"),
    ),
    "CF172": ("template.yml", _project("Source: {Type: NO_SOURCE, Buildspec: a.yml}")),
    "CF320": ("template.yml", _project("Colour: red")),
    "CF171": ("template.yml", _value("{Fn::ImportValue: }")),
    "CF317": (
        "template.yml",
        _project("Environment: {Type: LINUX_LAMBDA_CONTAINER, ComputeType: BUILD_LAMBDA_1GB, PrivilegedMode: true}"),
    ),
    "CF318": (
        "template.yml",
        _project(
            "Environment: {Image: 'node:22'}, Source: "
            '{BuildSpec: \'{"version": 0.2, "phases": {"build": {"on-failure": "RETRY", "commands": ["make"]}}}\'}'
        ),
    ),
    "CF319": (
        "template.yml",
        _project(
            'Artifacts: {Type: NO_ARTIFACTS}, Source: {BuildSpec: \'{"version": 0.2, "phases": {"build": '
            '{"commands": ["make"]}}, "artifacts": {"secondary-artifacts": {"docs": {"files": ["a"]}}}}\'}'
        ),
    ),
    "CF314": (
        "template.yml",
        _template(
            "A: {Type: AWS::CodeDeploy::Application, Properties: {ApplicationName: webshop}}\n"
            "G: {Type: AWS::CodeDeploy::DeploymentGroup, Properties: {ApplicationName: webshpo}}"
        ),
    ),
    "CF316": ("template.yml", _project("Environment: {Image: 'aws/codebuild/standard:9.9'}")),
    "CF315": ("template.yml", _project("Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_LAMBDA_1GB}")),
    "CF305": (
        "template.yml",
        _project("Environment: {EnvironmentVariables: [{Name: API_TOKEN, Value: abcd1234}]}"),
    ),
    "CF163": ("template.yml", _rule("State: ENABLED")),
    "CF164": ("template.yml", _rule("ScheduleExpression: rate(1 hours)")),
    "CF177": ("template.yml", _rule("ScheduleExpression: rate(1 hour), EventBusName: own")),
    "CF178": (
        "template.yml",
        _rule("ScheduleExpression: rate(1 hour), Targets: [{Id: a, Arn: 'arn:aws:sns:us-east-1:1:t', Input: hello}]"),
    ),
    "CF179": ("template.yml", _rule("ScheduleExpression: rate(1 hour), Targets: [{Id: a, Arn: topic}]")),
    "CF322": (
        "template.yml",
        _rule("EventPattern: {detail-type: [AWS API Call via CloudTrail], detail: {eventName: [GetPipeline]}}"),
    ),
    "CF324": (
        "template.yml",
        _rule(
            "EventPattern: {source: [my.app]}, Targets: [{Id: a, Arn: 'arn:aws:sns:us-east-1:123456789012:topic', "
            "InputTransformer: {InputPathsMap: {a: $.detail.a, b: $.detail.b}, InputTemplate: '\"<order> has <a>\"'}}]"
        ),
    ),
    "CF325": (
        "template.yml",
        _rule(
            "EventPattern: {source: [aws.codepipeline]}, Targets: [{Id: a, "
            "Arn: 'arn:aws:sns:us-east-1:123456789012:topic', InputPath: $.detail.status}]"
        ),
    ),
    "CF323": ("template.yml", _rule("ScheduleExpression: cron(0 9 ? * 1-5 *)")),
    "CF308": (
        "template.yml",
        _rule(
            "ScheduleExpression: rate(1 hour), Targets: [{Id: a, Arn: !Sub 'arn:aws:codepipeline:${AWS::Region}:1:p'}]"
        ),
    ),
    "CF309": (
        "template.yml",
        _project(
            "ServiceRole: !GetAtt R.Arn",
            "R: {Type: AWS::IAM::Role, Properties: {" + READS + "AssumeRolePolicyDocument: "
            "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, "
            "Principal: {Service: ec2.amazonaws.com}}]}}}\n",
        ),
    ),
    "CF310": (
        "template.yml",
        _project(
            "ServiceRole: !GetAtt R.Arn",
            "R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: "
            "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, "
            "Principal: {Service: codebuild.amazonaws.com}}]}}}\n",
        ),
    ),
    "IAM110": (
        "template.yml",
        _template(
            "P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Version: 2012-10-17, Statement: "
            "{Effect: Allow, Principal: '*', Action: 's3:*', Resource: '*'}}}}"
        ),
    ),
    "IAM111": (
        "template.yml",
        _template(
            "R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: "
            "{Effect: Allow, Principal: '*', Action: 'sts:AssumeRole', Resource: '*'}}}}"
        ),
    ),
    # Event patterns
    "EP001": ("event-pattern.json", "[]"),
    "EP101": ("event-pattern.json", '{"source": "aws.codebuild"}'),
    "EP102": ("event-pattern.json", '{"source": []}'),
    "EP103": ("event-pattern.json", '{"detail": {}}'),
    "EP104": ("event-pattern.json", '{"source": [{"prefx": "aws."}]}'),
    "EP105": ("event-pattern.json", '{"$or": [{"source": ["a"]}]}'),
    "EP106": ("event-pattern.json", '{"source": [["a"]]}'),
    "EP107": ("event-pattern.json", '{"detail": {"$or": [{"prefix": ["a"]}, {"b": ["c"]}]}}'),
    "EP108": ("event-pattern.json", f'{{"source": ["{"a" * 5000}"]}}'),
    "EP201": ("event-pattern.json", f'{{"source": ["{"a" * 3000}"]}}'),
    "EP202": ("event-pattern.json", '{"source": ["a"], "detailType": ["b"]}'),
    "EP203": ("event-pattern.json", '{"source": ["aws.codebuild"], "detail-type": ["CodeBuild State Change"]}'),
    "EP204": (
        "event-pattern.json",
        '{"detail-type": ["CodePipeline Pipeline Execution State Change"], "detail": {"state": ["Failed"]}}',
    ),
    "EP205": ("event-pattern.json", '{"source": ["codepipeline"]}'),
    "EP206": (
        "event-pattern.json",
        '{"detail-type": ["CodePipeline Pipeline Execution State Change"], "detail": {"stage": ["Build"]}}',
    ),
    "EP207": (
        "event-pattern.json",
        '{"detail-type": ["CodeCommit Repository State Change"], "detail": {"referenceName": ["refs/heads/main"]}}',
    ),
    "EP208": ("event-pattern.json", '{"source": ["aws.s3"], "account": [123456789012]}'),
    "EP209": ("event-pattern.json", '{"source": ["aws.s3"], "account": ["1234-5678-9012"]}'),
    "EP210": ("event-pattern.json", '{"source": ["aws.codepipeline"], "detail": {"pipeline": {"prefix": ["web-"]}}}'),
    "EP212": (
        "event-pattern.json",
        '{"source": ["my.app"], "detail": {"state": [{"anything-but": "A"}, {"anything-but": "B"}]}}',
    ),
    "EP211": ("event-pattern.json", '{"source": ["aws.codepipeline"], "detail": {"pipeline": [{"prefix": "web-*"}]}}'),
    # Policies
    "IAM001": ("policy.json", '{"Version": "2012-10-17", "Statement": ["a"]}'),
    "IAM101": ("policy.json", _policy(ALLOW, "2012-10-18")),
    "IAM103": ("policy.json", _policy(ALLOW + ', "effect": "Allow"')),
    "IAM104": ("policy.json", '{"Version": "2012-10-17", "Statement": []}'),
    "IAM105": ("policy.json", _policy(ALLOW.replace("Allow", "allow"))),
    "IAM106": ("policy.json", _policy('"Effect": "Allow", "Resource": "*"')),
    "IAM107": ("policy.json", _policy(ALLOW + ', "NotAction": "s3:PutObject"')),
    "IAM108": ("policy.json", _policy('"Effect": "Allow", "Action": "s3:GetObject"')),
    "IAM109": ("policy.json", _policy(ALLOW + ', "NotResource": "*"')),
    "IAM112": (
        "policy.json",
        f'{{"Version": "2012-10-17", "Statement": [{{{TRUST}}}, {{"Effect": "Allow", "Action": "sts:AssumeRole"}}]}}',
    ),
    "IAM113": ("policy.json", _policy(ALLOW.replace("s3:GetObject", "GetObject"))),
    "IAM114": ("policy.json", _policy(ALLOW.replace("s3:GetObject", "s3:Get:Object"))),
    "IAM115": ("policy.json", _policy(ALLOW.replace('"*"', '"my-bucket"'))),
    "IAM116": ("policy.json", _policy(ALLOW + ', "Condition": {"StringEqual": {"aws:username": "a"}}')),
    "IAM118": ("policy.json", _policy(ALLOW + ', "Condition": {"DateLessThan": {"aws:CurrentTime": "soon"}}')),
    "IAM119": ("policy.json", _policy(f'"Sid": "A", {ALLOW}}}, {{"Sid": "A", {ALLOW}')),
    "IAM120": ("policy.json", _policy(f'"Sid": "read it", {ALLOW}')),
    "IAM121": ("policy.json", _policy(TRUST.replace("codebuild.amazonaws.com", "codebuild"))),
    "IAM123": ("policy.json", _policy(TRUST.replace('"sts:AssumeRole"', '["sts:AssumeRole", "s3:GetObject"]'))),
    "IAM201": ("policy.json", f'{{"Statement": [{{{ALLOW}}}]}}'),
    "IAM202": ("policy.json", _policy(ALLOW + ', "Condition": {"Bool": {"aws:SecureTransport": "yes"}}')),
    "IAM203": ("policy.json", _policy('"Effect": "Allow", "Action": "*", "Resource": "*"')),
    "IAM204": ("policy.json", _policy('"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"')),
    "IAM206": ("policy.json", _policy(ALLOW.replace("s3:GetObject", "codebuild:StartBuilds"))),
    "IAM207": ("policy.json", _policy(ALLOW.replace('"*"', '"arn:aws:s3:::b"'))),
    "IAM208": ("policy.json", _policy(ALLOW.replace('"*"', '"arn:aws:sns:us-east-1:1234:t"'))),
    "IAM210": ("policy.json", _policy(ALLOW.replace('"*"', '"arn:aws:s3:::BUCKET/*"'))),
    "IAM211": (
        "policy.json",
        f'{{"Version": "2012-10-17", "Statement": [{{{ALLOW}}}, {{{ALLOW.replace("Allow", "Deny")}}}]}}',
    ),
    "IAM212": (
        "policy.json",
        _policy(ALLOW.replace("Allow", "Deny") + ', "Condition": {"Bool": {"aws:SecureTransport": "true"}}'),
    ),
    "IAM213": ("policy.json", _policy("}, {".join([ALLOW] * 501))),
    "IAM214": ("policy.json", _policy(TRUST.replace('"sts:AssumeRole"', '"sts:AssumeRoleWithSAML"'))),
    "IAM209": ("policy.json", _policy(ALLOW + ', "Condition": {"StringEquals": {"aws:SourceAcount": "123456789012"}}')),
    "IAM205": (
        "policy.json",
        _policy(ALLOW.replace('"*"', '"arn:aws:s3:::b/${aws:username}/*"'), "2008-10-17"),
    ),
}
"""Code -> (name, text) of a file that triggers it."""


HOOK = _appspec("hooks: {AfterInstall: [{location: scripts/start.sh}]}")

TWO_OUTPUTS = declaration(build("App Site"), to_bucket("App", "One"), to_bucket("Site", "Two"))
SECONDARY = "artifacts: {secondary-artifacts: {App: {files: ['**/*']}, Site: {files: ['**/*']}}}\n"
TAGGED = to_bucket("Out", ObjectKey="#{B.TAG}")
IMAGED = declaration(build(), to_ecs(Image1ArtifactName="Out", Image1ContainerName="IMAGE"))


def _shop(taskdef: str) -> str:
    properties = f"{{TaskDefinition: '{taskdef}', LoadBalancerInfo: {{ContainerName: web, ContainerPort: 80}}}}"
    return f"version: 0.0\nResources:\n  - S: {{Type: AWS::ECS::Service, Properties: {properties}}}\n"


_SOURCES = "version: 0.2\nphases: {build: {commands: [source ./names.sh]}}\n"
_COPIES = "version: 0.2\nphases: {build: {commands: [mkdir out, cp appspec.yaml out/]}}\n"
_CODE = "Code: {S3Bucket: b, S3Key: k}, Role: 'arn:aws:iam::123456789012:role/f', Handler: i.h, Runtime: python3.13"
_LIVE = "FunctionName: !Ref F, FunctionVersion: !GetAtt V.Version, Name: live"
HOOKED = f"""Resources:
  F: {{Type: AWS::Lambda::Function, Properties: {{{_CODE}, FunctionName: f}}}}
  Check: {{Type: AWS::Lambda::Function, Properties: {{{_CODE}, FunctionName: CodeDeployHook_check}}}}
  V: {{Type: AWS::Lambda::Version, Properties: {{FunctionName: !Ref F}}}}
  Live: {{Type: AWS::Lambda::Alias, Properties: {{{_LIVE}}}}}
"""
"""A function with an alias, and the hook of its deployments."""

PIPELINE_WEB = declaration(build("One Two"), to_bucket("One"), to_bucket("Two"))
APPROVES = _policy(
    '"Effect": "Allow", "Action": "codepipeline:PutApprovalResult", '
    '"Resource": "arn:aws:codepipeline:eu-west-1:123456789012:web/STAGE/ACTION"'
)

_REPORTED = (
    "version: 0.2\nphases: {build: {commands: [pytest --junitxml=reports/unit.xml]}}\n"
    "reports: {unit: {files: [unit.xml], base-directory: %s}}\n"
)
FOLDERS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "AP301": ({"appspec.yml": HOOK, "start.sh": ""}, {"appspec.yml": HOOK, "scripts/start.sh": ""}),
    "AP302": (
        {"appspec.yml": _appspec("files: [{source: web, destination: /srv}]")},
        {"appspec.yml": _appspec("files: [{source: web, destination: /srv}]"), "web/index.html": ""},
    ),
    "AP303": (
        {"appspec.yml": _appspec("files: [{source: w, destination: /a}, {source: w/x, destination: /a}]"), "w/x": ""},
        {"appspec.yml": _appspec("files: [{source: w, destination: /a}, {source: w/x, destination: /b}]"), "w/x": ""},
    ),
    "AP304": (
        {"pipeline.json": declaration(build(), to_ecs()), "appspec.yaml": _shop("arn:aws:ecs:x:1:task-definition/w:1")},
        {"pipeline.json": declaration(build(), to_ecs()), "appspec.yaml": _shop("<TASK_DEFINITION>")},
    ),
    "AP305": (
        {"appspec.yml": _shop("<TASK_DEFINITION>"), "taskdef.json": '{"containerDefinitions": [{"name": "shop"}]}'},
        {"appspec.yml": _shop("<TASK_DEFINITION>"), "taskdef.json": '{"containerDefinitions": [{"name": "web"}]}'},
    ),
    "PL301": (
        {"pipeline.json": TWO_OUTPUTS, "buildspec.yml": BUILD + "artifacts: {files: [app]}\n"},
        {"pipeline.json": TWO_OUTPUTS, "buildspec.yml": BUILD + SECONDARY},
    ),
    "PL302": (
        {"pipeline.json": declaration(build(namespace="B"), TAGGED), "buildspec.yml": BUILD},
        {
            "pipeline.json": declaration(build(namespace="B"), TAGGED),
            "buildspec.yml": BUILD + "env: {variables: {TAG: a}, exported-variables: [TAG]}\n",
        },
    ),
    "PL303": (
        {"pipeline.json": IMAGED, "taskdef.json": '{"containerDefinitions": [{"name": "web", "image": "web:1"}]}'},
        {"pipeline.json": IMAGED, "taskdef.json": '{"containerDefinitions": [{"name": "web", "image": "<IMAGE>"}]}'},
    ),
    "AP306": (
        {"appspec.yml": HOOK, "scripts/start.sh": "", "buildspec.yml": BUILD + "artifacts: {files: [appspec.yml]}\n"},
        {"appspec.yml": HOOK, "scripts/start.sh": "", "buildspec.yml": BUILD + "artifacts: {files: ['**/*']}\n"},
    ),
    "AP307": (
        {"appspec.yml": HOOK, "scripts/start.sh": "#!/bin/sh\r\nls\r\n"},
        {"appspec.yml": HOOK, "scripts/start.sh": "#!/bin/sh\nls\n"},
    ),
    "AP308": (
        {"appspec.yml": HOOK, "scripts/start.sh": "if [[ -d /srv ]]; then ls; fi\n"},
        {"appspec.yml": HOOK, "scripts/start.sh": "#!/bin/bash\nif [[ -d /srv ]]; then ls; fi\n"},
    ),
    "AP309": (
        {"appspec.yml": _lambda(FUNCTION, "Hooks: [{BeforeAllowTraffic: check}]\n"), "template.yml": HOOKED},
        {
            "appspec.yml": _lambda(FUNCTION, "Hooks: [{BeforeAllowTraffic: CodeDeployHook_check}]\n"),
            "template.yml": HOOKED,
        },
    ),
    "AP310": (
        {"appspec.yml": _lambda(FUNCTION.replace("live", "Live")), "template.yml": HOOKED},
        {"appspec.yml": _lambda(FUNCTION), "template.yml": HOOKED},
    ),
    "BS301": (
        {"buildspec.yml": "version: 0.2\nphases: {build: {commands: [echo]}}\nartifacts: {files: [app.jar]}\n"},
        {"buildspec.yml": BUILD + "artifacts: {files: [app.jar]}\n"},
    ),
    "BS304": (
        {"template.yml": _project(f"{WHOLE}ServiceRole: r"), "ci/build.yml": _SOURCES},
        {"template.yml": _project(f"{WHOLE}ServiceRole: r"), "ci/build.yml": _SOURCES + "env: {shell: bash}\n"},
    ),
    "BS305": (
        {"buildspec.yml": _REPORTED % "test-reports"},
        {"buildspec.yml": _REPORTED % "reports"},
    ),
    "BS303": (
        {"buildspec.yml": _COPIES, "appspec.yml": "version: 0.0\nos: linux\n"},
        {"buildspec.yml": _COPIES.replace("yaml", "yml"), "appspec.yml": "version: 0.0\nos: linux\n"},
    ),
    "BS302": (
        {"buildspec.yml": _buildspec("batch: {build-list: [{identifier: a, buildspec: ci/a.yml}]}")},
        {
            "buildspec.yml": _buildspec("batch: {build-list: [{identifier: a, buildspec: ci/a.yml}]}"),
            "ci/a.yml": BUILD,
        },
    ),
    "IAM301": (
        {"pipeline.json": PIPELINE_WEB, "policy.json": APPROVES.replace("STAGE/ACTION", "Build/S1")},
        {"pipeline.json": PIPELINE_WEB, "policy.json": APPROVES.replace("STAGE/ACTION", "S1/Build")},
    ),
    "CF311": (
        {"template.yml": _project(f"{WHOLE}ServiceRole: r"), "buildspec.yml": BUILD},
        {"template.yml": _project(f"{WHOLE}ServiceRole: r"), "ci/build.yml": BUILD},
    ),
    "CF312": (
        {"template.yml": _template("S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: net.yml}}")},
        {
            "template.yml": _template("S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: net.yml}}"),
            "net.yml": _value("b"),
        },
    ),
}
"""Code -> (a folder in which files do not fit together, the same mended)."""


def _parameter(declaration: str) -> str:
    return _value("!Ref P", f"Parameters: {{P: {{{declaration}}}}}\n")


RUNS: dict[str, tuple[str, dict[str, object]]] = {
    "CF110": (_value("b"), {"Q": "x"}),
    "CF111": (_parameter("Type: String"), {}),
    "CF113": (_parameter("Type: String, AllowedPattern: '[a-z]+'"), {"P": "A"}),
    "CF114": (_parameter("Type: Number"), {"P": "many"}),
    "CF115": (_parameter("Type: Number, MaxValue: 5"), {"P": 6}),
    "CF116": (_parameter("Type: 'AWS::SSM::Parameter::Value<String>', Default: /web/name"), {}),
    "CF119": (_parameter("Type: String"), {"P": {}}),
    "CF120": (_value("b", "Transform: AWS::Serverless-2016-10-31\n"), {}),
    "CF146": (_value("!ImportValue name"), {}),
    "CF149": (_template("A: {Type: AWS::S3::Bucket}\n") + _value("!GetAtt A.Nothing").removeprefix("Resources:\n"), {}),
    "CF155": (
        _template("A: {Type: AWS::S3::Bucket, Condition: Never}\n")
        + _value("!Ref A", "Conditions: {Never: !Equals [a, b]}\n").removeprefix("Resources:\n"),
        {},
    ),
}
"""Code -> (a template, its parameters) that only a run refuses."""
