import { z } from "zod";
import { inputOf } from "../core/tokens";
import { certificateText } from "./pem";

/** Whether the text is a JSON Web Key Set with at least one key. */
function isKeySet(text: string): boolean {
  try {
    const keySet: unknown = JSON.parse(text);
    return z
      .looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })
      .safeParse(keySet).success;
  } catch {
    return false;
  }
}

/** The text of a JSON Web Key Set (RFC 7517). */
export const keySetText = z.string().refine(isKeySet, {
  error: 'is not a JSON Web Key Set with at least one key ({"keys": [...]})',
});

/**
 * Where a registry that Wharf runs has the keys from that verify an issuer's tokens. By default it asks the issuer, at the address that
 * its `/.well-known/openid-configuration` names, and keeps them for an hour.
 */
export const issuerKeys = {
  caCertificate: inputOf(certificateText).optional().meta({
    description:
      "CA, PEM, of the issuer's own server, where no public CA signed its certificate; on docker and kubernetes.",
  }),
  jwks: inputOf(keySetText).optional().meta({
    description:
      "JSON Web Key Set of the issuer, for a registry that cannot reach it; on docker and kubernetes. Keys that the issuer adds later need an `up`. Defaults to what the issuer answers.",
  }),
};
