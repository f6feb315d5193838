import { z } from 'zod';
import { faultOfDatabaseUrl } from '#db/database-url.ts';
import { type Keepable, keepable } from '#db/erasure.ts';
import { type KeyRingSource, keyRingSourceOf } from '#db/key-ring.ts';
import { type Retention, readRetention } from '#db/retention.ts';
import { isThisMachine } from './post/mailer.ts';
import { networkList, originList } from './setting-lists.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const url = (...schemes: string[]) =>
  z.string().refine(
    (text) => {
      const parsed = URL.canParse(text) ? new URL(text) : undefined;
      return parsed !== undefined && schemes.includes(parsed.protocol);
    },
    `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  );

const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  PORT: port.default(4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  DATA_DIR: z.string().min(1).default('.carewall'),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  REDIS_CA: z.string().min(1).optional(),
  KEY_RING: z.string().min(1).optional(),
  KEY_RING_FILE: z.string().min(1).optional(),
  CORS_ORIGINS: originList,
  FRAME_ANCESTORS: originList,
  TRUSTED_PROXIES: networkList,
  ENGINE: z.enum(['auto', 'uws', 'node']).default('auto'),
  DEMO: z.enum(['on', 'off']).optional(),
  MLLP_PORT: port.optional(),
  MLLP_TLS_PORT: port.optional(),
  MLLP_TLS_CERT: z.string().min(1).optional(),
  MLLP_TLS_KEY: z.string().min(1).optional(),
  MLLP_TLS_CA: z.string().min(1).optional(),
  PUBLIC_URL: url('http:', 'https:').optional(),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z
    .string()
    .max(320)
    .regex(/^([^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, 'must be an e-mail address')
    .optional(),
  SMS_URL: url('http:', 'https:')
    .refine(
      (text) => !URL.canParse(text) || text.startsWith('https:') || isThisMachine(new URL(text).hostname),
      'must begin with https:// unless it is this machine',
    )
    .optional(),
  SMS_SECRET: z.string().min(32, 'must have 32 characters or more').optional(),
  ERASURE_KEEPS: z.string().optional(),
  RETENTION_DAYS: z.string().default(''),
  COUNT_LINK_HOURS: z.coerce.number().int().min(1).max(720).default(24),
  OIDC_ISSUER: url('https:', 'http:').optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET_FILE: z.string().min(1).optional(),
  OIDC_ORG: z.string().min(1).optional(),
  OIDC_NAME: z.string().min(1).max(60).optional(),
  OIDC_STRONG_ACR: z.string().min(1).optional(),
  HISTORY_DAYS: z.coerce.number().int().min(1).max(36_500).default(90),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** What a server is told from outside, read once. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Unset: the embedded database, under the data directory. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Unset: this node is alone. Set: all nodes of one database and one Redis form a tier. */
  readonly redisUrl: string | undefined;
  /** The authority that signed Redis's certificate, as a path of a PEM file. Unset: those that Node knows. */
  readonly redisCa: string | undefined;
  readonly keyRing: KeyRingSource;
  /** Other origins whose pages may use the API with what their browser knows of us. Our own always may. */
  readonly corsOrigins: readonly string[];
  /** Who may show our pages within theirs: nobody, unless said. */
  readonly frameAncestors: readonly string[];
  /** Networks of proxies that are believed when they say for whom they ask. */
  readonly trustedProxies: readonly string[];
  readonly engine: 'auto' | 'uws' | 'node';
  readonly demo: boolean;
  /** Unset: no HL7 v2 listener. */
  readonly mllpPort: number | undefined;
  /** Unset: no HL7 v2 listener that speaks TLS. The files are read when it opens. */
  readonly mllpTls: MllpTlsSettings | undefined;
  /** Unset: `http://localhost:PORT`, with the port that was really taken. */
  readonly publicUrl: string | undefined;
  /** Unset: nobody signs in by way of an identity provider. */
  readonly oidc: OidcSettings | undefined;
  /** How long the history of topics is kept; whole months are dropped once all of them is older. */
  readonly historyDays: number;
  /** Unset: no mail is sent. */
  readonly smtp: { readonly url: string; readonly from: string } | undefined;
  /** Unset: no text message is sent. */
  readonly sms: { readonly url: string; readonly secret: string } | undefined;
  /** How long each kind of data is kept, in days. */
  readonly retention: Retention;
  /** What stays of an erased person, under a pseudonym. */
  readonly erasureKeeps: readonly Keepable[];
  /** How long a facility's contact who did not answer is left alone before they are asked again. */
  readonly countLinkHours: number;
  readonly logLevel: string;
}

