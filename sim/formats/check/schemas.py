"""What CloudFormation knows of the types around these services: properties, which of them are due, and attributes.

As of 2026. A test holds it against the schemas of cfn-lint, which this floor of the house may not load.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_PROPERTIES = {
    "AWS::AutoScaling::AutoScalingGroup": """
        AutoScalingGroupName AvailabilityZoneDistribution={} AvailabilityZoneIds=[]
            AvailabilityZoneImpairmentPolicy={} AvailabilityZones=[] CapacityRebalance=?
            CapacityReservationSpecification={} Context Cooldown DefaultInstanceWarmup=# DeletionProtection
            DesiredCapacity DesiredCapacityType HealthCheckGracePeriod=# HealthCheckType InstanceId
            InstanceLifecyclePolicy={} InstanceMaintenancePolicy={} LaunchConfigurationName
            LaunchTemplate=LaunchTemplateSpecification LifecycleHookSpecificationList=[{}] LoadBalancerNames=[]
            MaxInstanceLifetime=# MaxSize! MetricsCollection=[{}] MinSize! MixedInstancesPolicy={}
            NewInstancesProtectedFromScaleIn=? NotificationConfiguration={} NotificationConfigurations=[{}]
            PlacementGroup ServiceLinkedRoleARN SkipZonalShiftValidation=? Tags=[TagProperty] TargetGroupARNs=[]
            TerminationPolicies=[] TrafficSources=[{}] VPCZoneIdentifier=[]
        LaunchTemplateSpecification: LaunchTemplateId LaunchTemplateName Version!
        TagProperty: Key! PropagateAtLaunch!=? Value!
    """,
    "AWS::CloudWatch::Alarm": """
        ActionConfiguration={} ActionsEnabled=? AlarmActions=[] AlarmDescription AlarmName ComparisonOperator
            DatapointsToAlarm=#1.. Dimensions=[Dimension] EvaluateLowSampleCountPercentile EvaluationCriteria={}
            EvaluationInterval=#10..3600 EvaluationPeriods=#1.. EvaluationWindow={} ExtendedStatistic
            InsufficientDataActions=[] MetricName Metrics=[{}] Namespace OKActions=[] Period=#1.. Statistic
            Tags=[Tag] Threshold=# ThresholdMetricId TreatMissingData Unit WarmUpConfiguration={}
        Dimension: Name! Value!
    """,
    "AWS::CloudWatch::CompositeAlarm": """
        ActionConfiguration=ActionConfiguration ActionsEnabled=? ActionsSuppressor
            ActionsSuppressorExtensionPeriod=#0.. ActionsSuppressorWaitPeriod=#0.. AlarmActions=[] AlarmDescription
            AlarmName AlarmRule! InsufficientDataActions=[] OKActions=[] Tags=[Tag]
        ActionConfiguration: AlarmTagsPropagation=AlarmTagsPropagation
        AlarmTagsPropagation: Enabled!=? ExcludedTagKeys=[] IncludedTagKeys=[]
    """,
    "AWS::CodeBuild::Fleet": """
        BaseCapacity=#0.. ComputeConfiguration=ComputeConfiguration ComputeType EnvironmentType
            FleetProxyConfiguration=ProxyConfiguration FleetServiceRole FleetVpcConfig=VpcConfig ImageId Name
            OverflowBehavior ScalingConfiguration=ScalingConfigurationInput Tags=[Tag]
        ComputeConfiguration: disk=# instanceType machineType memory=# vCpu=#
        ProxyConfiguration: DefaultBehavior OrderedProxyRules=[FleetProxyRule]
        VpcConfig: SecurityGroupIds=[] Subnets=[] VpcId
        ScalingConfigurationInput: MaxCapacity=#1.. ScalingType
            TargetTrackingScalingConfigs=[TargetTrackingScalingConfiguration]
        FleetProxyRule: Effect Entities=[] Type
        TargetTrackingScalingConfiguration: MetricType TargetValue=#
    """,
    "AWS::CodeBuild::Project": """
        Artifacts!=Artifacts AutoRetryLimit=# BadgeEnabled=? BuildBatchConfig=ProjectBuildBatchConfig
            Cache=ProjectCache ConcurrentBuildLimit=# Description EncryptionKey Environment!=Environment
            FileSystemLocations=[ProjectFileSystemLocation] LogsConfig=LogsConfig Name
            QueuedTimeoutInMinutes=#5..480 ResourceAccessRole SecondaryArtifacts=[Artifacts]
            SecondarySourceVersions=[ProjectSourceVersion] SecondarySources=[Source] ServiceRole! Source!=Source
            SourceVersion Tags=[Tag] TimeoutInMinutes=#5..2160 Triggers=ProjectTriggers Visibility
            VpcConfig=VpcConfig
        Artifacts: ArtifactIdentifier EncryptionDisabled=? Location Name NamespaceType OverrideArtifactName=?
            Packaging Path Type!
        ProjectBuildBatchConfig: BatchReportMode CombineArtifacts=? Restrictions=BatchRestrictions ServiceRole
            TimeoutInMins=#
        ProjectCache: CacheNamespace Location Modes=[] Type!
        Environment: Certificate ComputeType! DockerServer=DockerServer
            EnvironmentVariables=[EnvironmentVariable] Fleet=ProjectFleet HostKernel Image! ImagePullCredentialsType
            PrivilegedMode=? RegistryCredential=RegistryCredential Type!
        ProjectFileSystemLocation: Identifier! Location! MountOptions MountPoint! Type!
        LogsConfig: CloudWatchLogs=CloudWatchLogsConfig S3Logs=S3LogsConfig
        ProjectSourceVersion: SourceIdentifier! SourceVersion
        Source: Auth=SourceAuth BuildSpec BuildStatusConfig=BuildStatusConfig GitCloneDepth=#
            GitSubmodulesConfig=GitSubmodulesConfig InsecureSsl=? Location ReportBuildStatus=? SourceIdentifier
            Type!
        ProjectTriggers: BuildType FilterGroups=[[WebhookFilter]] PullRequestBuildPolicy=PullRequestBuildPolicy
            ScopeConfiguration=ScopeConfiguration Webhook=?
        VpcConfig: SecurityGroupIds=[] Subnets=[] VpcId
        BatchRestrictions: ComputeTypesAllowed=[] MaximumBuildsAllowed=#
        DockerServer: ComputeType! SecurityGroupIds=[]
        EnvironmentVariable: Name! Type Value!
        ProjectFleet: FleetArn
        RegistryCredential: Credential! CredentialProvider!
        CloudWatchLogsConfig: GroupName Status! StreamName
        S3LogsConfig: EncryptionDisabled=? Location Status!
        SourceAuth: Resource Type!
        BuildStatusConfig: Context TargetUrl
        GitSubmodulesConfig: FetchSubmodules!=?
        PullRequestBuildPolicy: ApproverRoles=[] RequiresCommentApproval!
        ScopeConfiguration: Domain Name! Scope
        WebhookFilter: ExcludeMatchedPattern=? Pattern! Type!
    """,
    "AWS::CodeBuild::ReportGroup": """
        DeleteReports=? ExportConfig!=ReportExportConfig Name Tags=[Tag] Type!
        ReportExportConfig: ExportConfigType! S3Destination=S3ReportExportConfig
        S3ReportExportConfig: Bucket! BucketOwner EncryptionDisabled=? EncryptionKey Packaging Path
    """,
    "AWS::CodeBuild::SourceCredential": """
        AuthType! ServerType! Token! Username
    """,
    "AWS::CodeCommit::Repository": """
        Code=Code KmsKeyId RepositoryDescription RepositoryName! Tags=[Tag] Triggers=[RepositoryTrigger]
        Code: BranchName S3!=S3
        RepositoryTrigger: Branches=[] CustomData DestinationArn! Events!=[] Name!
        S3: Bucket! Key! ObjectVersion
    """,
    "AWS::CodeConnections::Connection": """
        ConnectionName! HostArn ProviderType Tags=[Tag]
    """,
    "AWS::CodeDeploy::Application": """
        ApplicationName ComputePlatform Tags=[Tag]
    """,
    "AWS::CodeDeploy::DeploymentConfig": """
        ComputePlatform DeploymentConfigName MinimumHealthyHosts=MinimumHealthyHosts
            TrafficRoutingConfig=TrafficRoutingConfig ZonalConfig=ZonalConfig
        MinimumHealthyHosts: Type! Value!=#
        TrafficRoutingConfig: TimeBasedCanary=TimeBasedCanary TimeBasedLinear=TimeBasedLinear Type!
        ZonalConfig: FirstZoneMonitorDurationInSeconds=# MinimumHealthyHostsPerZone=MinimumHealthyHostsPerZone
            MonitorDurationInSeconds=#
        TimeBasedCanary: CanaryInterval!=#1..2880 CanaryPercentage!=#1..99
        TimeBasedLinear: LinearInterval!=#1..2880 LinearPercentage!=#1..99
        MinimumHealthyHostsPerZone: Type! Value!=#
    """,
    "AWS::CodeDeploy::DeploymentGroup": """
        AlarmConfiguration=AlarmConfiguration ApplicationName!
            AutoRollbackConfiguration=AutoRollbackConfiguration AutoScalingGroups=[]
            BlueGreenDeploymentConfiguration=BlueGreenDeploymentConfiguration Deployment=Deployment
            DeploymentConfigName DeploymentGroupName DeploymentStyle=DeploymentStyle ECSServices=[ECSService]
            Ec2TagFilters=[EC2TagFilter] Ec2TagSet=EC2TagSet LoadBalancerInfo=LoadBalancerInfo
            OnPremisesInstanceTagFilters=[TagFilter] OnPremisesTagSet=OnPremisesTagSet OutdatedInstancesStrategy
            ServiceRoleArn! Tags=[Tag] TerminationHookEnabled=? TriggerConfigurations=[TriggerConfig]
        AlarmConfiguration: Alarms=[Alarm] Enabled=? IgnorePollAlarmFailure=?
        AutoRollbackConfiguration: Enabled=? Events=[]
        BlueGreenDeploymentConfiguration: DeploymentReadyOption=DeploymentReadyOption
            GreenFleetProvisioningOption=GreenFleetProvisioningOption
            TerminateBlueInstancesOnDeploymentSuccess=BlueInstanceTerminationOption
        Deployment: Description IgnoreApplicationStopFailures=? Revision!=RevisionLocation
        DeploymentStyle: DeploymentOption DeploymentType
        ECSService: ClusterName! ServiceName!
        EC2TagFilter: Key Type Value
        EC2TagSet: Ec2TagSetList=[EC2TagSetListObject]
        LoadBalancerInfo: ElbInfoList=[ELBInfo] TargetGroupInfoList=[TargetGroupInfo]
            TargetGroupPairInfoList=[TargetGroupPairInfo]
        TagFilter: Key Type Value
        OnPremisesTagSet: OnPremisesTagSetList=[OnPremisesTagSetListObject]
        TriggerConfig: TriggerEvents=[] TriggerName TriggerTargetArn
        Alarm: Name
        DeploymentReadyOption: ActionOnTimeout WaitTimeInMinutes=#
        GreenFleetProvisioningOption: Action
        BlueInstanceTerminationOption: Action TerminationWaitTimeInMinutes=#0..2880
        RevisionLocation: GitHubLocation=GitHubLocation RevisionType S3Location=S3Location
        EC2TagSetListObject: Ec2TagGroup=[EC2TagFilter]
        ELBInfo: Name
        TargetGroupInfo: Name
        TargetGroupPairInfo: ProdTrafficRoute=TrafficRoute TargetGroups=[TargetGroupInfo]
            TestTrafficRoute=TrafficRoute
        OnPremisesTagSetListObject: OnPremisesTagGroup=[TagFilter]
        GitHubLocation: CommitId! Repository!
        S3Location: Bucket! BundleType ETag Key! Version
        TrafficRoute: ListenerArns=[]
    """,
    "AWS::CodePipeline::CustomActionType": """
        Category! ConfigurationProperties=[ConfigurationProperties] InputArtifactDetails!=ArtifactDetails
            OutputArtifactDetails!=ArtifactDetails Provider! Settings=Settings Tags=[Tag] Version!
        ConfigurationProperties: Description Key!=? Name! Queryable=? Required!=? Secret!=? Type
        ArtifactDetails: MaximumCount!=#0..5 MinimumCount!=#0..5
        Settings: EntityUrlTemplate ExecutionUrlTemplate RevisionUrlTemplate ThirdPartyConfigurationUrl
    """,
    "AWS::CodePipeline::Pipeline": """
        ArtifactStore={} ArtifactStores=[{}] DisableInboundStageTransitions=[StageTransition] ExecutionMode Name
            PipelineType RestartExecutionOnUpdate=? RoleArn! Stages!=[{}] Tags=[Tag] Triggers=[{}] Variables=[{}]
        StageTransition: Reason! StageName!
    """,
    "AWS::CodePipeline::Webhook": """
        Authentication! AuthenticationConfiguration!=WebhookAuthConfiguration Filters!=[WebhookFilterRule] Name
            RegisterWithThirdParty=? Tags=[Tag] TargetAction! TargetPipeline! TargetPipelineVersion=#
        WebhookAuthConfiguration: AllowedIPRange SecretToken
        WebhookFilterRule: JsonPath! MatchEquals
    """,
    "AWS::CodeStarConnections::Connection": """
        ConnectionName! HostArn ProviderType Tags=[Tag]
    """,
    "AWS::CodeStarNotifications::NotificationRule": """
        CreatedBy DetailType! EventTypeId EventTypeIds!=[] Name! Resource! Status Tags={} TargetAddress
            Targets!=[Target]
        Target: TargetAddress! TargetType!
    """,
    "AWS::EC2::Instance": """
        AdditionalInfo Affinity AvailabilityZone BlockDeviceMappings=[{}] CpuOptions={} CreditSpecification={}
            DisableApiTermination=? EbsOptimized=? ElasticGpuSpecifications=[{}] ElasticInferenceAccelerators=[{}]
            EnclaveOptions={} HibernationOptions={} HostId HostResourceGroupArn IamInstanceProfile ImageId
            InstanceInitiatedShutdownBehavior InstanceType Ipv6AddressCount=# Ipv6Addresses=[{}] KernelId KeyName
            LaunchTemplate={} LicenseSpecifications=[{}] MetadataOptions={} Monitoring=? NetworkInterfaces=[{}]
            PlacementGroupName PrivateDnsNameOptions={} PrivateIpAddress PropagateTagsToVolumeOnCreation=? RamdiskId
            SecurityGroupIds=[] SecurityGroups=[] SourceDestCheck=? SsmAssociations=[{}] SubnetId Tags=[Tag] Tenancy
            UserData Volumes=[{}]
    """,
    "AWS::EC2::LaunchTemplate": """
        LaunchTemplateData!={} LaunchTemplateName TagSpecifications=[{}] VersionDescription
    """,
    "AWS::EC2::SecurityGroup": """
        GroupDescription! GroupName SecurityGroupEgress=[Egress] SecurityGroupIngress=[Ingress] Tags=[Tag] VpcId
        Egress: CidrIp CidrIpv6 Description DestinationPrefixListId DestinationSecurityGroupId FromPort=#-1..
            IpProtocol! ToPort=#-1..
        Ingress: CidrIp CidrIpv6 Description FromPort=#-1.. IpProtocol! SourcePrefixListId SourceSecurityGroupId
            SourceSecurityGroupName SourceSecurityGroupOwnerId ToPort=#-1..
    """,
    "AWS::ECR::Repository": """
        EmptyOnDelete=? EncryptionConfiguration={} ImageScanningConfiguration={} ImageTagMutability
            ImageTagMutabilityExclusionFilters=[{}] LifecyclePolicy={} RepositoryName RepositoryPolicyText=@
            Tags=[Tag]
    """,
    "AWS::Events::Rule": """
        Description EventBusName EventPattern=@ Name RoleArn ScheduleExpression State Tags=[Tag]
            Targets=[Target]
        Tag: Key Value
        Target: AppSyncParameters={} Arn! BatchParameters={} DeadLetterConfig=DeadLetterConfig EcsParameters={}
            HttpParameters={} Id! Input InputPath InputTransformer=InputTransformer KinesisParameters={}
            RedshiftDataParameters={} RetryPolicy=RetryPolicy RoleArn RunCommandParameters={}
            SageMakerPipelineParameters={} SqsParameters={}
        DeadLetterConfig: Arn
        InputTransformer: InputPathsMap={} InputTemplate!
        RetryPolicy: MaximumEventAgeInSeconds=#60..86400 MaximumRetryAttempts=#0..185
    """,
    "AWS::IAM::InstanceProfile": """
        InstanceProfileName Path Roles!=[]
    """,
    "AWS::IAM::ManagedPolicy": """
        Description Groups=[] ManagedPolicyName Path PolicyDocument!=@ Roles=[] Users=[]
    """,
    "AWS::IAM::Policy": """
        Groups=[] PolicyDocument!=@ PolicyName! Roles=[] Users=[]
    """,
    "AWS::IAM::Role": """
        AssumeRolePolicyDocument!=@ Description ManagedPolicyArns=[] MaxSessionDuration=#3600..43200 Path
            PermissionsBoundary Policies=[Policy] RoleName Tags=[Tag]
        Policy: PolicyDocument!=@ PolicyName!
    """,
    "AWS::Lambda::Alias": """
        Description FunctionName! FunctionVersion! Name! ProvisionedConcurrencyConfig={} RoutingConfig={}
    """,
    "AWS::Lambda::Function": """
        Architectures=[] CapacityProviderConfig={} Code!=Code CodeSigningConfigArn DeadLetterConfig={}
            Description DurableConfig={} Environment=Environment EphemeralStorage={} FileSystemConfigs=[{}]
            FunctionName FunctionScalingConfig={} Handler ImageConfig={} KmsKeyArn Layers=[] LoggingConfig={}
            MemorySize=#128..32768 PackageType PublishToLatestPublished=? RecursiveLoop
            ReservedConcurrentExecutions=#0.. Role! Runtime RuntimeManagementConfig={} SnapStart={} Tags=[Tag]
            TenancyConfig={} Timeout=#1..5400 TracingConfig={} VpcConfig=VpcConfig
        Code: ImageUri S3Bucket S3Key S3ObjectStorageMode S3ObjectVersion SourceKMSKeyArn ZipFile
        Environment: Variables={}
        Tag: Key! Value
        VpcConfig: Ipv6AllowedForDualStack=? SecurityGroupIds=[] SubnetIds=[]
    """,
    "AWS::Lambda::Permission": """
        Action! EventSourceToken FunctionName! FunctionUrlAuthType InvokedViaFunctionUrl=? Principal!
            PrincipalOrgID SourceAccount SourceArn
    """,
    "AWS::Lambda::Version": """
        CodeSha256 Description FunctionName! FunctionScalingConfig={} ProvisionedConcurrencyConfig={}
            RuntimePolicy={}
    """,
    "AWS::Logs::LogGroup": """
        BearerTokenAuthenticationEnabled=? DataProtectionPolicy=@ DeletionProtectionEnabled=?
            FieldIndexPolicies=[{}] KmsKeyId LogGroupClass LogGroupName ResourcePolicyDocument={} RetentionInDays=#
            Tags=[Tag]
    """,
    "AWS::S3::Bucket": """
        AbacStatus AccelerateConfiguration={} AccessControl AnalyticsConfigurations=[{}] BucketEncryption={}
            BucketName BucketNamePrefix BucketNamespace CorsConfiguration={} IntelligentTieringConfigurations=[{}]
            InventoryConfigurations=[{}] LifecycleConfiguration={} LoggingConfiguration={} MetadataConfiguration={}
            MetadataTableConfiguration={} MetricsConfigurations=[{}] NotificationConfiguration={}
            ObjectLockConfiguration={} ObjectLockEnabled=? OwnershipControls={}
            PublicAccessBlockConfiguration=PublicAccessBlockConfiguration ReplicationConfiguration={} Tags=[Tag]
            VersioningConfiguration=VersioningConfiguration WebsiteConfiguration={}
        PublicAccessBlockConfiguration: BlockPublicAcls=? BlockPublicPolicy=? IgnorePublicAcls=?
            RestrictPublicBuckets=?
        VersioningConfiguration: Status!
    """,
    "AWS::S3::BucketPolicy": """
        Bucket! PolicyDocument!=@
    """,
    "AWS::SNS::Subscription": """
        DeliveryPolicy=@ Endpoint FilterPolicy=@ FilterPolicyScope Protocol! RawMessageDelivery=?
            RedrivePolicy=@ Region ReplayPolicy=@ SubscriptionRoleArn TopicArn!
    """,
    "AWS::SNS::Topic": """
        ArchivePolicy=@ ContentBasedDeduplication=? DataProtectionPolicy=@ DeliveryStatusLogging=[LoggingConfig]
            DisplayName FifoThroughputScope FifoTopic=? KmsMasterKeyId MaximumMessageSize=#1024..1048576
            SignatureVersion Subscription=[Subscription] Tags=[Tag] TopicName TracingConfig
        LoggingConfig: FailureFeedbackRoleArn Protocol! SuccessFeedbackRoleArn SuccessFeedbackSampleRate
        Subscription: Endpoint! Protocol!
    """,
    "AWS::SNS::TopicPolicy": """
        PolicyDocument!=@ Topics!=[]
    """,
    "AWS::SQS::Queue": """
        ContentBasedDeduplication=? DeduplicationScope DelaySeconds=#0..900 FifoQueue=? FifoThroughputLimit
            KmsDataKeyReusePeriodSeconds=#60..86400 KmsMasterKeyId MaximumMessageSize=#1024..1048576
            MessageRetentionPeriod=#60..1209600 QueueName ReceiveMessageWaitTimeSeconds=#0..20 RedriveAllowPolicy=@
            RedrivePolicy=@ SqsManagedSseEnabled=? Tags=[Tag] VisibilityTimeout=#0..43200
    """,
    "AWS::SSM::Parameter": """
        AllowedPattern DataType Description Name Policies Tags={} Tier Type! Value!
    """,
}
"""Resource type -> its properties, and behind `Name:` those of what stands inside.

