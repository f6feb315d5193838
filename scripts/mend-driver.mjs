// Mends faults of the database driver in its installed copy. postgres 3.4.9 does not survive the loss of a connection that
// was taken out of its pool (`reserve`): it writes to the closed socket from a timer, where nothing can catch it, and ends
// the process (porsager/postgres#1208); a query that waits behind others, or came between a socket's error and its close, is never answered; and whoever waits for a
// connection when one is lost waits for ever. With this, all of them are answered as any query of a lost connection is.
// Nothing happens where it is mended already; another version of the driver is an error, to be looked at.
import { readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const mended = '/* mended */';

const files = {
  'connection.js': [
    {
      from: `  function nextWrite(fn) {
    const x = socket.write(chunk, fn)`,
      to: `  function nextWrite(fn) { ${mended}
    if (socket === null) {
      nextWriteTimer !== null && clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      return true
    }
    const x = socket.write(chunk, fn)`,
    },
    {
      // Nobody waits for this but the connection itself, which closes when it fails.
      from: `        return fetchArrayTypes()`,
      to: `        return fetchArrayTypes().catch(() => undefined)`,
    },
    {
      // What was asked between a socket's error and its close is pending on it too.
      from: `    !hadError && (query || sent.length) && error(`,
      to: `    ;(query || sent.length) && error(`,
    },
    {
      from: `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)`,
      to: `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)`,
    },
  ],
  'index.js': [
    {
      // Whoever waits for a connection stays in the queue, from which the next that opens serves them.
      from: `        closed.length && connect(closed.shift(), query)
      })
`,
      to: `        closed.length && connect(closed.shift(), opener) ${mended}
      })
`,
    },
    {
      from: `    c.reserved.release = true
`,
      to: `    c.reserved.release = true
    let gone = false
    c.onclose = (e) => {
      gone = true
      while (queue.length) queue.shift().reject(e)
    }
`,
    },
    {
      from: `      c.reserved = null
      onopen(c)
    }
`,
      to: `      if (gone) return
      c.onclose = null
      c.reserved = null
      onopen(c)
    }
`,
    },
    {
      // The pool may have opened the connection again by now, and given it to somebody else.
      from: `    function handler(q) {
      c.queue === full`,
      to: `    function handler(q) {
      if (gone) return q.reject(Errors.connection('CONNECTION_CLOSED', options))
      c.queue === full`,
    },
    {
      from: `    queries.length && connect(c, queries.shift())
`,
      to: `    if (queries.length === 0) return
    const next = queries.shift()
    if (!next.reserve) return connect(c, next)
    queries.push(next)
    connect(c, opener)
`,
    },
    {
      from: `  function connect(c, query) {`,
      to: `  function connect(c, query) {
    query === opener && (query = { reserve: () => undefined, reject: () => undefined })`,
    },
    {
      from: `  const sql = Sql(handler)

  Object.assign(sql, {
    get parameters()`,
      to: `  const opener = {}
  const sql = Sql(handler)

  Object.assign(sql, {
    get parameters()`,
    },
  ],
};

/** Mends the installed driver, if it needs it. Throws where it is not the version that this was written for. */
export function mendDriver() {
  // The CommonJS entry is found, cjs/src/index.js; what Node imports is beside it.
  const root = dirname(dirname(dirname(createRequire(import.meta.url).resolve('postgres'))));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [name, changes] of Object.entries(files)) {
    const file = join(root, 'src', name);
    const text = readFileSync(file, 'utf8');
    if (text.includes(mended)) continue;
    const fits = changes.every(({ from }) => text.split(from).length === 2);
    if (version !== '3.4.9' || !fits) {
      throw new Error(
        `postgres ${version} is not what scripts/mend-driver.mjs mends: see whether it still needs it`,
      );
    }
    const next = changes.reduce((source, { from, to }) => source.replace(from, () => to), text);
    writeFileSync(`${file}.${process.pid}`, next);
    renameSync(`${file}.${process.pid}`, file);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) mendDriver();
