import { readdirSync } from "node:fs";
import path from "node:path";

/** Name of the Pulumi project, the first half of every config key. */
export const project = "wharf";

/** Directory that holds Pulumi.yaml and this command. */
export const checkout = path.resolve(__dirname, "..");

/** Directory of the state, the passphrase and what else Wharf keeps about its stacks; git ignores it. */
export const wharfDirectory = path.join(checkout, ".wharf");

/** Path of a stack's config file. */
export function stackFilePath(stack: string): string {
  return path.join(checkout, `Pulumi.${stack}.yaml`);
}

/** Names of the stacks that have a config file in the checkout. */
export function describedStacks(): string[] {
  return readdirSync(checkout).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}
