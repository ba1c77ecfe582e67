/**
 * Writes the labelled texts that the guardrail `pii` is measured on: `node scripts/make-pii-set.mjs path/to/banking77/train.csv`.
 * The same every time. Its checksums are its own: the guardrail's are not to be measured with themselves.
 */

import { readFileSync, writeFileSync } from "node:fs";

const FOLDER = new URL("../test/fixtures/guardrails/pii/", import.meta.url);

/** Mulberry32. */
let state = 20_260_817;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}
const below = (limit) => Math.floor(random() * limit);
const pick = (list) => list[below(list.length)];
const digits = (count) => Array.from({ length: count }, () => below(10)).join("");
const letters = (count, of = "ABCDEFGHJKLMNPRSTUVWXYZ") =>
  Array.from({ length: count }, () => pick(Array.from(of))).join("");
const pad = (number, length = 2) => String(number).padStart(length, "0");
const birth = () => ({ year: 1950 + below(50), month: 1 + below(12), day: 1 + below(28) });
const weighted = (text, weights) =>
  weights.reduce((sum, weight, at) => sum + weight * Number(text[at]), 0);
const grouped = (text, sizes, separator = " ") => {
  let at = 0;
  return sizes.map((size) => text.slice(at, (at += size))).join(separator);
};
/** The first text of `make` that `accept` accepts. */
function until(make, accept) {
  for (;;) {
    const made = make();
    if (accept(made)) return made;
  }
}

// --- Checksums ---------------------------------------------------------------------------------------------------------------

function luhnDigit(body) {
  let sum = 0;
  Array.from(body)
    .toReversed()
    .forEach((digit, at) => {
      const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1);
      sum += doubled > 9 ? doubled - 9 : doubled;
    });
  return (10 - (sum % 10)) % 10;
}
const luhn = (body) => body + luhnDigit(body);
const brokenLuhn = (body) => body + ((luhnDigit(body) + 1 + below(9)) % 10);
function cpfDigit(text) {
  const rest =
    Array.from(text).reduce((sum, digit, at) => sum + Number(digit) * (text.length + 1 - at), 0) %
    11;
  return rest < 2 ? 0 : 11 - rest;
}
const dihedral = (a, b) => {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
  return b < 5 ? 5 + ((10 + a - 5 - b) % 5) : (10 + a - b) % 5;
};
const permute = (digit, times) => {
  let now = digit;
  for (let count = 0; count < times; count++) now = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][now];
  return now;
};
function verhoeff(body) {
  let check = 0;
  Array.from(body)
    .toReversed()
    .forEach((digit, at) => (check = dihedral(check, permute(Number(digit), (at + 1) % 8))));
  for (let digit = 0; digit < 10; digit++) if (dihedral(check, digit) === 0) return body + digit;
  throw new Error("no digit");
}

// --- National ids: value and the words it stands with -------------------------------------------------------------------------

