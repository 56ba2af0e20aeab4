import type { Collection } from "../model/collection";
import type { SharedDescription } from "../model/description";
import { Target } from "../model/environment";
import { webhookOfRegistry } from "../model/notifications";
import { retentionOf } from "../model/retention";
import { compileEngine, type EnginePlan } from "./distribution";

/** Where Kubernetes' clients look for the token of their pod. */
export const clusterTokenDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * What a registry of Wharf's own image deletes by. The program reads it again whenever it changes, refuses a field that it does not know
 * and deletes nothing while the file is not valid (offline/go/distribution/collection/plan.go), so this is its whole form.
 */
export interface RegistryRules {
  version: 1;
  /** When it runs by itself, in cron's five fields, UTC; never where left out. */
  schedule?: string;
  /** Seconds for which a blob stays that a client uploaded or asked for, though no image names it. */
  graceSeconds: number;
  /** Share of the tagged images, in percent, that one scheduled run may delete. */
  mostPercent: number;
  /** Where the token is by which the cluster is asked for the images that its pods run; left out where it is not asked. */
  keepRunning?: { tokenDirectory: string };
  /** Who is told of runs of the schedule that fail, and with `onSuccess` of the others; left out where nobody is. */
  notify?: {
    url: string;
    secret?: string;
    caCertificate?: string;
    onSuccess: boolean;
    stack: string;
  };
  /** Plans of the described repositories. */
  repositories: Record<string, EnginePlan>;
  /** Plan of every other repository. */
  others: EnginePlan;
}

/** The rules of a description. */
export function retentionRules(
  {
    environment,
    notifications,
    repositories,
    retention,
    stack,
    target,
  }: Pick<
    SharedDescription,
    "environment" | "notifications" | "repositories" | "retention" | "stack" | "target"
  >,
  { schedule, graceMinutes, keepRunning, mostPercent }: Collection,
): RegistryRules {
  const webhook = webhookOfRegistry(notifications);
  return {
    version: 1,
    ...(schedule !== undefined && { schedule }),
    graceSeconds: graceMinutes * 60,
    mostPercent,
    // A registry on a Docker host may not ask its engine, which could do anything for it: `wharf collect` asks in its place.
    ...(keepRunning &&
      target === Target.Kubernetes && { keepRunning: { tokenDirectory: clusterTokenDirectory } }),
    ...(webhook && { notify: { ...webhook, stack } }),
    repositories: Object.fromEntries(
      repositories.map((one) => [one.name, compileEngine(one.retention).plan]),
    ),
    others: compileEngine(retentionOf(environment, retention)).plan,
  };
}
