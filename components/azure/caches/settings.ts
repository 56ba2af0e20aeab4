import { z } from "zod";
import { resourceId } from "../resource-id";

/** Schema of `wharf:azure.caches`: what only this target asks of caches. */
export const azureCacheSettings = z.strictObject({
  keyVault: resourceId("a Key Vault", "Microsoft.KeyVault", "vaults").optional().meta({
    description:
      "Key Vault of the secrets that credentials.passwordSecret of wharf:caches name, by its identifier: each cache's identity is granted the reading of its own secret there, so that the vault must go by roles. Required with passwordSecret.",
  }),
});
