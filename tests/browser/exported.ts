import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** Exports a table of the page, the first unless told, and gives the file that the browser was handed. */
export async function exported(
  page: Page,
  format: 'CSV' | 'JSON',
  name = /^Export:/,
): Promise<{ name: string; text: string }> {
  await page.getByRole('button', { name }).first().click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: format, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}
