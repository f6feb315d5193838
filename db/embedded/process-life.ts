import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemCode } from './embedded-postgres-error.ts';

/**
 * A process id alone says little: after a restart of the machine, and in containers always, another process has it.
 * A life is the id with the moment it began.
 */
export interface ProcessLife {
  pid: number;
  /** Undefined where the system does not tell when a process began. */
  began?: string | undefined;
}

/** The life that has this id now, or undefined when no process has it (one that is dead and unreaped counts as none). */
export function lifeOf(pid: number): ProcessLife | undefined {
  if (!answersSignals(pid)) return undefined;
  if (process.platform === 'linux') {
    const stat = read(`/proc/${pid}/stat`);
    // Hidden (/proc with hidepid): it lives, and that is all there is to know.
    if (stat === undefined) return answersSignals(pid) ? { pid } : undefined;
    // The name in brackets may itself hold brackets and spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, began: `${read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${fields[19] ?? ''}` };
  }
  return { pid, began: ps(pid, 'lstart=') };
}

/** Whether that very process is still running, and not another one with its id. */
export function stillLives(life: ProcessLife): boolean {
  const now = lifeOf(life.pid);
  if (!now) return false;
  return now.began === undefined || life.began === undefined || now.began === life.began;
}

/** The arguments a process was started with; undefined where the system does not tell. */
export function commandLineOf(pid: number): string | undefined {
  return process.platform === 'linux'
    ? read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ')
    : ps(pid, 'command=');
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    const text = execFileSync('ps', ['-ww', '-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}
