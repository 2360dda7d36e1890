"""For each code of scenarios the smallest text that triggers it, in a folder where `place` has put what it may name."""

from __future__ import annotations

from pathlib import Path


def place(folder: Path) -> Path:
    """A folder with a template, an application and a git directory."""
    (folder / "web.yaml").write_text("Resources: {B: {Type: AWS::S3::Bucket}}\n", encoding="utf-8")
    (folder / "sim.yaml").write_text("Resources: {F: {Type: Sim::EC2::Fleet}}\n", encoding="utf-8")
    (folder / "app").mkdir()
    (folder / "app/index.html").write_text("v1", encoding="utf-8")
    (folder / "linked").mkdir()
    (folder / "linked/there").symlink_to(folder / "app")
    (folder / "bare.git").mkdir()
    return folder


def _step(text: str) -> str:
    return f"timeline:\n  - {text}\n"


def _rule(text: str) -> str:
    return f"behavior:\n  - {text}\n"


MADE = """\
Resources:
  R: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web}}
  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: email, Endpoint: alice@example.com}]}}
"""

CASES: dict[str, str] = {
    "SC001": "title: [x]\n",
    "SC002": "history: [{revision: app}]\n",
    "SC003": "titel: x\n",
    "SC010": _rule("{hook: Install, takes: {about: 5s}}"),
    "SC011": _rule("{hook: Install, takes: {uniform: [5s]}}"),
    "SC020": "repositories: {web: nowhere}\n",
    "SC021": "repositories: {web: linked}\n",
    "SC023": "template: nowhere.yaml\n",
    "SC024": "start: tomorrow\n",
    "SC025": "enforce: [sanity]\n",
    "SC026": "history: [{group: app, revision: app}]\n",
    "SC027": "template: sim.yaml\n",
    "SC029": "quotas: {codebuild.concurrent-builds: 0}\n",
    "SC054": "choices: {codedeploy.busy-group: maybe}\n",
    "SC030": _step("{at: 5s}"),
    "SC031": _step("{push: {repository: web}}"),
    "SC032": _step("{every: 10m, push: {repository: web}}"),
    "SC033": _step("{at: 5s, push: {branch: main}}"),
    "SC034": _step("{at: 5s, approve: {pipeline: a, stage: b, action: c, result: Maybe}}"),
    "SC035": _step("{at: 5s, instance: {name: a, state: tired}}"),
    "SC036": _step("{at: 5s, push: {repository: web, branch: a, tag: b}}"),
    "SC037": _step("{every: 0s, until: 8h, push: {repository: web}}"),
    "SC038": _step("{at: 5s, upload: {bucket: a, key: b, folder: bare.git}}"),
    "SC039": _step("{at: 5s, push: {repository: web, using: pigeon}}"),
    "SC040": _rule("{takes: 5s}"),
    "SC041": _rule("{command: '(', takes: 5s}"),
    "SC042": _rule("{hook: Instal, fails: true}"),
    "SC043": _rule("{hook: Install, fails: 1.5}"),
    "SC044": _rule("{hook: Install, fails: {attempts: [0]}}"),
    "SC045": _rule("{hook: Install, fails: {attempts: []}}"),
    "SC046": _rule("{approval: a, rejects: 2}"),
    "SC047": _rule("{hook: Install}"),
    "SC048": _rule("{hook: Install, on: a, instances: b, fails: true}"),
    "SC049": _rule("{hook: Install, fails: true, exit: 0}"),
    "SC050": "expect: ['a ==']\n",
    "SC051": _rule("{command: make, needs: [money]}"),
    "SC052": _rule("{agent: a, poll: 0s}"),
    "SC053": "template: web.yaml\nparameters: {Size: 3}\n",
    "SC055": MADE + "repositories: {wbe: app}\n",
    "SC056": _rule("{agent: a, version: abc}"),
    "SC057": _step("{at: 5s, upload: {bucket: a, key: b, folder: app, files: {nowhere.sh: ~}}}"),
    "SC303": MADE + _step("{at: 5s, push: {repository: wbe}}"),
    "SC304": MADE + "people: {bob@example.com: {confirms: never}}\n",
    "SC305": "expect: [\"deploymets[0].status == 'Failed'\"]\n",
    "SC306": "expect: [\"deployments[0].status == 'Succeded'\"]\n",
    "SC090": "enforce: [iam]\n",
    "SC091": _step("{at: 5s, pull_request: {repository: web}}"),
    "SC092": _rule("{function: scan, takes: 2s}"),
    "SC093": "Resources: {A: {Type: Sim::EKS::Fleet}}\n",
}

WHOLE = (
    MADE
    + """\
  App: {Type: AWS::CodeDeploy::Application, Properties: {ApplicationName: !Sub '${Stage}-shop'}}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref App
      DeploymentGroupName: blue
      ServiceRoleArn: arn:aws:iam::123456789012:role/d
  Fleet: {Type: Sim::EC2::Fleet, Properties: {Name: web, Count: 3}}
  Scaled: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {AutoScalingGroupName: app, MinSize: 1, MaxSize: 3}}
  One: {Type: AWS::EC2::Instance, Properties: {Tags: [{Key: Name, Value: one}]}}
  Slow: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmName: !Join ['-', [!GetAtt R.Name, slow]]}}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: release
      RoleArn: arn:aws:iam::123456789012:role/p
      ArtifactStore: {Type: S3, Location: my-bucket}
      Stages:
        - Name: Source
          Actions:
            - Name: Get
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1'}
              Configuration: {RepositoryName: web, BranchName: main, PollForSourceChanges: 'false'}
              OutputArtifacts: [{Name: Src}]
        - Name: Release
          Actions:
            - Name: Ask
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: '1'}
              Configuration: {NotificationArn: !Ref T}
            - Name: Ship
              RunOrder: 2
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: '1'}
              Configuration: {ApplicationName: test-shop, DeploymentGroupName: blue}
              InputArtifacts: [{Name: Src}]
Parameters: {Stage: {Type: String, Default: prod}}
parameters: {Stage: test}
people: {alice@example.com: {confirms: never}}
timeline:
  - {at: 0s, push: {repository: web}}
  - {at: 0s, scale: {group: app, desired: 3}}
  - {at: 0s, alarm: {name: web-slow, state: ALARM}}
  - {at: 0s, instance: {name: one, state: stopped}}
  - {at: 0s, approve: {pipeline: release, stage: Release, action: Ask}}
  - {at: 0s, call: {service: codepipeline, operation: StartPipelineExecution, parameters: {name: release}}}
  - at: 0s
    call:
      service: codedeploy
      operation: CreateDeployment
      parameters: {applicationName: test-shop, deploymentGroupName: blue}
behavior:
  - {hook: Install, instances: [web-1, 2], fails: true}
  - {agent: "web-*", running: true}
  - {action: "*/Get", takes: 5s}
  - {approval: "Release/*", takes: 5s}
"""
)
"""A scenario that names all kinds of things, each of which its own resources make."""
