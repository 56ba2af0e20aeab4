import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  acrAccessProblems,
  acrRoleAssignments,
  RoleAssignmentMode,
  scopeMapActions,
} from "../../../components/access/acr";
import { artifactRegistryMembers } from "../../../components/access/artifact-registry";
import { ecrActions, ecrIdentityPolicy, ecrRepositoryPolicy } from "../../../components/access/ecr";
import { accessMatrix, effectiveAccess, type AccessArgs } from "../../../components/access/matrix";
import { principalProblems } from "../../../components/access/principals";
import { type AccessLists, accessSettings, Role, roles } from "../../../components/model/access";

const place = { partition: "aws", region: "eu-central-1", account: "111122223333" };
const ci = "arn:aws:iam::111122223333:role/ci";
const elsewhere = "arn:aws:iam::444455556666:user/team/ann";

const person = "11111111-1111-1111-1111-111111111111";
const team = "22222222-2222-2222-2222-222222222222";
const robot = "33333333-3333-3333-3333-333333333333";

/** A description's access, with what is not given left empty. */
function given(
  access: Partial<AccessArgs["access"]>,
  repositories: AccessArgs["repositories"] = [{ name: "shop/api" }, { name: "shop/web" }],
): AccessArgs {
  return { access: accessSettings.parse(access), repositories };
}

describe("the access matrix", () => {
  test("adds a repository's own lists to those of all, and the highest role wins", () => {
    const args = given({ pull: ["a", "b"], admin: ["root"], delete: ["broom", "root"] }, [
      { name: "shop/api", push: ["b", "c"], delete: ["b"] },
      { name: "shop/web" },
    ]);
    const yes = (...can: Role[]) => roles.map((role) => can.includes(role));
    expect(
      accessMatrix(args).map(({ repository, principal, ...may }) => [
        ...[repository, principal],
        ...roles.map((role) => may[role]),
      ]),
    ).toEqual([
      ["shop/api", "a", ...yes("pull")],
      ["shop/api", "b", ...yes("pull", "push", "delete")],
      ["shop/api", "broom", ...yes("delete")],
      ["shop/api", "root", ...yes(...roles)],
      ["shop/api", "c", ...yes("pull", "push")],
      ["shop/web", "a", ...yes("pull")],
      ["shop/web", "b", ...yes("pull")],
      ["shop/web", "broom", ...yes("delete")],
      ["shop/web", "root", ...yes(...roles)],
    ]);
  });

  test("names everybody where images are public", () => {
    expect(accessMatrix(given({ public: true }, [{ name: "app" }]))).toEqual([
      {
        ...{ repository: "app", principal: "everybody" },
        ...{ pull: true, push: false, delete: false, admin: false },
      },
    ]);
  });
});

