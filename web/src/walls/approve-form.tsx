import { useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import type { TopicList } from '#domain/protocol.ts';
import { boardKinds } from '#domain/walls/boards.ts';
import { typedUserCodeSchema, userCodeOf } from '#domain/walls/user-code.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { boardChoices } from './board-choices.ts';

const groups = {
  network: 'walls.board-network',
  facility: 'walls.board-facilities',
  unit: 'walls.board-units',
} as const;

interface Faults {
  readonly code?: string;
  readonly name?: string;
  readonly board?: string;
}

/** Lets a display show a board: its code is typed, or comes in the address from its QR code. */
export function ApproveForm({ topics }: { topics: TopicList['topics'] }) {
  const t = useText();
  const { hash } = useLocation();
  const navigate = useNavigate();
  const { ask, asked } = useAsk();
  const [code, setCode] = useState(() =>
    typedUserCodeSchema.safeParse(hash).success ? userCodeOf(hash) : '',
  );
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState('');
  const [faults, setFaults] = useState<Faults>({});
  const choices = boardChoices(topics);
  const board = choices.find((choice) => keyOf(choice) === chosen);
  const busy = asked?.status === 'asking';
  const codeFault = typedUserCodeSchema.safeParse(code).success ? {} : { code: t('walls.need-code') };

  const done = () => {
    setCode('');
    setName('');
    setChosen('');
    // The code in the address has been answered.
    if (hash !== '') void navigate({ to: '/admin/walls', hash: '', replace: true });
  };
  const approve = async () => {
    const found: Faults = {
      ...codeFault,
      ...(name.trim() === '' ? { name: t('walls.need-name') } : {}),
      ...(board === undefined ? { board: t('walls.need-board') } : {}),
    };
    setFaults(found);
    if (board === undefined || Object.keys(found).length > 0) return;
    const { kind, place, view } = board;
    const data = {
      wall: uuidv7(),
      userCode: userCodeOf(code),
      name: name.trim(),
      board: { kind, place },
      view,
    };
    if (await ask('wall.approve', data, t('walls.approved', { name: name.trim() }))) done();
  };
  const deny = async () => {
    setFaults(codeFault);
    if (codeFault.code !== undefined) return;
    if (await ask('wall.deny', { userCode: userCodeOf(code) }, t('walls.denied'))) done();
  };
  return (
    <form
      className="walls-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void approve();
      }}
    >
      <h2 className="walls-title">{t('walls.approve')}</h2>
      <p className="walls-quiet">{t('walls.approve-text')}</p>
      <div className="walls-fields">
        <Field label={t('walls.code')} error={faults.code}>
          {(control) => (
            <input
              {...control}
              className="walls-code"
              value={code}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={20}
              onChange={({ target }) => setCode(target.value.toUpperCase())}
            />
          )}
        </Field>
        <Field label={t('walls.name')} error={faults.name}>
          {(control) => (
            <input
              {...control}
              value={name}
              maxLength={60}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <Field label={t('walls.board')} error={faults.board}>
          {(control) => (
            <select {...control} value={chosen} onChange={({ target }) => setChosen(target.value)}>
              <option value="">{t('walls.board-choose')}</option>
              {boardKinds.map((kind) => (
                <optgroup key={kind} label={t(groups[kind])}>
                  {choices
                    .filter((choice) => choice.kind === kind)
                    .map((choice) => (
                      <option key={keyOf(choice)} value={keyOf(choice)}>
                        {choice.name}
                      </option>
                    ))}
                </optgroup>
              ))}
            </select>
          )}
        </Field>
        <p className="walls-view">
          <span>{t('walls.view')}</span>
          {board === undefined ? '–' : t(`walls.view-${board.view}`)}
        </p>
      </div>
      <div className="walls-buttons">
        <button type="submit" className="primary" disabled={busy}>
          {t('walls.approve-do')}
        </button>
        <button type="button" disabled={busy} onClick={() => void deny()}>
          {t('walls.deny-do')}
        </button>
      </div>
      <Answer asked={asked} />
    </form>
  );
}

function keyOf({ kind, place, view }: { kind: string; place: string; view: string }): string {
  return `${kind} ${place} ${view}`;
}
