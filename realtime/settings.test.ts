import { describe, expect, test } from 'vitest';
import { readSettings } from './settings.ts';

const tls = { MLLP_TLS_PORT: '2576', MLLP_TLS_CERT: '/a.pem', MLLP_TLS_KEY: '/a.key' };

function faultsOf(environment: Record<string, string>): readonly string[] {
  const read = readSettings(environment);
  return read.ok ? [] : read.faults;
}

test('HL7 v2 over TLS has a port, a certificate and its key, and may ask for certificates', () => {
  const read = readSettings({ ...tls, MLLP_TLS_CA: '/ca.pem' });
  expect(read.ok && read.settings.mllpTls).toEqual({
    port: 2576,
    cert: '/a.pem',
    key: '/a.key',
    ca: '/ca.pem',
  });
  const none = readSettings({});
  expect(none.ok && none.settings.mllpTls).toBeUndefined();
});

test('each that is missing is named', () => {
  expect(faultsOf({ MLLP_TLS_CA: '/ca.pem', MLLP_TLS_KEY: '/a.key' })).toEqual([
    'MLLP_TLS_PORT: is needed where MLLP speaks TLS',
    'MLLP_TLS_CERT: is needed where MLLP speaks TLS',
  ]);
  expect(faultsOf({ ...tls, MLLP_TLS_PORT: 'x' }).some((fault) => fault.startsWith('MLLP_TLS_PORT'))).toBe(
    true,
  );
});

test('origins, proxies and key rings are read whole or refused by name, without their values', () => {
  const read = readSettings({
    CORS_ORIGINS: 'https://a.example, https://b.example:8443',
    TRUSTED_PROXIES: '10.0.0.0/8,::1',
    KEY_RING_FILE: '/run/secrets/ring',
  });
  expect(read.ok && [read.settings.corsOrigins, read.settings.trustedProxies, read.settings.keyRing]).toEqual(
    [
      ['https://a.example', 'https://b.example:8443'],
      ['10.0.0.0/8', '::1'],
      { file: '/run/secrets/ring', make: true },
    ],
  );
  for (const wrong of [
    '*',
    'https://a.example/',
    'https://a.example/path',
    'a.example',
    'null',
    'https://*.example',
  ])
    expect(faultsOf({ CORS_ORIGINS: wrong }), wrong).toEqual([
      'CORS_ORIGINS: must be origins such as https://wall.example.org, with commas between them',
    ]);
  for (const wrong of ['10.0.0.0/33', 'proxy.example', '10.0.0', '::1/129', '10.0.0.0/8/8', '10.0.0.0/-1'])
    expect(faultsOf({ TRUSTED_PROXIES: wrong }), wrong).toHaveLength(1);
  expect(
    faultsOf({
      DATABASE_URL: 'postgres://u:secret@db/carewall?sslmode=prefer',
      REDIS_URL: 'redis://cache',
      REDIS_CA: '/ca.pem',
      KEY_RING: '{}',
      KEY_RING_FILE: '/ring.json',
    }),
  ).toEqual([
    'KEY_RING: is given, and so is KEY_RING_FILE; one of them is enough',
    'DATABASE_URL: has a sslmode that is none of disable, require, verify-ca, verify-full: what falls back to plain connections protects nobody',
    'REDIS_CA: is for a REDIS_URL that begins with rediss://',
  ]);
});

test('a node in production makes no key ring of its own', () => {
  const read = readSettings({
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://db/carewall',
    DATA_DIR: '/data',
  });
  expect(read.ok && read.settings.keyRing).toEqual({ file: '/data/key-ring.json', make: false });
});

test('mail and text messages need who they are from and a secret; nothing goes in the clear', () => {
  const whole = {
    SMTP_URL: 'smtp://mail.example:587',
    MAIL_FROM: 'Carewall <carewall@hospital.example>',
    SMS_URL: 'https://texts.example/send',
    SMS_SECRET: 's'.repeat(32),
  };
  const read = readSettings(whole);
  expect(read.ok && [read.settings.smtp, read.settings.sms]).toEqual([
    { url: whole.SMTP_URL, from: whole.MAIL_FROM },
    { url: whole.SMS_URL, secret: whole.SMS_SECRET },
  ]);
  expect(faultsOf({ SMTP_URL: whole.SMTP_URL, SMS_URL: whole.SMS_URL })).toEqual([
    'MAIL_FROM: is needed where mail is sent',
    'SMS_SECRET: is needed where text messages are sent',
  ]);
  const { length } = faultsOf({
    SMTP_URL: 'http://mail.example',
    MAIL_FROM: 'a@b.example\r\nbcc: c@d.example',
    SMS_URL: 'http://texts.example/send',
    SMS_SECRET: 'short',
    COUNT_LINK_HOURS: '0',
  });
  expect(length).toBe(5);
  expect(faultsOf({ SMS_URL: 'http://127.0.0.1:9/send', SMS_SECRET: whole.SMS_SECRET })).toEqual([]);
});

describe('an identity provider', () => {
  const given = { OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_ID: 'carewall', OIDC_ORG: 'demo' };

  test('is named with its client and its organisation', () => {
    expect(readSettings({ ...given, OIDC_STRONG_ACR: 'gold, silver' })).toMatchObject({
      ok: true,
      settings: {
        oidc: {
          issuer: 'https://login.example',
          clientId: 'carewall',
          clientSecret: undefined,
          org: 'demo',
          name: 'login.example',
          strongAcr: ['gold', 'silver'],
        },
      },
    });
    expect(readSettings({})).toMatchObject({ ok: true, settings: { oidc: undefined } });
  });

  test('is not half named, told in the clear, or given two secrets; and no secret is quoted', () => {
    const result = readSettings({
      OIDC_ISSUER: 'http://login.example',
      OIDC_CLIENT_SECRET: 'the-secret',
      OIDC_CLIENT_SECRET_FILE: '/run/secrets/oidc',
    });
    expect(result).toEqual({
      ok: false,
      faults: [
        'OIDC_CLIENT_SECRET_FILE: there is OIDC_CLIENT_SECRET already',
        'OIDC_ISSUER: must begin with https://',
        'OIDC_CLIENT_ID: is needed for sign-in by an identity provider',
        'OIDC_ORG: is needed for sign-in by an identity provider',
      ],
    });
    expect(readSettings({ OIDC_NAME: 'x' }).ok).toBe(false);
    expect(readSettings({ ...given, OIDC_ISSUER: 'http://localhost:9000' }).ok).toBe(true);
  });
});
