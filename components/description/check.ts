import type { z } from "zod";
import { awsRules } from "../aws/rules";
import { azureRules } from "../azure/rules";
import { refusals } from "../capabilities";
import { rulesOfEveryTarget } from "../component/rules";
import { problemsBy, understand, type StackConfig } from "../core/check";
import { DescriptionError } from "../core/problems";
import type { Rule } from "../core/rule";
import { dockerRules } from "../docker/rules";
import { gcpRules } from "../gcp/rules";
import { kubernetesRules } from "../kubernetes/rules";
import { withDefaults } from "../model/defaults";
import type { Target } from "../model/environment";
import { newNamesOf, withNewNames } from "./renamed-keys";
import { descriptionSchema, type Description } from "./schema";
import { withoutShortForms } from "./short-forms";

const rulesOf: Record<Target, readonly Rule<Description>[]> = {
  docker: dockerRules,
  kubernetes: kubernetesRules,
  aws: awsRules,
  gcp: gcpRules,
  azure: azureRules,
};

/** The description of a stack that the parsed values make, not yet checked by rules. */
export function descriptionOf(
  parsed: z.output<typeof descriptionSchema>,
  stack: string,
): Description {
  return { ...withDefaults(parsed), stack, namePrefix: `wharf-${stack}` };
}

/**
 * The description that a stack's config holds, every default filled in.
 * @throws DescriptionError with all problems at once.
 */
export function checkDescription(written: StackConfig): Description {
  const { values, problems: setTwice } = withNewNames(withoutShortForms(written.values));
  const config = { ...written, values, secretKeys: newNamesOf(written.secretKeys) };
  const understood = understand(descriptionSchema, config);
  const description = descriptionOf(understood.values, config.stack);
  // Of a target that was not understood, nothing is known to be refused.
  const known = understood.keys.has("target");
  const { target } = description;
  const problems = [
    ...setTwice,
    ...understood.problems,
    ...(known ? refusals(target, config.values) : []),
    ...problemsBy(
      [...rulesOfEveryTarget, ...(known ? rulesOf[target] : [])],
      description,
      understood,
      config,
    ),
  ];
  if (problems.length > 0)
    throw new DescriptionError(`The description of stack ${config.stack}`, problems);
  return description;
}
