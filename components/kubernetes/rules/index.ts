import { distributionRules } from "../../distribution/rules";
import { unknownName, repeated, standsTwice } from "../../core/names";
import type { Rule } from "../../core/rule";
import type { KubernetesDescription } from "../settings";
import { certificateProblems } from "../../certificates/provided";
import { keyOf, removeCommand, setCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { pullsAnything } from "../../access/distribution-evaluation";
import { pullUser } from "../pull-user";
import { Environment } from "../../model/environment";
import { AuthMode } from "../../model/auth";
import { isRolesImage } from "../../model/description";
import { TlsMode } from "../../model/tls";
import { clientHosts, serviceHost } from "../hosts";
import { trustNamespace, trustsNodes } from "../trust/hosts";
import { cacheProblems } from "./caches";
import { exposeProblems, userAddressProblems } from "./expose";
import { mostReplicas, needsNamespace, volumeProblems } from "./volume";
import { isToken } from "../../core/tokens";

/** Nothing is monitored without metrics. */
export function monitoringProblems({ distribution, kubernetes }: KubernetesDescription): Problem[] {
  if (distribution.metrics.enabled) return [];
  return (["enabled", "dashboard"] as const)
    .filter((key) => kubernetes.monitoring[key])
    .map((key) => ({
      key: `wharf:kubernetes.monitoring.${key}`,
      message: "true needs metrics, but wharf:distribution.metrics.enabled is false",
      fix: setCommand(["distribution", "metrics", "enabled"], true),
    }));
}

const longestLabel = 63;

/** What keeps the nodes' trust from a namespace of its own. */
export function trustProblems(d: KubernetesDescription): Problem[] {
  if (!trustsNodes(d)) return [];
  const { namespace } = d.kubernetes;
  const own = trustNamespace(d);
  if (own === namespace) {
    return [
      {
        key: "wharf:kubernetes.trust.namespace",
        message: `"${own}" is the registry's namespace, which does not allow a node's directory; choose any other`,
        fix: removeCommand(["kubernetes", "trust", "namespace"]),
      },
    ];
  }
  return own.length > longestLabel
    ? [
        {
          key: "wharf:kubernetes.trust.namespace",
          message: `"${own}", as it is by default, is longer than ${longestLabel} characters`,
          fix: setCommand(["kubernetes", "trust", "namespace"], "registry-trust"),
        },
      ]
    : [];
}

function replicaProblems({ kubernetes, distribution }: KubernetesDescription): Problem[] {
  const { autoscaling, replicas } = kubernetes;
  const problems: Problem[] = [];
  if (autoscaling !== undefined && replicas > 1) {
    problems.push({
      key: "wharf:kubernetes.replicas",
      message: `${replicas} has no effect with wharf:kubernetes.autoscaling, which decides how many pods run`,
      fix: removeCommand(["kubernetes", "replicas"]),
    });
  }
  if (autoscaling !== undefined && autoscaling.maxReplicas < autoscaling.minReplicas) {
    problems.push({
      key: "wharf:kubernetes.autoscaling.maxReplicas",
      message: `${autoscaling.maxReplicas} is below wharf:kubernetes.autoscaling.minReplicas, ${autoscaling.minReplicas}`,
      fix: setCommand(["kubernetes", "autoscaling", "maxReplicas"], autoscaling.minReplicas),
    });
  }
  if (mostReplicas(kubernetes) > 1 && distribution.cache.kind === "memory") {
    problems.push({
      key: "wharf:distribution.cache.kind",
      message: `"memory" is a cache of each pod: of ${mostReplicas(kubernetes)} pods the others would go on serving what was deleted through one; use redis or none`,
      fix: setCommand(["distribution", "cache", "kind"], "redis"),
    });
  }
  return problems;
}

/**
 * What keeps several pods of Wharf's own image from agreeing on an immutable tag, and on the list of what refers to an image, which the
 * program keeps in every mode: they need one lock, in Redis or on the volume that they share.
 */
function lockProblems(d: KubernetesDescription): Problem[] {
  const { distribution, images, kubernetes, storage } = d;
  const pods = mostReplicas(kubernetes);
  if (pods < 2 || distribution.cache.kind === "redis" || !isRolesImage(images.registry)) return [];
  // Nobody pushes to a pull-through cache.
  if (distribution.proxy !== undefined) return [];
  const immutable = hasImmutableTags(d);
  if (storage.kind !== "volume") {
    const lost = immutable
      ? "two pushes at once could both have an immutable tag"
      : "of two signatures that are pushed at once one could be missing from the image's list";
    return [
      {
        key: "wharf:distribution.cache.kind",
        message: `"${distribution.cache.kind}" leaves ${pods} pods on a bucket without a lock, so that ${lost}; use redis`,
        fix: setCommand(["distribution", "cache", "kind"], "redis"),
      },
    ];
  }
  const volume = kubernetes.volume.persistentVolume;
  if (volume?.kind !== "nfs" || volume.mountOptions.some((option) => lookups.test(option)))
    return [];
  const index = volume.mountOptions.length;
  return [
    {
      key: "wharf:kubernetes.volume.persistentVolume.mountOptions",
      message: `lacks lookupcache=positive: without it a pod does not see for some seconds that another one has ${immutable ? "set an immutable tag" : "listed an image's first signature"}`,
      fix: setCommand(
        ["kubernetes", "volume", "persistentVolume", "mountOptions", index],
        "lookupcache=positive",
      ),
    },
  ];
}

/** Options of nfs(5) by which a client remembers no names that it did not find. */
const lookups = /^(lookupcache=(pos|positive|none)|noac)$/;

function hasImmutableTags({ auth, immutableTags, repositories }: KubernetesDescription): boolean {
  if (auth.mode !== AuthMode.Roles) return false;
  return immutableTags?.enabled === true || repositories.some((one) => one.immutableTags.enabled);
}

/** Each pod knows only what it told its own clients: one that collects would delete under those of another. */
function collectionProblems({ collection, kubernetes }: KubernetesDescription): Problem[] {
  const pods = mostReplicas(kubernetes);
  if (collection === undefined || pods === 1) return [];
  const scaled = kubernetes.autoscaling !== undefined;
  return [
    {
      key: `wharf:kubernetes.${scaled ? "autoscaling.maxReplicas" : "replicas"}`,
      message: `${pods} pods cannot delete images by wharf:retention, since none knows what the others' clients push at the moment; use 1, or leave wharf:retention out`,
      fix: scaled
        ? removeCommand(["kubernetes", "autoscaling"])
        : setCommand(["kubernetes", "replicas"], 1),
    },
  ];
}

function tlsProblems(d: KubernetesDescription): Problem[] {
  const { environment, kubernetes, tls } = d;
  if (tls.mode === TlsMode.Off) {
    return environment === Environment.Lab && kubernetes.expose.kind === "ClusterIP"
      ? []
      : [
          {
            key: "wharf:tls.mode",
            message: `"off" sends passwords unencrypted; it is allowed only in a lab that wharf:kubernetes.expose keeps in the cluster (ClusterIP)`,
            fix: setCommand(["tls", "mode"], TlsMode.SelfSigned),
          },
        ];
  }
  const hosts = clientHosts(d);
  return certificateProblems(tls, hosts.length === 0 ? [serviceHost(d)] : hosts);
}

function smokeProblems({ kubernetes, tls }: KubernetesDescription): Problem[] {
  return kubernetes.smoke.enabled && tls.clientCaCertificates !== undefined
    ? [
        {
          key: "wharf:kubernetes.smoke.enabled",
          message:
            "true tests the registry without a client certificate, but wharf:tls.clientCaCertificates requires one of every client",
          fix: setCommand(["kubernetes", "smoke", "enabled"], false),
        },
      ]
    : [];
}

function pullSecretProblems(d: KubernetesDescription): Problem[] {
  const { auth, kubernetes, users } = d;
  const { namespaces: wanted, user } = kubernetes.pullSecrets;
  if (wanted.length === 0) return [];
  if (auth.token !== undefined) {
    return [
      {
        key: "wharf:kubernetes.pullSecrets.namespaces",
        message: "needs a user's password, but wharf:auth.token leaves logins to a token server",
        fix: removeCommand(["kubernetes", "pullSecrets"]),
      },
    ];
  }
  const names = users.map(({ name }) => name);
  const path = ["kubernetes", "pullSecrets"];
  const unknown =
    user === undefined
      ? []
      : unknownName([...path, "user"], user, names, {
          predicate: "is not a user of the registry",
          fix: setCommand([...path, "user"], names[0] ?? ""),
        });
  const twice = repeated(
    [...path, "namespaces"],
    wanted.map(({ namespace }) => namespace),
    {
      attribute: "namespace",
      message: (namespace, first) =>
        `${standsTwice(namespace, first)}; a namespace has one pull secret`,
    },
  );
  const chosen = users.find(({ name }) => name === user);
  if (chosen !== undefined ? pullsAnything(chosen, d) : pullUser(d) !== undefined) {
    return [...unknown, ...twice];
  }
  const other = users.find((one) => pullsAnything(one, d));
  return [
    ...twice,
    {
      key: keyOf([...path, chosen === undefined ? "namespaces" : "user"]),
      message:
        chosen === undefined
          ? "needs the password of a user who may pull, and no user may"
          : `${shown(chosen.name)} may not pull from any repository`,
      ...(other !== undefined && { fix: setCommand([...path, "user"], other.name) }),
    },
  ];
}

const identityOf = {
  awsRoleArn: "s3",
  gcpServiceAccount: "gcs",
  azureClientId: "azure",
} as const;

/** An identity is for the bucket of its cloud, and replaces keys. */
function identityProblems({ kubernetes: { identity }, storage }: KubernetesDescription): Problem[] {
  const keys = Object.keys(identityOf) as (keyof typeof identityOf)[];
  return keys
    .filter((key) => identity?.[key] !== undefined)
    .flatMap((key) => {
      const keyed = credentialKey(storage);
      if (storage.kind === identityOf[key] && keyed === undefined) return [];
      return [
        {
          key: `wharf:kubernetes.identity.${key}`,
          message:
            storage.kind === identityOf[key]
              ? `replaces keys, but wharf:storage.${keyed} is set`
              : `is for storage of kind ${identityOf[key]}, but wharf:storage.kind is ${storage.kind}`,
          fix: removeCommand(["kubernetes", "identity", key]),
        },
      ];
    });
}

function credentialKey(storage: KubernetesDescription["storage"]): string | undefined {
  switch (storage.kind) {
    case "s3":
      return storage.accessKey === undefined ? undefined : "accessKey";
    case "gcs":
      return storage.serviceAccountKey === undefined ? undefined : "serviceAccountKey";
    case "azure":
      return storage.credentials.type === "default_credentials" ? undefined : "credentials.type";
    case "volume":
      return undefined;
  }
}
// A label's value as Kubernetes takes it (its API conventions, "Labels and Selectors"), and its key with an optional prefix.
const labelValue = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const labelKey =
  /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

function labelProblems({ labels }: KubernetesDescription): Problem[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const path = ["labels", key];
    if (!labelKey.test(key)) {
      const message =
        "is not the key of a label: up to 63 letters, digits, - _ and ., after a domain and / if wanted";
      return [{ key: keyOf(path), message, fix: removeCommand(path) }];
    }
    if (!isToken(value) && !labelValue.test(value)) {
      const message = `"${value}" is not the value of a label: up to 63 letters, digits, - _ and ., a letter or digit at both ends`;
      return [{ key: keyOf(path), message, fix: removeCommand(path) }];
    }
    return [];
  });
}

