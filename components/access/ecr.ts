import type { Grant } from "./matrix";
import { roles, type Role } from "../model/access";

/** One statement of an IAM policy. A repository's policy has no Resource: it speaks of its own repository. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Principal?: { AWS: string | string[] } | { Service: string };
  Action: string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** An IAM policy document. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** Where repositories are: what an ARN is made of. */
export interface EcrPlace {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  partition: string;
  region: string;
  /** Number of the account that holds the repositories. */
  account: string;
}

const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const push = [
  ...pull,
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];
// An image is deleted by its tag or its digest; to find either is a right of who may pull.
const deletion = ["ecr:BatchDeleteImage"];
// What is done to images, never to the repository's own policies: an admin could else let in anyone.
const admin = [
  ...push,
  ...deletion,
  "ecr:DescribeImageScanFindings",
  "ecr:DescribeImages",
  "ecr:DescribeRepositories",
  "ecr:GetLifecyclePolicy",
  "ecr:GetLifecyclePolicyPreview",
  "ecr:ListImages",
  "ecr:StartImageScan",
  "ecr:StartLifecyclePolicyPreview",
];

/** What each role may do with a repository of ECR. */
export const ecrActions: Record<Role, readonly string[]> = {
  ...{ pull, push, delete: deletion, admin },
};

/**
 * What each service pulls images with and on whose behalf, in the form of its own examples. Lambda sends the ARN of the function and no
 * `aws:SourceAccount` ("Amazon ECR cross-account permissions" of its developer guide); CodeBuild sends both ("Amazon ECR sample").
 */
const services: Record<
  string,
  { actions: string[]; condition(region: string, accounts: string[]): Statement["Condition"] }
> = {
  lambda: {
    actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    condition: (at, accounts) => ({
      StringLike: { "aws:SourceArn": oneOrAll(accounts.map((id) => `${at}:${id}:function:*`)) },
    }),
  },
  codebuild: {
    actions: pull,
    condition: (at, accounts) => ({
      ArnLike: { "aws:SourceArn": oneOrAll(accounts.map((id) => `${at}:${id}:project/*`)) },
      StringEquals: { "aws:SourceAccount": oneOrAll(accounts) },
    }),
  },
};

function oneOrAll(values: string[]): string | string[] {
  return values.length === 1 ? (values[0] ?? "") : values;
}

/**
 * The policy of one repository. A principal is named by its account with a condition on its ARN, since a policy is refused that
 * names a role which IAM does not yet know everywhere. So named, a principal of the same account needs `ecrIdentityPolicy` as
 * well.
 * @param grants what principals may do with this repository
 * @returns undefined where nobody is granted anything; ECR accepts no policy without statements
 */
export function ecrRepositoryPolicy(
  grants: readonly Pick<Grant, "principal" | "role">[],
  place: EcrPlace,
): PolicyDocument | undefined {
  // A service pulls for the registry's account, and for every account that has a grant of its own.
  const accounts = named(
    grants.map(({ principal }) => principal),
    "account:",
  );
  const statements = roles.flatMap((role) =>
    statementsOf(
      role,
      grants.filter((grant) => grant.role === role).map(({ principal }) => principal),
      place,
      [...new Set([place.account, ...accounts])],
    ),
  );
  return statements.length === 0 ? undefined : { Version: "2012-10-17", Statement: statements };
}

function statementsOf(
  role: Role,
  principals: string[],
  place: EcrPlace,
  servedAccounts: string[],
): Statement[] {
  const name = role.replace(/^./, (letter) => letter.toUpperCase());
  const Action = [...ecrActions[role]];
  const arns = principals.filter((principal) => principal.startsWith("arn:")).toSorted();
  const accountOf = (arn: string) => arn.split(":").slice(0, 5).join(":");
  const homes = [...new Set(arns.map(accountOf))];
  const accounts = named(principals, "account:");
  const organizations = named(principals, "organization:");
  const units = named(principals, "organizationalUnit:");
  return [
    ...homes.map((home): Statement => ({
      Sid: `${name}${home.replace(/\D/g, "")}`,
      Effect: "Allow",
      Principal: { AWS: `${home}:root` },
      Action,
      Condition: {
        ArnEquals: { "aws:PrincipalArn": arns.filter((arn) => accountOf(arn) === home) },
      },
    })),
    ...(accounts.length === 0
      ? []
      : [
          {
            Sid: `${name}Accounts`,
            Effect: "Allow" as const,
            Principal: { AWS: accounts.map((id) => `arn:${place.partition}:iam::${id}:root`) },
            Action,
          },
        ]),
    ...(organizations.length === 0
      ? []
      : [
          {
            Sid: `${name}Organizations`,
            Effect: "Allow" as const,
            Principal: { AWS: "*" },
            Action,
            Condition: { StringEquals: { "aws:PrincipalOrgID": organizations } },
          },
        ]),
    ...(units.length === 0
      ? []
      : [
          {
            Sid: `${name}OrganizationalUnits`,
            Effect: "Allow" as const,
            Principal: { AWS: "*" },
            Action,
            Condition: withinUnits(units),
          },
        ]),
    ...named(principals, "service:").flatMap((service): Statement[] => {
      const known = services[service];
      if (known === undefined) return [];
      return [
        {
          Sid: `${name}${service.replace(/^./, (letter) => letter.toUpperCase())}`,
          Effect: "Allow",
          Principal: { Service: `${service}.amazonaws.com` },
          Action: known.actions,
          // Without it the service would pull for users of any account.
          Condition: known.condition(
            `arn:${place.partition}:${service}:${place.region}`,
            servedAccounts,
          ),
        },
      ];
    }),
  ];
}

