import { describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { awsRows } from "./bad-inputs";
import { awsDeliveryRows } from "./delivery-bad-inputs";

const check = (config: Record<string, unknown>) =>
  checkDescription({
    stack: "shop",
    values: { target: "aws", ...config },
    secretKeys: new Set(),
  });

const allRows = [...awsRows, ...awsDeliveryRows];

/** What a description is refused with, below the head line. */
function reportOf(config: Record<string, unknown>): string {
  try {
    check(config);
  } catch (error) {
    return (error as Error).message.split("\n").slice(1).join("\n");
  }
  return "nothing: it was accepted";
}

describe("a description that AWS cannot carry out", () => {
  it.each(allRows)("is refused for $name", ({ config, report }) => {
    expect(reportOf(config)).toBe(report);
  });

  it("has rows of names of their own", () => {
    const names = allRows.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe("a description that AWS can carry out", () => {
  it.each([
    ["four exceptions beside signatures", { immutableTags: { except: ["a", "b", "c", "d"] } }],
    [
      "five exceptions where signatures are bound",
      {
        immutableTags: { except: ["a", "b", "c", "d", "e"] },
        aws: { signatureTags: "immutable" },
      },
    ],
    ["any exceptions where tags move anyway", { immutableTags: { enabled: false } }],
    ["names with two separators, as OCI has them", { repositories: [{ name: "shop/a--b__c" }] }],
    [
      "a key in another account",
      { encryption: { key: "arn:aws:kms:eu-central-1:210987654321:key/mrk-1234" } },
    ],
    [
      "private addresses with a VPC",
      {
        endpoint: { allowFrom: ["10.0.0.0/8"] },
        aws: { network: { vpcId: "vpc-0123456789abcdef0" } },
      },
    ],
    ["a template for all prefixes", template("ROOT")],
    ["a template below a path", template("mirror/docker-hub/")],
  ])("is accepted for %s", (_, config) => {
    expect(reportOf(config)).toBe("nothing: it was accepted");
  });

  it("leaves the registry's settings to others, and tags free in a lab alone", () => {
    const { aws, repositories } = check({});
    expect(aws.managePrivateRegistry).toBe(false);
    expect(repositories[0]?.immutableTags.enabled).toBe(false);
    expect(check({ environment: "dev" }).repositories[0]?.immutableTags).toEqual({
      enabled: true,
      except: ["latest", "stable"],
    });
  });
});

function template(prefix: string) {
  return { aws: { creationTemplates: [{ prefix, appliedFor: ["createOnPush"] }] } };
}
