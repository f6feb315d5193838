import { useState } from 'react';
import { millis } from '#domain/instant.ts';
import { type Wall, type WallContact, wallContactLimitMs } from '#domain/walls/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { Field } from '../ui/field.tsx';
import { ClockGlyph } from '../ui/glyph.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';

interface WallRowProps {
  readonly wall: Wall;
  readonly contact: WallContact | undefined;
  readonly times: Times;
  readonly now: number;
}

/** One display: what it shows, when it was last heard, and what can be done about it. */
export function WallRow({ wall, contact, times, now }: WallRowProps) {
  const t = useText();
  const { ask, asked } = useAsk();
  const [open, setOpen] = useState<'rename' | 'revoke'>();
  const [name, setName] = useState(wall.name);
  const busy = asked?.status === 'asking';
  const rename = async () => {
    if (await ask('wall.rename', { wall: wall.id, name: name.trim() }, t('walls.renamed'), wall.version))
      setOpen(undefined);
  };
  const revoke = () => void ask('wall.revoke', { wall: wall.id }, t('walls.revoked', { name: wall.name }));
  return (
    <li className="walls-row" data-testid={`wall-${wall.id}`}>
      <div className="walls-what">
        <h3>{wall.name}</h3>
        <p>{t(`walls.kind-${wall.board.kind}`, { place: wall.board.place.name })}</p>
        <p className="walls-quiet">{t(`walls.view-${wall.view}`)}</p>
      </div>
      <div>
        <ContactOf contact={contact} times={times} now={now} />
        <p className="walls-quiet">
          {t('walls.approved-by', { name: wall.approvedBy.name, time: times.moment(wall.approvedAt, now) })}
        </p>
      </div>
      <div className="walls-buttons">
        <button
          type="button"
          aria-expanded={open === 'rename'}
          aria-label={t('walls.rename-of', { name: wall.name })}
          onClick={() => setOpen(open === 'rename' ? undefined : 'rename')}
        >
          {t('walls.rename')}
        </button>
        <button
          type="button"
          aria-expanded={open === 'revoke'}
          aria-label={t('walls.revoke-of', { name: wall.name })}
          onClick={() => setOpen(open === 'revoke' ? undefined : 'revoke')}
        >
          {t('walls.revoke')}
        </button>
      </div>
      {open === 'rename' && (
        <form
          className="walls-more"
          onSubmit={(event) => {
            event.preventDefault();
            void rename();
          }}
        >
          <Field label={t('walls.name')}>
            {(control) => (
              <input
                {...control}
                value={name}
                maxLength={60}
                required
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
          <div className="walls-buttons">
            <button type="submit" className="primary" disabled={busy || name.trim() === ''}>
              {t('walls.save')}
            </button>
            <button type="button" onClick={() => setOpen(undefined)}>
              {t('walls.cancel')}
            </button>
          </div>
        </form>
      )}
      {open === 'revoke' && (
        <div className="walls-more">
          <p>{t('walls.revoke-sure')}</p>
          <div className="walls-buttons">
            <button type="button" className="danger" disabled={busy} onClick={revoke}>
              {t('walls.revoke-do')}
            </button>
            <button type="button" onClick={() => setOpen(undefined)}>
              {t('walls.cancel')}
            </button>
          </div>
        </div>
      )}
      <Answer asked={asked} />
    </li>
  );
}

/** When a display was last heard. Past its limit it has the mark of whatever is old, past twice that it is hatched. */
function ContactOf({ contact, times, now }: { contact: WallContact | undefined; times: Times; now: number }) {
  const t = useText();
  if (contact === undefined) return <p className="walls-contact">{t('walls.contact-never')}</p>;
  const silence = now - millis(contact.at);
  const length = times.length(silence);
  const age = length === undefined ? t('age.now') : t('age.ago', { age: length });
  if (silence <= wallContactLimitMs) return <p className="walls-contact">{t('walls.contact', { age })}</p>;
  const stale = silence > 2 * wallContactLimitMs;
  return (
    <p className={stale ? 'walls-contact walls-late walls-silent' : 'walls-contact walls-late'}>
      <ClockGlyph />
      {t('walls.contact-late', { age })}
    </p>
  );
}
