import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

/** What a door answered. */
export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** The refresh cookie as a browser would send it back. */
  readonly cookie: string | undefined;
  readonly headers: Headers;
}

/** Posts JSON as a program would, with a cookie or a token where one is given. */
export async function post(
  url: string,
  path: string,
  body: unknown,
  with_: { cookie?: string | undefined; token?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(with_.cookie === undefined ? {} : { cookie: with_.cookie }),
      ...(with_.token === undefined ? {} : { authorization: `Bearer ${with_.token}` }),
      ...with_.headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const json: unknown = await response.json().catch(() => ({}));
  return {
    status: response.status,
    body: z.record(z.string(), z.unknown()).parse(json),
    cookie: response.headers.get('set-cookie')?.split(';')[0],
    headers: response.headers,
  };
}

/** Sends a command over HTTP. */
export function command(url: string, token: string, type: string, data: unknown): Promise<Answered> {
  return post(url, '/commands', { id: uuidv7(), type, data }, { token });
}

const begunSchema = z.object({ deviceCode: z.string(), userCode: z.string() });

/** A display that waits for somebody. */
export async function begin(url: string): Promise<z.infer<typeof begunSchema>> {
  const begun = await post(url, '/walls/pairings', {});
  if (begun.status !== 200) throw new Error(`a pairing could not begin: ${JSON.stringify(begun.body)}`);
  return begunSchema.parse(begun.body);
}

export interface PairedWall {
  readonly wall: string;
  readonly token: string;
  readonly cookie: string;
}

/** Pairs a wall: begun on one node, approved on another, taken on a third, where there are so many. */
export async function pairWall(
  urls: { begin: string; approve: string; take: string },
  approver: string,
  board: { kind: string; place: string } = { kind: 'unit', place: '4w' },
): Promise<PairedWall> {
  const { deviceCode, userCode } = await begin(urls.begin);
  const wall = uuidv7();
  const view = board.kind === 'network' ? 'public' : 'operational';
  const approved = await command(urls.approve, approver, 'wall.approve', {
    wall,
    userCode,
    name: `Wall of ${board.place}`,
    board,
    view,
  });
  if (approved.status !== 200) throw new Error(`not approved: ${JSON.stringify(approved.body)}`);
  const taken = await post(urls.take, '/walls/pairings/token', { deviceCode });
  const token = z.string().safeParse(taken.body.accessToken).data;
  if (token === undefined || taken.cookie === undefined)
    throw new Error(`no token: ${JSON.stringify(taken.body)}`);
  return { wall, token, cookie: taken.cookie };
}
