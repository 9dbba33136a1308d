// A query is written with the keyboard alone: coloured, completed, looked up in the words of the matter.
import { LEGAL, expect, isClean, openMatter, search, signIn, test } from './journey';

test('a query is coloured while it is typed, and stays where the letters are', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  const box = page.getByLabel('Search documents');
  await box.fill('(price OR "purchase price") w/5 delay* AND date:2023');
  const drawn = page.locator('.under');
  await expect(drawn.locator('.operator')).toHaveText(['OR', 'w/5', 'AND']);
  await expect(drawn.locator('.phrase')).toHaveText('"purchase price"');
  await expect(drawn.locator('.pattern')).toHaveText('delay*');
  await expect(drawn.locator('.number')).toHaveText('2023');
  // The brackets at the caret are shown together.
  await page.keyboard.press('Home');
  await expect(drawn.locator('.pair')).toHaveText(['(', ')']);
  // An edit moves the colours at once, before the server says anything.
  await page.route('**/query', () => new Promise(() => undefined));
  await page.keyboard.type('x AND ');
  await expect(drawn.locator('.operator')).toHaveText(['OR', 'w/5', 'AND']);
  await page.unroute('**/query');
  // The copy under the text is exactly as large, however long the text is.
  await box.fill(Array.from({ length: 500 }, (_, n) => `(word${n} OR "a b")`).join(' '));
  const [under, over] = await page.evaluate(() => ['.under', '.over'].map((name) => document.querySelector(name)!.getBoundingClientRect().toJSON()));
  expect(under).toEqual(over);
  expect(await page.evaluate(() => { const box = document.querySelector('.over')!; return box.scrollHeight <= box.clientHeight; })).toBe(true);
  expect((await page.locator('form .scroll').boundingBox())!.height).toBeLessThan(200);
});

test('a mistake is underlined where it is', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await page.getByLabel('Search documents').fill('price AND (delay');
  await expect(page.locator('.under .error')).toHaveText('(');
});

test('a query is completed from the keyboard, and Enter searches when nothing is chosen', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  const box = page.getByLabel('Search documents');
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await box.click();
  await page.keyboard.type('pri');
  await expect(list.getByRole('option').filter({ hasText: 'price' }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#q=pri$/);
  await box.click();
  await page.keyboard.press('End');
  await page.keyboard.type('ce custod');
  await expect(list.getByRole('option').first()).toContainText('custodian');
  await page.keyboard.press('ArrowDown');
  await expect(box).toHaveAttribute('aria-activedescendant', /query-suggestions-0/);
  await page.keyboard.press('Tab');
  await expect(box).toHaveValue('price custodian:');
  await expect(list.getByRole('option').filter({ hasText: 'Anna' }).first()).toBeVisible();
  await page.keyboard.type('anna');
  await expect(list.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const written = await box.inputValue();
  expect(written).toMatch(/^price custodian:"?Anna/);
  await page.keyboard.press('Control+Space');
  await expect(list).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list).not.toBeVisible();
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('NOT draft');
  await expect(box).toHaveValue(`${written}\nNOT draft`);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/NOT\+draft/);
});

test('words of the matter are looked through, picked and searched for', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await expect(page.getByRole('listbox', { name: 'Results' })).toBeVisible();
  await page.getByRole('listbox', { name: 'Results' }).focus();
  await page.keyboard.press('w');
  await page.keyboard.type('privileg*');
  const words = page.getByRole('listbox', { name: 'Words' });
  await expect(words.getByRole('option')).toHaveCount(2);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Search documents')).toHaveValue('(privilege OR privileged)');
  const found = await page.getByRole('status', { name: 'Result count' }).innerText();
  expect(await search(page, 'privilege OR privileged')).toBe(Number(found.replace(/\D/g, '')));
  await page.getByRole('button', { name: 'Words', exact: true }).click();
  await page.getByLabel('Find words').fill('privilige');
  await page.getByLabel('Spelling').selectOption('1');
  await expect(words.getByRole('option')).toHaveCount(1);
  await expect(words.getByRole('option')).toContainText('privilege');
});

test('a query is built from rows by keyboard, and opened as rows again', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await expect(page.getByRole('listbox', { name: 'Results' })).toBeVisible();
  await page.getByRole('listbox', { name: 'Results' }).focus();
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog', { name: 'Build a query' });
  await expect(dialog).toBeVisible();
  await dialog.getByLabel('Row 1 asks for').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.type('price');
  const built = dialog.getByRole('status', { name: 'The query built' });
  await expect(built).toContainText(/price.*documents? where price occurs.*\d+ document/s);
  await dialog.getByRole('button', { name: 'Add a row' }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Row 2 asks for')).toBeFocused();
  await dialog.getByLabel('Row 2 asks for').selectOption('near');
  await dialog.getByLabel('Words of row 2', { exact: true }).fill('clause section');
  await dialog.getByLabel('Other words of row 2').fill('energy');
  await dialog.getByLabel('Distance of row 2').fill('5000');
  await expect(dialog.getByRole('alert')).toContainText('from 1 to 1000');
  await dialog.getByLabel('Distance of row 2').fill('50');
  await expect(built).toContainText('price AND (clause OR section) w/50 energy');
  await expect(built.locator('b.numbers')).toHaveText(/\d/);
  const count = Number((await built.locator('b.numbers').innerText()).replace(/\D/g, ''));
  await page.keyboard.press('Enter');
  const box = page.getByLabel('Search documents');
  await expect(box).toHaveValue('price AND (clause OR section) w/50 energy');
  await expect(page.getByRole('status', { name: 'Result count' })).toHaveText(new RegExp(`^${count} document`));

  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await expect(dialog.getByLabel('Other words of row 2')).toHaveValue('energy');
  await page.keyboard.press('Escape');
  // What rows cannot say is left as it is.
  await search(page, 'price w/s delivery');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await expect(dialog).toContainText('says more than rows can');
  await page.keyboard.press('Escape');
  await expect(box).toHaveValue('price w/s delivery');
});

