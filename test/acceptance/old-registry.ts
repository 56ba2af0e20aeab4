import { join } from "node:path";
import type { Announce } from "../../offline/announce";
import { cached } from "../../offline/cache";
import { buildWithGo } from "../../offline/go";
import { programsImage } from "../cluster/images";
import { announce } from "../support/announce";

/** The last version of distribution 2, which its go.mod names. */
const version = "2.8.3";

/** The path of distribution 2, which has no go.mod of its own and is built from its modules the first time. */
export async function distribution2(on: Announce): Promise<string> {
  const fill = (into: string) =>
    buildWithGo(
      {
        module: join(__dirname, "go/distribution-2"),
        packages: ["./registry"],
        into,
        // As its own Makefile says it, in place of "+unknown".
        variables: { "github.com/docker/distribution/version.Version": `v${version}` },
      },
      on,
    );
  return join(await cached(join("test", `distribution-${version}`), fill, on), "registry");
}

/** The archive of an image of distribution 2. */
export async function oldRegistry(reference: string): Promise<Buffer> {
  return programsImage(reference, { registry: await distribution2(announce) });
}
