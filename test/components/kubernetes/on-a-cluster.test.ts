import { afterAll, beforeAll, describe, vi } from "vitest";
import { Cluster, startTimeoutMs } from "../../cluster/cluster";
import { refusals } from "./refusals";
import { trustedNodes } from "./trusted-nodes";

// One cluster for all: to start one takes twenty seconds of processor time. The last of them leaves it unwilling.
let cluster: Cluster;
const own = () => cluster;

beforeAll(async () => {
  vi.stubEnv("WHARF_TEST_KUBECONFIG", "");
  cluster = await Cluster.start();
}, startTimeoutMs);

afterAll(async () => {
  vi.unstubAllEnvs();
  await cluster?.stop();
});

describe("a node that is to trust a registry", () => trustedNodes(own));
describe("a description that the cluster cannot carry out", () => refusals(own));
