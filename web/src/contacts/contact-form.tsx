import { useState } from 'react';
import { type Contact, contactNameSchema, reachedAtSchema } from '#domain/count-links/schema.ts';
import { useText } from '../language/language.tsx';
import { Choice, Field } from '../ui/field.tsx';

/** What somebody wrote of a contact. */
export interface Written {
  readonly name: string;
  readonly language: Contact['language'];
  readonly reachedAt: Contact['reachedAt'];
}

/** Who is to be asked, how, and in which language. What is written stays until it is saved. */
export function ContactForm({
  initial,
  busy,
  onSave,
}: {
  initial?: Contact;
  busy: boolean;
  onSave: (written: Written) => Promise<boolean>;
}) {
  const t = useText();
  const [name, setName] = useState(initial?.name ?? '');
  const [by, setBy] = useState<Contact['reachedAt']['by']>(initial?.reachedAt.by ?? 'email');
  const [address, setAddress] = useState(initial === undefined ? '' : addressIn(initial.reachedAt));
  const [faults, setFaults] = useState({ name: false, address: false });

  async function save(form: FormData): Promise<void> {
    const given = address.trim();
    const named = contactNameSchema.safeParse(name);
    const reached = reachedAtSchema.safeParse(
      by === 'email' ? { by, email: given } : { by, phone: given.replace(/[\s().-]/g, '') },
    );
    setFaults({ name: !named.success, address: !reached.success });
    if (!named.success || !reached.success) return;
    const language = form.get('language') === 'vi' ? 'vi' : 'en';
    const saved = await onSave({ name: named.data, language, reachedAt: reached.data });
    if (saved && initial === undefined) {
      setName('');
      setAddress('');
    }
  }

  return (
    <form
      className="contacts-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save(new FormData(event.currentTarget));
      }}
    >
      <Field label={t('contacts.name')} error={faults.name ? t('contacts.bad-name') : undefined}>
        {(control) => (
          <input
            {...control}
            autoComplete="off"
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        )}
      </Field>
      <fieldset className="options">
        <legend>{t('contacts.by')}</legend>
        {(['email', 'phone'] as const).map((one) => (
          <label key={one} className="option">
            <input type="radio" name="by" value={one} checked={by === one} onChange={() => setBy(one)} />
            <span>{t(`contacts.by-${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <Field
        label={by === 'email' ? t('contacts.address') : t('contacts.number')}
        error={faults.address ? t(`contacts.bad-${by}`) : undefined}
      >
        {(control) => (
          <input
            {...control}
            type={by === 'email' ? 'email' : 'tel'}
            autoComplete="off"
            value={address}
            onChange={({ target }) => setAddress(target.value)}
          />
        )}
      </Field>
      <Choice
        label={t('contacts.language')}
        name="language"
        initial={initial?.language ?? 'en'}
        options={[
          { value: 'en', label: t('contacts.english') },
          { value: 'vi', label: t('contacts.vietnamese') },
        ]}
      />
      <button type="submit" className="primary" disabled={busy}>
        {t('contacts.save')}
      </button>
    </form>
  );
}

/** The address or number itself. */
export function addressIn(reachedAt: Contact['reachedAt']): string {
  return reachedAt.by === 'email' ? reachedAt.email : reachedAt.phone;
}
