import { join } from "node:path";
import { type Announce, duration } from "../announce";
import { cached } from "../cache";
import { buildWithGo } from "../go";
import { goArchitecture } from "./registry-image";

const craneVersion = "0.22.1";
const platform = {
  GOOS: process.platform === "win32" ? "windows" : process.platform,
  GOARCH: goArchitecture(process.arch),
};

/**
 * The path of crane, Google's client of registries, built from Go modules the first time. It logs in as Docker's client does, by
 * ~/.docker/config.json and the credential helpers that it names.
 * @throws {OfflineError} where there is no Go, or the modules are not available
 */
export async function crane(announce: Announce): Promise<string> {
  const key = join("images", `crane-${craneVersion}-${platform.GOOS}-${platform.GOARCH}`);
  const fill = async (into: string) => {
    announce.start("crane", "building it from Go modules: usually under a minute");
    const began = Date.now();
    await buildWithGo(
      {
        module: "crane",
        packages: ["github.com/google/go-containerregistry/cmd/crane"],
        into,
        platform,
      },
      announce,
    );
    announce.done("crane", `${craneVersion} built in ${duration(Date.now() - began)}`);
  };
  const name = platform.GOOS === "windows" ? "crane.exe" : "crane";
  return join(await cached(key, fill, announce), name);
}
