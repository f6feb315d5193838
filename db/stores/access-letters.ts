import { z } from 'zod';
import { changeSchemas } from '#domain/access/events.ts';
import type { ItemKind, Profile } from '#domain/access/schema.ts';
import { enqueuePost, type OrderedLetter } from '../jobs/post-queue.ts';
import { endLinks } from '../link-secrets.ts';
import type { Write } from '../store.ts';

/** The letters that follow from what has happened: enqueued in the same transaction, written when they are sent. */
export const accessLetters = {
  /** What whoever is invited, or is answered, is told. */
  item(kind: ItemKind, data: unknown): Write[] {
    if (kind === 'invitation') {
      const { what, to } = changeSchemas.invitation.parse(data);
      const { email, language, id } = to ?? {};
      // What an operator invites, an operator hands over.
      if (to?.via === 'operator' || email === undefined || language === undefined || id === undefined)
        return [];
      const again = what === 'sent-again';
      if (!again && what !== 'invited') return [];
      return [letterWrite({ to: { email }, language, letter: 'invitation', about: id }, again)];
    }
    if (kind !== 'request') return [];
    const { what, to } = changeSchemas.request.parse(data);
    if (what !== 'declined' || to?.email === undefined) return [];
    return [
      letterWrite({
        to: { email: to.email },
        language: to.language,
        letter: 'request-declined',
        about: to.id,
      }),
    ];
  },
  /** What an address that is to be verified is sent, and what the one before it is told. */
  profile(from: Profile | undefined, to: Profile): Write[] {
    const { id: about, language } = to;
    const asked = to.newEmail !== undefined && to.newEmail !== from?.newEmail;
    const taken = from?.newEmail !== undefined && to.newEmail === undefined && to.email === from.newEmail;
    return [
      ...(asked && to.newEmail !== undefined
        ? [letterWrite({ to: { email: to.newEmail }, language, letter: 'email-verification', about })]
        : []),
      ...(taken && from.email !== undefined
        ? [letterWrite({ to: { email: from.email }, language, letter: 'email-changed', about })]
        : []),
    ];
  },
} as const;

/** Orders a letter. One that is sent again ends the link of the one before. */
function letterWrite(letter: Omit<OrderedLetter, 'org'>, again = false): Write {
  const { about } = letter;
  return {
    schema: z.unknown(),
    value: null,
    save: async ({ org, connection }) =>
      Promise.all([
        ...(again ? [endLinks(connection, { org, purpose: 'invitation', about })] : []),
        enqueuePost(connection, { org, ...letter }),
      ]),
  };
}
