import { execa } from "execa";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { announce } from "../../support/announce";
import { emulatorPackages } from "../../support/ecr/emulators";
import { configOf, registerConfig } from "../../support/ready-config";
import { register, type Registration } from "../../support/registrations";
import { arn, described, other, region } from "./iam-simulation-stack";

/** A description that has nearly every kind of resource. */
const fuller = {
  ...described,
  repositories: [...described.repositories, { name: "base", push: [arn("ci")] }],
  immutableTags: { enabled: true, except: ["latest"] },
  scan: { onPush: true },
  retention: { keep: ["v*"], keepLast: 30, untaggedAfterDays: 7 },
  access: {
    pull: [
      ...described.access.pull,
      "service:lambda",
      "organization:o-a1b2c3d4e5",
      "organizationalUnit:o-a1b2c3d4e5/r-ab12/ou-ab12-11111111",
    ],
  },
  pullThroughCaches: [
    ...described.pullThroughCaches,
    { upstream: `https://${other}.dkr.ecr.us-east-1.amazonaws.com`, name: "shared" },
    { upstream: "docker-hub", credentials: { username: "acme", password: "dckr_pat_0123456789" } },
  ],
  encryption: { key: "create", rotationDays: 180 },
  labels: { team: "shop" },
  aws: {
    ...described.aws,
    doubleEncryption: true,
    podIdentity: { prod: "shop-prod" },
    iam: {
      path: "/platform/",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/platform/boundary",
    },
    replication: [{ region: "eu-west-1" }, { region: "us-east-1", account: other }],
    events: {
      subscriptions: [
        { protocol: "email", endpoint: "team@example.com" },
        { protocol: "https", endpoint: "https://hooks.example.com/images" },
        { protocol: "sqs", endpoint: `arn:aws:sqs:${region}:123456789012:images` },
      ],
    },
    publicRepositories: [
      {
        name: "shop-cli",
        description: "The client",
        architectures: ["x86-64"],
        push: [arn("ci")],
      },
    ],
  },
};

interface Answers {
  /** How many requests moto took, by operation. */
  made: Record<string, number>;
  /** What botocore's models of the APIs refuse. */
  invalid: string[];
  /** What moto refused. */
  rejected: { operation: string; name: string; error: string }[];
  /** Types of resources that are not replayed. */
  untold: string[];
  /** Names of the rules of EventBridge that select each of the sample events. */
  selected: string[][];
}

/** What moto 5.2.5 refuses of that which AWS takes, as its sources have it. */
const gaps: Record<string, RegExp> = {
  create_repository_creation_template: /has not been implemented/,
  create_pull_through_cache_rule: /has not been implemented/,
  // It allows ecr:CreateRepository and ecr:ReplicateImage, and not what pull-through caches need, ecr:BatchImportUpstreamImage.
  put_registry_policy: /Invalid registry policy provided/,
  // It has neither ECR Public nor CodeConnections, and of CodeBuild no webhooks.
  create_repository: /404.*Not yet implemented/,
  set_repository_policy: /404.*Not yet implemented/,
  create_connection: /404.*Not yet implemented/,
  create_webhook: /has not been implemented/,
  // It has no Pod Identity, and no cluster of EKS exists in the account.
  create_pod_identity_association: /No cluster found|404.*Not yet implemented/,
};

/** Replays what stacks register as the requests that the AWS provider makes to create them. */
async function replay(stacks: Registration[][], events: object[] = []): Promise<Answers[]> {
  const input = stacks.map((registrations) => ({
    region,
    roles: ["nodes"],
    registrations,
    events,
  }));
  const { stdout } = await execa("python3", [join(__dirname, "../../support/ecr/replay.py")], {
    input: JSON.stringify(input),
    env: { PYTHONPATH: await emulatorPackages(announce), AWS_DEFAULT_REGION: region },
  });
  return JSON.parse(stdout) as Answers[];
}

/** The same registrations, with other inputs of some resources, by their names without that of the component. */
function withInputs(
  registrations: Registration[],
  changes: Record<string, Record<string, unknown>>,
): Registration[] {
  const names = registrations.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(changes).map((of) => `registry-${of}`)));
  return registrations.map((one) => {
    const inputs = { ...one.inputs, ...changes[one.name.replace("registry-", "")] };
    return { ...one, inputs };
  });
}

