import { dirname, join } from "node:path";
import { findEngine } from "../../offline/engine/engine";
import { providersOf } from "../../offline/plugins/plugins";
import { Cluster } from "../../test/cluster/cluster";
import { programs } from "../../test/cluster/programs";
import type { Contender } from "../contender";
import { measureLifecycles } from "../lifecycle";
import { PulumiStack, wharfProgram } from "../pulumi-stack";
import { lifecycleRows, transferRows, type Opponent } from "../rows";
import { turnTeller, type Measured, type Surroundings } from "../section";
import { measureTransfers } from "../transfer";
import { CraneClient } from "./crane-client";
import { renderedObjects, type KubernetesObject } from "./manifests";
import { helm, kubectl } from "./opponents";
import { helmProgram } from "./programs";
import { serveBare, serveWharf } from "./servers";

/** Size of the image that goes through the NodePort, in MB: a cluster within one machine has its disk and its processors. */
const megabytes = 20;

/**
 * Measures Wharf on a cluster of its own, beside `kubectl` and `helm` with the same objects, and beside a bare pod.
 * @throws what the first command that failed said
 */
export async function measureKubernetes(surroundings: Surroundings): Promise<Measured> {
  const { directory, extent, announce } = surroundings;
  const needs = { providers: providersOf("kubernetes") };
  const engine = await findEngine(join(directory, ".wharf"), announce, needs);
  const built = await programs(announce);
  const helmPath = await helmProgram(announce);
  const cluster = await Cluster.start(announce);
  try {
    const image = await cluster.importRegistry();
    const onTurn = turnTeller(surroundings);
    const environment = {
      KUBECONFIG: cluster.kubeconfig,
      PATH: `${dirname(built.kubectl)}:${process.env.PATH}`,
    };
    const wharf = await PulumiStack.create("Wharf on Kubernetes", wharfProgram, {
      // The engine's own PATH stays first: it leads to pulumi.
      engine: { ...engine, env: { ...engine.env, KUBECONFIG: cluster.kubeconfig } },
      within: directory,
      config: {
        "wharf:target": "kubernetes",
        "wharf:environment": "lab",
        "wharf:endpoint": { hosts: [cluster.address] },
        "wharf:images": { registry: image },
        // The proof and the nodes' trust run an image that the cluster would have to pull; neither has an equal beside it.
        "wharf:kubernetes": {
          expose: { kind: "NodePort" },
          smoke: { enabled: false },
          trust: { enabled: false },
        },
        "kubernetes:enableSecretMutable": "true",
      },
    });
    onTurn(0, "what Wharf makes");
    const task = { within: directory, objects: await objectsOf(wharf), environment };
    const opponents: Opponent[] = [
      { name: "kubectl apply, delete", contender: await kubectl(task), aims: {} },
      {
        name: "helm install, upgrade, uninstall",
        contender:
          helmPath === undefined ? "helm cannot be built here" : await helm(helmPath, task),
        aims: {},
      },
    ];
    const contenders = [wharf, ...opponents.map(({ contender }) => contender)];
    const costs = await measureLifecycles(
      contenders.filter((contender): contender is Contender => typeof contender !== "string"),
      {
        count: extent.rounds,
        warmUps: extent.warmUps,
        prepare: () => Promise.resolve(),
        inspect: () => Promise.resolve(),
        onTurn,
      },
    );

    const crane = await CraneClient.create(built.crane, directory);
    const bare = await serveBare(cluster, image);
    const speeds = await measureTransfers(crane, [await serveWharf(wharf, crane), bare], {
      ...extent,
      megabytes,
      onTurn,
    });
    const against = "bare pod without TLS and users";
    const rows = [
      ...lifecycleRows("kubernetes", wharf, opponents, costs),
      ...transferRows("kubernetes", speeds, { megabytes, against }),
    ];
    return { rows, plugins: engine.plugins, version: engine.version };
  } finally {
    await cluster.stop();
  }
}

/** What a stack of Wharf's makes of this description: made once, read, and removed again. */
async function objectsOf(wharf: PulumiStack): Promise<KubernetesObject[]> {
  await wharf.run.create();
  const objects = renderedObjects(await wharf.resources("--show-secrets"));
  await wharf.run.destroy();
  return objects;
}
