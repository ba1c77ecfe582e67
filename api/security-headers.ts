/** Headers that keep browsers from doing more with an answer than they need to. */

import type { RequestHandler } from "express";
import helmet from "helmet";

export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        // The reference page: its stylesheets carry pictures as data, and its components set styles.
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
      },
    },
    // Whoever puts TLS in front knows whether all of the domain has it.
    strictTransportSecurity: false,
  });
}
