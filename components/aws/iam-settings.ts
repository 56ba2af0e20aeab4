import { z } from "zod";
import { inputOf } from "../core/tokens";

/** Path of roles and policies: the stricter of IAM's two patterns, that of a policy's path (service model of IAM, 2010-05-08). */
const iamPathPattern = /^\/([\w.,+@=-]+\/)*$/;

const iamPathLimit = 512;

/** Schema of `wharf:aws.iam`: what every role has that the stack creates. */
export const iamSettings = z.strictObject({
  path: z
    .string()
    .max(iamPathLimit, `is longer than ${iamPathLimit} characters, the limit of IAM for a path`)
    .regex(
      iamPathPattern,
      "is not a path of IAM, which begins and ends with a slash, letters, digits and . , + @ = _ - between them: /wharf/",
    )
    // "Service-linked roles" of IAM's user guide; IAM Identity Center has the other.
    .refine((path) => !/^\/aws-(service-role|reserved)\//.test(path), {
      error: "is a path of AWS's own roles; choose another, such as /wharf/",
    })
    .optional()
    .meta({
      description:
        "Path of the roles and policies that the stack creates, as in `/wharf/`. A change replaces them. Defaults to /.",
    }),
  permissionsBoundary: inputOf(
    z
      .string()
      .regex(
        /^arn:aws(-[a-z]+)*:iam::(\d{12}|aws):policy\/[\w.,+@=-]+(\/[\w.,+@=-]+)*$/,
        "is not the ARN of a policy of IAM, such as arn:aws:iam::123456789012:policy/boundary",
      ),
  )
    .optional()
    .meta({
      description:
        "ARN of the policy that limits what the roles that the stack creates may do, whatever their own policies allow. Defaults to none.",
    }),
});
