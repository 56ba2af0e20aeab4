import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { execa } from "execa";
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { monitoringFiles } from "../../../cli/commands/monitoring";
import { checkDescription } from "../../../components/description/check";
import * as docker from "../../../components/docker/monitoring";
import { alertsFor, type WatchedRegistry } from "../../../components/monitoring/alerts";
import { dashboardOf } from "../../../components/monitoring/dashboard";
import { registryBinary } from "../distribution/software";
import { manifestsOf } from "../kubernetes/manifests";
import { register } from "../../support/registrations";
import { announce } from "../../support/announce";
import { promtool } from "../../support/lint/promtool";
import { ask, startRegistry, until } from "../../support/running-registry";
import { push } from "../../support/small-image";
import { expectAlerts } from "./alert-tests";

const settings = {
  metrics: { enabled: true },
  notifications: { endpoints: [{ name: "audit", url: "https://audit.example.com/events" }] },
};
const description = checkDescription({
  stack: "shop",
  values: {
    ...{ target: "docker", environment: "lab", distribution: settings },
    retention: { keepLast: 10 },
    backup: { to: "/mnt/backup", metrics: "/var/lib/node-exporter/wharf.prom" },
    storage: { kind: "volume", quotaGiB: 4 },
  },
  secretKeys: new Set(),
});
const day = 86_400_000;
/** A registry whose certificate expires so many days after promtool's clock begins. */
const watched = (days: number) =>
  docker.watchedRegistry(description, new Date(days * day).toISOString());
const rules = (days: number) =>
  stringify({ groups: [{ name: "registry", rules: alertsFor(watched(days)) }] });

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "wharf-monitoring-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("the monitoring of a registry on Kubernetes", () => {
  it("alerts of what the PrometheusRule names", async () => {
    const registered = await register({
      target: "kubernetes",
      environment: "lab",
      distribution: settings,
      kubernetes: { monitoring: { enabled: true } },
    });
    const objects = manifestsOf(registered, "registry-monitoring");
    const rule = objects.find(({ kind }) => kind === "PrometheusRule");
    const volume = '{namespace="registry",persistentvolumeclaim="registry-data"}';
    const watched = {
      labels: 'job="registry-metrics",namespace="registry"',
      free: `kubelet_volume_stats_available_bytes${volume}`,
      whole: `kubelet_volume_stats_capacity_bytes${volume}`,
    };
    await expectAlerts(directory, [{ rules: stringify(rule?.spec), watched }]);
  });
});

