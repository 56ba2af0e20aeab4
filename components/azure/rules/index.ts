import { roleModeOf } from "../choices";
import { repeated } from "../../core/names";
import { unknownRepository } from "../../model/repositories";
import { type Rule, valueAt, type Written } from "../../core/rule";
import type { AzureDescription } from "../settings";
import { acrAccessProblems, RoleAssignmentMode } from "../../access/acr";
import { principalProblems } from "../../access/principals";
import { keyOf, removeCommand, setCommand } from "../../core/messages";
import type { Path } from "../../core/fields";
import type { Problem } from "../../core/problems";
import { isToken } from "../../core/tokens";

import { azureBuildRules } from "./builds";
import { azureCacheRules } from "./caches";
import { contradictions } from "./sku";
import { azureIdentityRules } from "./identities";
import { ownTags } from "../names";
import { most } from "../sku";

/** A scope map accepts `*`, and `/*` after a part of a name ("Repository-scoped permissions", wildcards), and no other star. */
function wildcardProblems(pattern: string, path: Path): Problem[] {
  if (/^([^*]+\/)?\*$/.test(pattern)) return [];
  const [before = ""] = pattern.split("*");
  const parts = before.slice(0, before.lastIndexOf("/") + 1);
  // No command that would grant every repository instead of a few.
  const wide = parts === "" && !/^\*+$/.test(pattern);
  return [
    {
      key: keyOf(path),
      message: `"${pattern}" is not a pattern that a token accepts: * for all repositories, or /* at the end of a name`,
      fix: wide ? undefined : setCommand(path, `${parts}*`),
    },
  ];
}

// Names of tokens in the REST API: pattern ^[a-zA-Z0-9-]*$, 5 to 50.
const tokenName = /^[A-Za-z0-9-]{5,50}$/;
/** Most repositories in a scope map ("Azure Container Registry service tiers"). */
const repositoriesOfAScopeMap = 500;

function userProblems({ users, repositories }: AzureDescription): Problem[] {
  const named = users.flatMap(({ name, repositories: own = [] }, index) => [
    ...(tokenName.test(name)
      ? []
      : [
          {
            key: keyOf(["users", index, "name"]),
            message: `"${name}" is not the name of a token, which users are on azure: 5 to 50 letters, digits and -`,
          },
        ]),
    ...own.flatMap((repository, i) => {
      const path = ["users", index, "repositories", i];
      return repository.includes("*")
        ? wildcardProblems(repository, path)
        : unknownRepository(path, repository, { repositories });
    }),
    ...(own.length > repositoriesOfAScopeMap
      ? [
          {
            key: keyOf(["users", index, "repositories"]),
            message: `has ${own.length} entries; a scope map has at most ${repositoriesOfAScopeMap}, and is for all repositories where none is named`,
            fix: removeCommand(["users", index, "repositories"]),
          },
        ]
      : []),
  ]);
  return users.length <= most.tokens
    ? named
    : [
        ...named,
        {
          key: "wharf:users",
          message: `has ${users.length} entries; a registry has at most ${most.tokens} tokens`,
        },
      ];
}

function accessProblems(d: AzureDescription): Problem[] {
  const { access, azure, groups, named, repositories } = d;
  const problems = principalProblems("azure", named, groups);
  if (problems.length > 0) return problems;
  const mode = roleModeOf(azure);
  return acrAccessProblems({ access, repositories }, mode).map((problem) =>
    mode === RoleAssignmentMode.Legacy
      ? { ...problem, fix: setCommand(["azure", "roleAssignmentMode"], RoleAssignmentMode.Abac) }
      : problem,
  );
}

function webhookProblems({ azure: { webhooks }, repositories }: AzureDescription): Problem[] {
  const entries = webhooks.flatMap(({ scope }, index) => {
    const path = ["azure", "webhooks", index];
    const [repository = "", ...tag] = scope?.split(":") ?? [];
    return [
      ...(scope === undefined
        ? []
        : repository.includes("*")
          ? [
              {
                key: keyOf([...path, "scope"]),
                message: `"${scope}" has a * in the repository; a webhook is for one repository, or for all without a scope`,
                fix: removeCommand([...path, "scope"]),
              },
            ]
          : unknownRepository([...path, "scope"], repository, { repositories }, (known) =>
              setCommand([...path, "scope"], [known, ...tag].join(":")),
            )),
    ];
  });
  const problems = [
    ...repeated(
      ["azure", "webhooks"],
      webhooks.map(({ name }) => name),
      { attribute: "name", identity: (name) => name.toLowerCase() },
    ),
    ...entries,
  ];
  return webhooks.length <= most.webhooks
    ? problems
    : [
        ...problems,
        {
          key: "wharf:azure.webhooks",
          message: `has ${webhooks.length} entries; a registry has at most ${most.webhooks}`,
        },
      ];
}

/**
 * A scan on push that is written is done by Microsoft Defender, a setting of the whole subscription, which is therefore asked for by
 * its own key. The default of an environment asks for nothing; a note says that nothing is scanned.
 */
function scanProblems({ azure, repositories }: AzureDescription, written: Written): Problem[] {
  if (azure.defender) return [];
  const asked: Path[] = [
    ["scan", "onPush"],
    ...repositories.map((_, index): Path => ["repositories", index, "scan", "onPush"]),
  ];
  return asked
    .filter((path) => valueAt(written, path) === true)
    .map((path) => ({
      key: keyOf(path),
      message:
        "needs Microsoft Defender for Containers, which scans every registry of the subscription and is billed for all of them; ask for it by wharf:azure.defender",
      fix: setCommand(["azure", "defender"], true),
    }));
}

/** Limits of tags ("Use tags to organize your Azure resources"); Wharf's own count too. */
const tagLimits = { key: 512, value: 256, count: 50 - ownTags.length } as const;

function labelProblems({ labels }: AzureDescription): Problem[] {
  const entries = Object.entries(labels);
  return [
    ...entries.flatMap(([key, value]) => {
      const path = ["labels", key];
      const wrong = /[<>%&\\?/]/.exec(key)?.[0];
      const own = ownTags.find((tag) => tag === key.toLowerCase());
      const message =
        wrong !== undefined
          ? `contains ${wrong}; names of Azure tags cannot contain < > % & \\ ? or /`
          : own !== undefined
            ? "is a tag that Wharf sets itself"
            : key.length > tagLimits.key
              ? `is longer than ${tagLimits.key} characters, the longest name of a tag`
              : !isToken(value) && value.length > tagLimits.value
                ? `has ${value.length} characters; a tag has at most ${tagLimits.value}`
                : undefined;
      return message === undefined ? [] : [{ key: keyOf(path), message, fix: removeCommand(path) }];
    }),
    ...(entries.length > tagLimits.count
      ? [
          {
            key: "wharf:labels",
            message: `has ${entries.length} entries; Azure allows 50 tags, and ${ownTags.length} of them are Wharf's own`,
          },
        ]
      : []),
  ];
}

/** Rules across keys that only this target has. */
export const azureRules: Rule<AzureDescription>[] = [
  { needs: ["users", "repositories"], find: userProblems },
  { needs: ["access", "groups", "repositories", "azure"], find: accessProblems },
  { needs: ["azure", "repositories"], find: webhookProblems },
  { needs: ["labels"], find: labelProblems },
  { needs: ["azure", "repositories"], find: scanProblems },
  ...azureIdentityRules,
  ...azureCacheRules,
  ...azureBuildRules,
  ...contradictions,
];
