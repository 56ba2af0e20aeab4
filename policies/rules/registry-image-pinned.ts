import { builtImages, imageBuildTypes } from "../image-builds";
import { containerType, isStarted } from "../docker";
import { eachKnown } from "../known";
import { allContainersOf, isWorkload, workloadTypes } from "../kubernetes";
import { levels, type Resource, type StackRule } from "../rule";

const remoteImage = "docker:index/remoteImage:RemoteImage";

export const registryImagePinned: StackRule = {
  name: "registry-image-pinned",
  severity: "high",
  description: "What runs is named by its digest, which no push can move.",
  remediation:
    "Add @sha256:… to the image's name; crane digest NAME prints it. Of an image that the program pushes itself, take the output that holds the digest.",
  corresponds: ["CKV_K8S_43", "KSV-0013", "C-0075"],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  general: true,
  types: [containerType, remoteImage, ...workloadTypes, ...imageBuildTypes],
  parameters: {
    versionTags: {
      description: "Whether a tag that is a whole version, as 3.1.2, is as good as a digest.",
      default: false,
    },
  },
  *stack(resources, { parameters }) {
    const built = resources.flatMap(builtImages);
    for (const resource of resources) {
      const messages = eachKnown(
        () => imagesOf(resource),
        function* ({ image = "" }) {
          if (/@sha256:|^sha256:/.test(image)) return;
          if (parameters.versionTags === true && /:v?\d+\.\d+\.\d+[^:/]*$/.test(image)) return;
          const builds = built.filter(({ name }) => [image, `${image}:latest`].includes(name));
          const build = builds.find(({ digest }) => digest !== undefined);
          if (builds.length === 0)
            yield `The image ${image} has no digest: its tag may be another image tomorrow.`;
          else if (build?.digest !== undefined)
            yield `The image ${image} is built by ${build.by} of this program and named by its tag: take ${build.digest} of ${build.by}.`;
        },
      );
      for (const message of messages) yield { resource, message };
    }
  },
};

function imagesOf(resource: Resource): { image?: string }[] {
  const { type, props } = resource;
  if (isWorkload(type)) return allContainersOf(resource);
  if (type === containerType) return isStarted(resource) ? [{ image: props.image as string }] : [];
  // An image that is built in place is pulled from nowhere.
  return type === remoteImage && !props.build ? [{ image: props.name as string }] : [];
}
