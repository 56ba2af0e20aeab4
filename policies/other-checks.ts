/** A check of another tool that concerns registries, and what this pack has for it. */
export interface OtherCheck {
  tool: "checkov" | "Trivy" | "Security Hub" | "Azure Policy" | "PSRule";
  id: string;
  /** What it asks for, in short. */
  asks: string;
  /** Rules of this pack that find what it finds, or why there is none. */
  rules?: readonly string[];
  whyNot?: string;
}

const scanned = "What Defender found in pushed images is not a property of a resource.";

/**
 * The checks of other tools that concern registries: checkov 3 (github.com/bridgecrewio/checkov), trivy-checks
 * (github.com/aquasecurity/trivy-checks), AWS Security Hub (docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html), Azure
 * Policy (learn.microsoft.com/azure/container-registry/policy-reference) and PSRule for Azure
 * (azure.github.io/PSRule.Rules.Azure). Their ids and subjects are facts; the words are ours.
 */
export const otherChecks: readonly OtherCheck[] = [
  checkov("CKV_AWS_32", "a repository's policy is not public", ["ecr-policy-not-public"]),
  checkov("CKV_AWS_51", "tags do not move", ["ecr-immutable-tags"]),
  checkov("CKV_AWS_136", "images are encrypted by KMS", ["ecr-kms-key"]),
  checkov("CKV_AWS_163", "images are scanned", ["ecr-scan-on-push"]),
  checkov("CKV_AWS_78", "a build's artifacts are encrypted", ["codebuild-encrypted"]),
  {
    ...{ tool: "checkov", id: "CKV_AWS_147", asks: "a build has a customer-managed key" },
    whyNot: "What a build leaves is encrypted by a key of AWS; images have a rule of their own.",
  },
  checkov("CKV_AWS_311", "a build's logs on S3 are encrypted", ["codebuild-encrypted"]),
  checkov("CKV_AWS_314", "a build has logs", ["codebuild-logs"]),
  checkov("CKV_AWS_316", "a build is not privileged", ["codebuild-privileged"]),
  checkov("CKV_AWS_358", "trust in GitHub names a repository", ["oidc-trust-conditions"]),
  checkov("CKV_AZURE_137", "no admin user", ["acr-admin-disabled"]),
  checkov("CKV_AZURE_138", "no anonymous pull", ["acr-no-anonymous-pull"]),
  checkov("CKV_AZURE_139", "no public network", ["acr-network-restricted"]),
  checkov("CKV_AZURE_163", "an SKU with scanning", ["acr-prod-sku"]),
  {
    ...{ tool: "checkov", id: "CKV_AZURE_164", asks: "content trust" },
    whyNot: "Azure retires it; `acr-no-content-trust` asks for the contrary.",
  },
  {
    ...{ tool: "checkov", id: "CKV_AZURE_165", asks: "a second region" },
    whyNot: "Whether pulls come from several regions is not in the program; zones have a rule.",
  },
  {
    ...{ tool: "checkov", id: "CKV_AZURE_166", asks: "quarantine" },
    whyNot: "It is a preview that no client releases images from by itself.",
  },
  checkov("CKV_AZURE_167", "manifests without tags go", ["acr-untagged-retention"]),
  checkov("CKV_AZURE_233", "zones", ["acr-zone-redundant"]),
  {
    ...{ tool: "checkov", id: "CKV_AZURE_237", asks: "dedicated data endpoints" },
    whyNot: "They matter to firewalls that name hosts, which are not in the program.",
  },
  checkov("CKV_AZURE_249", "trust in GitHub names a repository", ["federated-credential-subject"]),
  checkov("CKV2_AZURE_30", "webhooks over HTTPS", ["acr-webhook-https"]),
  checkov("CKV_GCP_84", "a customer-managed key", ["gar-cmek"]),
  checkov("CKV_GCP_101", "no public repository", ["gar-not-public"]),
  checkov("CKV_GCP_118", "a pool's provider is restricted", ["workload-identity-condition"]),
  checkov("CKV_GCP_125", "trust in GitHub names a repository", ["workload-identity-condition"]),
  trivy("AWS-0018", "a build's artifacts are encrypted", ["codebuild-encrypted"]),
  trivy("AWS-0030", "images are scanned", ["ecr-scan-on-push"]),
  trivy("AWS-0031", "tags do not move", ["ecr-immutable-tags"]),
  trivy("AWS-0032", "a repository's policy is not public", ["ecr-policy-not-public"]),
  trivy("AWS-0033", "a customer-managed key", ["ecr-kms-key"]),
  trivy("KSV-0032", "images are of azurecr.io", ["workload-registries"]),
  trivy("KSV-0033", "images are of GCR", ["workload-registries"]),
  trivy("KSV-0034", "no public registries", ["workload-registries"]),
  trivy("KSV-0035", "images are of ECR", ["workload-registries"]),
  trivy("KSV-0125", "images are of trusted registries", ["workload-registries"]),
  hub("ECR.1", "images are scanned", ["ecr-scan-on-push"]),
  hub("ECR.2", "tags do not move", ["ecr-immutable-tags"]),
  hub("ECR.3", "a lifecycle policy", ["ecr-lifecycle-required"]),
  hub("ECR.4", "a public repository has tags", ["required-labels"]),
  hub("ECR.5", "a customer-managed key", ["ecr-kms-key"]),
  hub("CodeBuild.3", "a build's logs on S3 are encrypted", ["codebuild-encrypted"]),
  hub("CodeBuild.4", "a build has logs", ["codebuild-logs"]),
  azure("5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580", "a customer-managed key", ["acr-cmek"]),
  azure("d0793b48-0edc-4296-a390-4c75d1bdfd71", "known networks", ["acr-network-restricted"]),
  azure("42781ec6-6127-4c30-bdfa-fb423a0047d3", "no tokens for ARM", ["acr-no-arm-tokens"]),
  azure("524b0254-c285-4903-bee6-bb8126cde579", "no export", ["acr-no-export"]),
  {
    ...{ tool: "Azure Policy", id: "e8eef0a8-67cf-4eb4-9386-14b0e78733d4" },
    asks: "a private endpoint",
    whyNot:
      "The endpoint is often another stack's; `acr-network-restricted` asks for what closes the registry.",
  },
  {
    ...{ tool: "Azure Policy", id: "c4857be7-912a-4c75-87e6-e30292bcdf78" },
    asks: "a service endpoint",
    whyNot: "It is a preview that private endpoints replace.",
  },
  {
    ...{ tool: "Azure Policy", id: "ff05e24e-195c-447e-b322-5e90c9f9f366", asks: "no tokens" },
    whyNot: "Tokens are how others than Entra ID log in; `acr-token-repositories` limits them.",
  },
  {
    ...{ tool: "Azure Policy", id: "5f0f936f-2f01-4bf5-b6be-d423792fa562" },
    asks: "found vulnerabilities are fixed",
    whyNot: scanned,
  },
  {
    ...{ tool: "PSRule", id: "AZR-000001", asks: "space is left" },
    whyNot: "How full a registry is, is not a property of a resource.",
  },
  { ...{ tool: "PSRule", id: "AZR-000002", asks: "images are scanned" }, whyNot: scanned },
  { ...{ tool: "PSRule", id: "AZR-000003", asks: "no vulnerable images" }, whyNot: scanned },
  {
    ...{ tool: "PSRule", id: "AZR-000004", asks: "a second region" },
    whyNot: "Whether pulls come from several regions is not in the program; zones have a rule.",
  },
  psrule("AZR-000005", "no admin user", ["acr-admin-disabled"]),
  psrule("AZR-000006", "an SKU for production", ["acr-prod-sku"]),
  psrule("AZR-000310", "soft deletion", ["acr-untagged-retention"]),
  {
    ...{ tool: "PSRule", id: "AZR-000494", asks: "replicas in allowed regions" },
    whyNot: "Which regions are allowed is a rule of the organisation for all resources.",
  },
];

function checkov(id: string, asks: string, rules: string[]): OtherCheck {
  return { tool: "checkov", id, asks, rules };
}
function trivy(id: string, asks: string, rules: string[]): OtherCheck {
  return { tool: "Trivy", id, asks, rules };
}
function hub(id: string, asks: string, rules: string[]): OtherCheck {
  return { tool: "Security Hub", id, asks, rules };
}
function azure(id: string, asks: string, rules: string[]): OtherCheck {
  return { tool: "Azure Policy", id, asks, rules };
}
function psrule(id: string, asks: string, rules: string[]): OtherCheck {
  return { tool: "PSRule", id, asks, rules };
}
