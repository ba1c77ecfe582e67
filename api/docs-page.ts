/** `/docs`: the reference page. All of it comes from here, so it works without a network and under a strict policy. */

import { dirname, join } from "node:path";
import express, { Router } from "express";
import { PACKAGE_JSON } from "../worker/package-json.ts";

/** Copied from swagger-ui-dist by `npm run build`: as a dependency it would bring telemetry along. */
const ASSETS = join(dirname(PACKAGE_JSON), "dist/api/docs-assets");

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Signalbox API</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
`;

/** Paths are relative, so that the page also works behind a proxy that adds a prefix. */
export function docsPage(): Router {
  const router = Router({ strict: true });
  router.get("/docs", (_request, response) => void response.type("html").send(PAGE));
  router.get("/docs/start.js", (_request, response) => void response.type("js").send(START));
  router.use("/docs", express.static(ASSETS, { index: false, redirect: false, maxAge: "1d" }));
  return router;
}
