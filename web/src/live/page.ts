/** What the live store needs of the page that it runs in; a browser's stands in `browser-page.ts`. */
export interface Page {
  readonly origin: string;
  /** Calls whenever the page may have slept, before it shows anything again. */
  onWake(listener: () => void): () => void;
  /** Calls whenever somebody uses this page, or another one of this browser, with the moment. */
  onUse(listener: (at: number) => void): () => void;
  /** Runs work that only one page of the browser may do at a time. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Whether somebody has signed out and the server has not heard it yet. Outlives the page. */
  readonly leaving: { get(): boolean; set(leaving: boolean): void };
}
