import { join } from "node:path";
import { cached } from "../../../offline/cache";
import { buildWithGo } from "../../../offline/go";
import { announce } from "../../support/announce";

/** A client of registries that is built from its Go module, at the version that its go.mod names. */
interface Client {
  /** Directory of the module, below `go` here. */
  module: string;
  /** Import path of the program. */
  path: string;
  version: string;
}

const clients = {
  regctl: {
    module: "clients",
    path: "github.com/regclient/regclient/cmd/regctl",
    version: "0.11.7",
  },
  oras: { module: "clients", path: "oras.land/oras/cmd/oras", version: "1.3.6" },
  cosign: {
    module: "cosign",
    path: "github.com/sigstore/cosign/v3/cmd/cosign",
    version: "3.1.3",
  },
} satisfies Record<string, Client>;

/** The path of a client's program, built the first time: regctl and oras in seconds, cosign in some minutes. */
export async function client(name: keyof typeof clients): Promise<string> {
  const { module, path, version } = clients[name];
  const fill = (into: string) =>
    buildWithGo({ module: join(__dirname, "go", module), packages: [path], into }, announce);
  return join(await cached(join("test", `${name}-${version}`), fill, announce), name);
}
