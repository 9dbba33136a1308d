// A lead counts a list of terms, follows a number to its documents, compares two reports and asks why; and a reviewer
// searches in another program's language, saves the search and finds it again.
import { MARKET, expect, openMatter, search, signIn, test } from './journey';

test('a lead counts a list of terms, and every number leads to its documents', async ({ page }) => {
  // Names are taken for good, so each run of this journey has its own.
  const name = `Terms ${Date.now().toString(36)}`;
  await signIn(page, 'lead');
  await openMatter(page, MARKET);
  await page.getByRole('link', { name: 'Hit reports', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Hit reports', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'New hit report' }).click();
  await page.getByLabel('Name').fill(name);
  const terms = page.getByLabel('Terms, one a line', { exact: false });
  await terms.fill('# agreed\nprice and battery\nnobodywritesthis\n(price');
  await page.getByLabel('Written for').selectOption('dtsearch');
  await expect(page.getByRole('status', { name: 'Reading of the list' })).toContainText('3 terms, 1 of them cannot be read');
  await page.getByRole('button', { name: 'Count', exact: true }).click();
  const table = page.getByRole('region', { name: 'Terms' });
  await expect(table.getByRole('row').nth(1)).toContainText('price AND battery');
  await expect(table).toContainText('Not counted:');
  const link = table.getByRole('row').nth(1).getByRole('link').first();
  const counted = Number((await link.innerText()).replace(/\D/g, ''));
  await link.click();
  await expect(page.getByRole('status', { name: 'Result count' })).toHaveText(new RegExp(`^${counted} document`));
  await page.goBack();

  await page.getByRole('button', { name: 'New hit report' }).click();
  await page.getByLabel('Name').fill(`${name} narrower`);
  await terms.fill('price AND battery AND range');
  await page.getByLabel('New since').selectOption({ label: name });
  await page.getByRole('button', { name: 'Count', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Report', exact: true }).locator('option:checked')).toHaveText(`${name} narrower`);
  await page.getByLabel('Compare with').selectOption({ label: name });
  const gone = page.getByRole('row').filter({ hasText: 'only in the earlier report' }).first();
  await gone.getByRole('button', { name: 'Documents' }).click();
  await page.getByRole('button', { name: /^Why / }).first().click();
  await expect(page.getByRole('dialog')).toContainText('price');
});

test('a reviewer searches as in another program, saves it and finds it again', async ({ page }) => {
  const name = `Mine ${Date.now().toString(36)}`;
  await signIn(page, 'reviewer');
  await openMatter(page, MARKET);
  expect(await search(page, 'price')).toBeGreaterThan(0);
  const box = page.getByLabel('Search documents');
  await page.getByLabel('Language of the query').selectOption('westlaw');
  await box.fill('price /5 battery');
  await expect(page.getByRole('status', { name: 'Reading of the query' })).toContainText('price w/5 battery');
  await box.press('Enter');
  await expect(page).toHaveURL(/dialect=westlaw/);
  await page.getByRole('button', { name: 'Saved', exact: true }).click();
  await page.getByLabel('Save this search as').fill(name);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Saved searches' })).toContainText(name);
  await page.keyboard.press('Escape');
  await page.getByLabel('Language of the query').selectOption('redwell');
  await search(page, `saved:"${name}"`);
  await page.getByRole('button', { name: 'History', exact: true }).click();
  const history = page.getByRole('list', { name: 'Earlier searches' });
  await expect(history).toContainText('price /5 battery');
  await page.keyboard.press('Escape');
});
