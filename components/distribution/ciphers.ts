/** What a cipher suite of TLS 1.2 needs of the server's certificate. */
export type CertificateKey = "ecdsa" | "rsa";

/** The suites of TLS 1.2 that distribution v3.1.2 knows (`cipherSuites` in registry/registry.go), with their key. */
export const tls12CipherSuites: Readonly<Record<string, CertificateKey>> = {
  TLS_RSA_WITH_3DES_EDE_CBC_SHA: "rsa",
  TLS_RSA_WITH_AES_128_CBC_SHA: "rsa",
  TLS_RSA_WITH_AES_256_CBC_SHA: "rsa",
  TLS_RSA_WITH_AES_128_GCM_SHA256: "rsa",
  TLS_RSA_WITH_AES_256_GCM_SHA384: "rsa",
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: "ecdsa",
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: "ecdsa",
  TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA: "rsa",
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: "rsa",
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: "rsa",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "rsa",
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ecdsa",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "rsa",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ecdsa",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "rsa",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ecdsa",
};

/** The suites of TLS 1.3; distribution knows their names, but Go always offers all three. */
export const tls13CipherSuites: readonly string[] = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
];
