import type { Rule } from "../../core/rule";
import type { AwsDescription } from "../settings";
import { keyOf, removeCommand, setCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";

import {
  cacheableUpstream,
  cacheableWords,
  cacheSecretPrefix,
} from "../pull-through-cache/upstreams";

const secretArn = /^arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:\d{12}:secret:(?<name>\S+)$/;

/** Upstreams that ECR cannot cache, or only with other credentials. */
function upstreamProblems({ pullThroughCaches: caches }: AwsDescription): Problem[] {
  return caches.flatMap(({ upstream, credentials }, index): Problem[] => {
    const path = ["pullThroughCaches", index];
    const known = cacheableUpstream(upstream);
    if (known === undefined) {
      return [
        {
          key: keyOf([...path, "upstream"]),
          message: `${shown(upstream)} is not a registry that ECR can cache: ${cacheableWords}`,
          fix: removeCommand(path),
        },
      ];
    }
    const { registryUrl, asksForCredentials } = known;
    if (asksForCredentials && credentials === undefined) {
      return [
        {
          key: keyOf([...path, "credentials"]),
          message: `are missing: ECR caches ${registryUrl} only with credentials`,
          fix: setCommand([...path, "credentials", "username"], "NAME"),
        },
      ];
    }
    if (!asksForCredentials && credentials !== undefined) {
      return [
        {
          key: keyOf([...path, "credentials"]),
          message: `are not used: ECR pulls from ${registryUrl} anonymously`,
          fix: removeCommand([...path, "credentials"]),
        },
      ];
    }
    return [];
  });
}

/** Secrets that ECR would not find. */
function secretProblems({ pullThroughCaches: caches }: AwsDescription): Problem[] {
  return caches.flatMap(({ credentials }, index): Problem[] => {
    const { passwordSecret } = credentials ?? {};
    if (passwordSecret === undefined) return [];
    const path = ["pullThroughCaches", index, "credentials", "passwordSecret"];
    const name = secretArn.exec(passwordSecret)?.groups?.name;
    const form = `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${cacheSecretPrefix}docker-hub-AbCdEf`;
    if (name?.startsWith(cacheSecretPrefix) === true) return [];
    return [
      {
        key: keyOf(path),
        message:
          name === undefined
            ? `${shown(passwordSecret)} is not the ARN of a secret, such as ${form}`
            : `names the secret ${name}; ECR only reads secrets whose names begin with ${cacheSecretPrefix}, and that hold username and accessToken`,
      },
    ];
  });
}

/** Templates for the prefix of a cache, which has one already. */
function templateProblems({
  pullThroughCaches: caches,
  aws: { creationTemplates },
}: AwsDescription): Problem[] {
  return creationTemplates.flatMap(({ prefix }, index) => {
    const cache = caches.findIndex(({ name }) => name === prefix.replace(/\/$/, ""));
    const path = ["aws", "creationTemplates", index];
    return cache < 0
      ? []
      : [
          {
            key: keyOf([...path, "prefix"]),
            message: `"${prefix}" is the prefix of ${keyOf(["pullThroughCaches", cache])}, which already has a template`,
            fix: removeCommand(path),
          },
        ];
  });
}

/** Rules about caches of other registries. */
export const cacheRules: Rule<AwsDescription>[] = [
  { needs: ["pullThroughCaches"], find: upstreamProblems },
  { needs: ["pullThroughCaches"], find: secretProblems },
  { needs: ["aws", "pullThroughCaches"], find: templateProblems },
];
