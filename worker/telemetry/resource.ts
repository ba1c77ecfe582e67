/** Who sends: what every span and metric says of the process that it comes from. */

import {
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from "@opentelemetry/resources";
import type { TelemetrySettings } from "./settings.ts";

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` are heard. */
export function resourceOf({ serviceName }: Pick<TelemetrySettings, "serviceName">): Resource {
  const base = resourceFromAttributes({
    "service.name": "signalbox",
    "process.pid": process.pid,
    "process.runtime.name": "nodejs",
    "process.runtime.version": process.versions.node,
  });
  const told = base.merge(detectResources({ detectors: [envDetector] }));
  if (serviceName === undefined) return told;
  return told.merge(resourceFromAttributes({ "service.name": serviceName }));
}
