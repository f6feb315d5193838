/** How long a kind of data is kept, in days. */
export interface RetentionRule {
  readonly kind: string;
  readonly days: number;
  /** What may be set instead; the same number twice where nothing may. */
  readonly least: number;
  readonly most: number;
}

/** What is thrown away by itself, and when: the one list, which the screen shows and the daily round carries out. */
export const retentionRules = [
  // The history of topics; whole months go once all of them is older.
  { kind: 'events', days: 90, least: 1, most: 36_500 },
  // Answers to commands: longer than any id is taken.
  { kind: 'commands', days: 9, least: 9, most: 9 },
  { kind: 'rights', days: 1, least: 1, most: 1 },
  // Which visits were heard of, by pseudonym.
  { kind: 'visits', days: 90, least: 90, most: 90 },
  // The content of messages that could not be applied, after it was settled.
  { kind: 'quarantine', days: 30, least: 30, most: 30 },
  // Sessions after they have ended, with their refresh tokens.
  { kind: 'sessions', days: 30, least: 1, most: 400 },
  // Challenges, pairings, secrets of links: after they ran out.
  { kind: 'unused-secrets', days: 7, least: 1, most: 90 },
  // Failures to sign in, by account and address.
  { kind: 'sign-in-failures', days: 7, least: 1, most: 90 },
  // Browsers by which somebody is known.
  { kind: 'known-devices', days: 180, least: 30, most: 730 },
  // Letters that have reached their end; addresses are gone at once.
  { kind: 'letters', days: 30, least: 1, most: 400 },
  { kind: 'archives', days: 7, least: 1, most: 7 },
  // What people asked about their data, after it was settled.
  { kind: 'requests', days: 1_095, least: 365, most: 3_650 },
  // Six years by 45 CFR 164.316. Nothing takes rows out of the chain: `least` is what is promised.
  { kind: 'audit', days: 2_190, least: 2_190, most: 36_500 },
] as const satisfies readonly RetentionRule[];

export type RetentionKind = (typeof retentionRules)[number]['kind'];
/** The days that each kind is kept. */
export type Retention = Readonly<Record<RetentionKind, number>>;

/** The days by kind, with those that are set otherwise. Gives what is wrong with them instead, where something is. */
export function retentionOf(
  set: Readonly<Record<string, number>>,
): { readonly days: Retention } | { readonly faults: readonly string[] } {
  const faults = Object.entries(set).flatMap(([kind, days]) => {
    const rule = retentionRules.find((known) => known.kind === kind);
    if (rule === undefined) return [`there is no kind of data ${kind}`];
    return days >= rule.least && days <= rule.most
      ? []
      : [`${kind} is kept from ${rule.least} to ${rule.most} days`];
  });
  if (faults.length > 0) return { faults };
  const days = (kind: RetentionKind): number =>
    set[kind] ?? retentionRules.find((rule) => rule.kind === kind)?.days ?? 0;
  return {
    days: {
      events: days('events'),
      commands: days('commands'),
      rights: days('rights'),
      visits: days('visits'),
      quarantine: days('quarantine'),
      sessions: days('sessions'),
      'unused-secrets': days('unused-secrets'),
      'sign-in-failures': days('sign-in-failures'),
      'known-devices': days('known-devices'),
      letters: days('letters'),
      archives: days('archives'),
      requests: days('requests'),
      audit: days('audit'),
    },
  };
}
