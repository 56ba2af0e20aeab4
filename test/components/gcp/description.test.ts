import { describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { DescriptionError } from "../../../components/core/problems";
import { gcpRows } from "./bad-inputs";

/** The description that a config gives on Google Cloud. */
function described(config: Record<string, unknown>) {
  return checkDescription({
    stack: "bad",
    values: { target: "gcp", ...config },
    secretKeys: new Set(),
  });
}

/** The report of a config that is refused. */
function reportOf(config: Record<string, unknown>): string {
  try {
    described(config);
  } catch (error) {
    if (error instanceof DescriptionError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("a description that Google Cloud cannot carry out", () => {
  it.each(gcpRows)("is refused for $name", ({ config, report }) => {
    expect(reportOf(config).trimEnd()).toBe(
      `The description of stack bad has 1 problem. Nothing was changed.\n${report.trimEnd()}`,
    );
  });
});

describe("a description for Google Cloud", () => {
  it("may say nothing but the target", () => {
    expect(described({}).repositories.map(({ name }) => name)).toEqual(["app"]);
  });

  it("takes a key of any location until it is known where the repositories are", () => {
    const key = "projects/keys-of-acme/locations/us/keyRings/registry/cryptoKeys/images";
    expect(described({ encryption: { key } }).encryption.key).toBe(key);
  });

  it("takes every kind of principal", () => {
    const pull = [
      "user:ann@example.com",
      "group:dev@example.com",
      "serviceAccount:ci@acme-registry.iam.gserviceaccount.com",
      "domain:example.com",
      "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/main",
      "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/*",
    ];
    expect(described({ access: { pull } }).access.pull).toEqual(pull);
  });

  it("has immutable tags by default, except where its tagged images are to be deleted", () => {
    const repositories = [
      { name: "releases" },
      { name: "nightly", retention: { expireAfterDays: 7 } },
      { name: "kept", retention: { expireAfterDays: "never", keepLast: 0 } },
    ];
    const of = (config: Record<string, unknown>) =>
      described({ environment: "staging", repositories, ...config }).repositories.map(
        ({ immutableTags }) => immutableTags.enabled,
      );
    expect(of({})).toEqual([true, false, true]);
    expect(of({ retention: { keepLast: 10 } })).toEqual([false, false, true]);
  });

  it("is told once of what is wrong for all repositories", () => {
    const repositories = Array.from({ length: 50 }, (_, i) => ({ name: `app-${i}` }));
    const report = reportOf({ repositories, retention: { archiveAfterDays: 30 } });
    expect(report).toContain("has 1 problem");
  });
});
