import { isEvident } from "../belonging";
import { levels, type StackRule } from "../rule";

export const environmentSaid: StackRule = {
  name: "environment-said",
  severity: "low",
  description: "A stack with a registry says what it is for, which sets the level of every rule.",
  remediation:
    "Set it with: pulumi config set wharf:environment prod. Or set the variable WHARF_ENVIRONMENT. It is lab, dev, staging or prod.",
  corresponds: [],
  levels: levels("advisory", "advisory", "advisory", "advisory"),
  types: [/./],
  *stack(resources, { environmentSaid: said }) {
    if (!said && resources.some(isEvident))
      yield {
        message:
          "Neither WHARF_ENVIRONMENT nor wharf:environment of the stack's config is set: the rules are those of prod, and warn only.",
      };
  },
};
