import { z } from "zod";

/** A name of one label: namespaces and Services (RFC 1123; Services must begin with a letter, which names of Wharf's do). */
export const dnsLabel = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "is not the name of an object: 1 to 63 lower-case letters, digits and -, beginning with a letter",
  );

/** A name of labels with dots between: all other objects. */
export const dnsSubdomain = z
  .string()
  .max(253, "is longer than 253 characters")
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    "is not the name of an object: lower-case letters, digits, - and dots between them",
  );
