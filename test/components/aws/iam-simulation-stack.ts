import { runSimulation, runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import { register, type Registration } from "../../support/registrations";

export const account = "123456789012";
export const other = "210987654321";
export const region = "eu-central-1";
export const arn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
export const repository = (name: string, of = account) =>
  `arn:aws:ecr:${region}:${of}:repository/${name}`;
export const keyIn = (place: string) => `arn:aws:kms:${place}:${account}:key/1234abcd`;
export const github = "token.actions.githubusercontent.com";
export const eks = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF";
export const connection = `arn:aws:codeconnections:${region}:${account}:connection/01234567-89ab-cdef-0123-456789abcdef`;
/** The tag by which policies know what is of the stack. */
export const stackTag = { "aws:ResourceTag/io.wharf.stack": "shop" };

/** A stack with every kind of identity. */
export const described = {
  target: "aws",
  environment: "dev",
  repositories: [
    { name: "shop/api" },
    { name: "shop/web" },
    { name: "shop/cache", immutableTags: { enabled: false } },
  ],
  access: { pull: [arn("puller"), `account:${other}`] },
  identities: [
    { name: "push", project: "acme/shop", push: ["shop/api"], pull: ["shop/web"] },
    { name: "pull", project: "acme/shop", tag: "v*", pull: ["shop/web"] },
    { name: "ids", project: "acme@123/shop@456", environment: "prod", push: ["shop/web"] },
    { name: "lab", issuer: "gitlab", project: "acme/group/shop", push: ["shop/api"] },
  ],
  clusters: [
    {
      name: "prod",
      nodes: arn("eks/nodes"),
      issuer: `https://${eks}`,
      workloads: [{ namespace: "flux", serviceAccount: "source" }],
    },
  ],
  builds: [
    {
      repository: "shop/api",
      source: "github.com/acme/shop",
      schedule: "0 3 * * 1",
      tags: ["{commit}-{build}"],
      cache: { kind: "registry", repository: "shop/cache" },
    },
    {
      name: "web",
      repository: "shop/web",
      source: "git-codecommit.eu-central-1.amazonaws.com/v1/repos/web",
    },
  ],
  pullThroughCaches: [{ upstream: "quay" }],
  encryption: { key: keyIn(region) },
  aws: {
    managePrivateRegistry: true,
    registryPolicy: { replicateFrom: [other] },
    identityPolicies: { account },
    replication: [{ region: "eu-west-1", key: keyIn("eu-west-1") }],
    builds: { connections: { "github.com": connection } },
  },
};

/** A policy as it was rendered. */
export interface Document {
  Version: string;
  Statement: (Record<string, unknown> & { Principal?: unknown })[];
}

/** The policies of a stack, as its resources carry them. */
export class Rendered {
  private constructor(private readonly registrations: Registration[]) {}

  static async create(): Promise<Rendered> {
    const { registrations } = await register(described, { provider: { "aws:region": region } });
    return new Rendered(registrations);
  }

  /** A policy by the name of its resource, without the component's before it. */
  documentOf(name: string, input = "policy"): Document {
    const found = this.registrations.find((one) => one.name === `registry-${name}`);
    if (found === undefined) throw new Error(`Nothing is called registry-${name}.`);
    return JSON.parse(String(found.inputs[input])) as Document;
  }
}

/** A request, of a role of the account where nobody else asks. */
export interface Request {
  action: string;
  resource: string;
  /** Account that the resource is of. */
  of?: string;
  principal?: string;
  context?: Record<string, string>;
}

const simulated = ({ action, resource, of = account, principal, context = {} }: Request) => ({
  request: {
    action,
    principal: principal ?? arn("somebody"),
    resource: { resource, accountId: of },
    contextVariables: context,
  },
  serviceControlPolicies: [],
  resourceControlPolicies: [],
});

/**
 * What IAM answers by the policy of an identity, that of a resource, or both; the actions, resources and keys are checked as
 * well.
 */
export async function answerOf(
  policies: { identity?: Document; resource?: Document },
  request: Request,
): Promise<string> {
  const { identity, resource } = policies;
  const response = await runSimulation(
    {
      ...simulated(request),
      identityPolicies: identity === undefined ? [] : [{ name: "identity", policy: identity }],
      resourcePolicy: resource,
    },
    {},
  );
  if (response.resultType === "error") throw new Error(JSON.stringify(response.errors, null, 1));
  return response.overallResult;
}

/**
 * Whether a token of these claims is exchanged for a role. The simulator's list of condition keys has the claims `aud` and `sub`
 * of few issuers and drops those of others, except where it checks no requests; there it accepts only policies of identities.
 */
export function isTrusted(
  { Version, Statement }: Document,
  issuer: string,
  claims: Record<string, string>,
): boolean {
  const statements = Statement.map(({ Principal, ...rest }) => {
    const { Federated } = Principal as { Federated?: string };
    if (Federated?.endsWith(`oidc-${issuer}`) !== true) throw new Error(`Not of ${issuer}.`);
    return { ...rest, Resource: "*" };
  });
  const context = Object.fromEntries(
    Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]),
  );
  const answer = runUnsafeSimulation(
    {
      ...simulated({
        action: "sts:AssumeRoleWithWebIdentity",
        resource: arn("assumed"),
        context,
      }),
      identityPolicies: [{ name: "trust", policy: { Version, Statement: statements } }],
    },
    {},
  );
  return answer === "Allowed";
}