const NATIONAL_IDS = {
  us: () => {
    const parts = [pad(100 + below(500), 3), pad(1 + below(99)), pad(1 + below(9999), 4)];
    return [parts.join("-"), parts.join(" "), parts.join("")];
  },
  gb: () => {
    const nino =
      pick(["AB", "CE", "HJ", "JT", "PW", "SX", "TA", "WM"]) + digits(6) + pick(Array.from("ABCD"));
    return [grouped(nino, [2, 2, 2, 2, 1]), nino, nino.toLowerCase()];
  },
  de: () => {
    const body = until(
      () => 1 + below(9) + digits(9),
      (text) => {
        const counts = Array.from("0123456789")
          .map((digit) => text.split(digit).length - 1)
          .toSorted((one, other) => one - other);
        return counts.join("") === "0111111112";
      },
    );
    let product = 10;
    for (const digit of body) {
      const sum = (Number(digit) + product) % 10 || 10;
      product = (2 * sum) % 11;
    }
    const id = body + ((11 - product) % 10);
    return [grouped(id, [2, 3, 3, 3]), id];
  },
  fr: () => {
    const { year, month } = birth();
    const body = `${1 + below(2)}${pad(year % 100)}${pad(month)}${pick(["13", "33", "59", "69", "75", "92"])}${digits(3)}${digits(3)}`;
    const nir = body + pad(Number(97n - (BigInt(body) % 97n)));
    return [grouped(nir, [1, 2, 2, 2, 3, 3, 2]), nir];
  },
  es: () => {
    const number = digits(8);
    const dni = `${number}${"TRWAGMYFPDXBNJZSQVHLCKE"[Number(number) % 23]}`;
    const tail = digits(7);
    const first = below(3);
    const nie = `${"XYZ"[first]}${tail}${"TRWAGMYFPDXBNJZSQVHLCKE"[Number(`${first}${tail}`) % 23]}`;
    return [
      dni,
      nie,
      `${dni.slice(0, 8)}-${dni.slice(8)}`,
      `${nie[0]}-${nie.slice(1, 8)}-${nie[8]}`,
    ];
  },
  it: () => {
    const { year, month, day } = birth();
    const body = `${letters(6, "BCDFGLMNPRSTV")}${pad(year % 100)}${"ABCDEHLMPRST"[month - 1]}${pad(day + 40 * below(2))}${pick(["H501", "F205", "L219", "A944"])}`;
    const odd = [
      1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let sum = 0;
    Array.from(body).forEach((character, at) => {
      const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
      sum += at % 2 === 0 ? odd[value] : value;
    });
    const code = body + String.fromCharCode(65 + (sum % 26));
    return [code, grouped(code, [3, 3, 5, 5]), code.toLowerCase()];
  },
  nl: () => {
    const bsn = until(
      () => pick(["1", "2"]) + digits(8),
      (text) => weighted(text, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    );
    return [bsn, grouped(bsn, [4, 2, 3], ".")];
  },
  pl: () => {
    const { year, month, day } = birth();
    const body = `${pad(year % 100)}${pad(month)}${pad(day)}${digits(4)}`;
    return [body + ((10 - (weighted(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10)];
  },
  br: () => {
    const body = digits(9);
    const nine = body + cpfDigit(body);
    const cpf = nine + cpfDigit(nine);
    return [`${cpf.slice(0, 3)}.${cpf.slice(3, 6)}.${cpf.slice(6, 9)}-${cpf.slice(9)}`, cpf];
  },
  in: () => {
    const id = verhoeff(2 + below(8) + digits(10));
    return [grouped(id, [4, 4, 4]), id, grouped(id, [4, 4, 4], "-")];
  },
  se: () => {
    const { year, month, day } = birth();
    const number = luhn(`${pad(year % 100)}${pad(month)}${pad(day)}${digits(3)}`);
    return [
      `${number.slice(0, 6)}-${number.slice(6)}`,
      `${Math.floor(year / 100)}${number.slice(0, 6)}-${number.slice(6)}`,
      number,
    ];
  },
  fi: () => {
    const { year, month, day } = birth();
    const number = pad(2 + below(800), 3);
    const date = `${pad(day)}${pad(month)}${pad(year % 100)}`;
    return [`${date}-${number}${"0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(date + number) % 31]}`];
  },
  ca: () => {
    const sin = luhn(1 + below(7) + digits(7));
    return [grouped(sin, [3, 3, 3]), sin, grouped(sin, [3, 3, 3], "-")];
  },
  au: () => {
    const tfn = until(
      () => 1 + below(8) + digits(8),
      (text) => weighted(text, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    );
    return [grouped(tfn, [3, 3, 3]), tfn];
  },
};

/** `#` is the place of the number. */
const ID_TEXTS = {
  us: [
    "My SSN is #, please update the W-2.",
    "Employee social security number: #",
    "ssn=#&state=NY",
    "He read out his social, #, over the phone.",
    '{"ssn":"#"}',
  ],
  gb: [
    "National Insurance number # for the payroll form.",
    "My NI number is #.",
    "NINO: #",
    "Please note my new NI no. #",
  ],
  de: [
    "Meine Steuer-ID lautet #.",
    "Steuerliche Identifikationsnummer: #",
    "IdNr. # (bitte auf dem Antrag eintragen)",
    "The German tax ID is #",
  ],
  fr: [
    "Mon numéro de sécurité sociale est le #.",
    "NIR : #",
    "N° sécu #, né à Lyon",
    "Assuré # inscrit depuis 2019",
  ],
  es: [
    "Mi DNI es # y vivo en Madrid.",
    "NIE: #",
    "Con documento nacional de identidad #, solicito la baja.",
    "El cliente # no ha pagado.",
  ],
  it: ["Il mio codice fiscale è #.", "C.F. #", "Intestatario: Rossi, #", "codice fiscale: #"],
  nl: [
    "Mijn BSN is #.",
    "Burgerservicenummer: #",
    "bsn #, geldig tot 2030",
    "Het sofinummer # staat op de loonstrook.",
  ],
  pl: ["Mój PESEL to #.", "PESEL: #", "Numer PESEL # podany we wniosku", "pesel=#"],
  br: ["Meu CPF é #.", "CPF: #", "O titular, CPF nº #, pede o reembolso.", "cpf #"],
  in: [
    "My Aadhaar number is #.",
    "Aadhaar no: #",
    "आधार # दर्ज करें",
    "UIDAI record for # was updated, aadhar card attached",
  ],
  se: ["Mitt personnummer är #.", "Personnr: #", "Kund med personnummer # har ringt.", "Pers.nr #"],
  fi: ["Henkilötunnukseni on #.", "HETU #", "The Finnish customer # moved to Oulu."],
  ca: [
    "My SIN is #.",
    "Social Insurance Number: #",
    "Numéro d'assurance sociale : #",
    "SIN # on the T4 slip",
  ],
  au: [
    "My TFN is #.",
    "Tax file number: #",
    "TFN # given to the super fund",
    "Please lodge it under tax file number #.",
  ],
};

function nationalIds() {
  return Object.entries(NATIONAL_IDS).flatMap(([country, make]) =>
    ID_TEXTS[country].flatMap((text) => {
      const forms = make();
      // Where no word says what it is, the number stands in the form that everybody writes it in.
      const isBare = /Assuré|cliente #|Intestatario|Finnish/.test(text);
      return [positive("national-id", text.replace("#", isBare ? forms[0] : pick(forms)))];
    }),
  );
}

const MORE_NATIONAL_IDS = [
  "social security number 0 7 8 0 5 1 1 2 0",
  "SSN: 219 09 9999",
  "ｓｓｎ ０７８-０５-１１２０",
  "My tax number is 86 095 742 719, issued by the Bundeszentralamt für Steuern",
  "Sozialversicherungsnummer 15 070649 C 103",
  "NHS number 943 476 5919",
  "CPF 111.444.777-35",
  "DNI 12345678Z",
  "NIE X1234567L",
  "codice fiscale RSSMRA85T10A562S",
  "PESEL 44051401359",
  "HETU 131052-308T",
  "BSN 111222333",
  "CNPJ 11.222.333/0001-81",
  "Aadhaar: 2345 6789 0124",
  "SIN 046 454 286",
  "TFN 123 456 782",
  "Svensk kund, personnummer 811228-9874",
  "AHV-Nr. 756.9217.0769.85",
  "rijksregisternummer 85.07.30-033.28",
  "身份证号 11010519491231002X",
  "My NI number: QQ 12 34 56 C",
];

// --- The other kinds ------------------------------------------------------------------------------------------------------------

const EMAILS = [
  "Please write to anna.schmidt@example.com about the refund.",
  "john_doe+billing@example.co.uk",
  "Contact: <sales@shop.example.org>.",
  '{"customer":{"email":"li.wei88@example.net"}}',
  "mailto:o'brien@example.ie?subject=Hi",
  "Meine Adresse lautet müller@beispiel.example.de, bitte ändern.",
  "Écrivez à jean-luc.picard@exemple.example.fr !",
  "reply-to=carlos%40example.com&x=1",
  "carlos.perez&#64;example.com",
  "carlos.perez&commat;example&period;com",
  "maria（at）example.com",
  "ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
  "ja\u200bne.doe@exam\u200bple.com",
  "john (at) example (dot) com",
  "john [at] example [dot] com",
  "john.smith at example dot com",
  "my mail is peter_parker AT example DOT org",
  "write me: kate {at} example {dot} co {dot} uk",
  "reach me: bob(at)example.com",
  "susan@example(dot)com",
  "You can reach tom at mail dot example dot net any time",
  "JANE.DOE@EXAMPLE.COM",
  "john @ example.com",
  "the address is lucy@ example.com",
  "x@example.io",
  "a.very.long.local.part.with.dots.and.numbers.1984@subdomain.department.example.edu",
  "first: a@example.com, second: b@example.com; third c@example.com",
  "用户邮箱：wang.fang@example.cn，请查收",
  "Почта: ivan.petrov@example.ru.",
  "ログインは taro@example.jp です",
  '"john doe"@example.com',
  "user%2Btag%40example.com",
  "git commit --author='Jane Roe <jane.roe@example.com>'",
  "From: Support Team <support@example.com>\nTo: alex@example.net",
  "https://example.com/unsubscribe?email=nora@example.com",
  "file: invoice_for_mark@example.com.pdf",
  "ftp login is anonymous, password is guest77@example.org",
  "sip:1001@example.com",
  "mi correo es pedro arroba example punto com",
  "meine mail: karl (ät) example punkt de",
  "xn--user@xn--bcher-kva.example",
  "#4711 from t.nguyen@example.vn re: delivery",
  "\\u006a\\u006f\\u0065\\u0040example.com",
  "admin@mail.example.museum",
  "hans@münchen.example.de",
];
const SPLIT_EMAILS = [
  ["My address begins with rosa.diaz@", "example.com, did you get it?"],
  ["It is rosa.diaz", "@example.com"],
  ["Send it to mike@example.", "com please"],
];

const PHONES = [
  "Call me at +1 212 555 0123 after six.",
  "(415) 555-0132",
  "phone: 415-555-0198",
  "My number is 4155550132, text me.",
  "tel:+14155550132",
  "Ring me on 020 7946 0958.",
  "+44 20 7946 0958",
  "mobile 07700 900123",
  "+44 (0)113 496 0123",
  "Sie erreichen mich unter 030 23125 123.",
  "Handy: 0171 3920012",
  "+49 30 23125-123",
  "0049 30 23125 123",
  "Mon numéro : 01 99 00 12 34",
  "+33 1 99 00 12 34",
  "tél. 01.99.00.12.34",
  "Llámame al +34 612 345 678",
  "mi teléfono es 612 345 678",
  "Cell: +39 06 1234 5678",
  "Bel me op 06-12345678",
  "+31 6 12345678",
  "mobil 070-174 06 05",
  "+46 8 465 004 00",
  "WhatsApp +91 98765 43210",
  "+55 11 91234-5678",
  "電話 03-1234-5678",
  "+81 3-1234-5678",
  "zadzwoń: +48 512 345 678",
  "+41 44 668 18 00",
  "手机 138 0013 8000",
  "+86 138 0013 8000",
  "+61 2 5550 1234",
  "Phone (02) 5550 1234",
  "call 1-800-555-0199 now",
  "+1.415.555.0132",
  "415.555.0132 is my cell",
  "４１５－５５５－０１３２",
  "phone 4 1 5 5 5 5 0 1 3 2",
  "+1 4 1 5 5 5 5 0 1 3 2",
  '{"phone":"+1-415-555-0132"}',
  "my number is 415 555\u200b 0132",
  "tel%3A%2B14155550132",
  "Fax +1 (212) 555-0187 ext. 12",
  "Reach us: +353 1 555 0123",
  "телефон +7 495 123-45-67",
  "+90 212 555 01 23",
  "Contact no. +65 6123 4567",
  "please phone 646-555-0143 or 646-555-0144",
  "+971 50 123 4567",
  "You can text +1(646)555-0110",
];

/** Numbers that card schemes and payment providers publish for tests. */
const TEST_CARDS = [
  ["4111111111111111", [4, 4, 4, 4]],
  ["4242424242424242", [4, 4, 4, 4]],
  ["5555555555554444", [4, 4, 4, 4]],
  ["5105105105105100", [4, 4, 4, 4]],
  ["2223003122003222", [4, 4, 4, 4]],
  ["378282246310005", [4, 6, 5]],
  ["371449635398431", [4, 6, 5]],
  ["6011111111111117", [4, 4, 4, 4]],
  ["30569309025904", [4, 6, 4]],
  ["3566002020360505", [4, 4, 4, 4]],
  ["6200000000000005", [4, 4, 4, 4]],
  ["6759649826438453", [4, 4, 4, 4]],
  ["4000056655665556", [4, 4, 4, 4]],
];
const CARD_TEXTS = [
  "My card number is #, expires 12/28.",
  "Please charge # today",
  "card=#&cvc=123",
  '{"card":{"number":"#"}}',
  "Karte # wurde abgelehnt.",
  "Ma carte # ne marche plus",
  "It says # on the front, 09/27 123 on the back",
  "#",
  "la tarjeta # fue clonada",
  "refund to # (Visa)",
];
function cards() {
  const lines = [];
  for (const [number, sizes] of TEST_CARDS) {
    lines.push(positive("payment-card", pick(CARD_TEXTS).replace("#", number)));
    lines.push(
      positive(
        "payment-card",
        pick(CARD_TEXTS).replace("#", grouped(number, sizes, pick([" ", "-", "."]))),
      ),
    );
  }
  const disguised = [
    grouped("4111111111111111", [4, 4, 4, 4], "\n"),
    Array.from("4111111111111111").join(" "),
    Array.from("5555555555554444").join("-"),
    Array.from("378282246310005").join("."),
    "４１１１１１１１１１１１１１１１",
    "4111\u200b1111\u200b1111\u200b1111",
    "4111&#32;1111&#32;1111&#32;1111",
    "4111%201111%201111%201111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111–1111–1111–1111",
    "41 11 11 11 11 11 11 11",
    "411111 1111111111",
    "4111 1111\n1111 1111",
    "4111_1111_1111_1111",
    "4111  1111  1111  1111",
    "4111/1111/1111/1111",
  ];
  for (const number of disguised) lines.push(positive("payment-card", `my card: ${number}`));
  lines.push(said("payment-card", ["My card is 4242 4242", "4242 4242, thanks"]));
  lines.push(
    JSON.stringify({
      reply: {
        value: { answer: "done" },
        toolCalls: [{ id: "1", tool: "charge", input: { pan: "5555 5555 5555 4444" } }],
      },
      kinds: ["payment-card"],
    }),
  );
  return lines;
}

/** From the registry of the standard and the docs of banks. */
const IBANS = [
  "DE89370400440532013000",
  "GB29NWBK60161331926819",
  "GB82WEST12345698765432",
  "FR1420041010050500013M02606",
  "NL91ABNA0417164300",
  "ES9121000418450200051332",
  "IT60X0542811101000000123456",
  "BE68539007547034",
  "CH9300762011623852957",
  "AT611904300234573201",
  "PL61109010140000071219812874",
  "SE4550000000058398257466",
  "NO9386011117947",
  "DK5000400440116243",
  "FI2112345600000785",
  "PT50000201231234567890154",
  "IE29AIBK93115212345678",
  "MT84MALT011000012345MTLCAST001S",
  "SA0380000000608010167519",
  "TR330006100519786457841326",
];
const IBAN_TEXTS = [
  "IBAN: #",
  "Please wire the money to #.",
  "Mein Konto: # bei der Bank",
  "Mon RIB est # merci",
  '{"iban":"#"}',
  "iban=#",
  "L'IBAN # non è valido?",
  "#",
  "to: # ref 20240101",
];
function ibans() {
  const lines = [];
  for (const iban of IBANS) {
    const fours = iban.match(/.{1,4}/g).join(" ");
    lines.push(positive("iban", pick(IBAN_TEXTS).replace("#", iban)));
    lines.push(positive("iban", pick(IBAN_TEXTS).replace("#", fours)));
  }
  const [german = "", british = ""] = IBANS;
  const disguised = [
    german.toLowerCase(),
    german.match(/.{1,4}/g).join("-"),
    british.match(/.{1,4}/g).join("."),
    Array.from(german).join(" "),
    "ＤＥ８９３７０４００４４０５３２０１３０００",
    german.match(/.{1,4}/g).join("\n"),
    german.match(/.{1,4}/g).join("\u00a0"),
    british.match(/.{1,4}/g).join("%20"),
    `${german.slice(0, 9)}\u200b${german.slice(9)}`,
  ];
  for (const iban of disguised) lines.push(positive("iban", `my account ${iban}`));
  lines.push(said("iban", ["It starts with DE89 3704 0044", "0532 0130 00, that is all"]));
  return lines;
}

/** Addresses of the documentation ranges, and a few that everybody has. */
const IPS = [
  "The login came from 203.0.113.42 last night.",
  "ip: 198.51.100.7",
  "192.0.2.146",
  "Server 192.168.1.105 does not answer",
  "ssh root@203.0.113.9",
  "http://203.0.113.80:8080/admin",
  '{"remoteAddr":"198.51.100.23"}',
  '203.0.113.5 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200',
  "X-Forwarded-For: 203.0.113.195, 198.51.100.17",
  "allow 203.0.113.0/24 in the firewall",
  "Meine IP-Adresse ist 203.0.113.77.",
  "mon IP est 198.51.100.99",
  "ping 10.20.30.40 works",
  "from=203.0.113.1",
  "2001:db8::1",
  "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
  "IPv6 2001:db8:85a3::8a2e:370:7334 is blocked",
  "http://[2001:db8::5]:443/",
  "fe80::1ff:fe23:4567:890a%eth0",
  "fd12:3456:789a:1::1 in the office",
  "::ffff:203.0.113.12",
  "2001:DB8:0:0:8:800:200C:417A",
  "２０３．０．１１３．４２",
  "203.0.113[.]42 was seen again",
  "203[.]0[.]113[.]42",
  "203&#46;0&#46;113&#46;42",
  "user 42 connected from 172.16.254.3 port 51122",
  "my ip is 8.8.8.8",
  "Remote address 100.64.12.200 (CGNAT)",
  "Last seen at 198.51.100.250, Berlin",
  "DNS 2001:4860:4860::8888",
  "host 203.0.113.61 up",
  "bind 198.51.100.4;",
  "(203.0.113.14)",
  "src=198.51.100.2 dst=203.0.113.3",
  "blocked 203.0.113.254!",
  "ip address 1.2.3.4",
  "X-Real-IP: 203.0.113.66",
  "203.0.113.42\u200b:22",
  "Die Adresse 2001:db8:1234::/48 gehört uns",
];

const MACS = [
  "MAC 00:1A:2B:3C:4D:5E",
  "00-1A-2B-3C-4D-5E",
  "001a.2b3c.4d5e",
  "my laptop's MAC address is a4:83:e7:2f:10:9c",
  '{"mac":"F0:18:98:AA:BB:CC"}',
  "arp: 192.0.2.1 at 00:00:5e:00:53:01 on en0",
  "wlan0 HWaddr 00:00:5E:00:53:AF",
  "device 3c:22:fb:12:34:56 joined",
  "Router-MAC: 9C-3D-CF-01-02-03",
  "mac=b8:27:eb:98:76:54",
  "０0:1A:2B:3C:4D:5F",
  "bluetooth 11:22:33:aa:bb:cc paired",
  "Adresse MAC : 00:1b:44:11:3a:b7",
  "Cisco 0000.5e00.53ab learned on Gi0/1",
  "ether 02:42:ac:11:00:02 txqueuelen 0",
  "DHCPREQUEST from 52:54:00:12:34:56 via eth0",
  "MAC-Adresse 00:00:5E:00:53:FF",
  "the printer (00:80:77:31:01:07) is offline",
  "dirección MAC 5C:F9:38:AB:CD:EF",
  "BSSID: 20:AA:4B:11:22:33",
  "allow D8-3A-DD-01-02-03 only",
  "2c:54:91:88:c9:e3",
  "mac address 001A2B3C4D5E",
  "00%3A1A%3A2B%3A3C%3A4D%3A5E",
  "00&#58;1A&#58;2B&#58;3C&#58;4D&#58;5E",
  "MAC: 00 1A 2B 3C 4D 5E",
  "00:1A\u200b:2B:3C:4D:5E",
  "a0b1.c2d3.e4f5 is my phone",
  "Geräte-MAC AA-BB-CC-11-22-33 gesperrt",
  "hw address is E4:5F:01:AB:12:CD.",
];

const ADDRESSES = [
  "Ship it to 1600 Example Avenue, Springfield, IL 62704.",
  "742 Evergreen Terrace, Springfield, OR 97403",
  "I live at 221B Baker Street, London NW1 6XE",
  "i live at 221b baker street, london nw1 6xe",
  "10 Downing Street, London SW1A 2AA",
  "My new address: 55 Long Acre Road, Manchester M1 4BT",
  "Flat 3, 18 Queen's Gardens, Edinburgh EH2 4QJ",
  "deliver to 350 Fifth Ave, Apt 21B, New York, NY 10118",
  "1234 Elm St., Austin, TX 78701-1234",
  "99 Beispiel Lane, Toronto, ON M5V 2T6",
  "12 Wattle Drive, Fitzroy VIC 3065",
  "Musterstraße 12, 12345 Musterstadt",
  "Ich wohne in der Beispielstr. 7a, 80331 München.",
  "Am Hafenplatz 3\n20459 Hamburg",
  "Hauptstrasse 45, 8001 Zürich",
  "Lindenweg 9, 1010 Wien",
  "Unter den Linden 77, 10117 Berlin",
  "12 rue de la République, 69002 Lyon",
  "J'habite au 8 bis avenue Victor Hugo, 75016 Paris",
  "45, boulevard Saint-Germain\n75005 Paris",
  "Calle Mayor 5, 28013 Madrid",
  "C/ Gran Vía, 22, 3º B, 28013 Madrid",
  "Avenida de América 14, 41001 Sevilla",
  "Via Roma 10, 00184 Roma",
  "Abito in Piazza Garibaldi, 3 - 80142 Napoli",
  "Keizersgracht 126, 1015 CW Amsterdam",
  "Dorpsstraat 8, 3512 JE Utrecht",
  "ul. Marszałkowska 10/4, 00-590 Warszawa",
  "Storgatan 14, 111 22 Stockholm",
  "Vestergade 3, 8000 Aarhus",
  "Rua das Flores, 123, 01310-100 São Paulo",
  "Rua Augusta 24, 1100-053 Lisboa",
  "〒100-0001 東京都千代田区千代田1-1",
  '{"street":"12 Main Street","city":"Boston","zip":"02108"}',
  "Anna Smith, 4 Privet Drive, Little Whinging, Surrey GU1 1AA",
  "send the card to 77 Massachusetts Ave, Cambridge MA 02139 please",
  "PO Box 1234, Denver, CO 80201",
  "my home address is 15 Rosewood Court, Leeds",
  "We moved to 500 Oak Blvd, Suite 300, Miami, FL 33131.",
  "Rue du Marché 18, 1204 Genève",
  "Apt 4, 27 Park Crescent, Dublin 2, D02 X285",
  "8 place Bellecour 69002 Lyon",
  "Postanschrift: Goetheallee 21, 01309 Dresden",
];

const BIRTHS = [
  "Date of birth: 12/03/1985",
  "DOB 03-12-1985",
  "dob: 1985-03-12",
  "I was born on 12 March 1985 in Leeds.",
  "born March 12, 1985",
  "My birthday is 12th March 1985.",
  "birthdate=1985/03/12",
  '{"dateOfBirth":"1985-03-12"}',
  '{"birth_date":"12.03.1985"}',
  "Geburtsdatum: 12.03.1985",
  "geboren am 12. März 1985 in Köln",
  "geb. 12.3.85",
  "Date de naissance : 12/03/1985",
  "né le 12 mars 1985 à Lyon",
  "Je suis née le 1er avril 1990",
  "Fecha de nacimiento: 12/03/1985",
  "nací el 12 de marzo de 1985",
  "Data di nascita 12/03/1985",
  "nato a Roma il 12 marzo 1985",
  "geboortedatum 12-03-1985",
  "Ik ben geboren op 12 maart 1985",
  "Data de nascimento: 12/03/1985",
  "nascida em 12 de março de 1985",
  "Data urodzenia: 12.03.1985",
  "ur. 12 marca 1985",
  "födelsedatum 1985-03-12",
  "född den 12 mars 1985",
  "生年月日：1985年3月12日",
  "出生日期 1985-03-12",
  "дата рождения 12.03.1985",
  "Doğum tarihi: 12.03.1985",
  "patient (b. 12/03/1985) admitted",
  "DOB: 12 Mar 1985",
  "D.O.B. 3/12/85",
  "The customer's birth date, 12/03/1985, does not match.",
  "12/03/1985 is my date of birth",
  "her b-day is 04/07/1999",
  "ＤＯＢ： １２/０３/１９８５",
  "date of birth 1 2 / 0 3 / 1 9 8 5",
  "born 1985.03.12",
  "date%20of%20birth%3A%2012%2F03%2F1985",
  "syntynyt 12.3.1985",
  "DOB 19850312",
  "I'm born 12-Mar-1985, so I am old enough",
];

/** Several kinds at once, as in real letters. */
const MIXED = [
  [["email", "phone"], "Jane Roe, jane.roe@example.com, tel. +1 415 555 0132"],
  [["date-of-birth", "national-id"], "Name: J. Roe\nDOB: 1985-03-12\nSSN: 219-09-9999"],
  [["iban", "email"], "Refund to DE89 3704 0044 0532 0130 00, receipt to max@example.de"],
  [["payment-card", "date-of-birth"], "Card 4111 1111 1111 1111, born 12/03/1985"],
  [["ip", "mac"], "192.0.2.15 is at 00:00:5e:00:53:10"],
  [["postal-address", "phone"], "Musterstraße 12, 12345 Musterstadt, Tel. +49 30 23125 123"],
  [
    ["postal-address", "email", "phone"],
    "Visit 12 Main Street, Boston, MA 02108 or write to info@example.com or call (617) 555-0123",
  ],
];

/** Written when the guardrail was there, and run on it unseen: it found 38 of the first 48. What it still misses stays here. */
const LATER = [
  ["email", "ping me – sam.lee+x@mail.example.co.jp"],
  ["email", "sam dot lee at example dot org"],
  ["email", "s a m @ example.com"],
  ["email", "contact(AT)example.de"],
  ["email", "<a href='mailto:joe@example.com'>"],
  ["email", "name=joe;mail=joe@example.com;"],
  ["phone", "Give us a bell on 0131 496 0123"],
  ["phone", "Mi cel: 55 1234 5678"],
  ["phone", "Tel: 089/1234567"],
  ["phone", "+1-800-555-0100"],
  ["phone", "(06) 6982 1234 telefono"],
  ["phone", "my landline: 02 9999 1234"],
  ["phone", "reach him under +358 40 1234567"],
  ["payment-card", "CC 5500-0000-0000-0004"],
  ["payment-card", "amex 3400 000000 00009"],
  ["payment-card", "visa: 4012888888881881 exp 01/30"],
  ["payment-card", "4012 8888 8888 1881 - 12/29 - 999"],
  ["iban", "RO49AAAA1B31007593840000"],
  ["iban", "LU28 0019 4006 4475 0000"],
  ["iban", "(HR12 1001 0051 8630 0016 0)"],
  ["national-id", "Soc Sec # 457-55-5462"],
  ["national-id", "NRIC S1234567D"],
  ["national-id", "CURP HEGG560427MVZRRL04"],
  ["national-id", "IdNr 02476291358"],
  ["national-id", "Steuer-IdNr.: 65 929 970 489"],
  ["national-id", "numéro INSEE 2 55 08 14 168 025 38"],
  ["national-id", "TC Kimlik No: 10000000146"],
  ["national-id", "SA ID 8001015009087"],
  ["ip", "visitor 93.184.216.34 banned"],
  ["ip", "2a00:1450:4001:81b::200e replied"],
  ["ip", "IP=45.33.32.156;"],
  ["mac", "eth0: D4:6D:6D:0A:0B:0C"],
  ["mac", "d46d.6d0a.0b0c"],
  ["postal-address", "Please forward mail to 8 Rue de l'Église, 1000 Bruxelles"],
  ["postal-address", "Kärntner Straße 38, 1010 Wien"],
  ["postal-address", "2300 N Lamar Blvd, Austin TX 78705"],
  ["postal-address", "Unit 4, 9-11 Station Road, Bristol BS1 6QF"],
  ["postal-address", "Avenida Paulista, 1578 - Bela Vista, São Paulo - SP, 01310-200"],
  ["postal-address", "Via Giuseppe Verdi 22/A, 20121 Milano"],
  ["postal-address", "1 Infinite Loop, Cupertino, CA 95014"],
  ["postal-address", "Plac Wolności 5, 61-738 Poznań"],
  ["date-of-birth", "patient's DOB is the 3rd of June 1978"],
  ["date-of-birth", "geboren: 03.06.1978"],
  ["date-of-birth", "nata il 3/6/1978 a Milano"],
  ["date-of-birth", "b. 3 June 1978"],
  ["date-of-birth", "Her date of birth: June 3 1978"],
  ["date-of-birth", "född 780603"],
  ["date-of-birth", "fecha nac. 03/06/1978"],
];
const LATER_NEGATIVES = [
  "Python 3.12.1 and node 22.11.0.1",
  "call me at 3 or 4 pm",
  "the 2024-2025 season: 3-1 4-2 5-0",
  "PO 4500123456 for call-off",
  "Bitcoin 1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
  "id: 64b7f0c2e13f4a0012345678",
  "uuid 123e4567-e89b-12d3-a456-426614174000",
  "call +500 times",
  "room 12, Main Street style decor",
  "Meeting 12 May 2025, room 4, Berlin",
  "12:34:56:78:90",
  "Ticket 0800-1234 open",
  "GPS 48.858370, 2.294481",
  "balance 4539 1488 0343 6468 points?",
  "mobile data 10.5.2.1 release",
  "Contact ID 20230915123456",
  "born again on 12 May",
  "phone case order 2125550123",
  "1-2-3-4-5-6-7-8-9-10-11",
  "ISO 8601:2004, RFC 5322, 10 Gbit/s",
];

function positive(kind, text) {
  return JSON.stringify({ text, kinds: [kind] });
}

function said(kind, texts) {
  return JSON.stringify({
    messages: texts.map((content) => ({ role: "user", content })),
    kinds: [kind],
  });
}

const positives = [
  ...EMAILS.map((text) => positive("email", text)),
  ...SPLIT_EMAILS.map((texts) => said("email", texts)),
  ...PHONES.map((text) => positive("phone", text)),
  ...cards(),
  ...ibans(),
  ...nationalIds(),
  ...MORE_NATIONAL_IDS.map((text) => positive("national-id", text)),
  ...IPS.map((text) => (text.startsWith("arp") ? "" : positive("ip", text))),
  ...MACS.map((text) =>
    JSON.stringify({ text, kinds: /192\.0\.2/.test(text) ? ["mac", "ip"] : ["mac"] }),
  ),
  ...ADDRESSES.map((text) => positive("postal-address", text)),
  ...BIRTHS.map((text) => positive("date-of-birth", text)),
  ...LATER.map(([kind, text]) => positive(kind, text)),
  ...MIXED.map(([kinds, text]) => JSON.stringify({ text, kinds })),
];

// --- Hard negatives ---------------------------------------------------------------------------------------------------------------

const HAND_WRITTEN_NEGATIVES = [
  "Upgrade to version 1.2.3.4 before Friday.",
  "Release v10.0.19045.3803 is out",
  "firmware 2.4.13.7 fixes it",
  "Chrome/120.0.6099.109 Safari/537.36",
  "see section 3.1.4.2 of the contract",
  "package@1.2.3",
  "npm i left-pad@1.3.0",
  "@types/node@20.11.5 is installed",
  "Assembly 4.0.0.0, Culture=neutral",
  "listen on 127.0.0.1:8080",
  "bind 0.0.0.0",
  "netmask 255.255.255.0",
  "the result was 300.400.500.600",
  "lodash==4.17.21.1",
  "driver 31.0.15.3623 crashes",
  "std::vector<int> v;",
  "a::b::c",
  "use Foo::Bar;",
  "Time 12:30:45",
  "it ran for 01:02:03:04",
  "10:20:30:40:50",
  "ratio 1:2:3:4:5:6",
  "::before { content: '' }",
  "SHA256:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01",
  "fingerprint 43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8",
  "00:00:00:00:00:00",
  "colors #aabbcc #001122",
  "@john thanks for the tip",
  "follow us @example",
  "image@2x.png is missing",
  "decorated with @Component.method",
  "user@localhost",
  "a @ b",
  "5 @ 3.50 each",
  "meet me at noon dot",
  "find us at example.com",
  "visit us at example dot com",
  "see the docs at docs.example.com",
  "git@github.com:org/repo.git",
  "scp file deploy@server:/tmp",
  "x = a@b",
  "matrix @ vector.T",
  "price: 3 @ $4.99",
  "foo@bar",
  "@example.com",
  "someone@",
  "we are at home dot",
  "postgres://app:pw@db:5432/app",
  "Twitter: @jane_doe",
  "at example dot",
  "the cat sat at the dot",
  "look at this dot com bubble",
  "a dot com company at heart",
  "Order 4111111111111112 was shipped",
  "order number 1234567890123456",
  "Tracking 1Z999AA10123456784",
  "Tracking number 9400111899223100001234",
  "invoice 20240312-0001",
  "invoice 2024-03-12-0007",
  "IMEI 490154203237518",
  "ISBN 978-3-16-148410-0",
  "EAN 4006381333931",
  "EAN 5901234123457",
  "ISSN 2049-3630",
  "timestamp 1700000000000",
  "epoch 1700000000",
  "trace id 4bf92f3577b34da6a3ce929d0e0e4736",
  "4111-1111-1111-1112",
  "5555 5555 5555 4445",
  "0000 0000 0000 0000",
  "1234 5678 9012 3456",
  "pi is 3.14159265358979323846",
  "2^64 = 18446744073709551616",
  "9007199254740991",
  "1,234,567,890.12",
  "€ 1.234.567,89",
  "R$ 12.345.678,90",
  "12345678901234567890",
  "The account has 4 5 6 items",
  "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
  "GB29NWBK60161331926818",
  "DE88370400440532013000",
  "DE89 3704 0044 0532 0130 01",
  "IBAN format: DEkk BBBB BBBB CCCC CCCC CC",
  "XX12345678901234567890",
  "code AB12 CDEF 3456",
  "SE45 was the flight",
  "order DE1234567890",
  "BIC COBADEFFXXX",
  "part no. NL91-ABNA-0000-1111",
  "swift code NWBKGB2L",
  "000-12-3456",
  "666-12-3456",
  "part 987-65-4321",
  "SSN format is XXX-XX-XXXX",
  "case 12-345-6789",
  "model AB123456C",
  "product QQ123456",
  "DNI 12345678A",
  "NIE X1234567A",
  "CPF 111.444.777-36",
  "CPF 123.456.789-00",
  "PESEL 44051401358",
  "BSN 111222334",
  "Aadhaar 2345 6789 0123",
  "SIN 046 454 287",
  "TFN 123 456 781",
  "personnummer 811228-9873",
  "HETU 131052-308U",
  "codice fiscale RSSMRA85T10A562T",
  "Steuer-ID 86 095 742 718",
  "sin(123456789) is a number",
  "the sin 130692544 committed",
  "call function 1234567890",
  "order 0171392001",
  "ticket 415-555",
  "room 020 7946",
  "pages 100-200",
  "years 1990-1999",
  "score 21-19 21-17",
  "2024-03-12 14:30:00",
  "12/03/2024",
  "2024-03-12T14:30:00.000Z",
  "03.12.2024 10:15",
  "+1 for this idea",
  "+100 points",
  "I waited 10-15 minutes",
  "dial 911",
  "call 112 in an emergency",
  "4 x 4 x 8 cm",
  "(1) 2 (3) 4 (5)",
  "SKU 415-5550132-A",
  "ref 2127-4432-99",
  "id 4155550132",
  "row 0302312512 of the table",
  "ZIP 10118-0110",
  "latitude 52.520008, longitude 13.404954",
  "52.5200, 13.4050",
  "+52.5200 -13.4050",
  "1e-10",
  "0x7fff5fbff8c0",
  "ticket #5550132",
  "call me in 5 minutes",
  "phone model 3310",
  "Nokia 3310 8110 6300",
  "my phone is a Galaxy S21 5G 128GB",
  "tel quel",
  "increase of +12.5% to 1,200,300",
  "call center closed 2023-10-01 to 2023-10-15",
  "Mobile app build 20240312.1",
  "phone bill of 1,234.56",
  "The meeting is on 12 March 2024.",
  "founded 12 March 1985",
  "Birthday sale ends 12/03/2026",
  "birthday gift card, valid until 01/01/2027",
  "born to be wild",
  "newborn 12345",
  "the company was established on 1985-03-12",
  "stubborn since 12/03/1985",
  "valid from 12.03.2024",
  "expires 12/28",
  "date of birth is required",
  "geboren in Köln",
  "reborn 2023",
  "airborne on 12/03/2020",
  "DOB format: DD/MM/YYYY",
  "born in 1985",
  "borne by the buyer from 01.01.2020",
  "deadline 1985-03-12",
  "My birthday is in March",
  "né quelque part",
  "Chapter 5 Main ideas",
  "Top 10 Street foods",
  "24 Hour Drive",
  "I have 3 Way calls",
  "100 Place settings",
  "Route 66 road trip",
  "5 star court",
  "42 Wall Street banks failed",
  "2 Main Roads lead there",
  "the 7 Avenue stores",
  "in 30 days, London will",
  "Via email 10 times",
  "Calle 13 is a band",
  "place 12 orders, 12345 units",
  "rue 12",
  "am Platz 3",
  "Der Weg 5, das Ziel",
  "Windows 10 Drive C",
  "24 Court cases, 12345 pages",
  "1 Way ticket, London",
  "a 5 minute Drive, then left",
  "3 Close friends, Paris",
  "12 angry men, New York, NY",
  "postcode lottery SW1A",
  "Springfield, IL",
  "10115 Berlin",
  "The code 12345 Paris is wrong",
  "Straße gesperrt",
  "Hauptstraße ist gesperrt",
  "Allee 5 Bäume",
  "zip code 62704",
  "Boulevard of Broken Dreams",
  "street 5",
  "const ip = '256.1.1.1';",
  "git rebase 4b4b3a6..00e3ece",
  "color: rgba(12,34,56,0.78)",
  "for (let i = 0; i < 1000000000; i++)",
  "SELECT * FROM t WHERE id IN (1001, 1002, 1003, 1004)",
  "docker run -p 8080:80 -p 4430:443 nginx:1.25.3",
  "kubectl get pods -n ns-12",
  "chmod 0755 0644",
  "uid=1000(user) gid=1000(user)",
  "[1,2,3,4,5,6,7,8,9,0]",
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA",
  "GET /v1/items/1234567890?page=2",
  "rgb(255, 255, 255)",
  "regex: [\\w.]+@[\\w.]+",
  'ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"',
  "$ echo $((4111 + 1111))",
  "error 0x80070005 at 0x00007ff6",
  "Content-Length: 4155550132",
];

function generatedNegatives() {
  const makers = [
    () => `Order ${pick(["no.", "number", "#", "ID"])} ${letters(2)}-${digits(8)} has not arrived.`,
    () => `My order ${digits(3)}-${digits(7)}-${digits(7)} is late`,
    () => `version ${below(20)}.${below(30)}.${below(40)}.${below(9000)}`,
    () => `${pick(["app", "lib", "core"])}-${below(9)}.${below(20)}.${below(20)}.tar.gz`,
    () => `request ${uuid()} failed`,
    () => `commit ${hex(40)}`,
    () => `md5 ${hex(32)} sha ${hex(64)}`,
    () => `SKU ${letters(3)}-${digits(4)}-${letters(2)}`,
    () => `article ${digits(4)}-${digits(4)}-${letters(1)}`,
    () => `reference ${brokenLuhn(`4${digits(14)}`)} on the statement`,
    () => `card ending in ${digits(4)}`,
    () =>
      `card number ${grouped(brokenLuhn(`5${1 + below(5)}${digits(13)}`), [4, 4, 4, 4])} is misprinted`,
    () =>
      `at ${2020 + below(6)}-${pad(1 + below(12))}-${pad(1 + below(28))}T${pad(below(24))}:${pad(below(60))}:${pad(below(60))}Z`,
    () =>
      `paid on ${pad(1 + below(28))}/${pad(1 + below(12))}/${2020 + below(6)}, ${below(900)}.${digits(2)} EUR`,
    () => `total ${1 + below(9)},${digits(3)},${digits(3)}.${digits(2)} USD`,
    () => `unix time ${1_600_000_000 + below(100_000_000)}.${digits(6)}`,
    () => `parcel ${letters(2)}${digits(9)}${letters(2)}`,
    () => `VIN ${letters(3)}${digits(2)}${letters(3)}${digits(9)}`,
    () => `ISBN 978-${1 + below(9)}-${digits(4)}-${digits(4)}-${below(10)}`,
    () => `trace=${hex(16)}-${hex(8)}`,
    () => `job ${digits(6)} took ${below(60)}.${digits(3)} s, ${digits(9)} bytes`,
    () => `confirmation code ${letters(6)}`,
    () =>
      `flight ${letters(2)}${digits(3)} gate ${letters(1)}${digits(2)} seat ${digits(2)}${letters(1)}`,
    () => `transaction ${digits(12)} was declined twice`,
  ];
  return makers.flatMap((make) => Array.from({ length: 6 }, make));
}
const hex = (count) => letters(count, "0123456789abcdef");
const uuid = () => [8, 4, 4, 4, 12].map(hex).join("-");

/** Every so many-th question of the bank's customers: all intents, as the file is in their order. */
function questions() {
  const [, ...rows] = readFileSync(process.argv[2], "utf8")
    .trim()
    .split(/\n(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const texts = rows.map((row) =>
    row.slice(0, row.lastIndexOf(",")).replace(/^"|"$/g, "").replaceAll('""', '"').trim(),
  );
  return texts.filter((_, at) => at % 33 === 0);
}

const negatives = [
  ...HAND_WRITTEN_NEGATIVES,
  ...LATER_NEGATIVES,
  ...generatedNegatives(),
  ...questions(),
].map((text) => JSON.stringify({ text }));

writeFileSync(new URL("positive.jsonl", FOLDER), `${positives.filter(Boolean).join("\n")}\n`);
writeFileSync(new URL("negative.jsonl", FOLDER), `${negatives.join("\n")}\n`);
