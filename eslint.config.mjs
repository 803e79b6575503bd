import js from "@eslint/js";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

const docstring = [
  "error",
  {
    publicOnly: true,
    require: { ClassDeclaration: true, FunctionDeclaration: true },
    contexts: ["TSInterfaceDeclaration", "TSTypeAliasDeclaration"],
  },
];

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".lab-logs/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { jsdoc },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-assertions": [
        "error",
        { assertionStyle: "as", objectLiteralTypeAssertions: "never" },
      ],
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "no-console": "error",
      "no-control-regex": "off",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["src/**/*.ts"], plugins: { jsdoc }, rules: { "jsdoc/require-jsdoc": docstring } },
  {
    files: ["src/model/**", "src/view/**", "src/monitor/**"],
    rules: {
      "no-restricted-globals": ["error", "process", "performance", "setTimeout", "setInterval", "console"],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "The core reads no clock: now is a parameter." },
      ],
    },
  },
  { files: ["test/**", "scripts/**"], rules: { "max-lines-per-function": "off", "no-console": "off" } },
  // expect.closeTo and its like are typed any by @types/jest.
  { files: ["test/**"], rules: { "@typescript-eslint/no-unsafe-assignment": "off" } },
  { files: ["**/*.mjs"], languageOptions: { globals: { process: "readonly", console: "readonly" } } },
);
