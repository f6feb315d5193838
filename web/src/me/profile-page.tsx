import type { FormEvent } from 'react';
import type { OwnProfile, Profile } from '#domain/access/schema.ts';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Field } from '../ui/field.tsx';
import { Loading } from '../ui/states.tsx';
import { type Asked, useAsk } from '../ui/use-ask.ts';
import '../join/join.css';

/** What one says of oneself: the name others see, how one is reached, the address one signs in with. */
export function ProfilePage() {
  const t = useText();
  const who = useStore(useLive().session);
  if (typeof who === 'string') return <Loading />;
  return (
    <Page title={t('profile.title')}>
      <Own account={who.id} />
    </Page>
  );
}

function Own({ account }: { account: string }) {
  const t = useText();
  const profile = useTopic<OwnProfile>(`user/${account}/profile`).state?.profile;
  const saving = useAsk();
  if (profile === undefined) return <Loading title={t('profile.loading')} />;
  return (
    <div className="join-form profile">
      {/* What somebody else, or another window, changed meanwhile is shown: a form that is being typed in starts anew. */}
      <About key={profile.version} profile={profile} saving={saving} />
      <Address profile={profile} />
    </div>
  );
}

function About({ profile, saving }: { profile: Profile; saving: ReturnType<typeof useAsk> }) {
  const t = useText();
  const { ask, asked } = saving;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    const phone = text('phone');
    void ask(
      'profile.change',
      {
        account: profile.id,
        name: text('name'),
        language: text('language'),
        phone: phone === '' ? null : phone,
      },
      t('profile.saved'),
    );
  };
  return (
    <form className="join-form" onSubmit={submit}>
      <Field label={t('join.name')}>
        {(control) => (
          <input
            {...control}
            name="name"
            defaultValue={profile.name}
            required
            maxLength={120}
            autoComplete="name"
          />
        )}
      </Field>
      <Field label={t('profile.phone')}>
        {(control) => (
          <input {...control} name="phone" type="tel" defaultValue={profile.phone} autoComplete="tel" />
        )}
      </Field>
      <Field label={t('profile.letters')}>
        {(control) => (
          <select {...control} name="language" defaultValue={profile.language}>
            <option value="vi">Tiếng Việt</option>
            <option value="en">English</option>
          </select>
        )}
      </Field>
      <Said asked={asked} />
      <button type="submit" className="primary" disabled={asked?.status === 'asking'}>
        {t('profile.save')}
      </button>
    </form>
  );
}

function Address({ profile }: { profile: Profile }) {
  const t = useText();
  const { ask, asked } = useAsk();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const email = String(new FormData(form).get('email') ?? '').trim();
    const said = t('profile.email-waiting', { email });
    void ask('profile.change-email', { account: profile.id, email }, said).then(
      (done) => done && form.reset(),
    );
  };
  return (
    <form className="join-form" onSubmit={submit}>
      <p>{t('profile.email-text', { email: profile.email ?? '' })}</p>
      {profile.newEmail !== undefined && (
        <p className="join-quiet">{t('profile.email-waiting', { email: profile.newEmail })}</p>
      )}
      <Field label={t('profile.email-new')}>
        {(control) => <input {...control} name="email" type="email" required autoComplete="email" />}
      </Field>
      <Said asked={asked?.status === 'done' ? undefined : asked} />
      <button type="submit" disabled={asked?.status === 'asking'}>
        {t('profile.email-change')}
      </button>
    </form>
  );
}

function Said({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  if (asked === undefined || asked.status === 'asking') return null;
  if (asked.status === 'done') return <p role="status">{asked.text}</p>;
  return (
    <p className="join-fault" role="alert">
      {t(asked.refusal.code === 'step_up' ? 'profile.step-up' : 'profile.refused')}
    </p>
  );
}
