import { execa } from "execa";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const dayMs = 86_400_000;

/** What a certificate of a test says. */
interface Wanted {
  /** Common name of its subject. */
  name: string;
  /** DNS names and IP addresses that it covers; a CA covers none. */
  hosts?: string[];
  /** Yesterday by default. */
  notBefore?: Date;
  /** Tomorrow by default. */
  notAfter?: Date;
  /** Who signs it; it signs itself by default. */
  issuer?: Issued;
}

/** A certificate of a test with its key, both PEM. */
export interface Issued {
  certificate: string;
  privateKey: string;
}

/** Issues a certificate by `openssl ca`, the only one of openssl's commands that accepts any dates. */
export async function issue(wanted: Wanted): Promise<Issued> {
  const directory = await mkdtemp(join(tmpdir(), "wharf-certificate-"));
  const inDirectory = { cwd: directory };
  try {
    await writeFile(join(directory, "ca.cnf"), configuration(wanted.hosts));
    await writeFile(join(directory, "index.txt"), "");
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const subject = ["-subj", `/CN=${wanted.name}`];
    const request = ["-keyout", "own.key", "-out", "own.csr"];
    await execa("openssl", ["req", "-new", ...key, ...subject, ...request], inDirectory);
    let signer = ["-selfsign", "-keyfile", "own.key"];
    if (wanted.issuer !== undefined) {
      await writeFile(join(directory, "ca.crt"), wanted.issuer.certificate);
      await writeFile(join(directory, "ca.key"), wanted.issuer.privateKey);
      signer = ["-cert", "ca.crt", "-keyfile", "ca.key"];
    }
    const from = wanted.notBefore ?? new Date(Date.now() - dayMs);
    const until = wanted.notAfter ?? new Date(Date.now() + dayMs);
    const dates = ["-startdate", asn1Time(from), "-enddate", asn1Time(until)];
    const files = ["-config", "ca.cnf", "-in", "own.csr", "-out", "own.crt"];
    await execa("openssl", ["ca", "-batch", "-notext", ...files, ...signer, ...dates], inDirectory);
    return {
      certificate: await readFile(join(directory, "own.crt"), "utf8"),
      privateKey: await readFile(join(directory, "own.key"), "utf8"),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The day on which a certificate ends, as 2027-01-31. */
export function endOf({ certificate }: Issued): string {
  return new Date(new X509Certificate(certificate).validTo).toISOString().slice(0, 10);
}

function configuration(hosts: string[] | undefined): string {
  const names = hosts?.map((host) => `${isIP(host) === 0 ? "DNS" : "IP"}:${host}`).join(",");
  return `
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
${names === undefined ? "basicConstraints = critical,CA:true" : `subjectAltName = ${names}`}
`;
}

/** A date as openssl reads it: YYYYMMDDHHMMSSZ. */
function asn1Time(date: Date): string {
  return date.toISOString().replace(/\.\d+|[-:T]/g, "");
}
