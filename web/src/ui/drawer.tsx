import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useText } from '../language/language.tsx';
import './drawer.css';

/**
 * A dialog at the side of a desk's screen and from the bottom of a phone's. The browser's own modal dialog keeps the
 * focus inside, closes on Escape, and gives the focus back to where it came from.
 */
export function Drawer({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const headingId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null || element.open) return;
    const before = document.activeElement;
    element.showModal();
    heading.current?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way, and the browser's own.
    <dialog
      ref={dialog}
      className="drawer"
      aria-labelledby={headingId}
      onCancel={(event) => {
        // The address says which bed is open; closing goes through it.
        event.preventDefault();
        onClose();
      }}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) onClose();
      }}
      onClose={({ currentTarget }) => {
        // A browser may close it on a second Escape without asking again.
        if (!currentTarget.open) onClose();
      }}
    >
      <div className="drawer-inside">
        <header className="drawer-head">
          <h2 id={headingId} ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <button type="button" className="quiet" onClick={onClose}>
            {t('app.close')}
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
