import { list, type Statement } from "../policy-document";
import { asIdentity, asStranger, mayAsk, stranger } from "./callers";
import { isAction, type IamRequest } from "./evaluation";
import { exampleOf, matches, partsOf } from "./patterns";

/** What a push ends with, on a private and on a public registry. */
const pushes = ["ecr:PutImage", "ecr-public:PutImage"];

/** What of a repository a push does not need: to delete, and to set who may what and what is kept. */
const beyondPush = [
  ...[
    "BatchDeleteImage",
    "DeleteRepository",
    "DeleteRepositoryPolicy",
    "SetRepositoryPolicy",
  ].flatMap((name) => [`ecr:${name}`, `ecr-public:${name}`]),
  ...["PutLifecyclePolicy", "DeleteLifecyclePolicy", "PutImageTagMutability"].map(
    (name) => `ecr:${name}`,
  ),
  "ecr:PutImageScanningConfiguration",
];

/** What an administrator does with images, whose statement says so by its Sid; the repository itself stays as it is. */
const administration = ["ecr:BatchDeleteImage", "ecr-public:BatchDeleteImage"];
const isAdministration = ({ Sid = "" }: Statement, action: string) =>
  /^admin/i.test(Sid) && administration.includes(action);

/** What is asked of a repository or of the registry of an account by others (docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html). */
const asked = [
  ...beyondPush,
  ...pushes,
  ...[
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "GetDownloadUrlForLayer",
    "DescribeImages",
    "ListImages",
  ],
  ...[
    "DescribeRepositories",
    "DescribeImageScanFindings",
    "GetLifecyclePolicy",
    "GetRepositoryPolicy",
  ],
  ...[
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "StartImageScan",
    "TagResource",
  ],
  ...[
    "UntagResource",
    "ListTagsForResource",
    "ReplicateImage",
    "CreateRepository",
    "BatchImportUpstreamImage",
  ],
].map((name) => (name.includes(":") ? name : `ecr:${name}`));

/** A name that no policy knows. */
const unnamed = "7f3a0c/unnamed";
const region = "eu-central-1";
const account = "123456789012";

/** ARN of a repository, for an action of its service. */
const repositoryOf = (action: string, name: string) =>
  action.startsWith("ecr-public:")
    ? `arn:aws:ecr-public::${account}:repository/${name}`
    : `arn:aws:ecr:${region}:${account}:repository/${name}`;

const denials = (statements: readonly Statement[]) =>
  statements.filter(({ Effect }) => Effect === "Deny");

/** Statements by their place in the document, which allow something. */
const allowing = (statements: readonly Statement[]) =>
  [...statements.entries()].filter(([, { Effect }]) => Effect === "Allow");

/** What a statement allows that is more than a push needs. */
export interface TooMuch {
  /** Place in the document, from 0. */
  index: number;
  statement: Statement;
  /** Push to repositories that it does not name. */
  anywhere: boolean;
  /** Actions that are not push and pull. */
  actions: string[];
}

/** What of an identity's policy is more than push to named repositories; nothing where it does not push at all. */
export function tooMuchOfIdentity(statements: readonly Statement[]): TooMuch[] {
  return tooMuch(statements, (action, statement, name) => {
    const named = repositories(statement, action, name);
    return named.map((resource) => ({ action, resource }));
  });
}

/** What of a repository's own policy is more than push. */
export function tooMuchOfRepository(statements: readonly Statement[]): TooMuch[] {
  const found = tooMuch(statements, (action) => [
    { action, resource: repositoryOf(action, unnamed) },
  ]);
  return found
    .map((one) => ({ ...one, anywhere: false }))
    .filter(({ actions }) => actions.length > 0);
}

function tooMuch(
  statements: readonly Statement[],
  requests: (action: string, statement: Statement, name?: string) => Omit<IamRequest, "context">[],
): TooMuch[] {
  const denied = denials(statements);
  const may = (statement: Statement, action: string, name?: string) =>
    isAction(statement, { action }) &&
    mayAsk([statement, ...denied], requests(action, statement, name), asIdentity);
  const parts = allowing(statements);
  if (!parts.some(([, one]) => pushes.some((action) => may(one, action)))) return [];
  return parts
    .map(([index, statement]) => ({
      ...{ index, statement },
      anywhere: pushes.some((action) => may(statement, action, unnamed)),
      actions: beyondPush.filter(
        (action) => !isAdministration(statement, action) && may(statement, action),
      ),
    }))
    .filter(({ anywhere, actions }) => anywhere || actions.length > 0);
}

/** The repositories of a service that a statement may be for: of a name where one is given, and of any that it names otherwise. */
function repositories(statement: Statement, action: string, name?: string): string[] {
  const usual = repositoryOf(action, name ?? unnamed);
  if (statement.Resource === undefined) return [usual];
  return list(statement.Resource).flatMap((pattern) => {
    const [arn, partition = "", service = "", ...rest] = partsOf(pattern);
    if (arn !== "arn") return [usual];
    if (!matches(service, action.split(":")[0] ?? "", new Map())) return [];
    const [place = "", owner = "", resource = ""] = rest;
    const of = name === undefined ? exampleOf(resource) : `repository/${name}`;
    return [
      [
        "arn",
        exampleOf(partition),
        action.split(":")[0],
        exampleOf(place),
        exampleOf(owner),
        of,
      ].join(":"),
    ];
  });
}

/** The statements of a repository's or a registry's policy by which somebody of an account that is not known is let in. */
export function openStatements(
  statements: readonly Statement[],
): [index: number, statement: Statement][] {
  const denied = denials(statements);
  return allowing(statements).filter(([, statement]) => {
    const requests = asked
      .filter((action) => isAction(statement, { action }))
      .flatMap((action) =>
        repositories({ Resource: statement.Resource }, action).map((resource) => ({
          ...{ action, resource },
          principal: stranger,
        })),
      );
    return mayAsk([statement, ...denied], requests, asStranger);
  });
}