describe("ECR", () => {
  test("names principals by their account, so that a fresh role does not fail the policy", () => {
    const grants = [
      { principal: ci, role: Role.Push },
      { principal: elsewhere, role: Role.Pull },
      { principal: "account:777788889999", role: Role.Pull },
      { principal: "organization:o-a1b2c3d4e5", role: Role.Pull },
      { principal: "service:lambda", role: Role.Pull },
    ];
    const Action = [...ecrActions.pull];
    expect(ecrRepositoryPolicy(grants, place)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Pull444455556666",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::444455556666:root" },
          Action,
          Condition: { ArnEquals: { "aws:PrincipalArn": [elsewhere] } },
        },
        {
          Sid: "PullAccounts",
          Effect: "Allow",
          Principal: { AWS: ["arn:aws:iam::777788889999:root"] },
          Action,
        },
        {
          Sid: "PullOrganizations",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action,
          Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5"] } },
        },
        {
          Sid: "PullLambda",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          // Functions of the registry's account and of the account that is let in; Lambda sends no aws:SourceAccount.
          Condition: {
            StringLike: {
              "aws:SourceArn": [
                "arn:aws:lambda:eu-central-1:111122223333:function:*",
                "arn:aws:lambda:eu-central-1:777788889999:function:*",
              ],
            },
          },
        },
        {
          Sid: "Push111122223333",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Action: [...ecrActions.push],
          Condition: { ArnEquals: { "aws:PrincipalArn": [ci] } },
        },
      ],
    });
  });

  test("has no policy for nobody", () => {
    expect(ecrRepositoryPolicy([], place)).toBeUndefined();
  });

  test("lets an identity log in, use its repositories and pull through", () => {
    const grants = [
      { repository: "shop/web", role: Role.Pull },
      { repository: "shop/api", role: Role.Push },
    ];
    const arn = "arn:aws:ecr:eu-central-1:111122223333:repository";
    expect(ecrIdentityPolicy(grants, place, { pullThrough: ["docker-hub/"] }).Statement).toEqual([
      { Sid: "LogIn", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
      {
        Sid: "Pull",
        Effect: "Allow",
        Action: [...ecrActions.pull],
        Resource: [`${arn}/shop/web`],
      },
      {
        Sid: "Push",
        Effect: "Allow",
        Action: [...ecrActions.push],
        Resource: [`${arn}/shop/api`],
      },
      {
        Sid: "PullThrough",
        Effect: "Allow",
        Action: [...ecrActions.pull, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        Resource: [`${arn}/docker-hub/*`],
      },
    ]);
  });
});

describe("Artifact Registry", () => {
  test("has one member for each principal", () => {
    const args = given({ pull: ["group:dev@example.com"] }, [
      { name: "app", admin: ["user:ann@example.com"] },
    ]);
    expect(artifactRegistryMembers(args)).toEqual([
      {
        key: "pull-group:dev@example.com",
        repository: "app",
        role: "pull",
        member: "group:dev@example.com",
      },
      {
        key: "admin-user:ann@example.com",
        repository: "app",
        role: "admin",
        member: "user:ann@example.com",
      },
    ]);
    expect(artifactRegistryMembers(given({ public: true }, [{ name: "app" }]))).toEqual([
      {
        key: "pull-allUsers",
        repository: "app",
        role: "pull",
        member: "allUsers",
      },
    ]);
  });
});

