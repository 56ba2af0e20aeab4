import type { Rule } from "../../core/rule";
import type { AzureDescription } from "../settings";
import { keyOf, removeCommand, setCommand, setSecretCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { isToken } from "../../core/tokens";

import { cacheName, upstreamOf } from "../../model/caches";
import { parseVaultUrl } from "../key-vault";

/** Whether ACR logs in to a registry: never, always, or both. */
type Login = "refused" | "required" | "possible";

/**
 * Registries that ACR caches, and whether it logs in to them ("Artifact cache in Azure Container Registry", upstream support). An
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
};

type Cache = AzureDescription["pullThroughCaches"][number];

function upstreamProblems({ upstream, credentials }: Cache, index: number): Problem[] {
  const { registry } = upstreamOf(upstream);
  const login = cacheable[registry];
  const path = ["pullThroughCaches", index];
  if (login === undefined) {
    return [
      {
        key: keyOf([...path, "upstream"]),
        message: `"${upstream}" cannot be cached by ACR, which caches ${Object.keys(cacheable).join(", ")}; copy its images here with az acr import`,
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
    ...upstreamProblems(cache, index),
    ...secretProblems(cache, index, azure),
  ]);
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
