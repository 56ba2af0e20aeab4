import { awsRules } from "../aws/description";
import { azureRules } from "../azure/description";
import { refusals } from "../capabilities";
import { contradictions } from "../distribution/contradictions";
import { dockerRules } from "../docker/description";
import { gcpRules } from "../gcp/description";
import { kubernetesRules } from "../kubernetes/description";
import { selfHosted, Target } from "./choices";
import { withDefaults } from "./defaults";
import { fieldAt, holdsSecret, type Path } from "./fields";
import {
  inTypeOf,
  keyOf,
  problemsOf,
  removeCommand,
  setCommand,
  setSecretCommand,
  unknownKey,
} from "./messages";
import { predicate } from "./predicates";
import { DescriptionError, type Problem } from "./problems";
import { rules, type Rule } from "./rules";
import { descriptionSchema, type Description, type Key, type Parsed } from "./schema";

/** A stack's config as it was read: plain values by key, and which keys Pulumi holds encrypted. */
export interface StackConfig {
  /** Name of the stack. */
  stack: string;
  /** Values by key, without the `wharf:` before it. */
  values: Record<string, unknown>;
  /** Keys whose value, or a part of it, was set as a secret. */
  secretKeys: ReadonlySet<string>;
}

const rulesOf: Record<Target, Rule[]> = {
  docker: dockerRules,
  kubernetes: kubernetesRules,
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
  // A rule that looks at several keys runs where all of them were understood, so that nothing is told twice.
  for (const { needs, find } of [...rules, ...(target === undefined ? [] : rulesOf[target])]) {
    if (needs.every((key) => key in parsed)) problems.push(...find(parsed as Parsed));
  }
  const software: Key[] = ["users", "auth", "tls", "storage", "engine"];
  if (
    target !== undefined &&
    selfHosted.includes(target) &&
    software.every((key) => key in parsed)
  ) {
    problems.push(...contradictions(parsed as Parsed));
  }
  if (problems.length > 0)
    throw new DescriptionError(`The description of stack ${config.stack}`, problems);
  return withDefaults(parsed as Parsed);
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
