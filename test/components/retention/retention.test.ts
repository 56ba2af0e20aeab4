import { describe, expect, test } from "vitest";
import { predicate } from "../../../components/core/predicates";
import { compileAcr, refuseAcr } from "../../../components/retention/acr";
import {
  compileArtifactRegistry,
  refuseArtifactRegistry,
} from "../../../components/retention/artifact-registry";
import { compileEcr, refuseEcr } from "../../../components/retention/ecr";
import { compileEngine, refuseEngine } from "../../../components/retention/distribution";
import { matchesPattern, signedDigest } from "../../../components/model/tag-patterns";
import {
  refusalProblem,
  retentionOf,
  retentionProblems,
  retentionSettings,
  type Retention,
} from "../../../components/model/retention";

/** Rules that most teams write, with what is not given left off. */
function given(retention: Partial<Retention>): Retention {
  return { keep: ["v*", "stable"], untaggedAfterDays: 7, dryRun: false, ...retention };
}

/** Refusals by the setting that they are about. */
const keysOf = (refusals: { key: string }[]) => refusals.map(({ key }) => key);

describe("the settings", () => {
  test("give images without tags an age by environment, and nothing else", () => {
    expect(retentionOf("lab")).toEqual({ keep: [], untaggedAfterDays: 1, dryRun: false });
    expect(retentionOf("prod")).toEqual({ keep: [], untaggedAfterDays: 30, dryRun: false });
  });

  test.each([0, "never"] as const)("give no image an age where it is %s", (never) => {
    const days = retentionSettings.parse({ untaggedAfterDays: never, expireAfterDays: never });
    expect(retentionOf("prod", { expireAfterDays: 30 }, days)).toEqual({ keep: [], dryRun: false });
  });

  test("of a repository stand before the common ones, whose tags to keep they add to", () => {
    const common = retentionSettings.parse({
      keep: ["v*"],
      keepLast: 10,
      expireAfterDays: 30,
      dryRun: true,
    });
    const own = retentionSettings.parse({
      keep: ["stable", "v*"],
      keepLast: 0,
      untaggedAfterDays: "never",
      dryRun: false,
    });
    expect(retentionOf("dev", common, own)).toEqual({
      keep: ["v*", "stable"],
      expireAfterDays: 30,
      dryRun: false,
    });
  });

  test.each([
    [{ keep: ["v 1"] }, /is not a tag pattern/],
    [{ keep: [""] }, /is not a tag pattern/],
    [{ keep: ["a*b*c*d*e*"] }, /holds more than 4 wildcards/],
    [{ keep: ["v**"] }, /holds two wildcards side by side/],
    [{ keep: Array.from({ length: 21 }, (_, i) => `v${i}`) }, /has more than 20 patterns/],
    [{ expireAfterDays: -1 }, /is below 0, the lowest allowed/],
    [{ untaggedAfterDays: "always" }, /is neither a whole number of days/],
    [{ keepLast: -1 }, /is below 0, the lowest allowed/],
    [{ keepLastImages: 3 }, /Unrecognized key/],
  ])("%j is refused", (settings, message) => {
    const { error } = retentionSettings.safeParse(settings, { error: predicate });
    expect(error?.issues.map((issue) => issue.message).join()).toMatch(message);
  });

  test("that contradict themselves are told with the way out", () => {
    const block = ["repositories", 2, "retention"];
    expect(
      retentionProblems(
        given({ keep: ["*"], expireAfterDays: 30, archiveAfterDays: 30 }),
        block,
      ).map(({ key, fix }) => [key, fix]),
    ).toEqual([
      [
        "wharf:repositories[2].retention.keep",
        "pulumi config rm --path 'wharf:repositories[2].retention.keep'",
      ],
      [
        "wharf:repositories[2].retention.archiveAfterDays",
        "pulumi config set --path 'wharf:repositories[2].retention.archiveAfterDays' 15",
      ],
    ]);
  });

  test("know a pattern's tags and a signature's image", () => {
    expect(["v1", "v1.0", "av1", "v"].filter((tag) => matchesPattern("v*", tag))).toEqual([
      "v1",
      "v1.0",
      "v",
    ]);
    expect(matchesPattern("1.*", "1x2")).toBe(false);
    const hash = "ab".repeat(32);
    expect(signedDigest(`sha256-${hash}.sig`)).toBe(`sha256:${hash}`);
    expect(signedDigest("sha256-ab.sig")).toBeUndefined();
  });
});

