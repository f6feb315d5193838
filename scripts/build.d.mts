/** The names of the targets whose output is missing or older than what it is made of. */
export function staleTargets(): Promise<('server' | 'web')[]>;

/** Builds dist/server/main.js unless it is up to date and gives its path. Throws with esbuild's message when it fails. */
export function buildServer(options?: { force?: boolean }): Promise<string>;

/** Builds dist/web unless it is up to date and gives its path, or undefined while there is no web UI to build. */
export function buildWeb(options?: { force?: boolean }): Promise<string | undefined>;
