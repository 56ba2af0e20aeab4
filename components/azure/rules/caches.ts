import type { Rule } from "../../core/rule";
import type { AzureDescription } from "../settings";
import { keyOf, removeCommand, setCommand, setSecretCommand } from "../../core/messages";
import { unknownName } from "../../core/names";
import type { Problem } from "../../core/problems";
import { isToken } from "../../core/tokens";

import { cacheName, upstreamOf } from "../../model/caches";
import { suffixes } from "../locations";
import { parseVaultUrl } from "../key-vault";

/** The host of a cache's upstream where that is a registry of ACR, in any of Azure's clouds; undefined for any other. */
export function acrHost({ upstream }: { upstream: string }): string | undefined {
  const { registry } = upstreamOf(upstream);
  return Object.values(suffixes).some((suffix) => registry.endsWith(`.${suffix.registry}`))
    ? registry
    : undefined;
}

/** Whether ACR logs in to a registry: never, always, or both. */
type Login = "refused" | "required" | "possible";

/**
 * Registries that ACR caches beside those of ACR itself, and whether it logs in to them ("Artifact cache in Azure Container Registry", upstream support). An
 * anonymous rule for Docker Hub is refused with EnforceDockerAuthentication.
 */
const cacheable: Record<string, Login> = {
  "docker.io": "required",
  "ghcr.io": "possible",
  "quay.io": "possible",
  "registry.k8s.io": "possible",
  "public.ecr.aws": "refused",
  "mcr.microsoft.com": "refused",
  "nvcr.io": "possible",
  "gcr.io": "possible",
  "eu.gcr.io": "possible",
};

type Cache = AzureDescription["pullThroughCaches"][number];
type Azure = AzureDescription["azure"];

/**
 * Another ACR is read by a managed identity, which needs the registry's resource id for its role. A registry that was created with a
 * label has it, and a hash, in its host: `acme-d6bvfbd5c6c0b9gq.azurecr.io` is registry acme.
 */
function registryProblems(
  cache: Cache,
  index: number,
  host: string,
  { pullThroughCaches: { registries }, registryName }: Azure,
): Problem[] {
  const path = ["pullThroughCaches", index];
  const [label = ""] = host.split(".");
  if (label === registryName?.toLowerCase()) {
    return [
      {
        key: keyOf([...path, "upstream"]),
        message: `"${cache.upstream}" is this registry itself`,
        fix: removeCommand(path),
      },
    ];
  }
  const credentials =
    cache.credentials === undefined
      ? []
      : [
          {
            key: keyOf([...path, "credentials"]),
            message: `has no effect: ACR logs in to another ACR by a managed identity, which the stack creates`,
            fix: removeCommand([...path, "credentials"]),
          },
        ];
  const idPath = ["azure", "pullThroughCaches", "registries", cacheName(cache)];
  const id = registries[cacheName(cache)];
  if (id === undefined) {
    return [
      ...credentials,
      {
        key: keyOf(idPath),
        message: `is missing; it names the registry ${host} by its resource id, where the identity of ${keyOf(path)} is granted the right to pull`,
        fix: `pulumi config set --path '${keyOf(idPath)}' "$(az acr show --name ${label.replace(/-.*/, "")} --query id --output tsv)"`,
      },
    ];
  }
  const named = isToken(id) ? undefined : id.split("/").at(-1)?.toLowerCase();
  return named === undefined || label === named || label.startsWith(`${named}-`)
    ? credentials
    : [
        ...credentials,
        {
          key: keyOf(idPath),
          message: `is registry ${named}, and ${keyOf([...path, "upstream"])} is ${host}`,
          fix: `pulumi config set --path '${keyOf(idPath)}' "$(az acr show --name ${label.replace(/-.*/, "")} --query id --output tsv)"`,
        },
      ];
}

/** A registry is named for a cache, and for one of an ACR. */
function namedRegistryProblems(
  caches: Cache[],
  { pullThroughCaches: { registries } }: Azure,
): Problem[] {
  const names = caches.map(cacheName);
  return Object.keys(registries).flatMap((name) => {
    const path = ["azure", "pullThroughCaches", "registries", name];
    const cache = caches.find((one) => cacheName(one) === name);
    if (cache === undefined) {
      return unknownName(path, name, names, {
        predicate: "is not the name of a cache",
        set: () => removeCommand(path),
        fix: removeCommand(path),
      });
    }
    return acrHost(cache) === undefined
      ? [
          {
            key: keyOf(path),
            message: `has no effect: cache ${name} is of ${upstreamOf(cache.upstream).registry}, which is not a registry of ACR`,
            fix: removeCommand(path),
          },
        ]
      : [];
  });
}

function upstreamProblems(cache: Cache, index: number, azure: Azure): Problem[] {
  const host = acrHost(cache);
  return host === undefined
    ? publicProblems(cache, index)
    : registryProblems(cache, index, host, azure);
}

