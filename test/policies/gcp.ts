import type { Fault, Sample } from "./stack";

const labels = { stack: "shop", owner: "shop", "expires-at": "2027-01-01" };
const repository = "gcp:artifactregistry/repository:Repository";
const cleanup = {
  untagged: {
    id: "untagged",
    action: "DELETE",
    condition: { tagState: "UNTAGGED", olderThan: "604800s" },
  },
  tagged: { id: "tagged", action: "DELETE", condition: { tagState: "TAGGED" } },
  keep: { id: "keep", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
};

export const gcp: Sample[] = [
  {
    type: repository,
    name: "gar",
    protect: true,
    props: {
      format: "DOCKER",
      dockerConfig: { immutableTags: true },
      cleanupPolicies: [cleanup.untagged, cleanup.keep],
      cleanupPolicyDryRun: false,
      kmsKeyName: "projects/shop/locations/europe/keyRings/a/cryptoKeys/b",
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
      labels,
    },
  },
  {
    type: repository,
    name: "gar-remote",
    protect: true,
    props: {
      format: "DOCKER",
      mode: "REMOTE_REPOSITORY",
      remoteRepositoryConfig: {
        dockerRepository: { publicRepository: "DOCKER_HUB" },
        upstreamCredentials: { usernamePasswordCredentials: { username: "shop" } },
      },
      kmsKeyName: "projects/shop/locations/europe/keyRings/a/cryptoKeys/b",
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
      labels,
    },
  },
  {
    type: repository,
    name: "gar-virtual",
    protect: true,
    props: { format: "DOCKER", mode: "VIRTUAL_REPOSITORY", labels },
  },
  {
    // Packages of Java are scanned where that is asked for, and are not images.
    type: repository,
    name: "gar-maven",
    protect: true,
    props: {
      format: "MAVEN",
      kmsKeyName: "projects/shop/locations/europe/keyRings/a/cryptoKeys/b",
      labels,
    },
  },
  {
    type: "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    name: "gar-push",
    props: {
      member: "serviceAccount:ci@shop.iam.gserviceaccount.com",
      role: "roles/artifactregistry.writer",
    },
  },
  {
    type: "gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding",
    name: "gar-pull",
    props: { members: ["group:developers@example.com"], role: "roles/artifactregistry.reader" },
  },
  {
    type: "gcp:artifactregistry/repositoryIamPolicy:RepositoryIamPolicy",
    name: "gar-policy",
    props: {
      policyData: JSON.stringify({
        bindings: [{ role: "roles/artifactregistry.reader", members: ["group:a@example.com"] }],
      }),
    },
  },
  {
    type: "gcp:projects/iAMMember:IAMMember",
    name: "project-pull",
    props: { member: "group:developers@example.com", role: "roles/artifactregistry.reader" },
  },
  {
    type: "gcp:cloudbuild/trigger:Trigger",
    name: "trigger",
    props: {
      serviceAccount: "projects/shop/serviceAccounts/build@shop.iam.gserviceaccount.com",
      substitutions: { _IMAGE: "a" },
    },
  },
  {
    type: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    name: "pool",
    props: {
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
      attributeCondition: "assertion.repository_owner == 'acme'",
    },
  },
  ...[
    "assertion.repository == 'acme/shop' && assertion.ref == 'refs/heads/main'",
    "assertion.repository_owner_id in ['1', '2'] || attribute.repository.startsWith('acme/')",
    "(google.subject.matches('^repo:acme/shop:.*'))",
  ].map((attributeCondition, index) => ({
    type: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    name: `pool-${index}`,
    props: {
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
      attributeMapping: {
        "google.subject": "assertion.sub",
        "attribute.repository": "assertion.repository",
      },
      attributeCondition,
    },
  })),
  {
    // As CircleCI documents it: the claim's name is an address.
    type: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    name: "pool-circleci",
    props: {
      oidc: { issuerUri: "https://oidc.circleci.com/org/11111111" },
      attributeMapping: {
        "google.subject": "assertion.sub",
        "attribute.project": "assertion['oidc.circleci.com/project-id']",
      },
      attributeCondition:
        "attribute.project == '22222222' || assertion['oidc.circleci.com/project-id'] == '33333333'",
    },
  },
  { type: "gcp:kms/cryptoKey:CryptoKey", name: "crypto-key", protect: true, props: { labels } },
];

const everybody = { bindings: [{ role: "roles/artifactregistry.reader", members: ["allUsers"] }] };

export const gcpFaults: Fault[] = [
  { rule: "gar-immutable-tags", of: "gar", set: [[["dockerConfig", "immutableTags"], false]] },
  { rule: "gar-cleanup-policy", of: "gar", set: [[["cleanupPolicies"], []]] },
  {
    rule: "gar-cleanup-policy",
    of: "gar",
    set: [[["cleanupPolicies"], [cleanup.untagged, cleanup.tagged]]],
  },
  {
    rule: "gar-cleanup-policy",
    of: "gar",
    set: [[["cleanupPolicies"], [cleanup.untagged, cleanup.tagged, cleanup.keep]]],
    onlyHere: true,
  },
  { rule: "gar-cleanup-policy", of: "gar", set: [[["cleanupPolicies"], [cleanup.keep]]] },
  { rule: "gar-cleanup-policy", of: "gar", set: [[["cleanupPolicyDryRun"], true]] },
  { rule: "gar-cmek", of: "gar", set: [[["kmsKeyName"], undefined]] },
  { rule: "gar-scanning-explicit", of: "gar", set: [[["vulnerabilityScanningConfig"], undefined]] },
  {
    rule: "gar-scanning-explicit",
    of: "gar",
    set: [[["vulnerabilityScanningConfig", "enablementConfig"], "DISABLED"]],
  },
  { rule: "required-labels", of: "gar", set: [[["labels"], { stack: "shop" }]] },
  { rule: "stateful-protected", of: "gar", unprotected: true },
  { rule: "stateful-protected", of: "crypto-key", unprotected: true },
  {
    rule: "pull-through-credentials",
    of: "gar-remote",
    set: [[["remoteRepositoryConfig", "upstreamCredentials"], undefined]],
    onlyHere: true,
  },
  { rule: "gar-not-public", of: "gar-push", set: [[["member"], "allUsers"]] },
  { rule: "gar-not-public", of: "gar-pull", set: [[["members", 0], "allAuthenticatedUsers"]] },
  { rule: "gar-not-public", of: "gar-policy", set: [[["policyData"], JSON.stringify(everybody)]] },
  {
    rule: "least-privilege-push",
    of: "gar-push",
    set: [[["role"], "roles/artifactregistry.admin"]],
  },
  {
    rule: "least-privilege-push",
    of: "gar-push",
    set: [[["member"], "user:jane@example.com"]],
    onlyHere: true,
  },
  { rule: "least-privilege-push", of: "project-pull", set: [[["role"], "roles/editor"]] },
  {
    rule: "least-privilege-push",
    of: "project-pull",
    set: [[["role"], "roles/artifactregistry.writer"]],
  },
  { rule: "cloud-build-service-account", of: "trigger", set: [[["serviceAccount"], undefined]] },
  {
    rule: "cloud-build-service-account",
    of: "trigger",
    set: [[["serviceAccount"], "1-compute@developer.gserviceaccount.com"]],
  },
  {
    rule: "no-inline-secrets",
    of: "trigger",
    set: [[["substitutions"], { _NPM_TOKEN: "of no worth" }]],
  },
  { rule: "workload-identity-condition", of: "pool", set: [[["attributeCondition"], undefined]] },
  { rule: "workload-identity-condition", of: "pool", set: [[["attributeCondition"], "true"]] },
  {
    rule: "workload-identity-condition",
    of: "pool-circleci",
    set: [[["attributeCondition"], "assertion['oidc.circleci.com/project-id'] != ''"]],
  },
  ...[
    "assertion.repository != ''",
    "assertion.ref == 'refs/heads/main'",
    "assertion.repository == 'acme/shop' || assertion.ref_protected == 'true'",
    "attribute.repository == ''",
    "assertion.repository.matches('.*')",
  ].map((condition) => ({
    rule: "workload-identity-condition",
    of: "pool",
    set: [[["attributeCondition"], condition]] as const,
  })),
];
