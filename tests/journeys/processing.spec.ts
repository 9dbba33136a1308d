// A lead brings documents in from the page: sends a folder, watches it being read, finds a word of it, and lets an
// exception stand.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARKET, expect, openMatter, search, signIn, test } from './journey';

test('a lead sends a folder, watches it finish, finds it and accepts an exception', async ({ page }) => {
  const outside = mkdtempSync(join(tmpdir(), 'redwell-journey-'));
  const folder = join(outside, 'late-arrivals');
  // A word no other run of this journey has used, so that it can be run twice on the same data.
  const word = `quokka${Date.now().toString(36)}`;
  mkdirSync(join(folder, 'notes'), { recursive: true });
  writeFileSync(join(folder, 'notes', 'visit.txt'), `Notes on the visit: the ${word} range sells well.\n`);
  writeFileSync(join(folder, 'broken.pdf'), `%PDF-1.4 ${word}`);
  try {
    await signIn(page, 'lead');
    await openMatter(page, MARKET);
    await page.getByRole('link', { name: 'Processing', exact: true }).click();
    await page.getByRole('button', { name: 'Add documents' }).click();
    await page.getByLabel('Folder to send').setInputFiles(folder);
    await expect(page.getByRole('group', { name: 'Files to send' })).toContainText('2 files');
    await expect(page.getByLabel('Custodian')).toHaveValue('late-arrivals');
    await page.getByLabel('Custodian').fill('Field Team');
    await page.getByRole('button', { name: 'Send and read' }).click();
    const card = page.getByRole('region', { name: 'Reading documents in' });
    await expect(card.getByRole('status', { name: 'State of the run' })).toHaveText('Complete', { timeout: 60_000 });
    await expect(card).toContainText('2 of 2 recorded');

    // The same once more, with another limit: the dialog knows what the run was asked for.
    const again = page.getByRole('button', { name: /^Repeat run/ }).first();
    const name = (await again.getAttribute('aria-label'))!;
    await again.click();
    const repeat = page.getByRole('dialog', { name });
    await expect(repeat.getByLabel('Custodian')).toHaveValue('Field Team');
    await repeat.getByText('Limits for one file').click();
    await repeat.getByLabel('Seconds by the clock for one file').fill('90');
    await repeat.getByRole('button', { name: 'Repeat', exact: true }).click();
    await expect(again).not.toHaveAccessibleName(name, { timeout: 60_000 });
    await expect(card.getByRole('status', { name: 'State of the run' })).toHaveText('Complete', { timeout: 60_000 });
    await again.click();
    await expect(page.getByRole('dialog').getByLabel('Seconds by the clock for one file')).toHaveValue('90');
    await page.keyboard.press('Escape');

    const broken = page.getByRole('row').filter({ hasText: 'late-arrivals/broken.pdf' });
    await page.getByRole('combobox', { name: 'Custodian' }).selectOption('Field Team');
    const open = await broken.count();
    expect(open).toBeGreaterThan(0);
    await broken.first().getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Accept…' }).click();
    await page.getByLabel('Note', { exact: true }).fill('The client has no better copy');
    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    await expect(broken).toHaveCount(open - 1);
    await page.getByRole('combobox', { name: 'Show', exact: true }).selectOption('accepted');
    await expect(broken.first()).toContainText('The client has no better copy');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('combobox', { name: 'Show', exact: true }).selectOption('open');
    await expect(broken).toHaveCount(open);

    await page.getByRole('link', { name: 'Review', exact: true }).click();
    expect(await search(page, word)).toBe(1);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});

test('a reviewer sees what was processed and cannot start anything', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, MARKET);
  await page.getByRole('link', { name: 'Processing', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add documents' })).toHaveCount(0);
  const answer = await page.request.post('/api/v1/matters/cargo-bikes-2025/intake', {
    data: { sources: [] }, headers: { origin: new URL(page.url()).origin },
  });
  expect(answer.status()).toBe(403);
});
