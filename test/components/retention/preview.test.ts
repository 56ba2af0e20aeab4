import { describe, expect, test } from "vitest";
import { evaluateAcr } from "../../../components/retention/acr-evaluation";
import { compileAcr } from "../../../components/retention/acr";
import { evaluateEcr } from "../../../components/retention/ecr-evaluation";
import { compileEcr } from "../../../components/retention/ecr";
import { imageListing } from "../../../components/retention/listing";
import type { Target } from "../../../components/model/environment";
import { previewRetention } from "../../../components/retention/preview";
import { retentionOf, type Retention } from "../../../components/model/retention";
import { daysAgo, digestOf, now } from "./arbitraries";

const index = "application/vnd.oci.image.index.v1+json";
const manifest = "application/vnd.oci.image.manifest.v1+json";

/** A repository as a listing in JSON has it: releases, builds, an image of two platforms, what lost its tag, a signature. */
const listing = imageListing.parse(
  [
    { digest: digestOf(1), tags: ["v1.0.0"], age: 300 },
    { digest: digestOf(2), tags: ["main-1"], age: 40, mediaType: index, children: [3, 4] },
    { digest: digestOf(3), tags: [], age: 40, mediaType: manifest },
    { digest: digestOf(4), tags: [], age: 40, mediaType: manifest },
    { digest: digestOf(5), tags: ["main-2"], age: 35, mediaType: manifest },
    { digest: digestOf(6), tags: ["main-3", "latest"], age: 2, mediaType: manifest },
    { digest: digestOf(7), tags: [], age: 10, mediaType: manifest },
    { digest: digestOf(8), tags: [], age: 3, mediaType: manifest },
    { digest: digestOf(9), tags: [`${digestOf(5).replace(":", "-")}.sig`], age: 35 },
    { digest: digestOf(10), tags: [], age: 300, subject: digestOf(1) },
  ].map(({ age, children, ...image }) => ({
    repository: "shop/api",
    pushedAt: daysAgo(age).toISOString(),
    ...image,
    ...(children === undefined ? {} : { children: children.map(digestOf) }),
  })),
);

const given = (settings: Partial<Retention>): Retention => ({
  ...retentionOf("dev"),
  keep: ["v*"],
  ...settings,
});

/** Numbers of the images that go. */
const deleted = (retention: Retention, target: Target) =>
  previewRetention(listing, retention, target, now)
    .filter(({ outcome }) => outcome === "delete")
    .map(({ digest }) => Number.parseInt(digest.slice("sha256:".length), 16));

describe("a preview", () => {
  test("of an age is the same everywhere, but for signatures and what hangs on them", () => {
    const age = given({ expireAfterDays: 30 });
    expect(deleted(age, "docker")).toEqual([2, 3, 4, 5, 7, 9]);
    expect(deleted(age, "kubernetes")).toEqual([2, 3, 4, 5, 7, 9]);
    expect(deleted(age, "aws")).toEqual([2, 3, 4, 5, 7]);
    expect(deleted(age, "gcp")).toEqual([2, 3, 4, 5, 7, 10]);
    expect(deleted(age, "azure")).toEqual([2, 3, 4, 5, 7]);
  });

  test("of a number counts as each platform counts", () => {
    const rank = given({ keepLast: 2 });
    // The newest tagged images are 6 and 5, and on ECR the signature 9 is the third.
    expect(deleted(rank, "docker")).toEqual([2, 3, 4, 7]);
    expect(deleted(rank, "aws")).toEqual([2, 3, 4, 7]);
    // Of all versions 6 and 8 are the newest.
    expect(deleted(rank, "gcp")).toEqual([2, 3, 4, 5, 7, 10]);
    // Of all tags latest and main-3 are, both of one image.
    expect(deleted(rank, "azure")).toEqual([2, 3, 4, 5, 7]);
  });

  test("says by which rule and why, in the words of the platform", () => {
    const sentences = (target: Target) =>
      previewRetention(listing, given({ expireAfterDays: 30 }), target, now)
        .slice(0, 5)
        .map(({ tags, outcome, rule, why }) => [tags.join(), outcome, rule, why]);
    expect(sentences("aws")).toEqual([
      ["v1.0.0", "keep", "priority 1", "Rule 1 selects it and does not reach it: Keep v*."],
      [
        "main-1",
        "delete",
        "priority 3",
        "Rule 3 applies: Delete tagged images 30 days after their push.",
      ],
      ...[3, 4].map(() => [
        "",
        "delete",
        "priority 4",
        "Rule 4 applies: Delete images without tags 7 days after their push.",
      ]),
      [
        "main-2",
        "delete",
        "priority 3",
        "Rule 3 applies: Delete tagged images 30 days after their push.",
      ],
    ]);
    expect(sentences("gcp")[0]).toEqual([
      "v1.0.0",
      "keep",
      "keep-tags",
      "The policy keep-tags keeps it, which delete-tagged would delete.",
    ]);
    expect(sentences("azure")[1]).toEqual([
      "main-1",
      "delete",
      "purge --filter",
      "All its tags are older than 30 days; it is deleted once it has been without them for long enough.",
    ]);
    expect(sentences("docker")[0]).toEqual([
      "v1.0.0",
      "keep",
      "keep-tags",
      "Its tag v1.0.0 is one of those to keep.",
    ]);
  });

  test("keeps the images of an index that stays", () => {
    const kept = previewRetention(listing, given({ keep: ["main-1"] }), "aws", now);
    expect(kept.slice(1, 4).map(({ outcome, rule }) => [outcome, rule])).toEqual([
      ["keep", "none"],
      ["keep", "index"],
      ["keep", "index"],
    ]);
  });

  test("takes the retention of each repository, and keeps the listing's order", () => {
    const two = [...listing, ...listing.map((image) => ({ ...image, repository: "shop/web" }))];
    const verdicts = previewRetention(
      two.toReversed(),
      (repository) => given(repository === "shop/web" ? { untaggedAfterDays: undefined } : {}),
      "aws",
      now,
    );
    expect(verdicts.map(({ repository, digest }) => [repository, digest])).toEqual(
      two.toReversed().map(({ repository, digest }) => [repository, digest]),
    );
    expect(
      verdicts.filter(({ outcome }) => outcome === "delete").map(({ repository }) => repository),
    ).toEqual(["shop/api"]);
  });

  test("is told where the platform cannot be told", () => {
    expect(() =>
      previewRetention(listing, given({ keepLast: 2, expireAfterDays: 30 }), "aws", now),
    ).toThrow("keepLast: ECR applies one rule to an image");
  });
});

