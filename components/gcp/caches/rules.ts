import type { Rule } from "../../description/rules";
import { secretVersionProblems } from "../secret-versions";

/** Rules about caches that hold on Google Cloud alone. */
export const cacheRules: Rule[] = [
  {
    needs: ["caches"],
    find: ({ caches }) =>
      caches.flatMap(({ credentials }, i) =>
        secretVersionProblems(
          credentials?.passwordSecret,
          ["caches", i, "credentials", "passwordSecret"],
          "docker-hub",
        ),
      ),
  },
];
