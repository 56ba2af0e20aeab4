import { execa } from "execa";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const checkout = resolve(__dirname, "../../..");

describe("wharf monitoring", () => {
  it.each([
    ["aws", "aws has no metrics for Prometheus: Amazon CloudWatch has the metrics of ECR"],
    [
      "kubernetes",
      "pulumi config set --path 'wharf:distribution.metrics.enabled' true --stack kubernetes",
    ],
    ["kubernets", "Did you mean kubernetes?"],
  ])("refuses stack %s, and says why", async (stack, message) => {
    const run = await execa("node", ["cli/wharf.js", "monitoring", "--stack", stack], {
      cwd: checkout,
      reject: false,
    });
    expect(run.stderr).toContain(message);
    expect(run.exitCode).toBe(2);
  });
});
