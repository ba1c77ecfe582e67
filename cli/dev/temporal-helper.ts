/** The process with the Temporal server of `signalbox dev`: a server of our own, kept in a file of the project. */

import { openTemporal } from "../../worker/temporal.ts";
import { serveParent } from "./serve-parent.ts";

const [, , databaseFile] = process.argv;

await serveParent(async ({ tell }) => {
  const temporal = await openTemporal({
    databaseFile,
    onProgress: (text) => tell({ type: "note", text }),
  });
  const { address, uiUrl } = temporal;
  tell({ type: "temporal", facts: { address, ...(uiUrl !== undefined && { uiUrl }) } });
  return () => temporal.close();
});
