// @ts-check
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";
import words from "./docs/words.mjs";

export default tseslint.config(
  {
    ignores: ["node_modules/", "examples/**/*.ts", "**/dist/", ".wharf/", "**/*.js", "*.config.*"],
  },
  {
    files: ["**/*.{ts,md,yaml,yml}"],
    plugins: { wharf: words.plugin },
    rules: { "wharf/words": "error" },
  },
  { files: ["**/*.{md,yaml,yml}"], languageOptions: { parser: words.parser } },
  {
    files: ["**/*.ts"],
    extends: tseslint.configs.recommended,
    languageOptions: {
      parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "@pulumi": pulumi },
    rules: {
      // An Output inside a template literal prints "Calling [toString] on an [Output<T>]".
      "@pulumi/no-output-in-template-literal": "error",
      // A promise that nobody awaits fails a run without naming what failed.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      // Pulumi calls only `module.exports` of a CommonJS program, hence `export =` and its imports.
      "@typescript-eslint/no-require-imports": "off",
    },
  },
);
