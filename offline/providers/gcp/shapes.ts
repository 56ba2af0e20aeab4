import type { SimulatedType, SimulatedTypes } from "../simulated/type";

/** Types of which each project has its own: every one takes a project, the provider's by default, and moves only by replacement. */
export function inProject(types: SimulatedTypes): SimulatedTypes {
  return Object.fromEntries(
    Object.entries(types).map(([token, type]) => [
      token,
      {
        ...type,
        replaces: [...(type.replaces ?? []), "project"],
        required: [...(type.required ?? []), "project"],
        defaults: { project: "{project}", ...type.defaults },
      },
    ]),
  );
}

/**
 * One member of a role on something, as an additive grant: every input replaces it.
 * @param on id of what the role is granted on
 * @param inputs the inputs that name it
 */
export function grant(on: string, ...inputs: string[]): SimulatedType {
  return {
    id: `${on}/{role}/{member}`,
    replaces: [...inputs, "role", "member", "condition"],
    outputs: { etag: "BwX{hex8}=" },
    patterns: {
      member: [
        /^(allUsers|allAuthenticatedUsers|(deleted:)?[a-zA-Z]+:.+)$/,
        "such as user:, group:, serviceAccount: or principalSet: and who it is",
      ],
    },
  };
}

/** The outputs of every type that takes labels. */
export const labelled = { effectiveLabels: "{labels}", pulumiLabels: "{labels}" };

/** What Google Cloud says of when something was made; the same for all, so that it is the same every time. */
export const createTime = "2026-01-01T00:00:00Z";
