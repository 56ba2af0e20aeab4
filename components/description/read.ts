import * as pulumi from "@pulumi/pulumi";
import type { RegistryArgs } from "../registry";
import { checkDescription } from "./check";

const project = "wharf";

/**
 * The description of the running stack, read from its config. Nothing else reads `pulumi.Config`.
 * @throws DescriptionError with all problems at once.
 */
export function readDescription(): RegistryArgs {
  const stack = pulumi.getStack();
  const config = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, value]) => [key.slice(project.length + 1), parsed(value)] as const);
  return {
    ...checkDescription({ stack, values: Object.fromEntries(config), secretKeys: secretKeys() }),
    stack,
  };
}

/** Structured values reach a program as JSON, single ones as they are. */
function parsed(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Keys that Pulumi holds encrypted; its language host passes their names in this variable, whole keys only. */
function secretKeys(): Set<string> {
  const names = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];
  return new Set(names.map((name) => name.slice(project.length + 1)));
}