/**
 * The condition on principals of accounts in organizational units, by the units' paths, those below them as well. The key has several
 * values, so that it needs `ForAnyValue`, which matches nobody without the key ("aws:PrincipalOrgPaths" of IAM's user guide).
 */
export function withinUnits(paths: readonly string[]): NonNullable<Statement["Condition"]> {
  return {
    "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": paths.map((path) => `${path}/*`) },
  };
}

/** What follows a prefix in the principals that have it, sorted. */
function named(principals: readonly string[], prefix: string): string[] {
  return principals
    .filter((principal) => principal.startsWith(prefix))
    .map((principal) => principal.slice(prefix.length))
    .toSorted();
}

/** Beginning of the names by which clients know images of the ECR Public Gallery. */
export const publicGallery = "public.ecr.aws/";

/** What pushing to a repository of the gallery takes ("Pushing a container image to an Amazon ECR public repository" of its guide). */
export const publicPush = [
  "ecr-public:BatchCheckLayerAvailability",
  "ecr-public:CompleteLayerUpload",
  "ecr-public:InitiateLayerUpload",
  "ecr-public:PutImage",
  "ecr-public:UploadLayerPart",
];

/** The statements by which an identity logs in to the gallery and pushes to some of the account's repositories there. */
export function ecrPublicStatements(
  repositories: readonly string[],
  { partition, account }: Pick<EcrPlace, "partition" | "account">,
): Statement[] {
  if (repositories.length === 0) return [];
  return [
    {
      Sid: "LogInToGallery",
      Effect: "Allow",
      // The token of a login is one of STS.
      Action: ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"],
      Resource: "*",
    },
    {
      Sid: "PushToGallery",
      Effect: "Allow",
      Action: [...publicPush],
      Resource: repositories.map(
        (name) => `arn:${partition}:ecr-public::${account}:repository/${name}`,
      ),
    },
  ];
}

/** Repositories beside those that a principal has a grant for. */
export interface FurtherRepositories {
  /** Prefixes of repositories that a first pull creates from another registry, such as `docker-hub/`. */
  pullThrough?: readonly string[];
  /** Repositories of other regions that the principal pulls from as well. */
  replicas?: readonly { region: string; repositories: readonly string[] }[];
  /** Paths below which a first push creates a repository, such as `team-a/*`. */
  createOnPush?: readonly string[];
  /** Repositories of the ECR Public Gallery that the principal pushes to, by their names there. */
  gallery?: readonly string[];
}

/**
 * The policy of one principal's own identity: logging in, which names no repository and so can only be granted here, and what it
 * may do with each repository. Principals of other accounts attach it there.
 * @param grants what the principal may do
 */
export function ecrIdentityPolicy(
  grants: readonly Pick<Grant, "repository" | "role">[],
  { partition, region, account }: EcrPlace,
  { pullThrough = [], replicas = [], createOnPush = [], gallery = [] }: FurtherRepositories = {},
): PolicyDocument {
  const arnOf = (repository: string, at = region) =>
    `arn:${partition}:ecr:${at}:${account}:repository/${repository}`;
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "LogIn", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
      ...roles.flatMap((role): Statement[] => {
        const Resource = grants
          .filter((grant) => grant.role === role)
          .map(({ repository }) => arnOf(repository))
          .toSorted();
        const Sid = role.replace(/^./, (letter) => letter.toUpperCase());
        return Resource.length === 0
          ? []
          : [{ Sid, Effect: "Allow", Action: [...ecrActions[role]], Resource }];
      }),
      ...(createOnPush.length === 0
        ? []
        : [
            {
              Sid: "CreateOnPush",
              Effect: "Allow" as const,
              Action: [...push, "ecr:CreateRepository"],
              Resource: createOnPush.map((path) => arnOf(path)),
            },
          ]),
      ...(replicas.length === 0
        ? []
        : [
            {
              Sid: "PullReplicas",
              Effect: "Allow" as const,
              Action: [...pull],
              Resource: replicas.flatMap((replica) =>
                replica.repositories.map((repository) => arnOf(repository, replica.region)),
              ),
            },
          ]),
      ...(pullThrough.length === 0
        ? []
        : [
            {
              Sid: "PullThrough",
              Effect: "Allow" as const,
              Action: [...pull, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
              Resource: pullThrough.map((prefix) => arnOf(`${prefix.replace(/\/$/, "")}/*`)),
            },
          ]),
      ...ecrPublicStatements(gallery, { partition, account }),
    ],
  };
}
