import { version } from "@pulumi/tls/package.json";
import type { Package } from "../resource";
import { certRequest } from "./cert-request";
import { locallySignedCert } from "./locally-signed-cert";
import { privateKey } from "./private-key";
import { selfSignedCert } from "./self-signed-cert";

/** The stand-in for the official tls plugin. It takes no configuration; a proxy is never used. */
export const tls: Package = {
  name: "tls",
  version,
  resources: {
    "tls:index/certRequest:CertRequest": certRequest,
    "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
    "tls:index/privateKey:PrivateKey": privateKey,
    "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
  },
  configure: () => {},
};
