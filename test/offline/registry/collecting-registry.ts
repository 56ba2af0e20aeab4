import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryRules } from "../../../components/retention/registry-rules";
import { registryBinary } from "../../components/distribution/software";
import {
  type Answer,
  ask,
  startRegistry,
  type RegistrySettings,
} from "../../support/running-registry";
import { type Asked, ImageClient } from "./image-client";
import { passwordOf, user } from "./roles-registry";

/** Keeps what a tag keep-… names; everything else is deleted at once. */
export const keepOnly: RegistryRules = {
  version: 1,
  graceSeconds: 0,
  mostPercent: 100,
  repositories: {},
  others: {
    dryRun: false,
    steps: [
      { do: "keep-tags", patterns: ["keep-*"] },
      { do: "follow-subject", patterns: ["sha256-*"] },
      { do: "delete-tagged" },
      { do: "delete-untagged", afterDays: 0 },
      { do: "keep-children" },
      { do: "collect-garbage" },
    ],
  },
};

/** Wharf's own registry program that deletes by rules; it may be killed, and starts again over the same images. */
export class CollectingRegistry extends ImageClient {
  private readonly directory = mkdtempSync(join(tmpdir(), "wharf-collecting-"));
  private running: Awaited<ReturnType<typeof startRegistry>> | undefined;
  /** Keeps connections, as clients do. */
  private agent = new Agent({ keepAlive: true });

  private constructor(private readonly settings: RegistrySettings) {
    super();
  }

  static async start(
    rules: RegistryRules,
    settings: RegistrySettings = {},
  ): Promise<CollectingRegistry> {
    const registry = new CollectingRegistry(settings);
    const all = [{ repositories: ["**"], actions: ["pull" as const, "push" as const] }];
    const everything = [
      { repositories: ["**"], actions: ["pull" as const, "push" as const, "delete" as const] },
    ];
    const policy = {
      version: 1,
      users: [
        user("ci", all),
        user("admin", everything),
        user("almost", [
          {
            repositories: ["*/**"],
            actions: ["pull" as const, "push" as const, "delete" as const],
          },
        ]),
      ],
    };
    writeFileSync(join(registry.directory, "policy.json"), JSON.stringify(policy));
    registry.write(rules);
    await registry.begin();
    return registry;
  }

  /** Starts the program, the first time or after it was killed. */
  async begin(): Promise<void> {
    const path = (file: string) => join(this.directory, file);
    this.running = await startRegistry(await registryBinary(), {
      distribution: { metrics: { enabled: true } },
      data: this.storage(),
      change: (config) => ({
        ...config,
        auth: {
          roles: { realm: "wharf", policy: path("policy.json"), retention: path("retention.json") },
        },
      }),
      ...this.settings,
    });
  }

  /** Kills the program as a power failure would. */
  async kill(): Promise<void> {
    this.running?.process.kill("SIGKILL");
    await this.running?.stop();
    this.disconnect();
  }

  async stop(): Promise<void> {
    // It waits for clients that are connected.
    this.disconnect();
    await this.running?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private disconnect(): void {
    this.agent.destroy();
    this.agent = new Agent({ keepAlive: true });
  }

  /** Writes the rules. */
  write(rules: RegistryRules | string): void {
    const text = typeof rules === "string" ? rules : JSON.stringify(rules);
    writeFileSync(join(this.directory, "retention.json"), text);
  }

  log(): string {
    return this.running?.log() ?? "";
  }

  metrics(): Promise<Answer> {
    return ask(`${this.running?.debugUrl}/metrics`);
  }

  ask(path: string, { as = "ci", ...options }: Asked = {}): Promise<Answer> {
    const auth = as === "" ? undefined : `${as}:${passwordOf(as)}`;
    return ask(`${this.running?.url}${path}`, { agent: this.agent, auth, ...options });
  }

  /** Where it keeps its files. */
  storage(): string {
    return join(this.directory, "data");
  }
}
