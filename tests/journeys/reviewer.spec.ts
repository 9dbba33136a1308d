// A reviewer's hour in a minute: find, read, code, annotate, take back, and find it all again after a reload.
import { execFileSync } from 'node:child_process';
import { LEGAL, annotateOnPage, expect, openMatter, saved, search, signIn, test } from './journey';

test('search counts what the command line counts', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  for (const query of ['price', 'price w/5 adjustment', 'type:pdf', '"force majeure" OR notice', 'custodian:anna NOT price']) {
    const words = ['search', '--data', process.env.REDWELL_DATA!, '--matter', 'halden-v-norling', '--json', query];
    const told = JSON.parse(execFileSync(process.env.REDWELL!, words, { encoding: 'utf8' })) as { total: number };
    expect(await search(page, query), query).toBe(told.total);
  }
});

test('a wrong query points at the character, an ambiguous one says how it was read', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await page.getByLabel('Search documents').fill('price AND (delay');
  await page.getByLabel('Search documents').press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Search documents').fill('price AND delay OR notice');
  await page.getByLabel('Search documents').press('Enter');
  await expect(page.getByText('(price AND delay) OR notice', { exact: true })).toBeVisible();
});

test('codes by key, takes it back, and finds it again after a reload', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'type:pdf price');
  const first = page.getByRole('treeitem').first();
  await expect(first).toHaveAttribute('aria-selected', 'false');
  await page.getByRole('listbox', { name: 'Results' }).focus();
  await page.keyboard.press('1');
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await saved(page);
  await page.keyboard.press('u');
  await expect(first).toHaveAttribute('aria-selected', 'false');
  await page.keyboard.press('1');
  await saved(page);
  await page.reload();
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('Ravi Reviewer');
});

test('annotates a passage on an original page', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'type:pdf price');
  await annotateOnPage(page, 'The mechanism in dispute');
  const list = page.getByRole('region', { name: 'Annotations', exact: true });
  await expect(list).toContainText('The mechanism in dispute');
  await page.reload();
  await expect(list).toContainText('The mechanism in dispute');
});

test('a passage drawn out onto blank paper ends at its last word', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'type:pdf price');
  await page.getByRole('tab', { name: 'PDF' }).click();
  const line = page.locator('.textLayer span').filter({ hasText: /\w{4,} \w{4,}/ }).first();
  await line.waitFor();
  const box = (await line.boundingBox())!;
  const x = box.x + box.width / 2;
  // The first place below the line where no word stands.
  const y = await page.evaluate(([x, top]) => {
    const isWord = (y: number) => document.elementFromPoint(x!, y)?.closest('.textLayer span') !== null;
    let y = top!;
    while (isWord(y)) y++;
    return y + 1;
  }, [x, box.y + box.height / 2]);
  await page.mouse.move(box.x + 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(x, box.y + box.height / 2, { steps: 5 });
  await page.mouse.move(x, y, { steps: 5 });
  await page.waitForTimeout(300);
  await page.mouse.move(x + 3, y, { steps: 2 });
  await page.mouse.up();
  const selected = await page.evaluate(() => getSelection()!.toString());
  expect((await line.innerText()).replaceAll('\n', ' ')).toContain(selected.split('\n')[0]);
  expect(selected.split('\n').length).toBeLessThanOrEqual(2);
});

test('a line drawn out from just beside its first or last letter is selected whole', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'type:pdf price');
  await page.getByRole('tab', { name: 'PDF' }).click();
  const line = page.locator('.textLayer span').filter({ hasText: /\w{4,} \w{4,} \w{4,}/ }).first();
  await line.waitFor();
  const box = (await line.boundingBox())!;
  const text = (await line.innerText()).trim();
  const y = box.y + box.height / 2;
  const drawn = async (from: number, to: number) => {
    await page.mouse.click(box.x + box.width / 2, y);
    await page.mouse.move(from, y);
    await page.mouse.down();
    await page.mouse.move((from + to) / 2, y, { steps: 4 });
    await page.mouse.move(to, y, { steps: 4 });
    await page.mouse.up();
    return (await page.evaluate(() => getSelection()!.toString())).trim();
  };
  for (const beside of [-4, -2, -1, 0, 1, 2]) {
    const right = await drawn(box.x + beside, box.x + box.width * 0.6);
    expect(right.length, `from the left at ${beside}`).toBeGreaterThan(5);
    expect(text.startsWith(right), `from the left at ${beside}: ${right}`).toBe(true);
    const left = await drawn(box.x + box.width - beside, box.x + box.width * 0.4);
    expect(left.length, `from the right at ${beside}`).toBeGreaterThan(5);
    expect(text.endsWith(left), `from the right at ${beside}: ${left}`).toBe(true);
  }
});

test('annotates in the text from the keyboard alone', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'type:eml delivery');
  await page.getByRole('textbox', { name: /^Text of / }).click({ position: { x: 120, y: 40 } });
  for (let n = 0; n < 14; n++) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('h');
  await page.getByRole('combobox', { name: 'Find a concept' }).fill('deliv');
  await page.keyboard.press('Enter');
  await page.getByLabel('Note', { exact: true }).fill('By keyboard');
  await page.getByRole('button', { name: 'Save annotation' }).click();
  const list = page.getByRole('region', { name: 'Annotations', exact: true });
  await expect(list).toContainText('By keyboard');
  await list.getByRole('button', { name: 'Delete annotation' }).first().click();
  await expect(list).not.toContainText('By keyboard');
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click();
  await expect(list).toContainText('By keyboard');
});

test('two people see each other on the same document within two seconds', async ({ page, browser }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'invoice');
  const other = await (await browser.newContext({ baseURL: process.env.BASE_URL })).newPage();
  await signIn(other, 'analyst');
  await other.goto(page.url());
  const there = other.getByRole('treeitem').nth(1);
  await expect(there).toHaveAttribute('aria-selected', 'false');
  await page.getByRole('listbox', { name: 'Results' }).focus();
  await page.keyboard.press('2');
  await expect(there).toHaveAttribute('aria-selected', 'true', { timeout: 2_000 });
  await other.context().close();
});

test('? lists the keys', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await expect(page.getByRole('listbox', { name: 'Results' })).toBeVisible();
  await page.getByRole('listbox', { name: 'Results' }).focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText(/next document/i);
});

test('what is typed stays when the first document opens', async ({ page }) => {
  await signIn(page, 'reviewer');
  await page.route('**/search', async (route) => {
    await page.getByLabel('Search documents').fill('generator');
    await route.continue();
  });
  await openMatter(page, LEGAL);
  await expect(page).toHaveURL(/\/d\/HALDEN-/);
  await expect(page.getByLabel('Search documents')).toHaveValue('generator');
});