describe("ECR", () => {
  test("guards kept tags and signatures by rules that match first", () => {
    const { policy = "", differences } = compileEcr(given({ expireAfterDays: 30 }));
    const guard = (rulePriority: number, pattern: string) => ({
      rulePriority,
      description: `Keep ${pattern}`,
      selection: {
        tagStatus: "tagged",
        tagPatternList: [pattern],
        countType: "imageCountMoreThan",
        countNumber: 1_000_000,
      },
      action: { type: "expire" },
    });
    expect(JSON.parse(policy)).toEqual({
      rules: [
        guard(1, "v*"),
        guard(2, "stable"),
        guard(3, "sha256-*"),
        {
          rulePriority: 4,
          description: "Delete tagged images 30 days after their push",
          selection: {
            tagStatus: "tagged",
            tagPatternList: ["*"],
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: 30,
          },
          action: { type: "expire" },
        },
        {
          rulePriority: 5,
          description: "Delete images without tags 7 days after their push",
          selection: {
            tagStatus: "untagged",
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: 7,
          },
          action: { type: "expire" },
        },
      ],
    });
    expect(differences).toEqual([
      "Signatures under tags sha256-* stay when their image expires; ECR cannot tell what they belong to.",
    ]);
  });

  test.each<[name: string, retention: Partial<Retention>]>([
    ["that the description keeps too", { keep: ["sha256-*", "v*"], expireAfterDays: 30 }],
    ["in the archive", { keep: ["sha256-*"], archiveAfterDays: 20, expireAfterDays: 60 }],
  ])("has each pattern once in a storage class, that of signatures %s", (_, retention) => {
    const { rules } = compileEcr(given(retention));
    const sets = rules.map(({ selection }) =>
      [selection.storageClass, selection.tagStatus, ...(selection.tagPatternList ?? [])].join(" "),
    );
    expect(sets).toEqual([...new Set(sets)]);
  });

  test("archives by the last pull and deletes from the archive, after 90 days at the earliest", () => {
    const { rules, differences } = compileEcr(given({ archiveAfterDays: 20, expireAfterDays: 60 }));
    const [archive, expire] = rules.slice(-3);
    expect(archive).toMatchObject({
      selection: { countType: "sinceImagePulled", countNumber: 20 },
      action: { type: "transition", targetStorageClass: "archive" },
    });
    expect(expire).toMatchObject({
      selection: {
        storageClass: "archive",
        countType: "sinceImageTransitioned",
        countNumber: 90,
      },
      action: { type: "expire" },
    });
    expect(
      rules.filter(({ description }) => description === "Keep v* in the archive"),
    ).toHaveLength(1);
    expect(differences.join(" ")).toMatch(/90 days after at the earliest/);
  });

  test("counts each group of tags by a rule of its own, before what it says of other tags", () => {
    const groups = [
      { tags: ["dev-*"], keepLast: 10 },
      { tags: ["main-*"], keepLast: 50 },
      // Of what is written twice the higher number counts, and what is kept has no number.
      { tags: ["dev-*"], keepLast: 3 },
      { tags: ["stable"], keepLast: 1 },
    ];
    const { rules, differences } = compileEcr(given({ groups, expireAfterDays: 30 }));
    expect(
      rules.map(({ selection }) => [
        (selection.tagPatternList ?? [selection.tagStatus]).join(),
        selection.countType,
        selection.countNumber,
      ]),
    ).toEqual([
      ["v*", "imageCountMoreThan", 1_000_000],
      ["stable", "imageCountMoreThan", 1_000_000],
      ["sha256-*", "imageCountMoreThan", 1_000_000],
      ["dev-*", "imageCountMoreThan", 10],
      ["main-*", "imageCountMoreThan", 50],
      ["*", "sinceImagePushed", 30],
      ["untagged", "sinceImagePushed", 7],
    ]);
    expect(differences.join(" ")).toMatch(/by the first of groups that one of its tags matches/);
    const all = compileEcr(given({ groups: [{ tags: ["*"], keepLast: 5 }], expireAfterDays: 30 }));
    expect(all.rules.map(({ selection }) => selection.countType).slice(3)).toEqual([
      "imageCountMoreThan",
      "sinceImagePushed",
    ]);
  });

  test("puts no policy in a dry run or where nothing is deleted", () => {
    const dry = compileEcr(given({ dryRun: true }));
    expect(dry.policy).toBeUndefined();
    expect(dry.rules).toHaveLength(1);
    expect(dry.differences.join(" ")).toMatch(/no dry run/);
    expect(compileEcr(given({ untaggedAfterDays: undefined })).policy).toBeUndefined();
  });

  test("refuses what one rule for an image cannot say, and to delete by the last pull", () => {
    expect(keysOf(refuseEcr(given({ keepLast: 10, expireAfterDays: 30 })))).toEqual(["keepLast"]);
    expect(keysOf(refuseEcr(given({ keepLast: 10, archiveAfterDays: 30 })))).toEqual([
      "archiveAfterDays",
    ]);
    expect(refuseEcr(given({ keepLast: 10 }))).toEqual([]);
    const [refusal] = refuseEcr(given({ expireUnpulledAfterDays: 30 }));
    expect(refusal && refusalProblem(refusal, ["retention"])).toEqual({
      key: "wharf:retention.expireUnpulledAfterDays",
      message:
        "ECR archives by the last pull but deletes only by push or count; set archiveAfterDays, and expireAfterDays for what is in the archive",
    });
  });
});

