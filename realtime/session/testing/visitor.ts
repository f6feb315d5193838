/** A browser without a window: keeps cookies by host and path, and goes where it is sent when it is told to. */
export interface Visitor {
  /** Asks for an address, and follows nowhere. */
  get(url: string): Promise<Response>;
  post(url: string, fields: Record<string, string>): Promise<Response>;
  /** What it would send to an address. */
  cookies(url: string): string;
  /** Another that has the same cookies. */
  copy(): Visitor;
}

interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly value: string;
}

export function createVisitor(jar: Map<string, Cookie> = new Map()): Visitor {
  function cookies(url: string): string {
    const { hostname, pathname } = new URL(url);
    return [...jar]
      .filter(([, { host, path }]) => host === hostname && pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ');
  }

  async function send(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (cookies(url) !== '') headers.set('cookie', cookies(url));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', ...value] = pair.split('=');
      const given = new Map(attributes.map((one) => [one.split('=')[0]?.toLowerCase(), one.split('=')[1]]));
      const { hostname } = new URL(url);
      const path = given.get('path') ?? '/';
      const key = `${name} ${hostname} ${path}`;
      if (given.get('max-age') === '0' || value.join('=') === '') jar.delete(key);
      else jar.set(key, { host: hostname, path, value: value.join('=') });
    }
    return response;
  }

  return {
    get: (url) => send(url, {}),
    post: (url, fields) => send(url, { method: 'POST', body: new URLSearchParams(fields) }),
    cookies,
    copy: () => createVisitor(new Map(jar)),
  };
}
