import { type ReactNode, useId } from 'react';

/**
 * A button that shows something more, one step away. The browser's own popover: Escape or a click beside it closes it,
 * what it holds follows the button in reading order, and it moves nothing on the screen. `label` says to those who do
 * not see the screen what the button is for; what it shows is read after it.
 */
export function Popover({
  button,
  label,
  className = '',
  children,
}: {
  button: ReactNode;
  label?: string;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <>
      <button type="button" className={`popover-button ${className}`} popoverTarget={id}>
        {label !== undefined && <span className="unseen">{label}</span>}
        {button}
      </button>
      <div id={id} popover="auto" className={`popover ${className}`}>
        {children}
      </div>
    </>
  );
}
