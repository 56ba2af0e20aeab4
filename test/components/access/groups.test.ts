import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { registryPolicy } from "../../../components/access/distribution";
import { allowedActions, rolesMatrix } from "../../../components/access/distribution-evaluation";
import { effectiveAccess } from "../../../components/access/matrix";
import { DescriptionError, type Problem } from "../../../components/core/problems";
import { checkDescription } from "../../../components/description/check";
import type { Description } from "../../../components/description/schema";
import { roles } from "../../../components/model/access";

const described = (values: Record<string, unknown>): Description =>
  checkDescription({ stack: "groups", values, secretKeys: new Set(["users"]) });

function problemsOf(values: Record<string, unknown>): Problem[] {
  try {
    described(values);
    return [];
  } catch (error) {
    return (error as DescriptionError).problems;
  }
}

const [ann, bob, eve] = ["ann", "bob", "eve"];
const users = [ann, bob, eve].map((name) => ({ name }));
const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

/** What each user may do in some repositories, by the policy that the registry reads. */
function rights(values: Record<string, unknown>, ...repositories: string[]) {
  const policy = registryPolicy(described({ users, ...values }), { users: {}, tokenKey: {} });
  return repositories.map((repository) =>
    users.map(({ name }) => allowedActions(policy, { kind: "user", name }, repository).join(" ")),
  );
}

