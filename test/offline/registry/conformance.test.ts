import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  bareRegistry,
  goArchitecture,
  registryPrograms,
} from "../../../offline/images/registry-image";
import { announce } from "../../support/announce";
import { startRegistry } from "../../support/running-registry";
import { conformance, type Conformance } from "./conformance";
import { passwordOf, RolesRegistry, user } from "./roles-registry";

/** The whole suite, of distribution's own program too, as `npm run conformance` sets it; its short form leaves out SHA-512. */
const whole = process.env.WHARF_CONFORMANCE === "whole";
/** Layers that are stored elsewhere are refused unless their address is allowed. */
const validation = { urls: { allow: ["^https?://"] } };

async function ofWharf(sha512: boolean): Promise<Conformance> {
  const registry = await RolesRegistry.start(
    {
      version: 1,
      users: [user("admin", [{ repositories: ["**"], actions: ["pull", "push", "delete"] }])],
    },
    (config) => ({ ...config, validation: { manifests: validation } }),
  );
  try {
    const admin = { name: "admin", password: passwordOf("admin") };
    return await conformance(registry.host, sha512, admin);
  } finally {
    await registry.stop();
  }
}

async function ofDistribution(sha512: boolean): Promise<Conformance> {
  const programs = await registryPrograms(goArchitecture(process.arch), announce, bareRegistry);
  const registry = await startRegistry(join(programs, "registry"), {
    distribution: { validation },
  });
  try {
    return await conformance(new URL(registry.url).host, sha512);
  } finally {
    await registry.stop();
  }
}

const row = (name: string, { passed, failed, skipped }: Conformance) =>
  `| ${name} | ${passed} | ${failed.length} | ${skipped} |`;

describe("the conformance suite of the OCI distribution specification", () => {
  it("finds nothing in Wharf's registry with roles, SHA-512 apart", async () => {
    const { passed, failed } = await ofWharf(false);
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(500);
  });

  // Registered only where it is asked for: a test that is skipped would say that something is missing.
  if (whole) {
    it("finds no fault that distribution's own program has not, and counts as in the docs", async () => {
      const [ours, bare] = [await ofWharf(true), await ofDistribution(true)];
      const rows = [row("distribution 3.1.2", bare), row("Wharf's registry with roles", ours)];
      console.log(rows.join("\n"));
      expect(ours.failed.filter((name) => !bare.failed.includes(name))).toEqual([]);
      const docs = await readFile(join(__dirname, "../../../docs/conformance.md"), "utf8");
      for (const counted of rows) expect(docs.replaceAll(/ +/g, " ")).toContain(counted);
    });
  }
});
