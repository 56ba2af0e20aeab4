import { afterAll, beforeAll, describe, vi } from "vitest";
import { Cluster, startTimeoutMs } from "../../cluster/cluster";
import { machineSettings, ownCluster, stoppedCluster } from "../../cluster/own-cluster";
import { refusals } from "./refusals";
import { trustedNodes } from "./trusted-nodes";

// One cluster for all: to start one takes four seconds of processor time. The last but one leave it unwilling, the last stops it.
let settingsBefore: string;
let cluster: Cluster;
const own = () => cluster;

beforeAll(async () => {
  vi.stubEnv("WHARF_TEST_KUBECONFIG", "");
  settingsBefore = await machineSettings();
  cluster = await Cluster.start();
}, startTimeoutMs);

afterAll(async () => {
  vi.unstubAllEnvs();
  await cluster?.stop();
});

describe("a cluster for tests", () => ownCluster(own));
describe("a node that is to trust a registry", () => trustedNodes(own));
describe("a description that the cluster cannot carry out", () => refusals(own));
describe("a cluster that is stopped", () => stoppedCluster(own, () => settingsBefore));
