import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Target } from "../../../components/model/environment";
import {
  type Refusal,
  type Retention,
  retentionProblems,
  retentionSettings,
} from "../../../components/model/retention";
import { acrDifferences, compileAcr, refuseAcr } from "../../../components/retention/acr";
import {
  artifactRegistryDifferences,
  artifactRegistryLimits,
  compileArtifactRegistry,
  refuseArtifactRegistry,
} from "../../../components/retention/artifact-registry";
import { compileEngine, refuseEngine } from "../../../components/retention/distribution";
import {
  compileEcr,
  ecrDifferences,
  ecrLimits,
  refuseEcr,
} from "../../../components/retention/ecr";
import type { Difference, ListedImage } from "../../../components/retention/listing";
import { matchesPattern, tagPattern } from "../../../components/model/tag-patterns";
import { previewRetention } from "../../../components/retention/preview";
import { daysAgo, listings, now, retentions } from "./arbitraries";

// WHARF_PROPERTY_RUNS=1000 looks longer; the usual number keeps the tests of a change short.
const numRuns = Number(process.env.WHARF_PROPERTY_RUNS ?? 150);

/** Each platform with what it refuses and where it differs from the model, which docker carries out to the letter. */
const platforms: {
  target: Target;
  refuse: (retention: Retention) => Refusal[];
  compile: (retention: Retention) => unknown;
  differences: readonly Difference[];
}[] = [
  { target: "docker", refuse: refuseEngine, compile: compileEngine, differences: [] },
  { target: "aws", refuse: refuseEcr, compile: compileEcr, differences: ecrDifferences },
  {
    target: "gcp",
    refuse: refuseArtifactRegistry,
    compile: compileArtifactRegistry,
    differences: artifactRegistryDifferences,
  },
  {
    target: "azure",
    refuse: refuseAcr,
    compile: (retention) => compileAcr({ ...registry, repositories: [{ name: "a", retention }] }),
    differences: acrDifferences,
  },
];
const registry = { premium: false, softDelete: false };

const deletedOf = (listing: ListedImage[], retention: Retention, target: Target): Set<string> =>
  new Set(
    previewRetention(listing, retention, target, now)
      .filter(({ outcome }) => outcome === "delete")
      .map(({ digest }) => digest),
  );