describe("a group", () => {
  test("stands for its members in every list, on a cloud and on a registry of your own", () => {
    const team = fc.subarray(["ann", "bob", "eve"]);
    const list = fc.subarray(["ann", "bob", "team"]);
    const lists = fc.record({ pull: list, push: list, delete: list, admin: list });
    fc.assert(
      fc.property(team, lists, lists, (members, access, own) => {
        const spelled = (all: Record<string, string[]>, spell: (name: string) => string) =>
          Object.fromEntries(
            roles.map((role) => [
              role,
              [
                ...new Set((all[role] ?? []).flatMap((one) => (one === "team" ? members : [one]))),
              ].map(spell),
            ]),
          );
        const named = (all: Record<string, string[]>, spell: (name: string) => string) =>
          Object.fromEntries(
            roles.map((role) => [
              role,
              (all[role] ?? []).map((one) => (one === "team" ? one : spell(one))),
            ]),
          );
        for (const [more, spell] of [
          [{ target: "docker", auth: "roles", users }, (name: string) => name],
          [{ target: "aws" }, arn],
        ] as const) {
          const grouped = described({
            ...more,
            groups: [{ name: "team", members: members.map(spell) }],
            access: named(access, spell),
            repositories: [{ name: "app", ...named(own, spell) }, { name: "ops" }],
          });
          const plain = described({
            ...more,
            access: spelled(access, spell),
            repositories: [{ name: "app", ...spelled(own, spell) }, { name: "ops" }],
          });
          const sorted = (all: object[]) => all.map((one) => JSON.stringify(one)).sort();
          expect(sorted(effectiveAccess(grouped))).toEqual(sorted(effectiveAccess(plain)));
          if (more.target === "docker") {
            expect(sorted(rolesMatrix(grouped))).toEqual(sorted(rolesMatrix(plain)));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test("with a role gives it to each member by pattern, also in repositories that are not described", () => {
    const groups = [
      { name: "shop", members: [ann, bob], role: "push", repositories: ["shop/**"] },
      { name: "sweepers", members: [bob], role: "delete" },
    ];
    expect(
      rights({ groups, repositories: [{ name: "shop/api" }] }, "shop/api", "shop/new", "ops"),
    ).toEqual([
      ["pull push", "pull push delete", "pull push"],
      ["pull push", "pull push delete", "pull push"],
      ["", "delete", "pull push"],
    ]);
  });

  test("with a role on a cloud is in the lists of the described repositories that its patterns match", () => {
    const d = described({
      target: "aws",
      repositories: [{ name: "shop/api" }, { name: "shop/web", pull: ["ops"] }, { name: "base" }],
      groups: [
        { name: "shop", members: [arn("ann")], repositories: ["shop/*"] },
        { name: "ops", members: [arn("eve")] },
        { name: "readers", members: [arn("bob")], role: "pull" },
      ],
    });
    expect(d.access.pull).toEqual([arn("bob")]);
    expect(d.repositories.map(({ name, pull, push }) => [name, pull, push])).toEqual([
      ["shop/api", [], [arn("ann")]],
      ["shop/web", [arn("eve")], [arn("ann")]],
      ["base", [], []],
    ]);
  });
});

const own = { target: "docker", users };
const lambda = "service:lambda";
test.each<[string, Record<string, unknown>, Partial<Problem>[]]>([
  [
    "a list that names no group",
    { ...own, groups: [{ name: "shop-team", members: [ann] }], access: { push: ["shop-taem"] } },
    [
      {
        key: "wharf:access.push[0]",
        message:
          '"shop-taem" is not a user of wharf:users, nor a group of wharf:groups; did you mean shop-team?',
        fix: "pulumi config set --path 'wharf:access.push[0]' shop-team",
      },
    ],
  ],
  [
    "a member that is not a user",
    { ...own, groups: [{ name: "team", members: ["anm"], role: "pull" }] },
    [
      {
        key: "wharf:groups[0].members[0]",
        message: '"anm" is not a user of wharf:users; did you mean ann?',
        fix: "pulumi config set --path 'wharf:groups[0].members[0]' ann",
      },
    ],
  ],
  [
    "a group in a group",
    {
      ...own,
      groups: [
        { name: "team", members: [ann] },
        { name: "all", members: ["team", bob] },
      ],
    },
    [
      {
        key: "wharf:groups[1].members[0]",
        message:
          '"team" is the group of wharf:groups[0]; a group has no groups, so name its members',
        fix: "pulumi config rm --path 'wharf:groups[1].members[0]'",
      },
    ],
  ],
  [
    "a group that has a user's name",
    { ...own, groups: [{ name: ann, members: [bob] }] },
    [
      {
        key: "wharf:groups[0].name",
        message: '"ann" is the name of wharf:users[0] as well; a list would name both',
        fix: "pulumi config set --path 'wharf:groups[0].name' ann-group",
      },
    ],
  ],
  [
    "a group and a member that appear twice",
    { ...own, groups: [{ name: "team", members: [ann, ann] }, { name: "team" }] },
    [
      {
        key: "wharf:groups[1].name",
        message: '"team" appears twice, first in wharf:groups[0]',
        fix: "pulumi config rm --path 'wharf:groups[1]'",
      },
      {
        key: "wharf:groups[0].members[1]",
        message: '"ann" appears twice, first in wharf:groups[0].members[0]',
        fix: "pulumi config rm --path 'wharf:groups[0].members[1]'",
      },
    ],
  ],
  [
    "a role for no repository, and for one that is not there",
    {
      ...own,
      groups: [
        { name: "none", repositories: [] },
        { name: "team", repositories: ["ap", "shop/**"] },
      ],
    },
    [
      {
        key: "wharf:groups[0].repositories",
        message: "is empty, so that the role is for no repository; leave it out for all",
        fix: "pulumi config rm --path 'wharf:groups[0].repositories'",
      },
      {
        key: "wharf:groups[1].repositories[0]",
        message: '"ap" is not a repository of this description; did you mean app?',
        fix: "pulumi config set --path 'wharf:groups[1].repositories[0]' app",
      },
    ],
  ],
  [
    "groups with htpasswd",
    { ...own, auth: "htpasswd", groups: [{ name: "team", members: [ann] }] },
    [
      {
        key: "wharf:groups",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: htpasswd has no roles: every user may pull, push and delete",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  ],
  [
    "on a cloud, a list that names no group, and a member in the words of another platform",
    {
      target: "aws",
      groups: [{ name: "team", members: ["user:ann@example.com"] }],
      access: { pull: ["teem"] },
    },
    [
      {
        key: "wharf:access.pull[0]",
        message:
          '"teem" is neither a principal of AWS nor a group of wharf:groups; did you mean team?',
        fix: "pulumi config set --path 'wharf:access.pull[0]' team",
      },
      {
        key: "wharf:groups[0].members[0]",
        message:
          '"user:ann@example.com" is not a principal of AWS, which begins with arn:, account:, organization:, organizationalUnit: or service:',
      },
    ],
  ],
  [
    "on a cloud, a member that may only pull in a list of who may push, and a pattern of no repository",
    {
      target: "aws",
      groups: [
        { name: "functions", members: [lambda], repositories: ["shop/*"], role: "pull" },
        { name: "ci", members: [lambda] },
      ],
      access: { push: ["ci"] },
    },
    [
      {
        key: "wharf:groups[0].repositories[0]",
        message: '"shop/*" matches no repository of this description, which has app',
      },
      {
        key: "wharf:groups[1].members[0]",
        message: '"service:lambda" may pull only; name it in pull',
      },
    ],
  ],
])("refused: %s", (_, values, problems) => {
  expect(problemsOf(values)).toEqual(problems);
});
