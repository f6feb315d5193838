import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Terminal } from './command-line.ts';
import type { RefusedRow } from './import-run.ts';

/** So many are shown at the terminal; all of them stand in the file. */
const mostShown = 20;

/** Tells of refused rows: the first at the terminal, all of them in a CSV file where one is named. */
export interface RefusedRows {
  add(row: RefusedRow): void;
  /** Ends the file, and says how many were not shown. */
  end(): Promise<void>;
}

export async function openRefusedRows(path: string | undefined, terminal: Terminal): Promise<RefusedRows> {
  const file = path === undefined ? undefined : createWriteStream(path, { mode: 0o600 });
  if (file !== undefined) {
    await once(file, 'open');
    file.write(line(['line', 'facility', 'code', 'path', 'message']));
  }
  let count = 0;
  return {
    add({ line: number, facility, code, message, issues }) {
      count += 1;
      const reasons = issues.length === 0 ? [{ path: '', message }] : issues;
      for (const reason of reasons) {
        file?.write(line([String(number), facility, code, reason.path, reason.message]));
      }
      if (count > mostShown) return;
      const where = facility === '' ? `line ${number}` : `line ${number} (${facility})`;
      const why = issues.map((issue) => `${issue.path} ${issue.message}`).join('; ');
      terminal.err(`${where}: ${code}: ${why === '' ? message : `${message}: ${why}`}`);
    },
    async end() {
      if (count > mostShown) {
        const where = path === undefined ? '--refused FILE writes all of them' : `all of them are in ${path}`;
        terminal.err(`… and ${(count - mostShown).toLocaleString('en')} more refused rows; ${where}.`);
      }
      if (file === undefined) return;
      file.end();
      await once(file, 'close');
    },
  };
}

function line(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\r\n`;
}
