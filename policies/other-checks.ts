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
const changes = "It changes what the check of the same name finds, and finds nothing by itself.";
const logs = "Where logs of Azure go is a setting of the organisation for all resources.";
const defender = "Defender is a plan of the subscription, and not of a registry.";
const names = "The platform and the provider refuse a wrong name by themselves.";
const artifacts =
  "What a build leaves is encrypted by a key of AWS; images have a rule of their own.";

/**
 * The checks of other tools that concern registries and the builds that feed them: checkov 3 (github.com/bridgecrewio/checkov),
 * trivy-checks (github.com/aquasecurity/trivy-checks), AWS Security Hub (docs.aws.amazon.com/securityhub/latest/userguide), Azure Policy
 * (github.com/Azure/azure-policy, built-in-policies/policyDefinitions) and PSRule for Azure (github.com/Azure/PSRule.Rules.Azure,
 * Azure.ACR.Rule.ps1 and Azure.ACR.Rule.yaml). Their ids and subjects are facts, of August 2026; the words are ours.
 */
export const otherChecks: readonly OtherCheck[] = [
  ...checks("checkov", {
    CKV_AWS_32: ["a repository's policy is not public", "ecr-policy-not-public"],
    CKV_AWS_51: ["tags do not move", "ecr-immutable-tags"],
    CKV_AWS_136: ["images are encrypted by KMS", "ecr-kms-key"],
    CKV_AWS_163: ["images are scanned", "ecr-scan-on-push"],
    CKV_AWS_78: ["a build's artifacts are encrypted", "codebuild-encrypted"],
    CKV_AWS_147: ["a build has a customer-managed key", no(artifacts)],
    CKV_AWS_311: ["a build's logs on S3 are encrypted", "codebuild-encrypted"],
    CKV_AWS_314: ["a build has logs", "codebuild-logs"],
    CKV_AWS_316: ["a build is not privileged", "codebuild-privileged"],
    CKV_AWS_358: ["trust in GitHub names a repository", "oidc-trust-conditions"],
    CKV_AWS_393: ["the same, of a role", "oidc-trust-conditions"],
    CKV_AZURE_86: ["Defender is on", no(defender)],
    CKV_AZURE_137: ["no admin user", "acr-admin-disabled"],
    CKV_AZURE_138: ["no anonymous pull", "acr-no-anonymous-pull"],
    CKV_AZURE_139: ["no public network", "acr-network-restricted"],
    CKV_AZURE_163: ["an SKU with scanning", "acr-prod-sku"],
    CKV_AZURE_164: [
      "content trust",
      no("Azure retires it; `acr-no-content-trust` asks for the contrary."),
    ],
    CKV_AZURE_165: ["a second region", "acr-geo-replicated"],
    CKV_AZURE_166: [
      "quarantine",
      no("It is a preview that no client releases images from by itself."),
    ],
    CKV_AZURE_167: ["manifests without tags go", "acr-untagged-retention"],
    CKV_AZURE_233: ["zones, which Azure has by itself now", "acr-zone-redundant"],
    CKV_AZURE_237: [
      "dedicated data endpoints",
      no("They matter to firewalls that name hosts, which are not in the program."),
    ],
    CKV_AZURE_249: ["trust in GitHub names a repository", "federated-credential-subject"],
    CKV2_AZURE_30: ["webhooks over HTTPS", "acr-webhook-https"],
    CKV_GCP_84: ["a customer-managed key", "gar-cmek"],
    CKV_GCP_86: [
      "builds run in a private pool",
      no(
        "Whether the network of builds is closed is a matter of the project, and not of a registry.",
      ),
    ],
    CKV_GCP_101: ["no public repository", "gar-not-public"],
    CKV_GCP_118: ["a pool's provider is restricted", "workload-identity-condition"],
    CKV_GCP_125: ["trust in GitHub names a repository", "workload-identity-condition"],
    CKV2_GCP_9: [
      "the bucket of a Container Registry is not public",
      no("Google shut Container Registry down; `gar-not-public` is for Artifact Registry."),
    ],
    CKV2_GCP_11: [
      "the scanning API of a project is on",
      no("The API is a setting of the project; `gar-scanning-explicit` asks of each repository."),
    ],
  }),
  ...checks("Trivy", {
    "AWS-0018": ["a build's artifacts are encrypted", "codebuild-encrypted"],
    "AWS-0030": ["images are scanned", "ecr-scan-on-push"],
    "AWS-0031": ["tags do not move", "ecr-immutable-tags"],
    "AWS-0032": ["a repository's policy is not public", "ecr-policy-not-public"],
    "AWS-0033": ["a customer-managed key", "ecr-kms-key"],
    "KSV-0032": ["images are of azurecr.io", "workload-registries"],
    "KSV-0033": ["images are of GCR", "workload-registries"],
    "KSV-0034": ["no public registries", "workload-registries"],
    "KSV-0035": ["images are of ECR", "workload-registries"],
    "KSV-0125": ["images are of trusted registries", "workload-registries"],
  }),
  ...checks("Security Hub", {
    "ECR.1": ["images are scanned", "ecr-scan-on-push"],
    "ECR.2": ["tags do not move", "ecr-immutable-tags"],
    "ECR.3": ["a lifecycle policy", "ecr-lifecycle-required"],
    "ECR.4": ["a public repository has tags", "required-labels"],
    "ECR.5": ["a customer-managed key", "ecr-kms-key"],
    "CodeBuild.1": [
      "no credentials in the address of a source",
      no("CodeBuild takes none there any more; it logs in by a connection."),
    ],
    "CodeBuild.2": ["no keys of AWS in variables", "no-inline-secrets"],
    "CodeBuild.3": ["a build's logs on S3 are encrypted", "codebuild-encrypted"],
    "CodeBuild.4": ["a build has logs", "codebuild-logs"],
    "CodeBuild.5": ["a build is not privileged", "codebuild-privileged"],
    "CodeBuild.7": ["exported reports are encrypted", no("A report of tests is not an image.")],
  }),
  ...checks("Azure Policy", {
    "5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580": ["a customer-managed key", "acr-cmek"],
    "dc921057-6b28-4fbe-9b83-f7bec05db6c2": ["no admin user", "acr-admin-disabled"],
    "79fdfe03-ffcb-4e55-b4d0-b925b8241759": ["no admin user, changed", no(changes)],
    "9f2dea28-e834-476c-99c5-3507b4728395": ["no anonymous pull", "acr-no-anonymous-pull"],
    "cced2946-b08a-44fe-9fd9-e4ed8a779897": ["no anonymous pull, changed", no(changes)],
    "d0793b48-0edc-4296-a390-4c75d1bdfd71": ["known networks", "acr-network-restricted"],
    "0fdf0491-d080-4575-b627-ad0e843cba0f": ["no public network", "acr-network-restricted"],
    "a3701552-92ea-433e-9d17-33b7f1208fc9": ["no public network, changed", no(changes)],
    "42781ec6-6127-4c30-bdfa-fb423a0047d3": ["no tokens for ARM", "acr-no-arm-tokens"],
    "785596ed-054f-41bc-aaec-7f3d0ba05725": ["no tokens for ARM, changed", no(changes)],
    "524b0254-c285-4903-bee6-bb8126cde579": ["no export", "acr-no-export"],
    "e8eef0a8-67cf-4eb4-9386-14b0e78733d4": ["a private endpoint", "acr-private-endpoint"],
    "d85c6833-7d33-4cf5-a915-aaa2de84405f": ["a private endpoint, made", no(changes)],
    "e9585a95-5b8c-4d03-b193-dc7eb5ac4c32": [
      "a private DNS zone, made",
      no("The zone belongs to the network; `acr-private-endpoint` asks for the endpoint."),
    ],
    "696cb1d3-2dcf-4b44-aa7a-caccd18b1b96": [
      "no private endpoint of another subscription",
      no("An endpoint of another subscription is not in the program."),
    ],
    "bd560fc0-3c69-498a-ae9f-aa8eb7de0e13": [
      "an SKU with private endpoints",
      no("Standard serves production as well; `acr-prod-sku` asks for that."),
    ],
    "9d2b0a20-57d6-474c-9d12-44a4a20999c6": [
      "zones, which Azure has by itself now",
      "acr-zone-redundant",
    ],
    "c4857be7-912a-4c75-87e6-e30292bcdf78": [
      "a service endpoint",
      no("It is a preview that private endpoints replace."),
    ],
    "ff05e24e-195c-447e-b322-5e90c9f9f366": [
      "no tokens",
      no("Tokens are how others than Entra ID log in; `acr-token-repositories` limits them."),
    ],
    "a9b426fe-8856-4945-8600-18c5dd1cca2a": ["no tokens, changed", no(changes)],
    "84497762-32b6-4ab3-80b6-732ea48b85a2": [
      "no cache rules",
      no("Caches spare upstreams; `pull-through-credentials` asks how they log in."),
    ],
    "090c7b07-b4ed-4561-ad20-e9075f3ccaff": ["found vulnerabilities are fixed", no(scanned)],
    "5f0f936f-2f01-4bf5-b6be-d423792fa562": ["the same, by Qualys", no(scanned)],
    "c25d9a16-bc35-4e15-a7e5-9db606bf9ed4": ["Defender is on", no(defender)],
    "9ba29e83-863d-4fec-81d0-16dd87067cc3": ["logs go to Event Hub", no(logs)],
    "56288eb2-4350-461d-9ece-2bb242269dce": ["logs go to Log Analytics", no(logs)],
    "106cd3bd-50a1-466c-869f-f9c2d310477b": ["logs go to Storage", no(logs)],
    "febd0533-8e55-448f-b837-bd0e06f16469": [
      "images are of allowed registries",
      "workload-registries",
    ],
  }),
  ...checks("PSRule", {
    "AZR-000001": ["space is left", no("How full a registry is, is not a property of a resource.")],
    "AZR-000002": ["images are scanned", no(scanned)],
    "AZR-000003": ["no vulnerable images", no(scanned)],
    "AZR-000004": ["a second region", "acr-geo-replicated"],
    "AZR-000005": ["no admin user", "acr-admin-disabled"],
    "AZR-000006": ["an SKU for production", "acr-prod-sku"],
    "AZR-000007": ["a valid name", no(names)],
    "AZR-000008": [
      "quarantine",
      no("It is a preview that no client releases images from by itself."),
    ],
    "AZR-000009": [
      "content trust",
      no("Azure retires it; `acr-no-content-trust` asks for the contrary."),
    ],
    "AZR-000010": ["manifests without tags go", "acr-untagged-retention"],
    "AZR-000310": ["soft deletion", "acr-untagged-retention"],
    "AZR-000401": ["no anonymous pull", "acr-no-anonymous-pull"],
    "AZR-000402": ["known networks", "acr-network-restricted"],
    "AZR-000494": [
      "replicas in allowed regions",
      no("Which regions are allowed is a rule of the organisation for all resources."),
    ],
    "Azure.ACR.ExportPolicy": ["no export", "acr-no-export"],
    "Azure.ACR.Logs": ["logs are kept", no(logs)],
    "Azure.ACR.Naming": ["a name of the organisation's form", no("Names are the organisation's.")],
  }),
];

/** Why a check has no rule. */
function no(whyNot: string): { whyNot: string } {
  return { whyNot };
}

/** Checks of a tool by their ids: what each asks for, and the rule that finds it or why there is none. */
function checks(
  tool: OtherCheck["tool"],
  all: Record<string, [asks: string, answer: string | { whyNot: string }]>,
): OtherCheck[] {
  return Object.entries(all).map(([id, [asks, answer]]) => ({
    ...{ tool, id, asks },
    ...(typeof answer === "string" ? { rules: [answer] } : answer),
  }));
}
