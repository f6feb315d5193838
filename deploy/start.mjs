// The image's entry. Puts the passwords of DATABASE_PASSWORD_FILE and REDIS_PASSWORD_FILE, where they are given, into
// DATABASE_URL and REDIS_URL: so they stand neither in the compose file nor in what `docker inspect` shows.
import { readFileSync } from 'node:fs';

for (const name of ['DATABASE', 'REDIS']) {
  const file = process.env[`${name}_PASSWORD_FILE`];
  const text = process.env[`${name}_URL`];
  if (!file || !text) continue;
  try {
    const url = new URL(text);
    url.password = encodeURIComponent(readFileSync(file, 'utf8').trimEnd());
    process.env[`${name}_URL`] = url.href;
  } catch (error) {
    process.stderr.write(
      `${name}_URL and ${name}_PASSWORD_FILE cannot be put together: ${error.code ?? error.message}\n`,
    );
    process.exit(2);
  }
}
await import('../dist/server/main.js');
