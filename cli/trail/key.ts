/** `signalbox audit key`: makes the pair of keys that checkpoints are signed and checked with. */

import type { Command } from "commander";
import { createKeyPair } from "../../audit/keys.ts";
import { printJson, type Terminal } from "../terminal.ts";
import { writeSecretFile } from "./trail-files.ts";

interface Options {
  readonly out: string;
  readonly json?: boolean;
}

export function addAuditKey(audit: Command, terminal: Terminal): void {
  audit
    .command("key")
    .description("make the keys that the trail is signed and checked with")
    .option("--out <file>", "where the private key goes", "signalbox-audit-key.pem")
    .option("--json", "print JSON")
    .action(({ out, json }: Options) => {
      const { privateKey, publicKey, keyId } = createKeyPair();
      writeSecretFile(out, privateKey, terminal);
      if (json) printJson(terminal, { keyId, publicKey, privateKeyFile: out });
      else {
        terminal.print(`Key id  ${keyId}\n${publicKey.trimEnd()}`);
        terminal.tell(
          `\nThe private key is in "${out}", which only you can read: workers take what it holds as SIGNALBOX_AUDIT_KEY. The public key\n` +
            "above is for whoever checks the trail: keep it where those who could change the trail cannot.",
        );
      }
    });
}
