// The results: sorted, as a table, filtered by what is not wanted, and by time, all from the keyboard.
import { LEGAL, expect, openMatter, search, signIn, test, type Page } from './journey';

const total = async (page: Page) => Number((await page.getByRole('status', { name: 'Result count' }).innerText()).replace(/\D/g, ''));

test('sorts and shows a table, and any row is gone to', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'price');
  const list = page.getByLabel('Results', { exact: true });
  await list.focus();
  await page.keyboard.press('t');
  const grid = page.getByRole('grid', { name: 'Results' });
  await expect(grid).toBeVisible();
  await grid.getByRole('button', { name: 'Custodian' }).click();
  await expect(page).toHaveURL(/sort=custodian/);
  await grid.getByRole('button', { name: 'Date' }).click({ modifiers: ['Shift'] });
  await expect(page).toHaveURL(/sort=custodian%2Cdate_descending/);
  await expect(grid.getByRole('columnheader', { name: /Date/ })).toHaveAttribute('aria-sort', 'descending');
  const custodians = await grid.getByRole('row').locator('.cell:nth-child(4)').allInnerTexts();
  expect(custodians).toEqual([...custodians].sort());
  await grid.focus();
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await page.getByLabel('Go to row').fill('7');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^7 of \d+$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('dialog').getByLabel('Path').click();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(grid.getByRole('columnheader', { name: 'Path' })).toBeAttached();
  await page.reload();
  await expect(grid.getByRole('columnheader', { name: 'Path' })).toBeAttached();
  await grid.focus();
  await page.keyboard.press('t');
  await expect(page.getByRole('listbox', { name: 'Results' })).toBeVisible();
});

test('excludes a value by key and writes the filters into the query', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  const all = await search(page, 'price');
  await page.getByLabel('Results', { exact: true }).focus();
  await page.keyboard.press('f');
  const filters = page.getByRole('region', { name: 'Filters' });
  const pdf = filters.getByRole('checkbox', { name: /^PDF/ });
  const pdfs = Number((await filters.locator('label', { has: page.getByRole('checkbox', { name: /^PDF/ }) }).innerText()).replace(/\D/g, ''));
  await pdf.focus();
  await page.keyboard.press('x');
  await expect(page).toHaveURL(/-type=pdf/);
  await expect.poll(() => total(page)).toBe(all - pdfs);
  await expect(filters.getByRole('checkbox', { name: /^PDF \(excluded\)/ })).toBeVisible();
  await page.getByRole('button', { name: 'Add to query' }).click();
  await expect(page.getByLabel('Search documents')).toHaveValue('price AND NOT type:pdf');
  await expect.poll(() => total(page)).toBe(all - pdfs);
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Remove filter: not Type PDF' }).click();
  await expect.poll(() => total(page)).toBe(all);
  await pdf.focus();
  await page.keyboard.press('Space');
  await expect.poll(() => total(page)).toBe(pdfs);
  await page.getByRole('region', { name: 'Results pane' }).getByRole('button', { name: 'Clear', exact: true }).click();
  await page.getByLabel('Results', { exact: true }).focus();
  await page.keyboard.press('f');
});

test('filters by a stretch of time from the keyboard', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'price');
  await page.getByLabel('Results', { exact: true }).focus();
  await page.keyboard.press('m');
  const bars = page.getByRole('group', { name: 'Bars' }).getByRole('button');
  await bars.first().focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+ArrowLeft');
  const names = await Promise.all([bars.last(), bars.nth((await bars.count()) - 2)].map((bar) => bar.getAttribute('title')));
  const expected = names.reduce((sum, name) => sum + Number(/: (\d+)/.exec(name ?? '')?.[1] ?? 0), 0);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/from=\d{4}-\d\d-01&to=/);
  await expect.poll(() => total(page)).toBe(expected);
  await page.getByRole('button', { name: 'As numbers' }).click();
  await expect(page.getByRole('table', { name: /Documents by/ })).toBeVisible();
  await page.getByRole('button', { name: 'As numbers' }).click();
  await page.getByRole('button', { name: 'Clear the days' }).click();
  await page.getByLabel('Results', { exact: true }).focus();
  await page.keyboard.press('m');
});
