import type { StackOutputs } from "../stack/outputs";
import { askedEngine, describeContents, registryContents } from "../registry/registry-contents";
import { command } from "../stack/stack";
import { StackFile } from "../stack/stack-file";

/** What a person needs once the registry stands: where it is, and the next commands. */
export async function summary(outputs: StackOutputs, stack: string): Promise<string> {
  const { endpoint, caCertificate, certificateExpiresAt, credentials, push, pull, notes } = outputs;
  const contents = await registryContents(outputs, {
    engine: askedEngine(new StackFile(stack).config),
  });
  const rows: [string, string, string?][] = [
    [
      "Registry",
      endpoint,
      certificateExpiresAt && `certificate until ${certificateExpiresAt.slice(0, 10)}`,
    ],
  ];
  if (caCertificate !== "") {
    rows.push(["Trust", command("trust", stack), "so that this machine's Docker accepts it"]);
  }
  if (Object.keys(credentials).length > 0) {
    rows.push(["Log in", command("login", stack), `as ${Object.keys(credentials).join(", ")}`]);
  }
  if (push !== "") rows.push(["Push", push]);
  rows.push(["Pull", pull]);
  rows.push([
    "Remove",
    command("down", stack),
    "unknown" in contents ? undefined : `it holds ${describeContents(contents)}`,
  ]);
  // A note stands beside short commands alone; the long ones have the line to themselves.
  const noted = rows.filter(([, , note]) => note).map(([, text]) => text.length);
  const width = Math.max(...noted) + 3;
  const lines = rows.map(([label, text, note]) =>
    `${label.padEnd(10)} ${note ? text.padEnd(width) + note : text}`.trimEnd(),
  );
  return ["", ...lines, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}
