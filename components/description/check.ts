import { buildRules } from "../builds/rules";
import { cacheRules } from "../caches/rules";
import { tlsRules } from "../certificates/validity";
import type { Rule } from "../core/rule";
import { distributionRules } from "../distribution/rules";
import { identityRules } from "../identities/rules";
import { labRules } from "../model/lab";
import { retentionRules } from "../retention/rules";
import type { z } from "zod";
import { awsRules } from "../aws/rules";
import { azureRules } from "../azure/rules";
import { refusals } from "../capabilities";
import { dockerRules } from "../docker/rules";
import { gcpRules } from "../gcp/rules";
import { kubernetesRules } from "../kubernetes/rules";
import type { Target } from "../model/environment";
import { sharedRules, withDefaults } from "../model/description";
import { fieldAt, holdsSecret, type Path } from "../core/fields";
import {
  inTypeOf,
  keyOf,
  problemsOf,
  removeCommand,
  setCommand,
  setSecretCommand,
  unknownKey,
} from "../core/messages";
import { predicate } from "../core/predicates";
import { DescriptionError, type Problem } from "../core/problems";
import { descriptionSchema, type Description, type Key } from "./schema";

/** A stack's config as it was read: plain values by key, and which keys Pulumi holds encrypted. */
export interface StackConfig {
  /** Name of the stack. */
  stack: string;
  /** Values by key, without the `wharf:` before it. */
  values: Record<string, unknown>;
  /** Keys whose value, or a part of it, was set as a secret. */
  secretKeys: ReadonlySet<string>;
}

/** Rules that hold on every target. */
const rules: Rule<Description>[] = [
  ...sharedRules,
  ...tlsRules,
  ...retentionRules,
  ...identityRules,
  ...buildRules,
  ...cacheRules,
  ...labRules,
];

const rulesOf: Record<Target, Rule<Description>[]> = {
  docker: [...dockerRules, ...distributionRules],
  kubernetes: [...kubernetesRules, ...distributionRules],
  aws: awsRules,
  gcp: gcpRules,
  azure: azureRules,
};

const shape = descriptionSchema.shape;
const keys = Object.keys(shape) as Key[];

/**
 * The description that a stack's config holds, every default filled in.
 * @throws DescriptionError with all problems at once.
 */
export function checkDescription(config: StackConfig): Description {
  const problems: Problem[] = Object.keys(config.values)
    .filter((key) => !(key in shape))
    .map((key) => misplacedKey(key, config) ?? unknownKey([], key, keys));

  const parsed: Partial<Record<Key, unknown>> = {};
  for (const key of keys) {
    const value = isEmpty(config.values[key]) ? undefined : config.values[key];
    const result = shape[key].safeParse(value, { error: predicate });
    if (result.success) parsed[key] = result.data;
    else
      problems.push(
        ...result.error.issues.flatMap((issue) =>
          problemsOf({ ...issue, path: [key, ...issue.path] }, descriptionSchema, config.values),
        ),
      );
  }
  problems.push(...plainSecrets(config));

  const target = parsed.target as Target | undefined;
  if (target !== undefined) problems.push(...refusals(target, config.values));
  // A key that was not understood has its default meanwhile; a rule runs where all that it needs was understood, so that nothing
  // is told twice.
  const understood = { ...descriptionSchema.parse({}), ...parsed } as z.output<
    typeof descriptionSchema
  >;
  const written = Object.fromEntries(
    Object.entries(config.values).filter(([, value]) => !isEmpty(value)),
  );
  const description: Description = { ...withDefaults(understood), stack: config.stack };
  for (const { needs, find } of [...rules, ...(target === undefined ? [] : rulesOf[target])]) {
    if (needs.every((key) => key in parsed)) problems.push(...find(description, written));
  }
  if (problems.length > 0)
    throw new DescriptionError(`The description of stack ${config.stack}`, problems);
  return description;
}

/**
 * The problem of a key such as `endpoint.port`, which `pulumi config set` without `--path` makes of a part's path; undefined for
 * any other unknown key. What it holds is shown only where the part is no secret.
 */
function misplacedKey(key: string, { values, secretKeys }: StackConfig): Problem | undefined {
  const path = key.match(/[^.[\]]+/g)?.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const [parent, part] = path ?? [];
  if (path === undefined || part === undefined || !(String(parent) in shape)) return undefined;
  const field = fieldAt(descriptionSchema, path, values);
  const value = field && inTypeOf(field, values[key]);
  const secret = secretKeys.has(key) || (field !== undefined && holdsSecret(field));
  const set = secret
    ? setSecretCommand(path)
    : value === undefined
      ? undefined
      : setCommand(path, value);
  return {
    key: keyOf([key]),
    message: `unknown key; a part of wharf:${String(parent)} is set with --path`,
    fix: [removeCommand([key]), ...(set === undefined ? [] : [set])].join(" && "),
  };
}

/** Pulumi.yaml gives every key a default, an empty one where Wharf is to choose: Pulumi demands a value of every key without. */
function isEmpty(value: unknown): boolean {
  return (
    value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}

/** A problem for each secret field whose key of the stack config Pulumi holds in clear. */
function plainSecrets({ values, secretKeys }: StackConfig): Problem[] {
  const visit = (value: unknown, path: Path): Problem[] => {
    const field = fieldAt(descriptionSchema, path, values);
    if (field === undefined) return [];
    if ("meta" in field && (field as typeof descriptionSchema).meta()?.secret === true) {
      return [
        {
          key: keyOf(path),
          message: "stands in clear in the stack's config; a secret is set encrypted",
          fix: setSecretCommand(path),
        },
      ];
    }
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) =>
      visit(part, [...path, Array.isArray(value) ? Number(key) : key]),
    );
  };
  return Object.entries(values)
    .filter(([key]) => !secretKeys.has(key))
    .flatMap(([key, value]) => visit(value, [key]));
}
