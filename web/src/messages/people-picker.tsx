import { type ReactNode, useState } from 'react';
import type { Directory, Person } from '#domain/people/schema.ts';
import { useText } from '../language/language.tsx';
import { useTopic } from '../live/hooks.ts';
import { Field } from '../ui/field.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import './people.css';

interface PeoplePickerProps {
  readonly org: string;
  /** Those who are not to be chosen from. */
  readonly without: readonly string[];
  readonly row: (person: Person, roles: string) => ReactNode;
}

/** The people of the directory, found by name or role. */
export function PeoplePicker({ org, without, row }: PeoplePickerProps) {
  const t = useText();
  const directory = useTopic<Directory>(`org/${org}/directory`);
  const [wanted, setWanted] = useState('');
  if (directory.status === 'missing') return <Failure title={t('messages.forbidden-text')} />;
  if (directory.state === undefined) return <Loading title={t('messages.directory-loading')} />;
  const rolesOf = ({ roles }: Person) => roles.map((role) => t(`role.${role}`)).join(', ');
  const found = Object.values(directory.state.people)
    .filter(({ id, roles }) => roles.length > 0 && !without.includes(id))
    .filter((person) =>
      `${person.name} ${rolesOf(person)}`.toLowerCase().includes(wanted.trim().toLowerCase()),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <>
      <Field label={t('messages.find')}>
        {(control) => (
          <input
            {...control}
            type="search"
            value={wanted}
            autoComplete="off"
            onChange={({ target }) => setWanted(target.value)}
          />
        )}
      </Field>
      {found.length === 0 ? (
        <p>{t('messages.nobody')}</p>
      ) : (
        <ul className="people">
          {found.map((person) => (
            <li key={person.id}>{row(person, rolesOf(person))}</li>
          ))}
        </ul>
      )}
    </>
  );
}
