import { DescriptionError } from "../../components/core/problems";
import { isHere } from "../../components/docker/host";
import { Target, selfHosted } from "../../components/model/environment";
import { longestPause } from "../../components/model/schedule";
import { stackAddress } from "../../offline/docker/docker-host";
import { backupsOf } from "../backup/sources";
import { shownPlace } from "../backup/place";
import { askProgram } from "../backup/program";
import { whenPresented } from "../certificates/certificate-end";
import { askCollections } from "../collection/collector";
import { Failure } from "../failure";
import { waysTo } from "../registry/addresses";
import { limits, RegistryApi, RegistryFailure, type Limits } from "../registry/registry-api";
import { askedEngine, describeContents, registryContents } from "../registry/registry-contents";
import { describedBy, essentials, type ReadDescription } from "../stack/description";
import { runsOnDocker } from "../stack/docker-host";
import { expiringUsers } from "../stack/expiring-users";
import { credentialsOf, type StackOutputs } from "../stack/outputs";
import { command } from "../stack/stack";
import type { StackConfig } from "../stack/stack-config";
import { distanceTo, expiryLine } from "../ui/expiry";
import type { Progress } from "../ui/progress";

/** How something is: as it should be, worth a look soon, or wrong. */
export type Verdict = "good" | "note" | "bad";

/** One thing that was looked at. */
export interface Finding {
  /** What it is about, as `Certificate`. */
  about: string;
  verdict: Verdict;
  /** What was found, in words. */
  text: string;
  /** The command that helps; left out where there is none. */
  fix?: string;
}

/** What was found of one stack's registry. */
export interface StackStatus {
  stack: string;
  target: string;
  endpoint: string;
  /** When it was looked at, ISO 8601. */
  at: string;
  findings: Finding[];
}

/** What a person waits for who only looks: an image is counted, however many there are, and none is measured. */
const glance: Limits = { ...limits, totalMs: 20_000 };

/** Seconds that a backup may be late, beyond two of its schedule's pauses; as the alert `RegistryBackupOld` has it. */
const lateSeconds = 6 * 3600;

/** A stack whose registry is looked at. */
export interface LookedAt {
  stack: string;
  outputs: StackOutputs;
  config: StackConfig;
}

/**
 * Looks at a registry as its users do, and at what keeps its images: whether it answers, lets its first user in, for how long its
 * certificate and its lab last, what it holds, how its last collection ended, how old the newest backup is. Changes nothing.
 */
export async function findingsOf(looked: LookedAt, progress: Progress): Promise<Finding[]> {
  const { config, outputs, stack } = looked;
  const { args } = describedBy(config);
  const answer = await greeting(looked, args);
  const lab = expiryLine(outputs.expiresAt, stack);
  return [
    ...answer.findings,
    ...(await certificate(looked)),
    ...(answer.isOpen ? await contents(looked) : []),
    ...(answer.isOpen && args?.collection !== undefined ? await collections(looked) : []),
    ...(await backups(looked, args, progress)),
    ...(lab === ""
      ? []
      : [
          { about: "Lab", verdict: isOver(outputs.expiresAt) ? "bad" : "good", text: lab } as const,
        ]),
    ...expiringUsers(config).map((text) => ({ about: "User", verdict: "note" as const, text })),
  ];
}

const isOver = (time: string) => Date.parse(time) <= Date.now();

/** How a registry has answered. */
interface Greeting {
  findings: Finding[];
  /** Whether it can be asked for more: it answers by its name, and lets this user in. */
  isOpen: boolean;
}

/** Whether the registry answers, and whom it lets in. */
async function greeting(
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

async function certificate({ outputs, stack }: LookedAt): Promise<Finding[]> {
  const { line, until } = await whenPresented(outputs, stack);
  if (until === "") return [];
  if (line === "") {
    return [
      { about: "Certificate", verdict: "good", text: `until ${until}, ${distanceTo(until)}` },
    ];
  }
  const verdict = isOver(until) ? "bad" : "note";
  return [{ about: "Certificate", verdict, text: line }];
}

async function contents({ config, outputs }: LookedAt): Promise<Finding[]> {
  const engine = askedEngine(config);
  const held = await registryContents(outputs, { engine, bounds: glance });
  const verdict = "unknown" in held ? "note" : "good";
  return [{ about: "Images", verdict, text: describeContents(held) }];
}

async function collections({ config, outputs, stack }: LookedAt): Promise<Finding[]> {
  const about = "Collection";
  try {
    const { rules, last, next, schedule } = await askCollections(outputs, askedEngine(config));
    const due = next === null ? "" : `; next ${distanceTo(next)}`;
    const fix = command("collect --status", stack);
    if (rules !== "") return [{ about, verdict: "bad", text: `nothing is deleted: ${rules}`, fix }];
    if (last?.problem !== undefined) {
      const ended = distanceTo(last.finishedAt ?? last.startedAt);
      return [{ about, verdict: "bad", text: `failed ${ended}: ${last.problem}${due}`, fix }];
    }
    const ran =
      last === null ? "none so far" : `ended ${distanceTo(last.finishedAt ?? last.startedAt)}`;
    return [{ about, verdict: "good", text: schedule === "" ? ran : `${ran}${due}` }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ about, verdict: "bad", text: error.message }];
  }
}

/** How old the newest backup is, where the description says where backups are, and their password is here. */
async function backups(
  { stack }: LookedAt,
  args: ReadDescription["args"],
  progress: Progress,
): Promise<Finding[]> {
  const about = "Backup";
  const described = args?.backup;
  if (described === undefined) return [];
  const fix = command("backup", stack);
  const kept = backupsOf({ stack, at: described.to, option: "--from" });
  if (Array.isArray(kept)) {
    const text = `not looked at: ${kept.map(({ key, message }) => `${key} ${message}`).join("; ")}`;
    return [{ about, verdict: "note", text }];
  }
  const { place, password, of } = kept;
  try {
    const request = { action: "list" as const, storage: place, password, stack: of };
    const [newest] = (await askProgram(request, progress)).snapshots;
    const at = shownPlace(place);
    if (newest === undefined) return [{ about, verdict: "bad", text: `${at} has none`, fix }];
    const seconds = (Date.now() - Date.parse(newest.time)) / 1000;
    const within = 2 * (longestPause(described.schedule) ?? Infinity) + lateSeconds;
    const text = `the newest was made ${distanceTo(newest.time)}, ${newest.images} images`;
    return seconds > within
      ? [{ about, verdict: "bad", text: `${text}: later than its schedule`, fix }]
      : [{ about, verdict: "good", text }];
  } catch (error) {
    if (error instanceof DescriptionError) {
      return error.problems.map((one) => ({
        about,
        verdict: "bad",
        text: one.message,
        fix: one.fix,
      }));
    }
    if (!(error instanceof Failure)) throw error;
    return [{ about, verdict: "bad", text: error.message, fix }];
  }
}
