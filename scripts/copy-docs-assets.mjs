/** Copies what the API's reference page is made of into `dist/`; part of `npm run build`. */

import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FILES = [
  "LICENSE",
  "NOTICE",
  "favicon-32x32.png",
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
];

const from = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const to = fileURLToPath(new URL("../dist/api/docs-assets", import.meta.url));
mkdirSync(to, { recursive: true });
for (const file of FILES) copyFileSync(join(from, file), join(to, file));
