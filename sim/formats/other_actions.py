"""The actions that IAM knows of other services than the developer tools: those that their policies mostly name.

As of 2026. A test holds them against the copy of the Service Authorization Reference that cfn-lint brings along.
"""

from __future__ import annotations

from functools import cache

_CONNECTIONS = """
    CreateConnection CreateHost CreateRepositoryLink CreateSyncConfiguration DeleteConnection DeleteHost
    DeleteRepositoryLink DeleteSyncConfiguration GetConnection GetConnectionToken GetHost
    GetIndividualAccessToken GetInstallationUrl GetRepositoryLink GetRepositorySyncStatus
    GetResourceSyncStatus GetSyncBlockerSummary GetSyncConfiguration ListConnections ListHosts
    ListInstallationTargets ListRepositoryLinks ListRepositorySyncDefinitions ListSyncConfigurations
    ListTagsForResource PassConnection PassRepository RegisterAppCode StartAppRegistrationHandshake
    StartOAuthHandshake TagResource UntagResource UpdateConnectionInstallation UpdateHost
    UpdateRepositoryLink UpdateSyncBlocker UpdateSyncConfiguration UseConnection
"""
"""One service under its old name and its new one."""

_NAMES = {
    "s3": """
        AbortMultipartUpload AllowVendedLogDeliveryForResource AssociateAccessGrantsIdentityCenter
        BypassGovernanceRetention CreateAccessGrant CreateAccessGrantsInstance CreateAccessGrantsLocation
        CreateAccessPoint CreateAccessPointForObjectLambda CreateBucket
        CreateBucketMetadataTableConfiguration CreateJob CreateMultiRegionAccessPoint CreateStorageLensGroup
        DeleteAccessGrant DeleteAccessGrantsInstance DeleteAccessGrantsInstanceResourcePolicy
        DeleteAccessGrantsLocation DeleteAccessPoint DeleteAccessPointForObjectLambda
        DeleteAccessPointPolicy DeleteAccessPointPolicyForObjectLambda DeleteBucket
        DeleteBucketMetadataTableConfiguration DeleteBucketPolicy DeleteBucketWebsite DeleteJobTagging
        DeleteMultiRegionAccessPoint DeleteObject DeleteObjectAnnotation DeleteObjectTagging
        DeleteObjectVersion DeleteObjectVersionAnnotation DeleteObjectVersionTagging
        DeleteStorageLensConfiguration DeleteStorageLensConfigurationTagging DeleteStorageLensGroup
        DescribeJob DescribeMultiRegionAccessPointOperation DissociateAccessGrantsIdentityCenter
        GetAccelerateConfiguration GetAccessGrant GetAccessGrantsInstance GetAccessGrantsInstanceForPrefix
        GetAccessGrantsInstanceResourcePolicy GetAccessGrantsLocation GetAccessPoint
        GetAccessPointConfigurationForObjectLambda GetAccessPointForObjectLambda GetAccessPointPolicy
        GetAccessPointPolicyForObjectLambda GetAccessPointPolicyStatus
        GetAccessPointPolicyStatusForObjectLambda GetAccountPublicAccessBlock GetAnalyticsConfiguration
        GetBucketAbac GetBucketAcl GetBucketCors GetBucketLocation GetBucketLogging
        GetBucketMetadataTableConfiguration GetBucketNotification GetBucketObjectLockConfiguration
        GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock
        GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetDataAccess
        GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration
        GetJobTagging GetLifecycleConfiguration GetMetricsConfiguration GetMultiRegionAccessPoint
        GetMultiRegionAccessPointPolicy GetMultiRegionAccessPointPolicyStatus
        GetMultiRegionAccessPointRoutes GetObject GetObjectAcl GetObjectAnnotation GetObjectAttributes
        GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion
        GetObjectVersionAcl GetObjectVersionAnnotation GetObjectVersionAnnotationForReplication
        GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging
        GetObjectVersionTorrent GetReplicationConfiguration GetStorageLensConfiguration
        GetStorageLensConfigurationTagging GetStorageLensDashboard GetStorageLensGroup InitiateReplication
        ListAccessGrants ListAccessGrantsInstances ListAccessGrantsLocations ListAccessPoints
        ListAccessPointsForObjectLambda ListAllMyBuckets ListBucket ListBucketMultipartUploads
        ListBucketVersions ListCallerAccessGrants ListJobs ListMultipartUploadParts
        ListMultiRegionAccessPoints ListObjectAnnotations ListObjectVersionAnnotations
        ListStorageLensConfigurations ListStorageLensGroups ListTagsForResource
        ObjectOwnerOverrideToBucketOwner PauseReplication PutAccelerateConfiguration
        PutAccessGrantsInstanceResourcePolicy PutAccessPointConfigurationForObjectLambda
        PutAccessPointPolicy PutAccessPointPolicyForObjectLambda PutAccessPointPublicAccessBlock
        PutAccountPublicAccessBlock PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCors
        PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls
        PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging
        PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration PutIntelligentTieringConfiguration
        PutInventoryConfiguration PutJobTagging PutLifecycleConfiguration PutMetricsConfiguration
        PutMultiRegionAccessPointPolicy PutObject PutObjectAcl PutObjectAnnotation PutObjectLegalHold
        PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionAnnotation
        PutObjectVersionTagging PutReplicationConfiguration PutStorageLensConfiguration
        PutStorageLensConfigurationTagging ReplicateDelete ReplicateObject ReplicateObjectAnnotation
        ReplicateTags RestoreObject SubmitMultiRegionAccessPointRoutes TagResource UntagResource
        UpdateAccessGrantsLocation UpdateBucketMetadataAnnotationTableConfiguration
        UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataJournalTableConfiguration
        UpdateJobPriority UpdateJobStatus UpdateObjectEncryption UpdateStorageLensGroup
    """,
    "logs": """
        AssociateKmsKey AssociateSourceToS3TableIntegration CallWithBearerToken CancelExportTask
        CancelImportTask CreateDelivery CreateExportTask CreateImportTask CreateLogAnomalyDetector
        CreateLogDelivery CreateLogGroup CreateLogStream CreateLookupTable CreateScheduledQuery
        DeleteAccountPolicy DeleteDataProtectionPolicy DeleteDelivery DeleteDeliveryDestination
        DeleteDeliveryDestinationPolicy DeleteDeliverySource DeleteDestination DeleteIndexPolicy
        DeleteIntegration DeleteLogAnomalyDetector DeleteLogDelivery DeleteLogGroup DeleteLogStream
        DeleteLookupTable DeleteMetricFilter DeletePipelineRule DeleteQueryDefinition DeleteResourcePolicy
        DeleteRetentionPolicy DeleteScheduledQuery DeleteSubscriptionFilter DeleteSyslogConfiguration
        DeleteTransformer DescribeAccountPolicies DescribeConfigurationTemplates DescribeDeliveries
        DescribeDeliveryDestinations DescribeDeliverySources DescribeDestinations DescribeExportTasks
        DescribeFieldIndexes DescribeImportTaskBatches DescribeImportTasks DescribeIndexPolicies
        DescribeLogGroups DescribeLogStreams DescribeLookupTables DescribeMetricFilters DescribeQueries
        DescribeQueryDefinitions DescribeResourcePolicies DescribeSubscriptionFilters DisassociateKmsKey
        DisassociateSourceFromS3TableIntegration FilterLogEvents GetDataProtectionPolicy GetDelivery
        GetDeliveryDestination GetDeliveryDestinationPolicy GetDeliverySource GetIntegration
        GetLogAnomalyDetector GetLogDelivery GetLogEvents GetLogFields GetLogGroupFields GetLogRecord
        GetLookupTable GetQueryResults GetScheduledQuery GetScheduledQueryHistory GetStorageTierPolicy
        GetTransformer IntegrateWithDataset IntegrateWithS3Table Link ListAggregateLogGroupSummaries
        ListAnomalies ListEntitiesForLogGroup ListIntegrations ListLogAnomalyDetectors ListLogDeliveries
        ListLogGroups ListLogGroupsForEntity ListLogGroupsForQuery ListScheduledQueries
        ListSourcesForS3TableIntegration ListSyslogConfigurations ListTagsForResource ListTagsLogGroup
        ProcessWithPipeline PutAccountPolicy PutBearerTokenAuthentication PutDataProtectionPolicy
        PutDeliveryDestination PutDeliveryDestinationPolicy PutDeliverySource PutDestination
        PutDestinationPolicy PutIndexPolicy PutIntegration PutLogEvents PutLogGroupDeletionProtection
        PutMetricFilter PutPipelineRule PutQueryDefinition PutResourcePolicy PutRetentionPolicy
        PutStorageTierPolicy PutSubscriptionFilter PutSyslogConfiguration PutTransformer StartLiveTail
        StartQuery StopLiveTail StopQuery TagLogGroup TagResource TestMetricFilter TestTransformer unmask
        UntagLogGroup UntagResource UpdateAnomaly UpdateDeliveryConfiguration UpdateLogAnomalyDetector
        UpdateLogDelivery UpdateLookupTable UpdateScheduledQuery
    """,
    "sns": """
        AddPermission CheckIfPhoneNumberIsOptedOut ConfirmSubscription CreatePlatformApplication
        CreatePlatformEndpoint CreateSMSSandboxPhoneNumber CreateTopic DeleteEndpoint
        DeletePlatformApplication DeleteSMSSandboxPhoneNumber DeleteTopic GetDataProtectionPolicy
        GetEndpointAttributes GetPlatformApplicationAttributes GetSMSAttributes GetSMSSandboxAccountStatus
        GetSubscriptionAttributes GetTopicAttributes ListEndpointsByPlatformApplication
        ListOriginationNumbers ListPhoneNumbersOptedOut ListPlatformApplications ListSMSSandboxPhoneNumbers
        ListSubscriptions ListSubscriptionsByTopic ListTagsForResource ListTopics OptInPhoneNumber Publish
        PutDataProtectionPolicy RemovePermission SetEndpointAttributes SetPlatformApplicationAttributes
        SetSMSAttributes SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe
        UntagResource VerifySMSSandboxPhoneNumber
    """,
    "sqs": """
        AddPermission CancelMessageMoveTask ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue
        GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks ListQueues
        ListQueueTags PurgeQueue ReceiveMessage RemovePermission SendMessage SetQueueAttributes
        StartMessageMoveTask TagQueue UntagQueue
    """,
    "iam": """
        AcceptDelegationRequest AddClientIDToOpenIDConnectProvider AddRoleToInstanceProfile AddUserToGroup
        AssociateDelegationRequest AttachGroupPolicy AttachRolePolicy AttachUserPolicy ChangePassword
        CreateAccessKey CreateAccountAlias CreateDelegationRequest CreateGroup CreateInstanceProfile
        CreateLoginProfile CreateOpenIDConnectProvider CreatePolicy CreatePolicyVersion CreateRole
        CreateSAMLProvider CreateServiceLinkedRole CreateServiceSpecificCredential CreateUser
        CreateVirtualMFADevice DeactivateMFADevice DeleteAccessKey DeleteAccountAlias
        DeleteAccountPasswordPolicy DeleteCloudFrontPublicKey DeleteGroup DeleteGroupPolicy
        DeleteInstanceProfile DeleteLoginProfile DeleteOpenIDConnectProvider DeletePolicy
        DeletePolicyVersion DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DeleteSAMLProvider
        DeleteServerCertificate DeleteServiceLinkedRole DeleteServiceSpecificCredential
        DeleteSigningCertificate DeleteSSHPublicKey DeleteUser DeleteUserPermissionsBoundary
        DeleteUserPolicy DeleteVirtualMFADevice DetachGroupPolicy DetachRolePolicy DetachUserPolicy
        DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions
        DisableOutboundWebIdentityFederation EnableMFADevice EnableOrganizationsRootCredentialsManagement
        EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation GenerateCredentialReport
        GenerateOrganizationsAccessReport GenerateServiceLastAccessedDetails GetAccessKeyLastUsed
        GetAccountAuthorizationDetails GetAccountEmailAddress GetAccountName GetAccountPasswordPolicy
        GetAccountProperties GetAccountSummary GetCloudFrontPublicKey GetContextKeysForCustomPolicy
        GetContextKeysForPrincipalPolicy GetCredentialReport GetDelegationRequest GetGroup GetGroupPolicy
        GetHumanReadableSummary GetInstanceProfile GetLoginProfile GetMFADevice GetOpenIDConnectProvider
        GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo GetPolicy GetPolicyVersion GetRole
        GetRolePolicy GetRoleTemplateVersion GetSAMLProvider GetServerCertificate
        GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities
        GetServiceLinkedRoleDeletionStatus GetSSHPublicKey GetUser GetUserPolicy ListAccessKeys
        ListAccountAliases ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies
        ListCloudFrontPublicKeys ListDelegationRequests ListEntitiesForPolicy ListGroupPolicies ListGroups
        ListGroupsForUser ListInstanceProfiles ListInstanceProfilesForRole ListInstanceProfileTags
        ListMFADevices ListMFADeviceTags ListOpenIDConnectProviders ListOpenIDConnectProviderTags
        ListOrganizationsFeatures ListPolicies ListPoliciesGrantingServiceAccess ListPolicyTags
        ListPolicyVersions ListRolePolicies ListRoles ListRoleTags ListSAMLProviders ListSAMLProviderTags
        ListServerCertificates ListServerCertificateTags ListServiceSpecificCredentials
        ListSigningCertificates ListSSHPublicKeys ListSTSRegionalEndpointsStatus ListUserPolicies ListUsers
        ListUserTags ListVirtualMFADevices PassRole PutAccountProperties PutGroupPolicy
        PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary PutUserPolicy
        RejectDelegationRequest RemoveClientIDFromOpenIDConnectProvider RemoveRoleFromInstanceProfile
        RemoveUserFromGroup ResetServiceSpecificCredential ResyncMFADevice SendDelegationToken
        SetDefaultPolicyVersion SetSecurityTokenServicePreferences SetSTSRegionalEndpointStatus
        SimulateCustomPolicy SimulatePrincipalPolicy TagInstanceProfile TagMFADevice
        TagOpenIDConnectProvider TagPolicy TagRole TagSAMLProvider TagServerCertificate TagUser
        UntagInstanceProfile UntagMFADevice UntagOpenIDConnectProvider UntagPolicy UntagRole
        UntagSAMLProvider UntagServerCertificate UntagUser UpdateAccessKey UpdateAccountEmailAddress
        UpdateAccountName UpdateAccountPasswordPolicy UpdateAssumeRolePolicy UpdateCloudFrontPublicKey
        UpdateGroup UpdateLoginProfile UpdateOpenIDConnectProviderThumbprint UpdateRole
        UpdateRoleDescription UpdateSAMLProvider UpdateServerCertificate UpdateServiceSpecificCredential
        UpdateSigningCertificate UpdateSSHPublicKey UpdateUser UploadCloudFrontPublicKey
        UploadServerCertificate UploadSigningCertificate UploadSSHPublicKey
    """,
    "sts": """
        AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage
        GetAccessKeyInfo GetCallerIdentity GetDelegatedAccessToken GetFederationToken GetServiceBearerToken
        GetSessionToken GetWebIdentityToken SetContext SetSourceIdentity TagGetWebIdentityToken TagSession
    """,
    "lambda": """
        AddLayerVersionPermission AddPermission CheckpointDurableExecution ConnectMicrovm CreateAlias
        CreateCapacityProvider CreateCodeSigningConfig CreateEventSourceMapping CreateFunction
        CreateFunctionUrlConfig CreateMicrovmAuthToken CreateMicrovmImage CreateMicrovmShellAuthToken
        CreateNetworkConnector CreateWebFunction CreateWebFunctionEndpoint CreateWebFunctionRevision
        DeleteAlias DeleteCapacityProvider DeleteCodeSigningConfig DeleteEventSourceMapping DeleteFunction
        DeleteFunctionCodeSigningConfig DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig
        DeleteFunctionUrlConfig DeleteLayerVersion DeleteMicrovmImage DeleteMicrovmImageVersion
        DeleteNetworkConnector DeleteProvisionedConcurrencyConfig DeleteResourcePolicy DeleteWebFunction
        DeleteWebFunctionEndpoint DeleteWebFunctionRevision DisableReplication EnableReplication
        GetAccountSettings GetAlias GetCapacityProvider GetCodeSigningConfig GetDurableExecution
        GetDurableExecutionHistory GetDurableExecutionState GetEventSourceMapping GetFunction
        GetFunctionCodeSigningConfig GetFunctionConcurrency GetFunctionConfiguration
        GetFunctionEventInvokeConfig GetFunctionRecursionConfig GetFunctionScalingConfig
        GetFunctionUrlConfig GetLayerVersion GetLayerVersionPolicy GetMicrovm GetMicrovmImage
        GetMicrovmImageBuild GetMicrovmImageVersion GetNetworkConnector GetPolicy
        GetProvisionedConcurrencyConfig GetResourcePolicy GetRuntimeManagementConfig GetWebAccountSettings
        GetWebFunction GetWebFunctionEndpoint GetWebFunctionRevision InvokeAsync InvokeFunction
        InvokeFunctionUrl InvokeWebFunctionEndpoint ListAliases ListCapacityProviders ListCodeSigningConfigs
        ListDurableExecutionsByFunction ListEventSourceMappings ListFunctionEventInvokeConfigs ListFunctions
        ListFunctionsByCodeSigningConfig ListFunctionUrlConfigs ListFunctionVersionsByCapacityProvider
        ListLayers ListLayerVersions ListManagedMicrovmImages ListManagedMicrovmImageVersions
        ListMicrovmImageBuilds ListMicrovmImages ListMicrovmImageVersions ListMicrovms ListNetworkConnectors
        ListNetworkConnectorVersions ListProvisionedConcurrencyConfigs ListTags ListVersionsByFunction
        ListWebFunctionEndpoints ListWebFunctionRevisions ListWebFunctions PassCapacityProvider
        PassNetworkConnector PublishLayerVersion PublishVersion PutFunctionCodeSigningConfig
        PutFunctionConcurrency PutFunctionEventInvokeConfig PutFunctionRecursionConfig
        PutFunctionScalingConfig PutProvisionedConcurrencyConfig PutResourcePolicy
        PutRuntimeManagementConfig RemoveLayerVersionPermission RemovePermission ResumeMicrovm RunMicrovm
        SendDurableExecutionCallbackFailure SendDurableExecutionCallbackHeartbeat
        SendDurableExecutionCallbackSuccess StopDurableExecution SuspendMicrovm TagResource TerminateMicrovm
        UntagResource UpdateAlias UpdateCapacityProvider UpdateCodeSigningConfig UpdateEventSourceMapping
        UpdateFunctionCode UpdateFunctionCodeSigningConfig UpdateFunctionConfiguration
        UpdateFunctionEventInvokeConfig UpdateFunctionUrlConfig UpdateMicrovmImage UpdateMicrovmImageVersion
        UpdateNetworkConnector UpdateWebFunctionEndpoint
    """,
    "ecs": """
        AllowVendedLogDeliveryForResource AssociateGatewayWithCluster ContinueServiceDeployment
        CreateCapacityProvider CreateCluster CreateDaemon CreateExpressGatewayService CreateGateway
        CreateService CreateTaskSet DeleteAccountSetting DeleteAttributes DeleteCapacityProvider
        DeleteCluster DeleteDaemon DeleteDaemonTaskDefinition DeleteExpressGatewayService DeleteGateway
        DeleteService DeleteTaskDefinitions DeleteTaskSet DeregisterContainerInstance
        DeregisterTaskDefinition DescribeCapacityProviders DescribeClusters DescribeContainerInstances
        DescribeDaemon DescribeDaemonDeployments DescribeDaemonRevisions DescribeDaemonTaskDefinition
        DescribeExpressGatewayService DescribeGateway DescribeGatewayResources DescribeGatewayRoute
        DescribeServiceDeployments DescribeServiceRevisions DescribeServices DescribeTaskDefinition
        DescribeTasks DescribeTaskSets DisassociateGatewayFromCluster DiscoverPollEndpoint ExecuteCommand
        GetTaskProtection ListAccountSettings ListAttributes ListClusters ListContainerInstances
        ListDaemonDeployments ListDaemons ListDaemonTaskDefinitions ListGatewayClusterAssociations
        ListGatewayRoutes ListGateways ListServiceDeployments ListServices ListServicesByNamespace
        ListTagsForResource ListTaskDefinitionFamilies ListTaskDefinitions ListTasks Poll PutAccountSetting
        PutAccountSettingDefault PutAttributes PutClusterCapacityProviders PutSystemLogEvents
        RegisterContainerInstance RegisterDaemonTaskDefinition RegisterTaskDefinition RunTask StartTask
        StartTelemetrySession StopServiceDeployment StopTask SubmitAttachmentStateChanges
        SubmitContainerStateChange SubmitTaskStateChange TagResource UntagResource UpdateCapacityProvider
        UpdateCluster UpdateClusterSettings UpdateContainerAgent UpdateContainerInstancesState UpdateDaemon
        UpdateExpressGatewayService UpdateGateway UpdateService UpdateServicePrimaryTaskSet
        UpdateTaskProtection UpdateTaskSet
    """,
    "ecr": """
        BatchCheckLayerAvailability BatchDeleteImage BatchGetImage BatchGetRepositoryScanningConfiguration
        BatchImportUpstreamImage CompleteLayerUpload CreatePullThroughCacheRule CreateRepository
        CreateRepositoryCreationTemplate DeleteLifecyclePolicy DeletePullThroughCacheRule
        DeleteRegistryPolicy DeleteRepository DeleteRepositoryCreationTemplate DeleteRepositoryPolicy
        DeleteSigningConfiguration DeregisterPullTimeUpdateExclusion DescribeImageReplicationStatus
        DescribeImages DescribeImageScanFindings DescribeImageSigningStatus DescribePullThroughCacheRules
        DescribeRegistry DescribeRepositories DescribeRepositoryCreationTemplates GetAccountSetting
        GetAuthorizationToken GetDownloadUrlForLayer GetImageCopyStatus GetLifecyclePolicy
        GetLifecyclePolicyPreview GetRegistryPolicy GetRegistryScanningConfiguration GetRepositoryPolicy
        GetSigningConfiguration InitiateLayerUpload ListImages ListPullTimeUpdateExclusions
        ListTagsForResource PutAccountSetting PutImage PutImageScanningConfiguration PutImageTagMutability
        PutLifecyclePolicy PutRegistryPolicy PutRegistryScanningConfiguration PutReplicationConfiguration
        PutSigningConfiguration RegisterPullTimeUpdateExclusion ReplicateImage SetRepositoryPolicy
        StartImageScan StartLifecyclePolicyPreview TagResource UntagResource UpdateImageStorageClass
        UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate UploadLayerPart
        ValidatePullThroughCacheRule
    """,
    "cloudformation": """
        ActivateOrganizationsAccess ActivateType BatchDescribeTypeConfigurations CancelResourceRequest
        CancelUpdateStack ContinueUpdateRollback CreateChangeSet CreateGeneratedTemplate CreateResource
        CreateStack CreateStackInstances CreateStackRefactor CreateStackSet CreateUploadBucket
        DeactivateOrganizationsAccess DeactivateType DeleteChangeSet DeleteGeneratedTemplate DeleteResource
        DeleteStack DeleteStackInstances DeleteStackSet DeregisterType DescribeAccountLimits
        DescribeChangeSet DescribeChangeSetHooks DescribeEvents DescribeGeneratedTemplate
        DescribeOrganizationsAccess DescribePublisher DescribeResourceScan DescribeStackDriftDetectionStatus
        DescribeStackEvents DescribeStackInstance DescribeStackRefactor DescribeStackResource
        DescribeStackResourceDrifts DescribeStackResources DescribeStacks DescribeStackSet
        DescribeStackSetOperation DescribeType DescribeTypeRegistration DetectStackDrift
        DetectStackResourceDrift DetectStackSetDrift EstimateTemplateCost ExecuteChangeSet
        ExecuteStackRefactor GetGeneratedTemplate GetHookResult GetResource GetResourceRequestStatus
        GetStackPolicy GetTemplate GetTemplateSummary ImportStacksToStackSet ListAllHookResults
        ListChangeSets ListExports ListGeneratedTemplates ListHookResults ListImports ListResourceRequests
        ListResources ListResourceScanRelatedResources ListResourceScanResources ListResourceScans
        ListStackInstanceResourceDrifts ListStackInstances ListStackRefactorActions ListStackRefactors
        ListStackResources ListStacks ListStackSetAutoDeploymentTargets ListStackSetOperationResults
        ListStackSetOperations ListStackSets ListTypeRegistrations ListTypes ListTypeVersions PublishType
        RecordHandlerProgress RegisterPublisher RegisterType RollbackStack SetStackPolicy
        SetTypeConfiguration SetTypeDefaultVersion SignalResource StartResourceScan StopStackSetOperation
        TagResource TestType UntagResource UpdateGeneratedTemplate UpdateResource UpdateStack
        UpdateStackInstances UpdateStackSet UpdateTerminationProtection ValidateTemplate
    """,
    "cloudwatch": """
        AssumeAccessProfile BatchGetServiceLevelIndicatorReport BatchGetServiceLevelObjectiveBudgetReport
        CallWithBearerToken CreateAccessGrant CreateAccessProfile CreateAlert CreateDomain
        CreateDomainAccessGrantForOrganization CreateDomainForOrganization CreateIngestionEndpoint
        CreateIntegration CreateOmniDashboard CreateOmniThread CreateOneTimeDeepLinkCode
        CreateResourceMetricsConfiguration CreateServiceLevelObjective CreateSpace CreateView
        DeleteAccessGrant DeleteAccessProfile DeleteAlarmMuteRule DeleteAlarms DeleteAlert
        DeleteAnomalyDetector DeleteDashboards DeleteDomain DeleteDomainAccessGrantForOrganization
        DeleteDomainForOrganization DeleteIngestionEndpoint DeleteInsightRules DeleteIntegration
        DeleteMetricStream DeleteOmniDashboard DeleteOmniThread DeletePipelineRule
        DeleteResourceMetricsConfiguration DeleteServiceLevelObjective DeleteSpace DeleteView
        DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric DescribeAnomalyDetectors
        DescribeInsightRules DisableAlarmActions DisableInsightRules EnableAlarmActions EnableInsightRules
        EnableTopologyDiscovery GenerateQuery GenerateQueryResultsSummary GetAccessGrant GetAccessProfile
        GetAgentGraph GetAlarmMuteRule GetAlert GetContextGraph GetDashboard GetDataset GetDomain
        GetDomainAccessGrantForOrganization GetDomainForOrganization GetIngestionEndpoint
        GetInsightRuleReport GetIntegration GetIntelligenceConfiguration GetMetricData GetMetricStatistics
        GetMetricStream GetMetricWidgetImage GetOmniDashboard GetOmniThread GetOTelEnrichment GetPreferences
        GetRecords GetResourceMetricsConfiguration GetService GetServiceData GetServiceLevelObjective
        GetSpace GetSpaceCredentials GetSpaceCredentialsForOrganization GetTelemetryQueryResults
        GetTopologyDiscoveryStatus GetTopologyMap GetView InvokeIntegration Link ListAccessGrants
        ListAccessProfiles ListAlarmMuteRules ListAlertContributors ListAlerts ListDashboards
        ListDomainAccessGrantsForOrganization ListDomains ListEntitiesForMetric ListIngestionEndpoints
        ListIntegrations ListManagedInsightRules ListMetrics ListMetricStreams ListOmniDashboards
        ListOmniThreads ListServiceLevelObjectives ListServices ListSpaceAccess ListSpaces
        ListSpacesForOrganization ListTagsForResource ListTelemetryFields ListTelemetryQuerySessions
        ListViews PutAlarmMuteRule PutAnomalyDetector PutCompositeAlarm PutDashboard PutInsightRule
        PutIntelligenceConfiguration PutLogAlarm PutManagedInsightRules PutMetricAlarm PutMetricData
        PutMetricStream PutPipelineRule PutRecords QueryTraces SearchPrincipals SetAlarmState
        StartMetricStreams StartOmniThreadSession StartOTelEnrichment StartTelemetryQuery
        StartTelemetryQuerySession StopMetricStreams StopOTelEnrichment StopTelemetryQuery
        StopTelemetryQuerySession SubmitAlarmFeedback SubmitFeedback TagResource UntagResource
        UpdateAccessProfile UpdateAlert UpdateDomain UpdateDomainForOrganization UpdateIngestionEndpoint
        UpdateIntegration UpdateOmniDashboard UpdateOmniThread UpdateOTelEnrichment UpdatePreferences
        UpdateResourceMetricsConfiguration UpdateServiceLevelObjective UpdateSpace UpdateView
    """,
    "events": """
        ActivateEventSource AllowVendedLogDeliveryForResource CancelReplay CreateApiDestination
        CreateArchive CreateConnection CreateEndpoint CreateEventBus CreateEventSource
        CreatePartnerEventSource CreateSubscriber DeactivateEventSource DeauthorizeConnection
        DeleteApiDestination DeleteArchive DeleteConnection DeleteEndpoint DeleteEventBus DeleteEventSource
        DeletePartnerEventSource DeleteResourcePolicy DeleteRule DeleteSubscriber DescribeApiDestination
        DescribeArchive DescribeConnection DescribeEndpoint DescribeEventBus DescribeEventSource
        DescribePartnerEventSource DescribeReplay DescribeRule DescribeSubscriber DisableRule EnableRule
        GetResourcePolicy InvokeApiDestination ListApiDestinations ListArchives ListConnections
        ListEndpoints ListEventBuses ListEventSources ListPartnerEventSourceAccounts ListPartnerEventSources
        ListReplays ListResourcePolicies ListRuleNamesByTarget ListRules ListSubscribers ListTagsForResource
        ListTargetsByRule PutEvents PutPartnerEvents PutPermission PutRawEvents PutResourcePolicy PutRule
        PutTargets RemovePermission RemoveTargets RetrieveConnectionCredentials RevokeResource StartReplay
        TagResource TestEventPattern UntagResource UpdateApiDestination UpdateArchive UpdateConnection
        UpdateEndpoint UpdateEventBus UpdateEventSource UpdateSubscriber
    """,
    "ssm": """
        AddTagsToResource AssociateOpsItemRelatedItem CancelCommand CancelMaintenanceWindowExecution
        CreateActivation CreateAssociation CreateAssociationBatch CreateCloudConnector CreateDocument
        CreateMaintenanceWindow CreateOpsItem CreateOpsMetadata CreatePatchBaseline CreateResourceDataSync
        DeleteActivation DeleteAssociation DeleteCloudConnector DeleteDocument DeleteInventory
        DeleteMaintenanceWindow DeleteOpsItem DeleteOpsMetadata DeleteParameter DeleteParameters
        DeletePatchBaseline DeleteResourceDataSync DeleteResourcePolicy DeregisterManagedInstance
        DeregisterPatchBaselineForPatchGroup DeregisterTargetFromMaintenanceWindow
        DeregisterTaskFromMaintenanceWindow DescribeActivations DescribeAssociation
        DescribeAssociationExecutions DescribeAssociationExecutionTargets DescribeAutomationExecutions
        DescribeAutomationStepExecutions DescribeAvailablePatches DescribeDocument
        DescribeDocumentParameters DescribeDocumentPermission DescribeEffectiveInstanceAssociations
        DescribeEffectivePatchesForPatchBaseline DescribeInstanceAssociationsStatus
        DescribeInstanceInformation DescribeInstancePatches DescribeInstancePatchStates
        DescribeInstancePatchStatesForPatchGroup DescribeInstanceProperties DescribeInventoryDeletions
        DescribeMaintenanceWindowExecutions DescribeMaintenanceWindowExecutionTaskInvocations
        DescribeMaintenanceWindowExecutionTasks DescribeMaintenanceWindows DescribeMaintenanceWindowSchedule
        DescribeMaintenanceWindowsForTarget DescribeMaintenanceWindowTargets DescribeMaintenanceWindowTasks
        DescribeOpsItems DescribeParameters DescribePatchBaselines DescribePatchGroups
        DescribePatchGroupState DescribePatchProperties DescribeSessions DisassociateOpsItemRelatedItem
        ExecuteApi GetAccessToken GetAutomationExecution GetCalendar GetCalendarState GetCloudConnector
        GetCommandInvocation GetConnectionStatus GetDefaultPatchBaseline
        GetDeployablePatchSnapshotForInstance GetDocument GetExecutionPreview GetInventory
        GetInventorySchema GetMaintenanceWindow GetMaintenanceWindowExecution
        GetMaintenanceWindowExecutionTask GetMaintenanceWindowExecutionTaskInvocation
        GetMaintenanceWindowTask GetManifest GetOpsItem GetOpsMetadata GetOpsSummary GetParameter
        GetParameterHistory GetParameters GetParametersByPath GetPatchBaseline GetPatchBaselineForPatchGroup
        GetResourcePolicies GetServiceSetting LabelParameterVersion ListAssociations ListAssociationVersions
        ListCloudConnectors ListCommandInvocations ListCommands ListComplianceItems ListComplianceSummaries
        ListDocumentMetadataHistory ListDocuments ListDocumentVersions ListInstanceAssociations
        ListInventoryEntries ListNodes ListNodesSummary ListOpsItemEvents ListOpsItemRelatedItems
        ListOpsMetadata ListResourceComplianceSummaries ListResourceDataSync ListTagsForResource
        ModifyDocumentPermission PutCalendar PutComplianceItems PutConfigurePackageResult PutInventory
        PutParameter PutResourcePolicy RegisterDefaultPatchBaseline RegisterManagedInstance
        RegisterPatchBaselineForPatchGroup RegisterTargetWithMaintenanceWindow
        RegisterTaskWithMaintenanceWindow RemoveTagsFromResource RequestManagedInstanceRoleToken
        ResetServiceSetting ResumeSession SendAutomationSignal SendCommand StartAccessRequest
        StartAssociationsOnce StartAutomationExecution StartChangeRequestExecution StartExecutionPreview
        StartSession StopAutomationExecution TerminateSession UnlabelParameterVersion UpdateAssociation
        UpdateAssociationStatus UpdateCloudConnector UpdateDocument UpdateDocumentDefaultVersion
        UpdateDocumentMetadata UpdateInstanceAssociationStatus UpdateInstanceInformation
        UpdateMaintenanceWindow UpdateMaintenanceWindowTarget UpdateMaintenanceWindowTask
        UpdateManagedInstancePublicKey UpdateManagedInstanceRole UpdateOpsItem UpdateOpsMetadata
        UpdatePatchBaseline UpdateResourceDataSync UpdateServiceSetting ValidateCloudConnector
    """,
    "secretsmanager": """
        BatchGetSecretValue CancelRotateSecret CreateSecret DeleteResourcePolicy DeleteSecret DescribeSecret
        GetRandomPassword GetResourcePolicy GetSecretValue ListSecrets ListSecretVersionIds
        PutResourcePolicy PutSecretValue RemoveRegionsFromReplication ReplicateSecretToRegions RestoreSecret
        RotateSecret StopReplicationToReplica TagResource UntagResource UpdateSecret
        UpdateSecretVersionStage ValidateResourcePolicy
    """,
    "kms": """
        CancelKeyDeletion ConnectCustomKeyStore CreateAlias CreateCustomKeyStore CreateGrant CreateKey
        Decrypt DeleteAlias DeleteCustomKeyStore DeleteImportedKeyMaterial DeriveSharedSecret
        DescribeCustomKeyStores DescribeKey DisableKey DisableKeyRotation DisconnectCustomKeyStore EnableKey
        EnableKeyRotation Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
        GenerateDataKeyWithoutPlaintext GenerateMac GenerateRandom GetKeyLastUsage GetKeyPolicy
        GetKeyRotationStatus GetParametersForImport GetPublicKey ImportKeyMaterial ListAliases ListGrants
        ListKeyPolicies ListKeyRotations ListKeys ListResourceTags ListRetirableGrants PutKeyPolicy
        ReEncryptFrom ReEncryptTo ReplicateKey RetireGrant RevokeGrant RotateKeyOnDemand ScheduleKeyDeletion
        Sign SynchronizeMultiRegionKey TagResource UntagResource UpdateAlias UpdateCustomKeyStore
        UpdateKeyDescription UpdatePrimaryRegion Verify VerifyMac
    """,
    "autoscaling": """
        AttachInstances AttachLoadBalancers AttachLoadBalancerTargetGroups AttachTrafficSources
        BatchDeleteScheduledAction BatchPutScheduledUpdateGroupAction CancelInstanceRefresh
        CompleteLifecycleAction CreateAutoScalingGroup CreateLaunchConfiguration CreateOrUpdateTags
        DeleteAutoScalingGroup DeleteLaunchConfiguration DeleteLifecycleHook DeleteNotificationConfiguration
        DeletePolicy DeleteScheduledAction DeleteTags DeleteWarmPool DescribeAccountLimits
        DescribeAccountSettings DescribeAdjustmentTypes DescribeAutoScalingGroups
        DescribeAutoScalingInstances DescribeAutoScalingNotificationTypes DescribeInstanceRefreshes
        DescribeLaunchConfigurations DescribeLifecycleHooks DescribeLifecycleHookTypes DescribeLoadBalancers
        DescribeLoadBalancerTargetGroups DescribeMetricCollectionTypes DescribeNotificationConfigurations
        DescribePolicies DescribeScalingActivities DescribeScalingProcessTypes DescribeScheduledActions
        DescribeTags DescribeTerminationPolicyTypes DescribeTrafficSources DescribeWarmPool DetachInstances
        DetachLoadBalancers DetachLoadBalancerTargetGroups DetachTrafficSources DisableMetricsCollection
        EnableMetricsCollection EnterStandby ExecutePolicy ExitStandby GetPredictiveScalingForecast
        LaunchInstances PutAccountSetting PutLifecycleHook PutNotificationConfiguration PutScalingPolicy
        PutScheduledUpdateGroupAction PutWarmPool RecordLifecycleActionHeartbeat ResumeProcesses
        RollbackInstanceRefresh SetDesiredCapacity SetInstanceHealth SetInstanceProtection
        StartInstanceRefresh SuspendProcesses TerminateInstanceInAutoScalingGroup UpdateAutoScalingGroup
    """,
    "elasticloadbalancing": """
        AddListenerCertificates AddTags AddTrustStoreRevocations AllowVendedLogDeliveryForResource
        ApplySecurityGroupsToLoadBalancer AttachLoadBalancerToSubnets ConfigureHealthCheck
        CreateAppCookieStickinessPolicy CreateLBCookieStickinessPolicy CreateListener CreateLoadBalancer
        CreateLoadBalancerListeners CreateLoadBalancerPolicy CreateRule CreateTargetGroup CreateTrustStore
        CreateWebAclAssociation DeleteListener DeleteLoadBalancer DeleteLoadBalancerListeners
        DeleteLoadBalancerPolicy DeleteRule DeleteSharedTrustStoreAssociation DeleteTargetGroup
        DeleteTrustStore DeleteWebAclAssociation DeregisterInstancesFromLoadBalancer DeregisterTargets
        DescribeAccountLimits DescribeCapacityReservation DescribeInstanceHealth DescribeListenerAttributes
        DescribeListenerCertificates DescribeListeners DescribeLoadBalancerAttributes
        DescribeLoadBalancerPolicies DescribeLoadBalancerPolicyTypes DescribeLoadBalancers DescribeRules
        DescribeSSLPolicies DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups
        DescribeTargetHealth DescribeTrustStoreAssociations DescribeTrustStoreRevocations
        DescribeTrustStores DescribeWebAclAssociation DetachLoadBalancerFromSubnets
        DisableAvailabilityZonesForLoadBalancer EnableAvailabilityZonesForLoadBalancer GetLoadBalancerWebAcl
        GetResourcePolicy GetTrustStoreCaCertificatesBundle GetTrustStoreRevocationContent
        ModifyCapacityReservation ModifyIpPools ModifyListener ModifyListenerAttributes
        ModifyLoadBalancerAttributes ModifyRule ModifyTargetGroup ModifyTargetGroupAttributes
        ModifyTrustStore RegisterInstancesWithLoadBalancer RegisterTargets RemoveListenerCertificates
        RemoveTags RemoveTrustStoreRevocations SetIpAddressType SetLoadBalancerListenerSSLCertificate
        SetLoadBalancerPoliciesForBackendServer SetLoadBalancerPoliciesOfListener SetRulePriorities
        SetSecurityGroups SetSubnets SetWebAcl
    """,
    "states": """
        CreateActivity CreateStateMachine CreateStateMachineAlias DeleteActivity DeleteStateMachine
        DeleteStateMachineAlias DeleteStateMachineVersion DescribeActivity DescribeExecution DescribeMapRun
        DescribeStateMachine DescribeStateMachineAlias DescribeStateMachineForExecution GetActivityTask
        GetExecutionHistory InvokeHttpEndpoint ListActivities ListExecutions ListMapRuns
        ListStateMachineAliases ListStateMachines ListStateMachineVersions ListTagsForResource
        PublishStateMachineVersion RedriveExecution RevealSecrets SendTaskFailure SendTaskHeartbeat
        SendTaskSuccess StartExecution StartSyncExecution StopExecution TagResource TestState UntagResource
        UpdateMapRun UpdateStateMachine UpdateStateMachineAlias ValidateStateMachineDefinition
    """,
    "codestar-connections": _CONNECTIONS,
    "codeconnections": _CONNECTIONS,
    "codestar-notifications": """
        CreateNotificationRule DeleteNotificationRule DeleteTarget DescribeNotificationRule ListEventTypes
        ListNotificationRules ListTagsForResource ListTargets Subscribe TagResource Unsubscribe
        UntagResource UpdateNotificationRule
    """,
    "codeartifact": """
        AssociateExternalConnection AssociateWithDownstreamRepository CopyPackageVersions CreateDomain
        CreatePackageGroup CreateRepository DeleteDomain DeleteDomainPermissionsPolicy DeletePackage
        DeletePackageGroup DeletePackageVersions DeleteRepository DeleteRepositoryPermissionsPolicy
        DescribeDomain DescribePackage DescribePackageGroup DescribePackageVersion DescribeRepository
        DisassociateExternalConnection DisposePackageVersions GetAssociatedPackageGroup
        GetAuthorizationToken GetDomainPermissionsPolicy GetPackageVersionAsset GetPackageVersionReadme
        GetRepositoryEndpoint GetRepositoryPermissionsPolicy ListAllowedRepositoriesForGroup
        ListAssociatedPackages ListDomains ListPackageGroups ListPackages ListPackageVersionAssets
        ListPackageVersionDependencies ListPackageVersions ListRepositories ListRepositoriesInDomain
        ListSubPackageGroups ListTagsForResource PublishPackageVersion PutDomainPermissionsPolicy
        PutPackageMetadata PutPackageOriginConfiguration PutRepositoryPermissionsPolicy ReadFromRepository
        TagResource UntagResource UpdatePackageGroup UpdatePackageGroupOriginConfiguration
        UpdatePackageVersionsStatus UpdateRepository
    """,
}
INSTEAD = {
    "s3:CopyObject": "s3:GetObject and s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:UploadPart": "s3:PutObject",
    "lambda:Invoke": "lambda:InvokeFunction",
    "sns:PublishBatch": "sns:Publish",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
"""Operations of an API that have no action of their name -> the action that allows them.

Source: "Required permissions for Amazon S3 API operations", and the pages on permissions of Lambda, SNS and SQS.
"""


@cache
def actions(service: str) -> dict[str, str]:
    """The actions of a service by their names in small letters; {} for services that are not here."""
    return {name.lower(): name for name in _NAMES.get(service, "").split()}


def instead(action: str) -> str:
    """The action that allows what a name stands for that is none; "" for others."""
    return _INSTEAD.get(action.lower(), "")


_INSTEAD = {name.lower(): meant for name, meant in INSTEAD.items()}
SERVICES = tuple(_NAMES)
