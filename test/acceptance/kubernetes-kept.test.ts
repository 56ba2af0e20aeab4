import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bareRegistry } from "../../offline/images/registry-image";
import { announce } from "../support/announce";
import { startTimeoutMs } from "../cluster/cluster";
import { nodeName } from "../cluster/node";
import { busybox } from "../cluster/programs";
import { until } from "../cluster/waiting";
import { endOf, issue, type Issued } from "../support/test-certificates";
import { accessOf, KubernetesLab, plainUp, serialOf } from "./kubernetes-lab";
import { replicas } from "./kubernetes-replicas";
import { oldRegistry } from "./old-registry";
import { expectWhole, pushDuring, pushRandomImage } from "./random-image";
import { everyKind, foreignKinds, issueCertificate, Reaper, surroundings } from "./reaper";

/** Describes a stack as before, but for some keys of `wharf:` and of `wharf:kubernetes`. */
type Describe = (
  changes?: Record<string, unknown>,
  kubernetes?: Record<string, unknown>,
) => Promise<void>;

/** How a stack of another checkout is described, and why it is refused. */
interface Elsewhere {
  kubernetes?: Record<string, unknown>;
  why: RegExp;
}

// One cluster for all: to start one, with what a registry needs on it, takes six seconds of processor time.
let lab: KubernetesLab;

beforeAll(async () => {
  lab = await KubernetesLab.start();
}, startTimeoutMs);
afterAll(() => lab?.stop());

