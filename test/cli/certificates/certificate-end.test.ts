import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { certificateLine } from "../../../cli/certificates/certificate-end";
import type { Change } from "../../../cli/stack/operations";
import {
  besideRenewal,
  heldCertificates,
  isDueNow,
  type HeldCertificate,
} from "../../../cli/certificates/renewal";
import { acceptedUntil, renewalNote, renewalOf } from "../../../components/certificates/validity";
import { checkDescription } from "../../../components/description/check";
import { announce } from "../../support/announce";
import { actionlint } from "../../support/lint/actionlint";
import { kubeconform } from "../../support/lint/kubeconform";
import { endOf, issue, type Issued } from "../../support/test-certificates";

const now = Date.parse("2027-01-31T12:00:00Z");
const inDays = (days: number) => new Date(now + days * 86_400_000);
const described = (values: Record<string, unknown>) =>
  checkDescription({ stack: "shop", values, secretKeys: new Set() });
const existing = { kubernetes: { existingNamespace: true } };
const issuer = { issuer: { name: "letsencrypt" } };

describe("how long clients accept a certificate", () => {
  let [ca, older, between, server]: Issued[] = [];
  beforeAll(async () => {
    ca = await issue({ name: "CA", notAfter: inDays(900) });
    older = await issue({ name: "Older CA", notAfter: inDays(10) });
    between = await issue({ name: "Between", issuer: ca, notAfter: inDays(60) });
    server = await issue({ name: "server", hosts: ["a.b"], issuer: between, notAfter: inDays(90) });
  });

  it("is until the first of those ends that they look at", () => {
    const chain = `${server?.certificate}${between?.certificate}`;
    // Of a bundle only the CA counts that signed: the others are for other servers.
    const bundle = `${older?.certificate}${ca?.certificate}`;
    const until = (...args: [string, string]) => acceptedUntil(...args).slice(0, 10);
    expect(until(chain, bundle)).toBe(endOf(between as Issued));
    expect(until(server?.certificate ?? "", "")).toBe(endOf(server as Issued));
    expect(until(older?.certificate ?? "", "")).toBe(endOf(older as Issued));
    expect(acceptedUntil("", "")).toBe("");
  });
});

describe("a certificate that ends", () => {
  const end = inDays(12).toISOString();
  it.each<[string, Record<string, unknown>, string]>([
    ["of the stack's own", {}, "npx wharf renew --stack shop"],
    [
      "from cert-manager",
      { target: "kubernetes", tls: { mode: "cert-manager", ...issuer } },
      "cert-manager has not renewed it, and says why: kubectl describe certificate registry-cert --namespace registry",
    ],
    [
      "from a Secret",
      { target: "kubernetes", ...existing, tls: { mode: "provided", secretName: "mine" } },
      "put a new one in Secret mine of namespace registry",
    ],
  ])("%s is told of from renewBeforeDays on, with what renews it", (_, values, remedy) => {
    const certificateRenewal = renewalOf(described(values));
    const line = (certificateExpiresAt: string) =>
      certificateLine({ certificateExpiresAt, certificateRenewal }, "shop", now);
    expect(line(end)).toBe(`The certificate of stack shop ends in 12 d: ${remedy}`);
    expect(line(inDays(31).toISOString())).toBe("");
    expect(line(inDays(-2).toISOString())).toBe(
      `The certificate of stack shop ended 2 d ago: ${remedy}`,
    );
    const [note] = renewalNote(end, certificateRenewal, now);
    expect(note).toContain("The certificate expires on 2027-02-12: ");
    expect(renewalNote(inDays(31).toISOString(), certificateRenewal, now)).toEqual([]);
  });

  it("is told of earlier where the description says so", () => {
    const tls = { renewBeforeDays: 60 };
    const certificateRenewal = renewalOf(described({ tls }));
    const outputs = { certificateExpiresAt: inDays(50).toISOString(), certificateRenewal };
    expect(certificateLine(outputs, "dev", now)).toContain("ends in 50 d: npx wharf renew");
  });

  it("does not concern a stack without one, nor a cloud", () => {
    expect(renewalOf(described({ tls: { mode: "off" } }))).toBeUndefined();
    expect(renewalOf(described({ target: "aws" }))).toBeUndefined();
    expect(certificateLine({ certificateExpiresAt: "" }, "shop", now)).toBe("");
  });
});

