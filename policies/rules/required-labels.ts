import { labelsOf, labelledTypes } from "../labels";
import { levels, type ResourceRule } from "../rule";

/** Keys that mean the same on one platform or another, by what they mean. */
const keys: Record<string, readonly string[]> = {
  stack: [
    "stack",
    "wharf-stack",
    "io.wharf.stack",
    "app.kubernetes.io/instance",
    "project",
    "pulumi:stack",
  ],
  owner: ["owner", "team", "cost-center", "costcenter", "contact"],
  environment: ["environment", "env", "stage", "wharf-environment", "io.wharf.environment"],
  "managed-by": [
    "managed-by",
    "managedby",
    "app.kubernetes.io/managed-by",
    "io.wharf.stack",
    "wharf-stack",
  ],
  expires: ["expires-at", "expires", "expiresat", "ttl", "wharf-expires-at", "io.wharf.expires-at"],
};

export const requiredLabels: ResourceRule = {
  name: "required-labels",
  severity: "medium",
  description: "What costs money or holds images says what it belongs to and who owns it.",
  remediation: "Add the label or tag; in a lab say when it may go as well.",
  corresponds: ["C-0076", "ECR.4"],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  general: true,
  types: labelledTypes,
  parameters: {
    labels: {
      description: `What labels have to say: ${Object.keys(keys).join(", ")}, or a key of your own.`,
      default: ["stack", "owner"],
    },
    labLabels: { description: "What they have to say besides in a lab.", default: ["expires"] },
  },
  checks: [
    function* (resource, { environment, parameters }) {
      const present = new Set(Object.keys(labelsOf(resource)).map((key) => key.toLowerCase()));
      const wanted = [
        ...(parameters.labels as string[]),
        ...(environment === "lab" ? (parameters.labLabels as string[]) : []),
      ];
      for (const word of wanted) {
        const any = keys[word] ?? [word];
        if (any.some((key) => present.has(key.toLowerCase()))) continue;
        yield any.length === 1
          ? `It has no label ${word}.`
          : `It has no label for ${word}, such as ${any.slice(0, 3).join(", ")}.`;
      }
    },
  ],
};
