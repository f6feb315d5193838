import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import type { PrivacyCommand } from './commands.ts';
import { consentChanged, patientConsentChanged, requestChanged } from './events.ts';
import {
  type About,
  type Consent,
  currentTexts,
  type Hold,
  type PatientConsent,
  type Purpose,
  type Request,
  type RequestStatus,
} from './schema.ts';

/** What a decision about privacy knows. */
export interface PrivacyState {
  readonly org: string;
  /** Whose data the command is about, where there is somebody. */
  readonly about: About | undefined;
  readonly isPatient: boolean;
  readonly consent: Consent | undefined;
  /**
   * What was written down of the patient whom the command is about, by all numbers that were merged with theirs: to its
   * purpose; of who is erased, to all.
   */
  readonly patientConsents: readonly PatientConsent[];
  readonly request: Request | undefined;
  readonly hold: Hold | undefined;
  /** Whether a hold stands over whose data it is about. */
  readonly held: boolean;
  /** Whether the same was asked for already and is not settled. */
  readonly pending: boolean;
}

/** From where to where a request may go. */
const next: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  asked: ['making', 'refused'],
  making: ['making', 'ready', 'done', 'refused', 'failed'],
  ready: [],
  done: [],
  refused: [],
  failed: [],
};

const heldBack = refuse('conflict', 'a legal hold keeps this data from being erased', [
  { path: 'data.request', message: 'is about data under a legal hold' },
]);

/** Decides a command of this context. */
export function decidePrivacy(
  state: PrivacyState,
  command: PrivacyCommand,
  context: DecisionContext,
): Decision {
  switch (command.type) {
    case 'consent.give':
    case 'consent.withdraw':
      return decideConsent(state, command, context);
    case 'consent.give-for':
      return giveFor(state, command.data, context);
    case 'consent.withdraw-for': {
      const given = state.patientConsents.filter(({ status }) => status === 'given');
      return given.length === 0
        ? noConsent
        : accept(given.map((from) => changed(state.org, from, { status: 'withdrawn' }, context)));
    }
    case 'privacy.ask':
      return ask(state, command.data, context);
    case 'privacy.ask-for':
      return ask(state, command.data, context);
    case 'privacy.decide': {
      const { decision } = command.data;
      if (state.request?.status !== 'asked') return settledAlready;
      if (decision.kind === 'refuse') return move(state, 'refused', context, { reason: decision.reason });
      return state.held ? reject(heldBack) : move(state, 'making', context);
    }
    case 'privacy.step':
      return move(state, 'making', context, {
        progress: { done: Math.min(command.data.done, command.data.of), of: command.data.of },
      });
    case 'privacy.settle': {
      const { outcome } = command.data;
      if (outcome.kind === 'ready')
        return move(state, 'ready', context, { archive: { bytes: outcome.bytes, until: outcome.until } });
      if (outcome.kind === 'held') return move(state, 'refused', context, { reason: 'legal-hold' });
      const moved = move(state, outcome.kind, context);
      if (!moved.ok || outcome.kind !== 'done' || state.request?.kind !== 'erasure') return moved;
      // Consent goes with whoever gave it; that somebody once did stays, about nobody in particular.
      const ofNobody = { status: 'erased', about: { kind: 'patient' } } as const;
      const erased = state.patientConsents.map((from) => changed(state.org, from, ofNobody, context));
      return accept([...moved.events, ...erased]);
    }
    case 'hold.place':
      return placeHold(state, command.data, context);
    case 'hold.lift': {
      if (state.hold === undefined) return reject(refuse('not_found', 'there is no such hold'));
      const data = { hold: state.hold.id, from: state.hold };
      return accept([{ topic: `org/${state.org}/privacy`, type: 'privacy.hold-lifted', data }]);
    }
  }
}

const settledAlready = reject(refuse('conflict', 'this request is not waiting for a decision'));

