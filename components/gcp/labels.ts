import type { GcpDescription } from "./settings";
import { createHash } from "node:crypto";
import { keyOf, removeCommand, setCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import { isToken } from "../core/tokens";

/**
 * A text as a name in Google Cloud: lower-case letters, digits and single hyphens, up to a length. Where something is cut off or
 * changed, part of a hash of the whole text is added, so that two different texts give two names.
 */
export function shortened(text: string, most: number): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (plain === text && plain.length <= most) return plain;
  const trace = createHash("sha256").update(text).digest("hex").slice(0, 6);
  return `${plain.slice(0, most - trace.length - 1).replace(/-$/, "")}-${trace}`;
}

/** Labels that Wharf writes itself. */
const ownLabels = ["managed-by", "wharf-stack", "wharf-environment", "wharf-expires-at"];

/**
 * Most labels that a description may have: Google Cloud allows 64 for each resource, the provider adds one, and Wharf its own
 * (cloud.google.com/resource-manager/docs/labels-overview#requirements).
 */
const mostLabels = 64 - ownLabels.length - 1;

const labelKey = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const labelValue = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** Labels of a stack's resources: the description's and Wharf's own; for a lab, also when it expires. */
export function stackLabels({
  stack,
  environment,
  expiresAt,
  labels,
}: Pick<GcpDescription, "stack" | "environment" | "expiresAt" | "labels">): Record<string, string> {
  return {
    ...labels,
    "managed-by": "wharf",
    "wharf-stack": asLabelValue(stack),
    "wharf-environment": environment,
    ...(expiresAt !== undefined && { "wharf-expires-at": asLabelValue(expiresAt) }),
  };
}

/** A text as the value of a label: lower-case, with - in place of what is not allowed. */
function asLabelValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, "-")
    .slice(0, 63);
}

/** Problems of labels that Google Cloud does not accept. */
export function labelProblems(labels: Record<string, string>): Problem[] {
  const count = Object.keys(labels).length;
  return [
    ...(count > mostLabels
      ? [
          {
            key: "wharf:labels",
            message: `has ${count} labels; Google Cloud allows ${mostLabels} beside Wharf's own`,
          },
        ]
      : []),
    ...Object.entries(labels).flatMap(([key, value]) => labelProblem(key, value)),
  ];
}

function labelProblem(key: string, value: string): Problem[] {
  const path = ["labels", key];
  if (ownLabels.includes(key)) {
    return [
      {
        key: keyOf(path),
        message: "is a label that Wharf sets itself",
        fix: removeCommand(path),
      },
    ];
  }
  if (!labelKey.test(key) || key.startsWith("goog")) {
    return [
      {
        key: keyOf(path),
        message: `"${key}" is not a label key of Google Cloud: it starts with a lower-case letter, not with goog, and has only lower-case letters, digits, _ and -, 63 at most`,
        fix: removeCommand(path),
      },
    ];
  }
  if (!isToken(value) && !labelValue.test(value)) {
    return [
      {
        key: keyOf(path),
        message: `"${value}" is not a label value of Google Cloud: only lower-case letters, digits, _ and -, 63 at most`,
        fix: setCommand(path, asLabelValue(value)),
      },
    ];
  }
  return [];
}