describe("ACR", () => {
  test("puts all repositories of a principal's role into one condition", () => {
    const args = given({ pull: [`group:${team}`] }, [
      { name: "shop/web", push: [`servicePrincipal:${robot}`] },
      { name: "shop/api", push: [`servicePrincipal:${robot}`], pull: [`user:${person}`] },
    ]);
    const path = "Microsoft.ContainerRegistry/registries/repositories";
    expect(acrRoleAssignments(args, RoleAssignmentMode.Abac)).toEqual([
      {
        key: `Reader-group:${team}`,
        role: "Container Registry Repository Reader",
        roleDefinition: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        principalId: team,
        principalType: "Group",
      },
      {
        key: `CatalogLister-group:${team}`,
        role: "Container Registry Repository Catalog Lister",
        roleDefinition: "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
        principalId: team,
        principalType: "Group",
      },
      {
        key: `Writer-servicePrincipal:${robot}`,
        role: "Container Registry Repository Writer",
        roleDefinition: "2a1e307c-b015-4ebd-883e-5b7698a07328",
        principalId: robot,
        principalType: "ServicePrincipal",
        condition:
          `((!(ActionMatches{'${path}/content/read'}) AND !(ActionMatches{'${path}/content/write'})` +
          ` AND !(ActionMatches{'${path}/metadata/read'}) AND !(ActionMatches{'${path}/metadata/write'}))` +
          ` OR (@Request[${path}:name] StringEqualsIgnoreCase 'shop/api'` +
          ` OR @Request[${path}:name] StringEqualsIgnoreCase 'shop/web'))`,
        conditionVersion: "2.0",
      },
      {
        key: `Reader-user:${person}`,
        role: "Container Registry Repository Reader",
        roleDefinition: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        principalId: person,
        principalType: "User",
        condition:
          `((!(ActionMatches{'${path}/content/read'}) AND !(ActionMatches{'${path}/metadata/read'}))` +
          ` OR (@Request[${path}:name] StringEqualsIgnoreCase 'shop/api'))`,
        conditionVersion: "2.0",
      },
    ]);
  });

  test("has no grants for one repository in the legacy mode, and says what to do", () => {
    const args = given({ push: [`user:${person}`], admin: [`group:${team}`] }, [
      { name: "app", pull: [`servicePrincipal:${robot}`] },
    ]);
    expect(
      acrRoleAssignments(args, RoleAssignmentMode.Legacy).map(({ role, principalId }) => [
        role,
        principalId,
      ]),
    ).toEqual([
      ["AcrPush", person],
      ["AcrPush", team],
      ["AcrDelete", team],
    ]);
    const broom = given({ delete: [`user:${person}`] });
    expect(acrRoleAssignments(broom, RoleAssignmentMode.Legacy).map(({ role }) => role)).toEqual([
      "AcrDelete",
    ]);
    expect(acrAccessProblems(args, RoleAssignmentMode.Legacy)).toEqual([
      {
        key: "wharf:repositories[0].pull",
        message:
          "cannot be granted for one repository in the mode LegacyRegistryPermissions, whose roles hold for the whole registry; name the principals in wharf:access, or choose the mode AbacRepositoryPermissions",
      },
    ]);
    expect(acrAccessProblems(args, RoleAssignmentMode.Abac)).toEqual([]);
  });

  test("refuses a condition that is longer than Azure takes", () => {
    const repositories = Array.from({ length: 100 }, (_, i) => ({
      name: `team/service-${i}`,
      pull: [`user:${person}`],
    }));
    expect(acrAccessProblems(given({}, repositories), RoleAssignmentMode.Abac)).toHaveLength(1);
  });

  test("says a token's rights as the actions of a scope map", () => {
    expect(scopeMapActions(Role.Push, ["shop/api"])).toEqual([
      "repositories/shop/api/content/read",
      "repositories/shop/api/content/write",
    ]);
    expect(scopeMapActions(Role.Delete, ["app"])).toEqual(["repositories/app/content/delete"]);
    expect(scopeMapActions(Role.Admin, ["app"])).toHaveLength(5);
  });
});

