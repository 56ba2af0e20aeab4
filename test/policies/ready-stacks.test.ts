import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../policies/rules";
import { aws, awsFaults } from "./aws";
import { azure, azureFaults } from "./azure";
import { docker, dockerFaults } from "./docker";
import { gcp, gcpFaults } from "./gcp";
import { kubernetes, kubernetesFaults } from "./kubernetes";
import { isExcepted, readyStacks, registered, type ReadyStack } from "./ready-stacks";
import { broken, findings, type Fault, type Path, type Sample } from "./stack";

const faults: Record<ReadyStack, { samples: Sample[]; of: Fault[] }> = {
  dev: { samples: docker, of: dockerFaults },
  kubernetes: { samples: kubernetes, of: kubernetesFaults },
  aws: { samples: aws, of: awsFaults },
  gcp: { samples: gcp, of: gcpFaults },
  azure: { samples: azure, of: azureFaults },
};

const standard = "STANDARD_REPOSITORY";

/** Rules that one flipped property of some ready stack breaks. */
const flipped = new Set<string>();

const guarded = [
  ...["acr-admin-disabled", "acr-no-anonymous-pull", "acr-no-content-trust", "acr-prod-sku"],
  ...["acr-task-identity", "acr-untagged-retention", "docker-hardening", "docker-limits"],
  ...["docker-no-engine-socket", "docker-no-privileged", "docker-restart-policy"],
  ...["ecr-immutable-tags", "ecr-kms-key", "ecr-lifecycle-keeps-releases"],
  ...[
    "ecr-lifecycle-required",
    "ecr-no-force-delete",
    "ecr-policy-not-public",
    "gar-cleanup-policy",
  ],
  ...["gar-cmek", "gar-immutable-tags", "gar-not-public", "gar-scanning-explicit"],
  ...["k8s-account-token", "k8s-hardening", "k8s-host-access", "k8s-service-not-public"],
  ...["least-privilege-push", "no-inline-secrets", "registry-debug-port", "registry-image-pinned"],
  ...["required-labels", "stateful-protected"],
];

/** Whether a resource has all but the last part of a path. */
function leadsTo(props: unknown, [key, ...rest]: Path): boolean {
  if (rest.length === 0) return typeof key === "string" || Array.isArray(props);
  const part = (props as Record<string | number, unknown> | undefined)?.[key ?? ""];
  return typeof part === "object" && part !== null && leadsTo(part, rest);
}

/** The fault as one of a resource of a ready stack; nothing where it has no such property. */
function transferred(fault: Fault, samples: Sample[], resource: Sample): Fault[] {
  const { onlyHere, set = [], unprotected, without } = fault;
  const sample = samples.find(({ name }) => name === fault.of);
  // A container that is never started, but holds files for another, is not judged by how it would run.
  if (resource.props.start === false) return [];
  if (onlyHere || without !== undefined || fault.environment || sample?.type !== resource.type)
    return [];
  // What is guarded of a repository that is pushed to is not of one that caches another.
  if ((sample.props.mode ?? standard) !== (resource.props.mode ?? standard)) return [];
  const applies = unprotected
    ? resource.protect
    : set.every(([path]) => leadsTo(resource.props, path));
  return applies ? [{ ...fault, of: resource.name }] : [];
}

describe.each(readyStacks)("the ready stack %s in production", (stack) => {
  const { samples, of } = faults[stack];
  let resources: Sample[];
  let before: string[];
  beforeAll(async () => {
    resources = await registered(stack);
    before = findings(resources);
  });

  it("passes, except for its written exceptions", () => {
    const mandatory = rules
      .filter(({ levels }) => levels.prod === "mandatory")
      .map(({ name }) => name);
    const refused = before.filter((one) => mandatory.includes(one.split(" ")[0] ?? ""));
    expect(refused.filter((one) => !isExcepted(one))).toEqual([]);
  });

  it("is refused for each of its properties that a rule guards, only by that rule", () => {
    const wrong: string[] = [];
    for (const resource of resources) {
      for (const fault of of.flatMap((one) => transferred(one, samples, resource))) {
        const expected = `${fault.rule} ${resource.name}`;
        if (before.includes(expected)) continue;
        const after = findings(broken(resources, fault)).filter((one) => !before.includes(one));
        if (after.join() !== expected)
          wrong.push(`${expected}, ${JSON.stringify(fault.set)}: ${after.join() || "nothing"}`);
        else flipped.add(fault.rule);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("the ready stacks", () => {
  it("have properties that most rules guard", () => {
    // The others are of resources that no ready stack has, or that it writes in another way: a public Service, settings in
    // variables.
    expect([...flipped].sort()).toEqual(expect.arrayContaining(guarded));
  });
});
