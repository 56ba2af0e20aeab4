import { containerType, isStarted } from "../docker";
import { eachKnown } from "../known";
import { allContainersOf, isWorkload, workloadTypes } from "../kubernetes";
import { levels, type ResourceRule } from "../rule";

const remoteImage = "docker:index/remoteImage:RemoteImage";

export const registryImagePinned: ResourceRule = {
  name: "registry-image-pinned",
  severity: "high",
  description: "What runs is named by its digest, which no push can move.",
  remediation: "Add @sha256:… to the image's name; crane digest NAME prints it.",
  corresponds: ["CKV_K8S_43", "KSV-0013", "C-0075"],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: [containerType, remoteImage, ...workloadTypes],
  parameters: {
    versionTags: {
      description: "Whether a tag that is a whole version, as 3.1.2, is as good as a digest.",
      default: false,
    },
  },
  checks: [
    function* (resource, { parameters }) {
      const { type, props } = resource;
      const images = (): { image?: string }[] =>
        isWorkload(type)
          ? allContainersOf(resource)
          : type === containerType && !isStarted(resource)
            ? []
            : [{ image: (type === remoteImage ? props.name : props.image) as string | undefined }];
      yield* eachKnown(images, function* ({ image = "" }) {
        if (/@sha256:|^sha256:/.test(image)) return;
        if (parameters.versionTags === true && /:v?\d+\.\d+\.\d+[^:/]*$/.test(image)) return;
        yield `The image ${image} has no digest: its tag may be another image tomorrow.`;
      });
    },
  ],
};
