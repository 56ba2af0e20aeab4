import { inputOf } from "../core/tokens";
import { z } from "zod";

/** Schema of `wharf:encryption`: whose key encrypts the images at rest. */
export const encryptionSettings = z.strictObject({
  key: inputOf(z.string().min(1)).optional().meta({
    description:
      "Key of the images: `create` makes one of the stack's own, with rotation; an identifier in the platform's words (a KMS key's ARN, `projects/.../cryptoKeys/...`, a Key Vault key's URL) uses that one. Defaults to the platform's own key.",
  }),
  rotationDays: z.int().min(90).max(2560).default(365).meta({
    description:
      "Days after which a created key is rotated, 90 to 2560 as AWS KMS takes them. Defaults to 365.",
  }),
});
