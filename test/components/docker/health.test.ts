import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { healthcheck } from "../../../components/docker/container";
import { completed } from "../../../components/docker/preflight";
import type { SharedDescription } from "../../../components/model/description";

/** What of a description a health check goes by. */
const described = (environment: string) => ({ environment }) as SharedDescription;

describe("the health check of a container", () => {
  let directory: string;
  let server: Server | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "wharf-engine-"));
    vi.stubEnv("DOCKER_HOST", `unix://${join(directory, "docker.sock")}`);
  });
  afterEach(() => {
    server?.close();
    server = undefined;
    rmSync(directory, { recursive: true });
    vi.unstubAllEnvs();
  });

  /** Listens as an engine whose newest API has that version. */
  const engine = async (ApiVersion: string) => {
    const listening = createServer((_, response) => response.end(JSON.stringify({ ApiVersion })));
    server = listening;
    await new Promise<void>((resolve) => listening.listen(join(directory, "docker.sock"), resolve));
  };

  it.each([
    ["1.44", "lab", "10s", "500ms"],
    ["1.52", "prod", "10s", "500ms"],
    ["1.41", "lab", "2s", undefined],
    ["1.9", "dev", "2s", undefined],
    ["1.43", "prod", "10s", undefined],
    // What does not answer is the preflight's to tell.
    [undefined, "prod", "10s", undefined],
  ])(
    "of an engine with API %s in %s comes every %s, and until it succeeds every %s",
    async (version, environment, interval, startInterval) => {
      if (version !== undefined) await engine(version);
      const check = healthcheck(await completed(described(environment)), "true");
      expect(check).toMatchObject({ tests: ["CMD", "true"], interval });
      // An older engine refuses a container with a start interval.
      expect("startInterval" in check ? check.startInterval : undefined).toBe(startInterval);
    },
  );
});
