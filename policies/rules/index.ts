import type { PolicyRule } from "../rule";
import { acrAdminDisabled } from "./acr-admin-disabled";
import { acrCmek } from "./acr-cmek";
import { acrGeoReplicated } from "./acr-geo-replicated";
import { acrNetworkRestricted } from "./acr-network-restricted";
import { acrNoAnonymousPull } from "./acr-no-anonymous-pull";
import { acrNoArmTokens } from "./acr-no-arm-tokens";
import { acrNoContentTrust } from "./acr-no-content-trust";
import { acrNoExport } from "./acr-no-export";
import { acrPrivateEndpoint } from "./acr-private-endpoint";
import { acrProdSku } from "./acr-prod-sku";
import { acrTaskIdentity } from "./acr-task-identity";
import { acrTokenRepositories } from "./acr-token-repositories";
import { acrUntaggedRetention } from "./acr-untagged-retention";
import { acrWebhookHttps } from "./acr-webhook-https";
import { acrZoneRedundant } from "./acr-zone-redundant";
import { cloudBuildServiceAccount } from "./cloud-build-service-account";
import { codebuildEncrypted } from "./codebuild-encrypted";
import { codebuildLogs } from "./codebuild-logs";
import { codebuildPrivileged } from "./codebuild-privileged";
import { dockerHardening } from "./docker-hardening";
import { dockerLimits } from "./docker-limits";
import { dockerNoEngineSocket } from "./docker-no-engine-socket";
import { dockerNoPrivileged } from "./docker-no-privileged";
import { dockerRestartPolicy } from "./docker-restart-policy";
import { ecrImmutableTags } from "./ecr-immutable-tags";
import { ecrKmsKey } from "./ecr-kms-key";
import { ecrLifecycleKeepsReleases } from "./ecr-lifecycle-keeps-releases";
import { ecrLifecycleRequired } from "./ecr-lifecycle-required";
import { ecrNoForceDelete } from "./ecr-no-force-delete";
import { ecrPolicyNotPublic } from "./ecr-policy-not-public";
import { ecrScanOnPush } from "./ecr-scan-on-push";
import { environmentSaid } from "./environment-said";
import { federatedCredentialSubject } from "./federated-credential-subject";
import { garCleanupPolicy } from "./gar-cleanup-policy";
import { garCmek } from "./gar-cmek";
import { garImmutableTags } from "./gar-immutable-tags";
import { garNotPublic } from "./gar-not-public";
import { garScanningExplicit } from "./gar-scanning-explicit";
import { k8sAccountToken } from "./k8s-account-token";
import { k8sDisruptionBudget } from "./k8s-disruption-budget";
import { k8sHardening } from "./k8s-hardening";
import { k8sHostAccess } from "./k8s-host-access";
import { k8sNetworkPolicy } from "./k8s-network-policy";
import { k8sReplicasVolume } from "./k8s-replicas-volume";
import { k8sServiceNotPublic } from "./k8s-service-not-public";
import { leastPrivilegePush } from "./least-privilege-push";
import { noInlineSecrets } from "./no-inline-secrets";
import { oidcTrustConditions } from "./oidc-trust-conditions";
import { pullThroughCredentials } from "./pull-through-credentials";
import { registryAuth } from "./registry-auth";
import { registryBindLoopbackLab } from "./registry-bind-loopback-lab";
import { registryDebugPort } from "./registry-debug-port";
import { registryDeleteEnabled } from "./registry-delete-enabled";
import { registryHttpSecret } from "./registry-http-secret";
import { registryImagePinned } from "./registry-image-pinned";
import { registryPersistentStorage } from "./registry-persistent-storage";
import { registryProxyCredentials } from "./registry-proxy-credentials";
import { registryTls } from "./registry-tls";
import { requiredLabels } from "./required-labels";
import { statefulProtected } from "./stateful-protected";
import { workloadIdentityCondition } from "./workload-identity-condition";
import { workloadRegistries } from "./workload-registries";

/** All rules of the pack, by name. */
export const rules: readonly PolicyRule[] = [
  acrAdminDisabled,
  acrCmek,
  acrGeoReplicated,
  acrNetworkRestricted,
  acrNoAnonymousPull,
  acrNoArmTokens,
  acrNoContentTrust,
  acrNoExport,
  acrPrivateEndpoint,
  acrProdSku,
  acrTaskIdentity,
  acrTokenRepositories,
  acrUntaggedRetention,
  acrWebhookHttps,
  acrZoneRedundant,
  cloudBuildServiceAccount,
  codebuildEncrypted,
  codebuildLogs,
  codebuildPrivileged,
  dockerHardening,
  dockerLimits,
  dockerNoEngineSocket,
  dockerNoPrivileged,
  dockerRestartPolicy,
  ecrImmutableTags,
  ecrKmsKey,
  ecrLifecycleKeepsReleases,
  ecrLifecycleRequired,
  ecrNoForceDelete,
  ecrPolicyNotPublic,
  ecrScanOnPush,
  environmentSaid,
  federatedCredentialSubject,
  garCleanupPolicy,
  garCmek,
  garImmutableTags,
  garNotPublic,
  garScanningExplicit,
  k8sAccountToken,
  k8sDisruptionBudget,
  k8sHardening,
  k8sHostAccess,
  k8sNetworkPolicy,
  k8sReplicasVolume,
  k8sServiceNotPublic,
  leastPrivilegePush,
  noInlineSecrets,
  oidcTrustConditions,
  pullThroughCredentials,
  registryAuth,
  registryBindLoopbackLab,
  registryDebugPort,
  registryDeleteEnabled,
  registryHttpSecret,
  registryImagePinned,
  registryPersistentStorage,
  registryProxyCredentials,
  registryTls,
  requiredLabels,
  statefulProtected,
  workloadIdentityCondition,
  workloadRegistries,
];

export { checkConfiguration } from "../configuration";
export type { Level, Parameter, PolicyRule, Severity } from "../rule";
