import { describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { DescriptionError } from "../../../components/core/problems";
import { azureRows } from "./bad-inputs";
import { azureDeliveryRows } from "./delivery-bad-inputs";

const rows = [...azureRows, ...azureDeliveryRows];

/** What is said of a description that is refused. */
function reportOf(values: Record<string, unknown>, secretKeys: string[] = []): string {
  try {
    checkDescription({
      stack: "bad",
      values: { target: "azure", ...values },
      secretKeys: new Set(secretKeys),
    });
  } catch (error) {
    if (error instanceof DescriptionError) return error.message;
    throw error;
  }
  return "";
}

describe("a description for Azure that cannot be carried out", () => {
  it.each(rows)("is refused for $name", ({ config, secretKeys, count = 1, report }) => {
    const problems = count === 1 ? "1 problem" : `${count} problems`;
    expect(reportOf(config, secretKeys)).toBe(
      `The description of stack bad has ${problems}. Nothing was changed.\n${String(report)}`,
    );
  });

  it("says every problem at once", () => {
    const report = reportOf({
      users: [{ name: "ci" }],
      azure: { sku: "Basic", exportImages: false },
    });
    expect(report).toContain("has 3 problems");
  });
});
