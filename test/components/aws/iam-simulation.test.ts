import { beforeAll, describe, expect, it } from "vitest";
import { account, answerOf, Rendered, repository, type Document } from "./iam-simulation-stack";
import { tables } from "./iam-simulation-tables";

let rendered: Rendered;
beforeAll(async () => {
  rendered = await Rendered.create();
});

/** What every key says whose account decides by IAM who uses it; a key whose policy is silent is closed to all. */
const keyPolicy: Document = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

const cases = Object.entries(tables).flatMap(([policy, { allowed, denied, context }]) =>
  [
    ...allowed.map(([resource, actions]) => ({ resource, actions, answer: "Allowed" })),
    ...denied.map(([resource, actions]) => ({ resource, actions, answer: "ImplicitlyDenied" })),
  ].flatMap(({ resource, actions, answer }) =>
    actions.map((action) => ({ policy, action, resource, answer, context })),
  ),
);

describe("an identity of the account", () => {
  it.each(cases)(
    "by $policy: $action of $resource is $answer",
    async ({ policy, action, resource, answer, context }) => {
      const of = resource.split(":")[4];
      const request = { action, resource, ...(of !== undefined && { of }), context };
      const key = resource.includes(":kms:") ? { resource: keyPolicy } : {};
      const identity = rendered.documentOf(policy);
      expect(await answerOf({ identity, ...key }, request)).toBe(answer);
    },
  );

  it("reads nothing of a repository that another stack made", async () => {
    const of = { action: "ecr:BatchGetImage", resource: repository("other/api") };
    const context = { "aws:ResourceTag/io.wharf.stack": "other" };
    for (const policy of ["cluster-prod-policy", "identity-role-puller"]) {
      const identity = rendered.documentOf(policy);
      expect(await answerOf({ identity }, { ...of, context })).toBe("ImplicitlyDenied");
    }
  });
});
