import fc from "fast-check";
import { type Build, buildSettings, withBuildDefaults } from "../../../components/model/builds";

/** A build of a repository from GitHub, every default filled in. */
export function buildOf(settings: Record<string, unknown> = {}): Build {
  const least = { repository: "shop/api", source: "github.com/acme/shop" };
  return withBuildDefaults(buildSettings.parse({ ...least, ...settings }));
}

/** Text of all that means something to a shell, to YAML, to Go's templates and to the platforms' own expressions. */
const nastyText = fc.string({
  unit: fc.constantFrom(
    ...[
      "'",
      '"',
      "`",
      "\\",
      "$",
      "{",
      "}",
      "(",
      ")",
      " ",
      "\n",
      "\r",
      "\t",
      "#",
      "!",
      "|",
      "&",
      ";",
      "<",
      ">",
    ],
    ...[
      "*",
      "?",
      "~",
      "%",
      ":",
      "-",
      "=",
      ",",
      "@",
      "[",
      "]",
      "é",
      "☂",
      "a",
      "Z",
      "0",
      "${{",
      "}}",
      "$(",
      "$HOME",
    ],
  ),
  maxLength: 24,
});

/** Names in the source code that a person could have, and a shell would rather not. */
const nastyPath = fc
  .array(
    fc
      .string({
        unit: fc.constantFrom("a", "B", "7", ".", "-", "_", "'", '"', "$", "(", "&", "#", ";"),
        minLength: 1,
        maxLength: 6,
      })
      .filter((part) => !/^\.+$/.test(part)),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join("/"));

const argumentName = fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/).map((name) => `ARG_${name}`);

/** Tag templates of branch builds, and of tag builds. */
const branchTemplates = [
  "{commit}",
  "{shortCommit}",
  "{branch}",
  "{branch}-{date}",
  "b{build}",
  "{date}.{build}-{commit}",
];
const tagTemplates = ["{tag}", "{semver}", "{semver}-{shortCommit}", "release-{tag}"];

const starts = fc.oneof(
  fc.record({
    branch: fc.constantFrom("main", "release/*", "feature/a+b", "*"),
    tags: fc.uniqueArray(fc.constantFrom(...branchTemplates), { minLength: 1, maxLength: 3 }),
    paths: fc.constantFrom([], ["src/**", "*.md"]),
  }),
  fc.record({
    tag: fc.constantFrom("v*", "*"),
    tags: fc.uniqueArray(fc.constantFrom(...tagTemplates), { minLength: 1, maxLength: 2 }),
  }),
);

/** Any build for one platform that every target could make, with whatever text where text is free. */
export const anyBuild: fc.Arbitrary<Build> = fc
  .record({
    start: starts,
    settings: fc.record({
      context: fc.oneof(fc.constant("."), nastyPath),
      dockerfile: fc.oneof(fc.constant("Dockerfile"), nastyPath),
      arguments: fc.dictionary(argumentName, nastyText, { maxKeys: 3 }),
      approval: fc.boolean(),
      timeoutMinutes: fc.integer({ min: 5, max: 480 }),
    }),
  })
  .map(({ start, settings }) => buildOf({ ...start, ...settings }));

/** Builds that need a builder of their own, beside those of `anyBuild`. */
export const anyBuildAtAll: fc.Arbitrary<Build> = fc
  .record({
    build: anyBuild,
    platforms: fc.subarray(["linux/amd64", "linux/arm64", "linux/arm/v7"], { minLength: 1 }),
    cache: fc.constantFrom(
      { kind: "none" as const },
      { kind: "registry" as const, repository: "shop/cache" },
    ),
  })
  .map(({ build, platforms, cache }) => ({ ...build, platforms, cache }));
