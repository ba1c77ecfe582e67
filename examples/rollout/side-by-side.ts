/** What a worker exports while runs of the old version are open: both versions, behind one export. */

import { versions } from "signalbox";
import { letterV1, letterV2 } from "./letters.ts";

export const letter = versions(letterV2, letterV1);