/** What is to be found in the namespace needs an existing one. */
function namespaceProblems({ kubernetes, tls }: KubernetesDescription): Problem[] {
  const { existingNamespace, imagePullSecrets } = kubernetes;
  if (existingNamespace) return [];
  return [
    ...(tls.secretName === undefined
      ? []
      : [needsNamespace("wharf:tls.secretName", `Secret ${tls.secretName}`)]),
    ...(tls.issuer?.kind === "Issuer"
      ? [needsNamespace("wharf:tls.issuer.kind", `Issuer ${tls.issuer.name}`)]
      : []),
    ...imagePullSecrets.map((name, i) =>
      needsNamespace(`wharf:kubernetes.imagePullSecrets[${i}]`, `Secret ${name}`),
    ),
  ];
}

/** Rules across keys that hold only on this target. */
export const kubernetesRules: Rule<KubernetesDescription>[] = [
  { needs: ["kubernetes", "distribution"], find: replicaProblems },
  {
    needs: [
      ...(["kubernetes", "distribution", "storage", "images"] as const),
      ...(["auth", "immutableTags", "repositories"] as const),
    ],
    find: lockProblems,
  },
  { needs: ["kubernetes", "retention", "repositories"], find: collectionProblems },
  { needs: ["kubernetes", "storage", "environment"], find: volumeProblems },
  { needs: ["kubernetes", "endpoint"], find: exposeProblems },
  { needs: ["kubernetes", "users", "auth"], find: userAddressProblems },
  { needs: ["environment", "kubernetes", "tls", "endpoint"], find: tlsProblems },
  { needs: ["kubernetes", "tls"], find: smokeProblems },
  { needs: ["kubernetes", "tls"], find: namespaceProblems },
  {
    needs: ["kubernetes", "users", "auth", "access", "groups", "repositories"],
    find: pullSecretProblems,
  },
  { needs: ["kubernetes", "storage"], find: identityProblems },
  { needs: ["kubernetes", "tls"], find: trustProblems },
  { needs: ["pullThroughCaches", "kubernetes", "tls"], find: cacheProblems },
  { needs: ["kubernetes", "distribution"], find: monitoringProblems },
  { needs: ["labels"], find: labelProblems },
  ...distributionRules,
];