describe("principals", () => {
  const right = {
    aws: [
      ci,
      elsewhere,
      "arn:aws-cn:iam::111122223333:role/path/deep/ci",
      "account:123456789012",
      "organization:o-a1b2c3d4e5",
      "service:lambda",
    ],
    gcp: [
      "user:ann@example.com",
      "group:dev@example.com",
      "serviceAccount:ci@my-project.iam.gserviceaccount.com",
      "principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/subject/repo:a/b:ref:refs/heads/main",
      "principalSet://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/attribute.repository/a/b",
      "domain:example.com",
    ],
    azure: [`user:${person}`, `group:${team}`, `servicePrincipal:${robot}`],
  };

  test.each(Object.keys(right) as (keyof typeof right)[])("of %s are taken", (platform) => {
    expect(principalProblems(platform, given({ pull: right[platform] }))).toEqual([]);
    for (const other of Object.keys(right) as (keyof typeof right)[]) {
      const refused = principalProblems(other, given({ push: right[platform] }));
      if (other !== platform && platform !== "azure") expect(refused.length).toBeGreaterThan(3);
    }
  });

  test.each([
    [
      "aws",
      "role:ci",
      /is not a principal of AWS, which begins with arn:, account:, organization:, organizationalUnit: or/,
    ],
    ["aws", "acount:123456789012", /did you mean account:123456789012\?$/],
    [
      "aws",
      "account:1234",
      /one reads account:123456789012; its account has 4 digits, and every account has 12, zeros at the front among them$/,
    ],
    ["aws", "arn:aws:iam::123456789012:root", /a whole account is written account:123456789012$/],
    ["aws", "arn:aws:sts::123456789012:assumed-role/ci/x", /so name the role that it assumes$/],
    ["aws", "service:lamda", /did you mean service:lambda\?$/],
    ["aws", "*", /"\*" is everybody; only wharf:access.public allows anonymous pulls/],
    ["gcp", "allUsers", /"allUsers" is everybody/],
    ["gcp", "serviceaccount:ci@p.iam.gserviceaccount.com", /did you mean serviceAccount:ci@p/],
    ["gcp", "ann@example.com", /is not a principal of Google Cloud, which begins with user:/],
    ["gcp", "user:ann", /is not complete or holds a wrong character/],
    [
      "azure",
      person,
      /is not a principal of Azure, which begins with user:, group: or servicePrincipal:$/,
    ],
    ["azure", `serviceprincipal:${robot}`, /did you mean servicePrincipal:3333/],
    ["azure", "user:ann@example.com", /by object id \(az ad user show --id NAME --query id\)$/],
  ] as const)("of %s: %s is refused", (platform, principal, message) => {
    const problems = principalProblems(platform, given({ pull: [principal] }));
    expect(problems.map(({ key }) => key)).toEqual(["wharf:access.pull[0]"]);
    expect(problems[0]?.message).toMatch(message);
  });

  test("that appear twice or may not have the role are refused by their own key", () => {
    const args = given({ pull: [ci, ci] }, [{ name: "app", push: ["service:lambda"] }]);
    expect(principalProblems("aws", args)).toEqual([
      {
        key: "wharf:access.pull[1]",
        message: `"${ci}" appears twice, first in wharf:access.pull[0]`,
        fix: "pulumi config rm --path 'wharf:access.pull[1]'",
      },
      {
        key: "wharf:repositories[0].push[0]",
        message: '"service:lambda" may pull only; name it in pull',
      },
    ]);
  });
});

