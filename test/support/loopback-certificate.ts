import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate of 127.0.0.1 that signed itself, and the files that hold it and its key. */
export interface LoopbackCertificate {
  ca: string;
  certificatePath: string;
  keyPath: string;
}

/** Makes a certificate in `directory`, valid for a day, with openssl; of 127.0.0.1 unless `name` says otherwise. */
export function createCertificate(directory: string, name = "IP:127.0.0.1"): LoopbackCertificate {
  const [certificatePath, keyPath] = [join(directory, "server.crt"), join(directory, "server.key")];
  const request = ["req", "-x509", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const names = ["-addext", `subjectAltName=${name}`];
  const files = ["-keyout", keyPath, "-out", certificatePath];
  execFileSync("openssl", [...request, ...key, ...names, ...files], { stdio: "ignore" });
  return { ca: readFileSync(certificatePath, "utf8"), certificatePath, keyPath };
}
