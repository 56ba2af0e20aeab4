import { transform } from "esbuild";
import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The longest files, in seconds of a whole run on two cores, four files at a time, as it lists them at its end. For a file that is
 * not among them, its project's `others` counts.
 */
const seconds: Record<string, number> = {
  "test/acceptance/kubernetes-kept.test.ts": 328,
  "test/acceptance/images-kept.test.ts": 201,
  "test/acceptance/kubernetes.test.ts": 191,
  "test/acceptance/settings.test.ts": 157,
  "test/components/kubernetes/on-a-cluster.test.ts": 143,
  "test/acceptance/users-live.test.ts": 141,
  "test/bench/run.test.ts": 127,
  "test/cli/commands/backup.test.ts": 84,
  "test/components/clouds-engine.test.ts": 82,
  "test/components/package.test.ts": 81,
  "test/acceptance/backup.test.ts": 74,
  "test/acceptance/labs.test.ts": 71,
  "test/policies/engine.test.ts": 67,
  "test/cli/commands/adopt.test.ts": 66,
  "test/acceptance/remote-hosts.test.ts": 61,
  "test/cli/wharf.test.ts": 61,
  "test/acceptance/first-minute.test.ts": 47,
  "test/acceptance/owners.test.ts": 46,
  "test/offline/providers/simulated.test.ts": 40,
  "test/acceptance/caches.test.ts": 38,
  "test/components/azure/changes.test.ts": 33,
  "test/components/description.test.ts": 32,
  "test/cli/review/pipelines.test.ts": 29,
  "test/acceptance/interrupted.test.ts": 27,
  "test/offline/registry/failures.test.ts": 27,
  "test/cli/commands/copy.test.ts": 26,
  "test/node-versions.test.ts": 19,
  "test/components/distribution/elsewhere.test.ts": 18,
  "test/acceptance/builds.test.ts": 18,
  "test/cli/commands/image.test.ts": 15,
  "test/offline/registry/clients.test.ts": 13,
};
const others: Record<string, number> = { kubernetes: 40, engine: 30, quick: 1 };

/**
 * Starts the longest files first, so that no worker is left with one of them at the end while the others have nothing to do; Vitest
 * itself has no durations on a new machine. Those of both projects in one order: a worker is kept only for a file of the same project,
 * but four files that wait for a cluster at once would leave the processors idle.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => this.secondsOf(other) - this.secondsOf(one));
  }

  private secondsOf({ moduleId, project }: TestSpecification): number {
    return seconds[relative(this.ctx.config.root, moduleId)] ?? others[project.name] ?? 0;
  }
}

/** Vitest's own way, as for an order by chance, where the command line names one. */
const ordered = process.argv.some((argument) => argument.startsWith("--sequence."));

/** Files that start a Kubernetes cluster. */
const kubernetes = [
  "test/acceptance/kubernetes*.test.ts",
  "test/components/kubernetes/{manifests,on-a-cluster}.test.ts",
  "test/offline/plugins/kubernetes-plugin.test.ts",
];

/** Files that run the Pulumi engine, Docker, the registry's own software, or programs that are built or installed first. */
const engine = [
  "test/acceptance/!(kubernetes*).test.ts",
  "test/node-versions.test.ts",
  "test/bench/*.test.ts",
  "test/cli/{wharf,commands/*,environments/*,removal/reaping,review/*}.test.ts",
  "test/components/{clouds-engine,description,package,switching}.test.ts",
  "test/components/aws/{ecr-validators,replay}.test.ts",
  "test/components/{azure,gcp}/changes.test.ts",
  "test/components/monitoring/*.test.ts",
  "test/components/builds/{builds,schemas}.test.ts",
  "test/components/distribution/{config,elsewhere,running}.test.ts",
  "test/offline/{cache,docker/docker-engine,engine/{engine,language-hosts},images/images}.test.ts",
  "test/offline/registry/*.test.ts",
  "test/offline/{plugins/plugins,plugins/plugin-states,providers/provider,providers/simulated}.test.ts",
  "test/policies/engine.test.ts",
];

/** Compiles auto-accessors, which Vite's own compiler leaves as they are and Node.js does not know. */
const accessors = {
  name: "auto-accessors",
  enforce: "pre" as const,
  transform: (code: string, file: string) =>
    /^ +(public )?accessor /m.test(code)
      ? transform(code, { loader: "ts", target: "node20", sourcemap: true, sourcefile: file })
      : undefined,
};

/** Two for each core of the smallest machine that CI has: half of its time a file waits for an engine, a pod or a container. */
const maxWorkers = 4;

export default defineConfig({
  plugins: [accessors],
  test: {
    maxWorkers,
    // The programs in Go that tests start live for a second or two; less garbage collection saves a fifth of their processor time.
    env: { GOGC: "300" },
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // Files share their workers, or each would load Vitest, the SDKs and what tests share again, a second or two of processor time.
    // So a file leaves a worker as it found it: environment, servers, timers, the working directory.
    isolate: false,
    sequence: ordered ? {} : { sequencer: LongestFirst },
    reporters: ["default", "./test/support/slowest.ts"],
    // What the files of a project share is prepared once, before the first of them, where one of them is to run at all.
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: [...kubernetes, ...engine],
          // Before the others, with one worker for each core: these files wait for nothing, and every worker loads all SDKs. An order of
          // the command line replaces that of the projects, which then all run together and so need the same number.
          maxWorkers: ordered ? maxWorkers : 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "engine",
          include: engine,
          globalSetup: ["test/support/setup.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "kubernetes",
          include: kubernetes,
          globalSetup: ["test/support/setup.ts"],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
