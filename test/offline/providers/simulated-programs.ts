import * as pulumi from "@pulumi/pulumi";
import * as authorization from "@pulumi/azure-native/authorization";
import * as registries from "@pulumi/azure-native/containerregistry";
import * as vaults from "@pulumi/azure-native/keyvault";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as ecr from "@pulumi/aws/ecr";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import * as kms from "@pulumi/aws/kms";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as gcpKms from "@pulumi/gcp/kms";
import { getProjectOutput } from "@pulumi/gcp/organizations";
import * as projects from "@pulumi/gcp/projects";
import * as secretmanager from "@pulumi/gcp/secretmanager";

/** What the programs hide in inputs, at the top and nested; nowhere may it stand in plain text. */
export const hidden = "hidden-value-5f0c";

/** What a program is to differ in from its first run. */
export interface Variant {
  /** An input that is changed in place. */
  updated?: boolean;
  /** An input that replaces. */
  replaced?: boolean;
}

const everyone = JSON.stringify({ Version: "2012-10-17", Statement: [] });

/** A registry on AWS with what surrounds it, ten types. */
export function onAws({ updated, replaced }: Variant): pulumi.Inputs {
  const tags = { team: pulumi.secret(hidden) };
  const key = new kms.Key("key", { enableKeyRotation: true, tags });
  new kms.Alias("alias", { name: "alias/app", targetKeyId: key.keyId });
  const repository = new ecr.Repository("app", {
    name: replaced ? "team/other" : "team/app",
    imageTagMutability: updated ? "MUTABLE" : "IMMUTABLE",
    encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key.arn }],
    tags,
  });
  new ecr.LifecyclePolicy("retention", {
    repository: repository.name,
    policy: JSON.stringify({ rules: [] }),
  });
  new ecr.RepositoryPolicy("access", { repository: repository.name, policy: everyone });
  new ecr.RegistryScanningConfiguration("scanning", { scanType: "BASIC" });
  const credential = new secretsmanager.Secret("credential", { name: "ecr-pullthroughcache/hub" });
  new secretsmanager.SecretVersion("value", { secretId: credential.id, secretString: hidden });
  new ecr.PullThroughCacheRule("mirror", {
    ecrRepositoryPrefix: "hub",
    upstreamRegistryUrl: "registry-1.docker.io",
    credentialArn: credential.arn,
  });
  const role = new iam.Role("role", { assumeRolePolicy: everyone });
  new iam.RolePolicyAttachment("attachment", { role: role.name, policyArn: "arn:aws:iam::aws:p" });
  const { accountId } = getCallerIdentityOutput();
  return {
    keyArn: key.arn,
    url: repository.repositoryUrl,
    arn: repository.arn,
    secret: credential.arn,
    role: role.arn,
    accountId,
  };
}

/** A registry on Google Cloud with what surrounds it, ten types. */
export function onGcp({ updated, replaced }: Variant): pulumi.Inputs {
  const service = new projects.Service("api", { service: "artifactregistry.googleapis.com" });
  const identity = new projects.ServiceIdentity("agent", { service: service.service });
  const ring = new gcpKms.KeyRing("ring", { name: "images", location: "europe-west1" });
  const key = new gcpKms.CryptoKey("key", { name: "images", keyRing: ring.id });
  const grant = new gcpKms.CryptoKeyIAMMember("grant", {
    cryptoKeyId: key.id,
    role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    member: identity.member,
  });
  const repository = new artifactregistry.Repository(
    "app",
    {
      repositoryId: replaced ? "other" : "app",
      format: "DOCKER",
      description: updated ? "after" : "before",
      kmsKeyName: key.id,
      labels: { team: pulumi.secret(hidden) },
      remoteRepositoryConfig: { dockerRepository: { publicRepository: "DOCKER_HUB" } },
      mode: "REMOTE_REPOSITORY",
    },
    { dependsOn: grant },
  );
  new artifactregistry.RepositoryIamMember("reader", {
    repository: repository.name,
    role: "roles/artifactregistry.reader",
    member: "group:readers@example.com",
  });
  const secret = new secretmanager.Secret("credential", {
    secretId: "hub",
    replication: { auto: {} },
  });
  new secretmanager.SecretVersion("value", { secret: secret.id, secretData: hidden });
  new artifactregistry.Rule("rule", {
    repositoryId: repository.repositoryId,
    ruleId: "no-downloads",
    action: "DENY",
  });
  return {
    id: repository.id,
    uri: repository.registryUri,
    agent: identity.email,
    number: getProjectOutput().number,
  };
}

/** A registry on Azure with what surrounds it, ten types. */
export function onAzure({ updated, replaced }: Variant): pulumi.Inputs {
  const { name: resourceGroupName } = new ResourceGroup("group", { resourceGroupName: "images" });
  const registry = new registries.Registry("registry", {
    resourceGroupName,
    registryName: replaced ? "OtherImages" : "TeamImages",
    sku: { name: updated ? "Premium" : "Standard" },
    identity: { type: "SystemAssigned" },
  });
  const inRegistry = { resourceGroupName, registryName: registry.name };
  const scopeMap = new registries.ScopeMap("scope", {
    ...inRegistry,
    actions: ["repositories/app/content/read"],
  });
  new registries.Token("token", { ...inRegistry, scopeMapId: scopeMap.id });
  new registries.Task("purge", {
    ...inRegistry,
    platform: { os: "Linux" },
    step: {
      type: "Docker",
      dockerFilePath: "Dockerfile",
      contextAccessToken: pulumi.secret(hidden),
    },
  });
  const credentials = new registries.CredentialSet("hub", {
    ...inRegistry,
    identity: { type: "SystemAssigned" },
  });
  const user = new UserAssignedIdentity("identity", { resourceGroupName, resourceName: "puller" });
  new authorization.RoleAssignment("pull", {
    scope: registry.id,
    principalId: user.principalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: "/providers/Microsoft.Authorization/roleDefinitions/7f951dda",
  });
  new authorization.ManagementLockByScope("lock", { scope: registry.id, level: "CanNotDelete" });
  const vault = new vaults.Vault("vault", {
    resourceGroupName,
    vaultName: "team-images",
    properties: {
      tenantId: authorization.getClientConfigOutput().tenantId,
      sku: { family: "A", name: "standard" },
    },
  });
  return {
    id: registry.id,
    loginServer: registry.loginServer,
    vaultUri: vault.properties.vaultUri,
    principalId: credentials.identity.apply((identity) => identity?.principalId ?? ""),
  };
}