describe.each(platforms)("on $target", ({ target, refuse, compile, differences }) => {
  const accepted = retentions.filter((retention) => refuse(retention).length === 0);

  test("no image goes that holds a tag which keep names", () => {
    fc.assert(
      fc.property(accepted, listings, (retention, listing) => {
        const deleted = deletedOf(listing, retention, target);
        for (const { digest, tags } of listing) {
          const kept = tags.some((tag) =>
            retention.keep.some((pattern) => matchesPattern(pattern, tag)),
          );
          expect(kept && deleted.has(digest)).toBe(false);
        }
      }),
      { numRuns },
    );
  });

  test("a tag that keep names is not taken away either", () => {
    fc.assert(
      fc.property(accepted, listings, (retention, listing) => {
        for (const { removedTags } of previewRetention(listing, retention, target, now)) {
          for (const tag of removedTags) {
            expect(retention.keep.some((pattern) => matchesPattern(pattern, tag))).toBe(false);
          }
        }
      }),
    );
  });

  test("no image goes that an index which stays names", () => {
    fc.assert(
      fc.property(accepted, listings, (retention, listing) => {
        const deleted = deletedOf(listing, retention, target);
        for (const { digest, children = [] } of listing) {
          if (!deleted.has(digest)) {
            expect(children.filter((child) => deleted.has(child))).toEqual([]);
          }
        }
      }),
      { numRuns },
    );
  });

  test("does what the model does, except for the differences that are named", () => {
    let compared = 0;
    fc.assert(
      fc.property(accepted, listings, (retention, listing) => {
        const differs = differences.some(
          (difference) => difference.concerns(retention) && difference.shows(listing, retention),
        );
        fc.pre(!differs && refuseEngine(retention).length === 0);
        compared += 1;
        expect(deletedOf(listing, retention, target)).toEqual(
          deletedOf(listing, retention, "docker"),
        );
      }),
      { numRuns, maxSkipsPerRun: 1000 },
    );
    expect(compared).toBe(numRuns);
  });

  test.each(["keepLast", "expireAfterDays", "untaggedAfterDays"] as const)(
    "a higher %s never deletes more",
    (key) => {
      fc.assert(
        fc.property(accepted, fc.integer({ min: 1, max: 60 }), listings, (retention, more, all) => {
          const value = retention[key];
          fc.pre(value !== undefined);
          const longer = { ...retention, [key]: (value ?? 0) + more };
          const before = deletedOf(all, retention, target);
          expect([...deletedOf(all, longer, target)].filter((one) => !before.has(one))).toEqual([]);
        }),
        { numRuns },
      );
    },
  );

  test("a higher number for a group never deletes more", () => {
    fc.assert(
      fc.property(accepted, fc.integer({ min: 1, max: 3 }), listings, (retention, more, all) => {
        const { groups } = retention;
        fc.pre(groups !== undefined || target === "gcp");
        const larger = groups?.map((group) => ({ ...group, keepLast: group.keepLast + more }));
        const before = deletedOf(all, retention, target);
        const after = deletedOf(all, { ...retention, groups: larger }, target);
        expect([...after].filter((one) => !before.has(one))).toEqual([]);
      }),
      { numRuns, maxSkipsPerRun: 1000 },
    );
  });

  test("one more pattern to keep never deletes more", () => {
    fc.assert(
      fc.property(accepted, listings, (retention, listing) => {
        const longer = { ...retention, keep: [...retention.keep, "dev"] };
        const before = deletedOf(listing, retention, target);
        const after = deletedOf(listing, longer, target);
        expect([...after].filter((one) => !before.has(one))).toEqual([]);
      }),
    );
  });

  test("compiles twice to the same text", () => {
    fc.assert(
      fc.property(accepted, (retention) => {
        expect(JSON.stringify(compile(retention))).toBe(
          JSON.stringify(compile(structuredClone(retention))),
        );
      }),
    );
  });

  test("refuses in whole clauses, and only what was set", () => {
    fc.assert(
      fc.property(retentions, (retention) => {
        for (const { message, instead } of refuse(retention)) {
          expect(`${message}; ${instead}`).not.toMatch(/undefined|\.$/);
        }
        if (refuse(retention).length > 0) expect(() => compile(retention)).toThrow();
      }),
    );
  });

  test("says a difference only as a whole sentence", () => {
    for (const { sentence } of differences) expect(sentence).toMatch(/^[A-Za-z].*\.$/);
  });
});

