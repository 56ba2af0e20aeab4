import { cpus, totalmem } from "node:os";
import type { Engine } from "../offline/engine";

/** What the figures were measured with, in one line. */
export function machineLine({ version, plugins }: Engine, rounds: number): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const providers = plugins.map(({ name, origin }) => `${name} ${origin}`).join(", ");
  return [
    `${rounds} ${rounds === 1 ? "round" : "rounds"}`,
    `${processors.length} x ${processors[0]?.model.trim() ?? "unknown processor"}`,
    `${memory} GiB`,
    `Node.js ${process.versions.node}`,
    `Pulumi ${version}`,
    `providers: ${providers}`,
  ].join("; ");
}
