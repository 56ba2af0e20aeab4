import { z } from "zod";

/**
 * Whether Go compiles the text as a regular expression, as far as JavaScript can tell: Go's RE2 has
 * no lookaround and no back references (https://github.com/google/re2/wiki/Syntax).
 */
function isRegularExpression(text: string): boolean {
  if (/\(\?<?[=!]|(^|[^\\])(\\\\)*\\[1-9]/.test(text)) {
    return false;
  }
  try {
    new RegExp(text.replace(/\(\?[imsU]+\)/g, "").replaceAll("(?P<", "(?<"), "u");
    return true;
  } catch {
    return false;
  }
}

const patterns = z.array(
  z.string().refine(isRegularExpression, {
    error: "is not a regular expression that Go understands (no lookaround, no back references)",
  }),
);

const platform = z.strictObject({
  architecture: z.string().min(1).meta({
    description: "Architecture, as in an image index (amd64, arm64, …). Required.",
    configYml: "validation.manifests.indexes.platformlist[].architecture",
  }),
  os: z.string().min(1).meta({
    description: "Operating system, as in an image index (linux, windows, …). Required.",
    configYml: "validation.manifests.indexes.platformlist[].os",
  }),
});

/** What a pushed manifest must fulfil. */
export const validationSettings = z
  .strictObject({
    enabled: z.boolean().default(true).meta({
      description: "Whether pushed manifests are checked beyond their form.",
      configYml: "validation.disabled",
    }),
    urls: z
      .strictObject({
        allow: patterns.default([]).meta({
          description:
            "Regular expressions; a layer kept elsewhere must have a URL that one of them matches. With none here and in `deny`, no such layer is taken.",
          configYml: "validation.manifests.urls.allow",
        }),
        deny: patterns.default([]).meta({
          description: "Regular expressions that no such URL may match.",
          configYml: "validation.manifests.urls.deny",
        }),
      })
      .prefault({})
      .meta({ description: "Layers that are kept elsewhere (foreign layers)." }),
    platforms: z.enum(["all", "none", "list"]).default("all").meta({
      description:
        "Which images of a pushed index must be in the registry: all, none, or those of `platformList`.",
      configYml: "validation.manifests.indexes.platforms",
    }),
    platformList: z
      .array(platform)
      .default([])
      .meta({ description: "Platforms whose images must be there, with `platforms: list`." }),
  })
  .prefault({})
  .meta({ description: "Checks of pushed manifests." });