// What outlives a stack on Kubernetes, and how the next one comes by it.
describe("images of a stack on Kubernetes that went", () => {
  const users = [{ name: "admin" }];
  const expose = { kind: "NodePort" };

  /** Waits until the cluster holds what was there and `left`, no more and no less: its volumes go after their claims. */
  const untilLeft = (there: string[], left: unknown[]) =>
    until({ what: "the stack to be gone" }, async () => {
      const contents = await lab.contents();
      expect(contents.filter((line) => !there.includes(line))).toEqual(left);
      expect(there.filter((line) => !contents.includes(line))).toEqual([]);
      return true;
    });

  /** Expects that stacks of another checkout, each under the same description except for a key, are refused, and touch nothing. */
  const refusedElsewhere = async (stack: string, describeIt: Describe, cases: Elsewhere[]) => {
    const there = await lab.contents();
    const other = await lab.anotherCheckout();
    try {
      for (const { kubernetes, why } of cases) {
        await describeIt({}, kubernetes);
        const file = `Pulumi.${stack}.yaml`;
        await writeFile(other.file(file), await lab.checkout.read(file));
        const { exitCode, said } = await other.wharf("up", "--yes", "--stack", stack);
        expect(exitCode, said).toBe(2);
        expect(said).toMatch(why);
        expect(said).toContain("Nothing was changed.");
      }
    } finally {
      await other.remove();
      await describeIt();
    }
    expect(await lab.contents()).toEqual(there);
  };

  /** Kubernetes' identifiers of what images depend on; another object of the name has another. */
  const holders = (stack: string, volume?: string) =>
    lab.cluster.kubectl(
      ...["get", `namespace/${stack}`, "persistentvolumeclaim/registry-data"],
      ...(volume === undefined ? [] : [`persistentvolume/${volume}`]),
      ...["--namespace", stack, "--output=jsonpath={.items[*].metadata.uid}"],
    );

  /** Expects that what would replace or shrink claim and namespace is refused, and touches nothing. */
  const keepsItsPlace = async (stack: string, describeIt: Describe) => {
    const [before, there] = [await holders(stack), await lab.contents()];
    const replaced = "the claim would be replaced, since the platform accepts";
    for (const [changes, kubernetes, run, exitCode, why] of [
      [
        {},
        { volume: { storageClass: "other" } },
        () => lab.checkout.pulumi(stack, ...plainUp),
        1,
        `${replaced} spec.storageClassName (from "standard" to "other")`,
      ],
      [
        {},
        { namespace: `${stack}-2` },
        () => lab.checkout.wharf("up", "--yes", "--stack", stack),
        2,
        `${replaced} metadata.namespace (from "${stack}" to "${stack}-2")`,
      ],
      [
        { storage: { kind: "volume", sizeGiB: 1 } },
        {},
        () => lab.checkout.wharf("preview", "--stack", stack),
        2,
        "a claim grows and never shrinks",
      ],
    ] as const) {
      await describeIt(changes, kubernetes);
      const refused = await run();
      expect(refused.exitCode, refused.said).toBe(exitCode);
      expect(refused.said).toContain(why);
      expect(refused.said).toContain("Nothing was changed.");
    }
    expect(await lab.contents()).toEqual(there);
    expect(await holders(stack)).toBe(before);
  };

  /** Expects that the pod goes on serving under images that do not start, until a change that does; labels reach all in place. */
  const keepsServing = async (stack: string, describeIt: Describe) => {
    const ends = "wharf.local/ends:1";
    const entries = [{ path: "bin/registry", link: "busybox" }];
    await lab.cluster.importPrograms(ends, { busybox: await busybox(announce) }, { entries });
    const old = "wharf.local/distribution:old";
    await lab.cluster.importImage(await oldRegistry(old));
    const line = "{.metadata.uid} {.metadata.resourceVersion}";
    const serving = () =>
      lab.cluster.kubectl(
        ...["get", "pods,secrets", `--namespace=${stack}`],
        `--output=jsonpath={range .items[*]}${line};{end}`,
      );
    const before = [await serving(), await holders(stack)];
    const plain = () => lab.checkout.pulumi(stack, ...plainUp);
    const wharf = () => lab.checkout.wharf("up", "--yes", "--stack", stack);
    for (const [registry, up, why] of [
      [
        "wharf.local/missing:1",
        wharf,
        /(ErrImagePull|ImagePullBackOff): .*wharf\.local\/missing:1/,
      ],
      [old, plain, /Its program is distribution 2\.8\.3 \(github\.com\/docker\/distribution\)/],
      [ends, plain, /ended with exit code 127 .*\n *registry: applet not found/],
    ] as const) {
      await describeIt({ images: { registry } });
      const refused = await up();
      expect(refused.exitCode, refused.said).toBe(1);
      expect(refused.said).toMatch(
        /^( +error: .*)?The pod of Deployment registry in namespace .* does not start/m,
      );
      expect(refused.said).toMatch(why);
      expect(await serving()).toBe(before[0]);
    }
    await describeIt({ labels: { team: "shop" }, distribution: { log: { level: "debug" } } });
    const up = await wharf();
    expect(up.exitCode, up.said).toBe(0);
    expect(up.said).toMatch(/updated +kubernetes:Deployment +registry-deployment/);
    const labelled = ["--selector=team=shop", "--output=name", `--namespace=${stack}`];
    const found = (await lab.cluster.kubectl("get", "namespaces,pvc", ...labelled)).split("\n");
    expect(found).toEqual(
      expect.arrayContaining([`namespace/${stack}`, "persistentvolumeclaim/registry-data"]),
    );
    expect(await holders(stack)).toBe(before[1]);
    // Nothing of the trial stays, and of the proof no password.
    const passed = /registry-trial|^Secret .*\/registry-smoke$/;
    expect((await lab.contents()).filter((one) => passed.test(one))).toEqual([]);
    const unchanged = ["--refresh", "--expect-no-changes"];
    const again = await lab.checkout.pulumi(stack, ...plainUp, ...unchanged);
    expect(again.exitCode, again.said).toBe(0);
  };

  it("stay in their claim outside of a lab, and are taken up again as the notes say", async () => {
    const kept = "kept";
    const there = await lab.contents();
    const describeIt: Describe = (changes, kubernetes) =>
      lab.describe(
        kept,
        { environment: "dev", users, ...changes },
        { expose, namespace: kept, ...kubernetes },
      );
    await describeIt();
    const first = await lab.up(kept);
    const pushed = await pushRandomImage(accessOf(first), "team/kept", "1.0.0");
    const again = first.notes.flatMap((note) => /To use it again: (.*)$/.exec(note)?.[1] ?? []);
    expect(again).toHaveLength(1);
    await refusedElsewhere(kept, describeIt, [
      { why: /"kept" is that of another stack kept \(io\.wharf\/stack-id=[a-z0-9]{16}\)/ },
      {
        kubernetes: { existingNamespace: true },
        why: /Deployment registry, ServiceAccount registry, Secret registry-/,
      },
    ]);
    await expectWhole(accessOf(first), pushed);

    await keepsItsPlace(kept, describeIt);
    await keepsServing(kept, describeIt);
    await expectWhole(accessOf(first), pushed);
    await describeIt();
    await lab.down(kept);
    await untilLeft(there, [
      `ConfigMap ${kept}/kube-root-ca.crt`,
      `Namespace /${kept}`,
      expect.stringMatching(/^PersistentVolume \/pvc-/),
      `PersistentVolumeClaim ${kept}/registry-data`,
      `ServiceAccount ${kept}/default`,
    ]);

    // The stack is gone, and with it the settings of its that named local images.
    await describeIt();
    await lab.init(kept);
    await lab.configure(kept, again[0] ?? "");
    await expectWhole(accessOf(await lab.up(kept)), pushed);
  }, 900_000);

  it("go with expired labs of every kind by the reaper's account, which may do nothing else", async () => {
    const [team, shared] = ["team", "shared"];
    await until({ what: "the kinds" }, () => lab.cluster.apply(...foreignKinds).then(() => true));
    await lab.cluster.apply(...surroundings(team, shared));
    const reaper = await Reaper.create(lab, [shared], [team]);
    const there = await lab.contents();

    const host = "registry.example.com";
    const ttl = { lab: { ttlHours: 0.0005 }, users };
    const path = "/var/lib/reaped-images";
    await lab.cluster.node("install", ["--directory", "--owner=10001", "--group=10001", path]);
    await lab.describe(
      "reaped",
      {
        ...ttl,
        endpoint: {},
        distribution: { cache: { kind: "none" }, metrics: { enabled: true } },
      },
      {
        expose: { kind: "Ingress", host, className: "web" },
        volume: {
          accessMode: "ReadWriteMany",
          persistentVolume: { kind: "hostPath", path, node: nodeName },
        },
        autoscaling: { maxReplicas: 2 },
        monitoring: { enabled: true },
        pullSecrets: { namespaces: [{ namespace: team, serviceAccounts: ["default"] }] },
      },
    );
    await lab.up("reaped");
    await lab.describe(
      "guest",
      { ...ttl, endpoint: {}, tls: { mode: "cert-manager", issuer: { name: "internal" } } },
      {
        ...{ namespace: shared, existingNamespace: true, smoke: { enabled: false } },
        expose: { kind: "Gateway", host, gateway: "public" },
      },
    );
    await Promise.all([lab.up("guest"), issueCertificate(lab, shared, host)]);
    const kinds = (await lab.contents())
      .filter((line) => !there.includes(line))
      .map((line) => line.split(" ")[0]);
    expect([...new Set(kinds)]).toEqual(expect.arrayContaining(everyKind));

    for (const forbidden of [
      ["get", "secrets", "--all-namespaces"],
      ["get", "secret", "registry-users", "--namespace=registry"],
      ["get", "secret", "others", `--namespace=${shared}`],
      ["get", "secret", "others", `--namespace=${team}`],
      ["delete", "namespace", team],
      ["delete", "secret", "others", `--namespace=${shared}`],
    ]) {
      await expect(reaper.kubectl(...forbidden)).rejects.toThrow("forbidden");
    }
    const run = await reaper.reap();
    expect(run.exitCode, run.said).toBe(0);
    expect(run.said).toContain("2 removed, 0 failed, 0 skipped.");
    // cert-manager keeps its Secret by itself.
    await untilLeft(there, [`Secret ${shared}/registry-cert`]);
  }, 900_000);

  it("stay in the directory of a static volume, through a certificate's renewal that nobody runs an up for, and the next stack finds them", async () => {
    const fixed = "fixed";
    const there = await lab.contents();
    const path = "/var/lib/registry-images";
    await lab.cluster.node("install", ["--directory", "--owner=10001", "--group=10001", path]);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    const authority = await issue({ name: "CA", notAfter: inDays(90) });
    const hosts = [lab.cluster.address, `registry-service.${fixed}.svc.cluster.local`];
    const certificate = (days: number) =>
      issue({ name: "registry", hosts, issuer: authority, notAfter: inDays(days) });
    const put = (issued: Issued) =>
      lab.cluster.apply({
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/tls",
        metadata: { name: "mine", namespace: fixed },
        stringData: {
          "tls.crt": issued.certificate,
          "tls.key": issued.privateKey,
          "ca.crt": authority.certificate,
        },
      });
    await lab.cluster.kubectl("create", "namespace", fixed);
    const provided = await certificate(10);
    await put(provided);
    const volume = { persistentVolume: { kind: "hostPath", path } };
    const tls = { mode: "provided", secretName: "mine" };
    const place = { expose, namespace: fixed, existingNamespace: true };
    const describeIt = (changes = {}, kubernetes = {}) =>
      lab.describe(fixed, { users, tls, ...changes }, { ...place, volume, ...kubernetes });
    await describeIt();
    const up = await lab.checkout.wharf("up", "--yes", "--stack", fixed);
    expect(up.exitCode, up.said).toBe(0);
    const told = `The certificate of stack ${fixed} ends in 9 d`;
    expect(up.said).toContain(told);
    const outputs = await lab.checkout.outputs(fixed);
    expect(outputs.certificateExpiresAt.slice(0, 10)).toBe(endOf(provided));
    const registry = accessOf(outputs);
    const pushed = await pushRandomImage(registry, "team/kept", "1.0.0");

    const name = `${fixed}-registry-data`;
    const before = await holders(fixed, name);
    const other = { persistentVolume: { kind: "hostPath", path: `${path}-2` } };
    await describeIt({}, { volume: other });
    const refused = await lab.checkout.wharf("preview", "--stack", fixed);
    expect(refused.exitCode, refused.said).toBe(2);
    expect(refused.said).toMatch(/the volume would be replaced, .*spec\.hostPath/);
    await describeIt({ labels: { team: "shop" } });
    await expectWhole(accessOf(await lab.update(fixed)), pushed);
    expect(await holders(fixed, name)).toBe(before);

    /** Each container of the registry's pod with how often it was started again. */
    const containers = () =>
      lab.cluster.kubectl(
        ...["get", "pods", "--selector=app.kubernetes.io/component=registry", "--namespace", fixed],
        `--output=jsonpath={range .items[*].status.containerStatuses[*]}{.name} {.restartCount},{end}`,
      );
    /** Another certificate is in the Secret, and clients see it; pushes go on meanwhile. Returns what expects their images to be whole. */
    const renew = async (days: number) => {
      const now = accessOf(await lab.checkout.outputs(fixed));
      const { host } = new URL(now.url);
      const presented = await serialOf(host, now.ca);
      const renewed = await pushDuring(now, `team/renewed-${days}`, async () => {
        await put(await certificate(days));
        // The kubelet looks at the Secrets of a pod that has changed, and else once a minute.
        await lab.cluster.kubectl(
          ...["annotate", "pods", "--all", "--overwrite", `days=${days}`, "--namespace", fixed],
        );
        await until({ what: "the new certificate", timeoutMs: 300_000 }, async () => {
          return (await serialOf(host, now.ca)) !== presented;
        });
      });
      return async () => {
        for (const each of [pushed, ...renewed]) await expectWhole(now, each);
        return true;
      };
    };
    // Wharf's own image reads it by itself.
    const areKept = await renew(60);
    await areKept();
    expect(await containers()).toBe("registry 0,");
    // The outputs know only of the old one; what is told is what clients see.
    const after = await lab.checkout.wharf("outputs", "--stack", fixed);
    expect(after.said).not.toContain(told);
    const plain = await lab.checkout.pulumi(fixed, ...plainUp, "--expect-no-changes");
    expect(plain.exitCode, plain.said).toBe(0);

    await lab.down(fixed);
    await untilLeft(there, [
      `ConfigMap ${fixed}/kube-root-ca.crt`,
      `Namespace /${fixed}`,
      `Secret ${fixed}/mine`,
      `ServiceAccount ${fixed}/default`,
    ]);
    // Distribution's own program, as the official image has it, is started again by the watch beside it.
    const official = await lab.cluster.importRegistry(bareRegistry);
    await describeIt({ images: { registry: official } });
    await expectWhole(accessOf(await lab.up(fixed)), pushed);
    expect(await containers()).toBe("registry 0,watch 0,");
    const areWhole = await renew(80);
    await until({ what: "the registry to be started again", timeoutMs: 60_000 }, async () => {
      return (await containers()) === "registry 1,watch 0,";
    });
    // Its pod is not ready for a moment, and the Service leads nowhere then.
    await until({ what: "the images", timeoutMs: 60_000 }, areWhole);
  }, 900_000);
});

// After the others, which look at all that the cluster holds.
describe("replicas of a registry on Kubernetes", () => replicas(() => lab));
