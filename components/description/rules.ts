import { buildRules } from "../builds/rules";
import { cacheRules } from "../caches/rules";
import { identityRules } from "../identities/rules";
import { labRules } from "../lab";
import { refuseAcr } from "../retention/acr";
import { refuseArtifactRegistry } from "../retention/artifact-registry";
import { refuseEcr } from "../retention/ecr";
import {
  refusalProblem,
  retentionOf,
  retentionProblems,
  type Refusal,
  type Retention,
  type RetentionSettings,
} from "../retention/settings";
import { validityDaysProblems } from "./certificate-validity";
import { Deletion, Environment, type Target } from "./choices";
import type { Path } from "./fields";
import { keyOf, setCommand } from "./messages";
import type { Problem } from "./problems";
import type { Key, Parsed } from "./schema";

/** A rule that looks at more than one field. */
export interface Rule {
  /** Keys that must have been understood for the rule to make sense. */
  needs: Key[];
  find(description: Parsed): Problem[];
}

/** Problems of names that stand twice in the list at `key`. */
function duplicates(key: Key, named: { name: string }[]): Problem[] {
  const firsts = new Map<string, number>();
  return named.flatMap(({ name }, index) => {
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, index);
      return [];
    }
    return [
      {
        key: keyOf([key, index, "name"]),
        message: `"${name}" stands twice, first in ${keyOf([key, first])}`,
      },
    ];
  });
}

/** What each managed platform cannot be told of retention; the self-hosted targets refuse the whole block. */
const retentionRefusals: Partial<Record<Target, (retention: Retention) => Refusal[]>> = {
  aws: refuseEcr,
  gcp: refuseArtifactRegistry,
  azure: refuseAcr,
};

/**
 * Problems of how long images are to live: of the block for all repositories, and of each repository's own together with it, so
 * that what is wrong with the former is told once.
 */
function retentionOfAll(d: Parsed): Problem[] {
  const refuse = retentionRefusals[d.target] ?? (() => []);
  const problemsOf = (own: RetentionSettings | undefined, block: Path) => {
    const retention = retentionOf(d.environment, d.retention, own);
    return [
      ...retentionProblems(retention, block),
      ...refuse(retention).map((refusal) => refusalProblem(refusal, block)),
    ];
  };
  const owners = d.repositories.flatMap(({ retention }, i) =>
    retention === undefined ? [] : problemsOf(retention, ["repositories", i, "retention"]),
  );
  return [...(d.retention === undefined ? [] : problemsOf(undefined, ["retention"])), ...owners];
}

/** Rules across keys that hold on every target; those of one target stand in its own folder. */
export const rules: Rule[] = [
  { needs: ["repositories"], find: (d) => duplicates("repositories", d.repositories) },
  { needs: ["users"], find: (d) => duplicates("users", d.users) },
  {
    needs: ["environment", "deletion"],
    find: (d) =>
      d.environment === Environment.Prod && d.deletion === Deletion.Force
        ? [
            {
              key: "wharf:deletion",
              message: `"force" would delete images with the stack; prod allows protect or retain`,
              fix: setCommand(["deletion"], Deletion.Protect),
            },
          ]
        : [],
  },
  { needs: ["tls"], find: ({ tls }) => validityDaysProblems(tls) },
  { needs: ["target", "environment", "retention", "repositories"], find: retentionOfAll },
  ...identityRules,
  ...buildRules,
  ...cacheRules,
  ...labRules,
];
