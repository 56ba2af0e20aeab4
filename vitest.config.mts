import { defineConfig } from "vitest/config";

/** Files that start a Kubernetes cluster. */
const kubernetes = [
  "test/acceptance/kubernetes*.test.ts",
  "test/{cluster,kubernetes-manifests,kubernetes-refused,kubernetes-trust}.test.ts",
  "test/providers-kubernetes.test.ts",
];

/** Files that run the Pulumi engine, Docker, the registry's own software, or programs that are built or installed first. */
const engine = [
  "test/acceptance/!(kubernetes*).test.ts",
  "test/{bench,builds,builds-schemas,cli,cli-models,clouds-engine,description}.test.ts",
  "test/{distribution,distribution-elsewhere,distribution-running,ecr-validators,environments}.test.ts",
  "test/{labs,node-versions,offline,policies-bench,policies-engine,providers,providers-echo}.test.ts",
  "test/{review,review-pipelines,switching}.test.ts",
];

export default defineConfig({
  test: {
    // Acceptance tests drive real engines; a machine of two cores is the smallest that CI has.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    reporters: ["default", "./test/slowest.ts"],
    // What the files of a project share is had once, before the first of them, where one of them is to run at all.
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: [...kubernetes, ...engine],
        },
      },
      {
        extends: true,
        test: { name: "engine", include: engine, globalSetup: ["test/setup.ts"] },
      },
      {
        extends: true,
        test: { name: "kubernetes", include: kubernetes, globalSetup: ["test/setup.ts"] },
      },
    ],
  },
});
