import type { AccessCommand } from '#domain/access/commands.ts';
import type { Loaded, StoreContext, StoreKeys } from '../store.ts';
import { loadAccount, loadProfile } from './access-account-loads.ts';
import { loadAnswer, loadEnter, loadInvitation, loadInvite } from './access-invitation-loads.ts';
import { loadDomain, loadIssue, loadRevoke } from './access-key-loads.ts';

/** What a command of this context needs. */
export function loadAccess(context: StoreContext, command: AccessCommand, keys: StoreKeys): Promise<Loaded> {
  switch (command.type) {
    case 'account.list':
    case 'account.give-role':
    case 'account.take-role':
    case 'account.disable':
    case 'account.enable':
    case 'account.end-sessions':
      return loadAccount(context, command, keys);
    case 'account.invite':
      return loadInvite(context, command, keys);
    case 'invitation.resend':
    case 'invitation.withdraw':
    case 'invitation.accept':
      return loadInvitation(context, command, keys);
    case 'request.enter':
      return loadEnter(context, command, keys);
    case 'request.approve':
    case 'request.decline':
      return loadAnswer(context, command, keys);
    case 'key.issue':
      return loadIssue(context, command, keys);
    case 'key.revoke':
      return loadRevoke(context, command, keys);
    case 'domain.add':
    case 'domain.remove':
      return loadDomain(context, command, keys);
    case 'profile.change':
    case 'profile.change-email':
    case 'profile.confirm-email':
      return loadProfile(context, command, keys);
    default:
      return command satisfies never;
  }
}
