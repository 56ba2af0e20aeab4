import { unknownName } from "../../core/names";
import type { KubernetesDescription } from "../settings";
import type { Problem } from "../../core/problems";
import { outlivesProblem, validityProblem } from "../../certificates/validity";
import { caProblem, coverageProblem } from "../../certificates/provided";
import { parseChain } from "../../model/pem";

import type { Api } from "../cluster/api";
import { clientHosts, serviceHost } from "../hosts";

interface FoundSecret {
  metadata: { name: string };
  type?: string;
  data?: Record<string, string>;
}

/** What is wrong with the Secret that holds the certificate: missing, without a file, not for the names of the registry, or ending. */
export async function certificateProblems(
  api: Api,
  args: KubernetesDescription,
): Promise<Problem[]> {
  const { kubernetes, tls } = args;
  const { namespace } = kubernetes;
  const name = tls.secretName;
  if (name === undefined) return [];
  const key = "wharf:tls.secretName";
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const { status, body: secret } = await api.get<FoundSecret>(`${path}/${name}`);
  if (status === 404) {
    const { body } = await api.get<{ items?: FoundSecret[] }>(path);
    const names = (body.items ?? [])
      .filter(({ type }) => type === "kubernetes.io/tls")
      .map(({ metadata }) => metadata.name);
    return unknownName(["tls", "secretName"], name, names, {
      predicate: `is not a Secret of namespace ${namespace}`,
      ending: `, which has ${names.join(", ") || "none"} of type kubernetes.io/tls`,
      fix: `kubectl create secret tls ${name} --namespace ${namespace} --cert tls.crt --key tls.key`,
    });
  }
  if (status !== 200) return [];
  const show = `kubectl describe secret ${name} --namespace ${namespace}`;
  const missing = ["tls.crt", "tls.key"].filter((file) => secret.data?.[file] === undefined);
  if (missing.length > 0) {
    const message = `Secret "${name}", of type ${secret.type}, holds no ${missing.join(" and no ")}; one of type kubernetes.io/tls does`;
    return [{ key, message, fix: show }];
  }
  const renew = `kubectl create secret tls ${name} --namespace ${namespace} --cert tls.crt --key tls.key --dry-run=client --output yaml | kubectl replace --filename -`;
  const chain = parseChain(fileOf(secret, "tls.crt"));
  const [certificate] = chain;
  if (certificate === undefined) {
    return [
      { key, message: `the tls.crt of Secret "${name}" is not a certificate in PEM`, fix: renew },
    ];
  }
  const now = new Date();
  const ca = fileOf(secret, "ca.crt");
  const hosts = clientHosts(args);
  return [
    ...chain.map((each) => validityProblem(each, now)),
    outlivesProblem(certificate, chain.slice(1), now),
    ca === "" ? undefined : caProblem(chain, parseChain(ca), now),
    coverageProblem(certificate, hosts.length === 0 ? [serviceHost(args)] : hosts),
  ]
    .filter((problem) => problem !== undefined)
    .map((problem) => ({
      key,
      message: `the certificate of Secret "${name}": ${problem}`,
      fix: renew,
    }));
}

/** A file of a Secret as text; empty where it is missing. */
function fileOf({ data }: FoundSecret, file: string): string {
  return Buffer.from(data?.[file] ?? "", "base64").toString();
}
