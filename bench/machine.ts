import { cpus, totalmem } from "node:os";
import type { Measured } from "./section";

/** What the figures were measured with, in one line. */
export function machineLine(sections: Measured[], rounds: number): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const plugins = sections.flatMap((section) => section.plugins);
  const version = sections.find((section) => section.version !== undefined)?.version;
  const providers = new Set(plugins.map(({ name, origin }) => `${name} ${origin}`));
  return [
    `${rounds} ${rounds === 1 ? "round" : "rounds"}`,
    `${processors.length} x ${processors[0]?.model.trim() ?? "unknown processor"}`,
    `${memory} GiB`,
    `Node.js ${process.versions.node}`,
    ...(version === undefined ? [] : [`Pulumi ${version}`]),
    ...(providers.size > 0 ? [`providers: ${[...providers].join(", ")}`] : []),
  ].join("; ");
}
