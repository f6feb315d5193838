import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync } from 'node:fs';

const mostBytes = 20_000_000;

/**
 * The file that the processes of one service write to, one after the other. A file and not a pipe: they must not lose
 * their words, nor die of writing them, when we are killed.
 * @param {string} path
 */
export function createChildLog(path) {
  /** Where the words of the newest process begin. */
  let from = 0;
  return {
    path,
    /**
     * Gives the open file for as long as `use` takes: a process that was spawned has its own hold of it.
     * @template T
     * @param {(file: number) => T} use
     */
    with: (use) => {
      const file = openSync(path, 'a', 0o600);
      try {
        if (fstatSync(file).size > mostBytes) ftruncateSync(file);
        from = fstatSync(file).size;
        return use(file);
      } finally {
        closeSync(file);
      }
    },
    /** The last lines that are meant for people, or the last line at all. */
    lastWords: () => {
      const lines = readFileSync(path).subarray(from).toString('utf8').trimEnd().split('\n').slice(-20);
      const plain = lines.filter((line) => !line.startsWith('{')).slice(-4);
      return `${(plain.length > 0 ? plain : lines.slice(-1)).join(' ').trim()} (see ${path})`;
    },
  };
}
