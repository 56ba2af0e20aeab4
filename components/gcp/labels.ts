import type { GcpDescription } from "./settings";
import { createHash } from "node:crypto";
import { keyOf, removeCommand, setCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import { isToken } from "../core/tokens";

/**
 * A text as names of Google Cloud take it: lower-case letters, digits and single hyphens, at most so long. What is cut off, or
 * changed, leaves a trace of the whole text at the end, so that two that differ stay two.
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
 * Most labels that a description may have: Google Cloud takes 64 of a resource, the provider adds one, and Wharf its own
 * (cloud.google.com/resource-manager/docs/labels-overview#requirements).
 */
const mostLabels = 64 - ownLabels.length - 1;

const labelKey = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const labelValue = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** Labels of a stack's resources: the description's and Wharf's own; a lab's with the time when it goes. */
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

/** A text as Google Cloud takes it for a label's value: lower-case, with - for what has no place there. */
function asLabelValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, "-")
    .slice(0, 63);
}

/** Problems of labels that Google Cloud does not take. */
export function labelProblems(labels: Record<string, string>): Problem[] {
  const count = Object.keys(labels).length;
  return [
    ...(count > mostLabels
      ? [
          {
            key: "wharf:labels",
            message: `has ${count} labels; Google Cloud leaves room for ${mostLabels} beside Wharf's own`,
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
        message: "is a label that Wharf writes itself",
        fix: removeCommand(path),
      },
    ];
  }
  if (!labelKey.test(key) || key.startsWith("goog")) {
    return [
      {
        key: keyOf(path),
        message: `"${key}" is no label key of Google Cloud: it begins with a lower-case letter, not with goog, and holds lower-case letters, digits, _ and - alone, 63 at most`,
        fix: removeCommand(path),
      },
    ];
  }
  if (!isToken(value) && !labelValue.test(value)) {
    return [
      {
        key: keyOf(path),
        message: `"${value}" is no label value of Google Cloud: lower-case letters, digits, _ and - alone, 63 at most`,
        fix: setCommand(path, asLabelValue(value)),
      },
    ];
  }
  return [];
}
