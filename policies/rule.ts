import type { Environment } from "./environment";
import type { Container } from "./pods";

/** What a violation means where a rule applies: an error, a warning, or nothing, since the rule is not run. */
export type Level = "mandatory" | "advisory" | "disabled";

/** Whom it may hurt, as Pulumi orders it. */
export type Severity = "low" | "medium" | "high" | "critical";

/** A parameter of a rule, which the pack's configuration may set. */
export interface Parameter {
  /** What it is, in a sentence. */
  description: string;
  /** What holds where the configuration says nothing; its type is the parameter's. */
  default: string[] | number | boolean;
}

/** A resource as a rule sees it: reading a property that a preview does not know yet ends the check that reads it. */
export interface Resource {
  type: string;
  name: string;
  urn: string;
  // The properties of a hundred types, read by name.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  props: Record<string, any>;
  /** Whether the engine refuses to delete it. */
  protect: boolean;
  /** Properties of its provider, where it has one of its own or the stack's config sets any. */
  provider?: Record<string, unknown>;
  /** What its own package calls the properties that messages name, where the rules know them by other names. */
  words?: Readonly<Record<string, string>>;
  /** What its properties were made from; not told where a resource is judged by itself. */
  madeFrom?: Record<string, Resource[]>;
  /** Containers of pods that read it as a file; told of a ConfigMap and a Secret, and not where it is judged by itself. */
  readers?: Container[];
}

/** What a rule is told beside the resources. */
export interface Context {
  environment: Environment;
  /** Whether the stack says which environment it is; prod where it does not. */
  environmentSaid: boolean;
  parameters: Record<string, Parameter["default"]>;
}

/** What every rule says of itself. */
interface Described {
  /** Its name, and its file's. */
  name: string;
  severity: Severity;
  /** What is right, in a sentence. */
  description: string;
  /** What to do about a violation, in steps. */
  remediation: string;
  /** Rules of other tools that it corresponds to. */
  corresponds: readonly string[];
  levels: Readonly<Record<Environment, Level>>;
  parameters?: Readonly<Record<string, Parameter>>;
  /** Whether it is right of every resource of its types, and not only of a registry's: the scope says whether it judges all of them. */
  general?: true;
}

/** A check of one resource; each message is a violation. */
export type ResourceCheck = (resource: Resource, context: Context) => Iterable<string>;

/** A rule on single resources. It sees inputs, before anything is created. */
export interface ResourceRule extends Described {
  /** Types that it applies to. */
  types: readonly (string | RegExp)[];
  /** Its checks, each of which stays silent by itself where it meets what is not known yet. */
  checks: readonly ResourceCheck[];
}

/** A violation of a stack rule. */
export interface StackViolation {
  /** The resource; undefined where the violation is of the stack as a whole. */
  resource?: Resource;
  message: string;
}

/** A rule that takes several resources together. It sees outputs, after the last resource. */
export interface StackRule extends Described {
  /** Types that it looks at. */
  types: readonly (string | RegExp)[];
  stack: (resources: readonly Resource[], context: Context) => Iterable<StackViolation>;
}

export type PolicyRule = ResourceRule | StackRule;

/** Levels of a rule from lab to prod. */
export function levels(lab: Level, dev: Level, staging: Level, prod: Level) {
  return { lab, dev, staging, prod } as const;
}

/** Whether a rule applies to a type. */
export function appliesTo({ types }: Pick<PolicyRule, "types">, type: string): boolean {
  return types.some((one) => (typeof one === "string" ? one === type : one.test(type)));
}

/** A resource type of azure-native, whatever version of its API a program names. */
export function azureNative(module: string, name: string): string {
  return `azure-native:${module}:${name}`;
}