describe("the documents", () => {
  /** Settings as long as the schema lets them be. */
  const longest = fc.record({
    keep: fc.uniqueArray(
      fc
        .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.*-]{0,127}$/)
        .filter((pattern) => tagPattern.safeParse(pattern).success && pattern !== "*"),
      { maxLength: 20 },
    ),
    expireAfterDays: fc.integer({ min: 1, max: 3650 }),
    untaggedAfterDays: fc.integer({ min: 1, max: 3650 }),
    archiveAfterDays: fc.option(fc.integer({ min: 1, max: 3650 }), { nil: undefined }),
    dryRun: fc.constant(false),
  });

  test("of ECR keep to its rules", () => {
    fc.assert(
      fc.property(longest, (retention) => {
        const { policy = "", rules } = compileEcr(retention);
        expect(policy.length).toBeGreaterThan(100);
        expect(policy.length).toBeLessThanOrEqual(ecrLimits.characters);
        expect(policy).not.toContain("null");
        expect(JSON.parse(policy)).toEqual({ rules });
        expect(rules.length).toBeLessThanOrEqual(ecrLimits.rules);
        expect(rules.map(({ rulePriority }) => rulePriority)).toEqual(
          rules.map((_, index) => index + 1),
        );
        expect(rules.filter(({ selection }) => selection.tagStatus === "untagged")).toHaveLength(1);
        for (const { selection, action } of rules) {
          const { tagStatus, tagPatternList, countType, countUnit, storageClass } = selection;
          expect(tagStatus === "tagged").toBe(tagPatternList !== undefined);
          for (const pattern of tagPatternList ?? []) {
            expect(pattern.split("*").length - 1).toBeLessThanOrEqual(4);
          }
          expect(countUnit).toBe(countType === "imageCountMoreThan" ? undefined : "days");
          expect(storageClass === "archive").toBe(countType === "sinceImageTransitioned");
          // Only what was not pulled is archived, and nothing is deleted for not being pulled.
          expect(action.type === "transition").toBe(countType === "sinceImagePulled");
          if (storageClass === "archive") {
            expect(selection.countNumber).toBeGreaterThanOrEqual(90);
          }
        }
      }),
    );
  });

  test("of Artifact Registry keep to its limits, in whole seconds", () => {
    fc.assert(
      fc.property(longest, (retention) => {
        const settings = { ...retention, archiveAfterDays: undefined, keepLast: 3 };
        const { cleanupPolicies } = compileArtifactRegistry(settings);
        expect(cleanupPolicies.length).toBeLessThanOrEqual(artifactRegistryLimits.policies);
        const ids = cleanupPolicies.map(({ id }) => id);
        expect(ids).toEqual([...new Set(ids)]);
        for (const { condition, mostRecentVersions } of cleanupPolicies) {
          expect([condition, mostRecentVersions].filter(Boolean)).toHaveLength(1);
          expect(condition?.olderThan ?? "1s").toMatch(/^[1-9]\d*s$/);
          expect(condition?.tagPrefixes ?? ["v"]).not.toContain("");
        }
      }),
    );
  });

  test("of ACR are a task that reads back as the same commands", () => {
    fc.assert(
      fc.property(
        longest,
        fc.uniqueArray(fc.stringMatching(/^[a-z0-9]+(\.[a-z0-9]+)?$/)),
        (r, names) => {
          const retention = { ...r, archiveAfterDays: undefined };
          const { purgeTask } = compileAcr({
            repositories: names.map((name) => ({ name, retention })),
            premium: false,
            softDelete: false,
          });
          expect(purgeTask === undefined).toBe(names.length === 0);
          if (purgeTask === undefined) return;
          const { version, steps } = parse(purgeTask.yaml) as {
            version: string;
            steps: { cmd: string }[];
          };
          expect(version).toBe("v1.1.0");
          expect(steps.map(({ cmd }) => cmd)).toEqual(purgeTask.commands);
          expect(Buffer.from(purgeTask.encodedTaskContent, "base64").toString()).toBe(
            purgeTask.yaml,
          );
          for (const command of purgeTask.commands) {
            // One argument of a process on Linux; ACR Tasks hands the whole command to a shell.
            expect(command.length).toBeLessThan(128 * 1024);
            expect(command).not.toMatch(/[\\"`\n]|\$[A-Za-z0-9(]/);
          }
        },
      ),
    );
  });

  test("of ACR split the names of very many repositories", () => {
    const retention: Retention = { keep: [], untaggedAfterDays: 7, dryRun: false };
    const repositories = Array.from({ length: 5000 }, (_, i) => ({
      name: `team/service-${i}`,
      retention,
    }));
    const { purgeTask } = compileAcr({ repositories, premium: false, softDelete: false });
    expect(purgeTask?.commands.length).toBeGreaterThan(1);
    expect(purgeTask?.commands.every((command) => command.length < 128 * 1024)).toBe(true);
    const named = purgeTask?.commands.join(" ").match(/team\/service-\d+/g);
    expect(new Set(named).size).toBe(5000);
  });
});

test("a rule set that would delete a kept tag cannot be written", () => {
  fc.assert(
    fc.property(retentions, (retention) => {
      const listing: ListedImage[] = retention.keep.map((pattern, index) => ({
        repository: "shop/api",
        digest: `sha256:${String(index).padStart(64, "0")}`,
        tags: [pattern.replaceAll("*", "0")],
        pushedAt: daysAgo(4000),
      }));
      for (const { target, refuse } of platforms) {
        if (refuse(retention).length === 0) {
          expect([...deletedOf(listing, retention, target)]).toEqual([]);
        }
      }
    }),
  );
  const everything: Retention = { keep: ["*"], keepLast: 3, dryRun: false };
  expect(retentionProblems(everything, ["retention"])).toHaveLength(1);
  expect(retentionSettings.safeParse({ keep: ["v**"] }).success).toBe(false);
});
