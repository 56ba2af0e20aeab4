import type { KubernetesDescription } from "../settings";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Job } from "@pulumi/kubernetes/batch/v1/job";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import { bestUserFor } from "../../access/distribution-evaluation";
import type { Users } from "../../distribution/users";
import { AuthMode } from "../../model/auth";
import { TlsMode } from "../../model/tls";

import type { TlsSecret } from "../certificates";
import {
  clientHosts,
  hostAndPort,
  reachableHosts,
  serviceHost,
  speaksTls,
  verifiedName,
} from "../hosts";
import { metadata, objectLabels } from "../labels";
import { hardenedContainer, hardenedPod, secretVolume } from "../pods";
import { createSecret, digestAnnotation } from "../secrets";
import { asksCluster, passing } from "./passing";
import { smokeDirectory, smokeRepository, smokeScript } from "./script";
import { resolved } from "../../core/tokens";

const objectName = "registry-smoke";

/** What the test takes from other resources. */
interface SmokeInputs {
  service: Service;
  deployment: Deployment;
  users: Users;
  certificate: TlsSecret | undefined;
  /** Digest of the registry's settings: the Job runs again whenever it changes. */
  digest: pulumi.Output<string>;
}

/** Whom the test logs in as, and what that user may do in its repository; undefined where nobody does. */
function testerOf(
  args: KubernetesDescription,
): { name: string; pushes: boolean; deletes: boolean } | undefined {
  if (args.auth.mode === AuthMode.Roles) {
    const best = bestUserFor(smokeRepository, args);
    return (
      best && {
        name: best.name,
        pushes: best.actions.includes("push"),
        deletes: best.actions.includes("delete"),
      }
    );
  }
  const first = args.users[0];
  return first && { name: first.name, pushes: true, deletes: true };
}

/**
 * A Job that tests the registry through its Service, over verified TLS: an anonymous client and a wrong password are refused; a push, a
 * pull and a deletion succeed. It fails with a sentence that says what did not. Undefined where the description wants none.
 *
 * It has no `ttlSecondsAfterFinished`: Kubernetes would delete it, and a refreshed stack would test again what has not changed. The password that it logs in with is deleted once it is done.
 */
export function createSmokeJob(
  name: string,
  inputs: SmokeInputs,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Job | undefined {
  const { access, distribution, kubernetes } = args;
  if (!kubernetes.smoke.enabled) return undefined;
  const tester = testerOf(args);
  const user = tester?.name;
  const contents = {
    ...(inputs.certificate && { "ca.crt": inputs.certificate.caCertificate }),
    ...(user !== undefined && {
      username: user,
      password: inputs.users.credentials.apply((passwords) => passwords[user] ?? ""),
    }),
  };
  const files = { name: objectName, component: "smoke", contents } as const;
  // Where nobody has asked the platform yet, as in a program that is run without it, the stack keeps the Secret.
  const passes = args.stands !== undefined && asksCluster();
  const secret = passes
    ? undefined
    : createSecret(`${name}-files`, files, args, { ...opts, dependsOn: undefined });
  const verified = verifiedName(args);
  const script = provenAddress(args, inputs.service).apply((host) =>
    smokeScript({
      host,
      tls: speaksTls(args),
      logsIn: user !== undefined,
      isPublic: access.public,
      pushes: tester?.pushes === true && !distribution.readOnly && distribution.proxy === undefined,
      deletes: tester?.deletes === true && distribution.delete,
    }),
  );
  const template: input.core.v1.PodTemplateSpec = {
    metadata: {
      labels: objectLabels(args, "smoke"),
      annotations: { [digestAnnotation]: inputs.digest },
    },
    spec: {
      ...hardenedPod(args),
      restartPolicy: "Never",
      ...(verified === serviceHost(args)
        ? {}
        : { hostAliases: [{ ip: inputs.service.spec.clusterIP, hostnames: [verified] }] }),
      containers: [
        {
          ...hardenedContainer,
          name: "smoke",
          image: kubernetes.smoke.image,
          command: ["sh", "-c", script],
          // The end of what a failed container said is what its status says.
          terminationMessagePolicy: "FallbackToLogsOnError",
          env: [{ name: "HOME", value: "/tmp" }],
          resources: {
            requests: { cpu: "50m", memory: "64Mi" },
            limits: { cpu: "500m", memory: "128Mi" },
          },
          volumeMounts: [
            { name: "files", mountPath: smokeDirectory, readOnly: true },
            { name: "tmp", mountPath: "/tmp" },
          ],
        },
      ],
      volumes: [
        secretVolume("files", objectName),
        { name: "tmp", emptyDir: { sizeLimit: "32Mi" } },
      ],
    },
  };
  let settle: () => void = () => undefined;
  const made = new Promise<void>((resolve) => (settle = resolve));
  const after = [inputs.service, inputs.deployment];
  const job = new Job(
    `${name}-job`,
    {
      metadata: {
        ...metadata(args, objectName, "smoke"),
        // One that failed is run again by the next up.
        annotations: { "pulumi.com/replaceUnready": "true" },
      },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: 300,
        template: passes ? passing(template, { ...files, after, job: made }, args) : template,
      },
    },
    {
      ...opts,
      dependsOn: [secret ?? [], opts.dependsOn ?? []].flat() as pulumi.Resource[],
    },
  );
  job.id.apply(settle);
  return job;
}

/**
 * `host:port` that the test uses. The user's own certificate that names only addresses is tested by the first name
 * that clients have.
 */
function provenAddress(args: KubernetesDescription, service: Service): pulumi.Output<string> {
  const name = verifiedName(args);
  const addressed = args.tls.mode === TlsMode.Provided && clientHosts(args).length > 0;
  return addressed && name === serviceHost(args)
    ? reachableHosts(args, service).apply(([first]) => first ?? "")
    : pulumi.output(resolved(args, name, (known) => hostAndPort(known, args.endpoint.port)));
}
