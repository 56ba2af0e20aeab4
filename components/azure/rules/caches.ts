import type { Rule } from "../../core/rule";
import type { AzureDescription } from "../settings";
import { keyOf, removeCommand, setCommand, setSecretCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { isToken } from "../../core/tokens";

import { cacheName, upstreamOf } from "../../model/caches";
import { parseVaultUrl } from "../key-vault";

/** How a registry may be logged in to by ACR: not at all, or only so. */
type Login = "refused" | "required" | "possible";

/**
 * Registries that ACR caches, and whether it logs in to them ("Artifact cache in Azure Container Registry", upstream support). Of
 * Docker Hub it takes no anonymous rule any more: creating one fails with EnforceDockerAuthentication.
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
        message: `"${upstream}" cannot be cached by ACR, which knows ${Object.keys(cacheable).join(", ")}; copy its images here by az acr import`,
        fix: removeCommand(path),
      },
    ];
  }
  if (login === "required" && credentials === undefined) {
    return [
      {
        key: keyOf([...path, "credentials"]),
        message: `is missing; ACR caches ${registry} for users of it alone`,
        fix: `${setCommand([...path, "credentials", "username"], "NAME")} && ${setSecretCommand([...path, "credentials", "password"])}`,
      },
    ];
  }
  return login === "refused" && credentials !== undefined
    ? [
        {
          key: keyOf([...path, "credentials"]),
          message: `has no effect: ACR logs in to ${registry} as nobody`,
          fix: removeCommand([...path, "credentials"]),
        },
      ]
    : [];
}

/** The password must be a secret of the one vault in which the caches' identities are let read theirs. */
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
            message: `is missing; the registry's identity is let read the secret of ${keyOf(path)} in the vault that it names`,
          },
        ]
      : [];
  }
  const parsed = parseVaultUrl("secrets", passwordSecret);
  if (parsed === undefined) {
    return [
      {
        key: keyOf(path),
        message: `"${passwordSecret}" is not the URL of a Key Vault's secret, as https://acme.vault.azure.net/secrets/docker-hub`,
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
          ? `is missing; the registry's identity is let read ${passwordSecret} in the vault that it names`
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

/** Nothing is pushed where a cache's copies go, and no rule is made for a repository that is there. */
function overlapProblems({ pullThroughCaches: caches, repositories }: AzureDescription): Problem[] {
  const names = caches.map(cacheName);
  return repositories.flatMap(({ name }, index) => {
    const cache = names.findIndex((own) => name === own || name.startsWith(`${own}/`));
    return cache === -1
      ? []
      : [
          {
            key: keyOf(["repositories", index, "name"]),
            message: `"${name}" is where ${keyOf(["pullThroughCaches", cache])} keeps its copies, and ACR takes no push there; give the cache another name`,
            fix: setCommand(["pullThroughCaches", cache, "name"], `${names[cache]}-cache`),
          },
        ];
  });
}

/** Rules of caches that hold on this target alone. */
export const azureCacheRules: Rule<AzureDescription>[] = [
  { needs: ["pullThroughCaches", "azure"], find: cacheProblems },
  { needs: ["pullThroughCaches", "repositories"], find: overlapProblems },
];
