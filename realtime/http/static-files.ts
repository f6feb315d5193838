import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly immutable: boolean;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip?: Uint8Array<ArrayBuffer>;
  readonly br?: Uint8Array<ArrayBuffer>;
}

/** Serves the built web client from memory: its files, and its page for every other path a browser may open. */
export interface StaticFiles {
  /** The answer for a path, or nothing where there is no client to serve. */
  serve(path: string, request: Request): Response | undefined;
}

const compressed = { gzip: promisify(gzip), br: promisify(brotliCompress) };

/** Reads the folder once, compressing what is text. An absent folder serves nothing. */
export async function loadStaticFiles(folder: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        files.set(`/${relative(folder, file).split(sep).join('/')}`, await loadFile(file));
      }),
  );
  return {
    serve(path, request) {
      const file = files.get(path) ?? (extname(path) === '' ? files.get('/index.html') : undefined);
      return file && answer(file, request);
    },
  };
}

async function loadFile(file: string): Promise<StaticFile> {
  const bytes = await readFile(file);
  const type = types[extname(file)] ?? 'application/octet-stream';
  const plain = new Uint8Array(bytes);
  const base = {
    type,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    // The bundler puts a hash of the content into the names below this folder.
    immutable: file.split(sep).includes('assets'),
    plain,
  };
  if (bytes.length < 1024 || !/text|json|svg|manifest/.test(type)) return base;
  const br = compressed.br(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  return { ...base, gzip: new Uint8Array(await compressed.gzip(bytes)), br: new Uint8Array(await br) };
}

function answer(file: StaticFile, request: Request): Response {
  const headers: Record<string, string> = {
    'content-type': file.type,
    etag: file.etag,
    vary: 'accept-encoding',
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
  const accepted = request.headers.get('accept-encoding') ?? '';
  if (file.br !== undefined && /\bbr\b/.test(accepted))
    return new Response(file.br, { headers: { ...headers, 'content-encoding': 'br' } });
  if (file.gzip !== undefined && /\bgzip\b/.test(accepted)) {
    return new Response(file.gzip, { headers: { ...headers, 'content-encoding': 'gzip' } });
  }
  return new Response(file.plain, { headers });
}
