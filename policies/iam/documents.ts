import { eachKnown, known } from "../known";
import { list, statementsOf, type Statement } from "../policy-document";
import type { Resource } from "../rule";
import { managedName, managedStatements } from "./managed-policies";

/** What a policy says, and where it is in its resource. */
export interface PolicyText {
  /** As a message begins with it: empty where the resource is the policy. */
  where: string;
  statements: Statement[];
}

/** Types of a policy of an identity, or of an identity that holds some. */
export const identityPolicyTypes = [
  /^aws:iam\/(policy:Policy|(role|user|group)Policy:(Role|User|Group)Policy)$/,
  /^aws:iam\/((role|user|group)?[pP]olicyAttachment):/,
  /^aws:iam\/(role|user|group)PolicyAttachmentsExclusive:/,
  "aws:iam/role:Role",
  /^aws-native:iam:(Role|User|Group|ManagedPolicy|RolePolicy|UserPolicy|GroupPolicy|Policy)$/,
];

/** Types of a policy of a repository, of the registry of an account, or of what makes repositories. */
export const repositoryPolicyTypes = [
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:ecr/registryPolicy:RegistryPolicy",
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
  "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
];

interface Inline {
  name?: string;
  policyName?: string;
  policy?: unknown;
  policyDocument?: unknown;
}

/** The policies that an identity, an attachment or a policy of its own says, each as far as it is known. */
export function identityPolicies({ props }: Resource): PolicyText[] {
  return [
    ...known(() => own(props.policy ?? props.policyDocument)),
    ...eachKnown(
      () => [
        ...((props.inlinePolicies ?? []) as Inline[]),
        ...((props.policies ?? []) as Inline[]),
      ],
      ({ name, policyName, policy, policyDocument }) => [
        {
          where: `${name ?? policyName ?? "An inline policy"}: `,
          statements: statementsOf(policy ?? policyDocument),
        },
      ],
    ),
    ...known(() => list(props.policyArn as string | undefined)),
    ...eachKnown(
      () => props.policyArns as string[] | undefined,
      (arn) => [arn],
    ),
    ...eachKnown(
      () => props.managedPolicyArns as string[] | undefined,
      (arn) => [arn],
    ),
  ].flatMap((one) => (typeof one === "string" ? managed(one) : one));
}

/** The policies of a repository or of a registry. */
export function repositoryPolicies({ props }: Resource): PolicyText[] {
  return known(() => own(props.policy ?? props.repositoryPolicy));
}

function own(document: unknown): PolicyText[] {
  return [{ where: "", statements: statementsOf(document) }];
}

function managed(arn: string): PolicyText[] {
  const name = managedName(arn);
  return name === undefined
    ? []
    : [{ where: `${name} of AWS: `, statements: managedStatements(name) }];
}
