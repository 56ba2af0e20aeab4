import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { copierProgram } from "../../offline/programs";
import { goArchitecture, registryPrograms } from "../../offline/images/registry-image";
import { crane } from "../../offline/images/crane";
import { startRegistry } from "../../test/support/running-registry";
import { measure, type Cost } from "../process-tree";
import { turnTeller, type Section } from "../section";
import { collection, fill, namesOf } from "./source";

/** `host:port` of both registries. */
interface Registries {
  from: string;
  to: string;
}

const checkout = resolve(__dirname, "../..");

/**
 * Copies 1 GB in 200 images (50 MB in 20 with `--short`) from one registry to an empty one, both distribution on loopback, without
 * TLS and users: by `wharf copy`, by `skopeo sync`, and by `crane copy --all-tags` of one repository after the other. Then Wharf
 * copies again what is there already, and so does crane.
 */
export const measureCopies: Section = async (surroundings) => {
  const { announce, directory, extent } = surroundings;
  const program = join(await registryPrograms(goArchitecture(process.arch), announce), "registry");
  await copierProgram(announce);
  const cranePath = await crane(announce);
  const megabytes = extent.megabytes * 5;
  const images = collection(megabytes);
  const count = images.repositories * images.tags;
  const source = await startRegistry(program, {});
  try {
    announce.start("copy", `making ${count} images of ${megabytes} MB`);
    await fill(source.url, images);
    const from = new URL(source.url).host;
    const wharf = ({ to }: Registries) =>
      measure("node", [join(checkout, "cli/wharf.js"), "copy", from, to], { directory });
    const others: Record<string, (registries: Registries) => Promise<Cost>> = {
      "skopeo sync": ({ to }) => skopeo(from, to, namesOf(images), directory),
      "crane copy --all-tags": ({ to }) =>
        craneCopy(cranePath, from, to, namesOf(images), directory),
    };
    const figures = new Map<string, { wharf: number[]; other: number[] }>();
    const note = (name: string, side: "wharf" | "other", { seconds }: Cost) => {
      const row = figures.get(name) ?? { wharf: [], other: [] };
      figures.set(name, row);
      row[side].push(seconds);
    };
    const onTurn = turnTeller(surroundings);
    for (let round = 1 - extent.warmUps; round <= extent.rounds; round++) {
      const turns = { wharf, ...others };
      const entries = Object.entries(turns);
      for (const [name, run] of round % 2 === 0 ? entries.reverse() : entries) {
        onTurn(round, `copy, ${name}`);
        const target = await startRegistry(program, {});
        try {
          const registries = { from, to: new URL(target.url).host };
          const first = await run(registries);
          const again = name.startsWith("skopeo") ? undefined : await run(registries);
          if (round < 1) continue;
          if (name === "wharf") {
            for (const other of Object.keys(others)) note(other, "wharf", first);
            if (again) note(second, "wharf", again);
          } else {
            note(name, "other", first);
            if (again) note(second, "other", again);
          }
        } finally {
          await target.stop();
        }
      }
    }
    const what = `copy: ${megabytes} MB in ${count} images`;
    const rows = [...figures].map(([name, values]) => ({
      what: name === second ? `${what}, again` : what,
      against: name === second ? "crane copy --all-tags" : name,
      unit: "s" as const,
      figures: values,
      aim: name === second ? undefined : { below: 1 },
    }));
    return { rows, plugins: [] };
  } finally {
    await source.stop();
  }
};

const second = "second copy";

/** One run of skopeo for all repositories, which loses the first part of their names. */
async function skopeo(from: string, to: string, names: string[], directory: string): Promise<Cost> {
  const scratch = await mkdtemp(join(directory, "skopeo-"));
  const list = join(scratch, "images.yaml");
  const images = Object.fromEntries(names.map((name) => [name, []]));
  await writeFile(list, stringify({ [from]: { "tls-verify": false, images } }));
  const plain = ["--src-tls-verify=false", "--dest-tls-verify=false"];
  const args = ["sync", "--src", "yaml", "--dest", "docker", ...plain, list, `${to}/bench`];
  const cost = await measure("skopeo", args, { directory: scratch });
  await rm(scratch, { recursive: true });
  return cost;
}

/** crane copies one repository at a time; a shell runs it for each, six requests at once as Wharf does. */
function craneCopy(
  program: string,
  from: string,
  to: string,
  names: string[],
  directory: string,
): Promise<Cost> {
  const script =
    'crane=$1 from=$2 to=$3; shift 3; set -e; for name; do "$crane" copy --insecure --all-tags --jobs 6 "$from/$name" "$to/$name"; done';
  return measure("sh", ["-c", script, "sh", program, from, to, ...names], { directory });
}
