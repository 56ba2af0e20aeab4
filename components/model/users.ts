import { z } from "zod";
import { inputOf } from "../core/tokens";
import { isCidr } from "./endpoint";
import { Role } from "./access";

/** The users of the tutorials, where a description names none. */
export const defaultUsers = ["admin", "developer", "readonly"] as const;

/** A password, as a login can send it and bcrypt can keep it. */
const password = inputOf(
  z
    .string()
    .min(8, "is shorter than 8 characters")
    // RFC 7617, section 2, forbids all control characters; docker login strips a line break at the end of what it reads.
    .refine((text) => !/\p{Cc}/u.test(text), {
      error: (issue) =>
        /^\P{Cc}*\r?\n$/u.test(String(issue.input))
          ? "ends in a line break, which a login strips; set it without one, by printf and not by echo"
          : "holds a control character, which no login can send (RFC 7617)",
    })
    .refine((text) => Buffer.byteLength(text) <= 72, {
      error: (issue) =>
        `has ${Buffer.byteLength(String(issue.input))} bytes; bcrypt reads only the first 72 and would ignore the rest`,
    }),
)
  .optional()
  .meta({
    description:
      "Password, 8 characters to 72 bytes, set as a secret. Generated, 24 letters and digits, where not given.",
    secret: true,
  });

/** Name of the secret that a user had before there were several, so that its password stays the same. */
export const firstSecret = "first";

/** Schema of an entry of `wharf:users[].secrets`. */
const secretSettings = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/,
      "is not a name: 1 to 40 lower-case letters, digits and - between them",
    )
    .meta({
      description: `Name of the password, as in \`2027-01\`. \`${firstSecret}\` is the one that the user had before this list.`,
    }),
  password,
  until: z.iso.date("is not a date such as 2027-01-31").optional().meta({
    description: "Day from which on this password is refused, as 2027-01-31. Defaults to never.",
  }),
});

/** Schema of an entry of `wharf:users`. */
export const userSettings = z.strictObject({
  name: z
    .string()
    .min(1, "is empty; a user needs a name")
    .max(255, "is longer than 255 characters")
    .regex(
      /^[^:\s\p{C}]*$/u,
      "holds a colon, a space or a control character, which htpasswd cannot store",
    )
    // distribution skips such a line of the htpasswd file (registry/auth/htpasswd/htpasswd.go), so that nobody could log in by it.
    .regex(/^(?!#)/, "begins with #, which makes a comment of the user's line in htpasswd")
    .meta({ description: "Name to log in with; no colon (RFC 7617)." }),
  password,
  rotation: z.union([z.string(), z.number()]).optional().meta({
    description:
      "Any value, for example a date: when it changes, a new password is generated for this user only.",
  }),
  role: z.enum(Role).optional().meta({
    description:
      "What the user may do: `pull`, `push` (and pull), `delete` (only that) or `admin` (all of it). Defaults to `push`; on docker and kubernetes `admin` is by default an admin and `readonly` may pull, and a user who is named in `wharf:access` or a repository's lists has only the rights of these lists.",
  }),
  repositories: z.array(z.string().min(1, "is empty; name a repository")).optional().meta({
    description:
      "Repositories that the role is for, by their names; on docker and kubernetes also patterns: `shop/*` for one part of a name, `shop/**` for all below. Defaults to all.",
  }),
  expires: z.iso.date("is not a date such as 2027-01-31").optional().meta({
    description: "Day from which on the user is refused, as 2027-01-31. Defaults to never.",
  }),
  secrets: z.array(secretSettings).optional().meta({
    description:
      "Several passwords of one user, so that a rotation overlaps: the old one works until its day, the last one is handed out. With mode `roles`. Defaults to the one password of the user.",
  }),
  allowFrom: z
    .array(z.string().refine(isCidr, "is not a range of addresses such as 10.0.0.0/8"))
    .optional()
    .meta({
      description:
        "Ranges of addresses that the user may connect from; with mode `roles`. Defaults to everywhere.",
    }),
});

/** A checked entry of `wharf:users`. */
export type User = z.output<typeof userSettings>;
