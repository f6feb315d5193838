import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useSections } from '../app/use-sections.ts';
import { useText } from '../language/language.tsx';
import type { SignedIn } from '../live/live.ts';
import { matching } from './matching.ts';
import './palette.css';

const mostShown = 50;

/** The button in the head, and Ctrl K or ⌘ K anywhere: a dialog in which one types where one wants to go. */
export function Palette({ who }: { who: SignedIn }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button type="button" className="quiet palette-button" onClick={() => setOpen(true)}>
        <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
          <circle cx="8.5" cy="8.5" r="5.5" />
          <path d="m13 13 5 5" />
        </svg>
        <span>{t('palette.open')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      {open && <PaletteDialog who={who} onClose={() => setOpen(false)} />}
    </>
  );
}

function PaletteDialog({ who, onClose }: { who: SignedIn; onClose: () => void }) {
  const t = useText();
  const router = useRouter();
  const { seen, own } = useSections(who);
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  useEffect(() => {
    const element = dialog.current;
    if (element === null || element.open) return;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  const everything = own.flatMap(({ name, href, destinations }) => [
    { href, label: t(name), within: undefined },
    ...(destinations?.(seen, t) ?? []).map((one) => ({ within: t(name), ...one })),
  ]);
  const found = matching(everything, typed, ({ label, within = '' }) => `${label} ${within}`).slice(
    0,
    mostShown,
  );
  const at = Math.min(chosen, found.length - 1);

  function go(href: string | undefined): void {
    if (href === undefined) return;
    onClose();
    void router.navigate({ href });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen(found.length === 0 ? 0 : (at + step + found.length) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(found[at]?.href);
    }
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way, and the browser's own.
    <dialog
      ref={dialog}
      className="palette"
      aria-label={t('palette.title')}
      onClose={({ currentTarget }) => {
        if (!currentTarget.open) onClose();
      }}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) onClose();
      }}
    >
      <input
        type="text"
        role="combobox"
        aria-label={t('palette.title')}
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found.length === 0 ? undefined : `${listId}-${at}`}
        placeholder={t('palette.placeholder')}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label={t('palette.title')} className="palette-list">
        {found.map(({ href, label, within }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the combobox.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the combobox.
          <div
            key={href}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            className="palette-option"
            onClick={() => go(href)}
            ref={(element) => {
              if (index === at) element?.scrollIntoView({ block: 'nearest' });
            }}
          >
            <span>{label}</span>
            {within !== undefined && <small>{within}</small>}
          </div>
        ))}
      </div>
      <p role="status" className={found.length === 0 ? 'palette-nothing' : 'unseen'}>
        {found.length === 0 ? t('palette.nothing') : t('palette.found', { count: found.length })}
      </p>
    </dialog>
  );
}
