import type { Command } from "commander";
import { platform, platforms } from "./platforms";

/**
 * Adds `wharf image` with its commands.
 * @param stackName reads a stack's name, and refuses what can be none
 */
export function registerImages(program: Command, stackName: (name: string) => string): void {
  const image = program
    .command("image")
    .description("Build the registry's own image, and bring it to where a cluster finds it.");
  const add = (name: string, description: string, examples: string[]) =>
    image
      .command(name)
      .description(description)
      .option("-s, --stack <name>", "stack whose wharf:images.registry is set", stackName, "dev")
      .option("--json", "print one JSON value on standard output")
      .addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`);

  add("publish", "Build the image and push it to a registry.", [
    "npx wharf image publish --stack prod --to ghcr.io/acme/registry",
    "npx wharf image publish --to registry.example.com:5000/infra/registry:3 --platform linux/amd64",
  ])
    .requiredOption("--to <name>", "HOST/NAME or HOST/NAME:TAG; the tag defaults to the version")
    .option(
      "--platform <list>",
      "platforms, with commas between them; defaults to linux/amd64,linux/arm64",
      platforms,
    )
    .option("--ca <file>", "CA of the registry, PEM; defaults to the system's")
    .action(async (options) => (await import("../commands/image")).publish(options));

  add("load", "Build the image and load it into the nodes of a local cluster.", [
    "npx wharf image load",
    "npx wharf image load --into kind --cluster dev",
    "sudo npx wharf image load --into containerd   # on each node",
  ])
    .option(
      "--into <tool>",
      "kind, k3d, k3s or containerd; defaults to what the kubeconfig's cluster was made with",
    )
    .option("--cluster <name>", "name of the kind or k3d cluster")
    .option("--platform <platform>", "platform of the nodes; defaults to this machine's", platform)
    .action(async (options) => (await import("../commands/image")).load(options));

  image
    .command("save")
    .description("Build the image and write it to a file, for docker load or ctr images import.")
    .argument("<file>", "tar archive to write")
    .option("--platform <platform>", "platform; defaults to this machine's", platform)
    .option("--json", "print one JSON value on standard output")
    .addHelpText("after", "\nExamples:\n  npx wharf image save registry.tar --platform linux/arm64")
    .action(async (file, options) => (await import("../commands/image")).save(file, options));
}
