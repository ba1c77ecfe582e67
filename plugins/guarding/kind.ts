/** What the kind of a finding looks like. */

/** Lower-case words with hyphens. */
export const KIND = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
