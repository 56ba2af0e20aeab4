import { z } from "zod";
import { inputOf } from "../core/tokens";
import { isCidr } from "./endpoint";
import { keySetText } from "./key-sets";
import { certificateText } from "./pem";

/** How the registry decides who may do what. */
export const AuthMode = {
  /** By the users' roles, inside Wharf's own registry image. */
  Roles: "roles",
  /** By passwords only: who logs in may do everything. */
  Htpasswd: "htpasswd",
  /** By the tokens of an external token server. */
  Token: "token",
  /** Not at all; only in a lab on loopback. */
  Off: "off",
} as const;
export type AuthMode = (typeof AuthMode)[keyof typeof AuthMode];

/** The algorithms that distribution v3.1.2 accepts (`signingAlgorithms` of its token package). */
const signingAlgorithms = [
  "EdDSA",
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
  "ES512",
  "PS256",
  "PS384",
  "PS512",
] as const;

const tokenSettings = z.strictObject({
  realm: z.url({ protocol: /^https?$/ }).meta({
    description: "URL of the token server, where clients fetch a token. Required.",
    configYml: "auth.token.realm",
  }),
  service: z.string().min(1).meta({
    description: "Name of this registry at the token server, the token's audience. Required.",
    configYml: "auth.token.service",
  }),
  issuer: z.string().min(1).meta({
    description: "Issuer that every token must name. Required.",
    configYml: "auth.token.issuer",
  }),
  rootCertBundle: inputOf(certificateText).optional().meta({
    description:
      "Certificates in PEM whose keys sign tokens, or that signed the certificates in the tokens' `x5c` header. This or `jwks` is required.",
    configYml: "auth.token.rootcertbundle",
  }),
  jwks: inputOf(keySetText).optional().meta({
    description:
      "JSON Web Key Set with the public keys that sign tokens. It is read once, when the registry starts. This or `rootCertBundle` is required.",
    configYml: "auth.token.jwks",
  }),
  signingAlgorithms: z.array(z.enum(signingAlgorithms)).min(1).default(["ES256", "RS256"]).meta({
    description: "Algorithms that a token may be signed with. Name the one that the server uses.",
    configYml: "auth.token.signingalgorithms",
  }),
  autoRedirect: z.boolean().default(false).meta({
    description:
      "Whether clients are sent to the host they asked for, at `autoRedirectPath`, in place of `realm`. For a token server behind the same proxy.",
    configYml: "auth.token.autoredirect",
  }),
  autoRedirectPath: z
    .string()
    .startsWith("/", { error: "must start with /" })
    .default("/auth/token")
    .meta({
      description: "Path of the token server on that host; used with `autoRedirect`.",
      configYml: "auth.token.autoredirectpath",
    }),
});

/** Stack config `wharf:auth`: who decides what a client may do. */
export const authSettings = z.strictObject({
  mode: z.enum(AuthMode).optional().meta({
    description:
      "How the registry decides who may do what; `wharf:auth: roles` is short for it. `roles`: by the users' roles, which needs Wharf's own registry image. `htpasswd`: every user may do everything, on any image of distribution. `token`: by the token server of `token`. `off`: without logging in, only in a lab on loopback. Defaults to `token` where `token` is given, to `roles` where `images.registry` is Wharf's image or a key needs roles, else to `htpasswd`.",
  }),
  revokedTokens: z
    .array(z.string().min(1, "is empty; name the id of a token").max(200))
    .default([])
    .meta({
      description:
        "Ids (`jti`) of tokens of `wharf token create` that are refused before they expire; with mode `roles`. Defaults to none.",
    }),
  trustedProxies: z
    .array(z.string().refine(isCidr, "is not a range of addresses such as 10.0.0.0/8"))
    .default([])
    .meta({
      description:
        "Ranges of addresses of reverse proxies whose `X-Forwarded-For` says where a client connects from; with mode `roles`. Defaults to none.",
    }),
  token: tokenSettings.optional().meta({
    description:
      "A token server of your own decides who may pull and push (Docker's token authentication). Defaults to the users of `wharf:users`.",
  }),
});

/** Checked authentication settings, every default filled in. */
export type AuthSettings = z.output<typeof authSettings>;
