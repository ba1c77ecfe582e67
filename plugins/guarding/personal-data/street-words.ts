/** Words that make a name a street's, by where they stand, and what towns' codes look like. */

/** Behind the name: `12 Main Street`. */
export const STREET_ENDS = [
  "street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|terrace|ter|square|sq|close",
  "crescent|cres|gardens|gdns|parkway|pkwy|highway|hwy|circle|cir|mews|hill|grove|row|walk|wharf|quay|green|acre|trail|loop",
].join("|");

/** At the end of the name's word: `Musterstraße 12`, `Keizersgracht 126`. */
export const STREET_SUFFIXES = [
  "straße|strasse|str\\.|weg|platz|allee|gasse|ring|damm|ufer|steig|markt",
  "straat|laan|plein|gracht|kade|dijk|singel|gatan|vägen|gata|vej|veien|vei|gade|katu|tie",
].join("|");

/** In front of the name, and the number behind it: `Calle Mayor 5`, `Via Roma 10`, `ul. Prosta 3`. */
export const STREET_BEGINNINGS = [
  "calle|c\\/|avenida|avda\\.?|av\\.|plaza|paseo|carrer|camino|ronda",
  "via|viale|piazza|corso|largo|vicolo|rua|travessa|praça|alameda",
  "rue|avenue|boulevard|place|chemin|allée|impasse|quai|route|cours|ul\\.|ulica|plac|al\\.|aleja|pl\\.|os\\.",
].join("|");

/** In front of the name, and the number in front of it: `12 rue de la République`. */
export const FRENCH_STREETS =
  "rue|avenue|av\\.|boulevard|bd\\.?|place|pl\\.|chemin|allée|impasse|quai|route|cours|square|passage|faubourg";

const US_STATES =
  "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]";

/** Of countries whose streets are written the English way. */
export const ENGLISH_CODES = [
  `(?:${US_STATES}),?\\s\\d{5}(?:-\\d{4})?(?!\\d)`,
  "[A-Z]{1,2}\\d[A-Z\\d]?\\s?\\d[A-Z]{2}(?![A-Z\\d])",
  "[ABCEGHJ-NPRSTVXY]\\d[A-Z]\\s?\\d[A-Z]\\d(?![A-Z\\d])",
  "(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT)\\s\\d{4}(?!\\d)",
  "[AC-FHKNPRTV-Y]\\d[\\dW]\\s?[A-Z\\d]{4}(?![A-Z\\d])",
  // JSON and forms.
  "(?:zip|postal|postcode|plz)\\w{0,8}\\W{1,5}\\d{4,6}(?!\\d)",
].join("|");

/** A code that is named, as members of JSON and fields of forms are. */
export const NAMED_CODE =
  "(?:[Zz]ip|[Pp]ost(?:al|code|leitzahl)?|[Pp]lz|PLZ|[Cc]ode_?[Pp]ostal|cap|cp)\\w{0,8}\\W{1,5}\\d{4,5}(?!\\d)";

/** A code and the beginning of a town's name, as the continent writes them. */
export const CONTINENTAL_TOWN =
  "(?:[A-Z]{1,2}-)?(?:\\d{5}(?:-\\d{3})?|\\d{4}-\\d{3}|\\d{2}-\\d{3}|\\d{3} \\d{2}|\\d{4}(?: ?[A-Z]{2})?)\\s{1,2}\\p{Lu}[\\p{L}.-]{1,30}";
