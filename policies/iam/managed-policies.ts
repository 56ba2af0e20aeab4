import type { Statement } from "../policy-document";

const everywhere = (...Action: string[]): Statement[] => [
  { Effect: "Allow", Action, Resource: "*" },
];

/**
 * What AWS's own policies that push to ECR allow there, by name; none of the others does
 * (docs.aws.amazon.com/aws-managed-policy/latest/reference, docs.aws.amazon.com/AmazonECR/latest/userguide/security-iam-awsmanpol.html).
 */
const pushing: Record<string, Statement[]> = {
  AdministratorAccess: everywhere("*"),
  PowerUserAccess: [
    {
      Effect: "Allow",
      NotAction: ["iam:*", "organizations:*", "account:*"],
      Resource: "*",
    },
  ],
  AmazonEC2ContainerRegistryFullAccess: everywhere("ecr:*"),
  AmazonEC2ContainerRegistryPowerUser: everywhere("ecr:PutImage"),
  AmazonElasticContainerRegistryPublicFullAccess: everywhere("ecr-public:*"),
  AmazonElasticContainerRegistryPublicPowerUser: everywhere("ecr-public:PutImage"),
  EC2InstanceProfileForImageBuilderECRContainerBuilds: everywhere("ecr:PutImage"),
};

/** Name of a policy of AWS by its ARN; undefined where it is one of an account. */
export function managedName(arn: unknown): string | undefined {
  return typeof arn === "string"
    ? /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
    : undefined;
}

/** What a policy of AWS allows on ECR. */
export function managedStatements(name: string): Statement[] {
  return pushing[name] ?? [];
}