describe("the monitoring of a registry on Docker", () => {
  it("alerts of what its rules name, and with 10 and 2 days left of its certificate of that too", async () => {
    const host = '{job="wharf-shop-host",fstype="ext4",mountpoint="/"}';
    const of = {
      labels: 'job="wharf-shop"',
      free: `node_filesystem_avail_bytes${host}`,
      whole: `node_filesystem_size_bytes${host}`,
      collects: true,
      countsLogins: true,
      backups: 'stack="shop"',
      limited: true,
    };
    // Only the two alerts of the certificate depend on the days.
    const certificate = /^RegistryCertificate/;
    const others = (days: number) =>
      alertsFor(watched(days)).filter(({ alert }) => !certificate.test(alert));
    for (const days of [10, 2]) expect(others(days)).toEqual(others(100));
    await expectAlerts(directory, [
      { rules: rules(100), watched: of },
      { rules: rules(10), watched: { ...of, ending: true }, only: certificate },
      { rules: rules(2), watched: { ...of, ending: true, ends: true }, only: certificate },
    ]);
  });

  it("names only metrics and labels that the registry has", async () => {
    const users = join(directory, "htpasswd");
    await writeFile(users, `ci:${hashSync("correct horse", 4)}\n`);
    const registry = await startRegistry(await registryBinary(), {
      storage: { kind: "volume", quotaGiB: 4 },
      auth: { kind: "htpasswd", realm: "Wharf", path: users },
      distribution: {
        metrics: { enabled: true },
        cache: { kind: "memory" },
        // Nothing listens there.
        notifications: { endpoints: [{ name: "audit", url: "http://127.0.0.1:1/events" }] },
      },
    });
    try {
      await push(registry.url, "app", "v1", { auth: "ci:correct horse" });
      await ask(`${registry.url}/v2/app/manifests/v1`);
      const scraped = await until("every metric is there", async () => {
        const { body } = await ask(`${registry.debugUrl}/metrics`);
        return body.includes("registry_notifications_pending_total") ? body : undefined;
      });
      const known = new Map<string, Set<string>>();
      for (const [, name = "", labels = ""] of scraped.matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
        const found = known.get(name) ?? new Set<string>();
        known.set(name, found);
        for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) found.add(label);
      }
      // Those of roles and of the collection are asked for in test/offline/registry, those of backups where they are made.
      const here = {
        ...watched(100),
        ...{ backups: undefined, collectsWithin: undefined, countsLogins: false },
      };
      const dashboard = JSON.stringify(dashboardOf(here, "wharf-shop"));
      const expressions = [
        ...alertsFor(here).map(({ expr }) => expr),
        ...[...dashboard.matchAll(/"expr":("(?:[^"\\]|\\.)*")/g)].map(
          ([, text = ""]) => JSON.parse(text) as string,
        ),
      ];
      expect(expressions.length).toBeGreaterThan(20);
      // Prometheus's own, and the node exporter's of the disk.
      const others = ["up", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"];
      const missing = expressions.flatMap((expression) =>
        [...expression.matchAll(/([a-z]\w+)\{([^}]*)\}/g)].flatMap(
          ([, name = "", selector = ""]) => {
            if (others.includes(name)) return [];
            const labels = known.get(name);
            if (labels === undefined) return [name];
            return [...selector.matchAll(/(\w+)[=!]/g)]
              .map(([, label = ""]) => label)
              .filter((label) => label !== "job" && !labels.has(label))
              .map((label) => `${name}{${label}}`);
          },
        ),
      );
      expect(missing).toEqual([]);
    } finally {
      await registry.stop();
    }
  });

  it("has a row for each alert, and a dashboard with a panel for all that it has", () => {
    const page = readFileSync(join(__dirname, "../../../docs/monitoring.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(Registry\w+)` +\| (\w+) /gm)];
    const all = alertsFor({ ...watched(100) }).map(({ alert, labels }) => [alert, labels.severity]);
    expect(rows.map(([, alert, severity]) => [alert, severity])).toEqual(all);
    const titles = (of: WatchedRegistry) =>
      (dashboardOf(of, "x") as { panels: { title: string }[] }).panels.map(({ title }) => title);
    const less = { backups: undefined, collectsWithin: undefined, disk: undefined };
    const bare = titles({
      ...watched(100),
      ...less,
      ...{ leavesSpace: false, hasQuota: false, countsLogins: false },
    });
    expect(titles(watched(100)).filter((title) => !bare.includes(title))).toEqual([
      "Wrong credentials",
      "Space",
      "Collection: freed in a day, and waiting",
      "Since the last run",
    ]);
  });

  it.each(["docker", "kubernetes"])("has a config of Prometheus for %s", async (target) => {
    const args = checkDescription({
      stack: "shop",
      values: { target, environment: "lab", distribution: settings },
      secretKeys: new Set(),
    });
    const files = monitoringFiles(args, "2030-01-01T00:00:00Z", true);
    const provisioned = ["grafana-datasources.yml", "grafana-dashboards.yml"];
    expect(Object.keys(files)).toEqual([
      ...["prometheus.yml", "rules.yml", "dashboard.json"],
      ...(target === "docker" ? provisioned : []),
    ]);
    for (const [name, contents] of Object.entries(files)) {
      await writeFile(join(directory, name), contents);
    }
    const program = await promtool(announce);
    // Debian's Prometheus is built without the discovery of Kubernetes.
    const checked = target === "docker" ? ["config", "prometheus.yml"] : ["rules", "rules.yml"];
    await execa(program, ["check", ...checked], { cwd: directory });
    const place = { docker: "wharf-shop-registry:5001", kubernetes: "regex: registry-metrics" };
    expect(files["prometheus.yml"]).toContain(place[target as keyof typeof place]);
    expect(JSON.parse(files["dashboard.json"] ?? "")).toMatchObject({ uid: "wharf-shop" });
  });
});
