/** The process with the Temporal server of `signalbox dev`: a server of our own, kept in a file of the project. */

import { codecEndpointOf } from "../../api/codec/codec-origins.ts";
import { apiOptionsFromEnv } from "../../api/options-from-env.ts";
import { openTemporal } from "../../worker/temporal.ts";
import { serveParent } from "./serve-parent.ts";

const [, , databaseFile] = process.argv;

await serveParent(async ({ tell }) => {
  const { authenticator, host, port } = apiOptionsFromEnv(process.env, () => {});
  const temporal = await openTemporal({
    databaseFile,
    // With keys each person chooses it in the UI, with cookies: the server has no flag for those.
    ...(authenticator === undefined && { codecEndpoint: codecEndpointOf(host, port) }),
    onProgress: (text) => tell({ type: "note", text }),
  });
  const { address, uiUrl } = temporal;
  tell({ type: "temporal", facts: { address, ...(uiUrl !== undefined && { uiUrl }) } });
  return () => temporal.close();
});
