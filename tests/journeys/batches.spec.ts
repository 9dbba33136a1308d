// Batches: a lead splits what a search finds, two reviewers take different parts, one codes and checks in, and every
// document is found by its batch and by the stage it was coded in.
import { type Browser, LEGAL, type Page, expect, isClean, openMatter, saved, search, signIn, test } from './journey';

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function as(browser: Browser, role: 'reviewer' | 'analyst'): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, role);
  await openMatter(page, LEGAL);
  await page.getByRole('listbox', { name: 'Results' }).focus();
  return page;
}

async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys.split(' ')) await page.keyboard.press(key);
}

test('a lead makes batches, two reviewers take different ones, one codes and checks in', async ({ page, browser }) => {
  test.slow();
  const name = `Walk ${Date.now().toString(36)}`;
  const stage = `Stage of ${name}`;
  await signIn(page, 'lead');
  await openMatter(page, LEGAL);
  // None of the documents that other journeys code.
  const question = 'supply NOT type:pdf NOT price NOT coded:yes';
  const found = await search(page, question);
  expect(found).toBeGreaterThan(3);
  await page.getByLabel('Results', { exact: true }).focus();
  await press(page, 'a');
  const dialog = page.getByRole('dialog', { name: 'Make batches' });
  await expect(dialog.getByLabel('Documents found by')).toHaveValue(question);
  await dialog.getByLabel('Stage of review').fill(stage);
  await dialog.getByLabel('Name of the set').fill(name);
  await dialog.getByLabel('Documents a batch').fill('2');
  await dialog.getByLabel('Keep families in one batch').uncheck();
  await expect(dialog.getByRole('status', { name: 'What comes of it' })).toContainText(`${found} documents in ${Math.ceil(found / 2)} batches`);
  await isClean(page, 'Make batches');
  await dialog.getByRole('button', { name: 'Make batches' }).click();
  await expect(card(page, name)).toContainText(`${Math.ceil(found / 2)} open`);

  const [reviewer, analyst] = [await as(browser, 'reviewer'), await as(browser, 'analyst')];
  for (const one of [reviewer, analyst]) {
    await press(one, 'g b');
    await card(one, name).getByRole('button', { name: 'Check out next' }).click();
  }
  const mine = reviewer.getByRole('region', { name: 'My batch' });
  await expect(mine).toContainText(`${name} 1`);
  await expect(analyst.getByRole('region', { name: 'My batch' })).toContainText(`${name} 2`);
  await expect(card(page, name)).toContainText('2 checked out');
  await expect(reviewer.getByRole('status', { name: 'Result count' })).toHaveText('2 documents');

  // One document coded, and checked in too early: it is told, and can be gone on with.
  await reviewer.getByRole('listbox', { name: 'Results' }).focus();
  await press(reviewer, '1');
  await saved(reviewer);
  await press(reviewer, 'i');
  const doubt = reviewer.getByRole('dialog');
  await expect(doubt).toContainText('1 of 2 are not coded');
  await isClean(reviewer, 'Check in anyway');
  await doubt.getByRole('button', { name: 'Cancel' }).click();
  await reviewer.getByRole('listbox', { name: 'Results' }).focus();
  await press(reviewer, 'j 1');
  await saved(reviewer);
  await expect(mine).toContainText('2 of 2 coded');
  await reviewer.getByRole('tab', { name: 'History' }).click();
  await expect(reviewer.getByRole('list', { name: 'History' })).toContainText(`in ${stage}`);
  await reviewer.getByRole('listbox', { name: 'Results' }).focus();
  await press(reviewer, 'i');
  await expect(reviewer.getByRole('region', { name: 'Notices' })).toContainText(`${name} 1 is checked in`);
  await expect(mine).toHaveCount(0);

  // The lead sees it without asking again, and finds exactly what was done.
  await expect(card(page, name)).toContainText('1 checked in · 1 checked out');
  await card(page, name).getByRole('button', { name: 'Show people and batches' }).click();
  await expect(page.getByRole('table', { name: `Batches of ${name}` }).getByRole('row').nth(1)).toContainText('Ravi Reviewer');
  await isClean(page, 'Batches');
  await page.getByRole('link', { name: 'Review', exact: true }).click();
  for (const [query, expected] of [
    [`batch:"${name}"`, found], [`batch:"${name} 1"`, 2], [`coded:(stage="${stage}")`, 2], [`coded:(by=reviewer stage="${stage.toUpperCase()}")`, 2],
    [`coded:(by=analyst stage="${stage}")`, 0], [`batch:"${name} 1" NOT coded:(stage="${stage}")`, 0], [`batch:"${name} 2" AND coded:yes`, 0],
  ] as const) {
    expect(await search(page, query), query).toBe(expected);
  }

  // Released and withdrawn, and both taken back.
  await page.getByRole('link', { name: 'Batches', exact: true }).click();
  await card(page, name).getByRole('button', { name: 'Show people and batches' }).click();
  await card(page, name).getByRole('button', { name: `Release ${name} 2` }).click();
  const notices = page.getByRole('region', { name: 'Notices' });
  await expect(card(page, name)).not.toContainText('1 checked out');
  await notices.getByRole('button', { name: 'Undo' }).click();
  await expect(card(page, name)).toContainText('1 checked in · 1 checked out');
  await card(page, name).getByRole('button', { name: `Withdraw ${name}` }).click();
  await expect(card(page, name)).toHaveCount(0);
  await notices.getByRole('button', { name: 'Undo' }).click();
  await expect(card(page, name)).toContainText('1 checked in · 1 checked out');
  await card(page, name).getByRole('button', { name: `Withdraw ${name}` }).click();
  await expect(page.getByRole('button', { name: `Restore ${name}` })).toBeVisible();
  for (const one of [reviewer, analyst]) await one.context().close();
});
