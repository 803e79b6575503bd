// The packages that are published as ES modules only; jest runs everything as CommonJS.
const esm =
  "@kubernetes/client-node|openid-client|oauth4webapi|jose|rfc4648|js-yaml|socks-proxy-agent|agent-base|hpagent|jsonpath-plus|commander|undici|get-east-asian-width";

const project = (displayName) => ({
  displayName,
  testEnvironment: "node",
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  transform: {
    "^.+\\.(ts|js|mjs)$": [
      "@swc/jest",
      {
        jsc: { target: "es2024", parser: { syntax: "typescript" } },
        module: { type: "commonjs" },
        sourceMaps: "inline",
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esm})/)`],
});

// Projects that start a control plane run one file at a time (scripts/test.ts): two cores carry one lab well.
export default {
  projects: ["unit", "golden", "contract", "lab", "e2e", "faults"].map((name) => project(name)),
};