describe("ECR", () => {
  test("leaves what an earlier rule matches to that rule, whether it acts on it or not", () => {
    const rule = (rulePriority: number, tagPatternList: string[], countNumber: number) => ({
      rulePriority,
      description: "",
      selection: {
        tagStatus: "tagged",
        tagPatternList,
        countType: "imageCountMoreThan",
        countNumber,
      },
      action: { type: "expire" },
    });
    const both = { rules: [rule(2, ["main-*"], 1), rule(1, ["main-*", "latest"], 1)] };
    const verdicts = evaluateEcr(JSON.stringify(both), listing, now);
    // Rule 1 takes the one image with both tags; rule 2 counts that one too, the newest, and expires the others.
    expect(
      verdicts
        .filter(({ rule }) => rule.startsWith("priority"))
        .map(({ tags, outcome, rule }) => [tags.join(), outcome, rule]),
    ).toEqual([
      ["main-1", "delete", "priority 2"],
      ["main-2", "delete", "priority 2"],
      ["main-3,latest", "keep", "priority 1"],
    ]);
  });

  test("archives what was not pulled, and deletes from the archive by its own clock", () => {
    const { rules } = compileEcr(given({ archiveAfterDays: 30, expireAfterDays: 100 }));
    const images = [
      { tags: ["pulled"], lastPulledAt: daysAgo(3) },
      { tags: ["forgotten"], lastPulledAt: daysAgo(31) },
      { tags: ["never"], lastPulledAt: null },
      { tags: ["archived"], archivedAt: daysAgo(99) },
      { tags: ["gone"], archivedAt: daysAgo(101) },
      { tags: ["v1"], archivedAt: daysAgo(500) },
    ].map((image, i) => ({
      repository: "app",
      digest: digestOf(i),
      pushedAt: daysAgo(200),
      ...image,
    }));
    expect(
      evaluateEcr(JSON.stringify({ rules }), images, now).map(({ tags, outcome }) => [
        tags.join(),
        outcome,
      ]),
    ).toEqual([
      ["pulled", "keep"],
      ["forgotten", "archive"],
      ["never", "archive"],
      ["archived", "keep"],
      ["gone", "delete"],
      ["v1", "keep"],
    ]);
  });
});

describe("Artifact Registry", () => {
  test("keeps every image with a tag where tags are immutable", () => {
    const outcomes = (immutable: boolean) =>
      previewRetention(listing, given({ expireAfterDays: 30 }), "gcp", now, {
        premium: false,
        softDelete: false,
        immutableTags: () => immutable,
      }).map(({ outcome, rule }) => `${outcome} ${rule}`);
    const tagged = [0, 1, 4, 5, 8];
    expect(tagged.map((i) => outcomes(true)[i])).toEqual(tagged.map(() => "keep immutableTags"));
    // Images without a tag expire all the same.
    expect(outcomes(true)[6]).toBe("delete delete-untagged");
    expect(outcomes(false)[4]).toBe("delete delete-tagged");
  });
});

describe("ACR", () => {
  test("takes expired tags from an image that a kept tag holds", () => {
    const retention = given({ keep: ["latest"], expireAfterDays: 1 });
    const compiled = compileAcr({
      repositories: [{ name: "shop/api", retention }],
      premium: false,
      softDelete: false,
    });
    const [verdict] = evaluateAcr(compiled, listing.slice(5, 6), now);
    expect(verdict).toMatchObject({
      outcome: "keep",
      removedTags: ["main-3"],
      why: "It loses main-3 and stays by its other tags.",
    });
  });

  test("deletes by the policy of a Premium registry", () => {
    const [verdict] = previewRetention(listing.slice(6, 7), given({}), "azure", now, {
      premium: true,
      softDelete: false,
    });
    expect(verdict).toMatchObject({ outcome: "delete", rule: "retentionPolicy" });
  });
});

test("a listing is checked", () => {
  const image = { repository: "app", digest: digestOf(1), pushedAt: "2026-01-01T00:00:00Z" };
  expect(imageListing.parse([image])).toEqual([
    { ...image, tags: [], pushedAt: new Date(image.pushedAt) },
  ]);
  expect(imageListing.safeParse([{ ...image, digest: "latest" }]).success).toBe(false);
  expect(imageListing.safeParse([{ ...image, pushedAt: "yesterday" }]).success).toBe(false);
});