/** Paths of PEM files; with `ca` clients must present a certificate it has signed. */
export interface MllpTlsSettings {
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}

/** An identity provider (OpenID Connect) that vouches for the people of one organisation. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Neither: a public client, by PKCE alone. The file is read at the start. */
  readonly clientSecret: { readonly value: string } | { readonly file: string } | undefined;
  readonly org: string;
  /** How the button calls it. */
  readonly name: string;
  /** Values of `acr` that stand for more than one factor, besides `mfa` in `amr`. */
  readonly strongAcr: readonly string[];
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads the settings from environment variables; names every fault at once, without the values. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): SettingsResult {
  // An empty variable is an unset one: compose files and shells cannot tell them apart.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (given.NODE_ENV === 'production') {
    if (given.DATABASE_URL === undefined)
      faults.push('DATABASE_URL: is needed in production; the embedded database is not for it');
    if (given.DEMO === 'on') faults.push('DEMO: cannot be on in production');
  }
  if (given.KEY_RING !== undefined && given.KEY_RING_FILE !== undefined)
    faults.push('KEY_RING: is given, and so is KEY_RING_FILE; one of them is enough');
  const databaseFault = parsed.data?.DATABASE_URL && faultOfDatabaseUrl(parsed.data.DATABASE_URL);
  if (databaseFault !== undefined) faults.push(`DATABASE_URL: ${databaseFault}`);
  if (parsed.data?.REDIS_CA !== undefined && !parsed.data.REDIS_URL?.startsWith('rediss:'))
    faults.push('REDIS_CA: is for a REDIS_URL that begins with rediss://');
  const privacy = readPrivacy(parsed.data);
  faults.push(...privacy.faults);
  const tls = readMllpTls(parsed.data);
  const post = readPost(parsed.data);
  const oidc = readOidc(parsed.data);
  faults.push(...tls.faults, ...post.faults, ...oidc.faults);
  if (!parsed.success || faults.length > 0) return { ok: false, faults };
  const values = parsed.data;
  const demo = values.DEMO === undefined ? values.DATABASE_URL === undefined : values.DEMO === 'on';
  return {
    ok: true,
    settings: {
      port: values.PORT,
      host: values.HOST,
      databaseUrl: values.DATABASE_URL,
      dataDir: values.DATA_DIR,
      redisUrl: values.REDIS_URL,
      redisCa: values.REDIS_CA,
      keyRing: keyRingSourceOf(values),
      corsOrigins: values.CORS_ORIGINS,
      frameAncestors: values.FRAME_ANCESTORS,
      trustedProxies: values.TRUSTED_PROXIES,
      engine: values.ENGINE,
      demo,
      mllpPort: values.MLLP_PORT ?? (demo ? 2575 : undefined),
      mllpTls: tls.settings,
      publicUrl: values.PUBLIC_URL,
      oidc: oidc.settings,
      historyDays: values.HISTORY_DAYS,
      smtp: post.smtp,
      sms: post.sms,
      retention: privacy.retention,
      erasureKeeps: privacy.keeps,
      countLinkHours: values.COUNT_LINK_HOURS,
      logLevel: values.LOG_LEVEL,
    },
  };
}

/** A server for mail and who it is from go together; so do a service for text messages and its secret. */
function readPost(values: z.infer<typeof environmentSchema> | undefined): {
  smtp: Settings['smtp'];
  sms: Settings['sms'];
  faults: string[];
} {
  const { SMTP_URL, MAIL_FROM, SMS_URL, SMS_SECRET } = values ?? {};
  const faults = [
    ...(SMTP_URL !== undefined && MAIL_FROM === undefined ? ['MAIL_FROM: is needed where mail is sent'] : []),
    ...(SMS_URL !== undefined && SMS_SECRET === undefined
      ? ['SMS_SECRET: is needed where text messages are sent']
      : []),
  ];
  return {
    smtp: SMTP_URL === undefined || MAIL_FROM === undefined ? undefined : { url: SMTP_URL, from: MAIL_FROM },
    sms: SMS_URL === undefined || SMS_SECRET === undefined ? undefined : { url: SMS_URL, secret: SMS_SECRET },
    faults,
  };
}

