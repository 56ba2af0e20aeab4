import { noteCertificate } from "../certificates/certificate-end";
import type { CommonOptions } from "../ui/session";
import { Session } from "../ui/session";
import { openOutputsOf, outputsOf, plainOutputs, withoutSecrets } from "../stack/outputs";
import { openStack } from "../stack/stack";

/** `wharf outputs`: the stack's outputs; secrets only with `--show-secrets`. */
export async function outputs(options: CommonOptions & { showSecrets?: boolean }): Promise<void> {
  const session = new Session(options, { asks: true });
  const open = await openStack(options.stack, session.progress);
  const all = await (options.showSecrets ? openOutputsOf(open) : outputsOf(open));
  const shown = options.showSecrets ? plainOutputs(all, open.name) : withoutSecrets(all);
  const plain = plainOutputs(all, open.name);
  session.print(table(shown));
  session.noteExpiry(plain.expiresAt);
  await noteCertificate(session, plain);
  session.answer(shown);
}

/** Names and values in two columns; lists and blocks take a line for each part. */
function table(values: object): string {
  const width = Math.max(...Object.keys(values).map((name) => name.length)) + 2;
  return Object.entries(values)
    .flatMap(([name, value]) =>
      lines(value).map((line, i) => `${(i === 0 ? name : "").padEnd(width)}${line}`.trimEnd()),
    )
    .join("\n");
}

function lines(value: unknown): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [""] : value.map(String);
  if (typeof value === "object" && value !== null)
    return Object.entries(value).map(([key, part]) => `${key}: ${String(part)}`);
  return String(value).trimEnd().split("\n");
}
