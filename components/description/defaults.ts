import { isIP } from "node:net";
import { defaultUsers, Deletion, Environment, type Description, type Parsed } from "./schema";

const deletionOf: Record<Environment, Deletion> = {
  lab: Deletion.Force,
  dev: Deletion.Retain,
  staging: Deletion.Retain,
  prod: Deletion.Protect,
};

/** Address that the port is bound to: loopback in a lab, every address elsewhere, unless the description names one. */
export function addressOf({
  environment,
  endpoint,
}: Pick<Parsed, "environment" | "endpoint">): string {
  return endpoint.address ?? (environment === Environment.Lab ? "127.0.0.1" : "0.0.0.0");
}

/** Fills in the defaults that follow from other parts of a description. */
export function withDefaults(parsed: Parsed): Description {
  const { environment, endpoint, repositories, users, auth, engine } = parsed;
  return {
    ...parsed,
    deletion: parsed.deletion ?? deletionOf[environment],
    endpoint: { ...endpoint, address: addressOf(parsed) },
    repositories:
      repositories.length > 0 || engine.proxy !== undefined ? repositories : [{ name: "app" }],
    users:
      users.length > 0 || auth.token !== undefined ? users : defaultUsers.map((name) => ({ name })),
  };
}

/** A host as it stands in a URL or an image name: IPv6 addresses in brackets. */
export function hostInUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