describe("Artifact Registry", () => {
  test("keeps by beginnings of tags and deletes after whole seconds", () => {
    const compiled = compileArtifactRegistry(given({ keepLast: 10, expireAfterDays: 30 }));
    expect(compiled.cleanupPolicyDryRun).toBe(false);
    expect(compiled.cleanupPolicies).toEqual([
      {
        id: "delete-tagged",
        action: "DELETE",
        condition: { tagState: "TAGGED", olderThan: "2592000s" },
      },
      {
        id: "keep-tags",
        action: "KEEP",
        condition: { tagState: "TAGGED", tagPrefixes: ["v", "stable", "sha256-"] },
      },
      { id: "keep-newest", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
      {
        id: "delete-untagged",
        action: "DELETE",
        condition: { tagState: "UNTAGGED", olderThan: "604800s" },
      },
    ]);
    expect(compiled.differences.join(" ")).toMatch(/stable keeps stable-2 as well/);
  });

  test("has a dry run of its own, and no policy where nothing is deleted", () => {
    expect(compileArtifactRegistry(given({ dryRun: true })).cleanupPolicyDryRun).toBe(true);
    expect(
      compileArtifactRegistry(given({ untaggedAfterDays: undefined })).cleanupPolicies,
    ).toEqual([]);
  });

  test("refuses a pattern without a beginning, pulls and an archive", () => {
    const settings = given({
      keep: ["*-release"],
      expireAfterDays: 1,
      expireUnpulledAfterDays: 30,
      archiveAfterDays: 30,
    });
    expect(keysOf(refuseArtifactRegistry(settings))).toEqual([
      "keep",
      "expireUnpulledAfterDays",
      "archiveAfterDays",
    ]);
    expect(refuseArtifactRegistry(given({ keep: ["*-release"] }))).toEqual([]);
  });
});

describe("ACR", () => {
  const cli = "mcr.microsoft.com/acr/acr-cli:0.19";
  const registry = { premium: false, softDelete: false };
  const repositories = [
    { name: "shop/api", retention: given({ keepLast: 5, expireAfterDays: 30 }) },
    { name: "shop/web.next", retention: given({ keepLast: 5, expireAfterDays: 30 }) },
    { name: "tools", retention: given({ keep: [], untaggedAfterDays: 2 }) },
  ];

  test("purges tags first, then what has none, one command for all that want the same", () => {
    const { purgeTask, retentionPolicy } = compileAcr({ ...registry, repositories });
    expect(retentionPolicy).toBeUndefined();
    expect(purgeTask?.commands).toEqual([
      `${cli} purge --registry {{.Run.Registry}} --filter '(shop/api|shop/web[.]next):^(?!(v.*|stable|sha256-.*)$)' --ago 30d --keep 5`,
      `${cli} purge --registry {{.Run.Registry}} --filter '(shop/api|shop/web[.]next):.*' --untagged-only --ago 7d`,
      `${cli} purge --registry {{.Run.Registry}} --filter 'tools:.*' --untagged-only --ago 2d`,
    ]);
    expect(purgeTask?.yaml.split("\n").slice(0, 5)).toEqual([
      "version: v1.1.0",
      "steps:",
      `  - cmd: ${cli} purge --registry {{.Run.Registry}} --filter '(shop/api|shop/web[.]next):^(?!(v.*|stable|sha256-.*)$)' --ago 30d --keep 5`,
      "    disableWorkingDirectoryOverride: true",
      "    timeout: 10800",
    ]);
  });

  test("counts the tags of each group by a command of its own, and leaves them to it", () => {
    const groups = [
      { tags: ["dev-*", "pr-*"], keepLast: 10 },
      { tags: ["main-*"], keepLast: 50 },
    ];
    const commandsOf = (more: Partial<Retention>) =>
      compileAcr({
        ...registry,
        repositories: [{ name: "app", retention: given({ groups, ...more }) }],
      }).purgeTask?.commands.map((command) => command.replace(/.*--filter /, ""));
    expect(commandsOf({})).toEqual([
      "'app:^(?!(v.*|stable|sha256-.*)$)(dev-.*|pr-.*)$' --ago 0d --keep 10",
      "'app:^(?!(v.*|stable|sha256-.*)$)(main-.*)$' --ago 0d --keep 50",
      "'app:.*' --untagged-only --ago 7d",
    ]);
    expect(commandsOf({ expireAfterDays: 30 })?.[2]).toBe(
      "'app:^(?!(v.*|stable|sha256-.*|dev-.*|pr-.*|main-.*)$)' --ago 30d",
    );
  });

  test("deletes untagged manifests by a Premium registry's policy as well, never beside soft delete or in a dry run", () => {
    const [api] = repositories;
    const one = { repositories: api === undefined ? [] : [api] };
    const premium = compileAcr({ ...one, premium: true, softDelete: false });
    expect(premium.retentionPolicy).toEqual({ status: "enabled", days: 7 });
    // The policy leaves manifests that lost their tag before it was set, and more.
    expect(premium.purgeTask?.commands.join(" ")).toContain("--untagged-only --ago 7d");
    for (const other of [
      { ...one, premium: true, softDelete: true },
      { ...one, premium: false, softDelete: false },
      { repositories, premium: true, softDelete: false },
      {
        repositories: one.repositories.map(({ name, retention }) => ({
          name,
          retention: { ...retention, dryRun: true },
        })),
        premium: true,
        softDelete: false,
      },
    ]) {
      const { retentionPolicy, purgeTask } = compileAcr(other);
      expect(retentionPolicy).toBeUndefined();
      expect(purgeTask?.commands.join(" ")).toContain("--untagged-only");
    }
  });

  test("reports in a dry run, and has no task where nothing is deleted", () => {
    const dry = repositories.map(({ name, retention }) => ({
      name,
      retention: { ...retention, dryRun: true },
    }));
    const { purgeTask } = compileAcr({ ...registry, repositories: dry });
    expect(purgeTask?.commands.every((command) => command.endsWith(" --dry-run"))).toBe(true);
    const nothing = [{ name: "app", retention: given({ untaggedAfterDays: undefined }) }];
    expect(compileAcr({ ...registry, repositories: nothing }).purgeTask).toBeUndefined();
  });

  test("refuses pulls, an archive, and tags that expire while their images stay forever", () => {
    const settings = given({
      expireAfterDays: 30,
      untaggedAfterDays: undefined,
      expireUnpulledAfterDays: 30,
      archiveAfterDays: 10,
    });
    expect(keysOf(refuseAcr(settings))).toEqual([
      "expireUnpulledAfterDays",
      "archiveAfterDays",
      "untaggedAfterDays",
    ]);
  });
});

describe("the self-hosted engine", () => {
  test("gets its steps in order", () => {
    const { plan } = compileEngine(
      given({ keepLast: 5, expireAfterDays: 30, expireUnpulledAfterDays: 14 }),
    );
    expect(plan).toEqual({
      dryRun: false,
      steps: [
        { do: "keep-tags", patterns: ["v*", "stable"] },
        { do: "follow-subject", patterns: ["sha256-*"] },
        { do: "keep-newest", count: 5 },
        { do: "keep-pushed-within", days: 30 },
        { do: "keep-pulled-within", days: 14 },
        { do: "delete-tagged" },
        { do: "delete-untagged", afterDays: 7 },
        { do: "keep-children" },
        { do: "collect-garbage" },
      ],
    });
  });

  test("leaves tagged images alone where no rule speaks of them", () => {
    expect(compileEngine(given({ keep: [] })).plan.steps.map((step) => step.do)).toEqual([
      "follow-subject",
      "keep-tagged",
      "delete-untagged",
      "keep-children",
      "collect-garbage",
    ]);
  });

  test("keeps numbers of groups of tags, and leaves tags alone that no group names", () => {
    const groups = [
      { tags: ["dev-*"], keepLast: 10 },
      { tags: ["main-*"], keepLast: 50 },
    ];
    const steps = (more: object) => compileEngine(given({ keep: [], groups, ...more })).plan.steps;
    expect(steps({}).slice(1, 5)).toEqual([
      { do: "keep-newest", count: 10, tags: ["dev-*"] },
      { do: "keep-newest", count: 50, tags: ["main-*"] },
      { do: "delete-tagged", tags: ["dev-*", "main-*"] },
      { do: "keep-tagged" },
    ]);
    expect(steps({ keepLast: 5 }).slice(3, 5)).toEqual([
      { do: "keep-newest", count: 5, except: ["dev-*", "main-*"] },
      { do: "delete-tagged" },
    ]);
  });

  test("has no archive", () => {
    expect(keysOf(refuseEngine(given({ archiveAfterDays: 3 })))).toEqual(["archiveAfterDays"]);
  });
});
