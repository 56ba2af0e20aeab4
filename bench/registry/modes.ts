import { hashSync } from "bcryptjs";
import { distributionConfig, renderConfig } from "../../components/distribution/config";
import { distributionSettings } from "../../components/model/distribution/settings";
import { storageSettings } from "../../components/model/storage";
import {
  bareRegistry,
  wharfRegistry,
  type RegistryProgram,
} from "../../offline/images/registry-image";

/** Ways of deciding who may do what, which are measured beside each other. */
export const modes = ["none", "htpasswd", "roles"] as const;
export type Mode = (typeof modes)[number];

/** As the table names them. */
export const titles: Record<Mode, string> = {
  none: "distribution without users",
  htpasswd: "distribution with htpasswd",
  roles: "Wharf's registry with roles",
};

/** The program of each: distribution's own, and Wharf's for what only that can do. */
export const programOf: Record<Mode, RegistryProgram> = {
  none: bareRegistry,
  htpasswd: bareRegistry,
  roles: wharfRegistry,
};

/** A registry that is to run: its program and all files that it reads. */
export interface Described {
  mode: Mode;
  tls: boolean;
  /** Names it on its platform. */
  name: string;
  /** Directory of the files where it runs; nothing else on the machine has it. */
  directory: string;
  files: Record<string, string>;
}

const user = "bench";
const password = "correct horse battery staple";

/** What a client sends to log in; undefined where nobody logs in. */
export const loginOf = (mode: Mode) => (mode === "none" ? undefined : `${user}:${password}`);

/**
 * A registry in one of the modes. All have the config.yml that Wharf writes and differ only in `auth` and TLS. With roles every tag is
 * immutable, and the user is the last of twenty.
 */
export function describe(
  mode: Mode,
  certificate: { certificate: string; key: string } | undefined,
): Described {
  const tls = certificate !== undefined;
  const name = `bench-${mode}-${tls ? "tls" : "plain"}`;
  const directory = `/etc/${name}-${process.pid}`;
  const path = (file: string) => `${directory}/${file}`;
  const hash = hashSync(password, 10);
  const config = distributionConfig({
    storage: storageSettings.parse({ kind: "volume" }),
    distribution: distributionSettings.parse({}),
    httpSecret: "not-a-secret-in-a-benchmark",
    auth: {
      none: { kind: "none" as const },
      htpasswd: { kind: "htpasswd" as const, realm: "wharf", path: path("htpasswd") },
      roles: { kind: "roles" as const, realm: "wharf", path: path("policy.json") },
    }[mode],
    tls: tls
      ? { certificatePath: path("tls.crt"), keyPath: path("tls.key"), minimumVersion: "tls1.2" }
      : undefined,
    hosts: ["localhost"],
  });
  const rules = [{ repositories: ["bench/**"], actions: ["pull", "push"] }];
  const others = Array.from({ length: 19 }, (_, index) => `other-${index}`);
  const policy = {
    version: 1,
    users: [...others, user].map((one) => ({ name: one, secrets: [{ bcrypt: hash }], rules })),
    immutableTags: [{ repositories: ["**"], except: ["latest"] }],
  };
  return {
    mode,
    tls,
    name,
    directory,
    files: {
      "config.yml": renderConfig(config),
      ...(mode === "htpasswd" && { htpasswd: `${user}:${hash}\n` }),
      ...(mode === "roles" && { "policy.json": JSON.stringify(policy) }),
      ...(certificate && { "tls.crt": certificate.certificate, "tls.key": certificate.key }),
    },
  };
}
