import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { goArchitecture, registryPrograms } from "../../../offline/images/registry-image";

const modulePath = "github.com/distribution/distribution/v3";

/** The version that Wharf runs. */
const version = "v3.1.2";

/** The directory of a Go module's sources, fetched from the module proxy when it is not there yet. */
export function goModule(path: string, of: string): string {
  const answer = execFileSync("go", ["mod", "download", "-json", `${path}@${of}`], {
    encoding: "utf8",
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

/** The directory of distribution's sources. */
export function distributionSources(): string {
  return goModule(modulePath, version);
}

const silent = { start() {}, update() {}, done() {} };

/** The registry program of the local image; the machine that tests run on is a Linux one. */
export async function registryBinary(): Promise<string> {
  return join(await registryPrograms(goArchitecture(process.arch), silent), "registry");
}