describe("nobody gets more than was asked, nor less", () => {
  const names = ["app", "shop/api", "shop/web"];
  const guids = [person, team, robot];
  const principals = fc.uniqueArray(fc.constantFrom(...guids), { maxLength: 3 });
  const lists = fc.record({
    ...{ pull: principals, push: principals, delete: principals, admin: principals },
  });
  const asked = fc.record({
    access: lists.map((access) => ({ ...access, public: false })),
    repositories: fc
      .array(lists, { minLength: 1, maxLength: 3 })
      .map((all) => all.map((own, index) => ({ name: names[index] as string, ...own }))),
  });
  const spelled = (args: AccessArgs, spell: (guid: string) => string): AccessArgs => {
    const all = (of: Partial<AccessLists>) =>
      Object.fromEntries(roles.map((role) => [role, (of[role] ?? []).map(spell)])) as AccessLists;
    return {
      access: { ...all(args.access), public: args.access.public },
      repositories: args.repositories.map((own) => ({ name: own.name, ...all(own) })),
    };
  };
  /** What a principal may do with a repository by the lists that speak of it: the model, said another way. */
  const may = (args: AccessArgs, repository: string, principal: string) => {
    const own = args.repositories.find(({ name }) => name === repository);
    const named = (role: Role) =>
      args.access[role].includes(principal) || (own?.[role] ?? []).includes(principal);
    const admin = named("admin");
    const push = admin || named("push");
    return { admin, push, delete: admin || named("delete"), pull: push || named("pull") };
  };
  /** The roles that say just that. */
  const wanted = (rights: ReturnType<typeof may>): Role[] => {
    if (rights.admin) return ["admin"];
    const first = rights.push ? (["push"] as const) : rights.pull ? (["pull"] as const) : [];
    return [...first, ...(rights.delete ? (["delete"] as const) : [])];
  };

  test("by an ECR policy", () => {
    const arn = (guid: string) => `arn:aws:iam::111122223333:role/${guid}`;
    fc.assert(
      fc.property(asked, (plain) => {
        const args = spelled(plain, arn);
        for (const { name } of args.repositories) {
          const grants = effectiveAccess(args).filter(({ repository }) => repository === name);
          const statements = ecrRepositoryPolicy(grants, place)?.Statement ?? [];
          expect(statements.every((one) => one.Resource === undefined)).toBe(true);
          for (const principal of guids.map(arn)) {
            const actions = statements
              .filter(({ Condition }) =>
                Condition?.ArnEquals?.["aws:PrincipalArn"]?.includes(principal),
              )
              .flatMap(({ Action }) => Action);
            const roles = wanted(may(args, name, principal));
            expect(actions).toEqual(roles.flatMap((role) => ecrActions[role]));
            expect(actions).not.toContain("ecr:GetAuthorizationToken");
          }
        }
      }),
    );
  });

  test("by members of Artifact Registry", () => {
    const user = (guid: string) => `user:${guid}@example.com`;
    fc.assert(
      fc.property(asked, (plain) => {
        const args = spelled(plain, user);
        const members = artifactRegistryMembers(args);
        const keys = members.map(({ repository, key }) => `${repository} ${key}`);
        expect(keys).toEqual([...new Set(keys)]);
        for (const { name } of args.repositories) {
          for (const principal of guids.map(user)) {
            expect(
              members
                .filter(({ repository, member }) => repository === name && member === principal)
                .map((member) => member.role),
            ).toEqual(wanted(may(args, name, principal)));
          }
        }
      }),
    );
  });

  /** Whether a condition lets an action on a repository through: each of its parts, joined by AND, does. */
  const passes = (condition: string, action: string, repository: string) =>
    condition.split(")) AND ((").every((part) => {
      const about = [...part.matchAll(/ActionMatches\{'[^']+\/repositories\/([^']+)'\}/g)];
      const on = [...part.matchAll(/:name\] StringEqualsIgnoreCase '([^']+)'/g)];
      return (
        !about.some(([, text]) => text === action) || on.some(([, text]) => text === repository)
      );
    });

  test("by role assignments of ACR", () => {
    const kinds = ["content", "metadata"];
    const actionsOf: Record<string, string[]> = {
      Reader: ["read"],
      Writer: ["read", "write"],
      Contributor: ["read", "write", "delete"],
    };
    fc.assert(
      fc.property(asked, (plain) => {
        const args = spelled(plain, (guid) => `user:${guid}`);
        const assignments = acrRoleAssignments(args, RoleAssignmentMode.Abac);
        const pairs = assignments.map((one) => `${one.principalId} ${one.roleDefinition}`);
        expect(pairs).toEqual([...new Set(pairs)]);
        for (const { name } of args.repositories) {
          for (const guid of guids) {
            const allows = (action: string) =>
              assignments.some(
                ({ principalId, key, condition }) =>
                  principalId === guid &&
                  (actionsOf[key.split("-")[0] ?? ""] ?? []).some((verb) =>
                    kinds.some((kind) => `${kind}/${verb}` === action),
                  ) &&
                  (condition === undefined || passes(condition, action, name)),
              );
            const rights = may(args, name, `user:${guid}`);
            for (const kind of kinds) {
              expect({
                pull: allows(`${kind}/read`),
                push: allows(`${kind}/write`),
                delete: allows(`${kind}/delete`),
              }).toEqual({ pull: rights.pull, push: rights.push, delete: rights.delete });
            }
          }
        }
        // Names of repositories are only for who may read all of them.
        const readers = guids.filter((guid) =>
          (["pull", "push", "admin"] as const).some((role) =>
            args.access[role].includes(`user:${guid}`),
          ),
        );
        const listers = assignments.filter(({ key }) => key.startsWith("CatalogLister"));
        expect(listers.map(({ principalId }) => principalId).sort()).toEqual(readers.sort());
      }),
    );
  });
});
