import { containerType } from "../docker";
import { eachKnown } from "../known";
import { allContainersOf, isWorkload, workloadTypes } from "../kubernetes";
import { levels, type ResourceRule } from "../rule";

export const workloadRegistries: ResourceRule = {
  name: "workload-registries",
  severity: "medium",
  description: "What runs is pulled from registries that the owner names.",
  remediation:
    "Pull through a registry of your own, or add the registry to registries of this rule in the configuration. Without any in it the rule finds nothing.",
  corresponds: ["KSV-0125", "C-0078"],
  general: true,
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: [containerType, ...workloadTypes],
  parameters: {
    registries: {
      description: "Registries, or paths in them, that images may come from, as ghcr.io/acme.",
      default: [],
    },
  },
  checks: [
    function* (resource, { parameters }) {
      const allowed = parameters.registries as string[];
      if (allowed.length === 0) return;
      const images = (): { image?: string }[] =>
        isWorkload(resource.type)
          ? allContainersOf(resource)
          : [{ image: resource.props.image as string | undefined }];
      yield* eachKnown(images, function* ({ image = "" }) {
        if (image === "" || image.startsWith("sha256:")) return;
        const name = fullName(image).replace(/(:[^/]*)?(@.*)?$/, "");
        if (!allowed.some((one) => name === one || name.startsWith(`${one.replace(/\/$/, "")}/`)))
          yield `The image ${image} is of none of the registries ${allowed.join(", ")}.`;
      });
    },
  ],
};

/** The name of an image with its registry: docker.io where it names none, and library/ for what has no other path there. */
function fullName(image: string): string {
  const [first = "", ...rest] = image.split("/");
  if (rest.length === 0) return `docker.io/library/${image}`;
  return /[.:]|^localhost$/.test(first) ? image : `docker.io/${image}`;
}
