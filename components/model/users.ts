import { z } from "zod";
import { inputOf } from "../core/tokens";
import { Role } from "./access";

/** The users of the tutorials, where a description names none. */
export const defaultUsers = ["admin", "developer", "readonly"] as const;

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
  password: inputOf(
    z
      .string()
      .min(8, "is shorter than 8 characters")
      // RFC 7617, section 2, forbids all control characters; docker login strips a line break at the end of what it reads.
      .refine((password) => !/\p{Cc}/u.test(password), {
        error: (issue) =>
          /^\P{Cc}*\r?\n$/u.test(String(issue.input))
            ? "ends in a line break, which a login strips; set it without one, by printf and not by echo"
            : "holds a control character, which no login can send (RFC 7617)",
      })
      .refine((password) => Buffer.byteLength(password) <= 72, {
        error: (issue) =>
          `has ${Buffer.byteLength(String(issue.input))} bytes; bcrypt reads only the first 72 and would ignore the rest`,
      }),
  )
    .optional()
    .meta({
      description:
        "Password, 8 characters to 72 bytes, set as a secret. Generated, 24 letters and digits, where not given.",
      secret: true,
    }),
  rotation: z.union([z.string(), z.number()]).optional().meta({
    description:
      "Any value, for example a date: when it changes, a new password is generated for this user only.",
  }),
  role: z.enum(Role).optional().meta({
    description:
      "What the user may do: `pull`, `push` (and pull) or `admin` (and delete). Defaults to `push` where the platform has roles.",
  }),
  repositories: z.array(z.string()).optional().meta({
    description: "Repositories that the role is for, by name. Defaults to all.",
  }),
  expires: z.iso
    .date("is not a date such as 2027-01-31")
    .optional()
    .meta({ description: "Day from which on the password is refused, as in 2027-01-31." }),
});
