// Words that mean the same: written by a lead, told to everybody who searches with them, marked in what they find.
import { readFileSync } from 'node:fs';
import { LEGAL, type Page, expect, isClean, openMatter, search, signIn, test } from './journey';

const panel = (page: Page) => page.getByRole('region', { name: 'Synonyms', exact: true });
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Synonyms' });
const words = (page: Page) => dialog(page).getByLabel('One group a line, words between commas');

/** From the results, by keys alone. */
async function goToSynonyms(page: Page): Promise<void> {
  await page.getByLabel('Results', { exact: true }).focus();
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  await expect(panel(page).getByRole('list', { name: 'Groups of synonyms' })).toBeVisible();
}

test('a lead writes synonyms, searches with them and sees what was looked for', async ({ page }) => {
  await signIn(page, 'lead');
  await openMatter(page, LEGAL);
  const plain = await search(page, 'substation');
  const either = await search(page, 'substation OR furnace');
  expect(either).toBeGreaterThan(plain);
  await goToSynonyms(page);
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  const box = words(page);
  const before = await box.inputValue();
  const lines = before.split('\n').length;
  await box.fill(`${before}\n\nalone`);
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).getByRole('alert')).toContainText(`Line ${lines + 2}: “alone” stands alone`);
  // What is wrong is selected, so that typing puts it right.
  await page.keyboard.type('substation, "furnace"');
  // What is written outlives a dialog closed by mistake.
  await page.keyboard.press('Escape');
  await expect(panel(page)).toContainText('not kept yet');
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toHaveCount(0);
  await expect(panel(page).getByRole('listitem').last()).toContainText('substation, furnace');
  await panel(page).getByRole('link', { name: 'Search for substation and its synonyms' }).click();
  await expect(page.getByLabel('Search documents')).toHaveValue('syn(substation)');
  await expect(page.getByRole('status', { name: 'Result count' })).toHaveText(new RegExp(`^${either} document`));
  await expect(page.locator('#query-notes')).toContainText('“substation”: also furnace');
  // Told before anything is searched, and marked in the document.
  await page.getByLabel('Search documents').fill('syn(substation) w/30 stopped');
  await expect(page.getByRole('status', { name: 'Reading of the query' })).toContainText('“substation”: also furnace');
  await search(page, 'syn(substation) NOT substation');
  await expect(page.getByRole('group', { name: 'Hits' })).toContainText('1/');

  await goToSynonyms(page);
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  await words(page).fill(before);
  await page.keyboard.press('Control+Enter');
  const notice = page.getByRole('region', { name: 'Notices' });
  await notice.getByRole('button', { name: 'Undo' }).last().click();
  await expect(panel(page).getByRole('listitem').last()).toContainText('substation, furnace');
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  await words(page).fill(before);
  await page.keyboard.press('Control+Enter');
  await expect(panel(page).getByRole('listitem')).toHaveCount(lines);
});

test('a list comes in and goes out as a CSV', async ({ page }) => {
  await signIn(page, 'lead');
  await openMatter(page, LEGAL);
  await goToSynonyms(page);
  const download = page.waitForEvent('download');
  await panel(page).getByRole('link', { name: 'CSV' }).click();
  const file = await (await download).path();
  const table = readFileSync(file, 'utf8');
  expect(table).toMatch(/^\uFEFFsurcharge,price adjustment,price increase\n/);
  await panel(page).getByRole('button', { name: /^Change/ }).click();
  const before = await words(page).inputValue();
  const csv = { name: 'words.csv', mimeType: 'text/csv', buffer: Buffer.from('\uFEFFouter;"Smith; John"\r\nprice;cost\r\n') };
  await dialog(page).getByLabel('CSV with synonyms').setInputFiles(csv);
  await expect(words(page)).toHaveValue('outer, Smith; John\nprice, cost');
  await expect(dialog(page).getByRole('status')).toHaveText('From words.csv: 2 groups');
  await dialog(page).getByRole('button', { name: 'Take back' }).click();
  await expect(words(page)).toHaveValue(before);
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(panel(page)).not.toContainText('not kept yet');
});

test('a reviewer reads the list and cannot change it', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await goToSynonyms(page);
  await expect(panel(page).getByRole('button', { name: /^Change/ })).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  await expect(panel(page)).toBeFocused();
  await panel(page).getByLabel('Find a word').fill('liquid');
  await expect(panel(page).getByRole('listitem')).toHaveCount(1);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing about synonyms, in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await signIn(page, 'lead');
    await openMatter(page, LEGAL);
    await page.getByLabel('Search documents').fill('syn(price) OR syn(surcharge)');
    await expect(page.getByRole('status', { name: 'Reading of the query' })).toContainText('also price adjustment');
    await isClean(page, 'reading');
    await page.keyboard.press('Escape');
    await goToSynonyms(page);
    await isClean(page, 'list');
    await panel(page).getByRole('button', { name: /^Change/ }).click();
    await words(page).fill('alone');
    await page.keyboard.press('Control+Enter');
    await expect(dialog(page).getByRole('alert')).toBeVisible();
    await isClean(page, 'mistake');
    await page.keyboard.press('Escape');
    await isClean(page, 'draft');
    await panel(page).getByRole('button', { name: 'Discard it' }).click();
  });
}
