import { closest, distance } from "fastest-levenshtein";
import { readExceptions, type Exception } from "./exceptions";
import type { Parameter, PolicyRule } from "./rule";

/** What the pack's configuration says of one rule. */
export interface RuleConfiguration {
  exclude: Exception[];
  parameters: Record<string, Parameter["default"]>;
}

/** What a pack's configuration says of one name, before it is read. */
export interface GivenConfiguration {
  level?: unknown;
  /** All but the level. */
  properties: Record<string, unknown>;
}

/** Levels that a configuration may give; Pulumi's fourth, remediate, is for rules that fix what they find. */
const levels: readonly unknown[] = ["mandatory", "advisory", "disabled"];

/** Name under which a level may be set for all rules at once. */
const everyRule = "all";

const farthest = 3;

/**
 * Reads the pack's configuration, by rule.
 * @throws Error with every problem of it, one a line
 */
export function readConfiguration(
  rules: readonly PolicyRule[],
  given: ReadonlyMap<string, GivenConfiguration>,
): Map<string, RuleConfiguration> {
  const problems: string[] = [];
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const read = new Map<string, RuleConfiguration>();
  for (const [name, { level, properties }] of given) {
    const rule = byName.get(name);
    if (rule !== undefined) read.set(name, readRule(rule, properties, problems));
    else if (name !== everyRule) problems.push(`${name}: ${unknownRule(name, [...byName.keys()])}`);
    else problems.push(...Object.keys(properties).map((key) => onlyLevel(key)));
    if (level !== undefined && !levels.includes(level)) {
      problems.push(
        `${name}.enforcementLevel: is ${shown(level)}; it is one of ${levels.join(", ")}.`,
      );
    }
  }
  if (problems.length > 0) {
    throw new Error(
      `The configuration of the policy pack is not right:\n${problems.map((one) => `- ${one}`).join("\n")}`,
    );
  }
  return read;
}

/**
 * Reads a configuration as it is in a file for `--policy-pack-config`. The engine refuses a level that it does not know before the
 * pack hears of the rest; here all is told at once.
 * @throws Error with every problem of it, one a line
 */
export function checkConfiguration(rules: readonly PolicyRule[], file: object): void {
  // The second form of the file, which Pulumi 3.276 reads, has the rules under a key of its own, beside the engine's exceptions.
  const { version, policies } = file as { version?: unknown; policies?: object };
  const given = Object.entries(version === 2 ? (policies ?? {}) : file).map(
    ([name, value]): [string, GivenConfiguration] => {
      if (typeof value !== "object" || value === null)
        return [name, { level: value, properties: {} }];
      const { enforcementLevel, ...properties } = value as Record<string, unknown>;
      return [name, { level: enforcementLevel, properties }];
    },
  );
  readConfiguration(rules, new Map(given));
}

function unknownRule(name: string, names: string[]): string {
  const [near, list] = [closest(name, names), "policies/README.md lists the rules"];
  return distance(name, near) <= farthest
    ? `is not a rule; did you mean ${near}?`
    : `is not a rule; ${list}.`;
}

function onlyLevel(key: string): string {
  return `${everyRule}.${key}: is not for all rules at once; ${everyRule} takes only enforcementLevel.`;
}

function readRule(
  { name, parameters = {} }: PolicyRule,
  properties: Record<string, unknown>,
  problems: string[],
): RuleConfiguration {
  const problem = (key: string, message: string) => problems.push(`${name}.${key}: ${message}`);
  const defaults = Object.entries(parameters).map(([key, one]) => [key, one.default] as const);
  const read: RuleConfiguration = { exclude: [], parameters: Object.fromEntries(defaults) };
  for (const [key, value] of Object.entries(properties)) {
    const parameter = parameters[key];
    if (key === "exclude") read.exclude = readExceptions(value, problem);
    else if (parameter === undefined) {
      const known = ["enforcementLevel", "exclude", ...Object.keys(parameters)];
      problem(key, `is not a setting of the rule; it takes ${listed(known)}.`);
    } else if (isLike(parameter.default, value)) {
      read.parameters[key] = value as Parameter["default"];
    } else problem(key, `is ${shown(value)}; it takes ${typeName(parameter.default)}.`);
  }
  return read;
}

function isLike(model: Parameter["default"], value: unknown): boolean {
  if (!Array.isArray(model)) return typeof value === typeof model;
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function typeName(model: Parameter["default"]): string {
  if (Array.isArray(model)) return "a list of texts";
  return typeof model === "number" ? "a number" : "true or false";
}

const listed = (words: string[]) => `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
const shown = (value: unknown) => JSON.stringify(value);
