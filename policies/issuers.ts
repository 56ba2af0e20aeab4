/** Who signs tokens for pipelines and workloads, and by which claims a token tells whose it is. */
export interface Issuer {
  name: string;
  /** Its address without https://. */
  address: RegExp;
  /** A subject that names enough, as a message shows it. */
  example: string;
  /** Where its vendor describes its claims. */
  source: string;
  /** Claims that name a project: what of a value, or of a pattern of values, has to be written out. One of them is enough. */
  projects: Readonly<Record<string, RegExp>>;
  /** Claims that name an owner, whose projects are told apart elsewhere. */
  owners?: readonly string[];
  /** Whether the address itself is one owner's, so that nobody else has a token of it. */
  isOwn?: boolean;
  /** Session tags that its tokens carry, which AWS tells apart as aws:RequestTag, and which name a project or its owner. */
  tags?: Readonly<Record<string, RegExp>>;
  /** Audiences of its tokens beside the one that the cloud expects; undefined where whoever asks for a token names it. */
  audience?: RegExp;
}

/** A word that holds no wildcard, and one that is not a wildcard as a whole. */
const word = "[^*?:/]+";
const part = "(?!\\*(@\\*)?(:|$))[^:]+";
const text = (pattern: string) => new RegExp(`^${pattern}`);

/** Issuers that vendors document, each by the vendor's own description of its claims. */
const documented: readonly Issuer[] = [
  {
    name: "GitHub Actions",
    // An enterprise with data residency has a subdomain of ghe.com.
    address: /^token\.actions\.(githubusercontent\.com|[a-z0-9-]+\.ghe\.com)(\/|$)/,
    example: "repo:acme/shop:*",
    source: "https://docs.github.com/en/actions/reference/security/oidc",
    projects: {
      // GitHub may write ids behind the names; a subject may also be made of other claims.
      sub: text(
        `(repo:${word}(@\\*)?/${part}|(repository|repository_id|repository_owner_id|job_workflow_ref):[^*?:]+)`,
      ),
      repository: text(`${word}/${part}$`),
      repository_id: /^\d+$/,
      job_workflow_ref: text(`${word}/${word}/`),
      workflow_ref: text(`${word}/${word}/`),
    },
    owners: ["repository_owner", "repository_owner_id", "enterprise", "enterprise_id"],
  },
  {
    name: "GitLab",
    address: /^gitlab\.com$/,
    example: "project_path:acme/shop:*",
    source: "https://docs.gitlab.com/ci/secrets/id_token_authentication/",
    projects: {
      sub: text(`project_path:${word}/${part}`),
      project_path: text(`${word}/${part}$`),
      project_id: /^\d+$/,
    },
    owners: ["namespace_path", "namespace_id"],
  },
  {
    name: "Pulumi Cloud",
    address: /^api\.pulumi\.com\/oidc(\/v2)?$/,
    example: "pulumi:deploy:org:acme:project:shop:*",
    source: "https://www.pulumi.com/docs/deployments/guides/oidc/",
    projects: {
      sub: text(`pulumi:(deploy|environments):(org|pulumi\\.organization\\.login):${word}(:|$)`),
      // The audience is the organisation.
      aud: text(`((aws|azure|gcp):)?${word}$`),
    },
    owners: ["org"],
    audience: text(`((aws|azure|gcp):)?${word}$`),
  },
  {
    name: "HCP Terraform",
    address: /^app\.terraform\.io$/,
    example: "organization:acme:project:shop:workspace:prod:run_phase:*",
    source:
      "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens",
    projects: {
      // At the least the organisation, as the document says; a test of a module has it, and no workspace.
      sub: text(`organization:${word}:`),
      terraform_full_workspace: text(`organization:${word}:`),
      terraform_organization_id: text(`${word}$`),
      terraform_project_id: text(`${word}$`),
      terraform_workspace_id: text(`${word}$`),
    },
    owners: ["terraform_organization_name"],
  },
  {
    name: "CircleCI",
    address: /^oidc\.circleci\.com\/org\/[^/]+$/,
    example: "org/ORGANIZATION/project/PROJECT/user/*",
    source: "https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/",
    projects: {
      sub: text(`org/${word}/project/${word}/`),
      "oidc.circleci.com/project-id": text(`${word}$`),
      "oidc.circleci.com/vcs-origin": /^[^*?]+$/,
    },
    isOwn: true,
    // The id of the organisation, unless a job names another.
    audience: text(`${word}$`),
  },
  {
    name: "Buildkite",
    address: /^agent\.buildkite\.com$/,
    example: "organization:acme:pipeline:shop:*",
    source: "https://buildkite.com/docs/pipelines/security/oidc/aws",
    projects: {
      // A job may ask for a subject that is an id, as of the pipeline or the cluster.
      sub: text(
        `(organization:${word}:pipeline:${part}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$)`,
      ),
      pipeline_id: text(`${word}$`),
    },
    owners: ["organization_id", "organization_slug"],
    tags: {
      organization_id: text(`${word}$`),
      organization_slug: text(`${word}$`),
      pipeline_id: text(`${word}$`),
    },
  },
  {
    name: "Bitbucket Pipelines",
    address: /^api\.bitbucket\.org\/2\.0\/workspaces\/[^/]+\/pipelines-config\/identity\/oidc$/,
    example: "{REPOSITORY}:*",
    source:
      "https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/",
    projects: { sub: /^\{[^*?]+\}/, repositoryUuid: /^\{[^*?]+\}$/ },
    isOwn: true,
    audience: /^ari:cloud:bitbucket::workspace\/[^*?]+$/,
  },
  {
    name: "Amazon Cognito",
    address: /^cognito-identity\.amazonaws\.com(\.cn)?$/,
    example: "aud of the identity pool",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html",
    projects: { aud: /^[^*?]+$/, sub: /^[^*?]+$/ },
    audience: /^[a-z0-9-]+:[^*?]+$/,
  },
  {
    name: "Amazon EKS",
    address: /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com/,
    example: "system:serviceaccount:shop:ci",
    source: "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html",
    projects: { sub: text(`system:serviceaccount:${word}:`) },
  },
];

/** An issuer that nothing is known of, such as a self-hosted GitLab: what names nothing in the first two words of a subject is open. */
const other: Issuer = {
  name: "the issuer",
  address: /./,
  example: "kind:name:*",
  source: "https://openid.net/specs/openid-connect-core-1_0.html#IDToken",
  projects: {
    sub: text(
      `(system:serviceaccount:${word}:|(repo|project_path):${word}/${part}|(?!system:|repo:|project_path:)[^*?:]+(:[^*?:]+(:|$)|$))`,
    ),
  },
};

/** The issuer of an address, with or without https://. */
export function issuerOf(address: string): Issuer {
  const bare = address.replace(/^https?:\/\//, "").replace(/\/$/, "");
  return documented.find((one) => one.address.test(bare)) ?? other;
}

/** Whether an issuer is one whose claims its vendor documents. */
export const isDocumented = (issuer: Issuer) => issuer !== other;
