import { repeated } from "../core/names";
import type { Rule } from "../core/rule";
import type { SharedDescription } from "../model/description";
import { keyOf, removeCommand, setCommand, setSecretCommand } from "../core/messages";
import type { Problem } from "../core/problems";

import { namePattern, notAName, upstreamOf } from "../model/caches";
import { Environment, selfHosted } from "../model/environment";

/** Rules across keys of `wharf:pullThroughCaches` that hold on every target. */
export const cacheRules: Rule<SharedDescription>[] = [
  {
    needs: ["pullThroughCaches"],
    find: ({ pullThroughCaches: caches }) => caches.flatMap(unnamed),
  },
  { needs: ["pullThroughCaches"], find: ({ pullThroughCaches: caches }) => twice(caches) },
  {
    needs: ["pullThroughCaches"],
    find: ({ pullThroughCaches: caches }) => caches.flatMap(incomplete),
  },
  { needs: ["target", "environment", "pullThroughCaches"], find: inClear },
  { needs: ["target", "pullThroughCaches", "distribution"], find: cacheOfItsOwn },
];

type Caches = SharedDescription["pullThroughCaches"];

/** An upstream needs no second cache, and a name is that of one cache. */
function twice(caches: Caches): Problem[] {
  const registryOf = (upstream: string) => upstreamOf(upstream).registry;
  const registries = caches.map(({ upstream }) => registryOf(upstream));
  return [
    ...repeated(
      ["pullThroughCaches"],
      caches.map(({ upstream }) => upstream),
      {
        attribute: "upstream",
        identity: registryOf,
        message: (upstream, first) => `"${upstream}" has a cache already, ${first}`,
      },
    ),
    ...repeated(
      ["pullThroughCaches"],
      // A second cache of an upstream has the name of the first one unless it was given another.
      caches.map(({ name }, i) => (registries.indexOf(registries[i] ?? "") < i ? undefined : name)),
      {
        attribute: "name",
        fix: (i) => setCommand(["pullThroughCaches", i, "name"], `${caches[i]?.name}-${i + 1}`),
      },
    ),
  ];
}

/** Not every host makes a name: one may be too long, or an address. */
function unnamed({ name }: Caches[number], index: number): Problem[] {
  return namePattern.test(name)
    ? []
    : [
        {
          key: keyOf(["pullThroughCaches", index, "name"]),
          message: `is missing, and "${name}", after the upstream's host, ${notAName}`,
          fix: setCommand(["pullThroughCaches", index, "name"], `cache-${index + 1}`),
        },
      ];
}

/** A user has one password: given here, or in the cloud's own store. */
function incomplete({ credentials }: Caches[number], index: number): Problem[] {
  if (credentials === undefined) return [];
  const { password, passwordSecret, username } = credentials;
  const path = ["pullThroughCaches", index, "credentials", "password"];
  if (password === undefined && passwordSecret === undefined) {
    return [
      {
        key: keyOf(path),
        message: `is missing, while wharf:pullThroughCaches[${index}].credentials.username is "${username}"`,
        fix: setSecretCommand(path),
      },
    ];
  }
  if (password === undefined || passwordSecret === undefined) return [];
  return [
    {
      key: keyOf(["pullThroughCaches", index, "credentials", "passwordSecret"]),
      message: "is set together with a password; one of the two is enough",
      fix: removeCommand(path),
    },
  ];
}

/** Over plain HTTP anyone on the way could put another image in the place of the one that is asked for. */
function inClear({ pullThroughCaches: caches, environment, target }: SharedDescription): Problem[] {
  if (selfHosted.includes(target) && environment === Environment.Lab) return [];
  return caches.flatMap(({ upstream }, index) =>
    upstreamOf(upstream).url.startsWith("http:")
      ? [
          {
            key: keyOf(["pullThroughCaches", index, "upstream"]),
            message: `"${upstream}" is asked without encryption, so that anyone on the way could change an image; http is allowed only in a lab on docker or kubernetes`,
            fix: setCommand(
              ["pullThroughCaches", index, "upstream"],
              upstream.replace(/^http:/, "https:"),
            ),
          },
        ]
      : [],
  );
}

/** A registry that is a cache as a whole accepts no push; the caches of the list are beside one that does. */
function cacheOfItsOwn({
  pullThroughCaches: caches,
  distribution: { proxy },
  target,
}: SharedDescription): Problem[] {
  if (!selfHosted.includes(target) || caches.length === 0 || proxy === undefined) return [];
  const next = setCommand(["pullThroughCaches", caches.length, "upstream"], proxy.remoteUrl);
  return [
    {
      key: "wharf:distribution.proxy",
      message: `makes the whole registry a cache of ${proxy.remoteUrl}, and wharf:pullThroughCaches are beside a registry; add that upstream to the list`,
      fix: `${next} && ${removeCommand(["distribution", "proxy"])}`,
    },
  ];
}