/** Left out, everything that may be kept is. Given and empty is not told apart from left out: `none` keeps nothing. */
function readPrivacy(values: z.infer<typeof environmentSchema> | undefined): {
  retention: Retention;
  keeps: readonly Keepable[];
  faults: string[];
} {
  const { HISTORY_DAYS: events = 90, RETENTION_DAYS = '', ERASURE_KEEPS } = values ?? {};
  const read = readRetention(RETENTION_DAYS, events);
  const named =
    ERASURE_KEEPS === undefined ? keepable : ERASURE_KEEPS === 'none' ? [] : ERASURE_KEEPS.split(',');
  const keeps = keepable.filter((kind) => named.some((name) => name.trim() === kind));
  return {
    retention: read.days,
    keeps,
    faults: [
      ...read.faults.map((fault) => `RETENTION_DAYS: ${fault}`),
      ...(keeps.length < named.length ? [`ERASURE_KEEPS: must be none, or of ${keepable.join(', ')}`] : []),
    ],
  };
}

/** The port, the certificate and its key go together. */
function readMllpTls(values: z.infer<typeof environmentSchema> | undefined): {
  settings: MllpTlsSettings | undefined;
  faults: string[];
} {
  const port = values?.MLLP_TLS_PORT;
  const cert = values?.MLLP_TLS_CERT;
  const key = values?.MLLP_TLS_KEY;
  const ca = values?.MLLP_TLS_CA;
  if (port !== undefined && cert !== undefined && key !== undefined) {
    return { settings: { port, cert, key, ca }, faults: [] };
  }
  const given = { MLLP_TLS_PORT: port, MLLP_TLS_CERT: cert, MLLP_TLS_KEY: key };
  if (ca === undefined && Object.values(given).every((value) => value === undefined)) {
    return { settings: undefined, faults: [] };
  }
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [name] : []));
  return {
    settings: undefined,
    faults: missing.map((name) => `${name}: is needed where MLLP speaks TLS`),
  };
}

/** The issuer, the client and the organisation go together; what is said to an issuer is said over TLS, but on this machine. */
function readOidc(values: z.infer<typeof environmentSchema> | undefined): {
  settings: OidcSettings | undefined;
  faults: string[];
} {
  const issuer = values?.OIDC_ISSUER;
  const clientId = values?.OIDC_CLIENT_ID;
  const org = values?.OIDC_ORG;
  const value = values?.OIDC_CLIENT_SECRET;
  const file = values?.OIDC_CLIENT_SECRET_FILE;
  const faults: string[] = [];
  if (value !== undefined && file !== undefined) {
    faults.push('OIDC_CLIENT_SECRET_FILE: there is OIDC_CLIENT_SECRET already');
  }
  if (
    issuer !== undefined &&
    new URL(issuer).protocol !== 'https:' &&
    !isThisMachine(new URL(issuer).hostname)
  )
    faults.push('OIDC_ISSUER: must begin with https://');
  const given = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_ORG: org };
  if (issuer === undefined || clientId === undefined || org === undefined) {
    const some = [...Object.values(given), value, file, values?.OIDC_NAME, values?.OIDC_STRONG_ACR];
    if (some.every((one) => one === undefined)) return { settings: undefined, faults };
    const missing = Object.entries(given).flatMap(([name, one]) => (one === undefined ? [name] : []));
    return {
      settings: undefined,
      faults: [...faults, ...missing.map((name) => `${name}: is needed for sign-in by an identity provider`)],
    };
  }
  const secret = value === undefined ? undefined : { value };
  return {
    settings: {
      issuer,
      clientId,
      clientSecret: secret ?? (file === undefined ? undefined : { file }),
      org,
      name: values?.OIDC_NAME ?? new URL(issuer).hostname,
      strongAcr: values?.OIDC_STRONG_ACR?.split(/[\s,]+/).filter((one) => one !== '') ?? [],
    },
    faults,
  };
}
