import { z } from 'zod';

/** The form of an id that stands in a topic: lower-case letters, digits and hyphens. */
export const idSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits or hyphens');

const segment = '[a-z0-9][a-z0-9-]{0,63}';
const form = new RegExp(`^${segment}/${segment}(/${segment})?$`);

/** A topic's name: `unit/<id>/beds`, `conversation/<id>`, or one for each organisation: `network/availability`. */
export const topicSchema = z.string().max(200).regex(form, 'must be like unit/<id>/beds');

/**
 * Kinds that a topic's name could be of, the id written as `*`: `unit/7/beds` is a `unit` topic with `*` for 7. A name of two
 * parts could be one of its own or a kind with an id; which of them exists is for the list of contexts to say.
 */
export function kindsOf(topic: string): { kind: string; id: string | undefined }[] {
  if (!form.test(topic)) return [];
  const [first, second, third] = topic.split('/');
  if (third !== undefined) return [{ kind: `${first}/*/${third}`, id: second }];
  return [
    { kind: topic, id: undefined },
    { kind: `${first}/*`, id: second },
  ];
}
