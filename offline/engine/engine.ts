import { delimiter } from "node:path";
import type { Announce } from "../announce";
import { findInstallation, type Installation } from "./installation";
import { loopbackVariables } from "./loopback";
import { findPlugins, providersOf, type Plugin, type PluginNeeds } from "../plugins/plugins";

/** A Pulumi engine that can run the program, with its provider plugins. */
export interface Engine extends Installation {
  /** What a process that runs the engine needs in its environment; to be added to its own. */
  env: Record<string, string>;
  /** Where each provider comes from. */
  plugins: Plugin[];
}

/**
 * Finds the engine and its provider plugins, or gets them, telling what takes time. The second time it needs no network.
 *
 * @param needs what the engine is for; deploying on the docker target by default
 * @param wharfDirectory the checkout's `.wharf`; receives a PULUMI_HOME of its own where not all plugins are official
 * @throws {OfflineError} where no engine is available, or no plugin for a cloud that is to be deployed to
 */
export async function findEngine(
  wharfDirectory: string,
  announce: Announce,
  needs: PluginNeeds = { providers: providersOf("docker") },
): Promise<Engine> {
  const installation = await findInstallation(announce);
  const { plugins, env } = await findPlugins(installation, wharfDirectory, announce, needs);
  return {
    ...installation,
    plugins,
    env: {
      PATH: [installation.binDirectory, process.env.PATH].filter(Boolean).join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "1",
      ...loopbackVariables(process.env),
      ...env,
    },
  };
}
