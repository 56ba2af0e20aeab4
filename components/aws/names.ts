import { createHash } from "node:crypto";

/** Longest name of a role of IAM, and of a rule of EventBridge ("IAM and AWS STS quotas", PutRule of EventBridge's API). */
const longest = 64;

/**
 * The name of something that a stack has once in its account: `wharf-<stack>-<part>`. One that would be too long loses the end of
 * the stack's name, and six digits of a hash of it keep two stacks apart.
 */
export function accountName(stack: string, part: string): string {
  const whole = `wharf-${stack}-${part}`;
  if (whole.length <= longest) return whole;
  const digits = createHash("sha256").update(stack).digest("hex").slice(0, 6);
  const room = longest - "wharf---".length - digits.length - part.length;
  return `wharf-${stack.slice(0, Math.max(0, room))}-${digits}-${part}`;
}
