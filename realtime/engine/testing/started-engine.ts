import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Command, EngineProcessSettings, Notice } from './engine-process.ts';

const here = dirname(fileURLToPath(import.meta.url));

type NoticeOf<Kind extends Notice['is']> = Extract<Notice, { is: Kind }>;

/** An engine in a process of its own, for tests. */
export interface StartedEngine {
  readonly created: NoticeOf<'created'>;
  /** Carries a command out; rejects with its error, `code` included. */
  order(command: Command): Promise<{ port: number }>;
  /** The next notice of a kind that has not been taken yet, past ones included. */
  next<Kind extends Notice['is']>(
    kind: Kind,
    matches?: (notice: NoticeOf<Kind>) => boolean,
  ): Promise<NoticeOf<Kind>>;
  kill(): Promise<void>;
}

export interface EngineProgram {
  /** Starts an engine; rejects with the error's name and message when it is refused. */
  start(settings: Partial<EngineProcessSettings>): Promise<StartedEngine>;
  remove(): Promise<void>;
}

/**
 * Builds the engine's test process once; plain node runs it. With `binary`, it finds another uWebSockets.js than the
 * installed one: that binary, in a package that ends the process when it is loaded.
 */
export async function buildEngineProgram({ binary }: { binary?: string } = {}): Promise<EngineProgram> {
  // Beneath node_modules, so that the packages that are not bundled are found.
  const cache = join(here, '../../../node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'engine-'));
  const outfile = join(folder, 'engine-process.mjs');
  await build({
    entryPoints: [join(here, 'engine-process.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
  if (binary !== undefined) {
    const impostor = join(folder, 'node_modules/uWebSockets.js');
    await mkdir(impostor, { recursive: true });
    await writeFile(join(impostor, 'package.json'), '{"name":"uWebSockets.js","main":"uws.js"}');
    await writeFile(join(impostor, 'uws.js'), 'process.exit(9)');
    const { platform, arch, versions } = process;
    await writeFile(join(impostor, `uws_${platform}_${arch}_${versions.modules}.node`), binary);
  }
  return {
    start: (settings) => start(outfile, settings),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const defaults: EngineProcessSettings = {
  prefer: 'auto',
  maxRequestBytes: 100_000,
  requestTimeoutMs: 10_000,
  maxSocketBufferBytes: 1_048_576,
  maxHttpBufferSize: 200_000,
  pingInterval: 25_000,
  pingTimeout: 20_000,
};

async function start(program: string, settings: Partial<EngineProcessSettings>): Promise<StartedEngine> {
  const child = fork(program, {
    execArgv: [],
    env: { ...process.env, ENGINE_SETTINGS: JSON.stringify({ ...defaults, ...settings }) },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  const notices = new Notices(child);
  const created = await Promise.race([notices.next('created'), refusal(notices)]);
  child.stderr?.pipe(process.stderr);

  return {
    created,
    next: (kind, matches) => notices.next(kind, matches),
    order: async (command) => {
      child.send(command);
      const { port = 0, error } = await notices.next('done', (done) => done.command === command.do);
      if (error) throw Object.assign(new Error(error.message), { code: error.code });
      return { port };
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function refusal(notices: Notices): Promise<never> {
  const { error, message } = await notices.next('refused');
  throw Object.assign(new Error(message), { name: error });
}

class Notices {
  readonly #untaken: Notice[] = [];
  readonly #hearers = new Set<() => void>();
  #ended: string | undefined;

  constructor(child: ChildProcess) {
    child.on('message', (notice: Notice) => {
      this.#untaken.push(notice);
      this.#wake();
    });
    child.once('exit', (code, signal) => {
      this.#ended = `the engine's process ended (${signal ?? code})`;
      this.#wake();
    });
  }

  async next<Kind extends Notice['is']>(
    kind: Kind,
    matches: (notice: NoticeOf<Kind>) => boolean = () => true,
  ): Promise<NoticeOf<Kind>> {
    const isWanted = (notice: Notice): notice is NoticeOf<Kind> => notice.is === kind;
    for (;;) {
      const wanted = this.#untaken.filter(isWanted).find(matches);
      if (wanted) {
        this.#untaken.splice(this.#untaken.indexOf(wanted), 1);
        return wanted;
      }
      if (this.#ended) throw new Error(this.#ended);
      await new Promise<void>((resolve) => {
        this.#hearers.add(resolve);
      });
    }
  }

  #wake(): void {
    for (const hear of this.#hearers) hear();
    this.#hearers.clear();
  }
}
