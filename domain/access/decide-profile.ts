import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import type { AccessCommandOf } from './commands.ts';
import { type AccountPlace, changed } from './decide-account.ts';
import type { Profile } from './schema.ts';
import { tellProfile } from './telling.ts';

/** A profile with the account it is of. */
export interface ProfilePlace extends AccountPlace {
  readonly profile: Profile | undefined;
  /** Somebody has an account with the new address. */
  readonly taken: boolean;
}

type ProfileCommand = AccessCommandOf<'profile.change' | 'profile.change-email' | 'profile.confirm-email'>;

/** Decides what somebody says of themselves. */
export function decideProfile(
  state: ProfilePlace,
  command: ProfileCommand,
  context: DecisionContext,
): Decision {
  const before = state.profile ?? beginning(state, context);
  const { newEmail, phone, ...rest } = before;
  const kept = { ...rest, version: before.version + 1, asOf: context.now, source: context.by };
  const withPhone = phone === undefined ? {} : { phone };
  const waiting = newEmail === undefined ? {} : { newEmail };
  if (command.type === 'profile.change') {
    const { name = before.name, language = before.language, phone: said } = command.data;
    const telephone = said === undefined ? withPhone : said === null ? {} : { phone: said };
    const to: Profile = {
      ...kept,
      ...(name === undefined ? {} : { name }),
      language,
      ...telephone,
      ...waiting,
    };
    const renamed = name !== before.name && name !== undefined;
    return accept([
      tellProfile(state.profile, to),
      ...(renamed ? changed(state, 'renamed', { name }, context) : []),
    ]);
  }
  if (command.type === 'profile.change-email') {
    if (command.data.email === before.email) {
      const issue = { path: 'data.email', message: 'is the address you have' };
      return reject(refuse('invalid', 'this is your address already', [issue]));
    }
    // Whether somebody else has it is not told here: whoever owns the address is, when they open the letter.
    return accept([tellProfile(state.profile, { ...kept, ...withPhone, newEmail: command.data.email })]);
  }
  if (newEmail === undefined || state.taken) return reject(refuse('gone', 'the address cannot be taken'));
  return accept([
    tellProfile(state.profile, { ...kept, ...withPhone, email: newEmail }),
    ...changed(state, 'address-changed', { email: newEmail }, context),
  ]);
}

/** What is known of somebody who has said nothing of themselves yet. */
export function beginning(
  { account }: Pick<AccountPlace, 'account'>,
  { now, by }: Pick<DecisionContext, 'now' | 'by'>,
): Profile {
  const { id, name, email } = account;
  return { id, subject: id, name, email, language: 'en', version: 0, asOf: now, source: by };
}
