import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { issue } from "../support/test-certificates";
import { apiPort } from "./control-plane";
import { nodeName } from "./node";

/** Who talks to the API server, as the user and the groups that the roles every cluster has from the start are bound to. */
const users = {
  admin: { user: "admin", groups: ["system:masters"] },
  "kube-controller-manager": { user: "system:kube-controller-manager", groups: [] },
  "kube-scheduler": { user: "system:kube-scheduler", groups: [] },
  kubelet: { user: `system:node:${nodeName}`, groups: ["system:nodes"] },
  "kube-proxy": { user: "system:kube-proxy", groups: [] },
  coredns: { user: "system:coredns", groups: [] },
  provisioner: { user: "system:provisioner", groups: [] },
};

/** The user by which the API server reads logs from the kubelet and runs commands in pods. */
export const kubeletClient = "kube-apiserver-kubelet-client";

/** Files, readable for their owner only, by which the programs of the cluster know each other. */
export interface Credentials {
  ca: string;
  caKey: string;
  serving: string;
  servingKey: string;
  kubeletClient: string;
  kubeletClientKey: string;
  serviceAccount: string;
  serviceAccountKey: string;
  tokens: string;
  /** By the name of the program, or `admin`. */
  kubeconfigs: Record<keyof typeof users, string>;
}

/**
 * Makes new ones in a directory, which it creates. Certificates are valid for a day.
 *
 * @param address where the API server is reached
 * @param serviceAddress address of the Service `kubernetes`, which is the API server too
 */
export async function createCredentials(
  directory: string,
  address: string,
  serviceAddress: string,
): Promise<Credentials> {
  await mkdir(directory, { mode: 0o700 });
  const keep = async (name: string, contents: string) => {
    const path = join(directory, name);
    await writeFile(path, contents, { mode: 0o600 });
    return path;
  };
  const ca = await issue({ name: "cluster" });
  const names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  const hosts = [address, serviceAddress, "127.0.0.1", ...names];
  const serving = await issue({ name: "kube-apiserver", hosts, issuer: ca });
  const client = await issue({ name: kubeletClient, hosts: [kubeletClient], issuer: ca });
  const serviceAccount = await issue({ name: "service-accounts" });
  const tokens: string[] = [];
  const kubeconfigs: Record<string, string> = {};
  for (const [name, { user, groups }] of Object.entries(users)) {
    const token = randomBytes(24).toString("hex");
    tokens.push(`${token},${user},${name},"${groups.join(",")}"\n`);
    const contents = kubeconfig(`https://${address}:${apiPort}`, ca.certificate, token);
    kubeconfigs[name] = await keep(`${name}.kubeconfig`, contents);
  }
  return {
    ca: await keep("ca.crt", ca.certificate),
    caKey: await keep("ca.key", ca.privateKey),
    serving: await keep("serving.crt", serving.certificate),
    servingKey: await keep("serving.key", serving.privateKey),
    kubeletClient: await keep("kubelet-client.crt", client.certificate),
    kubeletClientKey: await keep("kubelet-client.key", client.privateKey),
    serviceAccount: await keep("service-accounts.crt", serviceAccount.certificate),
    serviceAccountKey: await keep("service-accounts.key", serviceAccount.privateKey),
    tokens: await keep("tokens.csv", tokens.join("")),
    kubeconfigs: kubeconfigs as Credentials["kubeconfigs"],
  };
}

function kubeconfig(server: string, ca: string, token: string): string {
  const name = "wharf-test";
  const certificate = Buffer.from(ca).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": certificate } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
