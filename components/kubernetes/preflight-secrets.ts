import { X509Certificate } from "node:crypto";
import { nearest, setCommand } from "../description/messages";
import type { Problem } from "../description/problems";
import { coverageProblem, validityProblem } from "../description/provided-certificate";
import type { RegistryArgs } from "../registry";
import type { Api } from "./api";
import { clientHosts, serviceHost } from "./hosts";

interface FoundSecret {
  metadata: { name: string };
  type?: string;
  data?: Record<string, string>;
}

/** What is wrong with the Secret that holds the certificate: missing, without a file, or not for the names of the registry. */
export async function certificateProblems(api: Api, args: RegistryArgs): Promise<Problem[]> {
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
    const meant = nearest(name, names);
    return [
      {
        key,
        message: `"${name}" is no Secret of namespace ${namespace}${meant === undefined ? `, which has ${names.join(", ") || "none"} of type kubernetes.io/tls` : `; did you mean ${meant}?`}`,
        fix:
          meant === undefined
            ? `kubectl create secret tls ${name} --namespace ${namespace} --cert tls.crt --key tls.key`
            : setCommand(["tls", "secretName"], meant),
      },
    ];
  }
  if (status !== 200) return [];
  const show = `kubectl describe secret ${name} --namespace ${namespace}`;
  const missing = ["tls.crt", "tls.key"].filter((file) => secret.data?.[file] === undefined);
  if (missing.length > 0) {
    const message = `Secret "${name}", of type ${secret.type}, holds no ${missing.join(" and no ")}; one of type kubernetes.io/tls does`;
    return [{ key, message, fix: show }];
  }
  const renew = `kubectl create secret tls ${name} --namespace ${namespace} --cert tls.crt --key tls.key --dry-run=client --output yaml | kubectl replace --filename -`;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(secret.data?.["tls.crt"] ?? "", "base64"));
  } catch {
    return [
      { key, message: `the tls.crt of Secret "${name}" is no certificate in PEM`, fix: renew },
    ];
  }
  const hosts = clientHosts(args);
  return [
    validityProblem(certificate, new Date()),
    coverageProblem(certificate, hosts.length === 0 ? [serviceHost(args)] : hosts),
  ]
    .filter((problem) => problem !== undefined)
    .map((problem) => ({
      key,
      message: `the certificate of Secret "${name}": ${problem}`,
      fix: renew,
    }));
}
