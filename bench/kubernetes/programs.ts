import { join } from "node:path";
import type { Announce } from "../../offline/announce";
import { cached } from "../../offline/cache";
import { buildWithGo } from "../../offline/go";
import { reason } from "../../offline/errors";

const helmVersion = "3.22.0";

/**
 * The path of helm, built from its Go module the first time, which takes about three minutes of two cores.
 * @returns undefined where it cannot be built, having told why
 */
export async function helmProgram(announce: Announce): Promise<string | undefined> {
  try {
    const directory = await cached(
      join("bench", `helm-${helmVersion}`),
      async (into) => {
        announce.start("helm", "building it from its Go module, usually 3 minutes of two cores");
        const build = {
          module: join(__dirname, "go/helm"),
          packages: ["helm.sh/helm/v3/cmd/helm"],
        };
        await buildWithGo({ ...build, into }, announce);
        announce.done("helm", "built");
      },
      announce,
    );
    return join(directory, "helm");
  } catch (error) {
    announce.done("helm", reason(error));
    return undefined;
  }
}