function publicProblems({ upstream, credentials }: Cache, index: number): Problem[] {
  const { registry } = upstreamOf(upstream);
  const login = cacheable[registry];
  const path = ["pullThroughCaches", index];
  if (login === undefined) {
    return [
      {
        key: keyOf([...path, "upstream"]),
        // Any registry is announced, without a date (Azure/acr issue 849).
        message: `"${upstream}" cannot be cached by ACR, which caches ${Object.keys(cacheable).join(", ")} and other registries of ACR; copy its images here with az acr import`,
        fix: removeCommand(path),
      },
    ];
  }
  if (login === "required" && credentials === undefined) {
    return [
      {
        key: keyOf([...path, "credentials"]),
        message: `is missing; ACR does not cache ${registry} without a login`,
        fix: `${setCommand([...path, "credentials", "username"], "NAME")} && ${setSecretCommand([...path, "credentials", "password"])}`,
      },
    ];
  }
  return login === "refused" && credentials !== undefined
    ? [
        {
          key: keyOf([...path, "credentials"]),
          message: `has no effect: ACR pulls from ${registry} anonymously`,
          fix: removeCommand([...path, "credentials"]),
        },
      ]
    : [];
}

/** The password must be a secret of the one vault in which the caches' identities may read theirs. */
function secretProblems(
  { credentials }: Cache,
  index: number,
  { pullThroughCaches: { keyVault } }: AzureDescription["azure"],
): Problem[] {
  const { passwordSecret } = credentials ?? {};
  if (passwordSecret === undefined) return [];
  const path = ["pullThroughCaches", index, "credentials", "passwordSecret"];
  if (isToken(passwordSecret)) {
    return keyVault === undefined
      ? [
          {
            key: "wharf:azure.pullThroughCaches.keyVault",
            message: `is missing; it names the vault in which the registry's identity is granted the secret of ${keyOf(path)}`,
          },
        ]
      : [];
  }
  const parsed = parseVaultUrl("secrets", passwordSecret);
  if (parsed === undefined) {
    return [
      {
        key: keyOf(path),
        message: `"${passwordSecret}" is not the URL of a Key Vault's secret, such as https://acme.vault.azure.net/secrets/docker-hub`,
      },
    ];
  }
  if (isToken(keyVault)) return [];
  const named = keyVault?.split("/").at(-1);
  if (named?.toLowerCase() === parsed.vault.toLowerCase()) return [];
  return [
    {
      key: "wharf:azure.pullThroughCaches.keyVault",
      message:
        named === undefined
          ? `is missing; it names the vault in which the registry's identity is granted ${passwordSecret}`
          : `is vault ${named}, and ${keyOf(path)} is a secret of vault ${parsed.vault}`,
      fix: `pulumi config set --path 'wharf:azure.pullThroughCaches.keyVault' "$(az keyvault show --name ${parsed.vault} --query id --output tsv)"`,
    },
  ];
}

function cacheProblems({ pullThroughCaches: caches, azure }: AzureDescription): Problem[] {
  const problems = caches.flatMap((cache, index) => [
    ...upstreamProblems(cache, index, azure),
    ...secretProblems(cache, index, azure),
  ]);
  problems.push(...namedRegistryProblems(caches, azure));
  const unused =
    azure.pullThroughCaches.keyVault !== undefined &&
    caches.every(({ credentials }) => credentials?.passwordSecret === undefined);
  return unused
    ? [
        ...problems,
        {
          key: "wharf:azure.pullThroughCaches.keyVault",
          message: "has no effect without credentials.passwordSecret of a cache",
          fix: removeCommand(["azure", "pullThroughCaches", "keyVault"]),
        },
      ]
    : problems;
}

/** A repository that people push to cannot be below a cache's name, where its copies are. */
function overlapProblems({ pullThroughCaches: caches, repositories }: AzureDescription): Problem[] {
  const names = caches.map(cacheName);
  return repositories.flatMap(({ name }, index) => {
    const cache = names.findIndex((own) => name === own || name.startsWith(`${own}/`));
    return cache === -1
      ? []
      : [
          {
            key: keyOf(["repositories", index, "name"]),
            message: `"${name}" is where ${keyOf(["pullThroughCaches", cache])} keeps its copies, and ACR accepts no push there; give the cache another name`,
            fix: setCommand(["pullThroughCaches", cache, "name"], `${names[cache]}-cache`),
          },
        ];
  });
}

/** Rules of caches that only this target has. */
export const azureCacheRules: Rule<AzureDescription>[] = [
  { needs: ["pullThroughCaches", "azure"], find: cacheProblems },
  { needs: ["pullThroughCaches", "repositories"], find: overlapProblems },
];
