import fc from "fast-check";
import type { ListedImage } from "../../../components/retention/listing";
import type { Retention } from "../../../components/model/retention";

/** The moment at which all listings of the tests are looked at. */
export const now = new Date("2026-06-01T00:00:00Z");

/** The digest whose hexadecimal digits all are those of a number. */
export function digestOf(index: number): string {
  return `sha256:${index.toString(16).padStart(64, "0")}`;
}

/** A moment so many days before `now`. */
export function daysAgo(days: number): Date {
  return new Date(now.getTime() - days * 24 * 60 * 60 * 1000);
}

const tags = [
  "v1",
  "v1.0",
  "v1x0",
  "version",
  "stable",
  "stable-2",
  "latest",
  "dev",
  "main-1",
  "main-2",
  "pr-7",
  "pr-7-amd64",
  "1.2.3",
  "sha256-unfinished",
] as const;

/** Patterns such as people write, some of which name none of the tags. */
export const patterns = fc.constantFrom(
  "v*",
  "v1.0",
  "stable",
  "latest",
  "main-*",
  "pr-*-amd64",
  "*-2",
  "1.*.*",
  "release-*",
);

const days = fc.integer({ min: 1, max: 60 });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

/** Any settings of one repository. */
export const retentions: fc.Arbitrary<Retention> = fc.record({
  keep: fc.uniqueArray(patterns, { maxLength: 4 }),
  keepLast: maybe(fc.integer({ min: 1, max: 6 })),
  expireAfterDays: maybe(days),
  expireUnpulledAfterDays: maybe(days),
  untaggedAfterDays: maybe(days),
  archiveAfterDays: maybe(days),
  groups: fc.option(
    fc.array(
      fc.record({
        tags: fc.uniqueArray(patterns, { minLength: 1, maxLength: 2 }),
        keepLast: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    { nil: undefined, freq: 2 },
  ),
  dryRun: fc.boolean(),
});

/** How one image is made, before it is known which others there are. */
const image = fc.record({
  age: fc.double({ min: 0.01, max: 90, noNaN: true }),
  pulled: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  neverPulled: fc.boolean(),
  signs: maybe(fc.nat({ max: 11 })),
  suffix: fc.constantFrom("", ".sig", ".att"),
  subject: maybe(fc.nat({ max: 11 })),
  children: fc.uniqueArray(fc.nat({ max: 11 }), { maxLength: 2 }),
  kind: fc.constantFrom("plain", "plain", "plain", "index", "signature", "referrer"),
});

/** The images of one repository: each tag at one image, indexes, signatures by tag and by subject, chains of them. */
export const listings: fc.Arbitrary<ListedImage[]> = fc
  .tuple(
    fc.array(image, { maxLength: 12 }),
    fc.array(fc.option(fc.nat({ max: 11 }), { nil: undefined }), {
      minLength: tags.length,
      maxLength: tags.length,
    }),
  )
  .map(([made, places]) =>
    made.map((one, index) => {
      const named = tags.filter((_, i) => places[i] === index);
      const signed = `${digestOf(one.signs ?? 0).replace(":", "-")}${one.suffix}`;
      const holdsSignature =
        one.kind === "signature" &&
        made.findIndex(
          (other) =>
            other.kind === "signature" &&
            (other.signs ?? 0) === (one.signs ?? 0) &&
            other.suffix === one.suffix,
        ) === index;
      return {
        repository: "shop/api",
        digest: digestOf(index),
        tags: [...(one.kind === "referrer" ? [] : named), ...(holdsSignature ? [signed] : [])],
        pushedAt: daysAgo(one.age),
        ...(one.neverPulled
          ? { lastPulledAt: null }
          : one.pulled === undefined
            ? {}
            : { lastPulledAt: daysAgo(one.age * one.pulled) }),
        ...(one.kind === "index"
          ? { children: one.children.filter((child) => child !== index).map(digestOf) }
          : {}),
        ...(one.kind === "referrer" && one.subject !== undefined && one.subject !== index
          ? { subject: digestOf(one.subject) }
          : {}),
      };
    }),
  );
