/** @type {import('jest').Config} */
export default {
  roots: ["<rootDir>/test"],
  testEnvironmentOptions: { customExportConditions: ["@signalbox/source", "node", "node-addons"] },
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2022" } }] },
};
