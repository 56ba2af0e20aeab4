import { readFileSync } from "node:fs";
import path from "node:path";
import { configOf, registerConfig } from "../support/ready-config";
import type { Sample } from "./stack";

const project = path.join(__dirname, "../..");

/** The ready stacks by the names of their settings files. */
export const readyStacks = ["dev", "kubernetes", "aws", "gcp", "azure"] as const;
export type ReadyStack = (typeof readyStacks)[number];

/** What your own lab needs before it may be prod: where it answers, and whose it is. */
const toProd = {
  endpoint: { hosts: ["registry.example.com"] },
  labels: { team: "shop" },
};

/** Config of a ready stack as it would be in production; keys with their namespace. */
export function prodConfig(stack: ReadyStack): Record<string, unknown> {
  const selfHosted = stack === "dev" || stack === "kubernetes";
  const more = selfHosted
    ? Object.entries(toProd).map(([key, value]) => [`wharf:${key}`, value])
    : [];
  return {
    ...configOf(stack),
    "wharf:environment": "prod",
    ...(Object.fromEntries(more) as object),
  };
}

/** What a ready stack registers in production, as samples. */
export async function registered(stack: ReadyStack): Promise<Sample[]> {
  const { registrations } = await registerConfig(stack, prodConfig(stack));
  return registrations.map(({ type, name, inputs, protect }) => ({
    type,
    name,
    props: inputs,
    protect,
  }));
}

interface Exclusions {
  exclude: { name: string }[];
}

/** Whether a finding, as `rule name`, is one of the written exceptions. */
export function isExcepted(finding: string): boolean {
  const file = path.join(project, "policies/ready-stacks.json");
  const exceptions = JSON.parse(readFileSync(file, "utf8")) as Record<
    string,
    Exclusions | undefined
  >;
  const [rule = "", name = ""] = finding.split(" ");
  return (
    exceptions[rule]?.exclude.some((one) => new RegExp(`^(?:${one.name})$`, "u").test(name)) ===
    true
  );
}
