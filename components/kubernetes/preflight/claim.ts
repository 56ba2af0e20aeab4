import { unknownName } from "../../core/names";
import type { KubernetesDescription } from "../settings";
import { setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { takeOverVariable } from "../../state/kept-images";
import type { Answer, Api } from "../cluster/api";
import { claimName } from "../storage";

const suffixes: Record<string, number> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const bytesPerGib = 2 ** 30;

/** A quantity of the API, `5Gi` for one, in GiB; undefined for none, and for a form that sizes do not come in. */
export function gibibytesOf(quantity: string | undefined): number | undefined {
  const [, number, suffix = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(quantity ?? "") ?? [];
  const factor = suffixes[suffix];
  return number === undefined || factor === undefined
    ? undefined
    : (Number(number) * factor) / bytesPerGib;
}

/** What the API says of a claim, as far as it is asked here. */
export interface FoundClaim {
  metadata: { labels?: Record<string, string> };
  spec: { accessModes?: string[]; storageClassName?: string };
  status?: { phase?: string; capacity?: { storage?: string } };
}

const key = (name: string) => `wharf:kubernetes.volume.${name}`;

/** Where the API has the claims of the registry's namespace. */
export function claimsPath({ kubernetes }: KubernetesDescription): string {
  return `/api/v1/namespaces/${kubernetes.namespace}/persistentvolumeclaims`;
}

/**
 * What is wrong with the existing claim, or the one to be used: missing, left behind by an earlier stack, too large or too small.
 * @param found the claim by its name
 * @param standing whether the stack exists, so that a claim of Wharf's is its own
 */
export async function claimProblems(
  api: Api,
  { status, body: claim }: Answer<FoundClaim>,
  args: KubernetesDescription,
  standing: boolean,
): Promise<Problem[]> {
  const { kubernetes, storage } = args;
  if (storage.kind !== "volume") return [];
  const { namespace, volume } = kubernetes;
  if (volume.existingClaim !== undefined) {
    if (status === 404) return missingClaim(api, args, volume.existingClaim);
    return status === 200 ? unfitClaim(claim, volume.existingClaim, args) : [];
  }
  if (status !== 200) return [];
  if (!standing) return [leftBehind(namespace)];
  const held = gibibytesOf(claim.status?.capacity?.storage);
  if (held === undefined || held === storage.sizeGiB) return [];
  if (storage.sizeGiB < held) {
    return [
      {
        key: "wharf:storage.sizeGiB",
        message: `${storage.sizeGiB} is below the ${held} GiB of claim ${claimName}; a claim grows and never shrinks`,
        fix: setCommand(["storage", "sizeGiB"], held),
      },
    ];
  }
  return expansionProblems(api, claim, storage.sizeGiB, held);
}

/** A claim that an earlier stack left behind, with its images. */
function leftBehind(namespace: string): Problem {
  return {
    key: key("existingClaim"),
    message: `is not set, but claim ${claimName} exists in namespace ${namespace} from an earlier stack; use it again with the images in it, under new passwords and a new CA, or delete it`,
    fix: setCommand(["kubernetes", "volume", "existingClaim"], claimName),
  };
}

/**
 * What `wharf up --take-over` asks for where the description does not say the same: a pod names its claim at every `up`, so that
 * the word must stand where the next one finds it.
 */
export function takeOverProblems({ kubernetes }: KubernetesDescription): Problem[] {
  const told = process.env[takeOverVariable];
  const { existingNamespace, volume } = kubernetes;
  if (told === undefined || told === "" || told === volume.existingClaim) return [];
  return [
    {
      key: `--take-over ${told}`,
      message: "a claim is taken over by the description, so that every later run finds it",
      fix: [
        setCommand(["kubernetes", "volume", "existingClaim"], told),
        ...(existingNamespace ? [] : [setCommand(["kubernetes", "existingNamespace"], true)]),
      ].join(" && "),
    },
  ];
}

async function missingClaim(
  api: Api,
  args: KubernetesDescription,
  name: string,
): Promise<Problem[]> {
  const { namespace } = args.kubernetes;
  const { body } = await api.get<{ items?: { metadata: { name: string } }[] }>(claimsPath(args));
  const names = (body.items ?? []).map(({ metadata }) => metadata.name);
  return unknownName(["kubernetes", "volume", "existingClaim"], name, names, {
    predicate: `is not a claim of namespace ${namespace}`,
    fix: `kubectl get persistentvolumeclaims --namespace ${namespace}`,
  });
}

function unfitClaim(
  claim: FoundClaim,
  name: string,
  { kubernetes, storage }: KubernetesDescription,
): Problem[] {
  const { accessMode } = kubernetes.volume;
  const modes = claim.spec.accessModes ?? [];
  if (claim.status?.phase === "Lost") {
    return [
      {
        key: key("existingClaim"),
        message: `"${name}" has lost its volume`,
        fix: `kubectl describe persistentvolumeclaim ${name} --namespace ${kubernetes.namespace}`,
      },
    ];
  }
  if (modes.length > 0 && !modes.includes(accessMode)) {
    return [
      {
        key: key("accessMode"),
        message: `"${accessMode}" is not what claim ${name} allows, ${modes.join(", ")}`,
        fix: setCommand(["kubernetes", "volume", "accessMode"], modes[0] ?? ""),
      },
    ];
  }
  const held = storage.kind === "volume" ? gibibytesOf(claim.status?.capacity?.storage) : undefined;
  return storage.kind === "volume" && held !== undefined && held < storage.sizeGiB
    ? [
        {
          key: "wharf:storage.sizeGiB",
          message: `${storage.sizeGiB} is above the ${held} GiB of claim ${name}, which this stack does not own and so does not expand`,
          fix: setCommand(["storage", "sizeGiB"], held),
        },
      ]
    : [];
}

async function expansionProblems(
  api: Api,
  claim: FoundClaim,
  wanted: number,
  held: number,
): Promise<Problem[]> {
  const name = claim.spec.storageClassName ?? "";
  if (name !== "") {
    const { status, body } = await api.get<{ allowVolumeExpansion?: boolean }>(
      `/apis/storage.k8s.io/v1/storageclasses/${name}`,
    );
    if (status !== 200 || body.allowVolumeExpansion === true) return [];
  }
  const why =
    name === "" ? "a volume without a class" : `StorageClass ${name}, which allows no expansion`;
  return [
    {
      key: "wharf:storage.sizeGiB",
      message: `${wanted} is above the ${held} GiB that claim ${claimName} has, of ${why}`,
      fix: setCommand(["storage", "sizeGiB"], held),
    },
  ];
}
