import { stringify } from "yaml";
import type { Registered } from "./registrations";

/** Inputs whose JSON documents are opened up, so that a golden file can be read line by line. */
function documentsOpened(inputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) =>
      typeof value === "string" && value.startsWith("{")
        ? [`${key} (JSON)`, JSON.parse(value) as unknown]
        : [key, value],
    ),
  );
}

/** What a stack registers and yields, as the text of its golden file. */
export function goldenText({ registrations, outputs }: Registered): string {
  return stringify(
    {
      resources: registrations.map(({ type, name, parent, protect, retainOnDelete, ...rest }) => ({
        ...{ [type]: name, parent },
        ...(protect && { protect }),
        ...(retainOnDelete && { retainOnDelete }),
        ...(rest.dependsOn.length > 0 && { dependsOn: rest.dependsOn }),
        inputs: documentsOpened(rest.inputs),
      })),
      outputs,
    },
    { lineWidth: 140, aliasDuplicateObjects: false },
  );
}
