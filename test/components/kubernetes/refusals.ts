import * as pulumi from "@pulumi/pulumi";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { DescriptionError } from "../../../components/core/problems";
import { completed } from "../../../components/kubernetes/cluster/completed";
import { preflight } from "../../../components/kubernetes/preflight";
import { findInstallation } from "../../../offline/engine/installation";
import { announce } from "../../support/announce";
import type { Cluster } from "../../cluster/cluster";
import {
  clusterRows,
  ingressClass,
  kubeconfigRows,
  noDefaultClassRow,
  permissionRows,
  valueAt,
  type ClusterPlace,
  type ClusterRow,
} from "./bad-inputs";
import { PlainCli } from "../../support/plain-cli";
import { UnwillingCluster } from "./unwilling-cluster";

const stack = "bad";
const rows = [...kubeconfigRows, ...permissionRows, ...clusterRows];
const named = (name: string) => rows.find((row) => row.name === name) as ClusterRow;

/** Rows that also go through the plain CLI and the engine: no cluster, no permission, a clash in the cluster. */
const throughCli = [
  "no cluster that answers",
  "a user who may edit one namespace",
  "a NodePort that another Service has",
].map(named);

/** The whole report that a row expects. */
function expectedReport({ count = 1, report }: ClusterRow, place: ClusterPlace): string {
  const problems = count === 1 ? "1 problem" : `${count} problems`;
  return `The Kubernetes cluster of stack ${stack} has ${problems}. Nothing was changed.\n${valueAt(report, place)}`;
}

/** Tests of what a cluster refuses before anything is touched, on one that nobody uses meanwhile. */
export function refusals(on: () => Cluster): void {
  let unwilling: UnwillingCluster;
  let place: ClusterPlace;
  /** What the stack's state holds, by URN. */
  let held: Record<string, { type: string; outputs: object }> = {};

  beforeAll(async () => {
    unwilling = await UnwillingCluster.create(on());
    place = await unwilling.prepare(rows);
    // Without an engine, the state of the stack is what a row says of it.
    const call = () => ({ outputs: held });
    const newResource = () => ({ id: "none", state: {} });
    await pulumi.runtime.setMocks({ call, newResource }, "wharf", stack, false, "organization");
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    held = {};
  });

  afterAll(async () => {
    await unwilling?.remove();
  });

  /** KUBECONFIG of a row. */
  async function kubeconfigOf({ kubeconfig, rewritten }: ClusterRow): Promise<string | undefined> {
    if (rewritten === undefined) {
      return kubeconfig === undefined ? place.kubeconfig : kubeconfig(place);
    }
    const file = join(place.home, "rewritten");
    const text = await readFile(place.kubeconfig, "utf8");
    await writeFile(file, rewritten(text, place), { mode: 0o600 });
    return file;
  }

  /** What a row is refused with. */
  async function refuse(row: ClusterRow): Promise<string> {
    vi.stubEnv("KUBECONFIG", await kubeconfigOf(row));
    vi.stubEnv("HOME", place.home);
    vi.stubEnv("WHARF_TAKE_OVER", row.takeOver);
    if (row.holds !== undefined) held = await unwilling.stateOf(row, place);
    const provider = Object.entries(row.provider ?? {});
    pulumi.runtime.setAllConfig(
      Object.fromEntries(provider.map(([key, value]) => [`kubernetes:${key}`, value])),
    );
    const values = { target: "kubernetes", ...valueAt(row.config, place) };
    const description = checkDescription({ stack, values, secretKeys: new Set() });
    const problems = await preflight(await completed({ ...description, stack }));
    if (problems.length === 0) return "nothing: it was accepted";
    return new DescriptionError(`The Kubernetes cluster of stack ${stack}`, problems).message;
  }

  it.each(rows)("is refused for $name", async (row) => {
    if (row.meanwhile === undefined) {
      expect(await refuse(row)).toBe(expectedReport(row, place));
      return;
    }
    await unwilling.during(row.meanwhile, async () => {
      expect(await refuse(row)).toBe(expectedReport(row, place));
    });
  });

  it("is refused for no default StorageClass", async () => {
    await unwilling.withoutDefaultClass(async () => {
      expect(await refuse(noDefaultClassRow)).toBe(expectedReport(noDefaultClassRow, place));
    });
  });

  it.each(throughCli)(
    "is refused by the plain CLI for $name, and nothing is changed",
    async (row) => {
      const before = await unwilling.contents();
      const installation = await findInstallation(announce);
      const config = { target: "kubernetes", ...valueAt(row.config, place) };
      const cli = await PlainCli.create(installation, stack, config);
      try {
        const KUBECONFIG = (await kubeconfigOf(row)) ?? "";
        const up = ["up", "--yes", "--skip-preview", "--stack", stack];
        const { exitCode, said } = await cli.pulumi(up, { env: { KUBECONFIG } });
        expect(said.replace(/^ {4}/gm, "")).toContain(
          `error: ${expectedReport(row, place).trimEnd()}\n`,
        );
        expect(exitCode).toBe(1);
        const types = await cli.resources();
        expect(types.filter((type) => type !== "pulumi:pulumi:Stack")).toEqual([]);
      } finally {
        await cli.remove();
      }
      expect(await unwilling.contents()).toEqual(before);
    },
  );

  it("is completed by the cluster: the controller behind an IngressClass of any name, and the nodes", async () => {
    vi.stubEnv("KUBECONFIG", place.kubeconfig);
    const controllers: Record<string, string> = {
      public: "k8s.io/ingress-nginx",
      "webapprouting.kubernetes.azure.com": "webapprouting.kubernetes.azure.com/nginx",
      edge: "haproxy.org/ingress-controller/edge",
      web: "traefik.io/ingress-controller",
    };
    const isDefault = { "ingressclass.kubernetes.io/is-default-class": "true" };
    const classes = Object.entries(controllers).map(([name, controller]) =>
      ingressClass(name, controller, name === "web" ? isDefault : {}),
    );
    const complete = async (className?: string, allowFrom: string[] = []) => {
      const expose = { kind: "Ingress", host: "registry.example.com", className };
      const values = { target: "kubernetes", endpoint: { allowFrom }, kubernetes: { expose } };
      const description = checkDescription({ stack, values, secretKeys: new Set() });
      return (await completed({ ...description, stack })).kubernetes;
    };
    await unwilling.during(classes, async () => {
      const found = await Promise.all(
        [...Object.keys(controllers), "nginx-internal", undefined].map((name) => complete(name)),
      );
      expect(found.map(({ expose }) => "controller" in expose && expose.controller)).toEqual([
        ...["nginx", "nginx", "haproxy", "traefik", "nginx", "traefik"],
      ]);
      expect(found[0]?.networkPolicy.fromNodes).toBeUndefined();
      const { networkPolicy } = await complete("public", ["192.0.2.0/24"]);
      const { hostname } = new URL(place.server);
      expect(networkPolicy.fromNodes).toEqual([`${hostname}/32`]);
    });
  });

  it("is accepted where nothing stands in the way", async () => {
    const row = { name: "nothing", config: { kubernetes: { namespace: "welcome" } }, report: "" };
    expect(await refuse(row)).toBe("nothing: it was accepted");
  });
}