test('going from hit to hit brings each into sight, in the text too', async ({ page }) => {
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'number:HALDEN-0000005 supplier');
  const hits = page.getByRole('group', { name: 'Hits' });
  await expect(hits).toContainText('1/');
  await page.getByRole('listbox', { name: 'Results' }).focus();
  const total = Number((await hits.innerText()).replace(/^\d+\//, '').trim());
  expect(total).toBeGreaterThan(3);
  for (let n = 1; n <= total; n++) {
    await expect(hits).toContainText(`${n}/${total}`);
    await expect.poll(() => page.evaluate(() => {
      const [at] = (CSS as unknown as { highlights: Map<string, Set<StaticRange>> }).highlights.get('hit-current') ?? [];
      const range = document.createRange();
      range.setStart(at!.startContainer, at!.startOffset);
      range.setEnd(at!.endContainer, at!.endOffset);
      const { top, bottom } = range.getBoundingClientRect();
      const view = document.querySelector('[data-caret]')!.parentElement!.getBoundingClientRect();
      return top >= view.top && bottom <= view.bottom;
    }), `hit ${n}`).toBe(true);
    await page.keyboard.press('n');
  }
});

test('the terms of a saved search stay highlighted, each with its count', async ({ page }) => {
  const name = `Terms ${Date.now().toString(36)}`;
  await signIn(page, 'reviewer');
  await openMatter(page, LEGAL);
  await search(page, 'price OR surcharge OR nosuchword');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Saved', exact: true }).click();
  await page.getByLabel('Save this search as').fill(name);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const toggle = page.getByRole('button', { name: `Highlight the terms of ${name}` });
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await search(page, 'energy surcharge type:pdf');
  const terms = page.getByRole('toolbar', { name: 'Highlighted terms' });
  await expect(terms.getByRole('button')).toHaveCount(3);
  await expect(terms.getByRole('button', { name: /^nosuchword, 0 hits/ })).toBeDisabled();
  await page.getByRole('listbox', { name: 'Results' }).focus();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(terms.getByRole('button').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => ['term-0', 'term-1', 'target'].map((name) => (CSS as unknown as { highlights: Map<string, Set<unknown>> }).highlights.get(name)?.size ?? 0))).toEqual(
    [expect.any(Number), expect.any(Number), 1]);
  // The same on the original page, in the same colours; going from one to the next turns pages.
  await page.keyboard.press('v');
  await expect(page.getByRole('tab', { name: 'PDF' })).toHaveAttribute('aria-selected', 'true');
  await expect(terms.getByRole('button')).toHaveCount(3);
  await expect(page.locator('.sheet rect.term').first()).toBeAttached();
  await terms.getByRole('button').first().press('ArrowDown');
  await expect(page.locator('.sheet rect.term.now').first()).toBeInViewport();
  const colours = await page.evaluate(() => [...new Set([...document.querySelectorAll('.sheet rect.term')].map((one) => /term-\d/.exec(one.getAttribute('class')!)![0]))].sort());
  expect(colours.length).toBeGreaterThan(0);
  expect(colours.every((colour) => ['term-0', 'term-1'].includes(colour))).toBe(true);
  await page.getByRole('listbox', { name: 'Results' }).focus();
  await page.keyboard.press('n');
  await expect(page.locator('.sheet rect.term.now')).toHaveCount(0);
  await expect(page.locator('.sheet rect.hit.now').first()).toBeInViewport();
  await page.getByRole('button', { name: 'Saved', exact: true }).click();
  await toggle.click();
  await page.keyboard.press('Escape');
  await expect(terms).not.toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing where a query is written, in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await signIn(page, 'reviewer');
    await openMatter(page, LEGAL);
    const box = page.getByLabel('Search documents');
    await box.fill('(price OR "purchase price") w/5 delay* AND date:2023 tag:Hot hits(a) > 1 (');
    await expect(page.locator('.under .error')).toBeVisible();
    await isClean(page, 'colours');
    await box.fill('');
    await page.keyboard.type('pri');
    await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await isClean(page, 'suggestions');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Words', exact: true }).click();
    await expect(page.getByRole('listbox', { name: 'Words' }).getByRole('option').first()).toBeVisible();
    await page.getByRole('listbox', { name: 'Words' }).focus();
    await page.keyboard.press('Space');
    await isClean(page, 'words');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    await page.getByLabel('Row 1 asks for').selectOption('near');
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.getByLabel('Row 2 asks for').selectOption('date');
    await isClean(page, 'builder');
  });
}
