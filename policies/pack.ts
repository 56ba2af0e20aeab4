import type {
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import {
  readConfiguration,
  type GivenConfiguration,
  type RuleConfiguration,
} from "./configuration";
import { mayBeOthers } from "./belonging";
import { environmentOf } from "./environment";
import { evaluateResource, evaluateRest, evaluateStack, type Found } from "./evaluate";
import type { Listener } from "./listener";
import { isToldOfOthers, toldAs } from "./packages";
import { appliesTo, type Level, type PolicyRule } from "./rule";
import { scopeOf } from "./scope";

/** Rules as @pulumi/policy takes them, at the levels of one environment. */
export class Pack implements Listener {
  readonly policies: (ResourceValidationPolicy | StackValidationPolicy)[];
  private environment = environmentOf();
  private scope = scopeOf();
  private configuration = new Map<string, RuleConfiguration>();

  constructor(private readonly rules: readonly PolicyRule[]) {
    this.policies = rules.map((rule) => this.policy(rule));
  }

  /** Sets the levels, which the engine asks for next; what the pack's configuration says of a rule's level comes before them. */
  stackConfig(config: ReadonlyMap<string, string>): void {
    this.environment = environmentOf(config);
    this.scope = scopeOf(config);
    this.rules.forEach((rule, index) => {
      this.policies[index]!.enforcementLevel = this.level(rule);
    });
  }

  /**
   * Lets the rules on single resources judge the whole stack as well, where it has a resource of theirs. @pulumi/policy reads a stack again
   * for every policy that does, which takes long for a large one.
   */
  stackTypes(types: ReadonlySet<string>): void {
    const told = [...types].flatMap((type) => toldAs(type).map((one) => one.type));
    this.rules.forEach((rule, index) => {
      if ("stack" in rule) return;
      const policy: Partial<StackValidationPolicy> = this.policies[index]!;
      policy.validateStack = told.some((type) => mayBeOthers(type) && appliesTo(rule, type))
        ? ({ resources }, report) => tell(evaluateRest(rule, resources, this.context(rule)), report)
        : undefined;
    });
  }

  /** The level of a rule. A stack that does not say what it is for is refused nothing. */
  private level({ levels }: PolicyRule): Level {
    if (this.environment !== undefined) return levels[this.environment];
    return levels.prod === "mandatory" ? "advisory" : levels.prod;
  }

  packConfig(given: ReadonlyMap<string, GivenConfiguration>): void {
    this.configuration = readConfiguration(this.rules, given);
  }

  private policy(rule: PolicyRule): ResourceValidationPolicy | StackValidationPolicy {
    const described = {
      name: rule.name,
      description: rule.description,
      severity: rule.severity,
      remediationSteps: rule.remediation,
      tags: [...rule.corresponds],
      enforcementLevel: this.level(rule),
      configSchema: { properties: schemaOf(rule) },
    };
    if ("stack" in rule) {
      return {
        ...described,
        validateStack: ({ resources }, report) =>
          tell(evaluateStack(rule, resources, this.context(rule)), report),
      };
    }
    const validateResource: ResourceValidationPolicy["validateResource"] = (resource, report) =>
      tell(evaluateResource(rule, resource, this.context(rule)), report);
    const [type, ...others] = rule.types;
    // @pulumi/policy reads a resource's properties again for each rule, unless a rule says that it is only for one other type.
    if (typeof type === "string" && others.length === 0 && !isToldOfOthers(type)) {
      Object.assign(validateResource, { __pulumiType: type });
    }
    return { ...described, validateResource };
  }

  private context({ name, parameters = {} }: PolicyRule) {
    const defaults = Object.entries(parameters).map(([key, one]) => [key, one.default] as const);
    const { exclude, parameters: set } = this.configuration.get(name) ?? {
      exclude: [],
      parameters: Object.fromEntries(defaults),
    };
    const environment = this.environment ?? "prod";
    const environmentSaid = this.environment !== undefined;
    return { environment, environmentSaid, scope: this.scope, parameters: set, exclude };
  }
}

/**
 * How an excepted violation and a fault of a rule are reported: as warnings, whatever the rule's level. @pulumi/policy takes a level with a
 * message; its types do not say so (makeReportViolationFun of its server.js).
 */
type ReportAtLevel = (violation: {
  message: string;
  enforcementLevel: "advisory";
  urn?: string;
}) => void;

function tell(found: Iterable<Found>, report: ReportViolation): void {
  for (const { message, urn, excepted, fault } of found) {
    if (!excepted && !fault) report(message, urn);
    else (report as unknown as ReportAtLevel)({ message, enforcementLevel: "advisory", urn });
  }
}

/** What the configuration may set. It states no types: the engine would tell the first that is wrong, and the pack tells all. */
function schemaOf({ parameters = {} }: PolicyRule): PolicyConfigSchema["properties"] {
  const exclude =
    "What the rule does not refuse: a list of { name or urn, check, reason, owner, until }.";
  return {
    exclude: { description: exclude },
    ...Object.fromEntries(
      Object.entries(parameters).map(([key, { description }]) => [key, { description }]),
    ),
  };
}