function decideConsent(
  { consent, isPatient }: PrivacyState,
  command: Extract<PrivacyCommand, { type: 'consent.give' | 'consent.withdraw' }>,
  { by, now }: DecisionContext,
): Decision {
  const { account, purpose } = command.data;
  // Nobody agrees for a colleague.
  if (by.id !== account && !isPatient) return reject(refuse('forbidden', 'only they themselves may say so'));
  const given = command.type === 'consent.give';
  if (!given && consent?.status !== 'given') return noConsent;
  if (given && command.data.text !== currentTexts[purpose]) return textChanged(purpose);
  const text = given ? command.data.text : (consent?.text ?? currentTexts[purpose]);
  if (given && consent?.status === 'given' && consent.text === text) return accept([]);
  const to: Consent = {
    id: purpose,
    purpose,
    text,
    status: given ? 'given' : 'withdrawn',
    version: (consent?.version ?? 0) + 1,
    asOf: now,
    source: by,
  };
  return accept([consentChanged(account, consent, to)]);
}

/** A patient whose numbers were merged may have said something under each: all of it says the same from now on. */
function giveFor(
  { org, about, patientConsents }: PrivacyState,
  { purpose, text }: Extract<PrivacyCommand, { type: 'consent.give-for' }>['data'],
  context: DecisionContext,
): Decision {
  if (about?.kind !== 'patient') return reject(refuse('not_found', 'there is nobody of that name'));
  if (text !== currentTexts[purpose]) return textChanged(purpose);
  const status = 'given' as const;
  if (patientConsents.length > 0) {
    const others = patientConsents.filter((one) => one.status !== status || one.text !== text);
    return accept(others.map((from) => changed(org, from, { status, text }, context)));
  }
  const { now: asOf, by: source } = context;
  const to = { id: context.newId(), about, purpose, text, status, version: 1, asOf, source };
  return accept([patientConsentChanged(org, undefined, to)]);
}

function changed(
  org: string,
  from: PatientConsent,
  change: Partial<PatientConsent>,
  { now: asOf, by: source }: DecisionContext,
): NewEvent {
  return patientConsentChanged(org, from, { ...from, ...change, version: from.version + 1, asOf, source });
}

const noConsent = reject(
  refuse('conflict', 'there is no consent to withdraw', [
    { path: 'data.purpose', message: 'is not agreed to' },
  ]),
);

function textChanged(purpose: Purpose): Decision {
  return reject(
    refuse('conflict', 'the text has changed; read the one that is current', [
      { path: 'data.text', message: `is not the current one, which is ${currentTexts[purpose]}` },
    ]),
  );
}

function ask(
  { org, about, request, pending }: PrivacyState,
  { request: id, kind }: { request: string; kind: Request['kind'] },
  { now, by }: DecisionContext,
): Decision {
  if (about === undefined) return reject(refuse('not_found', 'there is nobody of that name'));
  if (request !== undefined) return reject(refuse('conflict', 'there is a request of this id'));
  if (pending) return reject(refuse('conflict', 'this was asked for already, and is not done yet'));
  // What is asked for is given at once; what cannot be taken back waits for somebody to decide.
  const status = kind === 'export' ? 'making' : 'asked';
  const to: Request = { id, kind, about, status, askedAt: now, version: 1, asOf: now, source: by };
  return accept(requestChanged(org, undefined, to));
}

function move(
  { org, request }: PrivacyState,
  status: RequestStatus,
  { now, by }: DecisionContext,
  more: Partial<Request> = {},
): Decision {
  if (request === undefined) return reject(refuse('not_found', 'there is no such request'));
  if (!next[request.status].includes(status)) return settledAlready;
  const { progress: _progress, ...rest } = request;
  const to: Request = { ...rest, status, ...more, version: request.version + 1, asOf: now, source: by };
  return accept(requestChanged(org, request, to));
}

function placeHold(
  { org, about, hold }: PrivacyState,
  { hold: id, reason }: { hold: string; reason: Hold['reason'] },
  { now, by }: DecisionContext,
): Decision {
  if (about === undefined) return reject(refuse('not_found', 'there is nobody of that name'));
  if (hold !== undefined) return reject(refuse('conflict', 'there is a hold of this id'));
  const to: Hold = { id, about, reason, version: 1, asOf: now, source: by };
  return accept([{ topic: `org/${org}/privacy`, type: 'privacy.hold-placed', data: { to } }]);
}
