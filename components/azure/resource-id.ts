import { z } from "zod";
import { inputOf } from "../core/tokens";

/** A resource id of Azure that ends in the given types: `Microsoft.Network/virtualNetworks/x/subnets/y`. */
export function resourceId(what: string, provider: string, ...types: string[]) {
  const tail = types.map((type) => `${type}/[^/]+`).join("/");
  return inputOf(
    z
      .string()
      .regex(
        new RegExp(
          `^/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/${provider}/${tail}$`,
          "i",
        ),
        `is not the resource id of ${what}: /subscriptions/…/resourceGroups/…/providers/${provider}/${types.map((type) => `${type}/…`).join("/")}`,
      ),
  );
}
