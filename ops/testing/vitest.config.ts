import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{actors,streams,projections,http,ops}/**/*.test.ts"],
    exclude: ["node_modules/**"],
  },
});