`!`: it is due. Behind `=`: `#` a number (and its range), `?` true or false, `{}` a mapping that is not looked into, `@`
a document (a mapping or its JSON), `[…]` a list of such, or the name of what stands inside. Without: text.
"""
_SIMULATED = {
    "Sim::EC2::Fleet": """
        Agent=Agent AvailabilityZones=[] Count=#0..10000 Files={} Name Tags=* TargetGroupARNs=[]
        Agent: installed=? poll role=? running=? version
    """,
    "Sim::OnPremises::Fleet": """
        Count=#0.. Files={} Name Tags=*
    """,
}
"""The same of what only scenarios know (docs/scenario.md)."""
_TAG = "Key! Value!"
_ATTRIBUTES = {
    "AWS::CloudWatch::Alarm": "Arn",
    "AWS::CloudWatch::CompositeAlarm": "Arn",
    "AWS::CodeBuild::Fleet": "Arn",
    "AWS::CodeBuild::Project": "Arn Id",
    "AWS::CodeBuild::ReportGroup": "Arn",
    "AWS::CodeBuild::SourceCredential": "Arn",
    "AWS::CodeCommit::Repository": "Arn CloneUrlHttp CloneUrlSsh Name RepositoryId",
    "AWS::CodeConnections::Connection": "ConnectionArn ConnectionStatus OwnerAccountId",
    "AWS::CodeDeploy::Application": "",
    "AWS::CodeDeploy::DeploymentConfig": "",
    "AWS::CodeDeploy::DeploymentGroup": "",
    "AWS::CodePipeline::CustomActionType": "Id",
    "AWS::CodePipeline::Pipeline": "Arn Version",
    "AWS::CodePipeline::Webhook": "Id Url",
    "AWS::CodeStarConnections::Connection": "ConnectionArn ConnectionStatus OwnerAccountId",
    "AWS::CodeStarNotifications::NotificationRule": "Arn",
    "AWS::EC2::LaunchTemplate": "DefaultVersionNumber LatestVersionNumber LaunchTemplateId",
    "AWS::EC2::SecurityGroup": """
        GroupDescription GroupId GroupName Id SecurityGroupEgress SecurityGroupIngress Tags VpcId
    """,
    "AWS::ECR::Repository": "Arn RepositoryUri",
    "AWS::Events::Rule": "Arn RuleName",
    "AWS::IAM::InstanceProfile": "Arn",
    "AWS::IAM::ManagedPolicy": """
        AttachmentCount CreateDate DefaultVersionId IsAttachable PermissionsBoundaryUsageCount PolicyArn PolicyId
        UpdateDate
    """,
    "AWS::IAM::Policy": "Id",
    "AWS::IAM::Role": "Arn RoleId",
    "AWS::Lambda::Alias": "AliasArn",
    "AWS::Lambda::Function": "Arn SnapStartResponse SnapStartResponse.ApplyOn SnapStartResponse.OptimizationStatus",
    "AWS::Lambda::Permission": "Id",
    "AWS::Lambda::Version": "FunctionArn Version",
    "AWS::Logs::LogGroup": "Arn",
    "AWS::S3::Bucket": """
        Arn DomainName DualStackDomainName MetadataConfiguration.AnnotationTableConfiguration.TableArn
        MetadataConfiguration.AnnotationTableConfiguration.TableName MetadataConfiguration.Destination
        MetadataConfiguration.InventoryTableConfiguration.TableArn
        MetadataConfiguration.InventoryTableConfiguration.TableName
        MetadataConfiguration.JournalTableConfiguration.TableArn
        MetadataConfiguration.JournalTableConfiguration.TableName
        MetadataTableConfiguration.S3TablesDestination.TableArn
        MetadataTableConfiguration.S3TablesDestination.TableNamespace RegionalDomainName WebsiteURL
    """,
    "AWS::S3::BucketPolicy": "",
    "AWS::SNS::Subscription": "Arn",
    "AWS::SNS::Topic": """
        ContentBasedDeduplication DeliveryStatusLogging DisplayName FifoThroughputScope FifoTopic KmsMasterKeyId
        MaximumMessageSize SignatureVersion Subscription Tags TopicArn TopicName TracingConfig
    """,
    "AWS::SNS::TopicPolicy": "Id",
    "AWS::SQS::Queue": """
        Arn ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit
        KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod QueueName QueueUrl
        ReceiveMessageWaitTimeSeconds RedrivePolicy.deadLetterTargetArn RedrivePolicy.maxReceiveCount
        SqsManagedSseEnabled Tags VisibilityTimeout
    """,
    "AWS::SSM::Parameter": "AllowedPattern Arn DataType Description Name Policies Tier Type Value",
}
"""Resource type -> what Fn::GetAtt may ask of it."""
ATTRIBUTES = {kind: tuple(names.split()) for kind, names in _ATTRIBUTES.items()}


@dataclass(frozen=True, slots=True)
class Property:
    """What may stand at a key. `low` and `high` are the ends of a number's range, where it has some."""

    kind: str
    due: bool
    low: int | None = None
    high: int | None = None


OWN = "Properties"
Shape = dict[str, Property]
"""The properties of a resource, or of what stands inside one, by their names."""


@cache
def shapes(kind: str) -> dict[str, Shape]:
    """Name of what stands inside -> its properties; OWN are those of the resource itself. {} for other types."""
    table = _PROPERTIES.get(kind) or _SIMULATED.get(kind)
    if table is None:
        return {}
    found = {"Tag": _shape(_TAG)}
    # A line that goes on is indented deeper.
    for line in re.sub(r"\n {9,}", " ", table).strip().splitlines():
        name, colon, rest = line.strip().rpartition(": ")
        found[name if colon else OWN] = _shape(rest)
    return found


def _shape(line: str) -> Shape:
    return dict(map(_property, line.split()))


def _property(text: str) -> tuple[str, Property]:
    name, _, kind = text.partition("=")
    low, high = None, None
    if kind.startswith("#"):
        ends = kind[1:].partition("..")
        low, high = (int(end) if end else None for end in (ends[0], ends[2]))
        kind = "#"
    return name.rstrip("!"), Property(kind, name.endswith("!"), low, high)


KINDS = tuple(_PROPERTIES)
"""The types of AWS's that are here."""
