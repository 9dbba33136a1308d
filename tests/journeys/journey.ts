// What every journey shares: a page that must stay free of errors and of breaches of the content policy, and the ways
// people get in. Passwords are those of the demo.
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type Page, expect, test as base } from '@playwright/test';

export { expect };
export type { Browser, Page };

export const LEGAL = 'Halden v Norling';
export const MARKET = 'Electric cargo bikes 2025';

type Role = 'admin' | 'lead' | 'reviewer' | 'analyst' | 'client';

// Chromium reports every answer above 399 as an error on the console; those are the server's to give.
const EXPECTED = /Failed to load resource: the server responded with a status of 4\d\d/;

/** Collects what a page complains of. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) found.push(`console: ${message.text()}`);
  });
  return found;
}

export const test = base.extend<{ quiet: string[] }>({
  quiet: [
    async ({ page }, use) => {
      const found = complaints(page);
      await use(found);
      expect(found, 'errors on the console').toEqual([]);
    },
    { auto: true },
  ],
});

export async function signIn(page: Page, role: Role): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Name').fill(role);
  await page.getByLabel('Password').fill(`${role}-redwell-demo`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Matters', level: 1 })).toBeVisible();
}

export async function openMatter(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: new RegExp(name) }).first().click();
}

/** Searches in the review screen and gives the count shown. */
export async function search(page: Page, query: string): Promise<number> {
  const box = page.getByLabel('Search documents');
  await box.fill(query);
  await box.press('Enter');
  await expect(page).toHaveURL((url) => new URLSearchParams(url.hash.slice(1)).get('q') === query);
  const count = page.getByRole('status', { name: 'Result count' });
  await expect(count).toHaveText(/^[\d,.\s]+ documents?$|^No documents$/);
  return Number((await count.innerText()).replace(/\D/g, '') || '0');
}

/** Nothing that axe knows of stands in anybody's way. */
export async function isClean(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => `${screen}: ${found.id}: ${found.nodes[0]?.html}`)).toEqual([]);
}

export async function saved(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: 'Saving state' })).toHaveText('Saved');
}

/** Marks the first longer line of the open document's page, with a concept and a note. */
export async function annotateOnPage(page: Page, note: string): Promise<void> {
  await page.getByRole('tab', { name: 'PDF' }).click();
  const words = page.locator('.textLayer span').filter({ hasText: /\w{4,} \w{4,}/ }).first();
  await words.waitFor();
  const box = (await words.boundingBox())!;
  await page.mouse.move(box.x + 8, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await page.getByRole('button', { name: 'Annotate' }).click();
  await page.getByRole('combobox', { name: 'Find a concept' }).fill('price');
  await page.keyboard.press('Enter');
  await page.getByLabel('Note', { exact: true }).fill(note);
  await page.getByRole('button', { name: 'Save annotation' }).click();
  await expect(page.getByRole('region', { name: 'Annotations', exact: true })).toContainText(note);
}