describe("the requests that the AWS provider makes of a stack", () => {
  let ready: Registration[];
  let full: Registration[];
  let answers: Answers[];
  beforeAll(async () => {
    ({ registrations: ready } = await registerConfig("aws", configOf("aws")));
    ({ registrations: full } = await register(fuller, {
      provider: { "aws:region": region },
      secretKeys: ["pullThroughCaches"],
    }));
    const wrong = withInputs(full, {
      "key-alias": { name: "alias/eu.prod" },
      "pipeline-push": { name: "r".repeat(65), permissionsBoundary: "boundary" },
      "repository-base": { name: "Base" },
      "lifecycle-shop/api": { policy: JSON.stringify({ rules: [{ rulePriority: 1 }] }) },
      "cache-quay": { ecrRepositoryPrefix: "Quay" },
      "build-web": { buildTimeout: 1 },
    });
    answers = await replay([ready, full, wrong]);
  });

  test.each([
    ["the ready stack", 0],
    ["a fuller one", 1],
  ])("are valid, and moto takes them: %s", (_, index) => {
    const { made, invalid, rejected, untold } = answers[index] as Answers;
    expect(invalid).toEqual([]);
    expect(untold).toEqual([]);
    expect(rejected.filter(({ operation, error }) => !gaps[operation]?.test(error))).toEqual([]);
    const repositories = [ready, full][index]?.filter(
      ({ type }) => type === "aws:ecr/repository:Repository",
    );
    expect(made).toMatchObject({
      create_repository: repositories?.length,
      put_lifecycle_policy: repositories?.length,
      set_repository_policy: repositories?.length,
    });
  });

  test("are found to be wrong where they are", () => {
    const { invalid, rejected } = answers[2] as Answers;
    // What botocore's own check says again is left out, and of a pattern its text.
    const found = invalid.filter((fault) => !fault.includes("Parameter validation failed"));
    expect(found.map((fault) => fault.replace(/(does not match) .*/, "$1"))).toEqual([
      "create_alias of registry-key-alias.AliasName: alias/eu.prod does not match",
      "create_role of registry-pipeline-push.RoleName: 65 characters, at most 64",
      "create_role of registry-pipeline-push.PermissionsBoundary: 8 characters, at least 20",
      "create_repository of registry-repository-base.repositoryName: Base does not match",
      "put_lifecycle_policy of registry-lifecycle-shop/api.lifecyclePolicyText: 30 characters, at least 100",
      "create_pull_through_cache_rule of registry-cache-quay.ecrRepositoryPrefix: Quay does not match",
      "create_project of registry-build-web.timeoutInMinutes: 1, at least 5",
    ]);
    expect(rejected.map(({ operation, name }) => `${operation} of ${name}`)).toEqual(
      expect.arrayContaining(["create_repository of registry-repository-base"]),
    );
  });
});

/** Events as the user guides of ECR and Inspector show them, of a repository. */
const image = (name: string) => `arn:aws:ecr:${region}:123456789012:repository/${name}`;
const pushed = (name: string, detail: object = {}) => ({
  ...{ source: "aws.ecr", "detail-type": "ECR Image Action", resources: [] },
  detail: { "action-type": "PUSH", result: "SUCCESS", "repository-name": name, ...detail },
});
const scanned = (name: string, counts: object) => ({
  ...{ source: "aws.ecr", "detail-type": "ECR Image Scan", resources: [] },
  detail: {
    "scan-status": "COMPLETE",
    "repository-name": name,
    "finding-severity-counts": counts,
  },
});
const inspected = (name: string, counts: object) => ({
  ...{ source: "aws.inspector2", "detail-type": "Inspector2 Scan", resources: [image(name)] },
  detail: { "scan-status": "INITIAL_SCAN_COMPLETE", "finding-severity-counts": counts },
});
const found = (name: string, severity: string, status = "ACTIVE") => ({
  ...{ source: "aws.inspector2", "detail-type": "Inspector2 Finding" },
  resources: [`${image(name)}/sha256:36c7b282abd0`],
  detail: { severity, status },
});

/** Sample events, and which of a stack's rules select each. */
const events: [name: string, event: object, rules: string[]][] = [
  ["a push", pushed("shop/api"), ["push"]],
  ["a push of a repository with a longer name", pushed("shop/api-old"), []],
  ["a deletion", pushed("shop/api", { "action-type": "DELETE" }), []],
  ["a push that failed", pushed("shop/api", { result: "FAILURE" }), []],
  ["a scan that found something", scanned("shop/api", { HIGH: 2 }), ["scan"]],
  ["a scan that found little", scanned("shop/api", { MEDIUM: 2, LOW: 9 }), []],
  ["a scan of another team's", scanned("other/api", { CRITICAL: 1 }), []],
  ["Inspector's scan", inspected("shop/web", { CRITICAL: 1, HIGH: 0 }), ["inspector-scan"]],
  ["Inspector's scan without findings", inspected("shop/web", { CRITICAL: 0, TOTAL: 3 }), []],
  ["a finding", found("shop/web", "CRITICAL"), ["inspector-finding"]],
  ["a finding of another team's", found("shop/web/old", "CRITICAL"), []],
  ["a small finding", found("shop/web", "MEDIUM"), []],
  ["a finding that is closed", found("shop/web", "CRITICAL", "CLOSED"), []],
];

describe("the rules of a stack that tells of events", () => {
  let selected: string[][] = [];
  beforeAll(async () => {
    const { registrations } = await register(
      {
        target: "aws",
        repositories: [{ name: "shop/api" }, { name: "shop/web" }],
        aws: { events: {} },
      },
      { provider: { "aws:region": region } },
    );
    const [answers] = await replay(
      [registrations],
      events.map(([, event]) => event),
    );
    selected = answers?.selected ?? [];
  });

  test.each(events)("select %s as they should", (name, _, rules) => {
    const index = events.findIndex(([other]) => other === name);
    expect(selected[index]).toEqual(rules.map((rule) => `wharf-shop-events-${rule}`));
  });
});