describe("days that contradict each other", () => {
  const problemOf = (tls: Record<string, unknown>) => {
    try {
      described({ target: "kubernetes", ...existing, tls });
    } catch (error) {
      return String(error);
    }
    return "";
  };

  it("are refused where a certificate is made by them, and only there", () => {
    const short = { validityDays: 20, caValidityDays: 20 };
    expect(problemOf(short)).toContain("30 is not below tls.validityDays, 20");
    expect(problemOf(short)).toContain("20 is not above tls.validityDays, 20");
    expect(problemOf({ ...short, mode: "cert-manager", ...issuer })).not.toContain("caValidity");
    expect(problemOf({ mode: "cert-manager", renewBeforeDays: 0, ...issuer })).toContain(
      "cert-manager does not accept 0",
    );
    // Of a certificate that somebody else makes, the days only say from when on it is told of.
    expect(problemOf({ mode: "provided", secretName: "mine", renewBeforeDays: 500 })).toBe("");
  });
});

describe("the ready files of pipelines/certificate-renewal", () => {
  const directory = join(__dirname, "../../../pipelines/certificate-renewal");
  const read = (file: string) => readFileSync(join(directory, file), "utf8");

  it("all run the one command that renews", () => {
    for (const file of ["crontab", "wharf-renew@.service", "github-actions.yml"])
      expect(read(file)).toContain("npx --no-install wharf renew --yes --stack");
    expect(read("cronjob.yaml")).toContain(
      "[npx, --no-install, wharf, renew, --yes, --stack, prod]",
    );
  });

  it("are what GitHub and Kubernetes take", async () => {
    expect(await actionlint([read("github-actions.yml")], announce)).toEqual([[]]);
    const findings = await kubeconform([join(directory, "cronjob.yaml")], [], announce);
    expect(findings.filter(({ status }) => status !== "statusValid")).toEqual([]);
  });
});

describe("what wharf renew takes for only a renewal", () => {
  const planned = (type: string, action: Change["action"]): Change => ({
    type,
    name: "one",
    action,
  });
  const certificate = "tls:index/locallySignedCert:LocallySignedCert";

  it("is nothing but the note in the certificates that they stay, and what presents one that has ended", () => {
    const note = planned(certificate, "update");
    const rolled = planned("docker:index/container:Container", "replace");
    const volume = planned("docker:index/volume:Volume", "replace");
    const made = planned("docker:index/container:Container", "create");
    const all = [note, planned("docker:index/network:Network", "same"), rolled, volume, made];
    expect(besideRenewal(all, false)).toEqual([rolled, volume, made]);
    expect(besideRenewal(all, true)).toEqual([volume, made]);
  });

  it("is due by what the state says, in the days before its end", () => {
    const outputs = { validityEndTime: inDays(60).toISOString(), earlyRenewalHours: 24 * 30 };
    const state = {
      pending: [],
      resources: [
        {
          urn: `urn:pulumi:shop::wharf::${certificate}::registry-certificate`,
          type: certificate,
          custom: true,
          outputs,
        },
        {
          urn: "urn:pulumi:shop::wharf::tls:index/privateKey:PrivateKey::registry-key",
          type: "tls:index/privateKey:PrivateKey",
          custom: true,
        },
      ],
    };
    const [held, ...others] = heldCertificates(state);
    expect(others).toEqual([]);
    expect(held).toEqual({
      name: "registry-certificate",
      isCa: false,
      ends: inDays(60).toISOString(),
      renewFrom: inDays(30).toISOString(),
    });
    expect(isDueNow(held as HeldCertificate, inDays(29).getTime())).toBe(false);
    expect(isDueNow(held as HeldCertificate, inDays(30).getTime())).toBe(true);
  });
});
