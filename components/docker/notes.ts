import { accessNote } from "../access/notes";
import { spaceNote } from "../distribution/space";
import type { SharedDescription } from "../model/description";
import { estimateBy, selfHostedCosts } from "../cost/estimate";
import { debugPort } from "../distribution/config";
import { imagesDirectory } from "../model/storage";
import { Environment } from "../model/environment";
import { letsEncrypt, TlsMode } from "../model/tls";
import { cacheNote } from "../caches/self-hosted";
import { registryName } from "../core/registry-name";

import { cachePort } from "./rules";
import { unprivilegedUser } from "./container";
import { isOpen } from "./pull-through-caches";

/**
 * What a person should know about a registry on this target, a sentence each.
 * @param host by which clients name the registry
 */
export function notesFor(args: SharedDescription, host: string): string[] {
  const { deletion, distribution, environment, storage, tls } = args;
  const directory = imagesDirectory(storage);
  return [
    accessNote(args),
    environment === Environment.Lab ? "A lab listens on localhost only." : undefined,
    tls.mode === TlsMode.Off
      ? "TLS is off: passwords cross the loopback interface unencrypted."
      : undefined,
    tls.mode === TlsMode.Acme
      ? `The registry has its certificate from ${tls.acme?.directory ?? letsEncrypt}, and renews it itself; for that, port 443 of ${args.endpoint.hosts.join(" and ")} must lead to it.`
      : undefined,
    storage.kind === "volume" && storage.path === undefined
      ? {
          force: "Images are deleted with the stack.",
          retain: `The volume ${args.namePrefix}-data stays when the stack is removed; up --take-over ${args.namePrefix}-data uses it again.`,
          protect: `The volume ${args.namePrefix}-data is protected: set wharf:deletion to retain before the stack can be removed.`,
        }[deletion]
      : undefined,
    directory === undefined
      ? undefined
      : `The images are in the directory ${directory} of the Docker host, which must belong to ${unprivilegedUser}; they stay there when the stack is removed.`,
    distribution.proxy !== undefined
      ? `A pull-through cache of ${distribution.proxy.remoteUrl}: it accepts no push.`
      : undefined,
    ...cacheNotes(args, host),
    distribution.metrics.enabled
      ? `Prometheus finds the metrics on network ${args.namePrefix} at http://${args.namePrefix}-registry:${debugPort}${distribution.metrics.path}.`
      : undefined,
    distribution.readOnly
      ? "The registry is read-only: it accepts neither push nor deletion."
      : undefined,
    spaceNote(args),
    ...estimateBy(args, selfHostedCosts).warnings,
  ].filter((note) => note !== undefined);
}

/** How the images of each cache are named, and who may have them. */
function cacheNotes(args: SharedDescription, host: string): string[] {
  const tls = args.tls.mode !== TlsMode.Off;
  return args.pullThroughCaches.map((cache, index) =>
    cacheNote(cache, {
      host: registryName(host, cachePort(args, index), tls),
      anonymous: isOpen(cache, args),
    }),
  );
}
