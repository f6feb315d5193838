import { type ReactNode, useEffect, useId, useRef } from 'react';
import './modal.css';

/** A question in the middle of the screen, over everything. The browser's own dialog keeps the focus inside. */
export function Modal({
  title,
  onCancel,
  children,
}: {
  title: string;
  onCancel: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
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
  return (
    <dialog
      ref={dialog}
      className="modal"
      aria-labelledby={headingId}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
      onClose={({ currentTarget }) => {
        // A browser may close it on a second Escape without asking again.
        if (!currentTarget.open) onCancel();
      }}
    >
      <div className="modal-inside">
        <h2 id={headingId}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
