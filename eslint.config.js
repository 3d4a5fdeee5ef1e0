import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import globals from "globals";

export default defineConfig([
  // Else what is installed in .venv would be linted too.
  { ignores: ["**/*.min.js", ".*/", "build/", "dist/", "site/"] },
  js.configs.recommended,
  { files: ["graphgen/assets/*/*.js", "tests/browser/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["docs/assets/*.js", "docs/assets/learn/*.js"], languageOptions: { globals: globals.browser, sourceType: "script" } },
  { files: ["scripts/*.mjs"], languageOptions: { globals: globals.node } },
  { rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error" } },
]);
