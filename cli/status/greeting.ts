import { isHere } from "../../components/docker/host";
import { Target, selfHosted } from "../../components/model/environment";
import { stackAddress } from "../../offline/docker/docker-host";
import { waysTo } from "../registry/addresses";
import { RegistryApi, RegistryFailure } from "../registry/registry-api";
import { askedEngine } from "../registry/registry-contents";
import { essentials, type ReadDescription } from "../stack/description";
import { runsOnDocker } from "../stack/docker-host";
import { credentialsOf, type StackOutputs } from "../stack/outputs";
import { command } from "../stack/stack";
import { glance, type Finding, type LookedAt } from "./finding";

/** How a registry has answered. */
export interface Greeting {
  findings: Finding[];
  /** Whether it can be asked for more: it answers by its name, and lets this user in. */
  isOpen: boolean;
}

/** Whether the registry answers, and whom it lets in. */
export async function greeting(
  { config, outputs, stack }: LookedAt,
  args: ReadDescription["args"],
): Promise<Greeting> {
  const { caCertificate, credentials, endpoint, target } = outputs;
  if (args?.tls.clientCaCertificates !== undefined) {
    const text = `${endpoint} asks for a client certificate, so that it was not asked`;
    return { findings: [{ about: "Registry", verdict: "note", text }], isOpen: false };
  }
  const login =
    Object.keys(credentials ?? {}).length === 0 ? undefined : credentialsOf(outputs, stack);
  const described = essentials(config);
  const bound =
    runsOnDocker(described) && isHere(stackAddress(described.docker))
      ? (args?.endpoint.address ?? "127.0.0.1")
      : undefined;
  // By its name first, as everybody else comes.
  const ways = waysTo(outputs, bound).reverse();
  const { prefix } = askedEngine(config);
  const faults: string[] = [];
  for (const way of ways) {
    const api = new RegistryApi({ ...way, caCertificate, prefix, login }, glance);
    try {
      const { status } = await api.send("GET", "/v2/");
      const by =
        faults.length === 0 ? "" : ` at ${way.endpoint}, and not by its name: ${faults[0]}`;
      return answered({ status, by, user: login?.user, outputs, stack });
    } catch (error) {
      if (!(error instanceof RegistryFailure)) throw error;
      faults.push(error.message);
    } finally {
      await api.close();
    }
  }
  const isWithin = target === Target.Kubernetes && args?.kubernetes?.expose.kind === "ClusterIP";
  return {
    findings: [
      isWithin
        ? {
            about: "Registry",
            verdict: "note",
            text: `${endpoint} is reached inside the cluster only, and not from this machine`,
          }
        : {
            about: "Registry",
            verdict: "bad",
            text: faults[0] ?? "",
            ...(selfHosted.includes(target as Target) && { fix: command("up", stack) }),
          },
    ],
    isOpen: false,
  };
}

function answered({
  status,
  by,
  user,
  outputs,
  stack,
}: {
  status: number;
  /** Where it answers, unless by its name. */
  by: string;
  user: string | undefined;
  outputs: StackOutputs;
  stack: string;
}): Greeting {
  const { credentials, endpoint } = outputs;
  const registry: Finding = {
    about: "Registry",
    verdict: by === "" ? "good" : "note",
    text: `${endpoint} answers${by}`,
  };
  if (status === 401 || (status === 200 && user !== undefined)) {
    const others = Object.keys(credentials ?? {}).length - 1;
    const as = `as ${user}${others > 0 ? `; ${others} more ${others === 1 ? "user" : "users"}` : ""}`;
    // A token server, or a cloud, decides who may log in.
    if (user === undefined) return { findings: [registry], isOpen: false };
    const refused = `${user} is refused, whose password the stack knows`;
    const login: Finding =
      status === 200
        ? { about: "Login", verdict: "good", text: as }
        : { about: "Login", verdict: "bad", text: refused, fix: command("up", stack) };
    return { findings: [registry, login], isOpen: status === 200 && by === "" };
  }
  if (status === 200) {
    const login: Finding = { about: "Login", verdict: "note", text: "nobody need log in" };
    return { findings: [registry, login], isOpen: by === "" };
  }
  const text =
    status === 403
      ? `${endpoint} does not admit this machine (wharf:endpoint.allowFrom)`
      : `${endpoint} answers ${status}${by}`;
  return {
    findings: [{ about: "Registry", verdict: status === 403 ? "note" : "bad", text }],
    isOpen: false,
  };
}
