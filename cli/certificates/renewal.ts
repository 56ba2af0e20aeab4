import { isRealChange, type Change } from "../stack/operations";
import { resourceName, type State } from "../stack/state";

/** A certificate of the stack's own, as its state holds it. */
export interface HeldCertificate {
  /** Name within the stack. */
  name: string;
  /** Whether it is the CA. */
  isCa: boolean;
  /** When it ends, ISO 8601. */
  ends: string;
  /** From when on an `up` renews it, ISO 8601. */
  renewFrom: string;
}

const types: Record<string, { isCa: boolean }> = {
  "tls:index/selfSignedCert:SelfSignedCert": { isCa: true },
  "tls:index/locallySignedCert:LocallySignedCert": { isCa: false },
};
const hourMs = 3_600_000;

/** The certificates that a state holds. */
export function heldCertificates({ resources }: State): HeldCertificate[] {
  return resources.flatMap((resource) => {
    const kind = types[resource.type];
    const ends = Date.parse(String(resource.outputs?.validityEndTime));
    if (kind === undefined || Number.isNaN(ends)) return [];
    const early = Number(resource.outputs?.earlyRenewalHours ?? 0);
    return [
      {
        name: resourceName(resource),
        ...kind,
        ends: new Date(ends).toISOString(),
        renewFrom: new Date(ends - early * hourMs).toISOString(),
      },
    ];
  });
}

/** Whether an `up` renews a certificate now. */
export function isDueNow({ renewFrom }: HeldCertificate, now = Date.now()): boolean {
  return Date.parse(renewFrom) <= now;
}

/** Types of what presents a certificate, hands it out, or is tested again with it. */
const follows = [
  /^tls:index\/(selfSignedCert|locallySignedCert):/,
  /^docker:index\/container:/,
  /^kubernetes:core\/v1:(Secret|ConfigMap)$/,
  /^kubernetes:apps\/v1:(Deployment|DaemonSet)$/,
  /^kubernetes:batch\/v1:Job$/,
  /^kubernetes:monitoring\.coreos\.com\/v1:PrometheusRule$/,
];

/**
 * What a plan holds that is not part of a renewal, where certificates were told to stay: all except the note of that in themselves.
 * @param ended whether a certificate stays by no means, since it has ended: what follows from its renewal is then let pass by type
 */
export function besideRenewal(planned: Change[], ended: boolean): Change[] {
  return planned.filter(isRealChange).filter(({ action, type }) => {
    if (action === "update" && type in types) return false;
    const changed = action === "update" || action === "replace";
    return !(ended && changed && follows.some((pattern) => pattern.test(type)));
  });
}
